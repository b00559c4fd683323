"""
Take in: the demo's year is played by a process beside it, in a database of its own, and comes into the demo's in one commit when it is over.
"""

import asyncio
import logging
import shutil
import sys
from pathlib import Path

from bot.app import App
from bot.channels.phone import Phones
from bot.simulate import Wanted
from storage import dump
from storage.database import Tx

log = logging.getLogger("wegwijs")
BOTH_HAVE = frozenset({"locations", "volunteers", "duties", "channels"})        # the office, furnished alike in both
STEP = 2                        # percent after which the pages hear how far it is


async def play_beside(app: App, phones: Phones, wanted: Wanted) -> None:
    """
    Let the year before today be played while the demo is served, and take it in; the phones' pages show how far it is.
    """
    home = app.settings.data_dir / "year"
    home.mkdir(mode=0o700)
    if app.settings.is_key_in_data_dir:         # the same key, so that what is sealed there opens here
        shutil.copy2(app.settings.data_dir / "secret.key", home / "secret.key")
    file = home / "year.backup"
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "simulate", f"--until={wanted.last}", f"--scale={wanted.scale}", f"--data={home}", f"--beside={file}",
        stdout=asyncio.subprocess.PIPE, start_new_session=True)     # Ctrl+C is ours, and ends it below
    app.spawn(_end(app, child))
    assert child.stdout
    async for line in child.stdout:
        percent = int(line)
        if phones.played is None or percent >= phones.played + STEP:
            phones.played = percent
            phones.touch()
    is_whole = await child.wait() == 0
    if not app.stopping.is_set():
        await _take_in(app, phones, file, is_whole)


async def _end(app: App, child: asyncio.subprocess.Process) -> None:
    await app.stopping.wait()
    if child.returncode is None:
        child.terminate()


async def _take_in(app: App, phones: Phones, file: Path, is_whole: bool) -> None:
    def run(tx: Tx) -> None:
        with file.open("rb") as opened:
            dump.add(tx, dump.read(opened, tx.keys), BOTH_HAVE)
        tx.wake("desk")

    if is_whole:
        try:
            await app.database.write(run)
        except Exception as error:
            log.error("year_not_taken_in error=%s", type(error).__name__)
            is_whole = False
    if is_whole:
        print("The year has been played: the report above is whole.", flush=True)
    else:
        log.error("year_not_played")
        print("The year could not be played; the phones and the desk work all the same.", flush=True)
    phones.played = None
    phones.touch()
    shutil.rmtree(file.parent, ignore_errors=True)
