"""
Pages of the list of questions, each found from where the one before ended: the five hundredth costs what the first does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, literal_column, select, tuple_, union_all

from storage.database import Tx
from storage.tables import EPOCH, MICROSECOND, Instant, tickets
from storage.tickets import IS_OPEN, URGENCIES

_PLACE = re.compile(r"([a-z]{1,8})\.(\d{1,17})\.(\d{1,19})", re.ASCII)
CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Place:
    """
    Where a page ended: the urgency (`closed` among the closed ones), the time by which it is sorted, and the id of its last question.
    """

    urgency: str
    at: datetime
    id: int

    def __str__(self) -> str:
        """
        Return it as an address tells it: nothing of the question itself.
        """
        return f"{self.urgency}.{(self.at - EPOCH) // MICROSECOND}.{self.id}"


def place(told: str) -> Place | None:
    """
    Return the place that an address tells, or None for anything else.
    """
    found = _PLACE.fullmatch(told)
    if found is None or found[1] not in (*URGENCIES, CLOSED) or int(found[3]) >= 1 << 63:
        return None
    try:
        return Place(found[1], EPOCH + int(found[2]) * MICROSECOND, int(found[3]))
    except OverflowError:
        return None


def of_open(tx: Tx, which: Sequence[ColumnElement[bool]], after: Place | None, how_many: int) -> list[int]:
    """
    Return the ids of open tickets, the most urgent and the soonest due first.
    """
    first = URGENCIES.index(after.urgency) if after and after.urgency in URGENCIES else 0
    parts = []
    for rank in range(first, len(URGENCIES)):
        rest = [_then() > _at(after)] if after and after.urgency == URGENCIES[rank] else []
        urgency: ColumnElement[str] = literal_column(f"'{URGENCIES[rank]}'")
        ranked: ColumnElement[int] = literal_column(str(rank))
        part = select(tickets.c.id, tickets.c.due_at, ranked.label("rank")).where(tickets.c.urgency == urgency, IS_OPEN, *which, *rest)
        parts.append(_whole(part.order_by(tickets.c.due_at, tickets.c.id).limit(how_many)))
    merged = union_all(*parts).subquery()
    page = select(merged.c.id).order_by(merged.c.rank, merged.c.due_at, merged.c.id).limit(how_many)
    return [row.id for row in tx.all(page)]


def of_closed(tx: Tx, which: Sequence[ColumnElement[bool]], after: Place | None, how_many: int) -> list[int]:
    """
    Return the ids of closed tickets, those closed last first.
    """
    rest = [tuple_(tickets.c.closed_at, tickets.c.id) < _at(after)] if after and after.urgency == CLOSED else []
    page = select(tickets.c.id).where(tickets.c.state == CLOSED, tickets.c.closed_at.is_not(None), *which, *rest)
    return [row.id for row in tx.all(page.order_by(tickets.c.closed_at.desc(), tickets.c.id.desc()).limit(how_many))]


def _whole(part: Select[Any]) -> Select[Any]:
    return select(part.subquery())


def _then() -> Any:
    return tuple_(tickets.c.due_at, tickets.c.id)


def _at(place: Place) -> Any:
    return tuple_(literal(place.at, Instant), literal(place.id))
