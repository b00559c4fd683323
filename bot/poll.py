"""
Poll: tell Telegram where its updates go, and fetch them ourselves where no public address is known.
"""

import asyncio
import logging
import time
from typing import TYPE_CHECKING

from bot.app import App
from bot.receive import receive
from storage.locks import Lock, take

if TYPE_CHECKING:                                           # the library is imported only where the channel is on
    from bot.channels.telegram import Telegram

log = logging.getLogger("wegwijs")

LOCK = "polling:telegram"
PATIENCE = 25               # seconds that Telegram may keep a call open
SECOND_LOOK = 2.0           # seconds until we ask again whether the lock is free, or another poller gone
LONGEST_PAUSE = 30.0
SILENCE = 60.0              # seconds for which another poller is a passing thing


async def poll(app: App) -> None:
    """
    Bring in what clients write on Telegram until the app stops.

    An update is confirmed by the call after the one that brought it, so only once it is committed; a crash in between brings it
    again, which changes nothing. One process polls at a time.
    """
    work = asyncio.ensure_future(_follow(app))
    stopped = asyncio.ensure_future(app.stopping.wait())
    try:
        await asyncio.wait([work, stopped], return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
            await stopped
    finally:
        work.cancel()
        stopped.cancel()
        await asyncio.gather(work, stopped, return_exceptions=True)


async def _follow(app: App) -> None:
    channel = app.channels.on.get("telegram")
    if channel is None:
        return
    from bot.channels.telegram import Telegram

    if not isinstance(channel, Telegram):                   # a test's channel under this name
        return
    if not channel.is_polled:
        await channel.announce()
        return
    while True:
        lock = await _lock(app)
        try:
            await channel.announce()
            await _poll(app, channel, lock)
        finally:
            lock.release()


async def _lock(app: App) -> Lock:
    while True:
        try:
            lock = await asyncio.to_thread(take, app.database, LOCK)
        except Exception as error:                          # the database is away
            log.warning("polling_lock_not_taken error=%s", type(error).__name__)
            lock = None
        if lock is not None:
            return lock
        await asyncio.sleep(SECOND_LOOK)


async def _poll(app: App, channel: "Telegram", lock: Lock) -> None:
    """
    Fetch updates until the lock is no longer ours.
    """
    from bot.channels.telegram_http import Busy, pause

    offset, failures, last_well = 0, 0, time.monotonic()
    while await asyncio.to_thread(lock.is_ours):
        try:
            offset = await _fetch(app, channel, offset)
            failures, last_well = 0, time.monotonic()
        except Busy:
            if time.monotonic() - last_well > SILENCE:
                log.warning("telegram_polled_elsewhere what=%s", "another program polls this bot, or a webhook is set")
                last_well = time.monotonic()
            await asyncio.sleep(SECOND_LOOK)
        except Exception as error:                          # Telegram or the database is away: nothing was confirmed
            failures += 1
            log.warning("polling_failed failures=%d error=%s", failures, type(error).__name__)
            await asyncio.sleep(pause(failures - 1, LONGEST_PAUSE))


async def _fetch(app: App, channel: "Telegram", offset: int) -> int:
    """
    Fetch one batch, commit it and return the offset that will confirm it; raise the first error of a commit after confirming nothing.
    """
    began = time.monotonic()
    batch = await channel.updates(offset, PATIENCE)
    results = await asyncio.gather(*(receive(app, reading.items) for _, reading in batch), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            raise result
    for _, reading in batch:
        if reading.answer:
            app.spawn(channel.acknowledge(reading))
    if not batch and time.monotonic() - began < 0.5:        # a server that does not wait: do not spin
        await asyncio.sleep(0.2)
    return max([offset, *(number + 1 for number, _ in batch)])
