"""
The clock: which verb runs how often. It holds no jobs of its own: each verb's work is rows in the database.
"""

import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import deliver, forget, reconcile
from bot.app import App
from storage import locks

log = logging.getLogger("wegwijs")


def start_clock(app: App) -> AsyncIOScheduler:
    """
    Start what the clock of the whole installation does; only the process that holds the lock "clock" does it.
    """
    scheduler = AsyncIOScheduler(timezone=app.settings.timezone)
    _every(app, scheduler, 300, reconcile.reconcile, is_at_start=True)
    _every(app, scheduler, 300, reconcile.poll_statuses)
    _every(app, scheduler, 2, forget.forget)
    _every(app, scheduler, 5, deliver.recover)
    scheduler.start()
    return scheduler


def _every(app: App, scheduler: AsyncIOScheduler, seconds: int, verb: Callable[[App], Awaitable[object]], is_at_start: bool = False) -> None:
    async def run() -> None:
        try:
            if _has_clock(app):
                await verb(app)
        except Exception as error:
            log.error("clock_failed verb=%s error=%s", verb.__name__, type(error).__name__)

    scheduler.add_job(run, "interval", seconds=seconds, id=verb.__name__, coalesce=True, max_instances=1)
    if is_at_start:
        scheduler.add_job(run, id=f"{verb.__name__} at start")


def _has_clock(app: App) -> bool:
    if app.clock_lock is None or not app.clock_lock.is_ours():
        app.clock_lock = locks.take(app.database, "clock")
    return app.clock_lock is not None
