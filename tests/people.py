"""
People for the tests: the whole app in one process, a clock that moves, and clients who write and hear.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import fetch, forget
from bot.app import App
from bot.channels import Attachment, Outbound, Outcome, Registry
from bot.channels.memory import Memory
from bot.converse import take_all
from bot.deliver import drain
from bot.passwords import Passwords
from bot.receive import receive
from bot.settings import Settings
from bot.translate import load
from flows.events import HeardKind
from flows.rights import Role, Volunteer
from storage import locations, questions, volunteers
from storage.database import Database, Tx
from storage.questions import Filter, Question

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
SECRET = "the secret key of the tests"
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=AMSTERDAM).astimezone(UTC)


@dataclass
class MovedClock:
    """
    A clock that stands still until it is moved.
    """

    at: datetime = MONDAY

    def __call__(self) -> datetime:
        """
        Return now.
        """
        return self.at

    def move(self, **by: float) -> None:
        """
        Move forward: `now.move(days=30)`.
        """
        self.at += timedelta(**by)

    def move_to(self, day: date, hour: int = 10) -> None:
        """
        Move to an hour of a day in Amsterdam.
        """
        self.at = datetime.combine(day, time(hour), AMSTERDAM).astimezone(UTC)


def settings_for(folder: Path, database_url: str, **environ: str) -> Settings:
    """
    Return settings as a test wants them, read as `serve` reads them.
    """
    return Settings.read({"WEGWIJS_DATA_DIR": str(folder), "WEGWIJS_DATABASE_URL": database_url, "WEGWIJS_SECRET_KEY": SECRET, **environ}, folder)


@dataclass
class World:
    """
    The app over one database and the `memory` channel.
    """

    app: App
    channel: Memory
    now: MovedClock
    people: dict[str, "Person"] = field(default_factory=dict)

    def person(self, name: str) -> "Person":
        """
        Return a client by name; the same name is the same client.
        """
        return self.people.setdefault(name, Person(self, name))

    def volunteer(self, name: str, role: Role = "volunteer", teams: Iterable[str] = ("social",), location_id: int = 1, **more: object) -> Volunteer:
        """
        Return a volunteer of ours, added to the team; `more` as `volunteers.change` takes it.
        """
        def add(tx: Tx) -> Volunteer:
            id = volunteers.add(tx, name, role, location_id, self.now(), list(teams))
            if more:
                volunteers.change(tx, id, **more)
            found = volunteers.by_id(tx, id)
            assert found
            return found

        return self.app.database.submit(add).result()

    def tickets(self, who: Volunteer, filter: Filter = "all") -> list[Question]:
        """
        Return the questions on somebody's list.
        """
        return self.app.database.look(lambda tx: questions.for_(tx, who, filter))

    async def go_on(self) -> None:
        """
        Do all that waits: turns, sends.
        """
        await take_all(self.app)
        await drain(self.app)

    async def forget(self) -> None:
        """
        Let the clock erase whoever asked for it.
        """
        await forget.forget(self.app)

    async def fetch(self) -> None:
        """
        Fetch the media that wait.
        """
        until = self.now() + timedelta(minutes=2)
        for one in await self.app.database.write(lambda tx: fetch.media.claim(tx, self.app.channels.on, 10, self.now(), until)):
            await fetch._fetch(self.app, one)


@dataclass
class Person:
    """
    Somebody with a phone.
    """

    world: World
    name: str

    async def says(self, *texts: str) -> str:
        """
        Write these texts, one after the other, and return the last answer.
        """
        for text in texts:
            await self._brings(text=text)
        return self.last.text

    async def says_nothing_back(self, text: str) -> None:
        """
        Write a text whose answer does not arrive.
        """
        await self._brings(text=text)

    async def writes_without_waiting(self, texts: Iterable[str]) -> None:
        """
        Write many texts before anything is answered.
        """
        world = self.world
        await receive(world.app, [world.channel.hear(self.name, world.now(), text) for text in texts])

    async def presses(self, choice: str) -> str:
        """
        Press a button by its id and return the answer.
        """
        await self._brings(choice=choice)
        return self.last.text

    async def sends(self, kind: HeardKind, *media: Attachment, text: str = "") -> str:
        """
        Send a voice note, a picture, a document … and return the answer.
        """
        await self._brings(text=text, kind=kind, media=media)
        return self.last.text

    async def _brings(self, text: str = "", choice: str = "", kind: HeardKind = "text", media: tuple[Attachment, ...] = ()) -> None:
        world = self.world
        await receive(world.app, [world.channel.hear(self.name, world.now(), text, choice, kind, media)])
        await world.go_on()

    @property
    def messages(self) -> list[Outbound]:
        """
        Everything this person was sent.
        """
        return self.world.channel.sent[self.name]

    @property
    def heard(self) -> list[str]:
        """
        The texts this person was sent.
        """
        return [message.text for message in self.messages]

    @property
    def last(self) -> Outbound:
        """
        The last message this person was sent.
        """
        return self.messages[-1]

    @property
    def labels(self) -> list[str]:
        """
        The labels of the choices under the last message.
        """
        return [label for _, label in self.last.offers]


def make_world(database: Database, folder: Path, outcomes: Iterable[Outcome] = ()) -> World:
    """
    Return a world over an open database; the first sends get these outcomes.
    """
    channel, now = Memory(), MovedClock()
    channel.outcomes.extend(outcomes)
    channel.brings = ()             # a test that wants pins and calendars says so
    settings = settings_for(folder, database.url.render_as_string(hide_password=False))
    app = App(settings, database, Registry({"memory": channel}), load(), now, passwords=Passwords(1, 64))       # no test waits for its work
    database.submit(lambda tx: locations.put(tx, "Leiden", "Leiden", "Voorbeeldstraat 1, Leiden", "071-000 00 00", "mo-fr 09:00-17:00")).result()
    database.look(app.learn_places)
    return World(app, channel, now)


async def until(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    """
    Wait until something is so that has no event.
    """
    async with asyncio.timeout(seconds):
        while not is_so():          # noqa: ASYNC110
            await asyncio.sleep(0.05)
