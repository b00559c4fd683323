"""
Named locks that die with their process: who polls, who runs the clock, who migrates, and which processes live.

On PostgreSQL a lock is an advisory lock on a connection of its own; on SQLite it is a locked file in a folder beside the
database. Either is gone the moment its process is killed, and another process can tell at once.
"""

import fcntl
import hashlib
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from sqlalchemy import text

from storage.database import Database
from storage.engines import lasting

if TYPE_CHECKING:           # a tenth of a second and ten megabytes, which SQLite has no use for
    import psycopg

MAINTENANCE = "maintenance"     # held while a restore or a change of keys has the database for itself
LOOKS = 30.0                    # seconds that a passing look at a lock file may hold it: microseconds, unless others have the processor
HELD = text(
    "select 1 from pg_locks where locktype = 'advisory' and objsubid = 1 and granted and classid::bigint = :kind"
    " and (objid::bigint = :name or :name < 0) and database = (select oid from pg_database where datname = current_database()) limit 1"
)


class Busy(Exception):
    """
    Another process has the database: one line that says which and what to do.
    """


class Lock(Protocol):
    """
    A lock that is held until `release`, or until the process ends.
    """

    name: str

    def is_ours(self) -> bool:
        """
        Tell whether the lock is still ours: a database server that restarts lets go of all of them.
        """

    def release(self) -> None:
        """
        Let go; a second time does nothing.
        """


def take(database: Database, name: str) -> Lock | None:
    """
    Take a lock without waiting; None when another holds it, in this process or any other.
    """
    return _take_advisory(database, name) if database.is_postgres else _take_file(_folder(database), name)


def is_held(database: Database, name: str) -> bool:
    """
    Tell whether anyone holds this lock.
    """
    if database.is_postgres:
        return _is_advisory_held(database, *_numbers(name))
    return _is_file_held(_folder(database) / quote(name, safe=""))


def is_any_held(database: Database, kind: str) -> bool:
    """
    Tell whether anyone holds a lock whose name begins with `kind` and a colon: `process` for "does any serve process live?".
    """
    if database.is_postgres:
        return _is_advisory_held(database, _numbers(f"{kind}:")[0], -1)
    return any(_is_file_held(path) for path in _folder(database).glob(f"{quote(kind + ':', safe='')}*"))


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """
    Have the database without any serve process; raise `Busy` when one lives or when another command is at it.

    Who starts a process takes its own lock first and then looks whether MAINTENANCE is held: so of two that start together at
    least one gives way.
    """
    lock = take(database, MAINTENANCE)
    if lock is None:
        raise Busy("another command is changing this database: wait until it is done")
    try:
        if is_any_held(database, "process"):
            raise Busy("a wegwijs process is running on this database: stop it first")
        yield
    finally:
        lock.release()


class _AdvisoryLock:
    def __init__(self, name: str, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        self.name = name
        self._connection = connection

    def is_ours(self) -> bool:
        import psycopg

        try:
            self._connection.execute("select 1")
        except psycopg.Error:
            return False
        return True

    def release(self) -> None:
        import psycopg

        with suppress(psycopg.Error):       # closing alone is told to the server, not waited for: for a moment the lock would still stand
            self._connection.execute("select pg_advisory_unlock_all()")
        self._connection.close()


def _take_advisory(database: Database, name: str) -> Lock | None:
    kind, key = _numbers(name)
    connection = connect(database)
    try:
        row = connection.execute("select pg_try_advisory_lock(%s)", [_signed(kind << 32 | key)]).fetchone()
    except BaseException:
        connection.close()
        raise
    if row and row[0]:
        return _AdvisoryLock(name, connection)
    connection.close()
    return None


def connect(database: Database) -> "psycopg.Connection[tuple[object, ...]]":
    """
    Return a PostgreSQL connection of its own, in autocommit, whose end is noticed within half a minute even if the network just stops.
    """
    import psycopg

    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(url, autocommit=True, **lasting(database.url))


def _numbers(name: str) -> tuple[int, int]:
    # The kind in the upper half, so that pg_locks can be asked for every lock of a kind.
    return _number(name.partition(":")[0]), _number(name)


def _number(name: str) -> int:
    return int.from_bytes(hashlib.sha256(f"wegwijs {name}".encode()).digest()[:4], "big")


def _signed(key: int) -> int:
    return key - (1 << 64) if key >= 1 << 63 else key


def _is_advisory_held(database: Database, kind: int, name: int) -> bool:
    return database.look(lambda tx: tx.one(HELD, {"kind": kind, "name": name})) is not None


class _FileLock:
    def __init__(self, name: str, path: Path, descriptor: int) -> None:
        self.name = name
        self._path = path
        self._descriptor = descriptor

    def is_ours(self) -> bool:
        return self._descriptor >= 0

    def release(self) -> None:
        if self._descriptor >= 0:
            self._path.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1


def _folder(database: Database) -> Path:
    return Path(f"{database.url.database}.locks")


def _take_file(folder: Path, name: str) -> Lock | None:
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / quote(name, safe="")
    until = time.monotonic() + LOOKS
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        if _flock(descriptor, fcntl.LOCK_EX) and _is_same_file(descriptor, path):
            return _FileLock(name, path, descriptor)
        is_held = not _flock(descriptor, fcntl.LOCK_SH)     # else somebody just looks, or let go of it this moment
        os.close(descriptor)
        if is_held or time.monotonic() > until:
            return None
        time.sleep(random.uniform(0, 0.002))


def _is_file_held(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _flock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _flock(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_same_file(descriptor: int, path: Path) -> bool:
    # The one who held it may have removed the file between our opening and our locking it.
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
