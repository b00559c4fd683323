"""
`growth`: the time a turn takes with few and with a million stored moments and messages, of two processes that serve side by side.
"""

import argparse
import asyncio
import contextlib
import os
import random
import statistics
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.bench import THEIRS, bot, databases, metrics, worked
from tests.bench.driver import Driver, converse_once, talk
from tests.bench.filling import fill
from tests.crash.serving import Serving, free_port

FEW = 1_000
RATIO = 1.1
TURNS = 250                         # of a load for each second that is asked for
QUIET = 0.03                        # of a core, less than which a process at rest takes
LONGEST = 900.0                     # seconds it may take to come to rest


@dataclass(slots=True)
class Served:
    """
    One filled database and who serves it; `cpu` and `wall` are the microseconds a turn took, round by round.
    """

    serving: Serving
    driver: Driver
    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    async def measure(self, people: int, how_many: int) -> None:
        """
        Let people talk to it until so many turns were taken.
        """
        await self.driver.connect()
        _, began = await metrics(self.serving.url)
        seconds = await talk(self.driver, people, how_many)
        _, ended = await metrics(self.serving.url)
        self.driver.disconnect()
        assert (self.driver.refused, self.driver.broken) == (0, 0), "webhooks that were refused, connections that broke"
        self.cpu.append(1e6 * (ended - began) / self.driver.turns)
        self.wall.append(1e6 * seconds / self.driver.turns)


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """
    Measure every database; the two fillings take turns, so that what else the machine does hits both.
    """
    os.sched_setaffinity(0, {THEIRS})
    found: dict[str, Any] = {"rows": given.rows}
    for kind in given.databases.split(","):
        with databases(kind, 2) as places:
            for (_, url), rows in zip(places, (FEW, given.rows), strict=True):
                fill(url, rows)
            found[kind] = await compared(places, given.people, max(given.people, int(TURNS * given.seconds)), given)
    return found


async def compared(places: list[tuple[Path, str]], people: int, how_many: int, given: argparse.Namespace) -> dict[str, float]:
    """
    Serve both at once and load them in turn; return the middle of each, and of the ratios within a round.
    """
    async with contextlib.AsyncExitStack() as opened:
        few, many = [await opened.enter_async_context(served(folder, url, given)) for folder, url in places]
        for number in range(3 * given.rounds):
            for one in (few, many) if number % 2 else (many, few):
                await one.measure(people, how_many)
    return {f"{what}_{which}": value for what, less, more in (("cpu", few.cpu, many.cpu), ("wall", few.wall, many.wall))
            for which, value in (("few", statistics.median(less)), ("many", statistics.median(more)),
                                 ("ratio", statistics.median(b / a for a, b in zip(less, more, strict=True))))}


@contextlib.asynccontextmanager
async def served(folder: Path, url: str, given: argparse.Namespace) -> AsyncIterator[Served]:
    """
    A process that has done what it does after a start, and whose buttons are known.
    """
    port = free_port()
    driver = Driver(0, first_chat=random.randrange(10**6, 10**9))
    await driver.listen(port)
    async with bot(folder, url, port, given.forked) as serving:
        await rest(serving, given.look)
        driver.point_at(serving.port)
        await driver.connect()
        await converse_once(driver)
        driver.disconnect()
        yield Served(serving, driver)


async def rest(serving: Serving, look: float) -> None:
    """
    Wait until a process does next to nothing at two looks, so many seconds each: months are summed up and terms looked at once it serves.
    """
    async with asyncio.timeout(LONGEST):
        before, quiet = worked(serving), 0
        while quiet < 2:
            await asyncio.sleep(look)
            now = worked(serving)
            quiet = quiet + 1 if now - before < QUIET * look else 0
            before = now


def lines(found: dict[str, Any]) -> Iterator[str]:
    """
    Say what was found.
    """
    for kind in filter(found.__contains__, ("sqlite", "postgres")):
        one = found[kind]
        yield (f"growth {kind}: a turn takes {one['cpu_few']:.0f} µs of CPU ({one['wall_few']:.0f} µs in all) with {FEW:,} stored moments and "
               f"messages, {one['cpu_many']:.0f} ({one['wall_many']:.0f}) with {found['rows']:,}: "
               f"ratio {one['cpu_ratio']:.2f} ({one['wall_ratio']:.2f})")  # fmt: skip


def missed(found: dict[str, Any]) -> Iterator[str]:
    """
    Name the targets that were missed.
    """
    for kind in filter(found.__contains__, ("sqlite", "postgres")):
        for what in ("cpu", "wall"):
            if (ratio := found[kind][f"{what}_ratio"]) > RATIO:
                yield f"growth {kind}: {ratio:.2f} times the time per turn ({what}), at most {RATIO} wanted"
