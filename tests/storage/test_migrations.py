"""
The migrations make exactly the tables of `storage/tables.py`, once, whoever comes first.
"""

import threading
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, inspect, select, text

from storage import clients, locks, migrations, tallies
from storage.database import Database, Tx
from storage.migrations import migrate
from storage.reports import Span
from storage.secrets import Keys
from storage.tables import locations, metadata, moments
from tests.storage.lives import NOW


def index_shape(index: Mapping[str, Any]) -> tuple[object, ...]:
    """What makes an index, its condition included."""
    options = {key: str(value) for key, value in index.get("dialect_options", {}).items()}
    return index["name"], index["column_names"], index["unique"], options


def shape(database: Database) -> dict[str, object]:
    """Everything the database says of its tables."""
    with database.writer.connect() as connection:
        tables = inspect(connection)
        return {
            name: {
                "columns": [{**column, "type": str(column["type"])} for column in tables.get_columns(name)],
                "key": tables.get_pk_constraint(name),
                "unique": sorted(tables.get_unique_constraints(name), key=str),
                "foreign": sorted(tables.get_foreign_keys(name), key=str),
                "indexes": sorted((index_shape(index) for index in tables.get_indexes(name)), key=str),
            }
            for name in tables.get_table_names() if name != "alembic_version"
        }


def test_migrating_makes_exactly_the_tables(empty_url: str, keys: Keys) -> None:
    """From an empty database the migrations lead to the page of tables: no column, index or constraint more or less."""
    database = Database(empty_url, keys)
    database.submit(migrations.climb).result()

    made = shape(database)
    assert database.look(migrations.version) == migrations.VERSIONS[-1]
    with database.writer.begin() as connection:
        metadata.drop_all(connection)
        connection.execute(text("drop table alembic_version"))
    migrate(database)

    assert made == shape(database)
    assert database.look(migrations.version) == migrations.VERSIONS[-1]
    assert set(made) == set(metadata.tables)
    database.close()


def test_who_was_let_go_before_anybody_was_counted_is_not_guessed(empty_url: str, keys: Keys) -> None:
    """Of a period in which a chat is nobody's already the previous version counted nobody on: its clients are unknown, also once more are let go."""
    database = Database(empty_url, keys)
    database.submit(lambda tx: migrations.climb(tx, "0013")).result()

    def moment(tx: Tx, on: date, channel: str, client: int | None = None, programme: str = "info_point", topics: str = "work") -> None:
        tx.run(insert(moments), {
            "id": tx.ids.next(), "client_id": client, "location_id": 1, "municipality": "Leiden", "channel": channel, "began_by": "client",
            "began_at": NOW, "began_on": on, "last_at": NOW, "topics": topics, "programme": programme, "answered_by": "bot"})

    def before(tx: Tx) -> int:
        tx.run(insert(locations), migrations.FIRST_LOCATION)
        for day in (3, 4):
            moment(tx, date(2026, 3, day), "whatsapp")
        moment(tx, date(2025, 11, 3), "call")
        moment(tx, date(2025, 11, 3), "whatsapp", topics="")
        [amina] = clients.add(tx, 1, NOW)
        moment(tx, date(2026, 3, 9), "whatsapp", amina)
        moment(tx, date(2026, 8, 9), "whatsapp", amina, "guidance")
        return amina

    amina = database.submit(before).result()
    migrate(database)
    database.submit(lambda tx: tallies.count_on(tx, [amina])).result()

    def told(month: int, months: int, **which: Any) -> object:
        return database.look(lambda tx: tallies.of_span(tx, Span(*tallies.period(date(2026, month, 1), months), **which)))

    assert [told(3, months) for months in (1, 3, 12)] == [None, None, None]
    assert [told(1, 12, location_id=1), told(1, 12, municipality="Leiden"), told(1, 12, programme="info_point")] == [None, None, None]
    assert [told(2, 1), told(8, 1), told(1, 12, programme="guidance"), told(1, 12, municipality="Gouda")] == [(0, 0), (1, 0), (1, 0), (0, 0)]
    assert database.look(lambda tx: tallies.of_span(tx, Span(date(2025, 1, 1), date(2025, 12, 31)))) == (0, 0)
    database.close()


def test_migrating_makes_the_first_location_once(empty_url: str, keys: Keys) -> None:
    """A new database has one location, to which clients can belong; migrating again adds none."""
    database = Database(empty_url, keys)
    migrate(database)
    migrate(database)

    assert database.look(lambda tx: tx.all(select(locations.c.name, locations.c.hours))) == [("Leiden", "mo-fr 09:00-17:00")]
    database.submit(lambda tx: tx.run(insert(locations), {**migrations.FIRST_LOCATION, "name": "Gouda"})).result()
    assert database.look(lambda tx: tx.run(select(func.count()).select_from(locations)).scalar()) == 2
    database.close()


def test_two_processes_migrate_at_once_and_both_go_on(empty_url: str, keys: Keys) -> None:
    """Who comes second waits for the first and finds the work done."""
    databases = [Database(empty_url, keys) for _ in range(2)]
    threads = [threading.Thread(target=migrate, args=[database]) for database in databases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    for database in databases:
        assert database.look(migrations.is_ready)
        assert not locks.is_held(database, "migration")
        database.close()


def test_a_newer_database_is_left_alone(database: Database) -> None:
    """The previous version of the program keeps running on tables that a newer one has extended."""
    database.submit(lambda tx: tx.run(text("update alembic_version set version_num = '9999'"))).result()
    migrate(database)

    assert database.look(migrations.version) == "9999"


def test_the_versions_are_the_files(keys: Keys) -> None:
    """The list of versions names the migration files, in order."""
    folder = Path(migrations.__file__).parent / "versions"

    assert sorted(path.name[:4] for path in folder.glob("0*.py")) == list(migrations.VERSIONS)


def test_a_current_database_is_ready_without_alembic(database: Database) -> None:
    """A start that finds nothing to do reads two rows and changes nothing."""
    commits = database.commits
    migrate(database)

    assert database.commits <= commits + 1
