"""
`reminders`: many clients have something due at the same hour: planned, then claimed and queued, a second; and what memory it takes.
"""

import argparse
import gc
import json
import os
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from bot.app import App
from bot.channels import Registry
from bot.plan import plan_all
from bot.remind import remind
from bot.settings import Settings
from bot.translate import load
from storage import clients, facts
from storage.database import Database, Tx
from storage.migrations import migrate
from storage.secrets import Keys
from storage.tables import addresses, messages, reminders, sessions
from storage.tables import clients as client_rows
from tests.bench import killed, meanwhile
from tests.bench.bench import database, yardstick
from tests.bench.turns import POSTS
from tests.crash.serving import SECRET

LEARNED, DUE = date(2026, 11, 24), date(2027, 1, 30)        # a card that ends on 31 May 2027 is spoken of on that Saturday
FACTS = {"permit_kind": "asylum", "permit_expires_on": "2027-05-31"}
LANGUAGES = ("nl", "ar", "ti", "en", "fa")
CHUNK, BESIDE, KILLED = 2_000, 10_000, 2_000                # clients filled in one commit; in the small run and with writers; with kills
LEAST, MOST_GROWTH = 5_000, 20.0                            # a second, planned, claimed and queued; MB more at the peak, for ten times as many
ZONE = ZoneInfo("Europe/Amsterdam")


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """
    Fill a database, let the clients be planned, and let it be ten o'clock, with few and with many; then with clients who write, and with kills.
    """
    few, many = [await _run(due) for due in (min(given.due, BESIDE), given.due)]
    found = many | {"few": few["due"], "peak_of_few": few["peak"], "posts_a_cpu_second": await yardstick(min(1.0, given.seconds))}
    found["meanwhile"] = {kind: await _beside(kind, min(given.due, BESIDE), given.seconds) for kind in given.databases.split(",")}
    return found | await killed.measure(min(given.due, KILLED), given.reminder_kills, given.databases)


async def _beside(kind: str, due: int, seconds: float) -> dict[str, float]:
    with database(kind) as (folder, url):
        app = await filled(folder, due, url)
        try:
            await plan_all(app)
            return await meanwhile.measure(app, at_ten(), seconds)
        finally:
            app.database.close()


async def _run(due: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="wegwijs-bench-") as folder:
        app = await filled(Path(folder), due)
        try:
            return await _measured(app, due)
        finally:
            app.database.close()


async def filled(folder: Path, due: int, url: str = "") -> App:
    """
    Return an app over a new database with so many clients of whom something will be due; the caller closes it.
    """
    app = opened(folder, url)
    app.now = lambda: datetime.combine(LEARNED, datetime.min.time().replace(hour=12), ZONE)
    migrate(app.database)
    app.database.look(app.learn_places)
    for first in range(0, due, CHUNK):
        await app.database.write(lambda tx, first=first: _fill(tx, app.now(), first, min(CHUNK, due - first)))    # type: ignore[misc]
    return app


def opened(folder: Path, url: str = "") -> App:
    """
    Return an app over the database of a folder, or this one, at ten o'clock of the day on which all of it is due.
    """
    environ = {"WEGWIJS_DATA_DIR": str(folder), "WEGWIJS_SECRET_KEY": SECRET} | ({"WEGWIJS_DATABASE_URL": url} if url else {})
    settings = Settings.read(environ, folder)
    return App(settings, Database(settings.database_url, Keys([SECRET])), Registry({}), load(), at_ten, process=str(os.getpid()))


def at_ten() -> datetime:
    """
    Return ten o'clock of that day.
    """
    return datetime.combine(DUE, datetime.min.time().replace(hour=10), ZONE)


async def _measured(app: App, due: int) -> dict[str, Any]:
    for language in LANGUAGES:              # the turns of a `serve` have loaded them long since
        app.tongues(language)("Yes")
    gc.collect()                            # as `serve` does once it has started
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    spent = time.process_time()
    planned = await plan_all(app)
    planning = time.process_time() - spent
    app.now = at_ten
    spent, began = time.process_time(), time.perf_counter()
    queued = await remind(app)
    took, cpu = time.perf_counter() - began, time.process_time() - spent
    once = await app.database.read(lambda tx: tx.one(select(
        func.count(), func.count(messages.c.address_id.distinct())).where(messages.c.kind == "reminder")))
    steps = await app.database.read(lambda tx: tx.one(select(func.count()).select_from(reminders)))
    rows = steps[0] if steps else 0
    return {"due": due, "planned": planned, "steps": rows, "planned_a_cpu_second": rows / planning, "queued": queued,
            "is_each_once": tuple(once or ()) == (due, due), "queued_a_second": queued / took, "queued_a_cpu_second": queued / cpu,
            "a_cpu_second": 1 / (planning / rows + cpu / queued), "peak": _peak()}


def _peak() -> float:
    """
    Return the most memory that this process ever had, in MB.
    """
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def _fill(tx: Tx, now: datetime, first: int, how_many: int) -> None:
    """
    Add clients who agreed, each with an address, a session in the menu and the facts of a card.
    """
    ids = clients.add(tx, how_many, now)
    told = [(id, name, value) for id in ids for name, value in FACTS.items()]
    tx.run(client_rows.update().where(client_rows.c.id.in_(ids)).values(consent="yes", consented_at=now))
    for place, language in enumerate(LANGUAGES):
        tx.run(client_rows.update().where(client_rows.c.id.in_(ids[place::len(LANGUAGES)])).values(language=language))
    addressed = [tx.ids.next() for _ in ids]
    tx.many(addresses.insert(), [
        {"id": address, "client_id": id, "channel": "whatsapp", "created_at": now, "external_key": f"{first + number}",
         "external_id": tx.keys.seal("addresses.external_id", address, f"whatsapp:+3197{first + number:08}")}
        for number, (id, address) in enumerate(zip(ids, addressed, strict=True))])
    tx.many(sessions.insert(), [
        {"address_id": address, "state": tx.keys.seal("sessions.state", address, json.dumps({"flow": "menu", "node": "main", "language": "nl"})),
         "heard_at": now} for address in addressed])
    facts.learn(tx, told, "client", now)


def lines(result: dict[str, Any]) -> Iterator[str]:
    """
    Yield what was measured.
    """
    yield f"reminders: {result['due']:,} due at ten o'clock, {result['steps']:,} steps planned of {result['planned']:,} clients"
    there = POSTS / result["posts_a_cpu_second"]
    yield f"  planned          {result['planned_a_cpu_second']:,.0f} steps a second of one core"
    yield f"  claimed, queued  {result['queued_a_cpu_second']:,.0f} a second of one core, {result['queued_a_second']:,.0f} by the clock"
    yield f"  all three        {result['a_cpu_second']:,.0f} a second of one core ({LEAST:,} are wanted)"
    yield (f"  aiohttp          {result['posts_a_cpu_second']:,.0f} posts a second of one core here, {POSTS:,} where the targets were set: "
           f"{there:.1f} times as many; all three there: {result['a_cpu_second'] * there:,.0f}")
    yield (f"  memory           {result['peak']:.0f} MB at the peak, {result['peak_of_few']:.0f} for {result['few']:,}; "
           f"each client once: {'yes' if result['is_each_once'] else 'NO'}")
    for kind, found in result["meanwhile"].items():
        yield from meanwhile.lines(kind, found)
    once = "yes" if result["is_once_after_kills"] else "NO"
    yield (f"  killed           at {result['kills']} moments, {result['kills_at_work']} of them while they planned, queued and sent for "
           f"{result['killed_rows']:,} clients: each client once: {once}")


def missed(result: dict[str, Any]) -> list[str]:
    """
    Return the targets that were missed.
    """
    found = []
    if result["a_cpu_second"] < LEAST:
        found.append(f"reminders: {result['a_cpu_second']:,.0f} a second of one core were planned and queued, {LEAST:,} are wanted")
    found += [f"reminders {line}" for kind, beside in result["meanwhile"].items() for line in meanwhile.missed(kind, beside)]
    if not result["is_once_after_kills"]:
        found.append("reminders: after kills not every client has theirs exactly once")
    if result["peak"] - result["peak_of_few"] > MOST_GROWTH:
        found.append(f"reminders: many took {result['peak'] - result['peak_of_few']:.0f} MB more than few, at most {MOST_GROWTH:.0f} are wanted")
    if not result["is_each_once"]:
        found.append("reminders: not every client has theirs exactly once")
    return found
