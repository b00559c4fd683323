"""
Volunteers: those of us who answer, and who lead them.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, cast

from sqlalchemy import select

from flows.rights import Role, Volunteer
from storage.database import Tx
from storage.tables import volunteers


def add(tx: Tx, name: str, role: Role, location_id: int, now: datetime, teams: Collection[str] = (), languages: Collection[str] = ("nl",)) -> int:
    """
    Add a volunteer, who cannot log in before a password is chosen; return the id.
    """
    values = {"name": name, "role": role, "location_id": location_id, "teams": ",".join(sorted(teams)), "languages": ",".join(languages),
              "created_at": now}
    return int(tx.run(volunteers.insert().values(values).returning(volunteers.c.id)).scalar_one())


def by_id(tx: Tx, volunteer_id: int) -> Volunteer | None:
    """
    Return a volunteer who is still with us, or None.
    """
    row = tx.one(select(volunteers).where(volunteers.c.id == volunteer_id, volunteers.c.dismissed_at.is_(None)))
    return of_row(row) if row else None


def at(tx: Tx, location_id: int) -> list[Volunteer]:
    """
    Return the volunteers of a location who are still with us, by name.
    """
    rows = tx.all(select(volunteers).where(volunteers.c.location_id == location_id, volunteers.c.dismissed_at.is_(None)).order_by(volunteers.c.name))
    return [of_row(row) for row in rows]


def of_row(row: Any) -> Volunteer:
    """
    Return the volunteer of a row of the table.
    """
    return Volunteer(
        row.id, row.name, cast(Role, row.role), row.location_id, frozenset(filter(None, row.teams.split(","))), tuple(row.languages.split(",")),
        frozenset(filter(None, row.communities.split(","))), row.is_woman, row.is_interpreter, row.reads)
