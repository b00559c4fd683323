"""
What this machine can do at all, measured in the same run: durable writes a second, a commit of one row in SQLite, and what a lone message
would take by the clock if only its statements were run.
"""

import contextlib
import json
import os
import sqlite3
import time
from pathlib import Path
from typing import Any

import psycopg


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


def lone(kind: str, place: str, statements: int, a_second: float, seconds: float) -> list[float]:
    """
    Return the seconds that each of some transactions took, so many a second: so many statements of one row, one by one, then a durable
    commit; straight by the driver, on a file of SQLite or a server of PostgreSQL.
    """
    connection: Any = psycopg.connect(place, autocommit=True) if kind == "postgres" else sqlite3.connect(place, isolation_level=None)
    mark = "%s" if kind == "postgres" else "?"
    took: list[float] = []
    with contextlib.closing(connection):
        if kind == "sqlite":
            for pragma in ("journal_mode=wal", "synchronous=full"):
                connection.execute(f"pragma {pragma}")
        connection.execute("create table bare (id bigint primary key, body text)")
        began = time.perf_counter()
        for number in range(int(a_second * seconds)):
            time.sleep(max(0.0, began + number / a_second - time.perf_counter()))
            took.append(_one(connection, mark, number * statements, statements))
        connection.execute("drop table bare")
    return took


def _one(connection: Any, mark: str, first: int, statements: int) -> float:
    """
    Run one such transaction: of three statements one adds a row, one changes it and one reads it.
    """
    kinds = (f"insert into bare (body, id) values ({mark}, {mark})", f"update bare set body = {mark} where id = {mark}",
             f"select id from bare where body <> {mark} and id = {mark}")  # fmt: skip
    began = time.perf_counter()
    connection.execute("begin")
    for at in range(statements):
        connection.execute(kinds[at % 3], ("x" * 200, first + at // 3))
    connection.execute("commit")
    return time.perf_counter() - began


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
