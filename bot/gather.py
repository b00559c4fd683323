"""
Gather: what a group of turns, or of reminders, decided, until it is written one statement a table.
"""

import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.reach import Found
from bot.settle import Answer
from bot.share import Sharing
from bot.summon import Call
from flows.remind import Case
from storage.deliveries import Told
from storage.moments import Moment
from storage.outbox import Queued
from storage.reminders import Reminder
from storage.sessions import Standing
from storage.tickets import Ticket


@dataclass(slots=True)
class Saying:
    """
    What is the same for many clients of one round of reminders, in parts between which the id of each one's message stands.
    """

    bodies: dict[tuple[str, tuple[Case, ...]], tuple[bytes, ...]] = field(default_factory=dict)     # as written down, by language and what is due
    states: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)            # a session after it, by the one before and language

    def trim(self, most: int) -> None:
        """
        Forget what there is more of than so many.
        """
        for kept in (self.bodies, self.states):
            if len(kept) > most:
                kept.clear()


@dataclass(slots=True)
class Turns:
    """
    What a group of turns decided, gathered to be written one statement a table.
    """

    answered: list[tuple[int, int | None]] = field(default_factory=list)
    deferred: list[tuple[int, datetime]] = field(default_factory=list)
    called: list[tuple[int, datetime]] = field(default_factory=list)
    kept: list[tuple[Standing, datetime]] = field(default_factory=list)
    begun: list[Moment] = field(default_factory=list)
    going: list[Moment] = field(default_factory=list)
    queued: list[Queued] = field(default_factory=list)
    asked: list[Ticket] = field(default_factory=list)
    learned: dict[int, dict[str, object]] = field(default_factory=dict)
    facts: list[tuple[int, str, str]] = field(default_factory=list)
    bound: list[tuple[str, Standing, datetime]] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    reached: list[int] = field(default_factory=list)
    heard: list[tuple[int, datetime, datetime]] = field(default_factory=list)
    wishes: list[tuple[int, str]] = field(default_factory=list)
    helped: list[tuple[int, str]] = field(default_factory=list)
    felt: list[tuple[int, int, str, datetime]] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    safe: list[tuple[int, str]] = field(default_factory=list)
    sharing: Sharing = field(default_factory=Sharing)


@dataclass(slots=True)
class Batch:
    """
    What one commit of reminders decides, gathered until it is written one statement a table.
    """

    now: datetime                       # at the office
    at: datetime                        # the same by universal time, in which rows are read: two of one zone compare four times as fast
    silent: dict[int, frozenset[str]]
    said: Saying
    settled: list[Reminder] = field(default_factory=list)
    begun: list[Moment] = field(default_factory=list)
    queued: list[Queued] = field(default_factory=list)
    kept: dict[int, Standing] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    talks: list[Reminder] = field(default_factory=list)
    openings: dict[int, str] = field(default_factory=dict)      # shared phones at which we ask who reads


@dataclass(slots=True)
class Theirs(Found):
    """
    One client as their reminders find them, with all their rows, what they were told before, and the facts that
    tell of which kind their cards are.
    """

    rows: Sequence[Reminder] = ()
    told: Sequence[Told] = ()
    cards: Mapping[str, str] = field(default_factory=dict)


def where(error: Exception) -> str:
    """
    Return where in our code an error came up, without what it says: that could hold a client's words.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
