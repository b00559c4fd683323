"""
Knocks: answers that a platform takes only once the client has written again wait for that word; a knock asks for it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, literal_column, select

from storage.database import Tx
from storage.tables import messages

_HELD: Any = literal_column("'waiting'")     # literal, or the partial index is not used


def hold(tx: Tx, message_id: int, error: str, process: str = "") -> bool:
    """
    Let a message wait for the client's next word: one that this process has in hand, or without `process` one that failed just now.
    Return False if it is neither, and so is another's to write down.
    """
    ours = messages.c.state.in_(("sending", "unknown")) & (messages.c.process == process) if process else messages.c.state == "failed"
    return tx.run(messages.update().where(messages.c.id == message_id, ours).values(
        state="waiting", external_id=None, process=None, attempts=0, error=error)).rowcount == 1


def has_knocked(tx: Tx, address_id: int, since: datetime) -> bool:
    """
    Tell whether a knock to this address was queued since then.
    """
    return tx.one(select(messages.c.id).where(
        messages.c.address_id == address_id, messages.c.at > since, messages.c.kind == "knock").limit(1)) is not None


def waits(tx: Tx, address_id: int) -> bool:
    """
    Tell whether something waits for the next word of this address.
    """
    return tx.one(select(messages.c.id).where(messages.c.state == _HELD, messages.c.address_id == address_id).limit(1)) is not None


_RELEASE = messages.update().where(messages.c.state == _HELD, messages.c.address_id.in_(bindparam("ids", expanding=True))).values(
    state="queued", priority=0, ready_at=bindparam("now", type_=messages.c.ready_at.type), error=None)      # asked for now
_NEEDLESS = messages.update().where(
    messages.c.state == literal_column("'queued'"), messages.c.address_id.in_(bindparam("ids", expanding=True)),
    messages.c.kind == "knock").values(state="failed", error="needless")


_DROP = messages.update().where(
    messages.c.state == _HELD, messages.c.address_id.in_(bindparam("ids", expanding=True)),
    messages.c.kind.in_(("reminder", "broadcast", "announcement"))).values(state="failed", error="needless")


def drop(tx: Tx, address_ids: Sequence[int]) -> None:
    """
    Let go of what we wanted to say unasked and what still waits, to clients who want no messages.
    """
    if address_ids:
        tx.many(_DROP, [{"ids": list(address_ids)}])


def release(tx: Tx, address_ids: Sequence[int], now: datetime) -> int:
    """
    Queue again what waited for these clients' next word, each in its old place of the line, and return how many; a knock that has not
    left yet is needless then.
    """
    released = tx.change(_RELEASE, [{"ids": list(address_ids), "now": now}]) if address_ids else 0
    if released:
        tx.many(_NEEDLESS, [{"ids": list(address_ids)}])
        tx.wake("delivery")
    return released
