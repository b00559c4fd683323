"""
Serve: everything in one process, or the parts of it that `--only` names.
"""

import asyncio
import logging
import signal
from collections.abc import Coroutine, Sequence
from typing import Any

from bot import converse, deliver, fetch, poll, schedule
from bot.app import App
from bot.web.server import serve_web
from storage import locks
from storage.locks import Busy
from storage.wake import Listener

log = logging.getLogger("wegwijs")
PARTS = frozenset({"web", "turns", "delivery", "clock"})
HASTE = 9.5                 # seconds from the signal to the end
PLACES = 30.0               # seconds after which a changed location is known to every process


async def serve(app: App, only: frozenset[str] = PARTS, stopping: asyncio.Event | None = None) -> None:
    """
    Serve until SIGTERM or SIGINT; then finish what is in hand within 10 seconds and lose nothing.

    Raises `Busy` while a restore or a change of keys has the database for itself.
    """
    if stopping is not None:
        app.stopping = stopping
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(sign, app.stopping.set)
    life = _begin_life(app)
    app.stages.open()
    listener = Listener(app.database, lambda stages: app.stages.wake(*stages))
    await app.database.read(app.learn_places)
    for channel in app.channels.on.values():
        await channel.open()
    if "delivery" in only:
        await deliver.recover(app)
    try:
        await _run(app, only)
    finally:
        for channel in app.channels.on.values():
            await channel.close()
        listener.close()
        life.release()


def _begin_life(app: App) -> locks.Lock:
    life = locks.take(app.database, f"process:{app.process}")
    if life is not None and locks.is_held(app.database, locks.MAINTENANCE):
        life.release()
        life = None
    if life is None:
        raise Busy("another command is changing this database: wait until it is done")
    return life


async def _run(app: App, only: frozenset[str]) -> None:
    scheduler = schedule.start_clock(app) if "clock" in only else None
    parts = [_learn_places(app)]
    if "turns" in only:
        parts.append(converse.converse(app))
    if "delivery" in only:
        parts += [deliver.deliver(app), fetch.fetch_media(app)]
    if "web" in only:
        parts += [serve_web(app, app.stopping), poll.poll(app)]
    log.info("serving parts=%s channels=%s", ",".join(sorted(only)), ",".join(app.channels.on) or "none")
    try:
        await _until_stopped(app, parts)
    finally:
        if scheduler is not None:
            scheduler.shutdown(wait=False)
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
    app.stages.wake("turns", "delivery", "media", "places")
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
        except Exception as error:
            log.error("places_not_read error=%s", type(error).__name__)
