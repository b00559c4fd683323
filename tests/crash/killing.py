"""
Kill a real `serve` at random moments while a crowd writes, start it again, and count what came of every message.
"""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from tests.crash.crowd import Client, OnTelegram, OnWhatsApp, Reporter, answered, count, doubles, play, reference
from tests.crash.serving import Serving
from tests.peers import telegram, twilio

IN_FLIGHT = 64              # sends that may be in flight when we die
ENDLESS = 1_000_000
PATIENCE = 300.0            # seconds for the last answers, on a machine that others use


@dataclass
class Tally:
    """
    What was counted. `doubles` are the answers that came twice, by platform: the one window that no code can close.
    """

    kills: int = 0
    telegram: int = 0
    whatsapp: int = 0
    unheard: int = 0            # WhatsApp messages that were not acknowledged, and answered all the same
    doubles: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


@dataclass
class Peers:
    """
    Both platforms, and the settings that make them ours.
    """

    api: telegram.BotApi
    twilio: twilio.Twilio
    session: aiohttp.ClientSession
    servings: list[Serving] = field(default_factory=list)

    @property
    def environ(self) -> dict[str, str]:
        """
        The settings under which `serve` finds these platforms.
        """
        return {
            "TELEGRAM_BOT_TOKEN": telegram.TOKEN, "TELEGRAM_API_URL": self.api.url, "TWILIO_ACCOUNT_SID": twilio.ACCOUNT,
            "TWILIO_AUTH_TOKEN": twilio.TOKEN, "TWILIO_WHATSAPP_FROM": twilio.US, "TWILIO_API_URL": self.twilio.url,
            "TWILIO_CONTENT_URL": self.twilio.url,
        }

    def hooks(self) -> list[str]:
        """
        Where the bot may be reached.
        """
        return [serving.url for serving in self.servings if serving.is_running] or [self.servings[0].url]

    def serving(self, folder: Path, database_url: str, only: str = "", is_web: bool = True) -> Serving:
        """
        Return a process that serves these platforms, not started; a web side gets the webhooks.
        """
        serving = Serving(folder, {**self.environ, "WEGWIJS_DATABASE_URL": database_url}, only, is_forked=True)
        if is_web:
            self.servings.append(serving)
            self.twilio.hooks.hook = self.servings[0].url
        return serving

    def on_telegram(self, chat: int) -> OnTelegram:
        """
        Return a client on Telegram.
        """
        return OnTelegram(self.api, self.session, self.hooks, chat)

    def on_whatsapp(self, number: int) -> OnWhatsApp:
        """
        Return a client on WhatsApp.
        """
        return OnWhatsApp(self.twilio, f"whatsapp:+316{number:08d}")


@contextlib.asynccontextmanager
async def peers(delay: float = 0.0) -> AsyncIterator[Peers]:
    """
    Open both platforms, each taking so long over a send; in the end they must have found nothing wrong with what we asked of them.
    """
    async with telegram.BotApi(delay=delay) as api, twilio.Twilio(delay=delay) as whatsapp, aiohttp.ClientSession() as session:
        opened = Peers(api, whatsapp, session)
        try:
            yield opened
        finally:
            for serving in opened.servings:
                serving.kill()
        assert (api.wrong, whatsapp.wrong, whatsapp.outside) == ([], [], [])


async def undisturbed(world: Peers) -> dict[str, list[str]]:
    """
    Let one client on each platform talk before anything is disturbed; return what they heard.
    """
    telegram, whatsapp = await asyncio.gather(reference(world.on_telegram(99)), reference(world.on_whatsapp(99)))
    return {"telegram": telegram, "whatsapp": whatsapp}


async def kill_often(serving: Serving, kills: int) -> None:
    """
    Kill it that many times, soon after it was started or while it serves, and leave it dead.
    """
    seconds = 1.0
    for number in range(kills):
        serving.start()
        if number % 5 == 4:
            await asyncio.sleep(seconds * random.uniform(0.6, 1.2))
        else:
            seconds = await serving.ready()
            await asyncio.sleep(random.uniform(0, 0.8))
        serving.kill()


async def disturb(world: Peers, clients: Sequence[Client], pause: float, trouble: Callable[[], Awaitable[None]]) -> None:
    """
    Let the clients write for as long as the trouble lasts, each to the end of its message.
    """
    is_over = asyncio.Event()
    reporter = asyncio.create_task(Reporter(world.twilio).run())
    writing = [asyncio.create_task(play(client, ENDLESS, is_over, pause)) for client in clients]
    try:
        await trouble()
        is_over.set()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*writing)
    finally:
        for task in (reporter, *writing):
            task.cancel()


async def run(folder: Path, database_url: str, kills: int, seed: int, on_telegram: int = 40, on_whatsapp: int = 30, processes: int = 1,
              pause: float = 0.05) -> Tally:
    """
    Kill `serve` that often under load, let it finish, and hold every client's answers against the undisturbed ones. Several processes share
    the work, each killed without a look at the others.
    """
    random.seed(seed)
    async with peers(delay=0.005) as world:
        servings = [world.serving(folder, database_url) for _ in range(processes)]
        serving = servings[0].start()
        await serving.ready()
        played = await undisturbed(world)
        serving.kill()
        chats = [world.on_telegram(100 + number) for number in range(on_telegram)]
        numbers = [world.on_whatsapp(100 + number) for number in range(on_whatsapp)]

        async def trouble() -> None:
            await asyncio.gather(*(kill_often(one, kills // processes + (place < kills % processes)) for place, one in enumerate(servings)))
            later = datetime.now(UTC) + timedelta(minutes=10)           # what is ambiguous at Twilio can be asked after a minute
            for one in servings:
                await one.start(WEGWIJS_CLOCK=later.isoformat()).ready()

        await disturb(world, [*chats, *numbers], pause, trouble)
        await answered(*chats, *numbers, seconds=PATIENCE)
        for one in servings:
            await one.stop()
        tally = Tally(kills, sum(one.sent for one in chats), sum(one.sent for one in numbers))
        tally.unheard = sum(one.sent - one.acknowledged for one in numbers)
        tally.doubles["telegram"] = sum(doubles(one, played["telegram"]) for one in chats)
        tally.doubles["whatsapp"] = sum(doubles(one, played["whatsapp"]) for one in numbers)
        tally.rows = dict(count(database_url))
        return tally


def hold(tally: Tally, on_telegram: int = 40, on_whatsapp: int = 30) -> None:
    """
    Hold a tally against the promise: every message answered once in the database, each moment and ticket there once, and doubles at
    the platforms only as many as were in flight, on WhatsApp none.
    """
    rows, people = tally.rows, on_telegram + on_whatsapp + 2
    assert rows["heard"] == rows["answered"] == rows["said"] == rows["left"]
    assert {rows[name] for name in ("clients", "moments", "moments of their own", "tickets", "tickets of their own")} == {people}
    assert tally.doubles["whatsapp"] == 0
    assert tally.doubles["telegram"] <= IN_FLIGHT * (tally.kills + 1)
