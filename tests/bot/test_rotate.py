"""
A new secret key: everything is sealed with it, nothing is lost, whenever it is interrupted.
"""

from pathlib import Path

import pytest

from bot.rotate import rotate
from storage import invites, locks, records, seals
from storage.addresses import Sender, resolve
from storage.database import Database
from storage.secrets import Keys, WrongKey
from tests.conftest import SECRET
from tests.storage.lives import AMINA, NOW, YONAS, address_of, contents, live, populate

NEW = "a new secret key for the tests"


def without_hashes(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row but for its keyed hashes, which are strings of 40 characters."""
    return {
        name: sorted((tuple(value for value in row if not (isinstance(value, str) and len(value) == 40)) for row in rows), key=str)
        for name, rows in contents(database).items()
    }


def test_everything_is_sealed_with_the_new_key(database: Database) -> None:
    """After the change the new key alone opens everything, and the old one opens nothing."""
    populate(database)
    before = without_hashes(database)
    database.keys = Keys([NEW, SECRET])
    assert database.look(seals.remaining) > 0
    said = rotate(database, None)

    database.keys = Keys([NEW])
    assert without_hashes(database) == before
    assert "Take the older ones out" in said
    database.keys = Keys([SECRET])
    with pytest.raises(WrongKey):
        contents(database)


def test_clients_are_recognised_after_the_change(database: Database) -> None:
    """A client who writes again is the same client, by number and by WhatsApp's other id; an invite still works."""
    amina, yonas = populate(database)
    database.keys = Keys([NEW, SECRET])
    rotate(database, None)
    database.keys = Keys([NEW])

    assert database.look(lambda tx: records.find(tx, f"whatsapp:{AMINA.number}")) == amina
    for sender in (Sender("whatsapp", YONAS.number), Sender("whatsapp", YONAS.alias)):
        found = database.submit(lambda tx, sender=sender: resolve(tx, [sender], NOW)[sender]).result()  # type: ignore[misc]
        assert found == database.look(lambda tx: address_of(tx, yonas))
    assert database.submit(lambda tx: invites.look(tx, AMINA.code, 0, NOW)).result()[1] == amina


def test_it_goes_on_after_a_kill(database: Database) -> None:
    """Stopped after some rows, both keys open everything, and doing it again renews only the rest."""
    populate(database)
    before = without_hashes(database)
    database.keys = Keys([NEW, SECRET])
    for name in seals.tables()[:3]:
        database.submit(lambda tx, name=name: seals.renew(tx, name, None)).result()  # type: ignore[misc]
    assert without_hashes(database) == before
    rest = database.look(seals.remaining)

    assert rotate(database, None).startswith(f"{rest} rows")
    assert rotate(database, None).startswith("0 rows")
    database.keys = Keys([NEW])
    assert without_hashes(database) == before


def test_more_rows_than_one_batch(database: Database) -> None:
    """Tables of more rows than are taken at a time are renewed to the end."""
    for number in range(9):
        life = AMINA.__class__(f"Olena {number}", f"+3169999{number:04}", f"UA.{number}", "tekst", "antwoord", "feit", f"code-{number:02}")
        database.submit(lambda tx, life=life: live(tx, life)).result()  # type: ignore[misc]
    database.keys = Keys([NEW, SECRET])
    rotate(database, None)

    assert database.look(seals.remaining) == 0


def test_the_key_of_the_data_folder_is_made_anew(database: Database, tmp_path: Path) -> None:
    """Where the key lives in the data folder, the command makes the new one, and keeps the old one apart for older backups."""
    key_file = tmp_path / "secret.key"
    key_file.write_text(f"{SECRET.replace(' ', '-')}\n")
    database.keys = Keys([SECRET.replace(" ", "-")])
    populate(database)
    before = without_hashes(database)

    said = rotate(database, key_file)

    lines = key_file.read_text().split()
    assert len(lines) == 1
    assert lines[0] != SECRET.replace(" ", "-")
    assert (tmp_path / "secret.key.old").read_text().split() == [SECRET.replace(" ", "-")]
    assert {path.stat().st_mode & 0o777 for path in tmp_path.glob("secret.key*")} == {0o600}
    assert str(key_file) in said
    database.keys = Keys(lines)
    assert without_hashes(database) == before


def test_a_kill_after_making_the_key_makes_no_third(database: Database, tmp_path: Path) -> None:
    """With two keys in the file the change was begun: it is finished with the first of them."""
    key_file = tmp_path / "secret.key"
    first, second = "a-new-secret-key-for-the-tests", "the-old-secret-key-of-the-tests"
    key_file.write_text(f"{first}\n{second}\n")
    database.keys = Keys([second])
    populate(database)
    rotate(database, key_file)

    assert key_file.read_text() == f"{first}\n"


def test_it_is_refused_while_a_process_serves(database: Database, tmp_path: Path) -> None:
    """No process is left with a key that opens nothing."""
    key_file = tmp_path / "secret.key"
    key_file.write_text(f"{SECRET}\n")
    life = locks.take(database, "process:one")
    assert life is not None
    with pytest.raises(locks.Busy, match="stop it first"):
        rotate(database, key_file)

    assert key_file.read_text() == f"{SECRET}\n"
    life.release()
