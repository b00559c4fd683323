"""
What one test leaves warm for the next: compiled statements, and on PostgreSQL the open connections. Together they cost as much as a test.
"""

from contextlib import ExitStack, closing
from typing import Any

from psycopg import Connection, Error
from sqlalchemy import Dialect, Engine, Pool
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, OperationalError

from storage.database import Database
from storage.engines import make_engine
from storage.migrations import FIRST_LOCATION, VERSIONS
from storage.secrets import Keys
from storage.tables import metadata

GROWN = 1 << 20         # bytes of a table or index
OTHERS = "select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = current_database() and pid <> all(%s)"
LARGE = f"select 1 from pg_class where relnamespace = 'public'::regnamespace and pg_relation_size(oid) > {GROWN}"
EMPTY = ";".join(f'delete from "{name}"' for name in metadata.tables)
FROM_ONE = "select setval(oid::regclass, 1, false) from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace"
FIRST = f"insert into locations ({', '.join(FIRST_LOCATION)}) values ({', '.join(f'%({name})s' for name in FIRST_LOCATION)})"

_compiled: dict[str, tuple[Dialect, dict[Any, Any], dict[Any, Any]]] = {}        # by kind of database, for all databases of this process
_pools: dict[str, list[Pool]] = {}          # by URL: the writer's and the readers' connections that are open and in nobody's hands


def open_warm(url: str, keys: Keys) -> Database:
    """
    Open a database with the statements that were compiled for another, and with the connections that were kept to this one.
    """
    database = Database(url, keys)
    engines = database.writer, database.reader
    for engine, pool in zip(engines, _pools.pop(url, ()), strict=False):
        engine.pool = pool
    try:
        dialect, statements, database._prepared = _compiled.get(engines[0].name) or _first(engines[0])
    except OperationalError:
        return database                 # nobody is there, which the test may want
    for engine in engines:
        engine.dialect = dialect
        engine.update_execution_options(compiled_cache=statements)
    return database


def _first(engine: Engine) -> tuple[Dialect, dict[Any, Any], dict[Any, Any]]:
    engine.connect().close()            # the dialect learns what the server can
    return _compiled.setdefault(engine.name, (engine.dialect, {}, {}))


def close_warm(database: Database) -> None:
    """
    Close a database, and keep its connections if it is on PostgreSQL.
    """
    if database.is_postgres:
        url = database.url.render_as_string(hide_password=False)
        let_go(url)
        engines = database.writer, database.reader
        _pools[url] = [engine.pool for engine in engines]
        for engine in engines:
            engine.pool = engine.pool.recreate()        # what is closed in its place
    database.close()


def let_go(url: str) -> None:
    """
    Close the connections that were kept to a database.
    """
    for pool in _pools.pop(url, ()):
        pool.dispose()


def emptied(url: str) -> bool:
    """
    Make a PostgreSQL database as it was when it was new, over the connections that were kept to it.

    False where a test changed its tables or their version, stored so much that they stay large, or left nothing to be kept.
    """
    pools = _pools.setdefault(url, [make_engine(make_url(url), is_reader=False).pool])
    try:
        if not any(pool.checkedout() for pool in pools) and _is_emptied(pools):
            return True
    except (Error, DBAPIError):
        pass                # the test cut them
    let_go(url)
    return False


def _is_emptied(pools: list[Pool]) -> bool:
    with ExitStack() as stack:
        wanted = [max(pool.checkedin(), at == 0) for at, pool in enumerate(pools)]
        kept = [stack.enter_context(closing(pool.connect())) for pool, many in zip(pools, wanted, strict=True) for _ in range(many)]
        ours: list[Connection[Any]] = [one.driver_connection for one in kept]
        for connection in ours:
            for nothing in ("reset all", "unlisten *", "select pg_advisory_unlock_all()"):
                connection.execute(nothing.encode())
            connection.commit()
        with ours[0].transaction():
            ours[0].execute(OTHERS, [[connection.info.backend_pid for connection in ours]])
            return _is_as_made(ours[0]) and _is_as_new(ours[0])


def _is_as_made(connection: Connection[Any]) -> bool:
    names = connection.execute("select array_agg(tablename::text) from pg_tables where schemaname = 'public'").fetchone()
    if set(names[0] if names else ()) != {*metadata.tables, "alembic_version"}:
        return False
    is_newest = connection.execute("select version_num from alembic_version").fetchall() == [(VERSIONS[-1],)]
    return is_newest and not connection.execute(LARGE).fetchone()


def _is_as_new(connection: Connection[Any]) -> bool:
    connection.execute("set local session_replication_role = replica")      # the order of the tables does not matter
    connection.execute(EMPTY.encode())
    connection.execute(FROM_ONE)
    connection.execute(FIRST.encode(), FIRST_LOCATION)
    return True
