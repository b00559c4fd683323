"""
Exports: contact moments and their tickets a block at a time, for other systems, with ids that tell them nothing of ours.
"""

import hmac
import os
import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select, tuple_

from storage.database import Tx
from storage.reports import BY_PERSON, WITHDRAWN, Span
from storage.tables import locations, moments, namespaces, tickets

Place = tuple[date, int, int]       # day, location and id of the last moment that was read


class Told(NamedTuple):
    """
    A contact moment as another organisation may know it: nothing in it leads to a client or to what was said.
    """

    id: int
    location: str
    municipality: str
    channel: str
    began_at: datetime
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    programme: str
    is_by_person: bool
    is_reached: bool
    tasks: tuple["Task", ...]


class Task(NamedTuple):
    """
    A ticket, likewise.
    """

    id: int
    reason: str
    topics: tuple[str, ...]
    is_emergency: bool
    opened_at: datetime
    closed_at: datetime | None


def namespace(tx: Tx, name: str) -> bytes:
    """
    Return the secret of a kind of export; the first time it is made. It needs a transaction that writes.
    """
    secret = tx.keys.seal("namespaces.secret", name, os.urandom(32).hex())
    tx.run(tx.insert(namespaces).on_conflict_do_nothing(), {"name": name, "secret": secret})
    row = tx.run(select(namespaces.c.secret).where(namespaces.c.name == name)).one()
    return tx.keys.open("namespaces.secret", name, row.secret)


def outside_id(secret: bytes, what: str) -> uuid.UUID:
    """
    Return the id by which something of ours is known outside: always the same, and without the secret nobody can tell which it is.
    """
    return uuid.UUID(bytes=hmac.digest(secret, what.encode(), "sha256")[:16], version=5)


_COLUMNS = (
    moments.c.id, moments.c.location_id, moments.c.began_on, locations.c.name, moments.c.municipality, moments.c.channel, moments.c.began_at,
    moments.c.languages, moments.c.topics, moments.c.programme, moments.c.answered_by, moments.c.is_reached,
)
_ORDER = (moments.c.began_on, moments.c.location_id, moments.c.id)


def told(tx: Tx, span: Span, after: Place | None, how_many: int) -> tuple[list[Told], Place | None]:
    """
    Return the next moments of these days, each with its tickets, and where to go on, or None at the end. A greeting that led to
    nothing is none: what is left are the contacts of the report, and whom we did not reach.
    """
    query = select(*_COLUMNS).join(locations, locations.c.id == moments.c.location_id).where(
        moments.c.outcome != WITHDRAWN,
        moments.c.began_on.between(span.from_on, span.to_on))
    if span.location_id is not None:
        query = query.where(moments.c.location_id == span.location_id)
    if after is not None:
        query = query.where(tuple_(*_ORDER) > after)
    rows = tx.all(query.order_by(*_ORDER).limit(how_many))
    last = (rows[-1].began_on, rows[-1].location_id, rows[-1].id) if len(rows) == how_many else None
    kept = [row for row in rows if row.topics or row.answered_by in BY_PERSON or not row.is_reached]
    tasks = _tasks(tx, [row.id for row in kept])
    return [
        Told(row.id, row.name, row.municipality, row.channel, row.began_at, _parts(row.languages), _parts(row.topics), row.programme,
             row.answered_by in BY_PERSON, bool(row.is_reached), tuple(tasks.get(row.id, ())))
        for row in kept
    ], last


def _tasks(tx: Tx, ids: Sequence[int]) -> dict[int, list[Task]]:
    columns = (tickets.c.id, tickets.c.moment_id, tickets.c.reason, tickets.c.topics, tickets.c.urgency, tickets.c.opened_at, tickets.c.closed_at)
    found: dict[int, list[Task]] = {}
    rows: Sequence[Any] = tx.all(select(*columns).where(tickets.c.moment_id.in_(ids)).order_by(tickets.c.id)) if ids else ()
    for row in rows:
        found.setdefault(row.moment_id, []).append(
            Task(row.id, row.reason, _parts(row.topics), row.urgency == "now", row.opened_at, row.closed_at))
    return found


def _parts(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(",")) if listed else ()
