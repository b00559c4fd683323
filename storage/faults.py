"""
Faults: what must never be true in a database that was worked with, counted over all of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Table, and_, func, or_, select

from storage.database import Tx
from storage.tables import appointments, clients, messages, moments, reminders, tickets

ON_THEIR_WAY = ("queued", "sending", "unknown")


@dataclass(frozen=True, slots=True)
class Step:
    """
    One step about what is due to a client, and what became of it.
    """

    client_id: int
    kind: str
    due_on: date
    state: str
    has_ticket: bool


def is_used(tx: Tx) -> bool:
    """
    Tell whether anybody or anything is in the database already.
    """
    return any(tx.one(select(table.c.id).limit(1)) is not None for table in (clients, moments))


def counted(tx: Tx, now: datetime) -> Mapping[str, int]:
    """
    Return how many rows break each rule; `now` is when nothing should wait any more that was to be done before.
    """
    inbound, outbound = messages.c.direction == "in", messages.c.direction == "out"
    return {
        "message_without_moment": _count(tx, messages, messages.c.moment_id.is_(None), messages.c.kind != "knock"),
        "message_without_turn": _count(tx, messages, inbound, messages.c.state != "answered"),
        "message_overdue": _count(tx, messages, outbound, messages.c.state.in_(ON_THEIR_WAY), messages.c.ready_at <= now),
        "moment_miscounted": _miscounted(tx),
        "moment_twice": _twice(tx),
        "ticket_without_outcome": _count(tx, tickets, or_(tickets.c.state != "closed", tickets.c.outcome.is_(None))),
        "step_overdue": _count(tx, reminders, reminders.c.ready_at <= now),
        "visit_overdue": _count(tx, appointments, appointments.c.remind_at <= now),
    }


def sizes(tx: Tx) -> Mapping[str, int]:
    """
    Return how much there is of what the rules are about.
    """
    return {table.name: _count(tx, table) for table in (messages, moments, tickets, reminders, appointments)}


def steps(tx: Tx, until: date) -> list[Step]:
    """
    Return every step about what was due until a day.
    """
    rows = tx.all(select(reminders.c.client_id, reminders.c.kind, reminders.c.due_on, reminders.c.state, reminders.c.ticket_id)
                  .where(reminders.c.due_on <= until))
    return [Step(row.client_id, row.kind, row.due_on, row.state, row.ticket_id is not None) for row in rows]


def _count(tx: Tx, table: Table, *which: ColumnElement[bool]) -> int:
    return int(tx.run(select(func.count()).select_from(table).where(*which)).scalar_one())


def _miscounted(tx: Tx) -> int:
    """
    Count the exchanges whose numbers of messages are not those of the messages that belong to them: one was counted twice, or not.
    """
    ours = messages.c.direction == "out"
    belong = select(messages.c.moment_id, func.count().filter(~ours).label("heard"), func.count().filter(ours).label("said")).group_by(
        messages.c.moment_id).subquery()
    wrong = or_(moments.c.inbound != func.coalesce(belong.c.heard, 0), moments.c.outbound != func.coalesce(belong.c.said, 0))
    return int(tx.run(select(func.count()).select_from(moments.outerjoin(belong, belong.c.moment_id == moments.c.id)).where(wrong)).scalar_one())


def _twice(tx: Tx) -> int:
    """
    Count the exchanges that began on a channel while another one of the same client went on there.
    """
    other = moments.alias()
    same = and_(other.c.client_id == moments.c.client_id, other.c.channel == moments.c.channel, other.c.id != moments.c.id)
    overlap = and_(moments.c.inbound > 0, other.c.inbound > 0, other.c.began_at >= moments.c.began_at, other.c.began_at < moments.c.last_at)
    return int(tx.run(select(func.count()).select_from(moments.join(other, same)).where(overlap)).scalar_one())
