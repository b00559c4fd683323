"""
Report: what the contact moments of a period add up to, as one value from which every form of the report is written.

The rules of counting stand in `Cell.is_contact`, in `bot/compose.py` and here: a moment counts as social or legal by its main topic, and
in the list of topics in every topic it has. A contact that a volunteer answered and nobody gave a topic is neither social nor legal.
"""

import calendar
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flows.contacts import KINDS, group_of
from storage import files, locations, reports, revisions, sums, tallies, totals
from storage.database import Tx
from storage.locations import Location
from storage.reports import GONE, Approach, Cell, Span
from storage.sums import Clock

UNDETERMINED = "und"        # BCP 47: the client wrote nothing from which a language could be told
ZONE = ZoneInfo("Europe/Amsterdam")
DAY = timedelta(days=1)
FIRST, LAST = date(1990, 1, 1), date(2100, 1, 1)        # no moment of ours lies beyond them


class UnknownLocation(Exception):
    """
    No location, or no municipality, has this name: one line that lists those there are.
    """


@dataclass(frozen=True, slots=True)
class Report:
    """
    The figures of a period; `location` is None for all of them together, `before` the same of the period before.
    """

    span: Span
    location: str | None
    cells: Sequence[Cell]               # of contacts, whatever their languages …
    spoken: Sequence[Cell]              # … and by their languages, whatever they were about: together they are far fewer
    contacts: Mapping[str, int]
    topics: Mapping[str, int]
    programmes: Mapping[str, int]
    channels: Mapping[str, int]
    languages: Mapping[str, int]
    clients: int | None                 # None where some are known no more and nobody knows how many
    combined_clients: int | None
    not_reached: int
    answers: Mapping[str, int]
    renewals: Mapping[str, int]
    trajectories: Mapping[str, int]
    files: Mapping[str, tuple[int, int]]
    totals: Mapping[str, int]
    hours: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    before: "Report | None" = None
    withdrawn: int = 0                  # written down by mistake: counted nowhere else

    @property
    def from_on(self) -> date:
        """
        Return the first day.
        """
        return self.span.from_on

    @property
    def to_on(self) -> date:
        """
        Return the last day.
        """
        return self.span.to_on


def report(tx: Tx, from_on: date, to_on: date, location: str = "", municipality: str = "", programme: str = "",
           zone: ZoneInfo = ZONE) -> Report:
    """
    Count the moments that began on these days, first and last included, and those of the period before; raise `UnknownLocation`.
    """
    known = locations.all_of(tx)
    office = location_named(known, location) if location else None
    if municipality:
        municipality = _municipality(known, municipality)
    span = Span(from_on, to_on, office.id if office else None, municipality, programme)
    earlier = Span(*before(from_on, to_on), span.location_id, municipality, programme)
    name = office.name if office else None
    return count(tx, span, name, zone, count(tx, earlier, name, zone))


def count(tx: Tx, span: Span, name: str | None, zone: ZoneInfo, past: Report | None = None) -> Report:
    """
    Count the moments of a period alone.
    """
    counted = sums.counted(tx, span, clock(span.from_on, span.to_on, zone))
    about, spoken = counted.about, counted.spoken
    gone = tallies.of_span(tx, span)
    since, until = _midnight(span.from_on, zone), _midnight(span.to_on, zone) + DAY
    return Report(
        span, name, about, spoken,
        contacts=_contacts(about),
        topics=_tally((topic, cell.moments) for cell in about for topic in dict.fromkeys(cell.topics)),
        programmes=_tally((cell.programme, cell.moments) for cell in about),
        channels=_tally((cell.channel, cell.moments) for cell in about),
        languages=_tally((language, cell.moments) for cell in spoken for language in cell.languages or (UNDETERMINED,)),
        clients=counted.clients + gone[0] if gone else None, combined_clients=counted.combined + gone[1] if gone else None,
        not_reached=sum(number for channel, number in counted.unreached.items() if channel not in KINDS),         # a call is not written
        answers=reports.first_answers(tx, span, since, until),
        renewals=_renewals(reports.approached(tx, span, since, until)),
        trajectories=_trajectories(reports.trajectories(tx, span), span),
        files=files.counted(tx, span), totals=totals.of_period(tx, span), hours=counted.hours, before=past,
        withdrawn=revisions.withdrawn(tx, span, since))


def location_named(known: Sequence[Location], name: str) -> Location:
    """
    Return the location of this name; raise `UnknownLocation`.
    """
    for location in known:
        if location.name.casefold() == name.casefold():
            return location
    raise UnknownLocation(f"there is no location {name!r}; there are: {', '.join(location.name for location in known) or 'none yet'}")


def _municipality(known: Sequence[Location], name: str) -> str:
    there = sorted({location.municipality for location in known})
    for one in there:
        if one.casefold() == name.casefold():
            return one
    raise UnknownLocation(f"there is no municipality {name!r}; there are: {', '.join(there) or 'none yet'}")


def before(from_on: date, to_on: date) -> tuple[date, date]:
    """
    Return the period before: as many months for whole months (so a year for a year), and as many days otherwise.
    """
    if from_on.day == 1 and to_on.day == calendar.monthrange(to_on.year, to_on.month)[1]:
        months = (to_on.year - from_on.year) * 12 + to_on.month - from_on.month + 1
        month = from_on.year * 12 + from_on.month - 1 - months
        if month >= 12:
            return date(month // 12, month % 12 + 1, 1), from_on - DAY
    try:
        return from_on - (to_on - from_on + DAY), from_on - DAY
    except OverflowError:
        return date.min, date.min


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(min(max(day, FIRST), LAST), time(), zone)


def clock(first: date, last: date, zone: ZoneInfo) -> Clock:
    """
    Return the office's clock on these days: how far it is from UTC, each distance with the moment until which it holds.
    """
    at, end = _midnight(first, zone).astimezone(UTC), _midnight(last, zone).astimezone(UTC) + DAY
    shifts = [(end, _distance(at, zone))]
    while at < end:
        step = DAY if _distance(at, zone) == _distance(at + DAY, zone) else timedelta(hours=1)
        if _distance(at + step, zone) != shifts[-1][1]:
            shifts[-1] = (at + step, shifts[-1][1])
            shifts.append((end, _distance(at + step, zone)))
        at += step
    return Clock(zone.key, shifts)


def _distance(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()


def _contacts(cells: Iterable[Cell]) -> dict[str, int]:
    counted = dict.fromkeys(("total", "by_person", "by_bot", "social", "legal", "combined", "without_topic"), 0)
    for cell in cells:
        counted["total"] += cell.moments
        counted["by_person" if cell.is_by_person else "by_bot"] += cell.moments
        counted[group_of(cell.topics) or "without_topic"] += cell.moments
        counted["combined"] += cell.moments if len(cell.topics) > 1 else 0
    return counted


def _tally(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for name, moments in pairs:
        counted[name] += moments
    return dict(sorted(counted.items(), key=lambda pair: (-pair[1], pair[0])))


def _renewals(approaches: Sequence[Approach]) -> dict[str, int]:
    """
    Count whom we approached about a renewal, each person once, by what became of it: the best that is known.
    """
    best: dict[object, int] = {}
    became = ("renewed", "helped", "reached", "not_reached")
    for place, one in enumerate(approaches):
        has_applied = bool(one.applied_on) and one.applied_on >= one.began_on.isoformat()
        rank = 0 if has_applied else 1 if one.is_by_person else 2 if one.is_reached else 3
        who = one.client_id if one.client_id is not None else (place,)      # whoever was forgotten counts on their own
        best[who] = min(best.get(who, 3), rank)
    return {"approached": len(best), **{name: sum(rank == found for found in best.values()) for rank, name in enumerate(became)}}


def _trajectories(known: Sequence[Mapping[str, str]], span: Span) -> dict[str, int]:
    first, last = span.from_on.isoformat(), span.to_on.isoformat()
    days = [(one["guidance_started_on"], one.get("guidance_ended_on", ""), one.get(GONE, "")) for one in known]
    return {
        "started": sum(first <= began <= last for began, *_ in days),
        "running": sum(began <= last and all(not over or over > last for over in (ended, gone)) for began, ended, gone in days),
        "ended": sum(first <= ended <= last for _, ended, _ in days),
    }
