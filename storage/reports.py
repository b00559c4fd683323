"""
Reports: what the contact moments of a period add up to, in one query; and what else the yearly page needs.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, and_, case, func, literal_column, or_, select, tuple_, type_coerce

from storage.database import Tx
from storage.tables import clients as client_rows
from storage.tables import facts, locations, messages, moments, nameless, reminders, tickets

BY_PERSON = ("volunteer", "both")
WAITS = (("hour", timedelta(hours=1)), ("half_day", timedelta(hours=4)), ("day", timedelta(days=1)), ("three_days", timedelta(days=3)))
WITHDRAWN = "withdrawn"                 # the outcome of a moment that was written down by mistake
UNTIED = ("reached", "helped")          # what stands as the answer of a reminder once nobody knows any more whose talk came of it
RENEWAL = ("permit_renewal", "permit_expired", "permit_card_renewal")       # kinds of reminders
WAITED = timedelta(days=366)     # that a reminder can have waited after its day
GUIDANCE = ("guidance_started_on", "guidance_ended_on")
GONE = "gone_on"                        # … and when its client was forgotten


@dataclass(frozen=True, slots=True)
class Span:
    """
    What a report is about: days, first and last included, of a location, a municipality, a programme, or of all.
    """

    from_on: date
    to_on: date
    location_id: int | None = None
    municipality: str = ""
    programme: str = ""


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

    @property
    def is_by_person(self) -> bool:
        """
        Tell whether one of us answered in these moments.
        """
        return self.answered_by in BY_PERSON


IS_CONTACT = and_(moments.c.is_reached, or_(moments.c.topics != "", moments.c.answered_by.in_(BY_PERSON)))


def cell_of(row: Row) -> Cell:  # type: ignore[type-arg]
    """
    Return the cell that a row of `cells` or of `behind` stands for.
    """
    return Cell(parts(row.topics), parts(row.languages), row.channel, row.programme, row.answered_by, bool(row.is_reached), row.moments)


def within(span: Span, day: ColumnElement[Any] = moments.c.began_on) -> ColumnElement[bool]:
    """
    Return the condition for a moment to belong to a report; `day` is the one that counts.
    """
    wanted: list[ColumnElement[bool]] = [day.between(span.from_on, span.to_on)]
    if span.location_id is not None:
        wanted.append(moments.c.location_id == span.location_id)
    if span.municipality:
        wanted.append(moments.c.municipality == span.municipality)
    if span.programme:
        wanted.append(moments.c.programme == span.programme)
    return and_(*wanted)


def parts(listed: str) -> tuple[str, ...]:
    """
    Return the topics or languages of a column.
    """
    return tuple(listed.split(",")) if listed else ()


def first_answers(tx: Tx, span: Span, since: datetime, until: datetime) -> dict[str, int]:
    """
    Return after how long a person answered the questions that were asked from then until before then: how many within an hour, four
    hours, a day, three days, `later`, and `not_yet`. A question stands for its moment's municipality and programme.
    """
    waited = type_coerce(tickets.c.answered_at, BigInteger) - type_coerce(tickets.c.opened_at, BigInteger)
    within = [(waited <= limit // timedelta(microseconds=1), name) for name, limit in WAITS]
    wait = case((tickets.c.answered_at.is_(None), "not_yet"), *within, else_="later").label("wait")
    asked = tickets.c.opened_at >= since, tickets.c.opened_at < until, tickets.c.reason.in_(["asked", "not_helped"])
    query = select(wait, func.count().label("tickets")).where(*asked)
    if span.location_id is not None:
        query = query.where(tickets.c.location_id == span.location_id)
    if span.municipality or span.programme:
        theirs = moments.c.municipality == span.municipality if span.municipality else literal_column("1") == literal_column("1")
        programme = moments.c.programme == span.programme if span.programme else literal_column("1") == literal_column("1")
        query = query.join(moments, moments.c.id == tickets.c.moment_id).where(theirs, programme)
    return {row.wait: row.tickets for row in tx.all(query.group_by(literal_column("wait")))}


@dataclass(frozen=True, slots=True)
class Approach:
    """
    Somebody whom we approached about a renewal, by a message or by a person who was asked to; `client_id` is None once forgotten,
    `applied_on` the day they say they applied.
    """

    client_id: int | None
    began_on: date
    is_reached: bool
    is_by_person: bool
    applied_on: str


def approached(tx: Tx, span: Span, since: datetime, until: datetime) -> list[Approach]:
    """
    Return whom we approached about the renewal of a permit from then until before then, each client once: by a reminder, or by a person
    to whom it was handed. Of who was forgotten the moments that we began are left, each on its own.
    """
    first: dict[int, Any] = {}
    for row in tx.all(_reminded(span, since, until).order_by(reminders.c.settled_at)):
        first.setdefault(row.client_id, row)
    answered = {row.client_id for row in tx.all(_reminded(span, since, until).where(
        or_(reminders.c.answered_at.is_not(None), reminders.c.answer.in_(UNTIED))))} if first else set()
    helped = {row.client_id for row in tx.all(_reminded(span, since, until).where(reminders.c.answer == UNTIED[1]))} if first else set()
    applied = _facts(tx, ("permit_applied_on",)) if first else {}
    talks = _talks(tx, span, since, until) if first else {}
    found = []
    for id, row in first.items():
        on = row.settled_at.astimezone(since.tzinfo).date()
        later = [one for one in talks.get(id, ()) if one.last_at.astimezone(since.tzinfo).date() >= on]
        is_reached = id in answered or any(one.is_reached and one.began_on >= on for one in later)
        is_by_person = id in helped or any(one.is_reached and one.answered_by in BY_PERSON for one in later)  # not for a call that nobody took
        found.append(Approach(id, on, is_reached, is_by_person, applied.get(id, {}).get("permit_applied_on", "")))
    return found + _forgotten(tx, span)


def _reminded(span: Span, since: datetime, until: datetime) -> Select[Any]:
    places = select(locations.c.id)
    if span.location_id is not None:
        places = places.where(locations.c.id == span.location_id)
    if span.municipality:
        places = places.where(locations.c.municipality == span.municipality)
    done = or_(reminders.c.state.in_(["sent", "answered", "called"]), and_(reminders.c.state == "failed", reminders.c.ticket_id.is_not(None)))
    return select(reminders.c.client_id, reminders.c.settled_at).where(
        reminders.c.location_id.in_(places), reminders.c.send_on.between(since.date() - WAITED, until.date()), reminders.c.kind.in_(RENEWAL),
        done, reminders.c.settled_at >= since, reminders.c.settled_at < until)


def _talks(tx: Tx, span: Span, since: datetime, until: datetime) -> dict[int, list[Any]]:
    """
    Return what these clients spoke about a renewal since then, by client.
    """
    theirs = _reminded(span, since, until).with_only_columns(reminders.c.client_id)
    columns = (moments.c.client_id, moments.c.began_on, moments.c.last_at, moments.c.is_reached, moments.c.answered_by)
    found: dict[int, list[Any]] = {}
    for row in tx.all(select(*columns).where(
            moments.c.client_id.in_(theirs), moments.c.last_at >= since, moments.c.topics.contains("permit_renewal"))):
        found.setdefault(row.client_id, []).append(row)
    return found


def _forgotten(tx: Tx, span: Span) -> list[Approach]:
    by_us = moments.c.began_by == literal_column("'us'")         # literal, or SQLite does not use the partial index
    rows = tx.all(select(moments.c.began_on, moments.c.is_reached, moments.c.answered_by).where(
        by_us, within(span), moments.c.client_id.is_(None), moments.c.topics.contains("permit_renewal")))
    return [Approach(None, row.began_on, bool(row.is_reached), row.answered_by in BY_PERSON, "") for row in rows]


def trajectories(tx: Tx, span: Span) -> list[dict[str, str]]:
    """
    Return the days on which the guidance of each client of the location or municipality began and, where it has, ended; and on which the
    client was forgotten.
    """
    query = select(nameless).where(nameless.c.began_on <= span.to_on)
    if span.location_id is not None:
        query = query.where(nameless.c.location_id == span.location_id)
    if span.municipality:
        query = query.join(locations, locations.c.id == nameless.c.location_id).where(locations.c.municipality == span.municipality)
    days = [(row.began_on, row.ended_on, row.gone_on) for row in tx.all(query)]
    gone = [{name: day.isoformat() for name, day in zip((*GUIDANCE, GONE), each, strict=True) if day} for each in days]
    return [known for known in _facts(tx, GUIDANCE, span).values() if GUIDANCE[0] in known] + gone


def leave_trajectory(tx: Tx, client_id: int, today: date) -> None:
    """
    Keep on which days the guidance of a client went on, without the client. Call it in the transaction that forgets them, before it does.
    """
    known: dict[str, date] = {}
    for row in tx.all(select(facts).where(facts.c.client_id == client_id, facts.c.name.in_(GUIDANCE)).order_by(facts.c.said_by)):
        with suppress(ValueError):
            known[row.name] = date.fromisoformat(tx.keys.text("facts.value", f"{client_id}:{row.name}:{row.said_by}", row.value))
    one = tx.one(select(client_rows.c.location_id).where(client_rows.c.id == client_id))
    if one and GUIDANCE[0] in known:
        tx.run(nameless.insert(), {"id": tx.ids.next(), "location_id": one.location_id, "began_on": known[GUIDANCE[0]],
                                   "ended_on": known.get(GUIDANCE[1]), "gone_on": today})


def _facts(tx: Tx, names: Sequence[str], span: Span | None = None) -> dict[int, dict[str, str]]:
    query = select(facts).where(facts.c.name.in_(names)).order_by(facts.c.said_by)       # "client" < "staff", whose word counts
    if span is not None and (span.location_id is not None or span.municipality):
        query = query.join(client_rows, client_rows.c.id == facts.c.client_id)
        if span.location_id is not None:
            query = query.where(client_rows.c.location_id == span.location_id)
        if span.municipality:
            query = query.join(locations, locations.c.id == client_rows.c.location_id).where(locations.c.municipality == span.municipality)
    found: dict[int, dict[str, str]] = {}
    for row in tx.all(query):
        value = tx.keys.text("facts.value", f"{row.client_id}:{row.name}:{row.said_by}", row.value)
        found.setdefault(row.client_id, {})[row.name] = value
    return found


def behind(tx: Tx, span: Span, after: tuple[date, int, int] | None, how_many: int) -> Sequence[Row]:  # type: ignore[type-arg]
    """
    Return moments of these days, the last first, each with its client's number and wishes; `after` is (day, location, id) of the last one
    that was seen.
    """
    order = (moments.c.began_on, moments.c.location_id, moments.c.id)
    columns = (moments, client_rows.c.number, client_rows.c.language, client_rows.c.wants_woman, client_rows.c.avoids_community)
    query = select(*columns, literal_column("1").label("moments")).outerjoin(client_rows, client_rows.c.id == moments.c.client_id)
    if after is not None:
        query = query.where(tuple_(*order) < after)
    return tx.all(query.where(within(span)).order_by(*(column.desc() for column in order)).limit(how_many))


def not_understood(tx: Tx, span: Span, how_many: int) -> list[tuple[int, str]]:
    """
    Return what clients wrote in the last moments that the bot did not understand, as (client, text); nothing of who was forgotten.
    """
    which = moments.c.outcome == literal_column("'not_understood'")
    last = select(moments.c.id, moments.c.client_id).where(which, within(span)).order_by(moments.c.began_on.desc()).limit(how_many).subquery()
    rows = tx.all(select(last.c.client_id, messages.c.id, messages.c.body).join(messages, messages.c.moment_id == last.c.id).where(
        messages.c.kind == "text", last.c.client_id.is_not(None)))        # what we send is of other kinds
    return [(row.client_id, tx.keys.open("messages.body", row.id, row.body).decode()) for row in rows]
