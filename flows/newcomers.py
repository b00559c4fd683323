"""
The invented people of a played year: who is on the office's lists, who is in guidance, whose card ends, who only writes with a question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Literal

from flows.days import DAY, add_years
from flows.first_names import NAMES, SPOKEN
from flows.hours import is_holiday
from flows.year import Figures

Group = Literal["guidance", "family", "renewal", "asker"]
FIRST_NUMBER = 2001
KNOWN = 5                       # working days after which the lists say when cards end
COMES_LATE = 20                 # working days before the end of the year after which nobody new comes
SOONEST, LATEST = 45, 18        # days from when we know of it, and to the end of the year, between which a card ends


@dataclass(slots=True)
class Newcomer:
    """
    One invented person. `number` is the client number of who is on a list, 0 for somebody who just writes; `channel` is "" for who has no
    phone that we know of. `way` says what becomes of their renewal.
    """

    group: Group
    number: int
    name: str
    language: str
    channel: str = ""
    sender: str = ""
    came_on: date | None = None
    left_on: date | None = None
    expires_on: date | None = None
    way: str = ""


def working_days(first: date, last: date) -> list[date]:
    """
    Return the days from first to last on which the office is open.
    """
    days = (first + number * DAY for number in range((last - first).days + 1))
    return [day for day in days if day.weekday() < 5 and not is_holiday(day)]


def newcomers(figures: Figures, days: Sequence[date], chance: Random) -> list[Newcomer]:
    """
    Return everybody, the same for the same chance; `days` are the working days of the year.
    """
    numbers = iter(range(FIRST_NUMBER, FIRST_NUMBER + 100_000))
    people = [*_guided(figures, days, chance, numbers), *_with_files(figures, chance, numbers), *_renewing(figures, days, chance, numbers)]
    return people + [_phone(_person("asker", 0, chance), place, chance) for place in range(figures.askers)]


def _guided(figures: Figures, days: Sequence[date], chance: Random, numbers: Iterator[int]) -> Iterator[Newcomer]:
    for _ in range(figures.started):
        one = _person("guidance", next(numbers), chance)
        one.came_on = chance.choice(days[:-COMES_LATE])
        yield one
    for place in range(figures.ended):
        one = _phone(_person("guidance", next(numbers), chance), 1000 + place, chance)
        one.left_on = chance.choice(days[COMES_LATE:])
        one.came_on = add_years(one.left_on, -1) - timedelta(days=chance.randrange(14))
        yield one


def _with_files(figures: Figures, chance: Random, numbers: Iterator[int]) -> Iterator[Newcomer]:
    for _ in range(figures.stay_persons + figures.opened_persons + figures.closed_persons):
        yield _person("family", next(numbers), chance)


def _renewing(figures: Figures, days: Sequence[date], chance: Random, numbers: Iterator[int]) -> Iterator[Newcomer]:
    first, last = days[KNOWN] + timedelta(days=SOONEST), days[-1] - timedelta(days=LATEST)
    ways = [way for way, how_many in figures.renewals.items() for _ in range(how_many)]
    for place, way in enumerate(ways, 2000):
        one = _person("renewal", next(numbers), chance)
        one.way, one.expires_on = way, first + timedelta(days=chance.randrange((last - first).days))
        yield one if way == "unlinked" else _phone(one, place, chance)


def _person(group: Group, number: int, chance: Random) -> Newcomer:
    language = chance.choices(tuple(SPOKEN), tuple(SPOKEN.values()))[0]
    return Newcomer(group, number, chance.choice(NAMES[language]), language)


def _phone(one: Newcomer, place: int, chance: Random) -> Newcomer:
    one.channel = "whatsapp" if chance.random() < 0.6 else "telegram"
    one.sender = f"whatsapp:+316000{place:05}" if one.channel == "whatsapp" else f"9{place:06}"
    return one
