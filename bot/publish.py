"""
Publish: the report as Markdown, JSON, a page or a spreadsheet, in Dutch or English; all of them from the same tables.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot import tabulate
from bot.chart import bars
from bot.compose import CHARTS, Line, Section, Words, compose, counts, values
from bot.hide import HIDDEN, SMALL, Key, covered, hide, trimmed, whole_numbers
from bot.name import names
from bot.report import Report
from bot.web.desk.figures import ABOUT, COLUMNS, EVERYWHERE, GUIDED, INFO, INTERNAL, NOT_ENTERED, OUTGOING, SEVERAL, TAKEN_OUT, TITLE
from bot.web.desk.words import CALLED, sentence
from bot.web.sheet import sheet
from flows.node import Tongues

LANGUAGES = ("nl", "en")
QUARTERS = {(3, 31): 1, (6, 30): 4, (9, 30): 7, (12, 31): 10}     # the last day of each, and its first month
SUMS = {"legal_lines.subjects"}         # of the other lines: no bar beside theirs


@dataclass(frozen=True, slots=True)
class Paper:
    """
    A report as it is read: title, whose it is, the sentences that name the figures, and the tables.
    """

    report: Report
    language: str
    title: str
    place: str
    sentences: Sequence[str]
    sections: Sequence[Section]
    remarks: Sequence[str]
    is_outgoing: bool
    say: Callable[..., str]
    handed_on: date | None = None       # the day on which it was handed over

    def column(self, id: str) -> str:
        """
        Return what a column is called.
        """
        return self.say(COLUMNS[id])

    def value(self, line: Line, value: float | str | None) -> str:
        """
        Return a value as it is written in a table.
        """
        if value is None:
            return self.say(NOT_ENTERED)
        return f"{_written(value, self.language)}{line.unit}" if value not in ("", HIDDEN) else str(value)

    def chart(self, section: Section) -> str:
        """
        Return the picture of a table, of its totals, or "".
        """
        if section.id not in CHARTS:
            return ""
        if section.id == "hours":
            days = [sum(counts([line.values[day] for line in section.lines])) for day in range(7)]
            return bars([(self.column(column), number) for column, number in zip(section.columns, days, strict=True)], section.title)
        place = section.columns.index("total")
        drawn = [line for line in section.lines if not (line.is_sub or line.id in SUMS)]
        return bars([(line.label, number) for line in drawn for number in counts(line.values[place:place + 1])], section.title)


def may_leave(from_on: date, to_on: date, programme: str = "", location: int | str | None = None, municipality: str = "") -> bool:
    """
    Tell whether a report of these days may be handed out: of one quarter or year of the calendar, so that the difference between two that
    overlap is never a few days, and of all programmes, which cannot be taken from a report of one; of a
    location or of a municipality, or the same place would leave under two names.
    """
    month = QUARTERS.get((to_on.month, to_on.day))
    if month is None or programme or (location and municipality):
        return False
    return from_on == date(to_on.year, month, 1) or (month, from_on) == (10, date(to_on.year, 1, 1))


def publish(report: Report, tongues: Tongues, language: str = "nl", is_outgoing: bool = False, hidden: Collection[Key] | None = None) -> Paper:
    """
    Return a report as it is read in Dutch or English: everything, or what may leave the house. Raise `ValueError` where it may not
    (`may_leave`). `hidden` is what `bot/hand_over.py` found must not be told, and no small count is told beside it, should this report have
    been counted at another time; without it only this report itself is looked at.
    """
    span = report.span
    if is_outgoing and not may_leave(span.from_on, span.to_on, span.programme, span.location_id, span.municipality):
        raise ValueError("this report may not be handed out")

    def say(text: str, /, **slots: object) -> str:
        return sentence(language, text, **slots)

    words = Words(say, tongues(language), names(language))
    sections = compose(report, words)
    if is_outgoing:
        sections = hide(sections) if hidden is None else covered(trimmed(sections), {*hidden, *_small(sections)})
    where = [report.location or report.span.municipality or say(EVERYWHERE)]
    where += [say(CALLED[f"in_{report.span.programme}"])] if report.span.programme else []
    remarks = [say(ABOUT), say(OUTGOING) if is_outgoing else say(INTERNAL)]
    if report.withdrawn and not is_outgoing:
        remarks[0] += f" {say(TAKEN_OUT, n=report.withdrawn)}"
    title = say(TITLE, first=f"{report.from_on:%d-%m-%Y}", last=f"{report.to_on:%d-%m-%Y}")
    return Paper(report, language, title, " · ".join(where), sentences(sections, say, language), sections, remarks, is_outgoing, say)


def _small(sections: Sequence[Section]) -> set[Key]:
    return {(line, column) for line, by in values(sections).items() for column, value in whole_numbers(by).items() if value in SMALL}


def _written(value: object, language: str) -> str:
    return str(value).replace(".", ",") if isinstance(value, float) and language == "nl" else str(value)


def sentences(sections: Sequence[Section], say: Callable[..., str], language: str) -> list[str]:
    """
    Return the sentences of the report: they name what people did; one whose numbers are hidden is not said.
    """
    found = values(sections)

    def told(text: str, **slots: object) -> list[str]:
        return [] if any(value in (HIDDEN, "", None) for value in slots.values()) else [
            say(text, **{name: _written(value, language) for name, value in slots.items()})]

    info = {name: found.get(f"info_point.{name}", {}) for name in ("total", "social", "legal")}
    return [
        *told(INFO, n=info["total"].get("by_person"), social=info["social"].get("by_person"), legal=info["legal"].get("by_person"),
              bot=info["total"].get("by_bot")),
        *told(GUIDED, n=found.get("guidance.total", {}).get("by_person")),
        *told(SEVERAL, share=found.get("combined.share", {}).get("by_person")),
    ]


def as_markdown(paper: Paper) -> str:
    """
    Return the report as Markdown: tables that can be read as they are.
    """
    parts = [f"# {paper.title}", f"{_plain(paper.place)}. {paper.remarks[0]}", *paper.sentences, *(
        _table(paper, section) for section in paper.sections), paper.remarks[1]]
    return "\n\n".join(parts) + "\n"


def _table(paper: Paper, section: Section) -> str:
    rows = [[_plain(("– " if line.is_sub else "") + line.label), *(paper.value(line, value) for value in line.values)] for line in section.lines]
    head = ["", *(paper.column(column) for column in section.columns)]
    widths = [max(len(row[place]) for row in [head, *rows]) for place in range(len(head))]
    lines = [_row(row, widths) for row in [head, *rows]]
    rule = f"|{'-' * (widths[0] + 2)}|{'|'.join('-' * (width + 1) + ':' for width in widths[1:])}|"
    table = [lines[0], rule, *lines[1:]] if rows else []
    return "\n".join([f"## {section.title}", *(["", *table] if table else []), *(["", section.note] if section.note else [])])


def _row(cells: Sequence[str], widths: Sequence[int]) -> str:
    first, *rest = (cell.rjust(width) if place else cell.ljust(width) for place, (cell, width) in enumerate(zip(cells, widths, strict=True)))
    return f"| {' | '.join([first, *rest])} |"


def _plain(text: str) -> str:
    return text.replace("|", "/").replace("\n", " ")


def as_xlsx(paper: Paper) -> bytes:
    """
    Return the report as a spreadsheet.
    """
    columns = {column: paper.column(column) for section in paper.sections for column in section.columns}
    return tabulate.as_xlsx(f"{paper.title} · {paper.place}", [*paper.sentences, *paper.remarks], paper.sections, columns, paper.say(NOT_ENTERED))


def as_json(paper: Paper) -> dict[str, Any]:
    """
    Return the report as a value for JSON; later versions add keys and rename none. A number that is hidden is null.
    """
    report, found = paper.report, values(paper.sections)

    def number(id: str, column: str = "total") -> object:
        value = found.get(id, {}).get(column)
        return value if isinstance(value, int) else None

    def listed(head: str, known: Mapping[str, int]) -> dict[str, object]:
        return {id: number(f"{head}.{id}") for id in known if f"{head}.{id}" in found}

    contacts: dict[str, object] = dict(report.contacts)
    if paper.is_outgoing:
        contacts = {"total": number("contacts.total"), "by_person": number("contacts.total", "by_person"),
                    "by_bot": number("contacts.total", "by_bot"), "social": None, "legal": None, "combined": number("combined.contacts"),
                    "without_topic": number("contacts.without_topic")}
    figures = {section.id: {line.id.partition(".")[2]: {column: None if value in (HIDDEN, "") else value for column, value in zip(
        section.columns, line.values, strict=True)} for line in section.lines} for section in paper.sections}
    return {
        "from": report.from_on.isoformat(), "to": report.to_on.isoformat(), "location": report.location, "contacts": contacts,
        "topics": listed("topics", report.topics), "programmes": listed("programmes", report.programmes),
        "channels": listed("channels", report.channels), "languages": listed("languages", report.languages),
        "clients": number("clients.total", "number"), "not_reached": number("clients.not_reached", "number"),
        "municipality": report.span.municipality or None, "programme": report.span.programme or None, "is_outgoing": paper.is_outgoing,
        "withdrawn": None if paper.is_outgoing else report.withdrawn,
        "handed_over": paper.handed_on.isoformat() if paper.handed_on else None, "figures": figures,
    }


def as_file(paper: Paper, format: str) -> tuple[bytes, str]:
    """
    Return the report as the bytes of a file, and what kind of file that is.
    """
    match format:
        case "xlsx":
            return as_xlsx(paper), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        case "json":
            return f"{json.dumps(as_json(paper), ensure_ascii=False, indent=2)}\n".encode(), "application/json"
        case "html":
            return sheet(paper).encode(), "text/html; charset=utf-8"
        case _:
            return as_markdown(paper).encode(), "text/markdown; charset=utf-8"
