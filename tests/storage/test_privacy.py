"""
The map of privacy names every column, once, with a reason.
"""

from pathlib import Path

from sqlalchemy import BigInteger, Integer, LargeBinary

from storage.database import Database
from storage.privacy import OWNERS, RULES
from storage.tables import Sealed, metadata
from tests.storage.lives import AMINA, YONAS, populate

COLUMNS = {f"{table.name}.{column.name}": column for table in metadata.sorted_tables for column in table.columns}


def test_every_column_has_a_rule() -> None:
    """A column that nobody has thought about does not get in."""

    assert [name for name in COLUMNS if name not in RULES] == []


def test_every_rule_has_a_column() -> None:
    """The map does not speak of columns that are gone."""

    assert [name for name in RULES if name not in COLUMNS] == []
    assert [name for name in OWNERS if name not in metadata.tables] == []


def test_every_readable_column_has_its_reason() -> None:
    """What a copied database file would show is shown for a reason."""

    assert [name for name, column in COLUMNS.items() if not isinstance(column.type, Sealed) and not RULES[name].why] == []


def test_everything_kept_has_its_reason() -> None:
    """What *forget me* leaves is left for a reason."""

    assert [name for name, rule in RULES.items() if rule.erasing == "kept" and not rule.why] == []


def test_a_row_goes_whole_or_stays() -> None:
    """A table is deleted from in whole rows or not at all, and what is emptied can be empty."""
    rows = {table.name: {RULES[f"{table.name}.{column.name}"].erasing for column in table.columns} for table in metadata.sorted_tables}

    assert [name for name, ways in rows.items() if "row" in ways and len(ways) > 1] == []
    assert [name for name, ways in rows.items() if ways != {"kept"} and name not in OWNERS] == []
    assert [name for name, rule in RULES.items() if rule.erasing == "null" and not COLUMNS[name].nullable] == []


def test_no_bytes_lie_open() -> None:
    """Whatever is not a number, a word or a time is sealed."""

    assert [name for name, column in COLUMNS.items() if type(column.type) is LargeBinary] == []
    assert isinstance(COLUMNS["clients.number"].type, Integer | BigInteger)


def test_a_copied_database_file_tells_nobody_who_asked_what(database: Database) -> None:
    """Nothing of a client can be read in the file, its journal, or the rows as the server hands them out."""
    populate(database)
    with database.reader.connect() as connection:
        read = [str(tuple(row)) for table in metadata.sorted_tables for row in connection.exec_driver_sql(f"select * from {table.name}")]
    file = Path(database.url.database or "")
    files = b"" if database.is_postgres else b"".join(path.read_bytes() for path in file.parent.iterdir() if path.name.startswith(file.name))

    assert database.is_postgres or b"whatsapp" in files             # what may be read is found, so we do look where it is written
    assert any("whatsapp" in row for row in read)
    for life in (AMINA, YONAS):
        assert [secret for secret in life.secrets if secret.encode() in files] == []
        assert [secret for secret in life.secrets if any(secret in row for row in read)] == []
