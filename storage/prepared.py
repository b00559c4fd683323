"""
Statements compiled once and handed to the driver itself: on the way of a message SQLAlchemy's work for each of them would cost more
than the database's.
"""

import re
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, cast

from sqlalchemy import Connection, Date, Dialect, Select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.dml import Insert, Update

from storage.tables import EPOCH, Instant, Sealed

Statement = Select[Any] | Insert | Update
Values = Mapping[str, Any]
Cache = dict[Any, "Prepared"]
FEW = 8             # rows up to which each is taken by itself
_MARK = re.compile(r"%\(([^)]+)\)s|%%")


def prepared(cache: Cache, statement: Statement, values: Values, dialect: Dialect) -> "Prepared":
    """
    Return a statement ready for values like these: with the same keys, and lists about as long. It is kept, so it must be a constant of
    its module.
    """
    key = statement, *values, *[_room(value) for value in values.values() if type(value) is list]
    found = cache.get(key)
    if found is None:
        found = cache[key] = Prepared(statement, values, dialect)
    return found


def _room(values: list[Any]) -> int:
    """
    Return for how many values a list of them is compiled, so that there are few lengths: the next power of two, or none.
    """
    return 1 << (len(values) - 1).bit_length() if values else 0


def _filled(values: list[Any]) -> list[Any]:
    return values + values[-1:] * (_room(values) - len(values))         # `in (1, 2, 2, 2)` is `in (1, 2)`


class Prepared:
    """
    One statement ready for the driver: its text, how each value is bound, and how each column of its rows is read.
    """

    def __init__(self, statement: Statement, values: Values, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(values))
        state = compiled.construct_expanded_state({name: _filled(value) if isinstance(value, list) else value for name, value in values.items()})
        self.text = state.statement
        self._names = None if compiled.positional else list(state.parameters)
        places = {name: (key, place) for key, names in state.parameter_expansion.items() for place, name in enumerate(names)}
        self._slots: list[tuple[str, int, Any, Callable[[Any], Any] | None]] = []
        for name in state.positiontup or state.parameters:
            key, place = places.get(name, (name, -1))
            bind = _binder(compiled.binds[key].type, dialect)
            if key in values:
                self._slots.append((key, place, None, bind))
            else:
                self._slots.append(("", -1, bind(state.parameters[name]) if bind else state.parameters[name], None))
        self.wire = _wire(self.text, self._names)      # as the server itself has it, each value by its place
        self._is_plain = all(place < 0 for _key, place, _constant, _bind in self._slots)
        self._template = [constant for _key, _place, constant, _bind in self._slots]
        self._fills = [(at, key, bind) for at, (key, _place, _constant, bind) in enumerate(self._slots) if key]
        columns = list(statement.selected_columns) if isinstance(statement, Select) else []
        self._read = [(at, of) for at, column in enumerate(columns) if (of := _reader(column.type, dialect))]
        self._row: Any = cast(Any, namedtuple)("Row", [column.key for column in columns])

    def rows(self, connection: Connection, values: Values) -> list[Any]:
        """
        Run it and return its rows, whose columns are attributes.
        """
        return self.read(self._run(connection, [values], lambda cursor: cursor.fetchall()))

    def read(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """
        Return the driver's rows as ours, whose columns are attributes.
        """
        read, make, rows = self._read, self._row._make, []
        if len(found) > FEW:
            columns: list[Any] = list(zip(*found, strict=True))
            for at, of in read:
                columns[at] = list(map(of, columns[at]))
            return list(map(make, zip(*columns, strict=True)))
        for one in found:
            row = list(one)
            for at, of in read:
                row[at] = of(row[at])
            rows.append(make(row))
        return rows

    def change(self, connection: Connection, rows: Sequence[Values]) -> int:
        """
        Run it for all of these and return how many rows it changed.
        """
        return int(self._run(connection, rows, lambda cursor: cursor.rowcount))

    def _run(self, connection: Connection, rows: Sequence[Values], result: Callable[[Any], Any]) -> Any:
        cursor = connection.connection.cursor()
        try:
            if len(rows) == 1:
                cursor.execute(self.text, self.bind(rows[0]))
            else:
                cursor.executemany(self.text, self.bound(rows))
            return result(cursor)
        except connection.dialect.loaded_dbapi.Error as error:
            raise told(connection, cursor, self.text, error) from error
        finally:
            cursor.close()

    def lined(self, rows: Sequence[Values]) -> list[tuple[Any, ...]]:
        """
        Return what is bound for each of these rows, in the order of the statement's values.
        """
        return self._in_columns(rows) if self._is_plain and len(rows) > FEW else [self.line(row) for row in rows]

    def bound(self, rows: Sequence[Values]) -> list[Any]:
        """
        Return these rows as the driver takes them.
        """
        return self._named(self.lined(rows))

    def _named(self, lines: list[tuple[Any, ...]]) -> list[Any]:
        names = self._names
        return list(lines) if names is None else [dict(zip(names, line, strict=True)) for line in lines]

    def _in_columns(self, rows: Sequence[Values]) -> list[tuple[Any, ...]]:
        """
        Bind many rows column by column: what is done for each value is done in the interpreter's own loops.
        """
        columns: list[Iterable[Any]] = []
        for constant, (key, _place, _constant, bind) in zip(self._template, self._slots, strict=True):
            values = [row[key] for row in rows] if key else [constant] * len(rows)
            columns.append(_each(bind, values) if bind else values)
        return list(zip(*columns, strict=True))

    def bind(self, values: Values) -> Any:
        """
        Return these values as the driver takes them.
        """
        return self._named([self.line(values)])[0]

    def line(self, values: Values) -> tuple[Any, ...]:
        """
        Return what is bound of these values, in the order of the statement's.
        """
        if self._is_plain:
            row = self._template.copy()
            for at, key, bind in self._fills:
                row[at] = bind(values[key]) if bind else values[key]
            return tuple(row)
        filled = {name: _filled(value) if isinstance(value, list) else value for name, value in values.items()}
        bound = []
        for key, place, constant, bind in self._slots:
            if not key:
                bound.append(constant)
                continue
            value = filled[key] if place < 0 else filled[key][place]
            bound.append(bind(value) if bind else value)
        return tuple(bound)


def _wire(text: str, names: Sequence[str] | None) -> str:
    """
    Return a statement of which the driver fills in names with numbers in their place.
    """
    numbers = {name: f"${number}" for number, name in enumerate(names or (), 1)}
    return _MARK.sub(lambda mark: numbers[mark[1]] if mark[1] else "%", text) if names is not None else text


def _each(bind: Callable[[Any], Any], values: Sequence[Any]) -> list[Any]:
    """
    Return each value as the driver takes it; what many rows have in common, a day or an instant, is made once.
    """
    there = {id(value): value for value in values}
    if 2 * len(there) > len(values):
        return list(map(bind, values))
    made = {key: bind(value) for key, value in there.items()}
    return [made[id(value)] for value in values]


def _binder(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    """
    Return what makes the driver's value of one of ours; our instants without the two calls that SQLAlchemy puts around it, what is sealed
    without the driver's wrapper, and days as SQLite has them without a format string.
    """
    if isinstance(kind, Sealed):
        return lambda value: kind.process_bind_param(value, dialect)
    if isinstance(kind, Date) and dialect.name == "sqlite":
        written = date.isoformat
        return lambda value: None if value is None else written(value)
    if isinstance(kind, Instant):
        last: tuple[Any, Any] = (None, None)

        def bound(value: Any) -> Any:
            nonlocal last
            known = last
            if value is not known[0]:       # of many rows one instant is often the same
                known = last = value, kind.process_bind_param(value, dialect)
            return known[1]

        return bound
    return cast("Callable[[Any], Any] | None", kind.dialect_impl(dialect).bind_processor(dialect))


def _reader(kind: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    if isinstance(kind, Instant):
        return lambda value: None if value is None else EPOCH + timedelta(microseconds=value)
    return cast("Callable[[Any], Any] | None", kind.dialect_impl(dialect).result_processor(dialect, None))


def told(connection: Connection, cursor: Any, text: str, error: Exception) -> BaseException:
    """
    Return a driver's error as SQLAlchemy tells it, and let go of a connection whose server is gone.
    """
    dialect, is_gone = connection.dialect, connection.dialect.is_disconnect(cast(Any, error), connection.connection, cursor)
    if is_gone:
        connection.invalidate(error)
    return DBAPIError.instance(text, None, error, dialect.loaded_dbapi.Error, hide_parameters=True, connection_invalidated=is_gone,
                               dialect=dialect)
