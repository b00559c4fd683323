"""
Gather: what a group of turns decided, until it is written one statement a table.
"""

import traceback
from dataclasses import dataclass, field
from datetime import datetime

from bot.settle import Answer
from storage.moments import Moment
from storage.outbox import Queued
from storage.sessions import Standing
from storage.tickets import Ticket


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


def where(error: Exception) -> str:
    """
    Return where in our code an error came up, without what it says: that could hold a client's words.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
