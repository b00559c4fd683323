"""
Hide: the outgoing version of a report, in which no count under 5 stands, nor can be worked out from what does.

What is known of the figures is written as equations (lines that add up to a total, a person and the bot to a contact, what is left of a
total beside a line). As long as a small count follows from them exactly, one more figure is hidden. `bot/withhold.py` does so for reports
of several periods and places together.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.compose import BY, Line, Section, values
from bot.conclude import Row, conclude
from flows.contacts import GUIDANCE, INFO_POINT, LEGAL_LINES, ON_SITE

SMALL = range(1, 5)
HIDDEN = "×"
REST = " − "
HASTE = 4                       # rounds after which one figure more is hidden at a time
LEFT_OUT = {"hours", "legal_topics", "other_topics"}    # too fine, or so near to another table that the difference tells
_FLOW = {"open_at_start": 1, "opened": 1, "closed": -1, "open_at_end": -1}
# What came and went between two numbers that the reports of other years tell: where one is small all of them go.
_FLOWS = {("family.opened", "family.closed"): ("family.opened", "family.closed", "family.granted", "family.refused", "family.withdrawn"),
          ("trajectories.started", "trajectories.ended"): ("trajectories.started", "trajectories.ended")}
STOCKS = {"family.open_at_start", "family.open_at_end", "trajectories.running", "trajectories.before"}
Key = tuple[str, str]           # a line and its column
Equation = Mapping[Key, int]    # adds up to nothing


@dataclass(slots=True)
class Known:
    """
    Every figure with its number, which of them are not told, and how they hang together. What is `fixed` is told already and cannot be
    hidden; what is `loose` is hidden and may be nothing at all; of lower `turn` is hidden sooner.
    """

    numbers: dict[Key, int]
    hidden: set[Key]
    equations: list[Equation]
    fixed: set[Key] = field(default_factory=set)
    loose: set[Key] = field(default_factory=set)
    turn: Callable[[Key], int] = lambda key: 0


def hide(sections: Sequence[Section]) -> list[Section]:
    """
    Return the tables without counts under 5, without those from which they follow, and without the period before.
    """
    kept = trimmed(sections)
    known = relations(kept)
    settle(known)
    return covered(kept, known.hidden)


def settle(known: Known) -> None:
    """
    Hide one figure more for each small count that follows from what is told, as long as there is one.
    """
    turn, near = 0, dict[Key, list[Equation]]()
    for one in known.equations:
        for key in one:
            near.setdefault(key, []).append(one)
    safe = set[frozenset[Key]]()
    while more := _more(known, near, safe, 1 + turn // HASTE):
        known.hidden |= more
        turn += 1


def _more(known: Known, near: Mapping[Key, Sequence[Equation]], safe: set[frozenset[Key]], how_many: int) -> set[Key]:
    """
    Return what to hide next; `safe` are the knots of unknowns in which nothing small follows, so that only those that grew are looked at again.
    """
    more = set[Key]()
    for knot in _knots(known, near):
        if knot not in safe:
            told = _told(known, near, knot)
            more |= {key for small in told for key in _next(known, small, near)[:how_many]}
            safe |= set() if told else {knot}
    return more


def _knots(known: Known, near: Mapping[Key, Sequence[Equation]]) -> list[frozenset[Key]]:
    """
    Return the unknowns in groups: those of an equation hang together, and what hangs on none of the others tells nothing of them.
    """
    seen, knots = set[Key](), list[frozenset[Key]]()
    for first in near:
        if first in known.hidden and first not in seen:
            knot, ahead = {first}, [first]
            while ahead:
                fresh = {key for one in near[ahead.pop()] for key in one if key in known.hidden} - knot
                knot |= fresh
                ahead += fresh
            seen |= knot
            knots.append(frozenset(knot))
    return knots


def _told(known: Known, near: Mapping[Key, Sequence[Equation]], knot: frozenset[Key]) -> list[Key]:
    """
    Return the small counts of these that follow.
    """
    if not any(known.numbers[key] in SMALL for key in knot):
        return []
    unknown = sorted(knot)
    places = {key: place for place, key in enumerate(unknown)}
    touched = {id(one): one for key in unknown for one in near[key]}
    follow = conclude([_row(known, one, places) for one in touched.values()],
                      [float(key not in known.loose) for key in unknown])      # a line that is nothing is told, so what is hidden is not
    return [unknown[place] for place in follow if known.numbers[unknown[place]] in SMALL]


def _next(known: Known, told: Key, near: Mapping[Key, Sequence[Equation]]) -> list[Key]:
    """
    Return what to hide next, so that a small count does not follow: the smallest figure that stands in an equation with it (in one of which
    all else is told, if there is one), then those in one with what stands there; nothing where all of it is told already.
    """
    plain = [key for one in near[told] if not any(key in known.hidden for key in one if key != told) for key in one]
    if free := {key for key in plain if key != told and key not in known.fixed and known.numbers[key]}:
        return sorted(free, key=lambda key: (known.turn(key), known.numbers[key], key))
    first = {key for one in near[told] for key in one}
    second = {key for each in first for one in near[each] for key in one}
    free = {key for key in second if key not in known.hidden and key not in known.fixed and known.numbers[key]}
    return sorted(free, key=lambda key: (key not in first, known.turn(key), known.numbers[key], key))


def _row(known: Known, equation: Equation, places: Mapping[Key, int]) -> Row:
    """
    Return an equation as the times of each unknown by its place, and what they add up to under -1.
    """
    told = sum(times * known.numbers[key] for key, times in equation.items() if key not in places)
    return {-1: float(-told), **{places[key]: float(times) for key, times in equation.items() if key in places}}


def trimmed(sections: Sequence[Section]) -> list[Section]:
    """
    Return the tables that leave the house, without the period before.
    """
    return [_without_past(section) for section in sections if section.id not in LEFT_OUT]


def _without_past(section: Section) -> Section:
    keep = [place for place, column in enumerate(section.columns) if column != "before"]
    lines = tuple(replace(line, values=tuple(line.values[place] for place in keep)) for line in section.lines)
    return replace(section, columns=tuple(section.columns[place] for place in keep), lines=lines)


def covered(sections: Sequence[Section], hidden: set[Key]) -> list[Section]:
    """
    Return the tables with a mark in the place of what is hidden, and of the shares that would tell it.
    """
    shares = {"combined.share": ("combined.contacts", "contacts.total"), "clients.share": ("clients.combined", "clients.total")}

    def cover(line: Line, columns: Sequence[str]) -> Line:
        sources = shares.get(line.id, (line.id,))
        return replace(line, values=tuple(
            HIDDEN if value != "" and any((source, column) in hidden for source in sources) else value
            for column, value in zip(columns, line.values, strict=True)))

    return [replace(one, lines=tuple(cover(line, one.columns) for line in one.lines)) for one in sections]


def relations(sections: Sequence[Section]) -> Known:
    """
    Return the figures of these tables and every way in which they add up; the small ones are hidden.
    """
    there = values(sections)
    numbers = {(id, column): value for id, by in there.items() for column, value in whole_numbers(by).items()}
    columns = {id: tuple(by) for id, by in there.items()}
    equations: list[Equation] = [{(id, "by_person"): 1, (id, "by_bot"): 1, (id, "total"): -1} for id in there
                                 if all((id, column) in numbers for column in BY)]
    rests: set[Key] = set()
    for whole, parts in _sums(there):
        for column in columns.get(whole, ()):
            terms = [(part, column) for part in parts if (part, column) in numbers]
            if (whole, column) not in numbers or not terms:
                continue
            rest = numbers[whole, column] - sum(numbers[term] for term in terms)
            if rest < 0:            # persons who stand in several lines, or totals that were typed in wrong
                continue
            equation: dict[Key, int] = {(whole, column): -1, **dict.fromkeys(terms, 1)}
            if rest:
                key = (f"{whole}{REST}{REST.join(parts)}", column)
                numbers[key], equation[key] = rest, 1
                rests.add(key)
            equations.append(equation)
    if all((f"family.{name}", "files") in numbers for name in _FLOW):
        equations.append({(f"family.{name}", "files"): sign for name, sign in _FLOW.items()})
    loose = _flows(numbers, equations)
    hidden = {key for key, value in numbers.items() if value in SMALL} | rests | loose
    return Known(numbers, hidden, equations, {key for key in numbers if key[0] in STOCKS} - hidden, loose | rests)


def _flows(numbers: dict[Key, int], equations: list[Equation]) -> set[Key]:
    """
    Return what came and went where that must not be told; and write down that how many there were before is told elsewhere.
    """
    if ("trajectories.running", "number") in numbers:
        now, came, went, before = ((f"trajectories.{name}", "number") for name in ("running", "started", "ended", "before"))
        if (left := numbers[now] - numbers[came] + numbers[went]) >= 0:
            numbers[before] = left
            equations.append({before: 1, came: 1, went: -1, now: -1})
    small = [ids for pair, ids in _FLOWS.items() if any(number in SMALL for key, number in numbers.items() if key[0] in pair)]
    return {key for key in numbers for ids in small if key[0] in ids}


def whole_numbers(by: Mapping[str, object]) -> dict[str, int]:
    """
    Return those of a line's values that count something.
    """
    return {column: value for column, value in by.items() if isinstance(value, int)}


def _sums(there: Iterable[str]) -> list[tuple[str, list[str]]]:
    """
    Return which lines are part of which: what is left of the whole beside them is a figure too, which stands nowhere.
    """
    def lines(head: str, ids: Iterable[str] | None = None) -> list[str]:
        return [id for id in there if id.partition(".")[0] == head and (ids is None or id.partition(".")[2] in ids)]

    whole = "contacts.total"
    far = [id for id in lines("channels") if id.partition(".")[2] not in ON_SITE]
    together = [
        (whole, lines("programmes")), (whole, lines("channels")), (whole, lines("sites")), (whole, ["info_point.total", "guidance.total"]),
        ("info_point.total", ["info_point.social", "info_point.legal"]), ("sites.on_site", lines("channels", ON_SITE)), ("sites.digital", far),
        ("legal_lines.subjects", lines("legal_lines", LEGAL_LINES)), ("legal_lines.contacts", ["info_point.legal"]),
        ("legal_lines.subjects", ["legal_lines.contacts", "legal_lines.two"]),
        ("guidance.total", ["guidance.on_site", "guidance.digital"]), ("guidance.total", lines("programmes", GUIDANCE)),
        ("guidance.housing", lines("programmes", {"housing"})), ("family.closed", ["family.granted", "family.refused", "family.withdrawn"]),
        ("renewals.approached", [id for id in lines("renewals") if id != "renewals.approached"]),
        ("housing.housed_persons", ["housing.housed_men", "housing.housed_women", "housing.housed_children"]),
        ("courses.course_members", ["courses.course_integration", "courses.course_literacy"]),
    ]
    info = [*lines("programmes", INFO_POINT)]
    if info and "info_point.total" in there:
        together.append(("contacts.without_topic", ["info_point.without_topic"]))
        together += [(id, ["info_point.total", "info_point.without_topic"]) for id in info if len(info) == 1]
    parts = [("sites.on_site", "guidance.on_site"), ("sites.digital", "guidance.digital"), ("clients.total", "clients.combined"),
             ("legal_lines.contacts", "legal_lines.two"), *((whole, id) for head in ("programmes", "channels", "sites", "info_point", "guidance",
                                                                                     "combined", "languages", "topics") for id in lines(head)),
             (whole, "contacts.without_topic"), ("courses.course_members", "courses.course_ona")]
    return [*together, *((each, [part]) for each, part in parts)]
