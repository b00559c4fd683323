"""
The dump of a database: every row as a line of JSON, its sealed columns still sealed; packed, and sealed as a whole.

The file is `WEGWIJS1 | key id (4) | nonce (7)` and then chunks of AES-256-GCM, each with its number and whether it is the last in
its nonce: chunks that are changed, swapped, left out or cut off do not open. Rows are read and written a few at a time, so memory
stays flat however large the database is; and a dump of SQLite restores into PostgreSQL and back.
"""

import base64
import gzip
import io
import json
import os
import zlib
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import BigInteger, Date, LargeBinary, Table, column, func, select, table, text
from sqlalchemy.sql.selectable import TableClause

from storage import migrations
from storage.database import Tx
from storage.seals import LARGE
from storage.secrets import Keys
from storage.tables import Instant, Sealed, metadata

MAGIC = b"WEGWIJS1"
CHUNK = 1 << 16
TAG = 16
ROWS = 500                  # rows in memory at a time where they are small


OTHER_KEY = "this backup was made with another key: add the WEGWIJS_SECRET_KEY of that time (rotate-keys left it in secret.key.old), after a comma"

Line = dict[str, Any] | list[Any]


class Damaged(Exception):
    """
    A file that is no whole backup, or opens with none of our keys: one line that says which.
    """


class Sealer(io.RawIOBase):
    """
    A file to write to, which seals what it is given in chunks.
    """

    def __init__(self, file: IO[bytes], keys: Keys) -> None:
        id, key = next(iter(keys.ring("backup").items()))
        self._file, self._cipher, self._prefix = file, AESGCM(key), os.urandom(7)
        self._header = MAGIC + id + self._prefix
        self._waiting, self._number = bytearray(), 0
        file.write(self._header)

    def writable(self) -> bool:
        """
        Say yes.
        """
        return True

    def write(self, data: Any) -> int:
        """
        Take bytes; a chunk is written when more than a chunk waits, so that the last one is never empty by accident.
        """
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]), is_last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """
        Write the last chunk, which says that it is the last.
        """
        self._put(bytes(self._waiting), is_last=True)

    def _put(self, chunk: bytes, is_last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._prefix, self._number, is_last), chunk, self._header))
        self._number += 1


class Opener(io.RawIOBase):
    """
    A file to read from, which opens what `Sealer` wrote; raises `Damaged` for anything else.
    """

    def __init__(self, file: IO[bytes], keys: Keys) -> None:
        self._header = file.read(len(MAGIC) + 11)
        if len(self._header) < len(MAGIC) + 11 or not self._header.startswith(MAGIC):
            raise Damaged("this is not a backup that wegwijs made")
        key = keys.ring("backup").get(self._header[len(MAGIC):-7])
        if key is None:
            raise Damaged(OTHER_KEY)
        self._file, self._cipher, self._number = file, AESGCM(key), 0
        self._next = file.read(CHUNK + TAG)
        self._ready = b""
        self._is_done = False

    def readable(self) -> bool:
        """
        Say yes.
        """
        return True

    def readinto(self, buffer: Any) -> int:
        """
        Fill the buffer with what comes next; 0 at the end.
        """
        while not self._ready and not self._is_done:
            self._ready = self._open()
        size = min(len(buffer), len(self._ready))
        buffer[:size], self._ready = self._ready[:size], self._ready[size:]
        return size

    def _open(self) -> bytes:
        sealed, self._next = self._next, self._file.read(CHUNK + TAG)
        self._is_done = not self._next
        try:
            opened = self._cipher.decrypt(_nonce(self._header[-7:], self._number, self._is_done), sealed, self._header)
        except InvalidTag:
            raise Damaged("this backup is damaged or not complete") from None
        self._number += 1
        return opened


def _nonce(prefix: bytes, number: int, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([is_last])


def write(tx: Tx, file: IO[bytes], keys: Keys) -> int:
    """
    Write all rows into a file and return how many there are; one consistent state, whatever else is written meanwhile.
    """
    if tx.is_postgres:
        tx.run(text("set transaction isolation level repeatable read"))
    sealer = Sealer(file, keys)
    rows = 0
    with gzip.GzipFile(fileobj=sealer, mode="wb", compresslevel=3, mtime=0) as packed:
        _put(packed, {"version": migrations.version(tx)})
        for whole in metadata.sorted_tables:
            _put(packed, {"table": whole.name, "columns": [column.name for column in whole.columns]})
            for row in _rows(tx, whole):
                _put(packed, row)
                rows += 1
        _put(packed, {"rows": rows})
    sealer.finish()
    return rows


def read(file: IO[bytes], keys: Keys) -> Iterator[Line]:
    """
    Return the lines of a dump: a mapping where a table begins and at the end, a list for each row. Raises `Damaged` where it is not whole.
    """
    rows, is_whole = 0, False
    try:
        with gzip.GzipFile(fileobj=io.BufferedReader(Opener(file, keys), CHUNK)) as packed:
            for line in packed:
                entry = json.loads(line)
                rows += isinstance(entry, list)
                is_whole = isinstance(entry, dict) and entry.get("rows") == rows
                yield entry
    except (EOFError, OSError, ValueError, zlib.error) as error:
        raise Damaged("this backup is damaged or not complete") from error
    if not is_whole:
        raise Damaged("this backup is damaged or not complete")


def check(lines: Iterable[Line], keys: Keys) -> int:
    """
    Read a dump through, changing nothing, and return how many rows it has; raise `Damaged` if we cannot restore it.
    """
    rows, loader = 0, None
    for line in lines:
        if isinstance(line, list):
            rows += 1
            if loader is None or not all(keys.has(value) for value in loader.sealed(line)):
                raise Damaged(OTHER_KEY)
        elif "version" in line and line["version"] not in migrations.VERSIONS:
            raise Damaged("this backup was made by a newer version of wegwijs: install that one first")
        elif "table" in line:
            loader = _Loader(line["table"], line["columns"])
    return rows


def replace(tx: Tx, lines: Iterable[Line]) -> None:
    """
    Replace every row of the database by those of a dump, in this transaction.
    """
    for whole in reversed(metadata.sorted_tables):
        tx.run(whole.delete())
    _load_all(tx, lines)
    _count_on(tx)


def add(tx: Tx, lines: Iterable[Line], but: Collection[str]) -> None:
    """
    Add the rows of a dump to those of this database, in this transaction, except those of some tables, which both have alike. Questions
    are numbered on after those that are here; client numbers must not meet.
    """
    last = tx.run(select(func.max(metadata.tables["tickets"].c.number))).scalar_one_or_none() or 0
    _load_all(tx, lines, but, last)


def _load_all(tx: Tx, lines: Iterable[Line], but: Collection[str] = (), tickets_after: int = 0) -> None:
    loader: _Loader | None = None
    batch: list[dict[str, Any]] = []
    for line in lines:
        if isinstance(line, dict):
            _load(tx, loader, batch)
            is_wanted = "table" in line and line["table"] not in but
            loader, batch = (_Loader(line["table"], line["columns"]) if is_wanted else None), []
        elif loader is not None:
            values = loader.values(line)
            if loader.table.name == "tickets" and values["number"]:
                values["number"] += tickets_after
            batch.append(values)
            if len(batch) >= loader.rows:
                _load(tx, loader, batch)
                batch = []


class _Loader:
    def __init__(self, name: str, columns: list[str]) -> None:
        if name not in metadata.tables or not set(columns) <= set(metadata.tables[name].c.keys()):
            raise Damaged("this backup has a table or column that this version does not know")
        self.table = _raw(metadata.tables[name])
        self.rows = LARGE.get(name, ROWS)
        self._columns = [(column, self.table.c[column].type) for column in columns]
        self._sealed = [place for place, column in enumerate(columns) if isinstance(self.table.c[column].type, LargeBinary)]

    def values(self, line: list[Any]) -> dict[str, Any]:
        return {name: _from_json(type, value) for (name, type), value in zip(self._columns, line, strict=True)}

    def sealed(self, line: list[Any]) -> list[bytes]:
        return [base64.b64decode(line[place][:8]) for place in self._sealed if line[place] is not None]


def _load(tx: Tx, loader: _Loader | None, batch: list[dict[str, Any]]) -> None:
    if loader is not None and batch:
        tx.run(loader.table.insert(), batch)


def _count_on(tx: Tx) -> None:
    # Of these the database itself draws the ids.
    for name in ("locations", "volunteers", "duties") if tx.is_postgres else ():
        tx.run(text(f"select setval(pg_get_serial_sequence('{name}', 'id'), coalesce(max(id), 0) + 1, false) from {name}"))


def _raw(whole: Table) -> TableClause:
    # Values as they lie in the database: times as numbers, sealed columns as bytes.
    def raw(type: Any) -> Any:
        return BigInteger() if isinstance(type, Instant) else LargeBinary() if isinstance(type, Sealed) else type

    return table(whole.name, *(column(each.name, raw(each.type)) for each in whole.columns))


def _rows(tx: Tx, whole: Table) -> Iterator[list[Any]]:
    raw = _raw(whole)
    query = select(raw).order_by(*(raw.c[key.name] for key in whole.primary_key))
    for row in tx.run(query.execution_options(yield_per=LARGE.get(whole.name, ROWS))):
        yield [_to_json(value) for value in row]


def _to_json(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value.isoformat() if isinstance(value, date) else value


def _from_json(type: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(type, LargeBinary):
        return base64.b64decode(value)
    return date.fromisoformat(value) if isinstance(type, Date) else value


def _put(packed: IO[bytes] | gzip.GzipFile, line: Line) -> None:
    packed.write(json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
