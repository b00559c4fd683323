"""
Of `growth`: a database with so many moments and messages as years of use leave, written in sets.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.sql.dml import Insert

from storage.database import Database, Tx
from storage.migrations import migrate
from storage.prepared import prepared
from storage.secrets import Keys
from storage.tables import addresses, clients, messages, moments, sessions
from tests.crash.serving import SECRET

A_CLIENT = 20               # moments and messages of one client
CHUNK = 20_000
TEXT = '{"text": "Waar kan ik een huis vinden? Wij wachten al twee jaar.", "choice": "", "hint": "nl", "offers": [], "language": "nl"}'
SPREAD = timedelta(days=300)        # texts of more than a year ago would be deleted while turns are measured
HASTE = "pragma cache_size=-256000"     # of SQLite while it is filled: else each chunk reads the indexes again


def fill(url: str, rows: int) -> None:
    """
    Store so many moments and messages, of clients with some of each, over the last 300 days. PostgreSQL knows of its tables by itself,
    after a while; SQLite is given no statistics, as it has none in use.
    """
    start = datetime.now(UTC) - SPREAD
    database = Database(url, Keys([SECRET]))
    try:
        migrate(database)
        for first in range(0, rows, CHUNK):
            days = [start + SPREAD * number / rows for number in range(first, min(first + CHUNK, rows))]
            database.submit(lambda tx, first=first, days=days: _fill(tx, first, days, start)).result()      # type: ignore[misc]
        if database.is_postgres:
            database.submit(lambda tx: tx.run(text("analyze"))).result()
    finally:
        database.close()


def _fill(tx: Tx, first: int, days: list[datetime], start: datetime) -> None:
    if not tx.is_postgres:
        tx.run(text(HASTE))
    people = [1 + first // A_CLIENT + number for number in range(max(1, len(days) // A_CLIENT))]
    location = tx.run(text("select min(id) from locations")).scalar_one()
    _put(tx, _CLIENTS, [{"id": id, "number": 1000 + id, "location_id": location, "created_at": start} for id in people])
    _put(tx, _ADDRESSES, [_address(tx, id, start) for id in people])
    _put(tx, _MOMENTS, [_moment(first + number, people[number % len(people)], location, at) for number, at in enumerate(days)])
    _put(tx, _SESSIONS, [{"address_id": id} for id in people])
    _put(tx, _MESSAGES, [_message(tx, first + number, people[number % len(people)], at) for number, at in enumerate(days)])


def _put(tx: Tx, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> None:
    """
    Write rows as the fastest way of each database does: on PostgreSQL that is COPY.
    """
    if not tx.is_postgres:
        tx.many(statement, rows)
        return
    bound = prepared({}, statement, rows[0], tx.connection.dialect).bound(rows)
    driver: Any = tx.connection.connection.driver_connection
    with driver.cursor() as cursor, cursor.copy(f"copy {statement.table.name} ({','.join(bound[0])}) from stdin") as copy:
        for row in bound:
            copy.write_row(list(row.values()))


_CLIENTS, _ADDRESSES, _MOMENTS, _SESSIONS, _MESSAGES = (table.insert() for table in (clients, addresses, moments, sessions, messages))


def _moment(number: int, person: int, location: int, at: datetime) -> dict[str, Any]:
    return {"id": number + 1, "client_id": person, "location_id": location, "municipality": "Leiden", "channel": "telegram", "began_by": "client",
            "began_at": at, "began_on": date(at.year, at.month, at.day), "last_at": at, "topics": "housing_search", "inbound": 1}  # fmt: skip


def _address(tx: Tx, id: int, at: datetime) -> dict[str, Any]:
    return {"id": id, "client_id": id, "channel": "telegram", "external_key": tx.keys.hash("address", f"old-{id}"), "created_at": at,
            "external_id": tx.keys.seal("addresses.external_id", id, f"old-{id}")}  # fmt: skip


def _message(tx: Tx, number: int, person: int, at: datetime) -> dict[str, Any]:
    is_in = number % 2 == 0
    return {"id": number + 1, "address_id": person, "moment_id": number + 1, "direction": "in" if is_in else "out", "channel": "telegram",
            "external_id": f"old-{number}", "kind": "text" if is_in else "reply", "state": "answered" if is_in else "sent",
            "body": tx.keys.seal("messages.body", number + 1, TEXT), "sequence": number, "ready_at": at, "at": at}  # fmt: skip
