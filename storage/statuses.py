"""
Statuses: what platforms tell of our messages, in any order and more than once; a status never goes backwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal_column, select

from storage.database import Tx
from storage.tables import messages, statuses

RANKS = {"queued": 0, "waiting": 0, "sending": 1, "unknown": 1, "sent": 2, "delivered": 3, "read": 4, "failed": 5}


@dataclass(frozen=True, slots=True)
class Told:
    """
    What a platform told: of our message `message` (0: look it up by the platform's id).
    """

    channel: str
    message: int
    external_id: str
    state: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Fallen:
    """
    A message that its platform took and then could not deliver.
    """

    id: int
    address_id: int
    channel: str
    attempts: int
    error: str
    kind: str = "reply"
    attempt_at: datetime | None = None


def apply(tx: Tx, told: Sequence[Told], now: datetime) -> list[Fallen]:
    """
    Move messages up to what was told and keep it as history; return those that failed just now.
    """
    rows = {row.id: row for row in _messages(tx, told)}
    by_platform = {(row.channel, row.external_id): row.id for row in rows.values() if row.external_id}
    history: list[dict[str, Any]] = []
    changes: dict[int, dict[str, Any]] = {}
    fallen: list[Fallen] = []
    past = _past(tx, [row.id for row in rows.values() if not row.external_id])
    for one in told:
        id = one.message if one.message in rows else by_platform.get((one.channel, one.external_id), 0)
        row = rows.get(id)
        if row is None or row.direction != "out" or (one.message == id and row.external_id and row.external_id != one.external_id):
            continue            # not ours, or of an earlier attempt of this message
        if (id, one.external_id) in past:
            continue            # of an attempt that failed: the message waits to be sent again, or is on its way
        history.append({"id": tx.ids.next(), "message_id": id, "state": one.state, "external_id": one.external_id,
                        "error": one.error or None, "at": now})
        state = changes[id]["to_state"] if id in changes else row.state
        if RANKS[one.state] > RANKS[state] and not (one.state == "failed" and state in ("delivered", "read")):
            changes[id] = {"message": id, "to_state": one.state, "to_external_id": one.external_id, "to_error": one.error or None, "to_at": now}
            if one.state == "failed":
                fallen.append(Fallen(id, row.address_id, row.channel, row.attempts, one.error, row.kind, row.attempt_at))
    if history:
        tx.run(statuses.insert(), history)
    if changes:
        tx.run(_MOVE, list(changes.values()))
        tx.wake("delivery")
        if any(rows[id].volunteer_id for id in changes):
            tx.wake("desk")
    return fallen


_MOVE = messages.update().where(messages.c.id == bindparam("message")).values(
    state=bindparam("to_state"), external_id=bindparam("to_external_id"), error=bindparam("to_error"), status_at=bindparam("to_at"), process=None)


_OUT = messages.c.direction == literal_column("'out'")       # literal, or SQLite does not use the partial index


def _past(tx: Tx, ids: Sequence[int]) -> set[tuple[int, str]]:
    query = select(statuses.c.message_id, statuses.c.external_id).where(statuses.c.message_id.in_(ids), statuses.c.state == "failed")
    return {(row.message_id, row.external_id) for row in tx.all(query)} if ids else set()


def _messages(tx: Tx, told: Sequence[Told]) -> list[Any]:
    columns = select(messages.c.id, messages.c.address_id, messages.c.channel, messages.c.state, messages.c.external_id, messages.c.attempts,
                     messages.c.direction, messages.c.kind, messages.c.attempt_at, messages.c.volunteer_id)
    ids = {one.message for one in told if one.message}
    loose = {one.external_id for one in told if not one.message}
    found = list(tx.all(columns.where(messages.c.id.in_(ids)).order_by(messages.c.id).with_for_update())) if ids else []
    for channel in {one.channel for one in told} if loose else ():
        found += tx.all(columns.where(_OUT, messages.c.channel == channel, messages.c.external_id.in_(loose)).with_for_update())
    return found
