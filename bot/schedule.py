"""
The clock: which verb runs how often. It holds no jobs of its own: each verb's work is rows in the database.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot import alert, announce, approach, approve, broadcast, deliver, expire, forget, greet, index, plan, reconcile, remind, sum_up
from bot.app import App
from storage import locks

APART = 1.0                 # seconds by which a run comes later at most: in the same second all of them would stand before a client's message

log = logging.getLogger("wegwijs")
logging.getLogger("apscheduler").setLevel(logging.ERROR)    # a run that is skipped, because the last one still goes on, is no trouble


def start_clock(app: App) -> AsyncIOScheduler:
    """
    Start what the clock of the whole installation does; only the process that holds the lock "clock" does it.
    """
    never_missed = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}       # a busy second at start would skip a run
    scheduler = AsyncIOScheduler(timezone=app.settings.timezone, job_defaults=never_missed)
    taking = asyncio.Lock()         # two that take the lock at once would each think that the other has it
    _every(app, scheduler, taking, 300, reconcile.reconcile, is_at_start=True)
    _every(app, scheduler, taking, 300, reconcile.poll_statuses)
    _every(app, scheduler, taking, 2, forget.forget)
    _every(app, scheduler, taking, 10, alert.alert)
    _every(app, scheduler, taking, 60, remind.remind, is_at_start=True)
    _every(app, scheduler, taking, 60, broadcast.broadcast)
    _every(app, scheduler, taking, 86_400, plan.plan_all, is_at_start=True)
    _every(app, scheduler, taking, 20, greet.shut_out)
    _every(app, scheduler, taking, 30, announce.announce)
    _every(app, scheduler, taking, 5, deliver.recover)
    _every(app, scheduler, taking, 60, deliver.resume, is_at_start=True)
    _every(app, scheduler, taking, 60, approach.approach)
    _every(app, scheduler, taking, 3600, approve.look, is_at_start=True)
    _every(app, scheduler, taking, 3600, expire.expire, is_at_start=True)
    _every(app, scheduler, taking, 86_400, index.index, is_at_start=True)
    _every(app, scheduler, taking, 300, sum_up.sum_up, is_at_start=True)
    scheduler.start()
    return scheduler


def _every(
    app: App, scheduler: AsyncIOScheduler, taking: asyncio.Lock, seconds: int, verb: Callable[[App], Awaitable[object]], is_at_start: bool = False,
) -> None:  # fmt: skip
    async def run() -> None:
        try:
            async with taking:
                has_clock = await asyncio.to_thread(_has_clock, app)    # a database that is away answers late, and webhooks must not wait
            if has_clock:
                await verb(app)
        except asyncio.CancelledError:          # we stop: what was left is done by the next who holds the clock
            log.info("clock_stopped verb=%s", verb.__name__)
        except Exception as error:
            log.error("clock_failed verb=%s error=%s", verb.__name__, type(error).__name__)

    scheduler.add_job(run, "interval", seconds=seconds, jitter=min(APART, seconds / 20), id=verb.__name__)
    if is_at_start:
        scheduler.add_job(run, id=f"{verb.__name__} at start")


def _has_clock(app: App) -> bool:
    if app.clock_lock is None or not app.clock_lock.is_ours():
        app.clock_lock = locks.take(app.database, "clock")
    return app.clock_lock is not None
