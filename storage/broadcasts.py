"""
Broadcasts: what a coordinator says to many clients at once, from its draft until it is done.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, literal, or_, select

from storage.database import Tx
from storage.tables import broadcasts, clients, moments, recipients, volunteers

PAGE = 50
GOING = ("running", "paused")


@dataclass(frozen=True, slots=True)
class Broadcast:
    """
    One of them. `segment` and `body` are as `flows/broadcast.py` writes them; clients up to `planned_to` are planned, None for all.
    """

    id: int
    location_id: int
    kind: str
    state: str
    segment: str
    body: str
    until_on: date
    planned_to: int | None
    volunteer_id: int
    created_at: datetime
    confirmed_by: int | None
    confirmed_at: datetime | None
    ended_at: datetime | None


def _read(tx: Tx, row: Row[Any]) -> Broadcast:
    return Broadcast(row.id, row.location_id, row.kind, row.state, row.segment, tx.keys.text("broadcasts.body", row.id, row.body), row.until_on,
                     row.planned_to, row.volunteer_id, row.created_at, row.confirmed_by, row.confirmed_at, row.ended_at)


def begin(tx: Tx, form_key: str, new: Broadcast) -> int:
    """
    Write a draft down and return its id; the form that was sent twice gives the one that is there. The id of `new` is not used.
    """
    id = tx.ids.next()
    tx.run(tx.insert(broadcasts).on_conflict_do_nothing(), {
        "id": id, "form_key": form_key, "location_id": new.location_id, "kind": new.kind, "state": "draft", "segment": new.segment,
        "body": tx.keys.seal("broadcasts.body", id, new.body), "until_on": new.until_on, "planned_to": 0, "volunteer_id": new.volunteer_id,
        "created_at": new.created_at})
    row = tx.one(select(broadcasts.c.id).where(broadcasts.c.form_key == form_key))
    assert row is not None
    return int(row.id)


def one(tx: Tx, id: int) -> Broadcast | None:
    """
    Return a broadcast.
    """
    row = tx.one(select(broadcasts).where(broadcasts.c.id == id))
    return _read(tx, row) if row else None


def lock(tx: Tx, id: int) -> Broadcast | None:
    """
    Return a broadcast, locked until the commit: whoever pauses or stops it waits for this step of it, and another process too.
    """
    row = tx.one(select(broadcasts).where(broadcasts.c.id == id).with_for_update())
    return _read(tx, row) if row else None


def page(tx: Tx, location_id: int, before: int = 0) -> list[tuple[Broadcast, str]]:
    """
    Return the broadcasts of a location with who made them, the last first, a page and one more.
    """
    query = select(broadcasts, volunteers.c.name).join(volunteers, volunteers.c.id == broadcasts.c.volunteer_id)
    mine = broadcasts.c.location_id == location_id, *((broadcasts.c.id < before,) if before else ())
    return [(_read(tx, row), row.name) for row in tx.all(query.where(*mine).order_by(broadcasts.c.id.desc()).limit(PAGE + 1))]


def running(tx: Tx) -> list[int]:
    """
    Return the broadcasts that are being sent, the oldest first.
    """
    return [row.id for row in tx.all(select(broadcasts.c.id).where(broadcasts.c.state == "running").order_by(broadcasts.c.id))]


def write(tx: Tx, id: int, body: str) -> bool:
    """
    Let a draft say this; False once it is no draft any more.
    """
    mine = broadcasts.c.id == id, broadcasts.c.state == "draft"
    return tx.run(broadcasts.update().where(*mine).values(body=tx.keys.seal("broadcasts.body", id, body))).rowcount == 1


def confirm(tx: Tx, id: int, volunteer_id: int, now: datetime) -> bool:
    """
    Send a draft off, and keep who said so and when; False if it is no draft any more.
    """
    mine = broadcasts.c.id == id, broadcasts.c.state == "draft"
    return tx.run(broadcasts.update().where(*mine).values(state="running", confirmed_by=volunteer_id, confirmed_at=now)).rowcount == 1


def turn(tx: Tx, id: int, before: Sequence[str], state: str, now: datetime | None = None) -> bool:
    """
    Let a broadcast come from one of these states into another; `now` where it ends. False if it is in none of them.
    """
    mine = broadcasts.c.id == id, broadcasts.c.state.in_(before)
    return tx.run(broadcasts.update().where(*mine).values(state=state, ended_at=now)).rowcount == 1


def finish(tx: Tx, id: int, now: datetime) -> bool:
    """
    Note that a running broadcast is done, if nobody is left to plan or to write to; tell whether it was so.
    """
    is_left = exists(select(recipients.c.client_id).where(recipients.c.broadcast_id == id, recipients.c.ready_at.is_not(None)))
    done = broadcasts.c.id == id, broadcasts.c.state == "running", broadcasts.c.planned_to.is_(None), ~is_left
    return tx.run(broadcasts.update().where(*done).values(state="done", ended_at=now)).rowcount == 1


def planned(tx: Tx, id: int, to: int | None) -> None:
    """
    Note up to which client a broadcast is planned, None for all of them.
    """
    tx.run(broadcasts.update().where(broadcasts.c.id == id).values(planned_to=to))


def next_clients(tx: Tx, after: int, how_many: int) -> list[tuple[int, str, int]]:
    """
    Return (client, language, location) of the next clients by id, whoever they are.
    """
    query = select(clients.c.id, clients.c.language, clients.c.location_id).where(clients.c.id > after).order_by(clients.c.id).limit(how_many)
    return [(row.id, row.language, row.location_id) for row in tx.all(query)]


def who_had(tx: Tx, client_ids: Sequence[int], programmes: Sequence[str], topics: Sequence[str]) -> list[int]:
    """
    Return who of these clients had a contact in one of these programmes, and one about one of these topics; nothing named is no matter.
    """
    about = [(literal(",") + moments.c.topics + ",").contains(f",{topic},", autoescape=True) for topic in topics]
    wanted = [*([_had(moments.c.programme.in_(programmes))] if programmes else ()), *([_had(or_(*about))] if about else ())]
    if not client_ids or not wanted:
        return list(client_ids)
    return [row.id for row in tx.all(select(clients.c.id).where(clients.c.id.in_(client_ids), *wanted).order_by(clients.c.id))]


def _had(what: ColumnElement[bool]) -> ColumnElement[bool]:
    theirs: Select[Any] = select(moments.c.id).where(moments.c.client_id == clients.c.id, moments.c.is_reached, what)
    return exists(theirs.correlate(clients))
