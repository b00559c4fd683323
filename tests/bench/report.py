"""
`report`: the year's report over a million stored moments, beside one query written by hand that reads each row once, and the desk's first page.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from sqlalchemy import text

from bot.report import ZONE, report
from bot.sum_up import keep
from flows.topics import TOPICS
from storage import sums
from storage.database import Database, Tx
from storage.migrations import migrate
from storage.secrets import Keys
from storage.tables import clients, moments
from tests.bench import bench, desk
from tests.bot.web.desk.conftest import Desk
from tests.crash.serving import SECRET
from tests.people import make_world

FEW = 10_000
CHUNK = 20_000
FIRST, LAST = date(2025, 1, 1), date(2025, 12, 31)
SECONDS, RATIO, GROWTH = 1.0, 2.0, 1.1      # of the report, to the query by hand, and to being in proportion
PAGE = 100.0                    # ms
TICKETS = 100_000
ROUNDS = 3
EVERY = tuple(TOPICS)
USUAL = ("debts_money", "housing_search", "permit_renewal", "benefits_rent", "letter_check")      # half of all questions


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """
    Measure each database.
    """
    return {"rows": given.rows, "few_rows": min(FEW, given.rows), **{kind: await _measured(kind, given) for kind in given.databases.split(",")}}


async def _measured(kind: str, given: argparse.Namespace) -> dict[str, float]:
    """
    Measure the report of few moments and of many, its months summed up as the clock does and not summed up, the query by hand, and the
    desk's first page beside them; each several times, and the fastest counts.
    """
    found: dict[str, float] = {}
    for name, rows in (("few", min(FEW, given.rows)), ("many", given.rows)):
        with bench.database(kind) as (folder, url):
            opened = Database(url, Keys([SECRET]))
            try:
                fill(opened, rows)
                if name == "many":
                    found["by_hand"] = fastest(opened, by_hand)
                    found["unsummed"] = fastest(opened, lambda tx: report(tx, FIRST, LAST))
                    found["summing"] = sum_up(opened)
                found[name] = fastest(opened, lambda tx: report(tx, FIRST, LAST))
                if name == "many":
                    found["page"] = await page(opened, folder, url, min(given.rows, TICKETS))
            finally:
                opened.close()
    return found


def fastest(database: Database, run: Callable[[Tx], object]) -> float:
    """
    Return how long something takes at best on one core, in ms of the time that this process and the server's give to it: the others on the
    machine take theirs beside it.
    """
    taken: list[float] = []

    def timed(tx: Tx) -> None:
        server = None
        if tx.is_postgres:
            tx.run(text("set local max_parallel_workers_per_gather = 0"))
            server = psutil.Process(tx.run(text("select pg_backend_pid()")).scalar_one())
        begun = _spent(server)
        run(tx)
        taken.append(_spent(server) - begun)

    for _ in range(ROUNDS):
        database.look(timed)
    return min(taken) * 1e3


def _spent(server: psutil.Process | None) -> float:
    times = server.cpu_times() if server else None
    return time.process_time() + (times.user + times.system if times else 0.0)


def sum_up(database: Database) -> float:
    """
    Sum every month up and return how long one took, in ms of this process.
    """
    begun = time.process_time()
    months = database.look(lambda tx: sums.missing(tx, LAST + timedelta(days=1), ZONE.key, 100))
    for month, place in months:
        database.submit(lambda tx, month=month, place=place: keep(tx, month, place, ZONE)).result()       # type: ignore[misc]
    return (time.process_time() - begun) * 1e3 / max(1, len(months))


async def page(database: Database, folder: Path, url: str, rows: int) -> float:
    """
    Store so many tickets too, and return how long a volunteer's first page takes, in ms of this process.
    """
    token, taken = desk.fill(url, rows)[0], []
    browser = Desk(make_world(database, folder)).browser()
    browser.cookies["desk"] = token
    for _ in range(ROUNDS):
        begun = time.process_time()
        answer = await browser.get("/desk/")
        taken.append(time.process_time() - begun)
        assert answer.status == 200, answer.status
    return min(taken) * 1e3


def fill(database: Database, rows: int) -> None:
    """
    Store so many moments of a year, of a twentieth as many clients.
    """
    migrate(database)
    people = max(1, rows // 20)
    for first in range(0, people, CHUNK):
        database.submit(lambda tx, first=first: _people(tx, range(first, min(first + CHUNK, people)))).result()     # type: ignore[misc]
    for first in range(0, rows, CHUNK):
        database.submit(lambda tx, first=first: _moments(tx, range(first, min(first + CHUNK, rows)), rows, people)).result()   # type: ignore[misc]
    database.submit(lambda tx: tx.run(text("analyze"))).result()


_CLIENTS, _MOMENTS = clients.insert(), moments.insert()


def _people(tx: Tx, numbers: range) -> None:
    begun = datetime(2025, 1, 1, tzinfo=UTC)
    tx.many(_CLIENTS, [{"id": 1 + number, "number": 1000 + number, "location_id": 1, "created_at": begun} for number in numbers])


def _moments(tx: Tx, numbers: range, rows: int, people: int) -> None:
    chance = random.Random(numbers[0])
    tx.many(_MOMENTS, [_moment(chance, number, rows, people) for number in numbers])


def _moment(chance: random.Random, number: int, rows: int, people: int) -> dict[str, Any]:
    at = datetime(2025, 1, 1, 8, tzinfo=UTC) + timedelta(days=number * 365 // rows, minutes=chance.randrange(600))
    topics = [chance.choice(USUAL) if chance.random() < 0.5 else chance.choice(EVERY) for _ in range(1 + (chance.random() < 0.33))]
    return {
        "id": 1 + number, "client_id": 1 + chance.randrange(people), "location_id": 1, "municipality": "Leiden",
        "channel": chance.choice(("whatsapp", "whatsapp", "telegram", "call", "office")), "began_by": "client", "began_at": at, "began_on": at.date(),
        "last_at": at, "languages": chance.choice(("ar", "ar", "ti", "nl", "en", "tr", "fa", "ar,nl")), "topics": ",".join(dict.fromkeys(topics)),
        "programme": chance.choice(("info_point", "info_point", "guidance")), "answered_by": chance.choice(("bot", "volunteer", "both")),
        "outcome": "answered", "is_reached": chance.random() > 0.02,
    }


def by_hand(tx: Tx) -> object:
    """
    Ask for what the page counts in one statement, as somebody would who writes it once.
    """
    query = ("select topics, languages, channel, programme, answered_by, is_reached, count(*) from moments "
             f"where began_on between '{FIRST}' and '{LAST}' group by topics, languages, channel, programme, answered_by, is_reached")
    return tx.connection.exec_driver_sql(query).all()


def lines(found: dict[str, Any]) -> Iterator[str]:
    """
    Return the figures as lines to read.
    """
    for kind, one in _databases(found):
        yield f"{kind}: report over {found['rows']:,} moments   {one['many']:8.0f} ms   (wanted: under {SECONDS * 1e3:.0f} ms)"
        yield f"{kind}: one query by hand            {one['by_hand']:8.0f} ms   ratio {one['many'] / one['by_hand']:.2f} (at most {RATIO})"
        yield f"{kind}: report over {found['few_rows']:,} moments      {one['few']:8.0f} ms"
        yield f"{kind}: without sums of months       {one['unsummed']:8.0f} ms   (a month is summed up in {one['summing']:.0f} ms of ours)"
        yield f"{kind}: the desk's first page        {one['page']:8.0f} ms   (wanted: under {PAGE:.0f} ms)"


def missed(found: dict[str, Any]) -> list[str]:
    """
    Return the targets that were missed.
    """
    wrong = []
    for kind, one in _databases(found):
        if one["many"] > SECONDS * 1e3:
            wrong.append(f"{kind}: the report takes {one['many']:.0f} ms; under {SECONDS * 1e3:.0f} are wanted")
        if one["many"] > RATIO * one["by_hand"]:
            wrong.append(f"{kind}: the report takes {one['many'] / one['by_hand']:.2f} times the query by hand; at most {RATIO} are wanted")
        if one["many"] / one["few"] > GROWTH * found["rows"] / found["few_rows"]:
            wrong.append(f"{kind}: the report grows faster than its moments")
        if one["page"] > PAGE:
            wrong.append(f"{kind}: the desk's first page takes {one['page']:.0f} ms; under {PAGE:.0f} are wanted")
    return wrong


def _databases(found: dict[str, Any]) -> list[tuple[str, dict[str, float]]]:
    return [(kind, one) for kind, one in found.items() if isinstance(one, dict)]
