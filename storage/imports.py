"""
Imports: the clients of a list found among those we know, and the new ones added, in sets.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, exists, func, select, text

from storage import search_keys
from storage.addresses import Sender, row_of
from storage.clients import FIRST_NUMBER
from storage.database import Tx
from storage.tables import addresses, clients, facts, invites, reminders, sessions

CHANNEL = "whatsapp"            # where a telephone number is an address
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Known:
    """
    A client as a list must know of them. A stranger wrote to us, and nobody of ours has said who it is; `address_id` is of the phone by
    which the client was found, 0 for one found by number.
    """

    id: int
    number: int
    name: str
    language: str
    location_id: int
    has_spoken: bool
    is_stranger: bool
    address_id: int = 0
    is_shared: bool = False         # that phone is several clients'


@dataclass(frozen=True, slots=True)
class Arrival:
    """
    A client to add; number 0 is given the next one.
    """

    number: int
    name: str
    language: str
    location_id: int


_OWN = addresses.alias("own")
_HAS_SPOKEN = exists(select(sessions.c.address_id).join(_OWN, _OWN.c.id == sessions.c.address_id).where(
    _OWN.c.client_id == clients.c.id, sessions.c.heard_at.is_not(None)))
_IS_OURS = exists(select(facts.c.client_id).where(facts.c.client_id == clients.c.id, facts.c.said_by == "staff")) | exists(
    select(invites.c.client_id).where(invites.c.client_id == clients.c.id))
_COLUMNS = (clients.c.id, clients.c.number, clients.c.name, clients.c.language, clients.c.location_id, _HAS_SPOKEN.label("has_spoken"),
            _IS_OURS.label("is_ours"))
_BY_NUMBER = select(*_COLUMNS).where(clients.c.number.in_(bindparam("numbers", expanding=True)))
_BY_KEY = select(*_COLUMNS, addresses.c.id.label("address_id"), addresses.c.external_key, addresses.c.alias_key, addresses.c.shared_at).join(
    addresses, addresses.c.client_id == clients.c.id).where(
    addresses.c.channel == CHANNEL,
    addresses.c.external_key.in_(bindparam("keys", expanding=True)) | addresses.c.alias_key.in_(bindparam("aliases", expanding=True)))


def by_numbers(tx: Tx, numbers: Sequence[int]) -> dict[int, Known]:
    """
    Return the clients with these numbers.
    """
    rows = (row for some in _parts(numbers) for row in tx.all(_BY_NUMBER, {"numbers": some}))
    return {row.number: _known(tx, row) for row in rows}


def by_phones(tx: Tx, phones: Sequence[str]) -> dict[str, Known]:
    """
    Return the clients whom these telephone numbers (+31612345678) belong to, by number.
    """
    named = {key: phone for phone in phones for key in tx.keys.hashes("address", f"{CHANNEL}:{phone}")}
    found: dict[str, Known] = {}
    for keys in _parts(list(named)):
        for row in tx.all(_BY_KEY, {"keys": keys, "aliases": keys}):
            phone = named[row.external_key if row.external_key in named else row.alias_key]
            found[phone] = replace(_known(tx, row, row.address_id), is_shared=row.shared_at is not None)
    return found


def add(tx: Tx, arrivals: Sequence[Arrival], now: datetime) -> list[int]:
    """
    Add clients and return their ids; who has no number gets one after every other.
    """
    if not arrivals:
        return []
    if tx.is_postgres:
        tx.run(text("select pg_advisory_xact_lock(1, 1)"))
    last = tx.run(select(func.max(clients.c.number))).scalar() or FIRST_NUMBER - 1
    last = max(last, *(one.number for one in arrivals))
    rows: list[dict[str, Any]] = []
    for one in arrivals:
        id = tx.ids.next()
        last += not one.number
        rows.append({"id": id, "number": one.number or last, "name": tx.keys.seal("clients.name", id, one.name) if one.name else None,
                     "language": one.language, "location_id": one.location_id, "created_at": now})
    tx.many(_ADD, rows)
    ids = [int(row["id"]) for row in rows]
    _index(tx, [(id, one.name) for id, one in zip(ids, arrivals, strict=True)])
    return ids


def change(tx: Tx, changed: Sequence[tuple[int, str, str, int]]) -> None:
    """
    Give clients another name, language and location, to which their reminders move along: (id, name, language, location).
    """
    if changed:
        tx.many(_CHANGE, [
            {"row": id, "to_name": tx.keys.seal("clients.name", id, name) if name else None, "to_language": language, "to_location": location_id}
            for id, name, language, location_id in changed])
        tx.many(_MOVE, [{"row": id, "to_location": location_id} for id, _name, _language, location_id in changed])
        for id, name, _language, _location in changed:
            search_keys.index(tx, id, name)


def reach(tx: Tx, phones: Sequence[tuple[int, str, datetime]], now: datetime) -> None:
    """
    Give clients a telephone number that nobody had, to be invited there not before a time: (client, +31612345678, time).
    """
    rows = []
    for client_id, phone, invite_at in phones:
        id = tx.ids.next()
        rows.append(row_of(tx, id, client_id, Sender(CHANNEL, f"{CHANNEL}:{phone}"), now) | {"invite_at": invite_at})
    if rows:
        tx.many(_REACH, rows)
        tx.many(_SESSION, [{"address_id": row["id"]} for row in rows])


def last_invited_at(tx: Tx) -> datetime | None:
    """
    Return for when the last invitation is planned that has not left, or None.
    """
    row = tx.one(select(addresses.c.invite_at).where(addresses.c.invite_at.is_not(None)).order_by(addresses.c.invite_at.desc()).limit(1))
    return row.invite_at if row else None


_ADD, _REACH, _SESSION = clients.insert(), addresses.insert(), sessions.insert()
_CHANGE = clients.update().where(clients.c.id == bindparam("row")).values(
    name=bindparam("to_name"), language=bindparam("to_language"), location_id=bindparam("to_location"))
_MOVE = reminders.update().where(reminders.c.client_id == bindparam("row")).values(location_id=bindparam("to_location"))


def _index(tx: Tx, named: Sequence[tuple[int, str]]) -> None:
    rows = [{"client_id": id, "key": tx.keys.hash("name", word)} for id, name in named for word in sorted(search_keys.words_of(name))]
    if rows:
        tx.many(search_keys.ADD, rows)


def _known(tx: Tx, row: Any, address_id: int = 0) -> Known:
    name = tx.keys.text("clients.name", row.id, row.name) if row.name else ""
    return Known(row.id, row.number, name, row.language, row.location_id, row.has_spoken, not name and not row.is_ours, address_id)


def _parts(values: Sequence[Any]) -> Iterator[list[Any]]:
    for at in range(0, len(values), AT_ONCE):
        yield list(values[at:at + AT_ONCE])
