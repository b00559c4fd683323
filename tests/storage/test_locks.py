"""
Named locks: one holder, told apart from the dead at once.
"""

import fcntl
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import locks
from storage.database import Database
from storage.secrets import Keys
from tests.conftest import SECRET

HOLDER = """
import sys, time
from storage import locks
from storage.database import Database
from storage.secrets import Keys
database = Database(sys.argv[1], Keys([sys.argv[2]]))
held = [locks.take(database, name) for name in sys.argv[3:]]
print("held" if all(held) else "refused", flush=True)
time.sleep(600)
"""


def holder(database: Database, *names: str) -> "subprocess.Popen[str]":
    """Another process that holds these locks."""
    url = database.url.render_as_string(hide_password=False)
    process = subprocess.Popen([sys.executable, "-c", HOLDER, url, SECRET, *names], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def end(process: "subprocess.Popen[str]") -> None:
    """Kill it as a power cut would."""
    process.send_signal(signal.SIGKILL)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def test_a_lock_has_one_holder(database: Database) -> None:
    """Nobody takes a lock that is held, not even its own process; once it is released anyone can."""
    first = locks.take(database, "polling:telegram")
    assert first is not None
    assert locks.take(database, "polling:telegram") is None
    other = locks.take(database, "clock")
    assert other is not None

    first.release()
    first.release()
    again = locks.take(database, "polling:telegram")

    assert again is not None
    assert again.is_ours()
    again.release()
    other.release()


def test_one_can_look_whether_a_lock_is_held(database: Database) -> None:
    """Looking takes nothing away, from the holder or from who comes next."""
    assert not locks.is_held(database, "clock")
    lock = locks.take(database, "clock")
    assert lock is not None
    assert locks.is_held(database, "clock")
    assert not locks.is_held(database, "migration")

    lock.release()
    assert not locks.is_held(database, "clock")


def test_a_killed_process_is_dead_at_once(database: Database) -> None:
    """The locks of a process that is killed are free as soon as it is gone."""
    process = holder(database, "process:two", "clock")
    assert locks.is_held(database, "process:two")
    assert locks.is_any_held(database, "process")
    assert locks.take(database, "clock") is None

    end(process)
    until = time.monotonic() + 60
    while locks.is_held(database, "process:two") and time.monotonic() < until:
        time.sleep(0.01)

    assert not locks.is_any_held(database, "process")
    lock = locks.take(database, "clock")
    assert lock is not None
    lock.release()


def test_maintenance_needs_the_database_alone(database: Database) -> None:
    """A restore is refused while a process serves, and while another is at it; a lock of another kind does not matter."""
    clock = locks.take(database, "clock")
    life = locks.take(database, "process:one")
    assert clock is not None
    assert life is not None
    with pytest.raises(locks.Busy, match="stop it first"), locks.alone(database):
        pass
    life.release()

    with locks.alone(database):
        assert locks.is_held(database, locks.MAINTENANCE)
        with pytest.raises(locks.Busy, match="another command"), locks.alone(database):
            pass
    assert not locks.is_held(database, locks.MAINTENANCE)
    clock.release()


def test_of_many_that_reach_for_a_lock_one_has_it(database: Database) -> None:
    """Taking, looking and releasing at the same time never gives a lock to two."""
    holders, most, guard = 0, 0, threading.Lock()

    def reach() -> None:
        nonlocal holders, most
        for _ in range(25):
            lock = locks.take(database, "clock")
            if lock is not None:
                with guard:
                    holders += 1
                    most = max(most, holders)
                with guard:
                    holders -= 1
                lock.release()
            locks.is_held(database, "clock")

    threads = [threading.Thread(target=reach) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 1


def test_who_just_looks_keeps_no_lock_from_anyone(sqlite_url: Callable[[], str], keys: Keys) -> None:
    """A look that the machine interrupts in the middle is waited for, and not taken for a holder."""
    database = Database(sqlite_url(), keys)
    first = locks.take(database, "clock")
    assert first is not None
    first.release()
    path = Path(f"{database.url.database}.locks", "clock")
    with path.open("w") as looking:
        fcntl.flock(looking, fcntl.LOCK_SH)
        threading.Timer(0.1, lambda: fcntl.flock(looking, fcntl.LOCK_UN)).start()
        lock = locks.take(database, "clock")

    assert lock is not None
    lock.release()
    database.close()


def test_a_broken_connection_says_that_the_lock_is_gone(postgres_url: Callable[[], str], keys: Keys) -> None:
    """When the server has dropped our connection, the lock says that it is not ours any more."""
    database = Database(postgres_url(), keys)
    lock = locks.take(database, "clock")
    assert lock is not None
    with locks.connect(database) as connection:
        connection.execute("select pg_terminate_backend(pid, 60000) from pg_stat_activity"
                           " where datname = current_database() and pid <> pg_backend_pid()")

    assert not lock.is_ours()
    lock.release()
    database.close()
