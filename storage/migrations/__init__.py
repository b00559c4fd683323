"""
Bring a database to this version's tables; the previous version of the program keeps running on them.

A migration only adds (tables, columns with a default, indexes), so that two versions can share a database while one replaces the other.
"""

import logging
import time

from sqlalchemy import insert, select, text

from storage import locks
from storage.database import Database, Tx
from storage.tables import locations, metadata

log = logging.getLogger("wegwijs")

VERSIONS = ("0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0009", "0010", "0011", "0013", "0018", "0019")   # held to the files
FIRST_LOCATION = {"name": "Leiden", "municipality": "Leiden", "address": "", "phone": "", "hours": "mo-fr 09:00-17:00"}
PATIENCE = 60.0                 # seconds to wait for another process that migrates


def migrate(database: Database) -> None:
    """
    Bring the database to this version and make the first location if there is none; wait while another process does so.

    A database of a newer version is left as it is.
    """
    until = time.monotonic() + PATIENCE
    while not database.look(is_ready):
        lock = locks.take(database, "migration")
        if lock is not None:
            try:
                database.submit(_upgrade).result()
            finally:
                lock.release()
        elif time.monotonic() > until:
            raise locks.Busy("another process is migrating this database and does not finish: stop it, or wait")
        else:
            time.sleep(0.05)


def version(tx: Tx) -> str:
    """
    Return the version of the database's tables, or "" for an empty database.
    """
    if not _has_versions(tx):
        return ""
    row = tx.one(text("select version_num from alembic_version"))
    return str(row[0]) if row else ""


def is_ready(tx: Tx) -> bool:
    """
    Tell whether the tables are of this version, or a newer one, and hold a location.
    """
    found = version(tx)
    return found not in ("", *VERSIONS[:-1]) and tx.one(select(locations.c.id).limit(1)) is not None


def _has_versions(tx: Tx) -> bool:
    if tx.is_postgres:
        return bool(tx.run(text("select to_regclass('alembic_version') is not null")).scalar())
    return tx.one(text("select 1 from sqlite_master where name = 'alembic_version'")) is not None


def _upgrade(tx: Tx) -> None:
    found = version(tx)
    if found in ("", *VERSIONS[:-1]):
        (climb if found else make)(tx)
        log.info("database_migrated from=%s to=%s", found or "empty", VERSIONS[-1])
    if tx.one(select(locations.c.id).limit(1)) is None:
        tx.run(insert(locations), FIRST_LOCATION)


def make(tx: Tx) -> None:
    """
    Make the tables of this version in an empty database; a test holds them to what `climb` makes.
    """
    metadata.create_all(tx.connection)
    tx.run(text("create table alembic_version (version_num varchar(32) not null, constraint alembic_version_pkc primary key (version_num))"))
    tx.run(text("insert into alembic_version values (:version)"), {"version": VERSIONS[-1]})


def climb(tx: Tx, to: str = "head") -> None:
    """
    Bring the tables of an earlier version to this one, or to another after theirs, a migration at a time.
    """
    # Imported here: alembic takes half a second and some megabytes, and nearly every start finds nothing to do.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "storage:migrations")
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = tx.connection
    command.upgrade(config, to)
