"""
Of `reminders`: a process that plans, queues and sends what is due is killed, again and again, at any moment; in the end each client has
theirs exactly once, in the database and at the platform.
"""

import asyncio
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.app import Clock
from bot.channels import Registry
from bot.serve import serve
from storage.database import Tx
from storage.tables import messages, reminders
from tests.bench.bench import database
from tests.crash.forks import FORKS
from tests.crash.main import File, Platform, Steps

LONGEST, STARTS, PATIENCE = 0.5, 20.0, 600.0    # seconds until a process is killed, once it works; to begin; of the last one, for all that is left
PARTS = frozenset({"delivery", "clock"})
FORKS.set_forkserver_preload(["tests.bench.reminders", "tests.crash.forks", "tests.crash.main", "bot.serve", "bot.open", "bot.__main__", "uvloop",
                              "tests.crash.frozen"])


async def measure(due: int, kills: int, databases: str) -> dict[str, Any]:
    """
    Kill so many processes on SQLite, and a tenth of that on PostgreSQL unless it is measured alone; let the last one end, and count.
    """
    found: dict[str, Any] = {"kills": 0, "kills_at_work": 0, "killed_rows": due, "is_once_after_kills": True}
    for kind in databases.split(","):
        number = kills if kind in ("sqlite", databases) else kills // 10
        with database(kind) as (folder, url), tempfile.TemporaryDirectory(prefix="wegwijs-bench-") as at:
            is_once, at_work = await _kill_often(Path(at) if kind == "postgres" else folder, url, due, number)
        found["kills"] += number
        found["kills_at_work"] += at_work
        found["is_once_after_kills"] &= is_once
    return found


async def _kill_often(folder: Path, url: str, due: int, kills: int) -> tuple[bool, int]:
    """
    Return whether all is there once in the end, and how many had planned, queued or sent something before they were killed.
    """
    from tests.bench.reminders import filled

    luck, before, at_work = random.Random(7), [0, 0, 0], 0
    app = await filled(folder, due, url)
    try:
        for number in range(kills):
            process = _start(folder, url)
            if number % 5:                      # while it works, or soon after it was started
                await _until(lambda: app.database.look(_done) != before, STARTS)        # noqa: B023
            await asyncio.sleep(luck.uniform(0, LONGEST))
            process.kill()
            process.join()
            done = app.database.look(_done)
            at_work, before = at_work + (done != before), done
        process = _start(folder, url)
        is_once = await _until(lambda: app.database.look(lambda tx: is_each_once(tx, due)), PATIENCE)
        process.kill()
        process.join()
        taken = Counter(to for _id, to, _text in File(folder / "platform").lines)
        return is_once and len(taken) == due and set(taken.values()) == {1}, at_work
    finally:
        app.database.close()


def _start(folder: Path, url: str) -> ForkServerProcess:
    process = FORKS.Process(target=live, args=(folder, url))
    process.start()
    return process


async def _until(holds: Callable[[], bool], seconds: float) -> bool:
    ends_at = time.monotonic() + seconds
    while not (found := holds()) and time.monotonic() < ends_at:        # noqa: ASYNC110
        await asyncio.sleep(0.05)
    return found


def _done(tx: Tx) -> list[int]:
    steps, queued = select(func.count()).select_from(reminders), select(func.count()).where(messages.c.kind == "reminder")
    return [int(tx.run(query).scalar_one()) for query in (steps, queued, queued.where(messages.c.state != "queued"))]


def is_each_once(tx: Tx, due: int) -> bool:
    """
    Tell whether so many clients have one reminder each, sent in a message of its own, and nothing is due any more.
    """
    said = tx.one(select(func.count(), func.count(messages.c.address_id.distinct())).where(messages.c.kind == "reminder"))
    left = tx.one(select(func.count()).where(messages.c.kind == "reminder", messages.c.state == "sent"))
    done = tx.one(select(func.count(), func.count(reminders.c.message_id.distinct())).where(reminders.c.state == "sent"))
    return (tuple(said or ()), tuple(left or ()), tuple(done or ())) == ((due, due), (due,), (due, due))


def live(folder: Path, url: str) -> None:
    """
    Serve what plans, queues and sends on the day on which all of it is due, until killed. The platform remembers what it took, and can be asked.
    """
    from tests.bench.reminders import at_ten, opened

    app = opened(folder, url)
    app.now = Clock(at_ten())
    app.channels = Registry({"whatsapp": Platform(File(folder / "platform"), Steps(0), can_be_asked=True)})
    asyncio.run(serve(app, PARTS))
