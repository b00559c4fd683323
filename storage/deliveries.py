"""
Deliveries: the reminders that reached clients, where, and whether a word came back there; and the recording that follows one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, exists, select

from storage.database import Tx
from storage.tables import messages, moments, reminders, sessions

LIVELY = timedelta(days=180)            # an address from which nobody wrote for longer may be somebody else's by now


@dataclass(frozen=True, slots=True)
class Told:
    """
    A reminder that a client was sent. `heard_at` is when they last wrote at that address, `is_first` tells whether it was said whole there.
    """

    client_id: int
    kind: str
    due_on: date
    at: datetime
    address_id: int
    channel: str
    is_answered: bool
    heard_at: datetime | None
    is_first: bool

    @property
    def is_silent(self) -> bool:
        """
        Tell whether nothing came back.
        """
        return not self.is_answered and (self.heard_at is None or self.heard_at <= self.at)

    def is_lively(self, channel: str, heard_at: datetime | None) -> bool:
        """
        Tell whether an address is on another channel, and was written from lately.
        """
        return channel != self.channel and heard_at is not None and heard_at > self.at - LIVELY


_TOLD = (
    select(reminders.c.client_id, reminders.c.kind, reminders.c.due_on, reminders.c.settled_at, reminders.c.answered_at, reminders.c.message_id,
           messages.c.address_id, messages.c.channel, sessions.c.heard_at)
    .join(messages, messages.c.id == reminders.c.message_id).join(sessions, sessions.c.address_id == messages.c.address_id)
    .where(reminders.c.client_id.in_(bindparam("ids", expanding=True)), reminders.c.settled_at.is_not(None),
           messages.c.state.in_(("sent", "delivered", "read")))
    .order_by(reminders.c.settled_at, reminders.c.message_id, reminders.c.due_on, reminders.c.kind)
)


def told(tx: Tx, client_ids: Sequence[int]) -> list[Told]:
    """
    Return what these clients were reminded of, the oldest first; what no platform took is left out.
    """
    rows = tx.rows(_TOLD, {"ids": list(client_ids)}) if client_ids else ()
    seen: set[int] = set()
    found = []
    for row in rows:
        found.append(Told(row.client_id, row.kind, row.due_on, row.settled_at, row.address_id, row.channel, row.answered_at is not None,
                          row.heard_at, row.message_id not in seen))
        seen.add(row.message_id)
    return found


def follow(tx: Tx, message_id: int) -> int | None:
    """
    Return the moment of a message that no recording followed yet, and count one more message there; None otherwise.
    """
    later = messages.alias()
    is_followed = exists(select(later.c.id).where(
        later.c.address_id == messages.c.address_id, later.c.at >= messages.c.at, later.c.id > messages.c.id, later.c.kind == "voice"))
    row = tx.one(select(messages.c.moment_id).where(messages.c.id == message_id, messages.c.moment_id.is_not(None), ~is_followed))
    if row is None:
        return None
    tx.run(moments.update().where(moments.c.id == row.moment_id).values(outbound=moments.c.outbound + 1))
    return int(row.moment_id)
