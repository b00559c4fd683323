"""
Trajectories: the year in which somebody of ours guides a client, the talks that are due in it, and whose each is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from storage.database import Tx
from storage.reminders import Reminder
from storage.tables import TALKS, clients, reminders, volunteers

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Milestone:
    """
    A talk that is to be held, whose client it is, who guides them ("" for nobody), and what decides who may see it.
    """

    row: Reminder
    guide_id: int | None
    guide: str
    language: str
    wants_woman: bool
    avoids_community: bool


_WHICH = (
    select(*reminders.c, clients.c.number, clients.c.guide_id, clients.c.language, clients.c.wants_woman, clients.c.avoids_community,
           volunteers.c.name.label("guide"))
    .join(clients, clients.c.id == reminders.c.client_id)
    .outerjoin(volunteers, (volunteers.c.id == clients.c.guide_id) & volunteers.c.dismissed_at.is_(None))
    .where(TALKS, reminders.c.what.in_(["staff", "moved"]), reminders.c.state.in_(["planned", "told"]))
)


def of_location(tx: Tx, location_id: int) -> list[Milestone]:
    """
    Return the talks that a location still has to hold, each once, the nearest due first.
    """
    query = _WHICH.where(reminders.c.location_id == location_id).order_by(reminders.c.due_on, reminders.c.send_on, reminders.c.id).limit(SHOWN)
    return list({(row.client_id, row.kind, row.due_on): _milestone(row) for row in reversed(tx.all(query))}.values())[::-1]


def one(tx: Tx, reminder_id: int) -> Milestone | None:
    """
    Return a talk that is still to be held, or None.
    """
    row = tx.one(_WHICH.where(reminders.c.id == reminder_id))
    return _milestone(row) if row else None


def _milestone(row: Row[Any]) -> Milestone:
    found = Reminder(*row[:len(reminders.c)])
    found.number = row.number
    return Milestone(found, row.guide_id if row.guide else None, row.guide or "", row.language, row.wants_woman, row.avoids_community)


def did(tx: Tx, reminder_id: int, volunteer_id: int) -> None:
    """
    Write down who of ours held a talk, or moved it.
    """
    tx.run(reminders.update().where(reminders.c.id == reminder_id).values(volunteer_id=volunteer_id))


def give(tx: Tx, client_id: int, volunteer_id: int | None) -> None:
    """
    Write down who guides a client, or that nobody does.
    """
    tx.run(clients.update().where(clients.c.id == client_id).values(guide_id=volunteer_id))


def guides(tx: Tx, client_ids: Sequence[int]) -> Mapping[int, int]:
    """
    Return by client who guides them, of those who are guided by somebody still with us.
    """
    query = select(clients.c.id, clients.c.guide_id).join(volunteers, volunteers.c.id == clients.c.guide_id).where(
        clients.c.id.in_(client_ids), volunteers.c.dismissed_at.is_(None))
    return {row.id: row.guide_id for row in tx.all(query)} if client_ids else {}
