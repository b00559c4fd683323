"""
Pacing: when something may leave that nobody asked for, and many such things one after the other.
"""

from collections.abc import Iterator
from datetime import datetime, time, timedelta

from flows.days import DAY, is_sending_day, sending_day_from

FIRST, LAST = time(9), time(20)         # on the office's clock


def may_send(at: datetime) -> bool:
    """
    Say whether we may write unasked now, in the office's time: from nine until eight in the evening, not on Sundays and holidays.
    """
    return is_sending_day(at.date()) and FIRST <= at.time() < LAST


def times(start: datetime, every: timedelta) -> Iterator[datetime]:
    """
    Yield times from `start`, in the office's time, at which one thing each may leave, so far apart at least.
    """
    at = start
    while True:
        if not may_send(at):
            day = sending_day_from(at.date() + (DAY if at.time() >= LAST else 0 * DAY))
            at = datetime.combine(day, FIRST, at.tzinfo)
        yield at
        at += every
