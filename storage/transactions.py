"""
Transactions: what every function of `storage` is handed, to ask and to tell the database.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, CursorResult, Executable, Integer, Row, Select, String, bindparam, func, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.schema import Table

from storage.ids import Ids
from storage.prepared import Cache, Statement, prepared
from storage.secrets import Keys

if TYPE_CHECKING:
    from storage.pipes import Pipe

_ALONE = select(func.pg_advisory_xact_lock(literal_column("1"), bindparam("what", type_=Integer)).label("held"))
_NOTIFY = select(func.pg_notify(literal_column("'wegwijs'"), bindparam("payload", type_=String)).label("told"))


def _pipe_of(connection: Connection) -> "Pipe":
    from storage.pipes import pipe_of  # the driver takes its time to come: not where the database is SQLite

    return pipe_of(connection)


class Tx:
    """
    One open transaction, handed to every function of `storage`; they use it and never commit.
    """

    __slots__ = ("_connection", "_pipe", "_prepared", "ids", "is_postgres", "keys", "wakes")

    def __init__(self, connection: Connection, keys: Keys, ids: Ids, prepared: Cache | None = None) -> None:
        self._connection = connection
        self._prepared = {} if prepared is None else prepared
        self.keys = keys
        self.ids = ids
        self.is_postgres = connection.dialect.name == "postgresql"
        self._pipe = _pipe_of(connection) if self.is_postgres else None
        self.wakes: set[str] = set()

    @property
    def connection(self) -> Connection:
        """
        SQLAlchemy's connection, on which everything that was told so far has been done.
        """
        self.settle()
        return self._connection

    def settle(self) -> None:
        """
        Do what was told and not done yet.
        """
        if self._pipe is not None:
            self._pipe.settle()

    def run(self, statement: Executable, rows: Any = None) -> CursorResult[Any]:
        """
        Execute one statement; `rows` is one mapping of parameters or a list of them.
        """
        connection = self.connection
        return connection.execute(statement, rows) if rows is not None else connection.execute(statement)

    def many(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """
        Execute one statement for many rows that have the same keys. It is compiled once and kept, so it must be a constant of its module.
        On PostgreSQL it goes with what is asked next, or with the commit, and what is wrong with it is raised there.
        """
        one = prepared(self._prepared, statement, rows[0], self._connection.dialect)
        if self._pipe is not None:
            self._pipe.tell(one.wire, one.lined(rows))
        else:
            one.change(self._connection, rows)

    def change(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> int:
        """
        The same at once: return how many rows it changed.
        """
        one = prepared(self._prepared, statement, rows[0], self._connection.dialect)
        return one.change(self._connection, rows) if self._pipe is None else self._pipe.change(one.wire, one.lined(rows))

    def alone(self, what: int) -> None:
        """
        Let no other process do the same until the commit: 1 is to add clients, 2 to number questions.
        """
        if self.is_postgres:
            self.many(_ALONE, [{"what": what}])

    def rows(self, statement: Select[Any], values: Mapping[str, Any]) -> list[Any]:
        """
        Execute one SELECT that is a constant of its module, compiled once and kept, and return its rows.
        """
        return self.each((statement, values))[0]

    def each(self, *asked: tuple[Select[Any], Mapping[str, Any]]) -> list[list[Any]]:
        """
        Execute such SELECTs, one after the other but with one wait for the server, and return the rows of each.
        """
        ready = [(prepared(self._prepared, statement, values, self._connection.dialect), values) for statement, values in asked]
        if self._pipe is None:
            return [one.rows(self._connection, values) for one, values in ready]
        found = self._pipe.ask(*[(one.wire, one.line(values)) for one, values in ready])
        return [one.read(rows) for (one, _values), rows in zip(ready, found, strict=True)]

    def end(self, tag: str) -> None:
        """
        Do what was told and not done yet, and let it be kept. For `Database`, which ends every transaction.
        """
        if self._pipe is None:
            return
        if self.wakes:
            self.many(_NOTIFY, [{"payload": f"{tag}:{','.join(sorted(self.wakes))}"}])
        self._pipe.end()

    def all(self, statement: Executable, rows: Any = None) -> Sequence[Row[Any]]:
        """
        Execute one statement and return its rows.
        """
        return self.run(statement, rows).all()

    def one(self, statement: Executable, rows: Any = None) -> Row[Any] | None:
        """
        Execute one statement and return its first row, or None.
        """
        return self.run(statement, rows).first()

    def insert(self, table: Table) -> Any:
        """
        Return the dialect's INSERT, which knows `on_conflict_do_nothing` and `on_conflict_do_update`.
        """
        return postgresql.insert(table) if self.is_postgres else sqlite.insert(table)

    def wake(self, stage: str) -> None:
        """
        Wake a stage ("turns", "delivery", "media" …) once this transaction is committed, in every process.
        """
        self.wakes.add(stage)

    def done(self, stage: str) -> None:
        """
        Take back a wake-up that this transaction gave so far: what it was for is done in it.
        """
        self.wakes.discard(stage)
