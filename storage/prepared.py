"""
Statements for many rows, compiled once: on the way of a message SQLAlchemy's work for each row would cost more than the database's.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.sql.dml import Insert, Update

Row = Mapping[str, Any]


class Prepared:
    """
    One INSERT or UPDATE for rows that all have the same keys, ready for the driver: its text, and how each value is bound.
    """

    def __init__(self, statement: Insert | Update, keys: Sequence[str], dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect, column_keys=list(keys))
        self.text = str(compiled)
        self._is_positional = bool(compiled.positional)
        names = list(compiled.positiontup or compiled.binds)
        self._slots: list[tuple[str, Any, Callable[[Any], Any] | None]] = []
        for name in names:
            parameter = compiled.binds[name]
            bind = parameter.type.dialect_impl(dialect).bind_processor(dialect)
            value = None if parameter.key in keys else (bind(parameter.value) if bind else parameter.value)
            self._slots.append((parameter.key if parameter.key in keys else "", value, bind))
        self._names = names

    def bind(self, rows: Sequence[Row]) -> list[Any]:
        """
        Return the rows as the driver takes them.
        """
        bound = [[value if not key else bind(row[key]) if bind else row[key] for key, value, bind in self._slots] for row in rows]
        if self._is_positional:
            return list(map(tuple, bound))
        return [dict(zip(self._names, values, strict=True)) for values in bound]
