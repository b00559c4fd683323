"""
Demo: a sample organisation made anew in `<data>/demo`, on simulated phones; it needs no account and touches nothing else.
"""

import asyncio
import fcntl
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import uvloop

from bot.app import App, Clock
from bot.channels import Registry
from bot.channels.phone import Phones
from bot.given import WrongSetting, gather, is_loopback
from bot.open import make_app, opened
from bot.play import Stage
from bot.rehearse import furnish, play_phones
from bot.serve import serve
from bot.settings import Settings
from bot.simulate import REAL, SEED, Wanted, until
from bot.take_in import play_beside
from bot.web.server import listen
from bot.web.views import report_command
from storage import links, volunteers
from storage.database import Tx

SMALLEST = 0.005                # of a year, below which it would only be what happens once
MARK = "made-by-wegwijs-demo"


def demo(environ: Mapping[str, str], folder: Path | None = None, scale: float = 1.0) -> None:
    """
    Make the sample organisation anew and serve it until it is stopped; `scale` is how much of its year is played, 0 for nothing.

    Raises `WrongSetting` where real clients could be reached, and OSError where the address is taken, before anything is touched.
    """
    folder = folder or Path.cwd()
    given = gather(environ, folder)
    refuse(given)
    home = folder / given.get("WEGWIJS_DATA_DIR", "data") / "demo"
    with fresh(home):
        settings = Settings.read({**environ, "WEGWIJS_DATA_DIR": str(home), "WEGWIJS_DATABASE_URL": ""}, folder)
        listen(settings.host, settings.port).close()
        with opened(settings) as database, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_run(make_app(settings, database, Registry()), scale))


def refuse(given: Mapping[str, str]) -> None:
    """
    Raise `WrongSetting` where something real is set: invented people must not write to anybody.
    """
    for name in REAL:
        if given.get(name):
            raise WrongSetting(f"{name} is set, and demo has invented people only: unset it for the demo, or run `wegwijs serve`")
    if given.get("WEGWIJS_PUBLIC_URL"):
        raise WrongSetting("WEGWIJS_PUBLIC_URL is set, and demo has no login: unset it for the demo, or run `wegwijs serve`")
    host = given.get("WEGWIJS_HOST", "127.0.0.1")
    if not is_loopback(f"http://[{host}]" if ":" in host else f"http://{host}"):
        raise WrongSetting(f"WEGWIJS_HOST is {host[:60]!r}, and demo has no login: it listens on this machine only; a right one: "
                           "WEGWIJS_HOST=127.0.0.1")


@contextmanager
def fresh(home: Path) -> Iterator[None]:
    """
    Empty the demo's own folder and hold it; refuse one that is not ours, or that another demo has in hand.
    """
    mark = home / MARK
    if home.is_symlink() or (home.exists() and not mark.is_file() and any(home.iterdir())):
        raise WrongSetting(f"{home} was not made by demo, and demo would empty it: move it, or set another WEGWIJS_DATA_DIR")
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with mark.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise WrongSetting(f"another demo uses {home}: stop it first, or set another WEGWIJS_DATA_DIR") from None
        for path in home.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path != mark:
                path.unlink()
        yield


async def _run(app: App, scale: float) -> None:
    clock = app.now
    assert isinstance(clock, Clock)
    print("Making a sample organisation …", flush=True)
    year = _year(app, scale)
    phones = await furnish_and_play(app, clock)
    app.spawn(_say_once_up(app, year))
    if scale:
        phones.played = 0
        app.spawn(play_beside(app, phones, year))
    await serve(app)


def _year(app: App, scale: float) -> Wanted:
    """
    Return the year of the sample organisation: the twelve months before today.
    """
    return until(app.now().astimezone(app.settings.timezone).date() - timedelta(days=1), max(scale, SMALLEST) if scale else 0.0, SEED)


async def _say_once_up(app: App, year: Wanted) -> None:
    """
    Print the address only once somebody answers there.
    """
    while not app.stopping.is_set():
        try:
            _, writer = await asyncio.open_connection(app.settings.host, app.settings.port)
        except OSError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        say(app, year)
        return


async def furnish_and_play(app: App, clock: Clock) -> Phones:
    """
    Make the office and its people, play what the phones show, up to now, and return the phones.
    """
    phones = Phones(clock)
    app.channels.on["phone"] = phones
    now = clock()
    app.stages.open()
    await app.database.write(lambda tx: furnish(tx, now))
    await app.database.read(app.learn_places)
    await play_phones(Stage(app, clock), phones, now)
    clock.move(now - clock())
    return phones


def _way_in(app: App) -> dict[str, str]:
    """
    Return a one-time way into the desk for each volunteer of the sample organisation.
    """
    def make(tx: Tx) -> dict[str, str]:
        return {one.name: links.make(tx, one.id, "enter", app.now()) for one in volunteers.at(tx, 1)}

    return app.database.submit(make).result()


def say(app: App, year: Wanted) -> None:
    """
    Print where the phones are, the ways into the desk, and the command that reads what was logged.
    """
    settings, today = app.settings, app.now().astimezone(app.settings.timezone).date()
    playing = "they are being played now, and are there in some minutes" if year.scale else "nothing was played"
    desks = "\n           ".join(f"{name:<12} {app.home}/desk/enter/{code}" for name, code in _way_in(app).items())
    print(f"""
  Phones   {app.home}/phone/
  Desk     each link works once:
           {desks}
  Report   {report_command(settings, year.first, year.last)}
           the twelve months before today: {playing}
  Today    {report_command(settings, today, today)}

Everything is invented, and is made anew at every start. Stop with Ctrl+C.
""", flush=True)
