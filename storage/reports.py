"""
Reports: what the contact moments of a period add up to, in one query.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from storage.database import Tx
from storage.tables import moments

BY_PERSON = ("volunteer", "both")


@dataclass(frozen=True, slots=True)
class Cell:
    """
    How many moments have exactly this in common. `topics` has the main one first; `answered_by` is "", bot, volunteer or both.
    """

    topics: tuple[str, ...]
    languages: tuple[str, ...]
    channel: str
    programme: str
    answered_by: str
    is_reached: bool
    moments: int

    @property
    def is_contact(self) -> bool:
        """
        Tell whether these moments count as contacts: the client was reached, and it was about something or a volunteer answered.
        """
        return self.is_reached and (bool(self.topics) or self.answered_by in BY_PERSON)


def cells(tx: Tx, from_on: date, to_on: date, location_id: int | None = None) -> list[Cell]:
    """
    Return the moments that began on these days, first and last included, grouped; of one location, or of all.
    """
    rows = map(tuple, tx.all(_cells(from_on, to_on, location_id)))
    return [Cell(_parts(topics), _parts(languages), *rest) for topics, languages, *rest in rows]


def clients(tx: Tx, from_on: date, to_on: date, location_id: int | None = None) -> int:
    """
    Return how many clients had a contact; whoever asked to be forgotten since is not among them.
    """
    is_contact = and_(moments.c.is_reached, or_(moments.c.topics != "", moments.c.answered_by.in_(BY_PERSON)))
    query = select(func.count(moments.c.client_id.distinct())).where(_span(from_on, to_on, location_id), is_contact)
    return int(tx.run(query).scalar_one())


def _cells(from_on: date, to_on: date, location_id: int | None) -> Select[tuple[str, str, str, str, str, bool, int]]:
    columns = (moments.c.topics, moments.c.languages, moments.c.channel, moments.c.programme, moments.c.answered_by, moments.c.is_reached)
    return select(*columns, func.count()).where(_span(from_on, to_on, location_id)).group_by(*columns)


def _span(from_on: date, to_on: date, location_id: int | None) -> ColumnElement[bool]:
    days = moments.c.began_on.between(from_on, to_on)
    return days if location_id is None else and_(days, moments.c.location_id == location_id)


def _parts(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(",")) if listed else ()
