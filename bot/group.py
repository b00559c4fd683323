"""
Group: the volunteers' Telegram group shows every open ticket as a topic, never at more than 20 messages a minute in all.

Nothing is queued of what a ticket becomes: the topic is compared with the ticket and the most important difference is mended, so many
changes are one edit. Clients' messages do not wait for it: it has a rate, a pause and connections of its own.

One window no code can close: Telegram made a topic, and we died before we could note it. A second one is made; what is left behind has
a number for its name, and nothing in it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.app import App
from bot.channels.telegram_group import Group, NotDone, Slow
from bot.channels.telegram_http import pause
from bot.group_calls import Note, Work, gone, next_call
from bot.heed import heed
from storage import channels, postings, rates, threads
from storage.locks import Lock, take

log = logging.getLogger("wegwijs")
NAME = "telegram_group"         # of its rate, its pause and its lock
BURST, PERIOD = 5, timedelta(seconds=4)     # 5 at once and one every 4 seconds: in no minute more than 20
LOOK = 1.0                      # seconds between two looks where nobody woke us
TRIES = 5                       # of something to be said that Telegram refuses

async def group(app: App) -> None:
    """
    Keep the group like the tickets, and do what volunteers write there, until the app stops; one process at a time does it.
    """
    if not app.settings.telegram_token:
        await app.stopping.wait()
        return
    async with Group(app.settings) as line:
        while not app.stopping.is_set():
            lock = await _lock(app)
            if lock is not None:
                try:
                    await asyncio.gather(_follow(app, lock, lambda: heed(app)), _follow(app, lock, lambda: look(app, line)))
                finally:
                    lock.release()
            await app.stages.wait("group", LOOK)


async def _follow(app: App, lock: Lock, step: Callable[[], Awaitable[bool]]) -> None:
    """
    Take steps for as long as the lock is ours. What volunteers write is done beside the calls: it does not wait for Telegram.
    """
    while not app.stopping.is_set():
        try:
            if not await asyncio.to_thread(lock.is_ours):
                return
            goes_on = await step()
        except Exception as error:
            log.error("group_failed error=%s", type(error).__name__)
            goes_on = False
        if not goes_on:
            await app.stages.wait("desk", LOOK)


async def _lock(app: App) -> Lock | None:
    try:
        return await asyncio.to_thread(take, app.database, NAME)
    except Exception as error:                          # the database is away
        log.warning("group_lock_not_taken error=%s", type(error).__name__)
        return None


async def look(app: App, line: Group) -> bool:
    """
    Answer in private, and make at most one call to the group; tell whether there was one.
    """
    await _whisper(app, line)
    if not line.is_on:
        return False
    if wanted := await app.database.read(threads.missing):
        await app.database.write(lambda tx: threads.want(tx, wanted, app.now()))
    now = app.now()
    work = await app.database.read(lambda tx: next_call(app, tx, now))
    if work is None or not await app.database.write(lambda tx: rates.pace(tx, NAME, BURST, PERIOD, now)):
        return False
    await _do(app, line, work)
    return True


async def _whisper(app: App, line: Group) -> None:
    for one in await app.database.read(lambda tx: postings.next_ones(tx, "private", app.now())):
        note: Note = lambda tx, id=one.id: postings.done(tx, [id])      # type: ignore[misc]  # noqa: E731
        try:
            if one.body.get("is_linked") and line.is_on:
                await _let_in(line, int(one.body["chat"]))
            await line.whisper(int(one.body["chat"]), one.body["text"])     # last: what is done again is never said again
        except NotDone as refused:
            log.warning("whisper_refused reason=%s", refused.reason)
        except (Slow, OSError) as error:
            if one.attempts < TRIES:
                note = lambda tx, id=one.id, tried=one.attempts: postings.put_off(tx, [id], _later(app, tried))     # type: ignore[misc]  # noqa: E731
            log.warning("whisper_failed error=%s", type(error).__name__)
        await app.database.write(note)


async def _let_in(line: Group, person: int) -> None:
    """
    Let somebody be added who was removed once; who is let in already stays so.
    """
    try:
        await line.unban(person)
    except NotDone as refused:
        log.warning("unban_refused reason=%s", refused.reason)


async def _do(app: App, line: Group, work: Work) -> None:
    try:
        note = await work.run(line)
    except Slow as slow:
        until = app.now() + timedelta(seconds=slow.seconds)
        log.warning("group_paused seconds=%s", slow.seconds)
        await app.database.write(lambda tx: channels.pause(tx, NAME, until))
        return
    except NotDone as refused:
        log.warning("group_refused ticket=%s reason=%s", work.ticket_id, refused.reason)
        note = gone(work) if refused.is_gone else _put_off(app, work, is_refused=True)
    except OSError as error:
        log.warning("group_away ticket=%s error=%s", work.ticket_id, error)
        note = _put_off(app, work)
    await app.database.write(note)


def _put_off(app: App, work: Work, is_refused: bool = False) -> Note:
    until = _later(app, work.attempts)
    if not work.posting_ids:
        return lambda tx: threads.put_off(tx, work.ticket_id, until)
    if is_refused and work.attempts + 1 >= TRIES:
        return lambda tx: postings.done(tx, list(work.posting_ids))
    return lambda tx: postings.put_off(tx, list(work.posting_ids), until)


def _later(app: App, attempts: int) -> datetime:
    return app.now() + timedelta(seconds=pause(attempts + 2, 600.0))
