"""
A crowd that writes to the bot over both platforms, as the platforms do it, and counts what came back.

Telegram repeats an update until it is taken; Twilio posts once, and lists what it has. Every client plays the same conversation, so
the answers tell which question they belong to: they are compared with those of a client whom nobody disturbed.
"""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import cycle, groupby, islice, pairwise
from typing import Protocol

import aiohttp
from sqlalchemy import text

from storage.database import Database
from storage.secrets import Keys
from tests.crash.serving import HOOK_SECRET, SECRET
from tests.peers.telegram import BotApi
from tests.peers.twilio import Twilio

OPENING = ("/start", "Nederlands", "ja", "vrijwilliger")
ROUND = ("menu", "geld", "menu", "Wonen", "dank u")        # no answer is the same as the one before
PRESSES = {"geld": "menu.main:money", "Wonen": "menu.main:housing"}
VARYING = re.compile(r"\d+|(maan|dins|woens|donder|vrij|zater|zon)dag|(janu|febru)ari|maart|april|mei|ju[nl]i|augustus|(septem|okto|novem|decem)ber")

MENU = re.compile(r"\n+(#\. [^\n]+\n?)+$")


def script() -> Iterator[str]:
    """
    Yield what a client writes, without end.
    """
    yield from OPENING
    yield from cycle(ROUND)


def expected(played: list[str], how_many: int) -> list[str]:
    """
    Return the answers to the first so many messages, from the answers to the opening and two rounds.
    """
    return [*played[: len(OPENING)], *islice(cycle(played[len(OPENING): len(OPENING) + len(ROUND)]), max(0, how_many - len(OPENING)))][:how_many]


class Client(Protocol):
    """
    One client on a platform.
    """

    sent: int                   # messages handed to the platform
    acknowledged: int           # of those, the ones we answered with 200

    async def writes(self, line: str) -> None:
        """
        Write; return once the platform has done what it does.
        """

    @property
    def heard(self) -> list[str]:
        """
        What this client was sent, in order, doubles too.
        """


@dataclass
class OnTelegram:
    """
    A client on Telegram. `hooks` gives the addresses at which the bot may be reached, chosen at random.
    """

    api: BotApi
    session: aiohttp.ClientSession
    hooks: Callable[[], list[str]]
    chat: int
    sent: int = 0
    acknowledged: int = 0

    async def writes(self, line: str) -> None:
        """
        Post an update until it is taken, and now and then once more.
        """
        update = self.api.press(self.chat, PRESSES[line]) if line in PRESSES else self.api.text(self.chat, line)
        self.sent += 1
        while not await self._post(update):                 # noqa: ASYNC110
            await asyncio.sleep(random.uniform(0.02, 0.3))
        self.acknowledged += 1
        if random.random() < 0.05:
            await self._post(update)

    async def _post(self, update: dict[str, object]) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": HOOK_SECRET}
        try:
            async with self.session.post(f"{random.choice(self.hooks())}/webhooks/telegram", json=update, headers=headers) as response:
                return 200 <= response.status < 300
        except (aiohttp.ClientError, TimeoutError):
            return False

    @property
    def heard(self) -> list[str]:
        """
        What this client was sent.
        """
        return self.api.said_to(self.chat)


@dataclass
class OnWhatsApp:
    """
    A client on WhatsApp. Whom we did not hear waits for the answer before writing again.
    """

    twilio: Twilio
    number: str
    sent: int = 0
    acknowledged: int = 0
    is_over: asyncio.Event = field(default_factory=asyncio.Event)

    async def writes(self, line: str) -> None:
        """
        Post a message once; if it was not taken, wait until it was answered all the same.
        """
        form = self.twilio.write(text=line, sender=self.number)
        self.sent += 1
        if await self.twilio.hooks.post("/webhooks/twilio", form) == 200:
            self.acknowledged += 1
            return
        while len(self.heard) < self.sent and not self.is_over.is_set():    # noqa: ASYNC110
            await asyncio.sleep(0.05)

    @property
    def heard(self) -> list[str]:
        """
        What this client was sent.
        """
        return [self.twilio.text_of(message) for message in self.twilio.sent if message["to"] == self.number]


class Reporter:
    """
    Twilio's status callbacks: each a while after the send, in any order, now and then twice; lost when nobody listens.
    """

    def __init__(self, twilio: Twilio) -> None:
        self.twilio = twilio
        self.tasks: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """
        Report on every message, for ever.
        """
        try:
            await self._follow()
        finally:
            for task in self.tasks:
                task.cancel()

    async def _follow(self) -> None:
        told = 0
        while True:
            for message in self.twilio.sent[told:]:
                told += 1
                for state, seconds in (("sent", 0.1), ("delivered", 0.8), ("read", 1.5)):
                    self._later(message["sid"], state, seconds * random.uniform(0.2, 2))
                    if random.random() < 0.1:
                        self._later(message["sid"], state, seconds * 2)
            await asyncio.sleep(0.02)

    def _later(self, sid: str, state: str, seconds: float) -> None:
        task = asyncio.get_running_loop().create_task(self._report(sid, state, seconds))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _report(self, sid: str, state: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.twilio.report(sid, state)


async def play(client: Client, how_many: int, until: asyncio.Event | None = None, pause: float = 0.0) -> None:
    """
    Let a client write so many messages, or the opening and on until an event, with pauses of up to twice `pause` between them.
    """
    for line in islice(script(), how_many):
        if until is not None and until.is_set() and client.sent >= len(OPENING):
            return
        await client.writes(line)
        if pause:
            await asyncio.sleep(random.uniform(0, 2 * pause))


async def reference(client: Client) -> list[str]:
    """
    Let an undisturbed client play the opening and two rounds, each line after the last answer; return the answers.
    """
    for line in islice(script(), len(OPENING) + 2 * len(ROUND)):
        await client.writes(line)
        await answered(client)
    played = [plain(one) for one in client.heard]
    assert played == expected(played, len(played)), "the conversation does not repeat itself"
    assert all(one != other for one, other in pairwise(played)), "two answers that cannot be told apart"
    return played


async def answered(*clients: Client, seconds: float = 60.0) -> None:
    """
    Return once every message of these clients has an answer.
    """
    async with asyncio.timeout(seconds):
        while any(len(list(groupby(client.heard))) < client.sent for client in clients):    # noqa: ASYNC110
            await asyncio.sleep(0.02 * len(clients))


def plain(answer: str) -> str:
    """
    Return an answer without the days and times in it, and without its menu: that is buttons or numbers, as it was sent first or again.
    """
    return MENU.sub("", VARYING.sub("#", answer))


def doubles(client: Client, played: list[str]) -> int:
    """
    Hold a client's answers against the undisturbed ones: each question answered, in order. Return how many came more than once.
    """
    heard = [plain(one) for one in client.heard]
    once = [answer for answer, _ in groupby(heard)]
    assert once == expected(played, client.sent)
    return len(heard) - len(once)


def count(database_url: str) -> Counter[str]:
    """
    Return what the database holds that must add up: rows by what they are.
    """
    database = Database(database_url, Keys([SECRET]))
    try:
        return database.look(lambda tx: Counter({
            name: tx.run(text(f"select count(*) from {what}")).scalar_one()
            for name, what in {
                "clients": "clients", "moments": "moments", "tickets": "tickets",
                "moments of their own": "(select client_id from moments group by client_id) x",
                "tickets of their own": "(select client_id from tickets group by client_id) x",
                "heard": "messages where direction = 'in'", "answered": "messages where direction = 'in' and state = 'answered'",
                "said": "messages where direction = 'out'",
                "left": "messages where direction = 'out' and state in ('sent', 'delivered', 'read')",
            }.items()
        }))
    finally:
        database.close()
