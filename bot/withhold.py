"""
Withhold: what leaves the house of one period and place tells no small count of another: a year less three of its quarters, all locations
less the others, what was handed over before.

The reports of a year, its quarters and all places are hidden together, as one set of equations, so that each comes out the same whichever
is asked for. What was handed over is told as it was, and is not hidden any more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.compose import Section
from bot.hide import REST, STOCKS, Equation, Key, Known, covered, relations, settle, trimmed

Sums = Sequence[tuple[str, Sequence[str]]]      # a report, and those that add up to it
MARK = "|"                                      # between the name of a report and that of its line


@dataclass(frozen=True, slots=True)
class Told:
    """
    One report: its tables, and, where it was handed over, what was hidden in it then.
    """

    sections: Sequence[Section]
    hidden: Collection[Key] | None = None


def withhold(reports: Mapping[str, Told], sums: Sums, chain: Sequence[str] = ()) -> dict[str, set[Key]]:
    """
    Return what is hidden in each of these reports; `chain` are those of one place, each of the days after the one before.
    """
    each = {name: _known(told) for name, told in reports.items()}
    whole = Known({}, set(), [])
    for name, known in each.items():
        whole.numbers |= {_in(name, key): number for key, number in known.numbers.items()}
        whole.hidden |= {_in(name, key) for key in known.hidden}
        whole.fixed |= {_in(name, key) for key in known.fixed}
        whole.loose |= {_in(name, key) for key in known.loose}
        whole.equations += [{_in(name, key): times for key, times in one.items()} for one in known.equations]
    whole.equations += [*_across(each, sums), *_along(each, chain)]
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


def _across(each: Mapping[str, Known], sums: Sums) -> list[Equation]:
    """
    Return which figures add up to that of another report; those that do not (a client stands in two quarters) tell nothing.
    """
    found: list[Equation] = []
    for name, parts in sums:
        for key, number in each[name].numbers.items():
            terms = [(part, each[part].numbers[key]) for part in parts if key in each[part].numbers]
            is_figure = REST not in key[0] and key[0] not in STOCKS and key[0] != "trajectories.before"
            if is_figure and terms and sum(value for _, value in terms) == number:
                found.append({_in(name, key): -1, **{_in(part, key): 1 for part, _ in terms}})
    return found


def _along(each: Mapping[str, Known], chain: Sequence[str]) -> list[Equation]:
    """
    Return that what was open at the end of one report was open at the start of the next.
    """
    pairs = [((before, ("family.open_at_end", column)), (after, ("family.open_at_start", column)))
             for before, after in pairwise(chain) for column in ("files", "persons")]
    return [{_in(*first): 1, _in(*second): -1} for first, second in pairs
            if each[first[0]].numbers.get(first[1], 0) == each[second[0]].numbers.get(second[1], -1)]
