"""
How a database would run what `storage` asks of it: every statement of a scenario, explained.
"""

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Select, event

from storage.database import Database, Tx
from storage.prepared import Statement, prepared
from storage.tables import metadata

# Tables that stay small whatever the years bring: offices, channels, what waits to be deleted, who was forgotten, what staff must decide; our
# team, and what it has not sent yet.
SMALL = {"locations", "channels", "contents", "deletions", "erasures", "bindings", "volunteers", "duties", "templates", "logins", "links",
    "corrections", "recordings", "drafts", "frozen", "broadcasts", "namespaces", "feeds", "sums", "tallies", "nameless"}
BY_PLATFORM = {"ix_messages_inbound", "ix_messages_outbound"}      # every message is in one of them: only good with the platform's id
PARTIAL = {index.name for table in metadata.tables.values() for index in table.indexes
           if index.dialect_options["sqlite"]["where"] is not None} - BY_PLATFORM


class Told(Tx):
    """
    A transaction that tells of what it hands to the driver itself, past SQLAlchemy.
    """

    tell: Callable[[str, Any], None]

    def many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Tell of it, and run it."""
        self._tell(statement, rows[0])
        super().many(statement, rows)

    def change(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> int:
        """Tell of it, and run it."""
        self._tell(statement, rows[0])
        return super().change(statement, rows)

    def each(self, *asked: tuple[Select[Any], Mapping[str, Any]]) -> list[list[Any]]:
        """Tell of them, and run them."""
        for statement, values in asked:
            self._tell(statement, values)
        return super().each(*asked)

    def _tell(self, statement: Statement, values: Mapping[str, Any]) -> None:
        one = prepared({}, statement, values, self.connection.dialect)
        self.tell(one.text, one.bind(values))


@contextmanager
def captured(database: Database) -> Iterator[tuple[Tx, dict[str, Any]]]:
    """
    Open a transaction and collect every statement that is run in it, with the parameters of its first time.
    """
    statements: dict[str, Any] = {}

    def tell(statement: str, parameters: Any) -> None:
        if not statement.lower().startswith(("insert", "begin", "set ", "lock ")):
            statements.setdefault(statement, parameters)

    def keep(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, is_many: bool) -> None:
        tell(statement, parameters[0] if is_many else parameters)

    event.listen(database.writer, "before_cursor_execute", keep)
    with database.writer.begin() as connection:
        tx = Told(connection, database.keys, database.ids)
        tx.tell = tell
        yield tx, statements
    event.remove(database.writer, "before_cursor_execute", keep)


def scans(database: Database, statements: dict[str, Any]) -> list[str]:
    """
    Return the statements that read a table which grows from end to end, with how.
    """
    with database.writer.begin() as connection:
        if database.is_postgres:
            for way in ("seqscan", "hashjoin", "mergejoin"):       # with so few rows it would rather read everything
                connection.exec_driver_sql(f"set enable_{way} = off")
        explain = _of_postgres if database.is_postgres else _of_sqlite
        return [f"{found}: {statement}" for statement, first in statements.items() for found in explain(connection, statement, first)]


def found_by(database: Database, statements: dict[str, Any], index: str) -> list[str]:
    """
    Return by what these statements find rows in an index, each time that one uses it.
    """
    with database.writer.begin() as connection:
        if not database.is_postgres:
            lines = [row[3] for statement, first in statements.items()
                     for row in connection.exec_driver_sql(f"explain query plan {statement}", first)]
            return [line for line in lines if f"INDEX {index} " in line]
        connection.exec_driver_sql("set enable_seqscan = off")
        lines = [row[0] for statement, first in statements.items() for row in connection.exec_driver_sql(f"explain {statement}", first)]
        return [after for line, after in itertools.pairwise(lines) if f" {index} " in line]


def _of_sqlite(connection: Connection, statement: str, parameters: Any) -> list[str]:
    lines = [row[3] for row in connection.exec_driver_sql(f"explain query plan {statement}", parameters)]
    if "LIMIT" in statement and "WHERE" not in statement and not any("TEMP B-TREE" in line for line in lines):
        return []           # in the order of an index, so it stops at the limit
    loose = [line for line in lines if any(index in line for index in BY_PLATFORM) and "external_id=?" not in line]
    return loose + [line for line in lines if line.startswith("SCAN") and not _may_scan(line)]


def _may_scan(line: str) -> bool:
    table, index = line.split()[1], line.split(" INDEX ")[-1].split()[0]
    return table in SMALL or index in PARTIAL or table not in {*metadata.tables, "earlier"}


def _of_postgres(connection: Connection, statement: str, parameters: Any) -> list[str]:
    row = connection.exec_driver_sql(f"explain (format json) {statement}", parameters).one()
    plans = row[0] if isinstance(row[0], list) else json.loads(row[0])
    return [found for plan in plans for found in _bad_nodes(plan["Plan"], is_limited=False)]


def _bad_nodes(node: dict[str, Any], is_limited: bool) -> list[str]:
    kind, table, index = node["Node Type"], node.get("Relation Name", ""), node.get("Index Name", "")
    is_limited = kind == "Limit" or (is_limited and "Sort" not in kind and "Aggregate" not in kind)
    found_by = node.get("Index Cond", "")
    is_whole = kind == "Seq Scan" or ("Index" in kind and not found_by and index not in PARTIAL)
    is_whole = is_whole or (index in BY_PLATFORM and "external_id" not in found_by)
    stops = is_limited and "Index" in kind and "Filter" not in node
    own = [f"{kind} of {table} {index}"] if is_whole and not stops and (table or _table_of(index)) not in SMALL else []
    return own + [found for child in node.get("Plans", ()) for found in _bad_nodes(child, is_limited)]


def _table_of(index: str) -> str:
    return next((table.name for table in metadata.tables.values() if any(each.name == index for each in table.indexes)), "")
