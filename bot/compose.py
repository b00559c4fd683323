"""
Compose: the report's figures as a page of tables, from which every form (page, spreadsheet, Markdown, JSON) is written alike.

Each figure of contacts is a `weigh`: how often one moment counts in it. The same function finds the moments behind the figure.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.report import UNDETERMINED, Report
from bot.web.desk.figures import EMPTY, LINES, NOTES, SECTIONS
from flows.contacts import GUIDANCE, INFO_POINT, LEGAL_LINES, ON_SITE, group_of, is_legal
from flows.node import Tongue
from flows.topics import TOPICS
from storage.reports import Cell

BY: Final = ("by_person", "by_bot", "total")
CHARTS = {"legal_lines", "social_topics", "legal_topics", "languages", "channels", "programmes", "hours"}
IS_SUB = {"info_point.social", "info_point.legal", "contacts.without_topic", "guidance.housing", "guidance.on_site", "guidance.digital",
          "legal_lines.contacts", "legal_lines.two", "family.granted", "family.refused", "family.withdrawn", "renewals.renewed",
          "renewals.helped", "renewals.reached", "renewals.not_reached", "housing.housed_men", "housing.housed_women", "housing.housed_children",
          "courses.course_integration", "courses.course_literacy", "courses.course_ona", "combined.share",
          "clients.combined", "clients.share"}
ENTERED = {"housing": ("housed_persons", "housed_men", "housed_women", "housed_children", "housed_homes", "housing_target"),
           "volunteers": ("volunteers", "language_volunteers"),
           "courses": ("course_members", "course_integration", "course_literacy", "course_ona")}
OF_EVERY_PROGRAMME = {"family", "renewals", "trajectories", *ENTERED}      # not in the report of one programme


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line of a table. A value is a number, None where nobody entered it, "" where there is nothing to say, HIDDEN where it is hidden.
    """

    id: str
    label: str
    values: tuple[float | str | None, ...]
    is_sub: bool = False
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """
    One table of the report: its columns, and the lines by which it is read.
    """

    id: str
    title: str
    columns: tuple[str, ...]
    lines: tuple[Line, ...]
    note: str = ""

    @property
    def is_of_contacts(self) -> bool:
        """
        Tell whether its lines count contacts, by whom they were answered.
        """
        return self.columns[:3] == BY


class Words:
    """
    How the report's lines are called: `say` says the desk's texts, `tongue` the topics, `names` the languages.
    """

    def __init__(self, say: Callable[[str], str], tongue: Tongue, names: Mapping[str, str]) -> None:
        self.say, self.tongue, self.names = say, tongue, names

    def line(self, id: str) -> str:
        """
        Return what a line is called.
        """
        head, _, rest = id.partition(".")
        if id in LINES:
            return self.say(LINES[id])
        if head == "topics" and rest in TOPICS:
            return self.tongue(TOPICS[rest].label)
        return self.names.get(rest, rest) if head == "languages" else rest


def weigh(id: str) -> Callable[[Cell], int]:
    """
    Return how often a moment counts in a figure of contacts; raise KeyError for a figure that is none.
    """
    head, _, rest = id.partition(".")
    if id in _WEIGHTS:
        return _WEIGHTS[id]
    if head == "legal_lines":
        topics = LEGAL_LINES[rest]
        return lambda cell: _is_legal_contact(cell) and sum(topic in topics for topic in set(cell.topics))
    return {
        "topics": lambda cell: int(rest in cell.topics),
        "programmes": lambda cell: int(cell.programme == rest),
        "channels": lambda cell: int(cell.channel == rest),
        "languages": lambda cell: int(rest in (cell.languages or (UNDETERMINED,))),
    }[head]


def _is_info(cell: Cell) -> bool:
    return cell.programme in INFO_POINT


def _is_legal_contact(cell: Cell) -> int:
    return int(_is_info(cell) and group_of(cell.topics) == "legal")


def _legal(cell: Cell) -> int:
    return _is_legal_contact(cell) and sum(is_legal(topic) for topic in set(cell.topics))


def _is_guidance(cell: Cell) -> bool:
    return cell.programme in GUIDANCE


_WEIGHTS: dict[str, Callable[[Cell], int]] = {
    "contacts.total": lambda cell: 1,
    "contacts.without_topic": lambda cell: int(not cell.topics),
    "info_point.total": lambda cell: int(_is_info(cell) and bool(cell.topics)),
    "info_point.social": lambda cell: int(_is_info(cell) and group_of(cell.topics) == "social"),
    "info_point.legal": _is_legal_contact,
    "info_point.without_topic": lambda cell: int(_is_info(cell) and not cell.topics),
    "legal_lines.subjects": _legal,
    "legal_lines.contacts": _is_legal_contact,
    "legal_lines.two": lambda cell: int(_legal(cell) > 1),
    "guidance.total": lambda cell: int(_is_guidance(cell)),
    "guidance.housing": lambda cell: int(cell.programme == "housing"),
    "guidance.on_site": lambda cell: int(_is_guidance(cell) and cell.channel in ON_SITE),
    "guidance.digital": lambda cell: int(_is_guidance(cell) and cell.channel not in ON_SITE),
    "combined.contacts": lambda cell: int(len(cell.topics) > 1),
    "sites.on_site": lambda cell: int(cell.channel in ON_SITE),
    "sites.digital": lambda cell: int(cell.channel not in ON_SITE),
}


def compose(report: Report, words: Words) -> list[Section]:
    """
    Return the tables of a report, in the order of the page.
    """
    made = [*_first(report, words), *_counted(report, words), *_listed(report, words)]
    if report.hours:
        made.append(_hours(report, words))
    one_programme = bool(report.span.programme)
    return [section for section in made if not (one_programme and section.id in OF_EVERY_PROGRAMME)]


def _first(report: Report, words: Words) -> list[Section]:
    lines = {
        "contacts": ["contacts.total", "contacts.without_topic"],
        "info_point": ["info_point.total", "info_point.social", "info_point.legal", "info_point.without_topic"],
        "legal_lines": [*(f"legal_lines.{line}" for line in LEGAL_LINES), "legal_lines.subjects", "legal_lines.contacts", "legal_lines.two"],
        "guidance": ["guidance.total", "guidance.housing", "guidance.on_site", "guidance.digital"],
        "combined": ["combined.contacts"],
    }
    made = [_of_contacts(id, ids, report, words) for id, ids in lines.items()]
    several, every = made[-1].lines[0], made[0].lines[0]
    shares = tuple(share(part, whole) for part, whole in zip(several.values, every.values, strict=True))
    made[-1] = replace(made[-1], lines=(several, Line("combined.share", words.line("combined.share"), shares, True, "%")))
    return made


def share(part: object, whole: object) -> float | str:
    """
    Return a share in percent, to one decimal; "" where there is nothing to share.
    """
    return round(100 * part / whole, 1) if isinstance(part, int) and isinstance(whole, int) and whole else ""


def _of_contacts(id: str, ids: Iterable[str], report: Report, words: Words) -> Section:
    return Section(id, words.say(SECTIONS[id]), (*BY, "before"), tuple(
        Line(line, words.line(line), (*_by(report, line), _by(report.before, line)[2] if report.before else ""), line in IS_SUB)
        for line in ids), _note(id, words))


def _note(id: str, words: Words) -> str:
    return words.say(NOTES[id]) if id in NOTES else ""


def _by(report: Report, id: str) -> tuple[int, int, int]:
    weight = weigh(id)
    person = bot = 0
    for cell in report.spoken if id.startswith("languages.") else report.cells:
        if counts := weight(cell) * cell.moments:
            person, bot = (person + counts, bot) if cell.is_by_person else (person, bot + counts)
    return person, bot, person + bot


def _counted(report: Report, words: Words) -> list[Section]:
    past = report.before
    family = Section("family", words.say(SECTIONS["family"]), ("files", "persons"), tuple(
        Line(f"family.{name}", words.line(f"family.{name}"), (*both,), f"family.{name}" in IS_SUB) for name, both in report.files.items()),
        _note("family", words))
    made = [family, _numbers("renewals", report.renewals, past.renewals if past else {}, words),
            _numbers("trajectories", report.trajectories, past.trajectories if past else {}, words)]
    for id, names in ENTERED.items():
        now, then = ({name: one.totals.get(name) for name in names} if one else {} for one in (report, past))
        made.append(_numbers(id, now, then, words))
    made.append(_clients(report, words))
    waits = ("hour", "half_day", "day", "three_days", "later", "not_yet")
    took, took_then = ({wait: one.answers.get(wait, 0) for wait in waits} if one else {} for one in (report, past))
    return [*made, _numbers("answers", took, took_then, words)]


def _numbers(id: str, now: Mapping[str, int | None], then: Mapping[str, int | None], words: Words) -> Section:
    return Section(id, words.say(SECTIONS[id]), ("number", "before"), tuple(
        Line(f"{id}.{name}", words.line(f"{id}.{name}"), (value, then.get(name) if then else ""), f"{id}.{name}" in IS_SUB)
        for name, value in now.items()), _note(id, words))


def _clients(report: Report, words: Words) -> Section:
    def of(one: Report | None) -> dict[str, int | None]:
        return {"total": one.clients, "combined": one.combined_clients, "not_reached": one.not_reached} if one else {}

    section = _numbers("clients", of(report), of(report.before), words)
    *people, not_reached = section.lines
    every, several = (replace(line, values=tuple("" if value is None else value for value in line.values)) for line in people)     # known no more
    shares = tuple(share(part, whole) for part, whole in zip(several.values, every.values, strict=True))
    return replace(section, lines=(every, several, Line("clients.share", words.line("clients.share"), shares, True, "%"), not_reached))


def _listed(report: Report, words: Words) -> list[Section]:
    topics = {
        "legal_topics": [id for id in report.topics if is_legal(id)],
        "social_topics": [id for id in report.topics if id in TOPICS and not is_legal(id)],
        "other_topics": [id for id in report.topics if id not in TOPICS],
    }
    made = [("programmes", [f"programmes.{id}" for id in report.programmes]), ("sites", ["sites.on_site", "sites.digital"]),
            ("channels", [f"channels.{id}" for id in report.channels]),
            *((id, [f"topics.{topic}" for topic in listed]) for id, listed in topics.items()),
            ("languages", [f"languages.{id}" for id in report.languages])]
    sections = [_of_contacts(id, ids, report, words) for id, ids in made if ids or id != "other_topics"]
    return [section if section.lines else replace(section, note=words.say(EMPTY)) for section in sections]


def _hours(report: Report, words: Words) -> Section:
    used = sorted({hour for _, hour in report.hours})
    lines = tuple(Line(f"hours.{hour}", f"{hour:02}:00", tuple(sum(report.hours.get((day, hour), (0, 0))) for day in range(7)))
                  for hour in range(used[0], used[-1] + 1))
    return Section("hours", words.say(SECTIONS["hours"]), tuple(f"day_{day}" for day in range(7)), lines, _note("hours", words))


def values(sections: Sequence[Section]) -> dict[str, dict[str, float | str | None]]:
    """
    Return every value by its line and its column.
    """
    return {line.id: dict(zip(section.columns, line.values, strict=True)) for section in sections for line in section.lines}


def counts(found: Iterable[object]) -> list[int]:
    """
    Return those of these values that count something: neither a share nor what is hidden, missing or not to be said.
    """
    return [value for value in found if isinstance(value, int)]
