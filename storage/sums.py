"""
Sums: what the contact moments of a month add up to at an office, kept once the month is over, so that a report reads no moment twice.

A sum is never wrong: a trigger of the database deletes it in the same transaction that adds, changes or deletes a moment of its
month (`storage/tables.py`), whatever writes it; so it is gone too as soon as a client who is in it is forgotten. What has no sum a
report counts from the moments themselves; `bot/sum_up.py`, called by the clock, makes the sum anew.
"""

import base64
import json
import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, and_, case, func, or_, select, text, type_coerce

from storage.database import Tx
from storage.reports import BY_PERSON, IS_CONTACT, WITHDRAWN, Cell, Span, parts
from storage.tables import locations, moments, sums

HOUR = 3_600_000_000            # microseconds
MONDAY = 72                     # hours from a Monday to the Thursday on which 1970 began
_UNREACHED = and_(~moments.c.is_reached, moments.c.outcome != WITHDRAWN)

# What a sum holds, in this order, each by municipality and programme: contacts by what they were about (and whom we did not reach), by
# their languages, by their hour, under keys as "call|1|work"; and whom they were with, as packed numbers.
PARTS = ("about", "spoken", "hours", "clients")
Group = tuple[str, str, Any]
Body = Mapping[str, Sequence[Group]]


@dataclass(frozen=True, slots=True)
class Clock:
    """
    The office's clock: the name of its zone, and its distances from UTC, each with the instant until which it holds; the last holds on.
    """

    zone: str
    shifts: Sequence[tuple[datetime, timedelta]]


@dataclass(frozen=True, slots=True)
class Counted:
    """
    What moments add up to. `about` and `spoken` are cells of contacts: whatever their languages, and by their languages, whatever they
    were about; `unreached` are by channel; `hours`, by weekday (0 Monday) and hour, contacts with a person and those of the bot alone.
    `clients` had a contact, `combined` one about several things; whoever asked to be forgotten since is in neither.
    """

    about: list[Cell] = field(default_factory=list)
    spoken: list[Cell] = field(default_factory=list)
    unreached: dict[str, int] = field(default_factory=dict)
    hours: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    clients: int = 0
    combined: int = 0


def counted(tx: Tx, span: Span, clock: Clock) -> Counted:
    """
    Return what the moments that began on these days add up to: whole months by their sums, where they stand, and the rest as it is read.
    """
    places = [row.id for row in tx.all(select(locations.c.id).order_by(locations.c.id)) if span.location_id in (None, row.id)]
    found = _Sum()
    kept = _kept(tx, span, clock.zone)
    for body in kept.values():
        found.add(body, span)
    for first, last, without in _rest(span, places, set(kept)):
        found.add(_read(tx, first, last, without, clock), span)
    return found.counted()


@dataclass(slots=True)
class _Sum:
    """
    Bodies of sums, added up; what they were about is by programme.
    """

    about: dict[str, dict[str, int]] = field(default_factory=dict)
    spoken: dict[str, int] = field(default_factory=dict)
    hours: dict[str, int] = field(default_factory=dict)
    clients: set[int] = field(default_factory=set)
    combined: set[int] = field(default_factory=set)

    def add(self, body: Body, span: Span) -> None:
        """
        Add what of a body is of the municipality and the programme that are asked for.
        """
        for part in PARTS:
            for municipality, programme, found in body[part]:
                if span.municipality not in ("", municipality) or span.programme not in ("", programme):
                    continue
                if part == "clients":
                    single, several = map(_unpacked, found)
                    self.clients.update(single, several)
                    self.combined.update(several)
                else:
                    _add({"about": self.about.setdefault(programme, {}), "spoken": self.spoken, "hours": self.hours}[part], found)

    def counted(self) -> Counted:
        """
        Return it as the report reads it.
        """
        by, counted = {"1": "volunteer", "0": "bot"}, Counted(clients=len(self.clients), combined=len(self.combined))
        for programme, lines in self.about.items():
            for key, number in lines.items():
                is_by_person, channel, is_reached, topics = key.split("|", 3)
                if is_reached == "1":
                    counted.about.append(Cell(parts(topics), (), channel, programme, by[is_by_person], True, number))
                else:
                    counted.unreached[channel] = counted.unreached.get(channel, 0) + number
        for key, number in self.spoken.items():
            is_by_person, spoke = key.split("|", 1)
            counted.spoken.append(Cell((), parts(spoke), "", "", by[is_by_person], True, number))
        for key, number in self.hours.items():
            is_by_person, hour = key.split("|", 1)
            place = int(hour) // 24, int(hour) % 24
            person, bot = counted.hours.get(place, (0, 0))
            counted.hours[place] = (person + number, bot) if is_by_person == "1" else (person, bot + number)
        return counted


def _add(found: dict[str, int], lines: Mapping[str, int]) -> None:
    for key, number in lines.items():
        found[key] = found.get(key, 0) + number


def _packed(ids: Iterable[int]) -> str:
    return base64.b64encode(b"".join(id.to_bytes(8, "little") for id in ids)).decode()


def _unpacked(packed: str) -> Iterable[int]:
    ids = array("q", base64.b64decode(packed))
    if sys.byteorder == "big":
        ids.byteswap()
    return ids


def _kept(tx: Tx, span: Span, zone: str) -> dict[tuple[date, int], Any]:
    """
    Return the sums of the months that lie wholly in these days, by month and location.
    """
    query = select(sums).where(sums.c.month.between(span.from_on, span.to_on), sums.c.zone == zone)
    if span.location_id is not None:
        query = query.where(sums.c.location_id == span.location_id)
    return {(row.month, row.location_id): json.loads(row.body) for row in tx.all(query) if next_month(row.month) - timedelta(days=1) <= span.to_on}


def _rest(span: Span, places: Sequence[int], kept: set[tuple[date, int]]) -> list[tuple[date, date, list[int]]]:
    """
    Return what has no sum, as days and their locations; months that follow each other are read as one.
    """
    rest: list[tuple[date, date, list[int]]] = []
    months = sorted({month for month, _ in kept})
    begun = span.from_on
    for month in months:
        if begun < month:
            rest.append((begun, month - timedelta(days=1), list(places)))
        missing = [place for place in places if (month, place) not in kept]
        if missing:
            rest.append((month, next_month(month) - timedelta(days=1), missing))
        begun = next_month(month)
    if begun <= span.to_on:
        rest.append((begun, span.to_on, list(places)))
    return rest


def _read(tx: Tx, first: date, last: date, places: Sequence[int], clock: Clock) -> Body:
    """
    Count the moments of these days at these locations: contacts and whom we did not reach by what they were about, and contacts by their
    languages and by their hour; and say which clients they were with.
    """
    within = and_(moments.c.began_on.between(first, last), moments.c.location_id.in_(places))
    place = (moments.c.municipality, moments.c.programme)

    def groups(which: ColumnElement[bool], **by: ColumnElement[Any]) -> list[Group]:
        columns = [column.label(name) for name, column in by.items()]
        person = case((moments.c.answered_by.in_(BY_PERSON), 1), else_=0).label("person")
        query = select(*place, person, *columns, func.count()).where(within, which).group_by(*place, "person", *by)
        found: dict[tuple[str, str], dict[str, int]] = {}
        for municipality, programme, *what, number in map(tuple, tx.all(query)):
            found.setdefault((municipality, programme), {})["|".join(map(str, what))] = number
        return [(*where, lines) for where, lines in found.items()]

    about, reached = case((moments.c.is_reached, moments.c.topics), else_=""), case((moments.c.is_reached, 1), else_=0)
    return {
        "about": groups(or_(IS_CONTACT, _UNREACHED), by_channel=moments.c.channel, reached=reached, about=about),
        "spoken": groups(IS_CONTACT, spoken=moments.c.languages), "hours": groups(IS_CONTACT, hour=_hour(clock)), "clients": _clients(tx, within),
    }


def _clients(tx: Tx, within: ColumnElement[bool]) -> list[Group]:
    """
    Return whom these contacts were with, by municipality and programme: those whose contacts were each about one thing, and the others.
    """
    combined = func.max(case((moments.c.topics.contains(","), 1), else_=0))
    by = (moments.c.municipality, moments.c.programme, moments.c.client_id)
    found: dict[tuple[str, str], tuple[list[int], list[int]]] = {}
    for municipality, programme, id, is_combined in map(tuple, tx.all(
            select(*by, combined).where(within, IS_CONTACT, moments.c.client_id.is_not(None)).group_by(*by))):
        found.setdefault((municipality, programme), ([], []))[is_combined].append(id)
    return [(*where, tuple(map(_packed, ids))) for where, ids in found.items()]


def _hour(clock: Clock) -> ColumnElement[Any]:
    """
    Return the hour of the week, by the office's clock, in which a moment began.
    """
    began = type_coerce(moments.c.began_at, BigInteger)
    last = clock.shifts[-1][1] // timedelta(microseconds=1)
    by_time = [(moments.c.began_at < until, shift // timedelta(microseconds=1)) for until, shift in clock.shifts[:-1]]
    return ((began + (case(*by_time, else_=last) if by_time else last)) // HOUR + MONDAY) % 168


def missing(tx: Tx, before: date, zone: str, how_many: int) -> list[tuple[date, int]]:
    """
    Return the months before a day that have no sum, with their locations, the earliest first.
    """
    month = tx.run(select(func.min(moments.c.began_on))).scalar_one()
    there = {(row.month, row.location_id) for row in tx.all(select(sums.c.month, sums.c.location_id).where(sums.c.zone == zone))}
    places = [row.id for row in tx.all(select(locations.c.id).order_by(locations.c.id))]
    found: list[tuple[date, int]] = []
    month = month.replace(day=1) if month else before
    while next_month(month) <= before and len(found) < how_many:
        found += [(month, place) for place in places if (month, place) not in there]
        month = next_month(month)
    return found[:how_many]


def keep(tx: Tx, month: date, location_id: int, clock: Clock) -> None:
    """
    Sum up a month of a location. Nobody writes a moment meanwhile: what another transaction has not committed yet would be missing
    from the sum, and its trigger could not see it.
    """
    if tx.is_postgres:
        tx.run(text("set local lock_timeout = '5s'"))
        tx.run(text("lock table moments in share row exclusive mode"))
    body = json.dumps(_read(tx, month, next_month(month) - timedelta(days=1), [location_id], clock), separators=(",", ":"), ensure_ascii=False)
    insert = tx.insert(sums)
    tx.run(insert.on_conflict_do_update(index_elements=["month", "location_id"], set_={"zone": insert.excluded.zone, "body": insert.excluded.body}),
           {"month": month, "location_id": location_id, "zone": clock.zone, "body": body})


def next_month(day: date) -> date:
    """
    Return the first day of the month after a day's.
    """
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
