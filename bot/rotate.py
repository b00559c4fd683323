"""
Change the secret key: seal everything anew with the new one, then let go of the old.
"""

import os
import secrets
from pathlib import Path

from storage import locks, seals, search_keys
from storage.database import Database
from storage.secrets import Keys


def rotate(database: Database, key_file: Path | None) -> str:
    """
    Seal every value with the current key and return what to tell the operator.

    With `key_file` (the key lives in the data folder) the new key is made here, and the old one moves to `<key_file>.old`.
    Without it the first key of WEGWIJS_SECRET_KEY is the new one. Raises `locks.Busy` while a process serves. Killed at any
    point, doing it again goes on where it was: until the end both keys are in the ring.
    """
    with locks.alone(database):
        if key_file is not None:
            database.keys = Keys(_with_new_key(key_file))
        renewed = _renew(database)
        _renew_search(database)
        if database.look(seals.remaining):
            raise RuntimeError("values sealed with an older key remain")
        if key_file is not None:
            _drop_old(key_file)
            return f"{renewed} rows sealed with a new key. Earlier backups need the old one: it is in {key_file}.old, move it elsewhere."
    return f"{renewed} rows sealed with the first key. Take the older ones out of WEGWIJS_SECRET_KEY, and keep them for older backups."


def _renew(database: Database) -> int:
    renewed = 0
    for name in seals.tables():
        after: seals.Place | None = ()
        while after is not None:
            rows, after = database.submit(lambda tx, name=name, after=after: seals.renew(tx, name, after or None)).result()   # type: ignore[misc]
            renewed += rows
    return renewed


def _renew_search(database: Database) -> None:
    after: int | None = 0
    while after is not None:
        after = database.submit(lambda tx, after=after: search_keys.renew(tx, after, seals.ROWS)).result()  # type: ignore[misc]


def _with_new_key(key_file: Path) -> list[str]:
    ring = key_file.read_text().split()
    if len(ring) == 1:
        ring.insert(0, secrets.token_urlsafe(32))
        _write(key_file, ring)
    return ring


def _drop_old(key_file: Path) -> None:
    current, *older = key_file.read_text().split()
    archive = key_file.with_name(f"{key_file.name}.old")
    known = archive.read_text().split() if archive.exists() else []
    _write(archive, [*known, *(key for key in older if key not in known)])
    _write(key_file, [current])


def _write(file: Path, lines: list[str]) -> None:
    # Written beside it and moved over it: a kill leaves the old file or the new one, never half of one.
    beside = file.with_name(f"{file.name}.part")
    beside.unlink(missing_ok=True)
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write("\n".join(lines) + "\n")
        out.flush()
        os.fsync(out.fileno())
    beside.replace(file)
