"""
Engines: how a connection is opened and a transaction begun, on SQLite and on PostgreSQL, and how often one that failed is run again.
"""

import os
import time
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.prepared import told

READERS = 2         # reading threads of a process
PATIENCE = 30.0     # seconds to wait for another process
UNPREPARED = "26000"            # what the server says of a prepared statement that it does not have
TRIES, AGAIN = 2, 6             # how often what may well succeed is run; and what two processes locked in each other's way


def lasting(url: URL) -> dict[str, Any]:
    """
    Return how a PostgreSQL connection notices within half a minute, at both ends, that the other is gone, even if the network just stops:
    a machine that lost its power must not hold locks for hours, nor one that sleeps for longer than a minute.
    """
    watch = "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c idle_in_transaction_session_timeout=60000"
    ours = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 30_000}
    found = {name: value for name, value in {**ours, "options": watch}.items() if name not in url.query}
    return found | {"client_encoding": "utf8"}      # as `pipes` writes it, whatever the environment or the server says


def make_engine(url: URL, is_reader: bool) -> Engine:
    """
    Return the engine of readers or of the writer; nothing is opened yet.
    """
    if url.get_backend_name() == "postgresql":
        engine = create_engine(url.set(drivername="postgresql+psycopg"), hide_parameters=True, connect_args=lasting(url),
                               pool_size=READERS, max_overflow=0)
        event.listen(engine, "rollback", _forget)
        event.listen(engine, "commit", _settle)
        if is_reader:
            event.listen(engine, "connect", _into_reading)
        return engine
    os.close(os.open(str(url.database), os.O_RDWR | os.O_CREAT, 0o600))      # before SQLite makes it, readable by everyone
    engine = create_engine(url, hide_parameters=True, connect_args={"check_same_thread": False, "cached_statements": 256, "timeout": 30})
    event.listen(engine, "connect", _pragmas_of_reader if is_reader else _pragmas)
    event.listen(engine, "begin", _begin_reading if is_reader else _begin)
    return engine


def _forget(connection: Connection) -> None:
    from storage.pipes import forget

    forget(connection)


def _settle(connection: Connection) -> None:
    if (pipe := connection.info.get("pipe")) is not None:       # else what was told would go with the next transaction
        pipe.settle()


def _into_reading(connection: Any, record: Any) -> None:
    connection.read_only = True         # said with BEGIN: one wait for the server less


def _pragmas(connection: Any, record: Any) -> None:
    connection.isolation_level = None          # we say BEGIN ourselves
    _into_wal(connection)
    for pragma in ("synchronous=full", "foreign_keys=on", "busy_timeout=30000", "secure_delete=on"):
        connection.execute(f"pragma {pragma}")


def _into_wal(connection: Any) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        try:
            connection.execute("pragma journal_mode=wal")
            return
        except connection.OperationalError:     # SQLite does not wait here when two processes open a new file at once
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def _pragmas_of_reader(connection: Any, record: Any) -> None:
    connection.isolation_level = None
    for pragma in ("busy_timeout=30000", "query_only=on", "cache_size=-1000"):
        connection.execute(f"pragma {pragma}")


def _begin(connection: Connection) -> None:
    # Past SQLAlchemy, whose work for it would cost a lone message more than a statement does.
    cursor = connection.connection.cursor()
    try:
        cursor.execute("begin immediate")
    except connection.dialect.loaded_dbapi.Error as error:
        raise told(connection, cursor, "begin immediate", error) from error
    finally:
        cursor.close()


def _begin_reading(connection: Connection) -> None:
    connection.exec_driver_sql("begin")


def tries(error: BaseException, is_alone: bool) -> int:
    """
    Return how often to run what failed so, because the same once more may well succeed: the server restarted and the next connection is a
    new one; and for a function that ran alone: two processes drew the same id, what a row belongs to was just erased, or they locked in
    each other's way, which can happen again.
    """
    if not isinstance(error, DBAPIError):
        return 1
    if is_alone and getattr(error.orig, "sqlstate", "") in ("40001", "40P01"):
        return AGAIN
    if getattr(error.orig, "sqlstate", "") == UNPREPARED:       # the driver let go of them all, after a table was changed
        return TRIES
    return TRIES if error.connection_invalidated or (is_alone and isinstance(error, IntegrityError)) else 1
