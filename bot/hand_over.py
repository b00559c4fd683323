"""
Hand over: a report leaves the house once, and stays what it was. What must not be told of it hangs on the year and the quarters around it,
and on the other offices.
"""

import calendar
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from bot.compose import Line, Section, Words, compose, values
from bot.hide import HIDDEN, SMALL, Key, covered, trimmed
from bot.name import names
from bot.publish import LANGUAGES, Paper, may_leave, publish, sentences
from bot.report import Report, count
from bot.web.desk.figures import ABOUT, EMPTY, EVERYWHERE, HANDED, NOTES, OUTGOING, SECTIONS, TITLE
from bot.web.desk.words import sentence
from bot.withhold import Name, Told, Wholes, withhold
from flows.node import Tongue, Tongues
from storage import frozen, locations
from storage.database import Tx
from storage.frozen import Frozen
from storage.reports import Span

YEAR, QUARTERS = "year", ("first", "second", "third", "fourth")


def _as_is(text: str, /, **slots: object) -> str:
    return text


PLAIN = Words(_as_is, cast(Tongue, _as_is), {})


class NotHandedOver(Exception):
    """
    The report may not leave; the word says why.
    """


@dataclass(frozen=True, slots=True)
class Change:
    """
    A figure that would be another now: its line, whose values are the one then and the one now, and which column it stands in.
    """

    line: Line
    column: str


@dataclass(frozen=True, slots=True)
class Around:
    """
    What can be told of a year: of it and its quarters, at every office, in every municipality and everywhere, as it was handed over or as it
    is counted now; which places others consist of, the small ones first; and how many reports of that year were handed over.
    """

    told: Mapping[Name, Told]
    wholes: Wholes
    handed: int


def around(tx: Tx, span: Span, zone: ZoneInfo) -> Around:
    """
    Return what can be told of the year of a report.
    """
    handed = frozen.of_year(tx, span.from_on.year)      # first: one that is handed over meanwhile is then not taken for known
    known = locations.all_of(tx)
    towns: dict[str, list[str]] = {}
    for one in known:
        towns.setdefault(one.municipality, []).append(_place(replace(span, location_id=one.id, municipality="")))
    places = [replace(span, location_id=None, municipality=""), *(replace(span, location_id=None, municipality=town) for town in towns),
              *(replace(span, location_id=one.id, municipality="") for one in known)]
    whole, *parts = map(_place, places)
    wholes = [(_place(replace(span, location_id=None, municipality=town)), offices) for town, offices in towns.items()]
    told = {(_place(one), period): _told(tx, days, zone) for one in places for period, days in _spans(one).items()}
    return Around(told, [*wholes, (whole, parts[:len(towns)]), (whole, parts[len(towns):])], handed)


def _place(span: Span) -> str:
    return f"office {span.location_id}" if span.location_id else f"town {span.municipality}" if span.municipality else ""


def _spans(span: Span) -> dict[str, Span]:
    year = span.from_on.year
    spans = {YEAR: replace(span, from_on=date(year, 1, 1), to_on=date(year, 12, 31))}
    for place, name in enumerate(QUARTERS):
        last = 3 * place + 3
        spans[name] = replace(span, from_on=date(year, last - 2, 1), to_on=date(year, last, calendar.monthrange(year, last)[1]))
    return spans


def _told(tx: Tx, span: Span, zone: ZoneInfo) -> Told:
    before = frozen.of_span(tx, span)
    if before:
        return Told(_sections(before, PLAIN), {(line, column) for line, column in before.figures["hidden"]})
    return Told(compose(count(tx, span, None, zone), PLAIN))


def hidden_in(near: Around, span: Span) -> set[Key]:
    """
    Return what must not be told in the report of a period and place, one of those `around` it.
    """
    return withhold(near.told, YEAR, QUARTERS, near.wholes)[_name(span)]


def _name(span: Span) -> Name:
    return _place(span), next(name for name, one in _spans(span).items() if one == span)


def leaving(tx: Tx, report: Report, tongues: Tongues, language: str, zone: ZoneInfo) -> Paper:
    """
    Return a report as it may leave: as it was handed over, or else as it could be now.
    """
    before = frozen.of_span(tx, report.span)
    if before:
        return thaw(before, tongues, language, zone)
    return publish(report, tongues, language, True, hidden_in(around(tx, report.span, zone), report.span))


def refuse(span: Span, today: date) -> None:
    """
    Raise `NotHandedOver` for days that are not over, or no whole quarter or year.
    """
    if not may_leave(span.from_on, span.to_on, span.programme, span.location_id, span.municipality):
        raise NotHandedOver("outgoing")
    if span.to_on >= today:
        raise NotHandedOver("early")


def hand_over(tx: Tx, report: Report, near: Around, hidden: Collection[Key], who: int, today: date, now: datetime) -> bool:
    """
    Keep a report as it leaves: its figures as they are in `near`, and what of them is `hidden_in` it. What was handed over before stays as
    it was. Tell whether it is kept: if not, another of the same year was handed over meanwhile, and one must look `around` again.

    Raise `NotHandedOver` as `refuse` does.
    """
    span = report.span
    refuse(span, today)
    frozen.one_by_one(tx)
    if frozen.of_span(tx, span):
        return True
    if frozen.of_year(tx, span.from_on.year) != near.handed:
        return False
    sections = trimmed(near.told[_name(span)].sections)     # what the hiding saw, not what was counted before or after it
    frozen.keep(tx, span, who, {
        "location": report.location, "hidden": sorted(hidden),
        "sections": [{"id": one.id, "columns": one.columns, "lines": [
            {"id": line.id, "values": line.values, "is_sub": line.is_sub, "unit": line.unit} for line in one.lines]} for one in sections]}, now)
    return True


def _sections(one: Frozen, words: Words) -> list[Section]:
    return [Section(
        section["id"], words.say(SECTIONS.get(section["id"], section["id"])), tuple(section["columns"]),
        tuple(Line(line["id"], words.line(line["id"]), tuple(line["values"]), line["is_sub"], line["unit"]) for line in section["lines"]),
        words.say(NOTES[section["id"]]) if section["id"] in NOTES and section["lines"] else "" if section["lines"] else words.say(EMPTY),
    ) for section in one.figures["sections"]]


def _hidden(one: Frozen) -> set[Key]:
    return {(line, column) for line, column in one.figures["hidden"]}


def thaw(one: Frozen, tongues: Tongues, language: str, zone: ZoneInfo) -> Paper:
    """
    Return a report as it was handed over, in Dutch or English.
    """
    language = language if language in LANGUAGES else LANGUAGES[0]

    def say(text: str, /, **slots: object) -> str:
        return sentence(language, text, **slots)

    span, handed_on = one.span, one.at.astimezone(zone).date()
    sections = covered(_sections(one, Words(say, tongues(language), names(language))), _hidden(one))
    place = one.figures["location"] or span.municipality or say(EVERYWHERE)
    remarks = [say(ABOUT), f"{say(OUTGOING)} {say(HANDED, day=f'{handed_on:%d-%m-%Y}')}"]
    title = say(TITLE, first=f"{span.from_on:%d-%m-%Y}", last=f"{span.to_on:%d-%m-%Y}")
    return Paper(_report(one, sections), language, title, place, sentences(sections, say, language), sections, remarks, True, say, handed_on)


def _report(one: Frozen, sections: Sequence[Section]) -> Report:
    def known(head: str) -> dict[str, int]:
        return {line.id.partition(".")[2]: 0 for section in sections for line in section.lines if line.id.partition(".")[0] == head}

    nothing: dict[str, Any] = {name: {} for name in ("contacts", "answers", "renewals", "trajectories", "files", "totals")}
    return Report(one.span, one.figures["location"], (), (), topics=known("topics"), programmes=known("programmes"), channels=known("channels"),
                  languages=known("languages"), clients=0, combined_clients=0, not_reached=0, **nothing)


def changes(one: Frozen, report: Report, tongues: Tongues, language: str) -> list[Change]:
    """
    Return the figures that would be others now, beside what was handed over. What was hidden then stays hidden.
    """
    def say(text: str, /, **slots: object) -> str:
        return sentence(language, text, **slots)

    words, hidden = Words(say, tongues(language), names(language)), _hidden(one)
    kept, counted = covered(_sections(one, PLAIN), hidden), trimmed(compose(report, PLAIN))
    then, now, units = values(kept), values(counted), {line.id: line.unit for section in (*kept, *counted) for line in section.lines}
    found = []
    for id in dict.fromkeys([*then, *now]):
        for column in dict.fromkeys([*then.get(id, {}), *now.get(id, {})]):
            before, after = then.get(id, {}).get(column, 0), now.get(id, {}).get(column, 0)
            after = HIDDEN if before == HIDDEN or after in SMALL else after
            if before != after:
                found.append(Change(Line(id, words.line(id), (before, after), unit=units[id]), column))
    return found
