"""
Recipients: the clients of a broadcast, each once, and what became of it for each of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.tables import clients, messages, recipients

PAGE = 50


@dataclass(slots=True, eq=False)
class Recipient:
    """
    A client of a broadcast; `ready_at` is None once that is settled, `reason` why it is held or barred.
    """

    broadcast_id: int
    client_id: int
    state: str = "planned"
    reason: str = ""
    ready_at: datetime | None = None
    message_id: int | None = None
    settled_at: datetime | None = None


_ADD = {True: postgresql.insert(recipients).on_conflict_do_nothing(), False: sqlite.insert(recipients).on_conflict_do_nothing()}


def add(tx: Tx, broadcast_id: int, client_ids: Sequence[int], ready_at: datetime) -> None:
    """
    Plan a broadcast for clients; who has it already is left as they are.
    """
    if client_ids:
        row = {"broadcast_id": broadcast_id, "state": "planned", "ready_at": ready_at}
        tx.many(_ADD[tx.is_postgres], [row | {"client_id": id} for id in client_ids])


def due(tx: Tx, broadcast_id: int, now: datetime, how_many: int) -> list[int]:
    """
    Return clients to whom a broadcast may go now, who waits longest first.
    """
    mine = recipients.c.broadcast_id == broadcast_id, recipients.c.ready_at <= now
    query = select(recipients.c.client_id).where(*mine).order_by(recipients.c.ready_at).limit(how_many)
    return [row.client_id for row in tx.all(query)]


def standing(tx: Tx, broadcast_id: int, client_ids: Sequence[int], now: datetime) -> dict[int, Recipient]:
    """
    Return by client what is still to be done for them now.
    """
    mine = recipients.c.broadcast_id == broadcast_id, recipients.c.client_id.in_(client_ids), recipients.c.ready_at <= now
    return {row.client_id: _read(row) for row in tx.all(select(recipients).where(*mine))} if client_ids else {}


def _read(row: Row[Any]) -> Recipient:
    return Recipient(row.broadcast_id, row.client_id, row.state, row.reason, row.ready_at, row.message_id, row.settled_at)


_SETTLE = recipients.update().where(recipients.c.broadcast_id == bindparam("of"), recipients.c.client_id == bindparam("who")).values(
    state=bindparam("to_state"), reason=bindparam("to_reason"), ready_at=bindparam("to_ready_at"), message_id=bindparam("to_message"),
    settled_at=bindparam("to_settled_at"))


def settle(tx: Tx, rows: Iterable[Recipient]) -> None:
    """
    Write down what became of these, or when they are looked at again.
    """
    settled = [{"of": one.broadcast_id, "who": one.client_id, "to_state": one.state, "to_reason": one.reason, "to_ready_at": one.ready_at,
                "to_message": one.message_id, "to_settled_at": one.settled_at} for one in rows]
    if settled:
        tx.many(_SETTLE, settled)


def put_off(tx: Tx, broadcast_id: int, client_id: int, until: datetime) -> int:
    """
    Let what is to be done for a client wait; return how many rows that is.
    """
    mine = recipients.c.broadcast_id == broadcast_id, recipients.c.client_id == client_id, recipients.c.ready_at.is_not(None)
    return tx.run(recipients.update().where(*mine).values(ready_at=until)).rowcount


def fail(tx: Tx, message_id: int, reason: str = "") -> bool:
    """
    Write down that a message could not be delivered, or for which reason it was not sent; tell whether a broadcast brought it.
    """
    values = {"state": "barred", "reason": reason} if reason else {"state": "failed"}
    return tx.run(recipients.update().where(recipients.c.message_id == message_id).values(values)).rowcount > 0


def answer(tx: Tx, felt: Iterable[tuple[int, int, str, datetime]]) -> None:
    """
    Keep what clients answered to a check-in: (client, message, answer, when). What is not theirs changes nothing.
    """
    for client_id, message_id, said, at in felt:
        mine = recipients.c.message_id == message_id, recipients.c.client_id == client_id
        tx.run(recipients.update().where(*mine).values(answer=said, answered_at=at))


_DROP = recipients.update().where(recipients.c.message_id == bindparam("of")).values(state="dropped")
_UNSENT = messages.c.state.in_(("queued", "waiting"))


def stop(tx: Tx, broadcast_id: int, now: datetime) -> list[tuple[int, int]]:
    """
    Send nothing more of a broadcast: neither what is planned, nor what has not left yet, of which (address, message) is returned.
    """
    ours = select(recipients.c.message_id).where(recipients.c.broadcast_id == broadcast_id, recipients.c.message_id.is_not(None))
    unsent = tx.run(messages.update().where(messages.c.id.in_(ours), _UNSENT, messages.c.attempts == 0).values(
        state="failed", error="needless").returning(messages.c.address_id, messages.c.id)).all()
    if unsent:
        tx.many(_DROP, [{"of": row.id} for row in unsent])
    tx.run(recipients.update().where(recipients.c.broadcast_id == broadcast_id, recipients.c.ready_at.is_not(None)).values(
        state="dropped", reason="", ready_at=None, settled_at=now))
    return [(row.address_id, row.id) for row in unsent]


_BECAME = {"queued": "queued", "sending": "queued", "unknown": "queued", "sent": "sent", "delivered": "delivered", "read": "delivered",
           "waiting": "waiting", "failed": "failed"}
_ARRIVED = ("sent", "delivered", "read")


@dataclass(frozen=True, slots=True)
class Became:
    """
    What became of a broadcast for so many clients: planned, held, queued, sent, delivered, waiting (for the client's next word), failed,
    dropped, or barred, by why.
    """

    state: str
    reason: str
    how_many: int


def counts(tx: Tx, broadcast_id: int) -> list[Became]:
    """
    Count what became of a broadcast.
    """
    columns = recipients.c.state, recipients.c.reason, messages.c.state.label("sent"), messages.c.error
    query = select(*columns, func.count().label("how_many")).outerjoin(messages, messages.c.id == recipients.c.message_id)
    found: dict[tuple[str, str], int] = {}
    for row in tx.all(query.where(recipients.c.broadcast_id == broadcast_id).group_by(*columns)):
        key = _became(row)
        found[key] = found.get(key, 0) + row.how_many
    return [Became(*key, how_many) for key, how_many in sorted(found.items())]


def _became(row: Row[Any]) -> tuple[str, str]:
    if row.state == "failed" and row.sent in _ARRIVED:           # it waited, and the client wrote after all
        return _BECAME[row.sent], ""
    if row.state != "sent":
        return row.state, row.reason
    if row.sent == "failed" and row.error == "needless":
        return "dropped", ""
    return _BECAME.get(row.sent or "", "sent"), ""


def answers(tx: Tx, broadcast_id: int) -> dict[str, int]:
    """
    Count what clients answered to a check-in.
    """
    mine = recipients.c.broadcast_id == broadcast_id, recipients.c.answer != ""
    query = select(recipients.c.answer, func.count().label("how_many")).where(*mine).group_by(recipients.c.answer)
    return {row.answer: row.how_many for row in tx.all(query)}


@dataclass(frozen=True, slots=True)
class Missed:
    """
    A client who was not reached, why, and what decides who of us may see that.
    """

    client_id: int
    number: int
    location_id: int
    language: str
    state: str
    reason: str
    wants_woman: bool
    avoids_community: bool


def missed(tx: Tx, broadcast_id: int, after: int = 0) -> list[Missed]:
    """
    Return whom a broadcast did not reach, or not yet, by client, a page and one more.
    """
    is_lost = or_(recipients.c.state.in_(("held", "barred", "dropped")), messages.c.state.in_(("failed", "waiting")),
                  and_(recipients.c.state == "failed", messages.c.id.is_(None)))
    query = (
        select(recipients.c.client_id, recipients.c.state, recipients.c.reason, messages.c.state.label("sent"), messages.c.error, clients.c.number,
               clients.c.location_id, clients.c.language, clients.c.wants_woman, clients.c.avoids_community)
        .join(clients, clients.c.id == recipients.c.client_id).outerjoin(messages, messages.c.id == recipients.c.message_id)
        .where(recipients.c.broadcast_id == broadcast_id, recipients.c.client_id > after, is_lost).order_by(recipients.c.client_id).limit(PAGE + 1)
    )
    return [Missed(row.client_id, row.number, row.location_id, row.language, *_became(row), row.wants_woman, row.avoids_community)
            for row in tx.all(query)]
