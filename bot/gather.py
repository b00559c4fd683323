"""
Gather: what a group of turns, or of reminders, decided, until it is written one statement a table.
"""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.settle import Answer
from bot.summon import Call
from flows import safe_contact
from flows.remind import Case
from storage.moments import Moment
from storage.outbox import Queued
from storage.reminders import Reached, Reminder
from storage.sessions import Standing
from storage.tickets import Ticket

Saying = dict[tuple[str, tuple[Case, ...]], str]      # a message as it is written down, by language and what is due


@dataclass(slots=True)
class Turns:
    """
    What a group of turns decided, gathered to be written one statement a table.
    """

    answered: list[tuple[int, int]] = field(default_factory=list)
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
    answers: list[Answer] = field(default_factory=list)
    safe: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """
    What one commit of reminders decides, gathered until it is written one statement a table.
    """

    now: datetime                       # at the office
    silent: dict[int, frozenset[str]]
    said: Saying
    settled: list[Reminder] = field(default_factory=list)
    begun: list[Moment] = field(default_factory=list)
    queued: list[Queued] = field(default_factory=list)
    kept: dict[int, Standing] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    talks: list[Reminder] = field(default_factory=list)


@dataclass(slots=True)
class Theirs:
    """
    One client as their reminders find them: where they are reached, all their rows, and what they were sent unasked lately.
    """

    reached: Reached
    standing: Standing | None
    rows: Sequence[Reminder]
    sent_at: list[datetime]
    safe: safe_contact.SafeContact

    @property
    def days(self) -> Sequence[int]:
        """
        Return the weekdays on which it is safe to write, none for all of them.
        """
        return tuple(self.safe.days)


def where(error: Exception) -> str:
    """
    Return where in our code an error came up, without what it says: that could hold a client's words.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
