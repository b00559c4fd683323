"""
Contacts that were no chats: written down by a volunteer, each one moment, or joined to the moment of the question it was about.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, literal, select

from storage.database import Tx
from storage.tables import Instant, moments, notes, revisions, tickets


@dataclass(frozen=True, slots=True)
class Contact:
    """
    One contact as a volunteer writes it down; `client_id` None is somebody who stays anonymous.
    """

    id: int
    client_id: int | None
    location_id: int
    municipality: str
    kind: str
    at: datetime
    on: date
    topics: Sequence[str]
    programme: str
    outcome: str
    volunteer_id: int
    minutes: int | None = None
    language: str = ""


def log(tx: Tx, contacts: Sequence[Contact], now: datetime) -> None:
    """
    Write contacts down; one whose id is there already changes nothing, so that a form sent twice counts once.
    """
    if contacts:
        tx.run(tx.insert(moments).on_conflict_do_nothing(), [_row(one, now) for one in contacts])


def _row(one: Contact, now: datetime) -> dict[str, object]:
    return {
        "id": one.id, "client_id": one.client_id, "location_id": one.location_id, "municipality": one.municipality, "channel": one.kind,
        "began_by": "client", "began_at": one.at, "began_on": one.on, "last_at": one.at, "languages": one.language,
        "topics": ",".join(one.topics), "programme": one.programme, "answered_by": "volunteer", "outcome": one.outcome,
        "is_reached": one.outcome != "no_contact", "minutes": one.minutes, "volunteer_id": one.volunteer_id, "logged_at": now,
    }


def join(tx: Tx, moment_id: int, one: Contact) -> None:
    """
    Let a contact be part of a moment that is there: its topics and minutes are added, a person answered, and the programme is what
    the volunteer says, if they say one.
    """
    row = tx.one(select(moments.c.topics).where(moments.c.id == moment_id).with_for_update())
    if row is None:
        return
    topics = dict.fromkeys([*filter(None, row.topics.split(",")), *one.topics])
    values: dict[str, object] = {"topics": ",".join(topics), **({"programme": one.programme} if one.programme else {})}
    if one.minutes is not None:
        values["minutes"] = func.coalesce(moments.c.minutes, 0) + one.minutes
    if one.outcome != "no_contact":
        values |= {"answered_by": case((moments.c.answered_by.in_(["bot", "both"]), "both"), else_="volunteer"), "is_reached": True,
                   "last_at": case((moments.c.last_at > one.at, moments.c.last_at), else_=literal(one.at, Instant))}
    tx.run(moments.update().where(moments.c.id == moment_id).values(values))


def spoken(tx: Tx, ticket_id: int, at: datetime) -> None:
    """
    Note that a volunteer spoke with the client elsewhere, of a question that nobody has in hand: it goes on alerting.
    """
    first = case((tickets.c.answered_at.is_(None), literal(at, Instant)), else_=tickets.c.answered_at)
    tx.run(tickets.update().where(tickets.c.id == ticket_id).values(said_at=at, answered_at=first))
    tx.wake("desk")


def known(tx: Tx, ids: Collection[int]) -> set[int]:
    """
    Return which of these ids are there already, as a contact or as the note of one that was joined.
    """
    return {row.id for rows in (moments, notes) for row in tx.all(select(rows.c.id).where(rows.c.id.in_(ids)))}


def take_back(tx: Tx, ids: Collection[int], volunteer_id: int, since: datetime) -> int:
    """
    Delete contacts that this volunteer wrote down since then, with their notes, and return how many there were.
    """
    mine = moments.c.id.in_(ids), moments.c.volunteer_id == volunteer_id, moments.c.logged_at >= since
    found = [row.id for row in tx.all(select(moments.c.id).where(*mine).with_for_update())]
    if found:
        for table in (notes, revisions):
            tx.run(table.delete().where(table.c.moment_id.in_(found)))
        tx.run(moments.delete().where(moments.c.id.in_(found)))
    return len(found)
