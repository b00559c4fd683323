"""
Expire: what is kept no longer than `storage/terms.py` says goes, by itself, some at a time.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.app import App
from storage import erasures, retention, sweeps
from storage.database import Tx
from storage.terms import FIXED, TERMS, lengths

log = logging.getLogger("wegwijs")
TOPICS_KEPT = FIXED["topics"]       # topics of the volunteers' group, after the question was closed
AT_ONCE = 500                       # rows of a commit, which no message shares, so that nobody waits for it
MOST_PICTURES = 2000                # in an hour


async def expire(app: App) -> None:
    """
    Delete what is older than its term: texts, pictures whose question was closed, and the rows of every other table; untie from their
    client the moments, questions and files of who had no contact for so long, and erase who had none for much longer.

    Each commit is whole: stopped or killed, the next hour goes on. What went is logged as counts.
    """
    now, kept = app.now(), lengths(app.settings.kept)
    gone = {"messages": await _swept(app, lambda tx: retention.expire(tx, now - kept["texts"], AT_ONCE, now)),
            "media": await _pictures(app, now - kept["pictures"])}
    gone |= await _tables(app, {table: now - kept[TERMS[table].kept] for table in sweeps.SWEEPS})
    gone["untied"], gone["clients"] = await _let_go(app, _untied(now, kept["ties"], app.settings.timezone), now - kept["clients"])
    for what, how_many in gone.items():
        if how_many:
            log.info("expired what=%s how_many=%s", what, how_many)


def _untied(now: datetime, kept: timedelta, zone: ZoneInfo) -> datetime:
    """
    Return since when a contact keeps a client's ties: never is one of this year untied, who then comes again would be counted twice in it.
    """
    return min(now - kept, datetime(now.astimezone(zone).year, 1, 1, tzinfo=zone))


async def _swept(app: App, sweep: Callable[[Tx], int]) -> int:
    total, deleted = 0, AT_ONCE
    while deleted >= AT_ONCE and not app.stopping.is_set():
        deleted = await app.database.write(sweep, is_bulk=True)
        total += deleted
    return total


async def _tables(app: App, before: Mapping[str, datetime]) -> dict[str, int]:
    """
    Sweep these tables in turn, as many in a commit as have few rows that are over: an hour in which nothing is costs one. Where a commit
    fails, each has its own, so that one table that cannot be swept keeps none of those before it.
    """
    gone, left, together = dict.fromkeys(before, 0), list(before), len(before)
    while left and not app.stopping.is_set():
        some = [(table, before[table]) for table in left[:together]]
        try:
            deleted = await app.database.write(lambda tx, some=some: _swept_of(app, tx, some), is_bulk=True)     # type: ignore[misc]
        except Exception:
            if together == 1:
                raise
            together = 1
            continue
        for table, how_many in deleted.items():
            gone[table] += how_many
        left = [table for table in left if deleted.get(table, AT_ONCE) >= AT_ONCE]
    return gone


def _swept_of(app: App, tx: Tx, some: Sequence[tuple[str, datetime]]) -> dict[str, int]:
    """
    Sweep tables until somebody waits for the writer, or enough is deleted for one commit; return how many rows of each that was come to.
    """
    deleted: dict[str, int] = {}
    for table, before in some:
        deleted[table] = sweeps.SWEEPS[table](tx, before, AT_ONCE)
        if app.database.is_awaited or sum(deleted.values()) >= AT_ONCE:
            break
    return deleted


async def _pictures(app: App, before: datetime) -> int:
    pictures = await app.database.read(lambda tx: retention.old_pictures(tx, before, MOST_PICTURES))
    if pictures:
        await app.database.write(lambda tx: retention.delete_pictures(tx, pictures), is_bulk=True)
    return len(pictures)


async def _let_go(app: App, contact: datetime, known: datetime) -> tuple[int, int]:
    """
    Look at every client, a few at a time; whoever can go is erased by the same door as who asks for it.
    """
    untied = erased = last = 0
    while (some := await app.database.read(lambda tx, last=last: sweeps.some_clients(tx, last, AT_ONCE))) and not app.stopping.is_set():  # type: ignore[misc]
        last = some[-1]
        strange = await app.database.read(lambda tx, some=some: sweeps.strangers(tx, some, contact))     # type: ignore[misc]
        untied += await app.database.write(lambda tx, ids=strange: sweeps.untie(tx, ids, contact), is_bulk=True) if strange else 0     # type: ignore[misc]
        gone = await app.database.read(lambda tx, some=some: sweeps.bygone(tx, some, known))             # type: ignore[misc]
        erased += await app.database.write(lambda tx, ids=gone: _erased(tx, ids, known, app.now()), is_bulk=True) if gone else 0       # type: ignore[misc]
    return untied, erased


def _erased(tx: Tx, among: list[int], before: datetime, now: datetime) -> int:
    gone = sweeps.bygone(tx, among, before)
    for client_id in gone:
        erasures.ask(tx, client_id, now)
    return len(gone)
