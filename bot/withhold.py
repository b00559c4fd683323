"""
Withhold: what leaves the house of one period tells no small count of another: a year less three of its quarters, a quarter less
what was handed over before.

The reports of a year and its quarters are hidden together, as one set of equations, so that each comes out the same whichever is asked
for. What was handed over is told as it was, and cannot be hidden any more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.compose import Section
from bot.hide import REST, Equation, Key, Known, covered, relations, settle, trimmed

MARK = "|"                      # between the name of a report and that of its line
_STOCKS = ("family.open_at_start", "family.open_at_end", "trajectories.running")
_NOWHERE = "trajectories.before"


@dataclass(frozen=True, slots=True)
class Told:
    """
    One report: its tables, and, where it was handed over, what was hidden in it then.
    """

    sections: Sequence[Section]
    hidden: Collection[Key] | None = None


def withhold(reports: Mapping[str, Told], year: str, quarters: Sequence[str]) -> dict[str, set[Key]]:
    """
    Return what is hidden in each of these reports of one place: a year and its quarters, in their order.
    """
    each = {name: _known(told) for name, told in reports.items()}
    whole = Known({}, set(), [])
    for name, known in each.items():
        whole.numbers |= {_in(name, key): number for key, number in known.numbers.items()}
        whole.hidden |= {_in(name, key) for key in known.hidden}
        whole.fixed |= {_in(name, key) for key in known.fixed}
        whole.loose |= {_in(name, key) for key in known.loose}
        whole.equations += [{_in(name, key): times for key, times in one.items()} for one in known.equations]
    whole.equations += [*_across(each, year, quarters), *_along(each, year, quarters)]
    settle(whole)
    return {name: {key for key in known.numbers if _in(name, key) in whole.hidden} for name, known in each.items()}


def shown(told: Told, hidden: set[Key]) -> list[Section]:
    """
    Return the tables of a report as they may leave.
    """
    return covered(trimmed(told.sections), hidden)


def _known(told: Told) -> Known:
    known = relations(trimmed(told.sections))
    if told.hidden is not None:
        before = set(told.hidden)
        known.hidden = {key for key in known.numbers if key in before or REST in key[0]}
        known.fixed = set(known.numbers) - known.hidden
    return known


def _in(name: str, key: Key) -> Key:
    return f"{name}{MARK}{key[0]}", key[1]


def _across(each: Mapping[str, Known], year: str, quarters: Sequence[str]) -> list[Equation]:
    """
    Return which figures of the quarters add up to that of the year; those that do not (a client stands in two) tell nothing.
    """
    found: list[Equation] = []
    for key, number in each[year].numbers.items():
        terms = [(part, each[part].numbers[key]) for part in quarters if key in each[part].numbers]
        is_figure = REST not in key[0] and key[0] not in (*_STOCKS, _NOWHERE)
        if is_figure and terms and sum(value for _, value in terms) == number:
            found.append({_in(year, key): -1, **{_in(part, key): 1 for part, _ in terms}})
    return found


def _along(each: Mapping[str, Known], year: str, quarters: Sequence[str]) -> list[Equation]:
    """
    Return that what was open or ran at the end of one is what was at the start of the next, and that a year begins and ends with a quarter.
    """
    start, end, running = _STOCKS
    pairs = [(before, end, after, start) for before, after in pairwise(quarters)]
    pairs += [(year, start, quarters[0], start), (year, end, quarters[-1], end), (year, running, quarters[-1], running)]
    pairs += [(before, running, after, _NOWHERE) for before, after in pairwise(quarters)]
    found: list[Equation] = []
    for one, first, other, second in pairs:
        for column in ("files", "persons", "number"):
            key, same = (first, column), (second, column)
            if each[one].numbers.get(key, -1) == each[other].numbers.get(same, -2):
                found.append({_in(one, key): 1, _in(other, same): -1})
    return found
