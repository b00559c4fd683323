"""
Channels as every process must know them: paused until, halted and why, and when their missed messages were last fetched.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.tables import channels, deletions, messages


@dataclass(frozen=True, slots=True)
class State:
    """
    How a channel stands. `halted` is why nothing is sent, or "".
    """

    paused_until: datetime | None = None
    halted: str = ""
    reconciled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """
    A message that was accepted, of which we never heard what became.
    """

    id: int
    external_id: str


def state(tx: Tx, name: str) -> State:
    """
    Return how a channel stands.
    """
    row = tx.one(select(channels.c.paused_until, channels.c.halted, channels.c.reconciled_at).where(channels.c.name == name))
    return State(row.paused_until, row.halted or "", row.reconciled_at) if row else State()


def pause(tx: Tx, name: str, until: datetime) -> None:
    """
    Let the whole channel send nothing before then.
    """
    _set(tx, name, paused_until=until)


def halt(tx: Tx, name: str, why: str) -> None:
    """
    Stop sending until somebody put right what the platform refuses; the queue is kept.
    """
    _set(tx, name, halted=why)


def resume(tx: Tx, name: str) -> None:
    """
    Send again.
    """
    _set(tx, name, halted=None, paused_until=None)
    tx.wake("delivery")


def reconciled(tx: Tx, name: str, at: datetime) -> None:
    """
    Note that all inbound messages until then are written down.
    """
    _set(tx, name, reconciled_at=at)


def adopted(tx: Tx, name: str, external_ids: Collection[str]) -> set[str]:
    """
    Return those of the platform's ids that are known to belong to a message of ours.
    """
    found = select(messages.c.external_id).where(
        messages.c.channel == name, messages.c.direction == "out", messages.c.external_id.in_(external_ids))
    return {row.external_id for row in tx.all(found)} if external_ids else set()


def unconfirmed(tx: Tx, name: str, after: datetime, before: datetime, limit: int) -> list[Unconfirmed]:
    """
    Return messages queued between these times that were accepted and not reported since `before`, longest unheard first.
    """
    found = select(messages.c.id, messages.c.external_id).where(
        messages.c.at > after, messages.c.at < before, messages.c.direction == "out",
        messages.c.channel.concat("") == name,          # not the bare column, or SQLite goes by the channel and not by the time
        messages.c.state == "sent", messages.c.external_id.is_not(None), messages.c.status_at < before,
    ).order_by(messages.c.status_at).limit(limit)
    return [Unconfirmed(row.id, row.external_id) for row in tx.all(found)]


def asked(tx: Tx, ids: Collection[int], at: datetime) -> None:
    """
    Note that the platform was asked about these messages, so that others come first the next time.
    """
    if ids:
        tx.run(messages.update().where(messages.c.id.in_(ids), messages.c.state == "sent").values(status_at=at))


def doomed(tx: Tx, name: str) -> set[str]:
    """
    Return what must still be deleted at the platform: who was forgotten must not come back from the platform's own list.
    """
    rows = tx.all(select(deletions.c.id, deletions.c.reference).where(deletions.c.channel == name))
    return {tx.keys.text("deletions.reference", row.id, row.reference) for row in rows}


def _set(tx: Tx, name: str, **values: object) -> None:
    tx.run(tx.insert(channels).values(name=name, **values).on_conflict_do_update(index_elements=["name"], set_=values))
