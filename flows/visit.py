"""
When a client can come to the office: the days and times that are offered, and when they are reminded.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Literal

from flows.days import DAY, sending_day_until
from flows.hour import ANY
from flows.hours import Hours, slots
from flows.node import Choice, Tongue, _
from flows.remind import next_at as next_at_hours

LENGTH = 30                     # minutes of a visit
AHEAD = 15                      # days that are offered
NOTICE = timedelta(hours=2)     # no visit begins sooner than this
HASTE = timedelta(hours=3)      # before a visit the client's own hours count no more
SHOWN = 4                       # days or times that are offered at once
DAY_BEFORE, EARLIEST, LATEST = time(10), time(7), time(20)      # nobody is woken
MORE = _("➡ Later")


def moments(hours: Hours, now: datetime) -> list[datetime]:
    """
    Return when a visit could begin if nobody else came; `now` is in the office's time zone.
    """
    return list(slots(hours, now + NOTICE, AHEAD, LENGTH))


def place(node: str, visit: datetime | None, free: Sequence[datetime], day: str) -> str:
    """
    Return the node that takes the place of one of the conversation, as things stand; `day` is the one that was picked.
    """
    if node in ("mine", "booked", "reminder", "cancelled") and visit is None:
        return "none"
    if node == "time" and free and not any(moment.date().isoformat() == day for moment in free):
        return "closed"
    return "full" if node in ("day", "time") and not free else node


def choices(picks: Literal["", "day", "time"], free: Sequence[datetime], data: Mapping[str, str], tongue: Tongue) -> Iterator[Choice]:
    """
    Yield the days, or the times of the day in `data`, at most four at once from the one that `data` names, and then *later*.
    """
    all_of_them = _days(free, tongue) if picks == "day" else _times(free, data.get("day", ""), tongue)
    first = next((at for at, choice in enumerate(all_of_them) if choice.id >= data.get("from", "")), 0)
    yield from all_of_them[first:first + SHOWN]
    if later := all_of_them[first + SHOWN:first + SHOWN + 1]:
        yield Choice(f"from {later[0].id}", MORE, picks)


def _days(free: Sequence[datetime], tongue: Tongue) -> list[Choice]:
    days = dict.fromkeys(at.date() for at in free)
    return [Choice(day.isoformat(), tongue.short(day), "time", language=tongue.language) for day in days]


def _times(free: Sequence[datetime], day: str, tongue: Tongue) -> list[Choice]:
    return [Choice(f"{at:%Y-%m-%dT%H:%M}", tongue.time(at.time()), "booked", language=tongue.language)
            for at in free if at.date().isoformat() == day]


def at(picked: str, free: Sequence[datetime]) -> datetime | None:
    """
    Return the free moment that a choice names, or None if it is not free any more.
    """
    return next((moment for moment in free if f"{moment:%Y-%m-%dT%H:%M}" == picked), None)


def wished_at(starts_at: datetime, now: datetime, hours: tuple[time, time]) -> datetime | None:
    """
    Return when a reminder of a visit is said that is due now, so that it is at the client's own hours; None for now. What is said on
    the day itself does not wait.
    """
    at = next_at_hours(now, hours=hours) if hours != ANY else now
    return at if now < at < starts_at - HASTE else None


def remind_at(starts_at: datetime, now: datetime, days: Collection[int] = ()) -> datetime | None:
    """
    Return when a client is next reminded of a visit: at ten on the day before (or the last sending day before that, of the weekdays that
    are safe), and two hours before it, but not before seven; None when both are past. `starts_at` is in the office's time zone.
    """
    zone = starts_at.tzinfo
    before = [sending_day_until(starts_at.date() - at * DAY) for at in range(1, AHEAD)]
    day_before = datetime.combine(next((day for day in before if day.weekday() in days), before[0]), DAY_BEFORE, zone)
    first = datetime.combine(starts_at.date(), EARLIEST, zone)
    hours_before = max(starts_at - timedelta(hours=2), first)       # the clocks never change between seven and closing time
    return next((moment for moment in (day_before, hours_before) if now < moment < starts_at), None)


def next_at(at: datetime, days: Collection[int] = ()) -> datetime:
    """
    Return the first time from `at`, in the office's time zone, at which a client may be reminded of a visit; `days` are the weekdays that
    are safe, all of them if empty.
    """
    day = at.date() if at.time() < LATEST else at.date() + DAY
    while days and day.weekday() not in days:
        day += DAY
    return max(at, datetime.combine(day, EARLIEST, at.tzinfo))
