"""
Extracts: every table that a coordinator may see, as rows without anything sealed, a block at a time.

No name, text, fact or address of a client is in them: a client is the number that staff use, and left out for who may not see them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, FromClause, literal, select, tuple_

from storage.database import Tx
from storage.tables import (
    Instant,
    appointments,
    clients,
    duties,
    files,
    locations,
    moments,
    reminders,
    tickets,
    totals,
    views,
    volunteers,
)


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What is asked for: a location or all of them, days (of what has one), and the communities of who asks.
    """

    location_id: int | None
    first: date
    last: date
    since: datetime                 # when the first day begins, and when the last is over
    until: datetime
    communities: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """
    One table: what is read of it, by which columns, in an order that an index has; `when` is the day or time of a row. `whole`: a
    row of a client whom somebody may not see is left out, not just the number.
    """

    rows: FromClause
    columns: Sequence[Column[Any]]
    order: Sequence[Column[Any]]
    place: Column[Any]
    when: Column[Any] | None = None
    more: Sequence[Any] = field(default=())
    whole: bool = False


_CLIENT = (clients.c.number.label("client"), clients.c.language.label("tongue"), clients.c.avoids_community.label("avoids"))
_BY = (volunteers.c.name.label("volunteer"),)


def _of_client(table: Any) -> Any:
    return table.outerjoin(clients, clients.c.id == table.c.client_id)


def _by(rows: Any, table: Any) -> Any:
    return rows.outerjoin(volunteers, volunteers.c.id == table.c.volunteer_id)


def _columns(table: Any, names: str) -> tuple[Any, ...]:
    return tuple(table.c[name] for name in names.split())


EXTRACTS = {
    "contacts": Extract(
        _by(_of_client(moments), moments), _columns(
            moments, "began_on began_at last_at channel began_by municipality programme topics languages answered_by outcome is_reached inbound "
                     "outbound minutes logged_at"),
        (moments.c.began_on, moments.c.location_id, moments.c.id), moments.c.location_id, moments.c.began_on, (*_CLIENT, *_BY)),
    "tickets": Extract(
        _by(_of_client(tickets), tickets), _columns(
            tickets, "number opened_at due_at closed_at team topics urgency language state reason outcome taken_at answered_at helped interpreter "
                     "wants_woman"),
        (tickets.c.opened_at, tickets.c.id), tickets.c.location_id, tickets.c.opened_at,
        (clients.c.number.label("client"), tickets.c.language.label("tongue"), tickets.c.avoids_community.label("avoids"), *_BY), whole=True),
    "reminders": Extract(
        _of_client(reminders), _columns(reminders, "kind due_on send_on what state answer proof_on settled_at answered_at"),
        (reminders.c.location_id, reminders.c.send_on, reminders.c.id), reminders.c.location_id, reminders.c.send_on, _CLIENT),
    "appointments": Extract(
        _of_client(appointments), _columns(appointments, "starts_at interpreter made_by made_at cancelled_at"), (appointments.c.id,),
        appointments.c.location_id, appointments.c.starts_at, _CLIENT),
    "files": Extract(
        _of_client(files), _columns(files, "opened_on closed_on outcome municipality"), (files.c.opened_on, files.c.id), files.c.location_id,
        files.c.opened_on, _CLIENT),
    "totals": Extract(
        _by(totals, totals), _columns(totals, "from_on to_on name value at"),
        (totals.c.from_on, totals.c.to_on, totals.c.location_id, totals.c.name), totals.c.location_id, totals.c.from_on, _BY),
    "clients": Extract(
        clients, _columns(clients, "language consent consented_at is_under_16 stopped_at created_at"), (clients.c.number,), clients.c.location_id,
        None, _CLIENT, whole=True),
    "volunteers": Extract(
        volunteers, _columns(volunteers, "name role teams languages is_interpreter created_at dismissed_at"), (volunteers.c.id,),
        volunteers.c.location_id),
    "roster": Extract(
        _by(duties, duties), _columns(duties, "team weekday on_day starts ends"), (duties.c.id,), duties.c.location_id, None, _BY),
    "views": Extract(
        _by(_of_client(views), views), _columns(views, "at what"), (views.c.location_id, views.c.at, views.c.id), views.c.location_id, views.c.at,
        (*_CLIENT, *_BY)),
    "places": Extract(locations, _columns(locations, "name municipality address phone hours capacity"), (locations.c.id,), locations.c.id),
}
_OF_SIGHT = ("tongue", "avoids")


def headings(name: str) -> list[str]:
    """
    Return the names of a table's columns, in order.
    """
    one = EXTRACTS[name]
    return [column.name for column in (*one.columns, *one.more) if column.name not in _OF_SIGHT] + ["location"]


def block(tx: Tx, name: str, asked: Asked, after: tuple[Any, ...] | None, how_many: int) -> tuple[list[list[Any]], tuple[Any, ...] | None]:
    """
    Return the next rows of a table, and where to go on, or None at the end.
    """
    one = EXTRACTS[name]
    order = [column.label(f"order_{place}") for place, column in enumerate(one.order)]
    columns = [column.label(f"column_{column.name}") for column in (*one.columns, *one.more)]
    query = select(*columns, locations.c.name.label("column_location"), *order)
    query = query.select_from(one.rows if one.rows is locations else one.rows.join(locations, locations.c.id == one.place))
    if asked.location_id is not None:
        query = query.where(one.place == asked.location_id)
    if one.when is not None:
        is_time = isinstance(one.when.type, Instant)
        query = query.where(one.when >= asked.since, one.when < asked.until) if is_time else query.where(one.when.between(asked.first, asked.last))
    if after is not None:
        last = [literal(value, column.type) for value, column in zip(after, one.order, strict=True)]
        query = query.where(tuple_(*one.order) > tuple_(*last))
    found = tx.all(query.order_by(*one.order).limit(how_many))
    names = [f"column_{heading}" for heading in headings(name)]
    seen = (row._mapping for row in found if not (one.whole and _is_hidden(row._mapping, asked)))
    rows = [[None if key == "column_client" and _is_hidden(row, asked) else row[key] for key in names] for row in seen]
    return rows, tuple(found[-1]._mapping[key.name] for key in order) if len(found) == how_many else None


def _is_hidden(row: Any, asked: Asked) -> bool:
    """
    Tell whether a client asks to be kept from the community of who asks (`flows/rights.py`).
    """
    return bool(row.get("column_avoids")) and row["column_tongue"] in asked.communities
