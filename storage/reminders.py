"""
Reminders: what follows from the facts of a client, row by row, and what became of each. A row is unique by client, kind, due day and
the day on which it is sent, so nothing is sent twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, bindparam, func, literal_column, or_, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite

from flows.hour import FACT
from storage.database import Tx
from storage.deliveries import Told
from storage.tables import addresses, clients, facts, messages, reminders, sessions

PAGE = 50
PLANNED = ("client", "staff", "person", "certain")      # `what` comes from the facts; the others (check, later) from an answer


@dataclass(slots=True, eq=False)
class Reminder:
    """
    One row: on `send_on` something is done about what is due on `due_on`. `ready_at` is None once that is settled.
    """

    id: int
    client_id: int
    location_id: int
    kind: str
    due_on: date
    send_on: date
    what: str
    known_on: date
    ready_at: datetime | None
    state: str = "planned"
    answer: str = ""
    proof_on: date | None = None
    message_id: int | None = None
    ticket_id: int | None = None
    settled_at: datetime | None = None
    answered_at: datetime | None = None
    volunteer_id: int | None = None
    number: int = 0                     # the client's, where it was asked for

    @property
    def key(self) -> tuple[str, date]:
        """
        Return what it is about.
        """
        return self.kind, self.due_on


@dataclass(slots=True)
class Reached:
    """
    An address at which a client may be reached, and all that decides whether we write there unasked.
    """

    client_id: int
    address_id: int | None
    location_id: int
    language: str
    heard_at: datetime | None
    safe_contact: str
    is_unreachable: bool
    channel: str = ""
    consent: str = ""
    is_stopped: bool = False
    is_under_16: bool = False
    hour: str = ""                      # at which the client wants what nobody asked for (flows/hour.py)
    is_shared: bool = False             # with others


_COLUMNS = list(reminders.c)


def _read(row: Row[Any]) -> Reminder:
    return Reminder(*row[:len(_COLUMNS)])


_THEIRS = reminders.c.client_id.in_(bindparam("ids", expanding=True))
_OF = select(reminders).where(_THEIRS).order_by(reminders.c.client_id, reminders.c.send_on, reminders.c.id)


def of_clients(tx: Tx, client_ids: Sequence[int]) -> list[Reminder]:
    """
    Return everything that is or was planned for these clients, by the day on which it is sent.
    """
    return [_read(row) for row in tx.rows(_OF, {"ids": list(client_ids)})] if client_ids else []


_NOW = bindparam("now", type_=reminders.c.ready_at.type)
_OPEN = _OF.where(or_(reminders.c.ready_at <= _NOW, reminders.c.answered_at.is_not(None), reminders.c.state == "called"))


def standing(tx: Tx, client_ids: Sequence[int], now: datetime) -> list[Reminder]:
    """
    Return of these clients what is to be done now, and what was answered or handed over.
    """
    return [_read(row) for row in tx.rows(_OPEN, {"ids": list(client_ids), "now": now})] if client_ids else []


_ADD = {True: postgresql.insert(reminders).on_conflict_do_nothing(), False: sqlite.insert(reminders).on_conflict_do_nothing()}


def add(tx: Tx, rows: Sequence[Reminder]) -> None:
    """
    Write rows down; one that is there already, whatever became of it, is left as it is.
    """
    if rows:
        tx.many(_ADD[tx.is_postgres], [
            {"id": one.id, "client_id": one.client_id, "location_id": one.location_id, "kind": one.kind, "due_on": one.due_on,
             "send_on": one.send_on, "what": one.what, "known_on": one.known_on, "ready_at": one.ready_at, "state": one.state}
            for one in rows
        ])


def drop(tx: Tx, ids: Sequence[int]) -> None:
    """
    Take back rows of which nothing was done yet, also those that one of us was told of.
    """
    if ids:
        tx.run(reminders.delete().where(reminders.c.id.in_(ids), or_(reminders.c.ready_at.is_not(None), reminders.c.state == "told")))


_MOST: BindParameter[int] = bindparam("how_many")
_DUE = select(reminders.c.client_id).where(reminders.c.ready_at <= _NOW).order_by(reminders.c.ready_at, reminders.c.due_on).limit(_MOST)


def due(tx: Tx, now: datetime, how_many: int) -> list[int]:
    """
    Return clients for whom something is to be done now, up to so many rows of them, what waits longest and is due soonest first.
    """
    return list(dict.fromkeys([row.client_id for row in tx.rows(_DUE, {"now": now, "how_many": how_many})]))


def listed_until(tx: Tx, until: datetime) -> list[Reminder]:
    """
    Return what is due to be done until a moment, with the clients' numbers, the first first.
    """
    query = select(*_COLUMNS, clients.c.number).join(clients, clients.c.id == reminders.c.client_id).where(reminders.c.ready_at <= until)
    return [_numbered(row) for row in tx.all(query.order_by(reminders.c.ready_at, reminders.c.due_on, reminders.c.id))]


def _numbered(row: Row[Any]) -> Reminder:
    found = _read(row)
    found.number = row.number
    return found


_SETTLE = reminders.update().where(reminders.c.id == bindparam("row")).values(
    state=bindparam("to_state"), ready_at=bindparam("to_ready_at"), message_id=bindparam("to_message"), ticket_id=bindparam("to_ticket"),
    settled_at=bindparam("to_settled_at"))


def settle(tx: Tx, rows: Iterable[Reminder]) -> None:
    """
    Write down what became of rows: state, when they are looked at again, message and ticket.
    """
    settled = [{"row": one.id, "to_state": one.state, "to_ready_at": one.ready_at, "to_message": one.message_id, "to_ticket": one.ticket_id,
                "to_settled_at": one.settled_at} for one in rows]
    if settled:
        tx.many(_SETTLE, settled)


def put_off(tx: Tx, client_id: int, now: datetime, until: datetime) -> int:
    """
    Let what is due for a client wait, and return how many rows that is.
    """
    mine = reminders.c.client_id == client_id, reminders.c.ready_at <= now
    return tx.run(reminders.update().where(*mine).values(ready_at=until)).rowcount


def of_message(tx: Tx, message_id: int) -> list[Reminder]:
    """
    Return the reminders that one message brought, the nearest due first.
    """
    query = select(reminders).where(reminders.c.message_id == message_id).order_by(reminders.c.due_on, reminders.c.kind)
    return [_read(row) for row in tx.all(query)]


def answer(tx: Tx, ids: Sequence[int], said: str, at: datetime, proof_on: date | None = None) -> None:
    """
    Keep what a client answered to reminders, and the day they named.
    """
    if ids:
        tx.run(reminders.update().where(reminders.c.id.in_(ids)).values(
            state="answered", answer=said, answered_at=at, ready_at=None, proof_on=func.coalesce(proof_on, reminders.c.proof_on)))


def fail(tx: Tx, message_id: int) -> list[Reminder]:
    """
    Write down that a message could not be delivered, and return the reminders it brought.
    """
    found = of_message(tx, message_id)
    if found:
        tx.run(reminders.update().where(reminders.c.message_id == message_id, reminders.c.state == "sent").values(state="failed"))
    return found


def handed_over(tx: Tx, ids: Sequence[int], ticket_id: int) -> None:
    """
    Write down in which ticket somebody steps in.
    """
    if ids:
        tx.run(reminders.update().where(reminders.c.id.in_(ids)).values(ticket_id=ticket_id))


def coming(tx: Tx, client_ids: Sequence[int], until: datetime) -> dict[int, int]:
    """
    Return by client on how many days until then a reminder goes to them.
    """
    mine = reminders.c.client_id.in_(client_ids), reminders.c.ready_at <= until, reminders.c.what.in_(("client", "later"))
    query = select(reminders.c.client_id, func.count(reminders.c.send_on.distinct()).label("days")).where(*mine)
    return {row.client_id: row.days for row in tx.all(query.group_by(reminders.c.client_id))} if client_ids else {}


_REACH = (
    select(clients.c.id, clients.c.location_id, clients.c.language, clients.c.safe_contact, clients.c.consent, clients.c.stopped_at,
           clients.c.is_under_16, addresses.c.id.label("address_id"), addresses.c.channel, addresses.c.unreachable_at, sessions.c.heard_at,
           addresses.c.door_id, addresses.c.shared_at, facts.c.value.label("hour"))
    .outerjoin(addresses, addresses.c.client_id == clients.c.id).outerjoin(sessions, sessions.c.address_id == addresses.c.id)
    .outerjoin(facts, (facts.c.client_id == clients.c.id) & (facts.c.name == FACT) & (facts.c.said_by == "client"))
    .where(clients.c.id.in_(bindparam("ids", expanding=True))).order_by(clients.c.id)
)


def reach(tx: Tx, client_ids: Sequence[int], silent: Mapping[int, Told] = {}) -> dict[int, Reached]:
    """
    Return by client the address that they wrote from last and that can be reached; without one, any, or none. A number that was imported
    and never answered is not taken while there is another. Who was silent: another channel of theirs, unless they said where it is safe.
    """
    found: dict[int, Reached] = {}
    for row in tx.rows(_REACH, {"ids": list(client_ids)}) if client_ids else ():
        safe = tx.keys.text("clients.safe_contact", row.id, row.safe_contact) if row.safe_contact else ""
        hour = tx.keys.text("facts.value", f"{row.id}:{FACT}:client", row.hour) if row.hour else ""
        one = Reached(row.id, row.address_id, row.location_id, row.language, row.heard_at, safe, row.unreachable_at is not None,
                      row.channel or "", row.consent, row.stopped_at is not None, row.is_under_16, hour, (row.door_id or row.shared_at) is not None)
        if row.id not in found or _rank(one, silent.get(row.id)) > _rank(found[row.id], silent.get(row.id)):
            found[row.id] = one
    return found


def _rank(one: Reached, silent: Told | None) -> tuple[bool, bool, bool, float]:
    at = one.heard_at.timestamp() if one.heard_at else 0.0
    is_elsewhere = silent is not None and not one.is_shared and not one.safe_contact and silent.is_lively(one.channel, one.heard_at)
    return at > 0, not one.is_unreachable, is_elsewhere, at


_KNOWN = select(facts.c.client_id).where(facts.c.client_id > bindparam("after")).group_by(facts.c.client_id).order_by(facts.c.client_id).limit(_MOST)


def known(tx: Tx, after: int, how_many: int) -> list[int]:
    """
    Return clients of whom a fact is known, by id, those after this one: to plan anew, some at a time.
    """
    return [row.client_id for row in tx.rows(_KNOWN, {"after": after, "how_many": how_many})]


@dataclass(frozen=True, slots=True)
class Listed:
    """
    A row as the desk lists it: with what became of its message, and what decides who may see the client.
    """

    row: Reminder
    message_state: str
    language: str
    wants_woman: bool
    avoids_community: bool


def page(tx: Tx, location_id: int, from_on: date, after: tuple[date, int] | None = None, only: str = "", is_all: bool = False) -> list[Listed]:
    """
    Return what a location has from a day on, in the order of the days, a page and one more; `after` is where the page before ended,
    `only` a state. With `is_all` what was to be done before and is not done yet comes first.
    """
    early: list[Listed] = []
    if is_all:
        undone: ColumnElement[bool] = literal_column("reminders.ready_at").is_not(None)
        early = _listed(tx, [reminders.c.location_id == location_id, reminders.c.send_on < from_on, undone], after, only)
    which = [reminders.c.location_id == location_id, reminders.c.send_on >= from_on]
    return early if len(early) > PAGE else [*early, *_listed(tx, which, after, only)][:PAGE + 1]


def _listed(tx: Tx, which: list[ColumnElement[bool]], after: tuple[date, int] | None, only: str) -> list[Listed]:
    if after is not None:
        which.append(tuple_(reminders.c.send_on, reminders.c.id) > after)
    if only:
        which.append(reminders.c.state == only)
    query = (
        select(*_COLUMNS, clients.c.number, clients.c.language, clients.c.wants_woman, clients.c.avoids_community,
               messages.c.state.label("message_state"))
        .join(clients, clients.c.id == reminders.c.client_id).outerjoin(messages, messages.c.id == reminders.c.message_id)
        .where(*which).order_by(reminders.c.send_on, reminders.c.id).limit(PAGE + 1)
    )
    return [Listed(_numbered(row), row.message_state or "", row.language, row.wants_woman, row.avoids_community) for row in tx.all(query)]
