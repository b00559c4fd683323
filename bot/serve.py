"""
Serve: everything in one process, or the parts of it that `--only` names.
"""

import asyncio
import gc
import logging
import signal
from collections.abc import Coroutine, Sequence
from typing import Any

from bot import converse, deliver, fetch, group, poll, schedule
from bot.app import App
from bot.ponder import Ponder
from bot.web.server import serve_web
from storage import locks, records
from storage.locks import Busy
from storage.wake import Listener

log = logging.getLogger("wegwijs")
PARTS = frozenset({"web", "turns", "delivery", "clock"})
HASTE = 8.5                 # seconds from the signal until what still runs is broken off
LOOK = 0.5                  # seconds between two looks whether our name is still ours
CHANGING = "another command is changing this database: wait until it is done"
PLACES = 30.0               # seconds after which a changed location is known to every process


async def serve(app: App, only: frozenset[str] = PARTS, stopping: asyncio.Event | None = None) -> None:
    """
    Serve until SIGTERM or SIGINT; then finish what is in hand within 10 seconds and lose nothing.

    Raises `Busy` while a restore or a change of keys has the database for itself, and `WrongKey` where the database was made with
    another key: every client would be a stranger.
    """
    if stopping is not None:
        app.stopping = stopping
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, app.stopping.set)
    await app.database.read(records.probe)
    _hold_name(app)
    if app.life is None:
        raise Busy(CHANGING)
    app.stages.open()
    listener = Listener(app.database, lambda stages: app.stages.wake(*stages))
    try:
        await app.database.read(app.learn_places)
        await app.database.read(app.learn_texts)
        for channel in app.channels.on.values():
            await channel.open()
        if "delivery" in only:
            app.spawn(_recover(app))
        await _run(app, only)
    finally:
        for channel in app.channels.on.values():
            await channel.close()
        listener.close()
        if app.life is not None:
            app.life.release()


def _hold_name(app: App) -> None:
    """
    Hold the name of this process, so that others can tell that it lives; raise `Busy` while a command has the database for itself.
    """
    if app.life is None or not app.life.is_ours():
        if app.life is not None:
            app.life.release()
        app.life = locks.take(app.database, f"process:{app.process}")
        if app.life is not None and locks.is_held(app.database, locks.MAINTENANCE):
            app.life.release()
            raise Busy(CHANGING)


async def _keep_name(app: App) -> None:
    """
    Take our name again when the database server let go of it: without it the others think us dead, and send once more what we send.
    """
    while not app.stopping.is_set():
        try:
            await asyncio.to_thread(_hold_name, app)
        except Busy:
            raise
        except Exception as error:
            log.error("name_not_held error=%s", type(error).__name__)
        await app.stages.wait("life", LOOK)


async def _recover(app: App) -> None:
    try:
        await deliver.recover(app)
    except Exception as error:          # the clock tries again
        log.error("not_recovered error=%s", type(error).__name__)


async def _run(app: App, only: frozenset[str]) -> None:
    scheduler = schedule.start_clock(app) if "clock" in only else None
    parts = [_learn_places(app), _keep_name(app)]
    if "turns" in only:
        app.ponder = Ponder(app.tongues.phrases, app.stages.wake)
        parts.append(converse.converse(app))
    if "delivery" in only:
        parts += [deliver.deliver(app), fetch.fetch_media(app), group.group(app)]
    if "web" in only:
        parts += [serve_web(app, app.stopping), poll.poll(app)]
    gc.collect()
    gc.freeze()                         # what start-up made stays: looking through it again and again costs a fifth of every turn
    gc.set_threshold(50_000, 20, 100)
    log.info("serving parts=%s channels=%s", ",".join(sorted(only)), ",".join(app.channels.on) or "none")
    try:
        await _until_stopped(app, parts)
    finally:
        if scheduler is not None:
            scheduler.shutdown(wait=False)
        if app.ponder is not None:
            app.ponder.close()
        if app.clock_lock is not None:
            app.clock_lock.release()


async def _until_stopped(app: App, parts: Sequence[Coroutine[Any, Any, None]]) -> None:
    """
    Run the parts until we are told to stop; if one breaks, all stop and its error is raised: a process that serves half is worse
    than one that is started again.
    """
    tasks = [asyncio.ensure_future(part) for part in parts]
    stopped = asyncio.ensure_future(app.stopping.wait())
    await asyncio.wait([stopped, *tasks], return_when=asyncio.FIRST_COMPLETED)
    app.stopping.set()
    app.stages.wake("turns", "delivery", "media", "places", "life", "group", "desk")
    await stopped
    _, late = await asyncio.wait(tasks, timeout=HASTE)
    for task in late:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    for beside in list(app.tasks):
        beside.cancel()
    for result in results:
        if isinstance(result, Exception):
            raise result


async def _learn_places(app: App) -> None:
    while not app.stopping.is_set():
        await app.stages.wait("places", PLACES)
        try:
            await app.database.read(app.learn_places)
            await app.database.read(app.learn_texts)
        except Exception as error:
            log.error("places_not_read error=%s", type(error).__name__)
