"""
Clients: the people we serve.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, bindparam, func, literal_column, select
from sqlalchemy.sql.dml import Update

from flows import safe_contact
from storage import search_keys
from storage.database import Tx
from storage.tables import clients, facts, locations

FIRST_NUMBER = 1001
AT_ONCE = 1000          # clients locked by one statement: each takes parameters
_SAFER = clients.update().where(clients.c.id == bindparam("to_client_id")).values(safe_contact=bindparam("safer"))
_FIRST_LOCATION = select(func.min(locations.c.id).label("id"))
_NEXT = select(func.coalesce(func.max(clients.c.number), literal_column(str(FIRST_NUMBER - 1))) + literal_column("1")).scalar_subquery()
_ADD = {True: clients.insert().values(number=_NEXT),
        False: clients.insert().values(number=_NEXT, location_id=_FIRST_LOCATION.scalar_subquery())}       # by whether the location is given


def add(tx: Tx, how_many: int, now: datetime, name: str = "", language: str = "", location_id: int = 0) -> list[int]:
    """
    Add client records and return their ids; numbers are given in order, also when two processes add at once.
    """
    tx.alone(1)
    ids = [tx.ids.next() for _ in range(how_many)]
    where = {"location_id": location_id} if location_id else {}
    tx.many(_ADD[bool(location_id)], [
        {"id": id, "name": tx.keys.seal("clients.name", id, name) if name else None, "language": language, "created_at": now, **where} for id in ids
    ])
    if name:
        for id in ids:
            search_keys.index(tx, id, name)
    return ids


def default_location(tx: Tx) -> int:
    """
    Return the id of the first location, which a client without another one belongs to.
    """
    return int(tx.rows(_FIRST_LOCATION, {})[0].id)


def learn(tx: Tx, changes: Sequence[dict[str, object]]) -> None:
    """
    Write what clients told us of themselves: each change has `client_id` and some of language, consent, consented_at,
    is_under_16, stopped_at.
    """
    by_columns: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for change in changes:
        columns = tuple(sorted(set(change) - {"client_id"}))
        if columns:
            by_columns.setdefault(columns, []).append({f"to_{key}": value for key, value in change.items()})
    for columns, rows in by_columns.items():
        tx.many(_learning(columns), rows)


@cache
def _learning(columns: tuple[str, ...]) -> Update:
    values: dict[str, Any] = {column: bindparam(f"to_{column}") for column in columns}
    return clients.update().where(clients.c.id == bindparam("to_client_id")).values(**values)


def facts_of(tx: Tx, client_id: int) -> dict[str, str]:
    """
    Return what we know of a client by fact name; staff's word beats the client's.
    """
    return {one.name: one.value for one in told(tx, client_id)}


def name_of(tx: Tx, client_id: int) -> str:
    """
    Return a client's name, or "".
    """
    row = tx.one(select(clients.c.name).where(clients.c.id == client_id))
    return tx.keys.text("clients.name", client_id, row.name) if row and row.name else ""


def number_of(tx: Tx, client_id: int) -> int:
    """
    Return a client's number, the one that staff use.
    """
    return int(tx.run(select(clients.c.number).where(clients.c.id == client_id)).scalar_one())


def safe_contact_of(tx: Tx, client_id: int) -> str:
    """
    Return what was written down of how a client may be reached (`flows/safe_contact.py`), or "".
    """
    row = tx.one(select(clients.c.safe_contact).where(clients.c.id == client_id))
    return tx.keys.text("clients.safe_contact", client_id, row.safe_contact) if row and row.safe_contact else ""


def tell_safe(tx: Tx, told: Sequence[tuple[int, str]]) -> None:
    """
    Keep what clients say themselves of whether writing is safe: (client, how). It only ever makes us more careful: whoever holds the
    phone may be somebody else. Staff may take it back.
    """
    if not told:
        return
    rows = tx.all(select(clients.c.id, clients.c.safe_contact).where(clients.c.id.in_({id for id, _how in told}))
                  .order_by(clients.c.id).with_for_update(key_share=True))
    known = {row.id: tx.keys.text("clients.safe_contact", row.id, row.safe_contact) if row.safe_contact else "" for row in rows}
    safe = dict(known)
    for id, how in told:
        safe[id] = safe_contact.safer(safe[id], how)
    if changed := {id: said for id, said in safe.items() if said != known[id]}:
        tx.many(_SAFER, [{"to_client_id": id, "safer": tx.keys.seal("clients.safe_contact", id, said)} for id, said in changed.items()])


def set_safe_contact(tx: Tx, client_id: int, safe_contact: str) -> None:
    """
    Write down how a client may be reached.
    """
    sealed = tx.keys.seal("clients.safe_contact", client_id, safe_contact) if safe_contact else None
    tx.run(clients.update().where(clients.c.id == client_id).values(safe_contact=sealed))


@dataclass(frozen=True, slots=True)
class Client:
    """
    A client as the desk shows them.
    """

    id: int
    number: int
    name: str
    language: str
    location_id: int
    wants_woman: bool
    avoids_community: bool
    is_stopped: bool
    location: str
    consent: str
    consented_at: datetime | None
    is_under_16: bool
    created_at: datetime


def by_number(tx: Tx, number: int) -> Client | None:
    """
    Return the client with this number, or None.
    """
    return next(iter(_clients(tx, clients.c.number == number)), None)


def by_ids(tx: Tx, ids: Sequence[int]) -> list[Client]:
    """
    Return these clients, by number.
    """
    return _clients(tx, clients.c.id.in_(ids)) if ids else []


def _clients(tx: Tx, which: ColumnElement[bool]) -> list[Client]:
    return [
        Client(row.id, row.number, tx.keys.text("clients.name", row.id, row.name) if row.name else "", row.language, row.location_id,
               row.wants_woman, row.avoids_community, row.stopped_at is not None, row.location, row.consent, row.consented_at, row.is_under_16,
               row.created_at)
        for row in tx.all(select(clients, locations.c.name.label("location")).join(locations).where(which).order_by(clients.c.number))
    ]


def change(tx: Tx, client_id: int, name: str, language: str, wants_woman: bool, avoids_community: bool) -> None:
    """
    Change what staff write down of a client.
    """
    tx.run(clients.update().where(clients.c.id == client_id).values(
        name=tx.keys.seal("clients.name", client_id, name) if name else None, language=language, wants_woman=wants_woman,
        avoids_community=avoids_community))
    search_keys.index(tx, client_id, name)


@dataclass(frozen=True, slots=True)
class Told:
    """
    A fact, who said it (client or staff) and when.
    """

    name: str
    value: str
    said_by: Literal["client", "staff"]
    said_at: datetime


def told(tx: Tx, client_id: int) -> list[Told]:
    """
    Return every fact that anybody told of a client, by name; staff's word, which counts, comes last.
    """
    rows = tx.all(select(facts).where(facts.c.client_id == client_id).order_by(facts.c.name, facts.c.said_by))       # "client" < "staff"
    return [Told(row.name, tx.keys.text("facts.value", f"{client_id}:{row.name}:{row.said_by}", row.value), row.said_by, row.said_at) for row in rows]


_PLACES = select(clients.c.id, clients.c.location_id).where(clients.c.id.in_(bindparam("ids", expanding=True)))


def locations_of(tx: Tx, client_ids: Sequence[int]) -> dict[int, int]:
    """
    Return the location of each of these clients; who was erased has none.
    """
    return {row.id: row.location_id for row in tx.rows(_PLACES, {"ids": list(client_ids)})} if client_ids else {}


def lock(tx: Tx, client_ids: Sequence[int], waits: bool = True) -> list[int]:
    """
    Hold these clients until the commit and return them, the lowest id first, as everybody does who holds several (`sessions.lock`); whom
    another process has in hand is waited for, or left out.
    """
    if not tx.is_postgres or not client_ids:            # SQLite's one writer has everything locked
        return list(client_ids)
    query = select(clients.c.id).order_by(clients.c.id).with_for_update(key_share=True, skip_locked=not waits)
    ids = sorted(client_ids)
    return [row.id for at in range(0, len(ids), AT_ONCE) for row in tx.all(query.where(clients.c.id.in_(ids[at:at + AT_ONCE])))]
