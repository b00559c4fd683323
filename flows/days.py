"""
Days: counting in months, going back from the day on which something is due, and the days on which we may send.
"""

from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache

from flows.hours import is_holiday

DAY = timedelta(days=1)
SUNDAY = 6


def add_months(day: date, months: int) -> date:
    """
    Return the same day so many months later, or the last of that month where it does not exist: 31 August + 3 is 30 November.
    """
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date:
    """
    Return the same day so many years later; 29 February becomes 28 February where there is none.
    """
    return add_months(day, 12 * years)


def within(day: date, months: int) -> date:
    """
    Return the last day that is "within so many months of" a day which itself is the first: at worst a day early, never late.
    """
    return add_months(day, months) - DAY


@lru_cache(maxsize=8192)
def before(day: date, offset: str) -> date:
    """
    Return the day that lies an offset earlier: `14d` is 14 days, `3m` three calendar months.
    """
    number = int(offset[:-1])
    return add_months(day, -number) if offset.endswith("m") else day - number * DAY


def is_sending_day(day: date) -> bool:
    """
    Say whether we may send unasked on this day: Monday to Saturday, and no public holiday.
    """
    return day.weekday() != SUNDAY and not is_holiday(day)


@lru_cache(maxsize=8192)
def sending_day_until(day: date) -> date:
    """
    Return the last sending day that is not after a day.
    """
    while not is_sending_day(day):
        day -= DAY
    return day


def sending_day_from(day: date) -> date:
    """
    Return the first sending day that is not before a day.
    """
    while not is_sending_day(day):
        day += DAY
    return day
