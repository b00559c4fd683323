"""
Duties: the roster of each location. A named day replaces what its weekday says.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from storage.database import Tx
from storage.tables import duties, volunteers


@dataclass(frozen=True, slots=True)
class Duty:
    """
    When somebody is on duty: on a weekday (0 Monday) or a named day, between two minutes of the day, for a team or ("") for all.
    """

    id: int
    volunteer_id: int
    volunteer: str
    team: str
    weekday: int | None
    on_day: date | None
    starts: int
    ends: int


def add(tx: Tx, location_id: int, volunteer_id: int, starts: int, ends: int, weekday: int | None, on_day: date | None, team: str = "") -> int:
    """
    Put somebody on the roster, either on a weekday or on a day, and return the id.
    """
    if (weekday is None) == (on_day is None) or not 0 <= starts < ends <= 24 * 60:
        raise ValueError("a duty is on a weekday or on a day, and ends after it starts")
    values = {"location_id": location_id, "volunteer_id": volunteer_id, "starts": starts, "ends": ends, "weekday": weekday, "on_day": on_day}
    return int(tx.run(duties.insert().values(values | {"team": team}).returning(duties.c.id)).scalar_one())


def remove(tx: Tx, duty_id: int, location_id: int) -> None:
    """
    Take a duty off the roster of a location.
    """
    tx.run(duties.delete().where(duties.c.id == duty_id, duties.c.location_id == location_id))


def of_location(tx: Tx, location_id: int) -> list[Duty]:
    """
    Return the roster of a location: the weekdays first, then the named days.
    """
    query = _WHO.where(duties.c.location_id == location_id).order_by(duties.c.weekday, duties.c.on_day, duties.c.starts)
    return [_duty(row) for row in tx.all(query)]


_WHO = select(duties, volunteers.c.name).join(volunteers, volunteers.c.id == duties.c.volunteer_id).where(volunteers.c.dismissed_at.is_(None))


def on_duty(tx: Tx, location_id: int, team: str, at: datetime) -> list[int]:
    """
    Return who is on duty for a team, in the order of the roster; `at` is in the office's time zone.
    """
    day, minute = at.date(), at.hour * 60 + at.minute
    is_today = or_(duties.c.weekday == day.weekday(), duties.c.on_day == day)
    rows = tx.all(_WHO.where(duties.c.location_id == location_id, is_today).order_by(duties.c.id))
    named = [row for row in rows if row.on_day is not None]
    return list(dict.fromkeys(row.volunteer_id for row in named or rows if row.starts <= minute < row.ends and row.team in ("", team)))


def _duty(row: Any) -> Duty:
    return Duty(row.id, row.volunteer_id, row.name, row.team, row.weekday, row.on_day, row.starts, row.ends)
