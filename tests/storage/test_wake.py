"""
Processes wake each other through PostgreSQL, once, and after the commit.
"""

import time
from collections.abc import Callable
from queue import Empty, SimpleQueue

import pytest

from storage.database import Database
from storage.locks import connect
from storage.secrets import Keys
from storage.wake import Listener


def test_a_commit_wakes_the_other_process(postgres_url: Callable[[], str], keys: Keys) -> None:
    """What one process commits wakes the stages of another, and its own only once."""
    url = postgres_url()
    one, two = Database(url, keys), Database(url, keys)
    heard_by_one: SimpleQueue[set[str]] = SimpleQueue()
    heard_by_two: SimpleQueue[set[str]] = SimpleQueue()
    listeners = [Listener(one, heard_by_one.put), Listener(two, heard_by_two.put)]
    _until_listening(one, 2)

    one.submit(lambda tx: (tx.wake("turns"), tx.wake("delivery"))).result()

    assert heard_by_two.get(timeout=60) == {"turns", "delivery"}
    with pytest.raises(Empty):
        heard_by_one.get(timeout=0.1)
    for listener in listeners:
        listener.close()
    one.close()
    two.close()


def test_a_broken_listener_listens_again(postgres_url: Callable[[], str], keys: Keys) -> None:
    """When its connection breaks, the listener makes a new one, and live pages look at what they may have missed."""
    url = postgres_url()
    one, two = Database(url, keys), Database(url, keys)
    heard: SimpleQueue[set[str]] = SimpleQueue()
    listener = Listener(two, heard.put)
    _until_listening(one, 1)
    with connect(one) as connection:
        connection.execute("select pg_terminate_backend(pid, 60000) from pg_stat_activity"
                           " where query = 'listen wegwijs' and datname = current_database()")
    assert heard.get(timeout=60) == {"desk"}

    one.submit(lambda tx: tx.wake("media")).result()

    assert heard.get(timeout=60) == {"media"}
    listener.close()
    one.close()
    two.close()


def test_closing_does_not_wait(database: Database) -> None:
    """A listener stops at once; on SQLite there is nothing to stop."""
    listener = Listener(database, lambda stages: None)
    began = time.monotonic()
    listener.close()

    assert time.monotonic() - began < 30


def _until_listening(database: Database, how_many: int) -> None:
    with connect(database) as connection:
        for _ in range(6000):
            row = connection.execute("select count(*) from pg_stat_activity where query = 'listen wegwijs' and state = 'idle'"
                                     " and datname = current_database()").fetchone()
            if row == (how_many,):
                return
            time.sleep(0.01)
    raise AssertionError("nobody listens")
