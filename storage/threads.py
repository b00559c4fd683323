"""
Threads: a ticket's topic in the volunteers' Telegram group, and what of the ticket stands there.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import case, func, select

from storage.database import Tx
from storage.tables import alerts, locations, threads, tickets
from storage.tickets import IS_OPEN

AT_ONCE = 200               # topics that are wanted in one look


@dataclass(frozen=True, slots=True)
class Thread:
    """
    The topic of a ticket. `external_id` and `head_id` are 0 until Telegram has them; `look` changes whenever what its head shows
    of the ticket does; `alert_id` is the latest alert that nobody saw, and `heard_at` the client's last word.
    """

    ticket_id: int
    external_id: int
    head_id: int
    shown: str
    state: str
    attempts: int
    look: str
    is_closed: bool
    is_taken: bool
    alert_id: int
    alerted_id: int
    heard_at: datetime | None
    told_at: datetime | None


_UNSEEN = (
    select(func.max(alerts.c.id)).where(alerts.c.ticket_id == tickets.c.id, alerts.c.seen_at.is_(None)).correlate(tickets).scalar_subquery()
)
_LIVE = (
    select(threads, tickets.c.team, tickets.c.urgency, tickets.c.topics, tickets.c.language, tickets.c.volunteer_id, tickets.c.due_at,
           tickets.c.avoids_community, tickets.c.wants_woman, tickets.c.said_at, locations.c.shows_text, tickets.c.heard_at.label("client_at"),
           tickets.c.state.label("ticket_state"), _UNSEEN.label("alert_id"))
    .join(tickets, tickets.c.id == threads.c.ticket_id).join(locations, locations.c.id == tickets.c.location_id)
)


def missing(tx: Tx) -> list[int]:
    """
    Return open tickets that have no topic and are to have one.
    """
    has = select(threads.c.ticket_id).where(threads.c.ticket_id == tickets.c.id).exists()
    rows = tx.all(select(tickets.c.id).where(IS_OPEN, ~has).order_by(tickets.c.due_at).limit(AT_ONCE))
    return [row.id for row in rows]


def want(tx: Tx, ticket_ids: Sequence[int], now: datetime) -> None:
    """
    Want a topic for these tickets.
    """
    if ticket_ids:
        tx.run(tx.insert(threads).on_conflict_do_nothing(), [{"ticket_id": id, "state": "wanted", "ready_at": now} for id in ticket_ids])


def due(tx: Tx, now: datetime) -> list[Thread]:
    """
    Return the topics that are wanted or open and not put off, the most urgent question first.
    """
    rank = case({"now": 0, "today": 1}, value=tickets.c.urgency, else_=2)
    query = _LIVE.where(threads.c.state.in_(("wanted", "open")), threads.c.ready_at <= now).order_by(rank, tickets.c.due_at, tickets.c.id)
    return [_thread(row) for row in tx.all(query)]


def _thread(row: Any) -> Thread:
    return Thread(
        row.ticket_id, row.external_id or 0, row.head_id or 0, row.shown, row.state, row.attempts, _look(row), row.ticket_state == "closed",
        row.ticket_state == "taken", row.alert_id or 0, row.alerted_id or 0, row.client_at, row.heard_at)


def _look(row: Any) -> str:
    shown = (row.team, row.urgency, row.topics, row.language, row.volunteer_id, row.due_at, row.ticket_state, row.avoids_community,
             row.wants_woman, row.said_at, row.shows_text, row.client_at if row.ticket_state == "open" else None)
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def to_delete(tx: Tx, now: datetime) -> tuple[int, int, int] | None:
    """
    Return the topic that must go first, as ticket, Telegram's id (0 for one that was never made) and attempts; or None.
    """
    row = tx.one(select(threads.c.ticket_id, threads.c.external_id, threads.c.attempts).where(
        threads.c.state.in_(("closed", "doomed")), threads.c.ready_at <= now).order_by(threads.c.ready_at).limit(1))
    return (row.ticket_id, row.external_id or 0, row.attempts) if row else None


def ticket_of(tx: Tx, external_id: int) -> int | None:
    """
    Return the ticket of a topic, or None.
    """
    row = tx.one(select(threads.c.ticket_id).where(threads.c.external_id == external_id))
    return row.ticket_id if row else None


def topic_of(tx: Tx, ticket_id: int) -> int:
    """
    Return Telegram's id of the topic of a ticket, or 0.
    """
    row = tx.one(select(threads.c.external_id).where(threads.c.ticket_id == ticket_id))
    return (row.external_id or 0) if row else 0


def made(tx: Tx, ticket_id: int, external_id: int) -> None:
    """
    Note that Telegram made the topic; one that must go meanwhile still must.
    """
    tx.run(threads.update().where(threads.c.ticket_id == ticket_id).values(
        external_id=external_id, attempts=0, state=case((threads.c.state == "wanted", "open"), else_=threads.c.state)))


def told(tx: Tx, ticket_id: int, **values: object) -> None:
    """
    Note what stands in the topic now: head_id, shown, heard_at, alerted_id.
    """
    tx.run(threads.update().where(threads.c.ticket_id == ticket_id).values(attempts=0, **values))


def close(tx: Tx, ticket_id: int, until: datetime) -> None:
    """
    Keep a topic whose ticket is closed until then.
    """
    tx.run(threads.update().where(threads.c.ticket_id == ticket_id, threads.c.state == "open").values(state="closed", ready_at=until, attempts=0))


def put_off(tx: Tx, ticket_id: int, until: datetime) -> None:
    """
    Try again then.
    """
    tx.run(threads.update().where(threads.c.ticket_id == ticket_id).values(ready_at=until, attempts=threads.c.attempts + 1))


def doom(tx: Tx, ticket_ids: Sequence[int], now: datetime) -> None:
    """
    Let the topics of these tickets be deleted as soon as Telegram answers.
    """
    if ticket_ids:
        tx.run(threads.update().where(threads.c.ticket_id.in_(ticket_ids)).values(state="doomed", ready_at=now))
        tx.wake("desk")


def drop(tx: Tx, ticket_id: int) -> None:
    """
    Forget a topic that is gone from the group; an open ticket gets another.
    """
    tx.run(threads.delete().where(threads.c.ticket_id == ticket_id))
