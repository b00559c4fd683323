"""
Pipes: statements handed to libpq itself, the library under the driver, which is a fifth of the work of a cursor of the driver.

What changes rows waits until something is asked, or for the commit, and goes with it: one wait for the server, where each by itself would
be one. So what is wrong with a change is said then, and the transaction fails as it would have.
"""

import select
import struct
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any, TypeVar

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.errors import lookup
from sqlalchemy import Connection

from storage.prepared import told

T = TypeVar("T")
ORIGIN = date(2000, 1, 1).toordinal()       # days are counted from then on the wire
BEGIN, COMMIT = "begin", "commit"
FINE = {pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK}
Sent = tuple[bytes, list[Any], list[int]]
_NAMES = count(1)


def _text(value: Any) -> bytes:
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    return value.encode() if isinstance(value, str) else str(value).encode()


def _packed(layout: str) -> Callable[[Any], bytes]:
    return struct.Struct(layout).pack


_PACKS: Mapping[int, Callable[[Any], bytes]] = {        # by the server's number of a type; what is none of these goes as text
    16: _packed("!?"), 17: bytes, 20: _packed("!q"), 21: _packed("!h"), 23: _packed("!i"), 25: _text, 1043: _text,
    1082: lambda day: struct.pack("!i", day.toordinal() - ORIGIN),
}


class _Statement:
    """
    A statement that the server has prepared: its name there, and how each value is written for it.
    """

    __slots__ = ("formats", "name", "packs")

    def __init__(self, name: bytes, kinds: Sequence[int]) -> None:
        self.name = name
        self.packs = [_PACKS.get(kind, _text) for kind in kinds]
        self.formats = [int(kind in _PACKS) for kind in kinds]

    def of(self, values: Sequence[Any]) -> Sent:
        """
        Return what is sent to run it with these values.
        """
        try:
            return self.name, [None if value is None else pack(value) for pack, value in zip(self.packs, values, strict=True)], self.formats
        except (struct.error, TypeError, AttributeError):       # the server reads it as text, or says what is wrong with it
            return self.name, [None if value is None else _text(value) for value in values], [0] * len(values)


class Pipe:
    """
    The way to one connection's server past the driver's cursors, in the same transaction as theirs.
    """

    def __init__(self, driver: "psycopg.Connection[Any]") -> None:
        self.sqlalchemy: Connection | None = None
        self._driver, self._line = driver, driver.pgconn
        self._statements: dict[str, _Statement] = {}
        self._waiting: list[Sent] = []
        self._is_stale = False
        self._reader = Transformer(driver)
        self._ready = select.poll()
        self._ready.register(self._line.socket, select.POLLIN)

    def tell(self, text: str, rows: Sequence[Sequence[Any]]) -> None:
        """
        Run a statement for each of these rows of values, with the next one that is asked something.
        """
        self._guarded(lambda: self._add(text, rows))

    def ask(self, *asked: tuple[str, Sequence[Any]]) -> list[list[tuple[Any, ...]]]:
        """
        Run statements, each with its values, after everything that waits; return the rows of each.
        """
        def run() -> list[list[tuple[Any, ...]]]:
            for text, values in asked:
                self._add(text, [values])
            return [self._rows(result) for result in self._exchange()[-len(asked):]]

        return self._guarded(run)

    def change(self, text: str, rows: Sequence[Sequence[Any]]) -> int:
        """
        Run a statement for each of these rows of values now, and return how many rows of the table it changed.
        """
        def run() -> int:
            self._add(text, rows)
            return sum(result.command_tuples or 0 for result in self._exchange()[-len(rows):])

        return self._guarded(run)

    def settle(self) -> None:
        """
        Run everything that waits.
        """
        if self._waiting:
            self._guarded(self._exchange)

    def end(self) -> None:
        """
        Run everything that waits, and commit; the driver finds nothing left to commit.
        """
        def run() -> None:
            self._add(COMMIT, [()])
            if self._exchange()[-1].command_status != b"COMMIT":        # an error that somebody held back: the server kept nothing
                raise psycopg.OperationalError("rolled back")

        if self._waiting or self._line.transaction_status != pq.TransactionStatus.IDLE:
            self._guarded(run)

    def forget(self) -> None:
        """
        Forget what waits and what was prepared: the driver, which has prepared statements of its own, lets go of all after a rollback.
        """
        self._waiting, self._statements, self._is_stale = [], {}, True

    def _guarded(self, run: Callable[[], T]) -> T:
        try:
            return run()
        except psycopg.Error as error:
            assert self.sqlalchemy is not None
            raise told(self.sqlalchemy, None, "", error) from error

    def _add(self, text: str, rows: Sequence[Sequence[Any]]) -> None:
        if self._is_stale:
            self._driver.execute(f"deallocate all -- {next(_NAMES)}")       # a text it has not seen: only then does the driver notice
            self._is_stale = False
        statement = self._statements.get(text) or self._prepare(text)
        if not self._waiting and self._line.transaction_status == pq.TransactionStatus.IDLE:
            begin = f"{BEGIN} read only" if self._driver.read_only else BEGIN
            self._waiting.append((self._statements.get(begin) or self._prepare(begin)).of(()))
        self._waiting += [statement.of(values) for values in rows]

    def _prepare(self, text: str) -> _Statement:
        name = b"wegwijs_%d" % next(_NAMES)
        self._checked(self._line.prepare(name, text.encode()))
        found = self._checked(self._line.describe_prepared(name))
        statement = self._statements[text] = _Statement(name, [found.param_type(at) for at in range(found.nparams)])
        return statement

    def _exchange(self) -> list[pq.abc.PGresult]:
        waiting, self._waiting = self._waiting, []
        try:
            results = [self._line.exec_prepared(*waiting[0], 1)] if len(waiting) == 1 else self._piped(waiting)
        except BaseException:
            self._driver.close()        # who knows what it would say next
            raise
        return [self._checked(result) for result in results]

    def _piped(self, waiting: Sequence[Sent]) -> list[pq.abc.PGresult]:
        line, results = self._line, list[pq.abc.PGresult]()
        line.enter_pipeline_mode()
        for one in waiting:
            line.send_query_prepared(*one, 1)
        line.pipeline_sync()
        for _ in waiting:
            result = self._received()
            if result is None:
                raise psycopg.OperationalError("the connection is lost")
            if result.error_field(pq.DiagnosticField.SEVERITY_NONLOCALIZED) == b"FATAL":
                self._driver.close()
                return [result]
            results.append(result)
            self._received()            # None: that statement is over
        self._received()                # the end of the pipeline
        line.exit_pipeline_mode()
        return results

    def _received(self) -> pq.abc.PGresult | None:
        line = self._line
        while line.flush():         # more than the socket takes: read on meanwhile, or both sides wait for each other
            self._ready.modify(line.socket, select.POLLIN | select.POLLOUT)
            if any(event & select.POLLIN for _descriptor, event in self._ready.poll()):
                line.consume_input()
            self._ready.modify(line.socket, select.POLLIN)
        while line.is_busy():
            self._ready.poll()
            line.consume_input()
        return line.get_result()

    def _checked(self, result: pq.abc.PGresult) -> pq.abc.PGresult:
        if result.status in FINE:
            return result
        state = (result.error_field(pq.DiagnosticField.SQLSTATE) or b"").decode()
        message = result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b""         # not its detail, which shows values
        raise _kind(state)(message.decode(errors="replace"))

    def _rows(self, result: pq.abc.PGresult) -> list[tuple[Any, ...]]:
        self._reader.set_pgresult(result)
        return self._reader.load_rows(0, result.ntuples, tuple)


def _kind(state: str) -> type[psycopg.Error]:
    try:
        return lookup(state)
    except KeyError:
        return psycopg.OperationalError


def pipe_of(connection: Connection) -> Pipe:
    """
    Return the pipe of a connection, which lasts as long as the driver's.
    """
    pipe: Pipe | None = connection.info.get("pipe")
    if pipe is None:
        driver: Any = connection.connection.driver_connection
        pipe = connection.info["pipe"] = Pipe(driver)
    pipe.sqlalchemy = connection
    return pipe


def forget(connection: Connection) -> None:
    """
    Let the pipe of a connection forget what it was told, for that is rolled back.
    """
    if not connection.invalidated and (pipe := connection.info.get("pipe")) is not None:
        pipe.forget()
