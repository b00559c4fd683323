"""
Back up the database into one encrypted file, and restore it; whoever was erased since stays erased.
"""

import contextlib
import os
from datetime import datetime
from pathlib import Path

from storage import dump, erasures, locks
from storage.database import Database, Tx

REMINDER = "Keep WEGWIJS_SECRET_KEY elsewhere: it is not in this file, and without it nobody can open the file."


def backup(database: Database, file: Path) -> str:
    """
    Write everything into `file`, sealed with the secret key, and return what to tell the operator.

    The file appears whole or not at all; processes may go on serving meanwhile.
    """
    half = file.with_name(f"{file.name}.{os.getpid()}.part")
    try:
        with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            rows = database.look(lambda tx: dump.write(tx, out, database.keys))
            out.flush()
            os.fsync(out.fileno())
        half.replace(file)
    except BaseException:
        half.unlink(missing_ok=True)
        raise
    _keep_name(file)
    return f"{rows} rows written to {file}. {REMINDER}"


def _keep_name(file: Path) -> None:
    with contextlib.suppress(OSError):      # a file system may refuse to flush a folder; the file itself is on the disk
        folder = os.open(file.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def restore(database: Database, file: Path, forgotten: Path, now: datetime) -> str:
    """
    Replace everything by what `file` holds, then erase again whoever was erased since, by the database that is replaced and by
    the file of erasures `forgotten`; return what to tell the operator.

    Raises `locks.Busy` while a process serves, and `dump.Damaged` for a file that is not whole or has another key; nothing is
    changed then. It is one transaction: killed half-way, the database is as it was.
    """
    with locks.alone(database):
        rows = _check(database, file)
        erased = database.submit(lambda tx: _replace(tx, file, forgotten, now)).result()
    return f"{rows} rows restored from {file}; {erased} erasures replayed."


def _check(database: Database, file: Path) -> int:
    with file.open("rb") as opened:
        return dump.check(dump.read(opened, database.keys), database.keys)


def _replace(tx: Tx, file: Path, forgotten: Path, now: datetime) -> int:
    before = erasures.all_of(tx)
    with file.open("rb") as opened:
        dump.replace(tx, dump.read(opened, tx.keys))
    return erasures.replay(tx, before, dict(erasures.noted(forgotten)), now)
