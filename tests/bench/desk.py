"""
`desk`: 40 volunteers with the list open and live, 20 messages a second coming in, 100,000 tickets stored; and the same without them.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import text

from storage import logins, volunteers
from storage.database import Database, Tx
from storage.migrations import migrate
from storage.secrets import Keys
from storage.tables import tickets
from tests.bench.bench import THEIRS, bot
from tests.bench.driver import Driver, calm, converse_once, quantiles
from tests.crash.serving import SECRET, free_port

VOLUNTEERS, A_SECOND, OPEN = 40, 20.0, 400
LIST, RATIO = 150.0, 1.2        # ms for the list at p99, and what the clients' p99 may grow by
CHUNK = 10_000
ROUNDS = 2
TALKING = 20                    # who write in turn: so some of them come to ask for a volunteer, which is news to every list
QUESTION = "Ik heb een brief van de gemeente en ik begrijp hem niet. Kunt u mij helpen?"


@dataclass
class Taken:
    """
    Seconds: of each client from their message to our reply, and of each look at the list.
    """

    replies: list[float] = field(default_factory=list)
    lists: list[float] = field(default_factory=list)

    def told(self) -> dict[str, float]:
        """
        Return the figures in ms.
        """
        p50, p99 = quantiles(self.replies, 0.5, 0.99)
        list50, list99 = quantiles(self.lists, 0.5, 0.99) if self.lists else (0.0, 0.0)
        return {"p50": p50 * 1e3, "p99": p99 * 1e3, "list_p50": list50 * 1e3, "list_p99": list99 * 1e3, "lists": float(len(self.lists)),
                "replies": float(len(self.replies))}


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """
    Measure the clients without volunteers, then with them, on one stored database.
    """
    rows = min(given.rows, 100_000)
    with tempfile.TemporaryDirectory(prefix="wegwijs-bench-") as folder:
        url = f"sqlite:///{folder}/wegwijs.db"
        tokens = fill(url, rows)
        alone, beside = Taken(), Taken()
        for _ in range(ROUNDS):                 # in turn: what else the machine does falls on both
            await _clients(Path(folder), url, given.seconds, [], alone)
            await _clients(Path(folder), url, given.seconds, tokens, beside)
    return {"tickets": rows, "alone": alone.told(), "beside": beside.told()}


def fill(url: str, rows: int) -> list[str]:
    """
    Store so many tickets, 400 of them open, and volunteers; return the token of each one's login.
    """
    database = Database(url, Keys([SECRET]))
    try:
        migrate(database)
        for first in range(0, rows, CHUNK):
            database.submit(lambda tx, first=first: _tickets(tx, first, min(CHUNK, rows - first), rows)).result()    # type: ignore[misc]
        tokens: list[str] = database.submit(_team).result()
        database.submit(lambda tx: tx.run(text("analyze"))).result()
    finally:
        database.close()
    return tokens


def _tickets(tx: Tx, first: int, how_many: int, rows: int) -> None:
    now = datetime.now(UTC)
    stored = []
    for number in range(first, first + how_many):
        id, is_open = tx.ids.next(), number >= rows - OPEN
        at = now - timedelta(hours=rows - number if not is_open else number % 60)
        stored.append({
            "id": id, "location_id": 1, "team": ("legal", "social")[number % 2], "topics": "debts_money", "urgency": ("normal", "week",
            "today")[number % 3],
            "language": ("nl", "ar", "ti")[number % 3], "state": "open" if is_open else "closed", "reason": "asked", "opened_at": at,
            "question": tx.keys.seal("tickets.question", id, QUESTION), "due_at": at + timedelta(days=2), "number": number + 1,
            "closed_at": None if is_open else at + timedelta(days=1), "outcome": None if is_open else "answered"})
    tx.run(tickets.insert(), stored)


def _team(tx: Tx) -> list[str]:
    tokens = []
    for number in range(VOLUNTEERS):
        id = volunteers.add(tx, f"Volunteer {number}", "volunteer", 1, datetime.now(UTC), ("legal", "social"))
        tokens.append(f"the token of volunteer {number} at the bench".replace(" ", "-"))
        logins.begin(tx, id, tokens[-1], True, datetime.now(UTC))
    return tokens


async def _clients(folder: Path, url: str, seconds: float, tokens: list[str], found: Taken) -> None:
    os.sched_setaffinity(0, {THEIRS})
    api_port = free_port()
    driver = Driver(0, 0.0, random.randrange(10**6, 10**9))
    await driver.listen(api_port)
    taken: list[float] = []
    async with bot(folder, url, api_port) as serving:
        driver.point_at(serving.port)
        await driver.connect()
        await converse_once(driver)
        watching = [asyncio.create_task(_watch(serving.url, token, taken)) for token in tokens]
        await asyncio.sleep(1.0)
        taken.clear()
        await calm(driver, A_SECOND, max(4.0, seconds * 3), TALKING)
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
    found.replies += driver.latencies
    found.lists += taken


async def _watch(url: str, token: str, taken: list[float]) -> None:
    """
    Keep the list open as a browser does: at each change it is asked for again, and another change meanwhile asks once more.
    """
    forever = aiohttp.ClientTimeout(total=None)
    async with (aiohttp.ClientSession(cookies={"desk": token}, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
                session.get(f"{url}/desk/events", timeout=forever) as stream):
            assert stream.status == 200, stream.status
            async for line in stream.content:
                if line.startswith(b"data:"):
                    began = time.perf_counter()
                    async with session.get(f"{url}/desk/", headers={"x-live": "1"}) as answer:
                        body = await answer.read()
                        assert answer.status == 200, answer.status
                        assert b"questions" in body
                    taken.append(time.perf_counter() - began)


def lines(found: dict[str, Any]) -> Iterator[str]:
    """
    Say what was found.
    """
    alone, beside = found["alone"], found["beside"]
    yield (f"{found['tickets']:,} tickets, {A_SECOND:.0f} messages a second: clients' p50 {alone['p50']:.1f} ms, p99 {alone['p99']:.1f} ms "
           "without volunteers")
    yield (f"with {VOLUNTEERS} live: clients' p50 {beside['p50']:.1f} ms, p99 {beside['p99']:.1f} ms ({beside['p99'] / alone['p99']:.2f}×); the list "
           f"p50 {beside['list_p50']:.0f} ms, p99 {beside['list_p99']:.0f} ms, asked for {beside['lists']:.0f} times")  # fmt: skip


def missed(found: dict[str, Any]) -> Iterator[str]:
    """
    Name the targets that were missed.
    """
    alone, beside = found["alone"], found["beside"]
    if beside["lists"] < VOLUNTEERS:
        yield f"desk: no change reached the lists ({beside['lists']:.0f} times asked for)"
    if beside["list_p99"] > LIST:
        yield f"desk: the list's p99 is {beside['list_p99']:.0f} ms, {LIST:.0f} wanted"
    if beside["p99"] > RATIO * alone["p99"]:
        yield f"desk: the clients' p99 is {beside['p99'] / alone['p99']:.2f} times what it is without volunteers, {RATIO} wanted"
