"""
Approaches: what we say unasked, until it has left. Who may get it now, and taking back what nobody has seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, exists, literal_column, select, text

from flows.hour import FACT
from storage.database import Tx
from storage.tables import addresses, clients, facts, messages, moments, reminders, sessions, statuses, tickets

UNASKED = ("reminder", "broadcast")                     # kinds of messages that nobody asked for
WAITED = timedelta(days=60)                             # the longest that one of them waits for the client's word before it leaves


@dataclass(frozen=True, slots=True)
class Open:
    """
    What decides whether an address may be written to unasked; `safe_contact` is text of `flows/safe_contact.py`.
    """

    client_id: int
    is_stopped: bool
    has_agreed: bool
    safe_contact: str
    hour: str = ""                  # at which the client wants what nobody asked for (flows/hour.py)
    is_door: bool = False           # of a phone that several share: who reads there is not known


_OPEN = (
    select(addresses.c.id.label("address_id"), clients.c.id, clients.c.stopped_at, clients.c.consent, clients.c.is_under_16, clients.c.safe_contact,
           addresses.c.shared_at, facts.c.value.label("hour"))
    .join(clients, clients.c.id == addresses.c.client_id)
    .outerjoin(facts, (facts.c.client_id == clients.c.id) & (facts.c.name == FACT) & (facts.c.said_by == "client"))
    .where(addresses.c.id.in_(bindparam("ids", expanding=True)))
)


def open_to(tx: Tx, address_ids: Sequence[int]) -> dict[int, Open]:
    """
    Return by address what decides whether we may write there unasked, as it stands now.
    """
    return {
        row.address_id: Open(row.id, row.stopped_at is not None, row.consent == "yes" and not row.is_under_16,
                             tx.keys.text("clients.safe_contact", row.id, row.safe_contact) if row.safe_contact else "",
                             tx.keys.text("facts.value", f"{row.id}:{FACT}:client", row.hour) if row.hour else "", row.shared_at is not None)
        for row in (tx.rows(_OPEN, {"ids": list(address_ids)}) if address_ids else ())}


_RELEASED = (
    select(messages.c.address_id, messages.c.id)
    .where(messages.c.address_id.in_(bindparam("ids", expanding=True)), messages.c.kind.in_(("reminder", "broadcast")), messages.c.attempts == 0,
           text("messages.state = 'queued'"), text("(state = 'queued' or state = 'sending' or state = 'unknown')"))
    .order_by(messages.c.address_id, messages.c.kind.desc(), messages.c.id.desc())     # reminders before broadcasts
)


def ready(tx: Tx, address_ids: Sequence[int]) -> list[tuple[int, int]]:
    """
    Return (address, message) of the reminders and messages to many that are to leave to these addresses, reminders first, the newest first.
    """
    return [(row.address_id, row.id) for row in (tx.rows(_RELEASED, {"ids": list(address_ids)}) if address_ids else ())]


_HELD = messages.c.state == literal_column("'waiting'")       # literal, or the partial index is not used
_WAITING = select(messages.c.address_id, messages.c.id, messages.c.at).where(
    _HELD, messages.c.address_id.in_(bindparam("ids", expanding=True)), messages.c.kind == "reminder").order_by(messages.c.id.desc())


def waiting(tx: Tx, address_ids: Sequence[int]) -> list[tuple[int, int, datetime]]:
    """
    Return (address, message, when it was queued) of the reminders that wait for the word of these clients, the newest first.
    """
    return [(row.address_id, row.id, row.at) for row in (tx.rows(_WAITING, {"ids": list(address_ids)}) if address_ids else ())]


def withdraw(tx: Tx, message_ids: Sequence[int]) -> None:
    """
    Let go of those of these reminders that still wait for the client's word: what they say is not so any more.
    """
    ids = [row.id for row in tx.all(select(messages.c.id).where(_HELD, messages.c.id.in_(message_ids)))] if message_ids else []
    if ids:
        tx.run(messages.update().where(_HELD, messages.c.id.in_(ids)).values(state="failed", error="needless"))
        tx.run(reminders.update().where(reminders.c.message_id.in_(ids), reminders.c.state == "sent").values(state="cancelled"))


def reword(tx: Tx, said: Sequence[tuple[int, str]]) -> None:
    """
    Let messages that wait say something else: (message, body), as `outbox.body` writes it.
    """
    for id, body in said:
        tx.run(messages.update().where(_HELD, messages.c.id == id).values(body=tx.keys.seal("messages.body", id, body)))


def take_back(tx: Tx, message_ids: Sequence[int]) -> None:
    """
    Delete messages that never left, and the moments that began with them and in which nothing else was said.

    The caller has locked the sessions, so that no turn writes into such a moment meanwhile.
    """
    if not message_ids:
        return
    begun = [row.moment_id for row in tx.all(select(messages.c.moment_id).distinct().where(
        messages.c.id.in_(message_ids), messages.c.moment_id.is_not(None)))]
    tx.run(statuses.delete().where(statuses.c.message_id.in_(message_ids)))
    tx.run(messages.delete().where(messages.c.id.in_(message_ids)))
    empty = [row.id for row in tx.all(select(moments.c.id).where(
        moments.c.id.in_(begun), moments.c.began_by == "us", moments.c.outcome == "not_reached",
        ~exists(select(messages.c.id).where(messages.c.moment_id == moments.c.id)),
        ~exists(select(tickets.c.id).where(tickets.c.moment_id == moments.c.id))))] if begun else []
    if empty:
        tx.run(sessions.update().where(sessions.c.moment_id.in_(empty)).values(moment_id=None))
        tx.run(moments.delete().where(moments.c.id.in_(empty)))


_UNASKED = select(messages.c.address_id, messages.c.at, messages.c.attempt_at).where(
    messages.c.address_id.in_(bindparam("ids", expanding=True)), messages.c.at > bindparam("long_ago", type_=messages.c.at.type),
    messages.c.kind.in_(bindparam("kinds", expanding=True)))


def unasked(tx: Tx, address_ids: Sequence[int], since: datetime) -> list[tuple[int, datetime, datetime]]:
    """
    Return (address, when it was queued, when that was or it left later) of what these addresses were sent unasked since then, the oldest first.
    """
    found = tx.rows(_UNASKED, {"ids": list(address_ids), "long_ago": since - WAITED, "kinds": list(UNASKED)}) if address_ids else ()
    return sorted(((row.address_id, row.at, max(row.at, row.attempt_at or row.at)) for row in found if max(row.at, row.attempt_at or row.at) > since),
                  key=lambda one: one[2])
