"""
Views: who of us looked at whose record, for a coordinator to read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import literal, select, tuple_

from storage.database import Tx
from storage.tables import Instant, clients, views, volunteers

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


def look_at_many(tx: Tx, volunteer_id: int, looked: Sequence[tuple[int, int]], what: str, now: datetime) -> None:
    """
    Write down that a volunteer looked at many clients at once: (client, location).
    """
    rows = [{"id": tx.ids.next(), "volunteer_id": volunteer_id, "client_id": client_id, "location_id": location_id, "what": what, "at": now}
            for client_id, location_id in looked]
    if rows:
        tx.many(_LOOK, rows)


_LOOK = views.insert()


def is_noted(tx: Tx, volunteer_id: int, client_id: int | None, location_id: int, what: str, now: datetime) -> bool:
    """
    Tell whether this very look was written down in the last ten minutes: a page that looks again by itself is one look.
    """
    lately = select(views.c.id).where(views.c.location_id == location_id, views.c.at > now - ONE_LOOK, views.c.volunteer_id == volunteer_id)
    return tx.one(lately.where(views.c.client_id == client_id, views.c.what == what).limit(1)) is not None


def latest(tx: Tx, location_id: int, before: tuple[datetime, int] | None = None, number: int = 0, volunteer_id: int = 0) -> list[View]:
    """
    Return what was looked at in a location, the last first, a page of 100; of one client if a number is given, by one volunteer if an id.
    `before` is the time and id of the last one of the page before: a list that was imported is many looks at one time.
    """
    query = (
        select(views.c.id, views.c.at, views.c.what, volunteers.c.name, clients.c.number)
        .join(volunteers, volunteers.c.id == views.c.volunteer_id).outerjoin(clients, clients.c.id == views.c.client_id)
        .where(views.c.location_id == location_id).order_by(views.c.at.desc(), views.c.id.desc()).limit(PAGE)
    )
    if before is not None:
        query = query.where(views.c.at <= before[0], tuple_(views.c.at, views.c.id) < tuple_(literal(before[0], Instant), literal(before[1])))
    if number:
        query = query.where(views.c.client_id == select(clients.c.id).where(clients.c.number == number).scalar_subquery())
    if volunteer_id:
        query = query.where(views.c.volunteer_id == volunteer_id)
    return [View(row.id, row.at, row.name, row.number or 0, row.what) for row in tx.all(query)]
