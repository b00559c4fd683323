"""
Totals: what is counted outside this program and typed in for the report, for a location and exactly these days.
"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import and_, func, select

from storage.database import Tx
from storage.reports import Span
from storage.tables import locations, totals

NAMES = (
    "housed_persons", "housed_men", "housed_women", "housed_children", "housed_homes", "housing_target",
    "volunteers", "language_volunteers", "course_members", "course_integration", "course_literacy", "course_ona",
)
LARGEST = 1_000_000


def put(tx: Tx, location_id: int, from_on: date, to_on: date, values: Mapping[str, int | None], volunteer_id: int, now: datetime) -> None:
    """
    Write totals down; None takes one away, so that it is not entered.
    """
    gone = [name for name, value in values.items() if value is None]
    rows = [{"from_on": from_on, "to_on": to_on, "location_id": location_id, "name": name, "value": value, "volunteer_id": volunteer_id, "at": now}
            for name, value in values.items() if value is not None]
    here = and_(totals.c.from_on == from_on, totals.c.to_on == to_on, totals.c.location_id == location_id)
    if gone:
        tx.run(totals.delete().where(here, totals.c.name.in_(gone)))
    if rows:
        insert = tx.insert(totals)
        tx.run(insert.on_conflict_do_update(
            index_elements=["from_on", "to_on", "location_id", "name"],
            set_={name: insert.excluded[name] for name in ("value", "volunteer_id", "at")}), rows)


def of_period(tx: Tx, span: Span) -> dict[str, int]:
    """
    Return what was entered for exactly these days, summed over the locations that entered it; what nobody entered is not in it.
    """
    query = select(totals.c.name, func.sum(totals.c.value).label("value")).where(totals.c.from_on == span.from_on, totals.c.to_on == span.to_on)
    if span.location_id is not None:
        query = query.where(totals.c.location_id == span.location_id)
    if span.municipality:
        query = query.join(locations, locations.c.id == totals.c.location_id).where(locations.c.municipality == span.municipality)
    return {row.name: int(row.value) for row in tx.all(query.group_by(totals.c.name))}
