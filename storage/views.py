"""
Views: who of us looked at whose record, for a coordinator to read.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from storage.database import Tx
from storage.tables import clients, views, volunteers

PAGE = 100
ONE_LOOK = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class View:
    """
    One look at one record; `number` is 0 once the client was erased.
    """

    id: int
    at: datetime
    volunteer: str
    number: int
    what: str


def look(tx: Tx, volunteer_id: int, client_id: int | None, location_id: int, what: str, now: datetime) -> None:
    """
    Write down that a volunteer looked at a client's card, conversation, …
    """
    tx.run(views.insert(), {"id": tx.ids.next(), "volunteer_id": volunteer_id, "client_id": client_id, "location_id": location_id, "what": what,
                            "at": now})


def look_all(tx: Tx, volunteer_id: int, client_ids: Collection[int], location_id: int, what: str, now: datetime) -> None:
    """
    Write down that a volunteer looked at a list in which all these clients stand.
    """
    if client_ids:
        tx.run(views.insert(), [{"id": tx.ids.next(), "volunteer_id": volunteer_id, "client_id": client_id, "location_id": location_id,
                                 "what": what, "at": now} for client_id in sorted(client_ids)])


def is_noted(tx: Tx, volunteer_id: int, client_id: int | None, location_id: int, what: str, now: datetime) -> bool:
    """
    Tell whether this very look was written down in the last ten minutes: a page that looks again by itself is one look.
    """
    lately = select(views.c.id).where(views.c.location_id == location_id, views.c.at > now - ONE_LOOK, views.c.volunteer_id == volunteer_id)
    return tx.one(lately.where(views.c.client_id == client_id, views.c.what == what).limit(1)) is not None


def latest(tx: Tx, location_id: int, before: datetime | None = None, number: int = 0, volunteer_id: int = 0) -> list[View]:
    """
    Return what was looked at in a location, the last first, a page of 100; of one client if a number is given, by one volunteer if an id.
    """
    query = (
        select(views.c.id, views.c.at, views.c.what, volunteers.c.name, clients.c.number)
        .join(volunteers, volunteers.c.id == views.c.volunteer_id).outerjoin(clients, clients.c.id == views.c.client_id)
        .where(views.c.location_id == location_id).order_by(views.c.at.desc(), views.c.id.desc()).limit(PAGE)
    )
    if before is not None:
        query = query.where(views.c.at < before)
    if number:
        query = query.where(views.c.client_id == select(clients.c.id).where(clients.c.number == number).scalar_subquery())
    if volunteer_id:
        query = query.where(views.c.volunteer_id == volunteer_id)
    return [View(row.id, row.at, row.name, row.number or 0, row.what) for row in tx.all(query)]
