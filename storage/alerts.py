"""
Alerts: who was told that a question waits, and whether they saw it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.tables import alerts, tickets
from storage.tickets import IS_OPEN, URGENCIES


@dataclass(frozen=True, slots=True)
class Alert:
    """
    A question that somebody was told of and has not looked at.
    """

    ticket_id: int
    number: int
    team: str
    urgency: str
    at: datetime


def tell(tx: Tx, ticket_id: int, volunteer_ids: Sequence[int], level: int, now: datetime) -> None:
    """
    Tell these volunteers of a ticket.
    """
    if volunteer_ids:
        rows = [{"id": tx.ids.next(), "ticket_id": ticket_id, "volunteer_id": id, "level": level, "at": now} for id in volunteer_ids]
        tx.run(alerts.insert(), rows)
        tx.wake("desk")


def told(tx: Tx, ticket_id: int) -> list[int]:
    """
    Return whom we told that a ticket waits, the first first; not who was asked to help with it (level 0).
    """
    query = select(alerts.c.volunteer_id).where(alerts.c.ticket_id == ticket_id, alerts.c.level > 0)
    return [row.volunteer_id for row in tx.all(query.order_by(alerts.c.id))]


def told_since(tx: Tx, ticket_id: int, after_id: int) -> list[int]:
    """
    Return whom we told of a ticket after that alert, and who did not look yet.
    """
    query = select(alerts.c.volunteer_id).where(alerts.c.ticket_id == ticket_id, alerts.c.id > after_id, alerts.c.seen_at.is_(None))
    return [row.volunteer_id for row in tx.all(query.order_by(alerts.c.id))]


def is_unseen(tx: Tx, ticket_id: int, volunteer_id: int) -> bool:
    """
    Tell whether a volunteer was told of a ticket and has not looked at it yet.
    """
    query = select(alerts.c.id).where(alerts.c.ticket_id == ticket_id, alerts.c.volunteer_id == volunteer_id, alerts.c.seen_at.is_(None))
    return tx.one(query) is not None


def see(tx: Tx, ticket_id: int, now: datetime, volunteer_id: int | None = None) -> bool:
    """
    Note that a volunteer looked at a ticket (or, without one, that nobody needs to any more); False if there was nothing to note.
    """
    unseen = alerts.update().where(alerts.c.ticket_id == ticket_id, alerts.c.seen_at.is_(None))
    mine = unseen if volunteer_id is None else unseen.where(alerts.c.volunteer_id == volunteer_id)
    return tx.run(mine.values(seen_at=now)).rowcount > 0


def waiting(tx: Tx, location_id: int) -> dict[int, list[Alert]]:
    """
    Return the open questions of a location that volunteers were told of and have not looked at, by volunteer: the most urgent first, of
    those the latest.
    """
    query = (
        select(tickets.c.id, tickets.c.number, tickets.c.team, tickets.c.urgency, alerts.c.at, alerts.c.volunteer_id)
        .join(alerts, alerts.c.ticket_id == tickets.c.id)
        .where(tickets.c.location_id == location_id, IS_OPEN, alerts.c.seen_at.is_(None))
        .order_by(alerts.c.at.desc())
    )
    found: dict[int, dict[int, Alert]] = {}
    for row in tx.all(query):
        told = found.setdefault(row.volunteer_id, {})
        told.setdefault(row.id, Alert(row.id, row.number or 0, row.team, row.urgency, row.at))        # told again, it still waits once
    return {volunteer_id: sorted(told.values(), key=lambda one: URGENCIES.index(one.urgency)) for volunteer_id, told in found.items()}
