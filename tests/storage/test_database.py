"""
The database: writes share commits and fail alone, readers cannot write, stages are woken after the commit.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import event, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, ProgrammingError

from storage.database import Database, Tx
from storage.engines import AGAIN
from storage.locks import connect
from storage.secrets import Keys
from storage.tables import channels, locations

LONG = 60.0             # seconds that a step may take on a machine that others use
OFFICE = {"municipality": "Gouda", "address": "", "phone": "", "hours": ""}
WAITS = text("select count(*) from pg_locks join pg_stat_activity using (pid) where datname = current_database() and not granted")


def add(name: str) -> Callable[[Tx], int]:
    """A write that adds an office."""

    def write(tx: Tx) -> int:
        tx.run(insert(locations), {**OFFICE, "name": name})
        return 1

    return write


def names(tx: Tx) -> list[str]:
    """The offices there are."""
    return [row.name for row in tx.all(select(locations.c.name).order_by(locations.c.id))]


async def test_waiting_writes_share_a_commit(database: Database) -> None:
    """Writes that wait while another runs are committed together."""
    is_running, is_free = threading.Event(), threading.Event()
    first = database.submit(lambda tx: is_running.set() or is_free.wait(LONG))
    assert is_running.wait(LONG)
    before = database.commits
    waiting = [database.write(add(f"office {number}")) for number in range(40)]
    tasks = [asyncio.ensure_future(write) for write in waiting]
    await asyncio.sleep(0)
    is_free.set()

    assert await asyncio.gather(*tasks) == [1] * 40
    assert first.result()
    assert database.commits - before == 2
    assert len(await database.read(names)) == 41


async def test_bulk_work_goes_after_what_waits(database: Database) -> None:
    """What is written for many at once waits for all who wait with it, shares no commit with them, and learns that somebody waits."""
    is_running, is_free, order = threading.Event(), threading.Event(), list[str]()
    database.submit(lambda tx: is_running.set() or is_free.wait(LONG))
    assert is_running.wait(LONG)
    before = database.commits
    bulk = asyncio.ensure_future(database.write(lambda tx: order.append("bulk"), is_bulk=True))
    await asyncio.sleep(0.01)
    others = [asyncio.ensure_future(database.write(lambda tx, name=name: order.append(name))) for name in ("Amina", "Olena")]  # type: ignore[misc]
    await asyncio.sleep(0.01)
    is_awaited = database.is_awaited
    is_free.set()
    await asyncio.gather(bulk, *others)

    assert is_awaited
    assert not database.is_awaited
    assert order == ["Amina", "Olena", "bulk"]
    assert database.commits - before == 3
    assert 0 < database.quiet_for < 60


async def test_bulk_work_comes_between_no_steps_of_a_turn(database: Database) -> None:
    """After a commit that wakes a stage, what is written for many at once waits for what that stage writes, longer than the commit took."""
    ended, began = list[float](), list[float]()

    def receive(tx: Tx) -> None:
        threading.Event().wait(0.02)
        tx.wake("turns")
        ended.append(time.monotonic())

    await asyncio.gather(database.write(receive), database.write(lambda tx: began.append(time.monotonic()), is_bulk=True))

    assert began[0] - ended[0] > 0.02


async def test_bulk_work_does_not_wait_for_ever(database: Database) -> None:
    """However many write without a pause, what is written for many at once has its turn after a second."""
    is_done = asyncio.Event()

    async def write_on() -> None:
        while not is_done.is_set():
            await asyncio.gather(*[database.write(lambda tx: None) for _ in range(3)])

    busy = [asyncio.ensure_future(write_on()) for _ in range(3)]
    async with asyncio.timeout(LONG):
        await database.write(lambda tx: None, is_bulk=True)
    is_done.set()
    await asyncio.gather(*busy)


async def test_one_failing_write_of_a_group_fails_alone(database: Database) -> None:
    """The others of its transaction are committed, each with its own result; the one that fails leaves nothing."""
    is_free = threading.Event()
    database.submit(lambda tx: is_free.wait(LONG))

    def half(tx: Tx) -> None:
        tx.run(insert(locations), {**OFFICE, "name": "half"})
        raise RuntimeError("a bug")

    tasks = [asyncio.ensure_future(database.write(write)) for write in (add("Gouda"), half, add("Leiden"), add("Alphen"))]
    await asyncio.sleep(0)
    is_free.set()
    gouda, failed, doubled, alphen = await asyncio.gather(*tasks, return_exceptions=True)

    assert (gouda, alphen) == (1, 1)
    assert isinstance(failed, RuntimeError)
    assert isinstance(doubled, IntegrityError)
    assert await database.read(names) == ["Leiden", "Gouda", "Alphen"]


async def test_a_cancelled_write_that_waits_is_not_done(database: Database) -> None:
    """Who gives up before their turn has come has changed nothing, and the thread goes on."""
    is_running, is_free = threading.Event(), threading.Event()
    database.submit(lambda tx: is_running.set() or is_free.wait(LONG))
    assert is_running.wait(LONG)
    task = asyncio.ensure_future(database.write(add("Gouda")))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.sleep(0.05)
    is_free.set()

    assert await database.write(add("Alphen")) == 1
    assert await database.read(names) == ["Leiden", "Alphen"]


async def test_a_reader_cannot_write(database: Database) -> None:
    """A write on a reading connection is refused by the database itself."""
    with pytest.raises(DBAPIError):
        await database.read(add("Gouda"))

    assert await database.read(names) == ["Leiden"]


async def test_a_reader_does_not_wait_for_a_writer(database: Database) -> None:
    """While a transaction is open, readers see what was before it."""
    is_written, is_free = threading.Event(), threading.Event()

    def slow(tx: Tx) -> None:
        tx.run(insert(locations), {**OFFICE, "name": "Gouda"})
        is_written.set()
        is_free.wait(LONG)

    write = database.submit(slow)
    assert is_written.wait(LONG)
    assert await asyncio.wait_for(database.read(names), LONG / 2) == ["Leiden"]
    is_free.set()
    write.result()

    assert await database.read(names) == ["Leiden", "Gouda"]


async def test_stages_are_woken_after_the_commit_only(database: Database) -> None:
    """Whoever is woken finds the rows; a write that fails wakes nobody; a stage that cannot be woken stops nothing."""
    woken: list[tuple[set[str], list[str]]] = []
    database.on_wake = lambda stages: woken.append((stages, database.look(names)))

    def waking(tx: Tx) -> None:
        tx.run(insert(locations), {**OFFICE, "name": "Gouda"})
        tx.wake("turns")

    await database.write(waking)
    with pytest.raises(IntegrityError):
        await database.write(waking)
    database.submit(names).result()
    assert woken[0] == ({"turns"}, ["Leiden", "Gouda"])
    assert all(not stages for stages, _ in woken[1:])

    database.on_wake = lambda stages: [][1]
    assert await database.write(add("Alphen")) == 1
    assert await database.write(names) == ["Leiden", "Gouda", "Alphen"]


async def test_what_is_done_in_the_commit_wakes_nobody(database: Database) -> None:
    """A wake-up is taken back by whoever did in the same transaction what it was for; one that comes after that stays."""
    woken: list[set[str]] = []
    database.on_wake = woken.append
    wake, done = (lambda tx: tx.wake("turns")), (lambda tx: tx.done("turns"))

    await asyncio.gather(*map(database.write, (wake, done)))
    await asyncio.gather(*map(database.write, (done, wake)))
    await database.write(names)
    assert woken[:2] == [set(), {"turns"}]


def test_closing_finishes_what_waits(database_url: str, keys: Keys) -> None:
    """Writes that were handed in before the end are committed."""
    database = Database(database_url, keys)
    writes = [database.submit(add(f"office {number}")) for number in range(100)]
    database.close()

    assert [write.result(timeout=0) for write in writes] == [1] * 100


def test_a_broken_connection_is_made_again(postgres_url: Callable[[], str], keys: Keys) -> None:
    """When the server drops our connections, the next write and read go on without an error."""
    database = Database(postgres_url(), keys)
    database.submit(add("Gouda")).result()
    with connect(database) as connection:
        connection.execute("select pg_terminate_backend(pid, 60000) from pg_stat_activity"
                           " where datname = current_database() and pid <> pg_backend_pid()")

    assert database.submit(add("Alphen")).result() == 1
    assert len(database.submit(names).result()) == 3
    database.close()


def test_a_process_that_sleeps_holds_no_locks(postgres_url: Callable[[], str], keys: Keys) -> None:
    """The server ends a transaction in which nothing happens, and settings of the operator's own are left to them."""
    url = postgres_url()
    own = f"{url}{'&' if '?' in url else '?'}options=-c%20statement_timeout%3D7000"
    for given, setting, value in ((url, "idle_in_transaction_session_timeout", "1min"), (own, "statement_timeout", "7s")):
        database = Database(given, keys)
        assert database.submit(lambda tx, name=setting: tx.run(text(f"show {name}")).scalar()).result() == value
        database.close()


def test_a_lone_write_outlives_a_deadlock(postgres_url: Callable[[], str], keys: Keys) -> None:
    """Two processes lock two rows in opposite order: the one that the server picks to give way is simply run again."""
    url, meeting = postgres_url(), threading.Barrier(2)
    ours, theirs = Database(url, keys), Database(url, keys)
    ours.submit(add("Gouda")).result()

    def rename(tx: Tx, first: str, second: str, times: list[int]) -> None:
        times.append(1)
        tx.run(text("update locations set phone = '1' where name = :name"), {"name": first})
        if len(times) == 1:
            meeting.wait(LONG)
        tx.run(text("update locations set phone = '2' where name = :name"), {"name": second})

    tries: tuple[list[int], list[int]] = ([], [])
    one = ours.submit(lambda tx: rename(tx, "Leiden", "Gouda", tries[0]))
    other = theirs.submit(lambda tx: rename(tx, "Gouda", "Leiden", tries[1]))
    assert (one.result(LONG), other.result(LONG)) == (None, None)
    assert len(tries[0]) + len(tries[1]) > 2               # and may meet again before both are through
    ours.close()
    theirs.close()


def test_a_lone_write_outlives_a_deadlock_again_and_again(postgres_url: Callable[[], str], keys: Keys) -> None:
    """The same write may be the one to give way several times: who asked for it never learns of that, until it happened too often."""
    ours = Database(postgres_url(), keys)
    ours.submit(add("Gouda")).result()
    tried = []

    def others(meeting: threading.Barrier, times: int) -> None:
        for _ in range(times):
            with connect(ours) as other, other.transaction():
                other.execute("set local deadlock_timeout = '5min'")       # who looks first is who gives way: never we
                other.execute("update locations set phone = '3' where name = 'Gouda'")
                meeting.wait(LONG)
                other.execute("update locations set phone = '4' where name = 'Leiden'")

    def rename(tx: Tx, meeting: threading.Barrier, times: int) -> None:
        tried.append(1)
        tx.run(text("set local deadlock_timeout = '20ms'"))
        tx.run(text("update locations set phone = '1' where name = 'Leiden'"))
        if len(tried) <= times:
            meeting.wait(LONG)
            while not tx.run(WAITS).scalar_one():           # whoever looks does so once: the other must stand there by then
                pass
        tx.run(text("update locations set phone = '2' where name = 'Gouda'"))

    for times, is_kept in ((AGAIN - 1, True), (AGAIN, False)):
        tried.clear()
        meeting = threading.Barrier(2)
        other = threading.Thread(target=others, args=(meeting, times))
        other.start()
        error = ours.submit(lambda tx, meeting=meeting, times=times: rename(tx, meeting, times)).exception(LONG)      # type: ignore[misc]
        other.join()

        assert (error is None) == is_kept
        assert len(tried) == AGAIN
        assert ours.look(lambda tx: tx.run(text("select phone from locations where name = 'Gouda'")).scalar()) == ("2" if is_kept else "3")
    ours.close()


def test_a_lone_write_draws_new_ids(database: Database) -> None:
    """Another process drew the same id in the same millisecond: the write is run again, and draws another."""
    drawn: list[str] = []

    def draw(tx: Tx) -> None:
        drawn.append("Leiden" if not drawn else "Gouda")
        tx.run(insert(locations), {**OFFICE, "name": drawn[-1]})

    database.submit(draw).result()
    assert database.look(names) == ["Leiden", "Gouda"]


def test_an_instant_is_the_same_on_both(database: Database) -> None:
    """A time is kept to the microsecond, whatever its zone, and a naive one is refused."""
    at = datetime(2026, 3, 29, 3, 0, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    database.submit(lambda tx: tx.run(insert(channels), {"name": "telegram", "paused_until": at})).result()
    row = database.look(lambda tx: tx.one(select(channels.c.paused_until).where(channels.c.paused_until == at)))

    assert row is not None
    assert row.paused_until == at
    assert row.paused_until.tzinfo is UTC
    assert "time zone" in str(database.submit(lambda tx: tx.run(
        insert(channels), {"name": "whatsapp", "paused_until": datetime(2026, 1, 1)})).exception())


def test_a_sqlite_file_is_durable_and_private(tmp_path: Path, keys: Keys) -> None:
    """The file is in WAL mode with full flushes, foreign keys hold, and nobody else on the machine can read it."""
    path = tmp_path / "new.db"
    database = Database(f"sqlite:///{path}", keys)
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    found = database.submit(lambda tx: [tx.run(text(f"pragma {name}")).scalar() for name in pragmas]).result()

    assert found == ["wal", 2, 1, 1]
    assert {file.stat().st_mode & 0o777 for file in tmp_path.glob("new.db*")} == {0o600}
    database.close()


def test_the_writer_keeps_its_connection_until_something_fails(database: Database) -> None:
    """Commits one after the other share a connection; after one that failed the next asks for another, and none is left behind."""
    taken: list[object] = []
    database.submit(lambda tx: None).result()

    def note(connection: object, *more: object) -> None:
        taken.append(connection)

    event.listen(database.writer, "checkout", note)
    for _ in range(3):
        database.submit(lambda tx: None).result()
    assert taken == []

    with pytest.raises(ProgrammingError if database.is_postgres else OperationalError):
        database.submit(lambda tx: tx.run(text("select nothing from nowhere"))).result()
    database.submit(lambda tx: None).result()
    assert len(taken) == 1
    event.remove(database.writer, "checkout", note)         # the next test may get these connections
    database.close()
    assert database.writer.pool.checkedout() == 0        # type: ignore[attr-defined]
