"""
Tables as files for a spreadsheet: whole, harmless, of the days and the place that were asked for, and with nothing sealed in them.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.extract import FIRST, LAST, TABLES, asked, extract, extract_into
from bot.pour import into
from flows.rights import Volunteer
from storage import appointments, clients, contacts, duties, files, locations, totals, volunteers
from storage.contacts import Contact
from storage.database import Tx
from storage.extracts import EXTRACTS, headings
from storage.tables import Sealed, metadata
from tests.people import AMSTERDAM, World
from tests.storage.lives import AMINA, NOW, YONAS, contents, live

DAY = date(2026, 11, 23)


def fill(tx: Tx) -> None:
    """Two clients with something of theirs in every table, and what is typed in and planned beside them."""
    for life in (AMINA, YONAS):
        client = live(tx, life)
        appointments.book(tx, client, 1, NOW + timedelta(days=1), "client", NOW, "ar")
        files.open_ones(tx, 1, "Leiden", client, DAY, 2, 1)
        duties.add(tx, 1, 1, 540, 1020, 0, None)
        contacts.log(tx, [Contact(tx.ids.next(), client, 1, "Leiden", "call", NOW, DAY, ["work"], "info_point", "answered", 1, 5)], NOW)
    totals.put(tx, 1, DAY, DAY, {"volunteers": 40, "course_members": 7}, 1, NOW)
    locations.put(tx, "Gouda", municipality="Gouda", phone="+31182000000")


def table(world: World, folder: Path, name: str, communities: Iterable[str] = (), block: int = 1000, location: int | None = None,
          days: tuple[date, date] = (FIRST, LAST)) -> list[dict[str, str]]:
    """Return what a spreadsheet would read of a table."""
    file, who = folder / f"{name}.csv", Volunteer(1, "Bas", "coordinator", 1, communities=tuple(communities))
    step = extract(name, asked(*days, location, AMSTERDAM, who), "en", AMSTERDAM, block)
    rows = into(world.app.database, step, file)
    written = file.read_bytes()
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.count(b"\r\n") == rows + 1
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_every_table_is_written_whole(world: World, tmp_path: Path) -> None:
    """Each table has its rows, also a block of one row at a time, and every column its own heading."""
    world.app.database.submit(fill).result()

    for name in TABLES:
        found = table(world, tmp_path, name)
        assert len(found) >= 2, name
        assert table(world, tmp_path, name, block=1) == found
        assert len(found[0]) == len(headings(name)), name


def test_nothing_sealed_is_in_any_table(world: World, tmp_path: Path) -> None:
    """No name, number, text, note or fact of a client can be read in any of the files."""
    world.app.database.submit(fill).result()
    stored = contents(world.app.database)
    sealed = {str(row[place]) for each in metadata.sorted_tables for row in stored[each.name] for place, column in enumerate(each.columns)
              if isinstance(column.type, Sealed) and row[place]}
    written = "".join(str(table(world, tmp_path, name)) for name in TABLES)

    assert len(sealed) > 15
    assert AMINA.text in sealed
    assert [value for value in sealed if value in written] == []


def test_cells_are_plain(world: World, tmp_path: Path) -> None:
    """What a spreadsheet would take for a formula is text; days, hours, yes and no are written as people write them."""
    def write(tx: Tx) -> None:
        fill(tx)
        for name in ("=1+1", "+31", "-2", "@sum", '\t=1', 'een "naam"; met alles'):
            volunteers.add(tx, name, "volunteer", 1, NOW, [])

    world.app.database.submit(write).result()
    team = table(world, tmp_path, "volunteers")

    assert [row["Name"] for row in team][-6:] == ["'=1+1", "'+31", "'-2", "'@sum", "'\t=1", 'een "naam"; met alles']
    assert team[-1]["Is an interpreter"] == "no"
    assert table(world, tmp_path, "places")[-1]["Phone"] == "'+31182000000"
    assert table(world, tmp_path, "contacts")[-1]["Began"] == "2026-11-23 10:00"
    assert {row["From (hour)"] for row in table(world, tmp_path, "roster")} == {"09:00"}


def test_days_and_place_are_those_asked_for(world: World, tmp_path: Path) -> None:
    """Of what has a day only those days are given, the last one whole, and of one location nothing of another."""
    world.app.database.submit(fill).result()

    for name in ("contacts", "tickets", "views", "files", "totals"):
        found = table(world, tmp_path, name)
        assert table(world, tmp_path, name, days=(DAY, DAY)) == found, name
        assert table(world, tmp_path, name, days=(DAY + timedelta(days=1), LAST)) == [], name
        assert table(world, tmp_path, name, days=(FIRST, DAY - timedelta(days=1))) == [], name
    for name in TABLES:
        assert {row["Location"] for row in table(world, tmp_path, name, location=1)} == {"Leiden"}, name
        assert table(world, tmp_path, name, location=3) == [], name
    assert extract_into(world.app, tmp_path / "gouda.csv", "places", FIRST, LAST, "Gouda", "nl") == 1


def test_a_client_is_kept_from_the_own_community(world: World, tmp_path: Path) -> None:
    """Who asks to be kept from the own community has no number in the file of somebody of it, and no line where all of it is theirs."""
    def write(tx: Tx) -> int:
        fill(tx)
        client = clients.by_number(tx, 1001)
        assert client
        clients.change(tx, client.id, "Amina", "ar", False, True)
        tx.run(metadata.tables["tickets"].update().where(metadata.tables["tickets"].c.client_id == client.id).values(avoids_community=True))
        return client.number

    number = str(world.app.database.submit(write).result())
    for name in (name for name in TABLES if any(column.name == "client" for column in EXTRACTS[name].more)):
        open_to_all = table(world, tmp_path, name)
        assert number in {row["Client number"] for row in open_to_all}, name
        theirs = table(world, tmp_path, name, communities=["ar"])
        assert number not in {row["Client number"] for row in theirs}, name
        assert (len(theirs) < len(open_to_all)) == (name in ("clients", "tickets")), name


@pytest.mark.parametrize("language", ["nl", "en"])
def test_headings_are_said_in_both_languages(world: World, tmp_path: Path, language: str) -> None:
    """The first line is in the language that was asked for."""
    extract_into(world.app, tmp_path / "out.csv", "tickets", FIRST, LAST, "", language)

    first = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()[0].split(";")
    assert first[0] == {"nl": "Vraagnummer", "en": "Question number"}[language]
    assert len(set(first)) == len(first)
