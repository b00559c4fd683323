"""
Seals: every encrypted value and keyed hash of the database, made anew with the current key, a few rows at a time.
"""

from typing import Any

from sqlalchemy import Column, Row, Table, and_, bindparam, func, or_, select, tuple_, update

from storage.database import Tx
from storage.seats import SEAT
from storage.tables import Sealed, metadata

ROWS = 200
LARGE = {"media": 4, "recordings": 4}        # rows at a time where one is large
# The keyed hashes of a table: the column, the sealed column it is made from, and its purpose.
HASHED = {
    "addresses": (("external_key", "external_id", "address"), ("alias_key", "alias", "address")),
    "invites": (("code_key", "code", "invite"),),
    "volunteers": (("telegram_key", "telegram_id", "telegram"),),
}

Place = tuple[Any, ...]


def tables() -> list[str]:
    """
    Return the names of the tables that hold sealed values.
    """
    return [table.name for table in metadata.sorted_tables if _sealed(table)]


def renew(tx: Tx, name: str, after: Place | None) -> tuple[int, Place | None]:
    """
    Seal the next rows of a table with the current key, and hash their look-ups with it; return how many, and the place to go on
    from, or None at the end. Rows that have the current key are passed over, so it can be done again after a kill.
    """
    table = metadata.tables[name]
    rows = tx.all(_old_rows(tx, table, after).limit(LARGE.get(name, ROWS)))
    if not rows:
        return 0, None
    keys, columns = [column.name for column in table.primary_key], [*_sealed(table), *(hash[0] for hash in HASHED.get(name, ()))]
    statement = update(table).where(*(table.c[key] == bindparam(f"old_{key}") for key in keys))
    tx.run(statement.values({column: bindparam(f"new_{column}") for column in columns}), [_renewed(tx, table, row) for row in rows])
    return len(rows), tuple(getattr(rows[-1], key) for key in keys)


def remaining(tx: Tx) -> int:
    """
    Return how many rows still hold a value sealed with an older key.
    """
    old = [_old_rows(tx, metadata.tables[name], None).order_by(None).subquery() for name in tables()]
    return sum(int(tx.run(select(func.count()).select_from(rows)).scalar_one()) for rows in old)


def _sealed(table: Table) -> list[str]:
    return [column.name for column in table.columns if isinstance(column.type, Sealed)]


def _old_rows(tx: Tx, table: Table, after: Place | None) -> Any:
    keys: list[Column[Any]] = list(table.primary_key)
    is_old = or_(*(and_(table.c[name].is_not(None), func.substr(table.c[name], 1, 5) != tx.keys.head) for name in _sealed(table)))
    look_ups = (table.c[hash[0]] for hash in HASHED.get(table.name, ()) if not table.c[hash[0]].primary_key)
    query = select(*keys, *(table.c[name] for name in _sealed(table)), *look_ups).where(is_old).order_by(*keys)
    return query if after is None else query.where(tuple_(*keys) > tuple_(*after))


def _renewed(tx: Tx, table: Table, row: Row[Any]) -> dict[str, Any]:
    old = {column.name: getattr(row, column.name) for column in table.primary_key}
    opened = {name: _open(tx, f"{table.name}.{name}", _row_id(old), getattr(row, name)) for name in _sealed(table)}
    hashed = {column: _hash(tx, purpose, opened[source]) for column, source, purpose in HASHED.get(table.name, ())}
    if str(getattr(row, "external_key", "")).startswith(SEAT):          # no hash, but a number of ours
        hashed["external_key"] = row.external_key
    place = _row_id({key: hashed.get(key, value) for key, value in old.items()})
    sealed = {name: None if value is None else tx.keys.seal(f"{table.name}.{name}", place, value) for name, value in opened.items()}
    return {f"old_{key}": value for key, value in old.items()} | {f"new_{name}": value for name, value in (sealed | hashed).items()}


def _row_id(key: dict[str, Any]) -> str:
    # What the nouns bind a sealed value to: the row's key, its parts joined.
    return ":".join(str(value) for value in key.values())


def _open(tx: Tx, column: str, place: str, sealed: bytes | None) -> bytes | None:
    return None if sealed is None else tx.keys.open(column, place, sealed)


def _hash(tx: Tx, purpose: str, value: bytes | None) -> str | None:
    return None if value is None else tx.keys.hash(purpose, value.decode())
