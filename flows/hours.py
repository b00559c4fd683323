"""
Office hours: when an office is open, and by when a client may expect an answer.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
DUTCH = ("ma", "di", "wo", "do", "vr", "za", "zo")
WORKING_DAYS = {"now": 0, "today": 0, "week": 2, "normal": 3}    # how many working days after this one an answer may take
EXAMPLE = "mo-fr 09:00-17:00; sa 10:00-12:00,13:00-15:00"


class WrongHours(ValueError):
    """
    Opening hours that cannot be read: what was found, and an example.
    """


@dataclass(frozen=True, slots=True)
class Hours:
    """
    Opening hours per weekday (0 = Monday), each a list of (opens, closes) in wall-clock time of the office.
    """

    days: Mapping[int, tuple[tuple[time, time], ...]]


def parse(text: str) -> Hours:
    """
    Read opening hours as they are written in a location: `mo-fr 09:00-17:00; we 09:00-12:00,13:00-17:00`.

    Days may be Dutch too. A later part replaces an earlier one for its days. Raise `WrongHours` for anything else.
    """
    days: dict[int, tuple[tuple[time, time], ...]] = {}
    for part in filter(None, (part.strip().lower() for part in text.split(";"))):
        names, _, spans = part.partition(" ")
        try:
            opened = tuple(_span(span) for span in spans.split(","))
            days.update(dict.fromkeys(_days(names), opened))
        except ValueError:
            raise WrongHours(f'"{part}" are no opening hours; write them as "{EXAMPLE}"') from None
    return Hours(dict(sorted(days.items())))


def _days(names: str) -> range:
    first, _, last = names.partition("-")
    days = range(_day(first), _day(last or first) + 1)
    if not days:
        raise ValueError(names)
    return days


def _day(name: str) -> int:
    return DUTCH.index(name) if name in DUTCH else WEEKDAYS.index(name)


def _span(span: str) -> tuple[time, time]:
    opens, _, closes = span.strip().partition("-")
    pair = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    if any(at.second or at.microsecond or at.tzinfo for at in pair) or pair[0] >= pair[1]:       # `write` writes hours and minutes
        raise ValueError(span)
    return pair


def write(hours: Hours, names: Sequence[str] = WEEKDAYS) -> str:
    """
    Write opening hours so that `parse` reads the same again, with these names of days; days in a row with the same hours share a part.
    """
    parts = []
    for first, last, spans in runs(hours):
        days = names[first] if first == last else f"{names[first]}-{names[last]}"
        parts.append(f"{days} " + ",".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in spans))
    return "; ".join(parts)


def runs(hours: Hours) -> Iterator[tuple[int, int, tuple[tuple[time, time], ...]]]:
    """
    Yield (first weekday, last weekday, spans) of days in a row that have the same hours.
    """
    day = 0
    while day < 7:
        last, spans = day, hours.days.get(day, ())
        while last < 6 and hours.days.get(last + 1, ()) == spans:
            last += 1
        if spans:
            yield day, last, spans
        day = last + 1


def slots(hours: Hours, since: datetime, days: int, minutes: int) -> Iterator[datetime]:
    """
    Yield when a visit of so many minutes can begin, from `since` on, in the next so many days: every so many minutes from the opening,
    as long as it ends before the office closes. `since` is in the office's time zone.
    """
    hours, length = _or_usual(hours), timedelta(minutes=minutes)
    for ahead in range(days):
        day = since.date() + timedelta(days=ahead)
        for opens, closes in hours.days[day.weekday()] if _is_working(hours, day) else ():
            start = datetime.combine(day, opens, since.tzinfo)
            while start + length <= datetime.combine(day, closes, since.tzinfo):
                if start >= since:
                    yield start
                start += length


def answer_by(hours: Hours, at: datetime, urgency: str) -> datetime:
    """
    Return by when a client who asks now may expect an answer: always a moment at which the office closes.

    `now` and `today`: the end of this working day, or of the next one if the office has closed. `week`: two working days
    later, `normal`: three. An office without hours is taken as open on weekdays until five.
    """
    hours = _or_usual(hours)
    day = at.date()
    if not _is_working(hours, day) or at.time() >= _closes(hours, day):
        day = _next(hours, day)
    for _ in range(WORKING_DAYS[urgency]):
        day = _next(hours, day)
    return datetime.combine(day, _closes(hours, day), at.tzinfo)


def next_day_by(hours: Hours, at: datetime) -> datetime:
    """
    Return when the office closes on its next working day after this one.
    """
    hours = _or_usual(hours)
    day = _next(hours, at.date())
    return datetime.combine(day, _closes(hours, day), at.tzinfo)


def opens_at(hours: Hours, at: datetime) -> datetime | None:
    """
    Return when the office opens next, or None while it is open.
    """
    hours, day = _or_usual(hours), at.date()
    spans = hours.days[day.weekday()] if _is_working(hours, day) else ()
    if any(opens <= at.time() < closes for opens, closes in spans):
        return None
    if later := [opens for opens, _closes in spans if opens > at.time()]:
        return datetime.combine(day, later[0], at.tzinfo)
    day = _next(hours, day)
    return datetime.combine(day, hours.days[day.weekday()][0][0], at.tzinfo)


def working_day_after(hours: Hours, at: datetime) -> datetime:
    """
    Return the same time of the next working day.
    """
    return datetime.combine(_next(_or_usual(hours), at.date()), at.time(), at.tzinfo)


def _or_usual(hours: Hours) -> Hours:
    return hours if hours.days else parse("mo-fr 09:00-17:00")


def _closes(hours: Hours, day: date) -> time:
    return hours.days[day.weekday()][-1][1]


def _next(hours: Hours, day: date) -> date:
    day += timedelta(days=1)
    while not _is_working(hours, day):
        day += timedelta(days=1)
    return day


def _is_working(hours: Hours, day: date) -> bool:
    return day.weekday() in hours.days and not is_holiday(day)


def is_holiday(day: date) -> bool:
    """
    Say whether this is a public holiday in the Netherlands.
    """
    return day in _holidays(day.year)


@cache
def _holidays(year: int) -> frozenset[date]:
    _open_side_doors()
    import holidays  # loaded at the first question about a day: it takes longer than a turn, and `serve` starts without it

    return frozenset(holidays.country_holidays("NL", years=year))


def _open_side_doors() -> None:
    """
    Let the library of holidays load what the Netherlands need: by its own doors come the days of 250 countries and the moon of twelve
    calendars, 13 MB and a quarter of a second.
    """
    home = find_spec("holidays")
    for folder in ("countries", "calendars", "groups"):
        door = ModuleType(f"holidays.{folder}")
        door.__path__ = [str(Path(str(home and home.origin)).parent / folder)]
        sys.modules.setdefault(door.__name__, door)
    groups = sys.modules["holidays.groups"]
    for name in ("christian", "international"):
        named = f"{name.capitalize()}Holidays"
        setattr(groups, named, getattr(import_module(f"holidays.groups.{name}"), named))
