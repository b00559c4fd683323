"""
Backup and restore: whole or not at all, from one kind of database into the other, and the erased stay erased.
"""

import contextlib
import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.backup import backup, restore
from storage import clients, erasures, facts, locations, locks, media, messages
from storage.database import Database, Tx
from storage.dump import CHUNK, Damaged
from storage.secrets import Keys
from storage.tables import nameless
from tests.conftest import SECRET
from tests.storage.lives import AMINA, NOW, YONAS, address_of, contents, erase, leaks, live, populate

OTHER = "another secret key of sixteen"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "backup.wegwijs"


@pytest.fixture
def forgotten(tmp_path: Path) -> Path:
    """The file of erasures."""
    return tmp_path / "erasures.jsonl"


@contextlib.contextmanager
def opened(url: str, *secrets: str) -> Iterator[Database]:
    """A database with other keys than the tests'."""
    database = Database(url, Keys(secrets or [SECRET]))
    yield database
    database.close()


def test_a_backup_brings_everything_back(database: Database, file: Path, forgotten: Path) -> None:
    """What was there at the backup is there after the restore, and what came later is not."""
    populate(database)
    before = contents(database)
    said = backup(database, file)
    database.submit(lambda tx: clients.add(tx, 3, NOW, "Olena")).result()

    restore(database, file, forgotten, NOW)

    assert contents(database) == before
    assert "Keep WEGWIJS_SECRET_KEY elsewhere" in said
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in file.parent.iterdir() if path.name.endswith(".part")] == []


@pytest.mark.parametrize("direction", [("sqlite_url", "postgres_url"), ("postgres_url", "sqlite_url")])
def test_a_backup_moves_between_databases(direction: tuple[str, str], request: pytest.FixtureRequest, file: Path, forgotten: Path) -> None:
    """A backup of SQLite restores into PostgreSQL and back, and the new database goes on from there."""
    source, target = (request.getfixturevalue(name)() for name in direction)
    with opened(source) as database:
        populate(database)
        database.submit(lambda tx: locations.put(tx, "Gouda")).result()
        before = contents(database)
        backup(database, file)
    with opened(target) as database:
        restore(database, file, forgotten, NOW)
        after = contents(database)
        database.submit(lambda tx: locations.put(tx, "Alphen")).result()

    assert after == before


def test_nothing_can_be_read_in_a_backup(database: Database, file: Path) -> None:
    """Neither a client's words nor the readable columns nor the key are in the file."""
    populate(database)
    backup(database, file)
    data = file.read_bytes()

    for word in (*AMINA.secrets, *YONAS.secrets, "Leiden", "housing_search", SECRET):
        assert word.encode() not in data


def test_a_backup_of_another_key_is_refused(database: Database, file: Path, forgotten: Path) -> None:
    """A wrong key is told in one line that names the setting, and nothing is changed."""
    populate(database)
    backup(database, file)
    before = contents(database)
    database.keys, ring = Keys([OTHER]), database.keys
    with pytest.raises(Damaged, match="WEGWIJS_SECRET_KEY"):
        restore(database, file, forgotten, NOW)

    database.keys = ring
    assert contents(database) == before
    database.keys = Keys([OTHER, SECRET])
    restore(database, file, forgotten, NOW)
    assert contents(database) == before


def test_a_backup_with_values_of_a_lost_key_is_refused(database: Database, file: Path, forgotten: Path) -> None:
    """A backup made while the keys changed needs both: restoring it without the old one would lose what that one sealed."""
    populate(database)
    database.keys = Keys([OTHER, SECRET])
    backup(database, file)
    database.keys = Keys([OTHER])

    with pytest.raises(Damaged, match="another key"):
        restore(database, file, forgotten, NOW)


def send_photo(tx: Tx, client_id: int, content: bytes, number: int) -> None:
    """A photo from this client, fetched and stored."""
    heard = messages.Received(address_of(tx, client_id), "whatsapp", f"SMphoto{number}", "photo", number, NOW)
    message = next(iter(messages.record(tx, [heard]).values()))
    media.announce(tx, [(message, "m", "image/jpeg", len(content))], NOW)
    for one in media.claim(tx, ["whatsapp"], 10, NOW, NOW + timedelta(minutes=1)):
        media.store(tx, one.id, content, "image/jpeg")


def damages(data: bytes) -> dict[str, bytes]:
    """What can happen to a file."""
    head, chunk = 19, CHUNK + 16
    flipped = bytearray(data)
    flipped[len(data) // 2] ^= 1
    return {
        "empty": b"", "not a backup": b"hello" * 100, "short header": data[:12], "header alone": data[:head],
        "cut in a chunk": data[:-1], "cut between chunks": data[:head + chunk], "half": data[:len(data) // 2],
        "one bit": bytes(flipped), "a tail": data + b"x", "a chunk left out": data[:head] + data[head + chunk:],
        "chunks swapped": data[:head] + data[head + chunk:head + 2 * chunk] + data[head:head + chunk] + data[head + 2 * chunk:],
        "another header": data[:12] + bytes(7) + data[head:],
    }


def test_a_damaged_backup_is_refused_before_anything_changes(database: Database, file: Path, forgotten: Path) -> None:
    """Cut off, changed, swapped or lengthened: each is found out, in one line, and the database is as it was."""
    amina, _ = populate(database)
    large = os.urandom(4 * CHUNK)

    database.submit(lambda tx: send_photo(tx, amina, large, 1)).result()
    backup(database, file)
    data, before = file.read_bytes(), database.look(erasures.all_of)
    commits = database.commits
    assert len(data) > 3 * CHUNK

    for what, damaged in damages(data).items():
        file.write_bytes(damaged)
        with pytest.raises(Damaged) as caught:
            restore(database, file, forgotten, NOW)
        assert "\n" not in str(caught.value), what
    assert database.commits == commits
    assert database.look(erasures.all_of) == before


def test_who_was_erased_since_stays_erased(database: Database, file: Path, forgotten: Path) -> None:
    """The erasures of the database that is replaced are done again on what the backup brings."""
    amina, _ = populate(database)
    backup(database, file)
    erase(database, amina, NOW + timedelta(days=1))

    said = restore(database, file, forgotten, NOW + timedelta(days=2))

    assert leaks(database, AMINA) == []
    assert leaks(database, YONAS) != []
    assert "1 erasures replayed" in said
    assert database.look(erasures.all_of) == {amina: (NOW + timedelta(days=1), NOW + timedelta(days=1))}


def test_a_trajectory_ends_when_its_client_went(database: Database, file: Path, forgotten: Path) -> None:
    """After a restore the guidance of who was forgotten ends on the day they were, not on the day of the restore."""
    amina, _ = populate(database)
    database.submit(lambda tx: facts.learn(tx, [(amina, "guidance_started_on", "2026-02-03")], "staff", NOW)).result()
    backup(database, file)
    gone = NOW + timedelta(days=1)
    erase(database, amina, gone)

    restore(database, file, forgotten, NOW + timedelta(days=60))

    assert database.look(lambda tx: [row.gone_on for row in tx.all(select(nameless.c.gone_on))]) == [gone.date()]


def test_an_erasure_survives_the_loss_of_the_database(
    database_url: str, sqlite_url: Callable[[], str], file: Path, forgotten: Path
) -> None:
    """When the database is lost, the file of erasures beside it still keeps an erased client away."""
    with opened(database_url) as database:
        amina, _ = populate(database)
        backup(database, file)
        erasures.note(forgotten, amina, NOW + timedelta(days=1))
    with opened(sqlite_url()) as database:
        restore(database, file, forgotten, NOW + timedelta(days=2))

        assert leaks(database, AMINA) == []
        assert database.look(erasures.all_of) == {amina: (NOW + timedelta(days=1), NOW + timedelta(days=1))}


def test_who_asked_and_is_not_erased_yet_is_not_forgotten(database: Database, file: Path, forgotten: Path) -> None:
    """An erasure that was asked after the backup is still asked after the restore."""
    amina, _ = populate(database)
    backup(database, file)
    database.submit(lambda tx: erasures.ask(tx, amina, NOW)).result()
    restore(database, file, forgotten, NOW)

    assert database.look(erasures.all_of) == {amina: (NOW, None)}


def test_a_restore_is_refused_while_a_process_serves(database: Database, file: Path, forgotten: Path) -> None:
    """Nothing is replaced under a process that answers clients."""
    backup(database, file)
    life = locks.take(database, "process:one")
    assert life is not None
    commits = database.commits
    with pytest.raises(locks.Busy, match="stop it first"):
        restore(database, file, forgotten, NOW)

    assert database.commits == commits
    life.release()
    restore(database, file, forgotten, NOW)


RESTORE = """
import sys
import time
from storage import dump
from storage.database import Database
from storage.secrets import Keys
from storage.tables import nameless

def slowly(lines):
    for number, line in enumerate(lines):
        if number == 40:
            print("half-way", flush=True)
            time.sleep(600)
        yield line

database = Database(sys.argv[1], Keys([sys.argv[2]]))
with open(sys.argv[3], "rb") as file:
    database.submit(lambda tx: dump.replace(tx, slowly(dump.read(file, tx.keys)))).result()
"""


def test_a_restore_killed_half_way_changes_nothing(database: Database, file: Path, forgotten: Path) -> None:
    """It is one transaction: the database is as it was, and the restore can be done again."""
    populate(database)
    backup(database, file)
    database.submit(lambda tx: clients.add(tx, 1, NOW, "Olena")).result()
    before = contents(database)
    url = database.url.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, "-c", RESTORE, url, SECRET, str(file)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "half-way\n"
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    assert contents(database) == before
    restore(database, file, forgotten, NOW)
    assert len(contents(database)["clients"]) == len(before["clients"]) - 1


def test_a_backup_is_of_one_moment(database: Database, file: Path, forgotten: Path) -> None:
    """Clients who come while it is written are in it with everything of theirs, or not at all."""
    populate(database)
    going = database.submit(lambda tx: None)
    for number in range(30):
        life = YONAS.__class__(f"Olena {number}", f"+3169999{number:04}", f"UA.{number}", "tekst", "antwoord", "feit", f"code-{number:02}")
        going = database.submit(lambda tx, life=life: live(tx, life))  # type: ignore[misc]
    backup(database, file)
    going.result()
    restore(database, file, forgotten, NOW)
    found = contents(database)

    assert len(found["clients"]) == len(found["addresses"]) == len(found["facts"]) == len(found["media"]) == len(found["moments"])


def test_memory_stays_flat(database: Database, file: Path, forgotten: Path) -> None:
    """However many photos there are, a few are in memory at a time: here 20 of 1 MB in half their size."""
    amina, _ = populate(database)
    for number in range(20):
        database.submit(lambda tx, number=number: send_photo(tx, amina, os.urandom(1 << 20), number)).result()  # type: ignore[misc]
    tracemalloc.start()
    backup(database, file)
    restore(database, file, forgotten, NOW)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert file.stat().st_size > 20 << 20
    assert most < 12 << 20


def test_a_backup_that_fails_leaves_no_file(database: Database, tmp_path: Path) -> None:
    """Where it cannot be written, nothing half is left, and an older backup stays as it was."""
    file = tmp_path / "folder"
    file.mkdir()
    with pytest.raises(OSError):  # noqa: PT011
        backup(database, file)

    assert list(tmp_path.glob("*.part")) == []
