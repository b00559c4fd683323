"""
Sum up: once a month is over, its contact moments are counted, so that reports need not read them again.
"""

import logging
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.app import App
from bot.report import clock
from storage import sums
from storage.database import Tx

MOST = 600                      # months and offices that are summed up in a run

log = logging.getLogger("wegwijs")


async def sum_up(app: App) -> None:
    """
    Sum up every month that is over and has no sum, or none any more: one at a time, so that nobody waits for long. Called by the clock.
    """
    zone = app.settings.timezone
    today = app.now().astimezone(zone).date()
    found = await app.database.read(lambda tx: sums.missing(tx, today.replace(day=1), zone.key, MOST))
    for month, location_id in found:
        if app.stopping.is_set():
            return
        await app.database.write(lambda tx, month=month, place=location_id: keep(tx, month, place, zone), is_bulk=True)       # type: ignore[misc]
    if found:
        log.info("months_summed_up how_many=%s", len(found))


def keep(tx: Tx, month: date, location_id: int, zone: ZoneInfo) -> None:
    """
    Sum up a month of a location.
    """
    sums.keep(tx, month, location_id, clock(month, sums.next_month(month) - timedelta(days=1), zone))
