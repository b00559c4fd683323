"""
The App: settings, database, channels, tongue and the clock, the one thing handed to every verb.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.channels import Registry
from bot.inbox import Inbox
from bot.passwords import Passwords
from bot.ponder import Ponder
from bot.settings import Settings
from bot.speak import Voices
from flows import hours
from flows.events import Place, Urgency
from flows.node import Tongues
from storage import corrections, locations, recordings
from storage.database import Database, Tx
from storage.locks import Lock


class Clock:
    """
    The time, which a demo or a test may move. Calling it returns an aware datetime in UTC.
    """

    def __init__(self, starts_at: datetime | None = None) -> None:
        self._shift = (starts_at - datetime.now(UTC)) if starts_at else timedelta()

    def __call__(self) -> datetime:
        """
        Return now.
        """
        return datetime.now(UTC) + self._shift

    def move(self, by: timedelta) -> None:
        """
        Move the clock, forward or back.
        """
        self._shift += by


class Stages:
    """
    What waits to be done, by stage: a wake-up sets it, the stage's loop waits for it, with a net of one second.
    """

    def __init__(self) -> None:
        self._events: dict[str, asyncio.Event] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self, *stages: str) -> None:
        """
        Wake these stages; from any thread.
        """
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        loop.call_soon_threadsafe(self._set, stages)

    def wake_in(self, seconds: float, stage: str) -> None:
        """
        Wake a stage after `seconds`; from any thread.
        """
        loop = self._loop
        if loop is not None and not loop.is_closed():
            loop.call_soon_threadsafe(loop.call_later, seconds, self.set, stage)

    async def wait(self, stage: str, seconds: float = 1.0) -> None:
        """
        Return when the stage is woken, or after `seconds`.
        """
        await self.woken(stage, seconds)

    async def woken(self, stage: str, seconds: float) -> bool:
        """
        The same, and tell whether it was woken.
        """
        self._loop = asyncio.get_running_loop()
        event = self._events.setdefault(stage, asyncio.Event())
        try:
            async with asyncio.timeout(seconds):
                await event.wait()
        except TimeoutError:
            return False
        event.clear()
        return True

    def open(self) -> None:
        """
        Bind to the running loop, so that wakes before the first wait are kept.
        """
        self._loop = asyncio.get_running_loop()

    def set(self, stage: str) -> None:
        """
        Wake a stage from within the loop.
        """
        self._events.setdefault(stage, asyncio.Event()).set()

    def _set(self, stages: tuple[str, ...]) -> None:
        for stage in sorted(stages, reverse=True):      # turns before delivery: their writes share a commit, and what a turn says leaves with it
            self._events.setdefault(stage, asyncio.Event()).set()


@dataclass(slots=True)
class App:
    """
    Everything a verb needs. `process` names this process in the rows it has in hand; once `stopping` is set, verbs finish what
    they have in hand and return.
    """

    settings: Settings
    database: Database
    channels: Registry
    tongues: Tongues
    now: Callable[[], datetime] = field(default_factory=Clock)
    stages: Stages = field(default_factory=Stages)
    process: str = "one"
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    life: Lock | None = None            # our name, held for as long as we live
    clock_lock: Lock | None = None
    places: dict[int, Place] = field(default_factory=dict)
    ponder: Ponder | None = None        # reads free text before its turn; without it our phrases alone do
    voices: Voices = field(default_factory=Voices)
    passwords: Passwords = field(default_factory=Passwords)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    inbox: Inbox = field(init=False)

    def __post_init__(self) -> None:
        """
        Let a commit wake the stages.
        """
        self.inbox = Inbox(self)
        self.database.on_wake = lambda stages: self.stages.wake(*stages)

    @property
    def home(self) -> str:
        """
        Return our own address, as volunteers open it: the public one, or this machine's.
        """
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        return self.settings.public_url or f"http://{host}:{self.settings.port}"

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """
        Run something beside, and hold on to it until it is done.
        """
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def expect_turns(self) -> None:
        """
        Wake turns and delivery before something is written down, so that theirs comes into the same commit, turns first.
        """
        self.stages.set("turns")
        self.stages.set("delivery")

    def place(self, location_id: int) -> Place:
        """
        Return what a flow may know of a location; the first one if this one is newer than our list.
        """
        return self.places.get(location_id) or next(iter(self.places.values()))

    def due_at(self, location_id: int, at: datetime, urgency: Urgency) -> datetime:
        """
        Return by when a question of this urgency is to be answered, by the location's office hours.
        """
        return hours.answer_by(self.place(location_id).hours, at.astimezone(self.settings.timezone), urgency)

    def working_day_after(self, location_id: int, at: datetime) -> datetime:
        """
        Return the same time of a location's next working day.
        """
        return hours.working_day_after(self.place(location_id).hours, at.astimezone(self.settings.timezone))

    def learn_texts(self, tx: Tx) -> None:
        """
        Read how volunteers corrected our texts and spoke them, at start, by the clock and when one changes.
        """
        better: dict[str, dict[str, str]] = {}
        ticked: dict[str, set[str]] = {}
        for one in corrections.live(tx):
            if one.source in self.tongues.written(one.language):        # else no conversation says this any more
                better.setdefault(one.language, {})[one.source] = one.said
                if one.is_reviewed:
                    ticked.setdefault(one.language, set()).add(one.source)
        self.tongues.correct(better, ticked)
        self.voices.learn(recordings.newest(tx), corrections.wordings(tx), self.tongues)

    def learn_places(self, tx: Tx) -> None:
        """
        Read the locations, at start and by the clock.
        """
        self.places = {one.id: Place(one.name, one.municipality, one.address, one.phone, hours.parse(one.hours)) for one in locations.all_of(tx)}
