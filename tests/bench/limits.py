"""
What this machine can do at all, measured in the same run: durable writes a second, and a commit of one row in SQLite.
"""

import json
import os
import sqlite3
import time
from pathlib import Path


def flushes(folder: Path, seconds: float) -> float:
    """
    Return how often a second 4 kB that were appended reach the disk (fdatasync).
    """
    descriptor = os.open(folder / "flushed", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        return _a_second(lambda: (os.write(descriptor, b"x" * 4096), os.fdatasync(descriptor)), seconds)
    finally:
        os.close(descriptor)


def commits(folder: Path, seconds: float) -> float:
    """
    Return how many commits of one row a second SQLite makes, durable as ours are.
    """
    connection = sqlite3.connect(folder / "committed.db", isolation_level=None)
    try:
        for pragma in ("journal_mode=wal", "synchronous=full"):
            connection.execute(f"pragma {pragma}")
        connection.execute("create table rows (id integer primary key, text text)")
        return _a_second(lambda: connection.execute("insert into rows (text) values (?)", ("x" * 200,)), seconds)
    finally:
        connection.close()


def _a_second(work: object, seconds: float) -> float:
    assert callable(work)
    began, done = time.perf_counter(), 0
    while (took := time.perf_counter() - began) < seconds:
        work()
        done += 1
    return done / took


def python(seconds: float) -> float:
    """
    Return how many small JSON documents a second Python writes and reads: the speed of one core, to compare runs by.
    """
    document = {"a": [1, 2, 3, "x" * 50], "b": {"c": 1.5}}
    return _a_second(lambda: json.loads(json.dumps(document)), seconds)
