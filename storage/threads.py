"""
Threads: tickets as topics of the volunteers' Telegram group, each with a head that says how its ticket stands.

States: wanted (to be made), open, closed, unwanted (to be deleted there), deleted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, literal, literal_column, select

from storage.database import Tx
from storage.tables import Instant, threads, tickets

LIVE = ("wanted", "open")


@dataclass(frozen=True, slots=True)
class Thread:
    """
    A ticket's topic; `external_id` and `head_id` are 0 before they are made, `shown` is the hash of what its head says.
    """

    ticket_id: int
    external_id: int
    head_id: int
    shown: str
    state: str
    attempts: int


def want(tx: Tx, now: datetime) -> int:
    """
    Want a topic for every open ticket that never had one; return how many.
    """
    missing = select(tickets.c.id, literal("wanted"), literal(now, Instant)).where(
        tickets.c.state != literal_column("'closed'"), ~exists(select(threads.c.ticket_id).where(threads.c.ticket_id == tickets.c.id)))
    return tx.run(tx.insert(threads).from_select(["ticket_id", "state", "ready_at"], missing)).rowcount


def is_missing(tx: Tx) -> bool:
    """
    Tell whether some open ticket never had a topic.
    """
    query = select(tickets.c.id).where(
        tickets.c.state != literal_column("'closed'"), ~exists(select(threads.c.ticket_id).where(threads.c.ticket_id == tickets.c.id)))
    return tx.one(query.limit(1)) is not None


def in_state(tx: Tx, states: Sequence[str], now: datetime) -> list[Thread]:
    """
    Return the topics in these states with which we may go on now.
    """
    return _all(tx, select(threads).where(threads.c.state.in_(states), threads.c.ready_at <= now).order_by(threads.c.ticket_id))


def by_external(tx: Tx, external_id: int) -> Thread | None:
    """
    Return the topic that the group knows by this number, or None.
    """
    return next(iter(_all(tx, select(threads).where(threads.c.external_id == external_id))), None)


def made(tx: Tx, ticket_id: int, external_id: int) -> None:
    """
    Note that a topic was made; one that was unwanted meanwhile is to be deleted all the same.
    """
    tx.run(threads.update().where(threads.c.ticket_id == ticket_id).values(external_id=external_id, attempts=0))
    tx.run(threads.update().where(threads.c.ticket_id == ticket_id, threads.c.state == "wanted").values(state="open"))


def headed(tx: Tx, ticket_id: int, head_id: int, shown: str) -> None:
    """
    Note what the head of a topic says now.
    """
    tx.run(threads.update().where(threads.c.ticket_id == ticket_id).values(head_id=head_id, shown=shown, attempts=0))


def closed(tx: Tx, ticket_id: int) -> None:
    """
    Note that a topic was closed in the group.
    """
    tx.run(threads.update().where(threads.c.ticket_id == ticket_id, threads.c.state == "open").values(state="closed"))


def lost(tx: Tx, ticket_id: int) -> None:
    """
    Want a topic anew: somebody deleted it in the group, or we did because it said too much.
    """
    tx.run(threads.update().where(threads.c.ticket_id == ticket_id, threads.c.state.in_(LIVE)).values(
        state="wanted", external_id=None, head_id=None, shown=""))


def deleted(tx: Tx, ticket_id: int, now: datetime) -> None:
    """
    Note that a topic is gone from the group.
    """
    tx.run(threads.update().where(threads.c.ticket_id == ticket_id, threads.c.state == "unwanted").values(
        state="deleted", external_id=None, head_id=None, shown="", deleted_at=now))


def put_off(tx: Tx, ticket_id: int, until: datetime) -> None:
    """
    Leave a topic alone until then: the group would not have it.
    """
    tx.run(threads.update().where(threads.c.ticket_id == ticket_id).values(ready_at=until, attempts=threads.c.attempts + 1))


def unwant(tx: Tx, ticket_ids: Sequence[int], now: datetime) -> None:
    """
    Let the topics of these tickets be deleted in the group, and never be made again.
    """
    if ticket_ids:
        tx.run(threads.update().where(threads.c.ticket_id.in_(ticket_ids), threads.c.state != "deleted").values(
            state="unwanted", ready_at=now, attempts=0))
        tx.wake("group")


def expire(tx: Tx, before: datetime, now: datetime) -> int:
    """
    Let the topics of tickets that were closed before then be deleted; return how many.
    """
    query = select(threads.c.ticket_id).join(tickets, tickets.c.id == threads.c.ticket_id).where(
        threads.c.state.in_(("wanted", "open", "closed")), tickets.c.state == "closed", tickets.c.closed_at < before)
    old = [row.ticket_id for row in tx.all(query)]
    unwant(tx, old, now)
    return len(old)


def _all(tx: Tx, query: Select[tuple[object, ...]]) -> list[Thread]:
    return [Thread(row.ticket_id, row.external_id or 0, row.head_id or 0, row.shown, row.state, row.attempts) for row in tx.all(query)]
