"""
Open the database; `await database.write(fn)` and `await database.read(fn)`, the same for SQLite and PostgreSQL.

All writes of a process run on one thread. What waits there shares one transaction and one commit; if one function of a shared
transaction fails, all is rolled back and each runs alone, so a function given to `write` touches nothing but its `tx`.
What is written for many at once (`is_bulk`) runs by itself, and lets go first who waits for an answer.
Readers have an engine of their own that never takes the write lock.

In which order rows are locked, so that two processes do not wait for each other: `sessions.lock`. Where they do all the same, PostgreSQL
lets one give way, and that one is run again here.
"""

import asyncio
import logging
import os
import random
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError

from storage.engines import READERS, make_engine, tries
from storage.ids import Ids
from storage.prepared import Cache
from storage.secrets import Keys
from storage.transactions import Tx as Tx

T = TypeVar("T")
GROUP = 64          # functions from which on a commit takes no more
PAUSE = 0.02                    # seconds before the third time, at most, and more before each other
LONGEST = 1.0       # seconds that bulk work lets others go first
CALM, MOST = 2.0, 0.1           # after a commit that woke a stage bulk work waits so many times as long as it took, in seconds at most

log = logging.getLogger("wegwijs")


@dataclass(slots=True)
class _Job:
    run: Callable[[Tx], Any]
    is_bulk: bool = False
    done: Future[Any] = field(default_factory=Future)
    asked_at: float = 0.0


class Database:
    """
    One database, for the life of a process. `commits` counts its commits, for the benchmarks.
    """

    def __init__(self, url: str, keys: Keys) -> None:
        self.url = make_url(url)
        self.keys = keys
        self.ids = Ids()
        self.is_postgres = self.url.get_backend_name() == "postgresql"
        self.commits = 0
        self._prepared: Cache = {}
        self.tag = os.urandom(4).hex()         # in our notifications, so that we do not wake ourselves twice
        self.on_wake: Callable[[set[str]], None] = lambda stages: None
        self.writer = make_engine(self.url, is_reader=False)
        self.reader = make_engine(self.url, is_reader=True)
        self._held: Connection | None = None    # the writer's, while it is sound: asking the pool each time costs a lone message a fifth
        self._jobs: SimpleQueue[list[_Job] | None] = SimpleQueue()
        self._together: list[_Job] = []        # what is asked for within one step of the event loop
        self._bulk: deque[_Job] = deque()      # what lets others go first; the writer's own
        self._asked_at = 0.0                   # when somebody last asked who does not
        self._calm_at = 0.0                    # until then the stage that the last commit woke is likely to write
        self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
        self._thread.start()
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="reader")

    async def write(self, run: Callable[[Tx], T], is_bulk: bool = False, is_look: bool = False) -> T:
        """
        Run `run(tx)` in a transaction on the writer thread and return its result once that is committed.

        It may share its transaction with others and may run twice (the first time rolled back): touch nothing but `tx`. What is asked
        for within one step of the event loop shares one, in the order of asking. What is bulk shares none, and goes after all that waits.
        What nobody woke (`is_look`) does not count as somebody who writes.
        """
        if not self._together:
            asyncio.get_running_loop().call_soon(self._hand_over)
        job = _Job(run, is_bulk, asked_at=time.monotonic())
        self._asked_at = self._asked_at if is_bulk or is_look else job.asked_at
        self._together.append(job)
        return await asyncio.wrap_future(job.done)

    def _hand_over(self) -> None:
        together, self._together = self._together, []
        self._jobs.put(together)

    @property
    def is_awaited(self) -> bool:
        """
        Tell whether somebody waits for the writer: what is done for many at once then ends its commit early.
        """
        return not self._jobs.empty()

    @property
    def quiet_for(self) -> float:
        """
        Return for how many seconds nobody asked to write but for many at once.
        """
        return time.monotonic() - self._asked_at

    def submit(self, run: Callable[[Tx], T]) -> "Future[T]":
        """
        The same for code without an event loop: `.result()` waits for the commit.
        """
        job = _Job(run)
        self._jobs.put([job])
        return job.done

    async def read(self, run: Callable[[Tx], T]) -> T:
        """
        Run `run(tx)` in a read-only transaction on a reader thread.
        """
        return await asyncio.get_running_loop().run_in_executor(self._pool, self.look, run)

    def look(self, run: Callable[[Tx], T]) -> T:
        """
        The same for code without an event loop.
        """
        with self.reader.begin() as connection:
            tx = Tx(connection, self.keys, self.ids, self._prepared)
            found = run(tx)
            tx.settle()
            return found

    def close(self) -> None:
        """
        Finish the writes that wait, then let go of every connection.
        """
        self._jobs.put(None)
        self._thread.join()
        self._pool.shutdown()
        self._let_go()
        self.writer.dispose()
        self.reader.dispose()

    def _work(self) -> None:
        while True:
            group, is_last = self._gather()
            if group:
                self._run(group)
            if is_last:
                return

    def _gather(self) -> tuple[list[_Job], bool]:
        group: list[_Job] = []
        while True:
            patience = self._patience() if self._bulk and not group else None
            if patience is not None and patience <= 0:
                return [self._bulk.popleft()], False
            try:
                jobs = self._jobs.get(timeout=patience)
            except Empty:
                continue
            if jobs is None:
                return [*group, *self._bulk], True
            taken = [job for job in jobs if job.done.set_running_or_notify_cancel()]    # from here they can no longer be cancelled
            group += [job for job in taken if not job.is_bulk]
            self._bulk.extend(job for job in taken if job.is_bulk)
            if group and (len(group) >= GROUP or self._jobs.empty()):
                return group, False

    def _patience(self) -> float:
        """
        Return for how many seconds bulk work still waits: a client's message is several commits, and none of it should come between them.
        """
        now, calm_at = time.monotonic(), self._calm_at if self._jobs.empty() else float("inf")
        return min(calm_at, self._bulk[0].asked_at + LONGEST) - now

    def _run(self, group: list[_Job], tried: int = 0) -> None:
        began = time.monotonic()
        try:
            results, wakes = self._commit(group)
        except BaseException as error:
            if tried + 1 < tries(error, is_alone=len(group) == 1):
                time.sleep(random.uniform(0, PAUSE * tried))
                self._run(group, tried + 1)
                return
            if len(group) == 1:
                group[0].done.set_exception(error)
                return
            for job in group:
                self._run([job])
            return
        if wakes and not group[0].is_bulk:
            ended = time.monotonic()
            self._calm_at = ended + min(MOST, CALM * (ended - began))
        for job, result in zip(group, results, strict=True):
            job.done.set_result(result)
        try:
            self.on_wake(wakes)
        except Exception:       # the commit stands, and the stages look for themselves every second
            log.exception("wake_failed")

    def _commit(self, group: list[_Job]) -> tuple[list[Any], set[str]]:
        self._held = connection = self._held or self.writer.connect()
        try:
            with connection.begin():
                tx = Tx(connection, self.keys, self.ids, self._prepared)
                results = [job.run(tx) for job in group]
                tx.end(self.tag)
        except BaseException:
            self._let_go()
            raise
        self.commits += 1
        return results, tx.wakes

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is not None:
            held.close()


def is_away(error: BaseException) -> bool:
    """
    Tell whether an error says that the database cannot be reached, as against an error of ours.
    """
    return isinstance(error, OperationalError | InterfaceError) or type(error).__module__.partition(".")[0] == "psycopg"
