"""
Questions: tickets as volunteers see them, and what they do with them. Whose ticket is whose to see is decided in `flows/rights.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, bindparam, case, false, func, literal, or_, select, true

from flows.rights import Case, Volunteer
from storage import pages
from storage.database import Tx
from storage.pages import CLOSED, Place
from storage.tables import Instant, clients, tickets, volunteers
from storage.tickets import IS_OPEN, URGENT

PAGE = 50
Standing = tuple[str, int | None, str, str]
Filter = Literal["all", "mine", "free", "urgent", "language", "legal", "social", "housing", "closed"]
FILTERS: tuple[Filter, ...] = ("all", "mine", "free", "urgent", "language")
OUTCOMES = ("answered", "referred", "appointment", "advice", "no_contact")


@dataclass(frozen=True, slots=True)
class Question:
    """
    A ticket with its client's number (0 once erased) and the name of who has it ("" while it is free).
    """

    id: int
    number: int
    client_id: int
    client_number: int
    address_id: int
    moment_id: int
    location_id: int
    team: str
    topics: tuple[str, ...]
    urgency: str
    language: str
    state: str
    reason: str
    text: str
    opened_at: datetime
    due_at: datetime
    taken_at: datetime | None
    heard_at: datetime | None
    said_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    outcome: str
    helped: str
    volunteer_id: int | None
    volunteer: str
    wants_woman: bool
    avoids_community: bool
    interpreter: str
    alert_level: int

    @property
    def case(self) -> Case:
        """
        Return what decides whose this is.
        """
        return Case(self.location_id, self.team, self.language, self.wants_woman, self.avoids_community, self.volunteer_id,
                    self.interpreter)

    @property
    def is_new(self) -> bool:
        """
        Tell whether the client spoke last.
        """
        return self.state != "closed" and (self.said_at is None or (self.heard_at is not None and self.heard_at > self.said_at))


_QUESTION = (
    select(tickets, clients.c.number.label("client_number"), volunteers.c.name.label("volunteer"))
    .outerjoin(clients, clients.c.id == tickets.c.client_id)
    .outerjoin(volunteers, volunteers.c.id == tickets.c.volunteer_id)
)


def one(tx: Tx, ticket_id: int) -> Question | None:
    """
    Return a ticket, or None.
    """
    row = tx.one(_QUESTION.where(tickets.c.id == ticket_id))
    return _question(tx, row) if row else None


def lock(tx: Tx, ticket_id: int) -> Question | None:
    """
    The same, locked until the commit; the order of locks is that of `sessions.lock`.
    """
    tx.all(select(tickets.c.id).where(tickets.c.id == ticket_id).with_for_update())     # then reads, or it would see the old hands
    return one(tx, ticket_id)


def of_client(tx: Tx, client_id: int) -> list[Question]:
    """
    Return a client's tickets, the newest first.
    """
    return [_question(tx, row) for row in tx.all(_QUESTION.where(tickets.c.client_id == client_id).order_by(tickets.c.opened_at.desc()))]


def seen_by(who: Volunteer) -> ColumnElement[bool]:
    """
    Return the condition that a ticket is somebody's to see: `flows.rights.may_see_ticket`, as SQL.
    """
    is_asked = tickets.c.interpreter.in_(sorted(who.languages)) if who.is_interpreter else false()
    of_team = and_(or_(tickets.c.team.in_(sorted(who.teams)), is_asked), true() if who.is_woman else ~tickets.c.wants_woman)
    ours = and_(tickets.c.avoids_community, tickets.c.language.in_(sorted(who.communities))) if who.communities else false()
    return and_(tickets.c.location_id == who.location_id, ~ours, true() if who.leads else or_(tickets.c.volunteer_id == who.id, of_team))


def sees_one(tx: Tx, client_id: int, who: Volunteer) -> bool:
    """
    Tell whether one of a client's tickets is somebody's to see.
    """
    return tx.one(select(tickets.c.id).where(tickets.c.client_id == client_id, seen_by(who)).limit(1)) is not None


def for_(tx: Tx, who: Volunteer, filter: Filter = "all", after: Place | None = None, how_many: int = PAGE) -> list[Question]:
    """
    Return the open tickets somebody may see, the most urgent and the soonest due first; `closed`: those closed last. `after` is where
    the page before ended.
    """
    ids = (pages.of_closed if filter == "closed" else pages.of_open)(tx, [seen_by(who), *_filtered(who, filter)], after, how_many)
    found = {row.id: row for row in tx.all(_QUESTION.where(tickets.c.id.in_(ids)))} if ids else {}
    return [_question(tx, found[id]) for id in ids if id in found]


def place_of(question: Question) -> Place:
    """
    Return where a page that ends with this question ends.
    """
    if question.closed_at is not None:
        return Place(CLOSED, question.closed_at, question.id)
    return Place(question.urgency, question.due_at, question.id)


def _filtered(who: Volunteer, filter: Filter) -> list[ColumnElement[bool]]:
    match filter:
        case "mine":
            return [tickets.c.volunteer_id == who.id]
        case "free":
            return [tickets.c.state == "open"]
        case "urgent":
            return [tickets.c.urgency.in_(URGENT)]
        case "language":
            return [tickets.c.language.in_(sorted(who.languages))]
        case "legal" | "social" | "housing":
            return [tickets.c.team == filter]
        case _:
            return []


def standing(tx: Tx, who: Volunteer) -> list[Standing]:
    """
    Return of every open ticket that somebody may see: state, who has it, urgency, language.
    """
    columns = tickets.c.state, tickets.c.volunteer_id, tickets.c.urgency, tickets.c.language
    return [tuple(row) for row in tx.all(select(*columns).where(seen_by(who), IS_OPEN))]


def in_hand(tx: Tx, location_id: int) -> dict[int, int]:
    """
    Return how many open tickets of a location each volunteer has in hand, also of other teams.
    """
    taken = select(tickets.c.volunteer_id, func.count().label("held")).where(
        tickets.c.location_id == location_id, IS_OPEN, tickets.c.state == "taken")
    return {row.volunteer_id: row.held for row in tx.all(taken.group_by(tickets.c.volunteer_id))}


def counted(rows: Sequence[Standing], who: Volunteer) -> dict[Filter, int]:
    """
    Return how many open tickets there are, by filter.
    """
    return {
        "all": len(rows), "mine": sum(whose == who.id for _, whose, _, _ in rows), "free": sum(state == "open" for state, _, _, _ in rows),
        "urgent": sum(urgency in URGENT for _, _, urgency, _ in rows), "language": sum(language in who.languages for _, _, _, language in rows),
    }


def _question(tx: Tx, row: Any) -> Question:
    return Question(
        row.id, row.number or 0, row.client_id or 0, row.client_number or 0, row.address_id or 0, row.moment_id or 0, row.location_id, row.team,
        tuple(filter(None, row.topics.split(","))), row.urgency, row.language, row.state, row.reason,
        tx.keys.text("tickets.question", row.id, row.question) if row.question else "", row.opened_at, row.due_at, row.taken_at, row.heard_at,
        row.said_at, row.answered_at, row.closed_at, row.outcome or "", row.helped, row.volunteer_id, row.volunteer or "", row.wants_woman,
        row.avoids_community, row.interpreter, row.alert_level)


def take(tx: Tx, ticket_id: int, volunteer_id: int, now: datetime, alert_at: datetime) -> bool:
    """
    Give a free ticket to a volunteer; False if somebody has it: of two who take at once, one gets it. At `alert_at` the clock
    looks whether the client still waits for a word.
    """
    free = tickets.update().where(tickets.c.id == ticket_id, tickets.c.state == "open")
    return _changed(tx, free.values(state="taken", volunteer_id=volunteer_id, taken_at=now, alert_at=alert_at, alert_level=0))


def give(tx: Tx, ticket_id: int, volunteer_id: int, now: datetime, alert_at: datetime) -> bool:
    """
    Put an open ticket into somebody's hands, whoever had it; False once it is closed.
    """
    opened = tickets.update().where(tickets.c.id == ticket_id, IS_OPEN)
    return _changed(tx, opened.values(state="taken", volunteer_id=volunteer_id, taken_at=now, alert_at=alert_at, alert_level=0))


def free(tx: Tx, ticket_id: int, alert_at: datetime) -> bool:
    """
    Make a taken ticket free again, whoever has it; somebody is alerted then.
    """
    taken = tickets.update().where(tickets.c.id == ticket_id, tickets.c.state == "taken")
    return _changed(tx, taken.values(state="open", volunteer_id=None, taken_at=None, alert_at=alert_at, alert_level=0))


def free_all(tx: Tx, volunteer_id: int, now: datetime) -> None:
    """
    Make everything free that a volunteer has in hand; somebody is alerted now.
    """
    held = tickets.update().where(tickets.c.volunteer_id == volunteer_id, tickets.c.state == "taken")
    _changed(tx, held.values(state="open", volunteer_id=None, taken_at=None, alert_at=now, alert_level=0))


def close(tx: Tx, ticket_id: int, outcome: str, now: datetime, topics: Sequence[str] | None = None) -> bool:
    """
    Close an open ticket with its outcome, and its topics if they are given; False if there is none open with this id.
    """
    opened = tickets.update().where(tickets.c.id == ticket_id, IS_OPEN)
    filed = {"topics": ",".join(topics)} if topics is not None else {}
    return _changed(tx, opened.values(state="closed", outcome=outcome, closed_at=now, alert_at=None, **filed))


def answered(tx: Tx, ticket_id: int, now: datetime) -> None:
    """
    Note that a volunteer wrote to the client.
    """
    first = case((tickets.c.answered_at.is_(None), literal(now, Instant)), else_=tickets.c.answered_at)
    _changed(tx, tickets.update().where(tickets.c.id == ticket_id).values(said_at=now, answered_at=first, alert_at=None))


def not_answered(tx: Tx, ticket_id: int, words: tuple[datetime | None, datetime | None], alert_at: datetime | None) -> None:
    """
    Take back what `answered` noted: `words` are the first and the last that are left. While it is in hands the clock looks at it then.
    """
    first, last = words
    looked_at = case((tickets.c.state == "taken", literal(alert_at, Instant)), else_=tickets.c.alert_at)
    _changed(tx, tickets.update().where(tickets.c.id == ticket_id).values(answered_at=first, said_at=last, alert_at=looked_at))


_AT = bindparam("at", type_=Instant)
_HEARD = tickets.update().where(tickets.c.id == bindparam("ticket"), IS_OPEN).values(
    heard_at=case((tickets.c.heard_at > _AT, tickets.c.heard_at), else_=_AT),
    alert_at=case((tickets.c.alert_at.is_(None), bindparam("silent_at", type_=Instant)), else_=tickets.c.alert_at))


def heard(tx: Tx, told: Sequence[tuple[int, datetime, datetime]]) -> None:
    """
    Note that clients wrote while their tickets are open: (ticket, when, when whoever spoke last is silent for too long). Who goes
    on writing does not put that off.
    """
    if told:
        tx.many(_HEARD, [{"ticket": ticket_id, "at": at, "silent_at": silent_at} for ticket_id, at, silent_at in told])
        tx.wake("desk")


def change(tx: Tx, ticket_id: int, **values: object) -> bool:
    """
    Change team, urgency, topics, interpreter, wants_woman or avoids_community of an open ticket.
    """
    joined = {name: ",".join(value) if isinstance(value, list | tuple) else value for name, value in values.items()}
    return _changed(tx, tickets.update().where(tickets.c.id == ticket_id, IS_OPEN).values(**joined))


def to_alert(tx: Tx, now: datetime, how_many: int) -> list[Question]:
    """
    Return the open tickets that the clock must look at now, the longest waiting first; nobody else gets them before the commit.
    """
    query = _QUESTION.where(tickets.c.alert_at <= now, IS_OPEN).order_by(tickets.c.alert_at).limit(how_many)
    return [_question(tx, row) for row in tx.all(query.with_for_update(of=tickets, skip_locked=True))]


def alert_again(tx: Tx, ticket_id: int, level: int, at: datetime | None) -> None:
    """
    Let the clock look at a ticket again at this time, or not at all.
    """
    tx.run(tickets.update().where(tickets.c.id == ticket_id).values(alert_level=level, alert_at=at))
    tx.wake("desk")


def _changed(tx: Tx, statement: Any) -> bool:
    tx.wake("desk")
    return tx.run(statement).rowcount > 0
