"""
Withhold: what leaves the house of one period and place tells no small count of another: a year less three of its quarters, a region less
its other offices, a quarter less what was handed over before.

The reports of a year and its quarters, of every office, every municipality and all of them, are hidden together, as one set of equations,
so that each comes out the same whichever is asked for. What was handed over is told as it was, and cannot be hidden any more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.compose import Section
from bot.hide import REST, STOCKS, Equation, Key, Known, relations, settle, trimmed

MARK = "|"                      # between the name of a report and that of its line
_BEFORE = "trajectories.before"     # stands nowhere: the report before told it
Name = tuple[str, str]          # of a report: its place and its period
Wholes = Sequence[tuple[str, Sequence[str]]]    # places, each with the parts of which it consists


@dataclass(frozen=True, slots=True)
class Told:
    """
    One report: its tables, and, where it was handed over, what was hidden in it then.
    """

    sections: Sequence[Section]
    hidden: Collection[Key] | None = None


def withhold(reports: Mapping[Name, Told], year: str, quarters: Sequence[str], wholes: Wholes = ()) -> dict[Name, set[Key]]:
    """
    Return what is hidden in each of these reports: of a year and its quarters, in their order, at each place. `wholes` are places with the
    parts of which they consist.
    """
    each = {name: _known(told) for name, told in reports.items()}
    order = {place: turn for turn, place in enumerate(reversed(dict.fromkeys(place for place, _ in wholes)))}
    whole = Known({}, set(), [], turn=lambda key: order.get(key[0].partition(MARK)[0], len(order)))     # of all of them rather than of an office
    for name, known in each.items():
        whole.numbers |= {_in(name, key): number for key, number in known.numbers.items()}
        whole.hidden |= {_in(name, key) for key in known.hidden}
        whole.fixed |= {_in(name, key) for key in known.fixed}
        whole.loose |= {_in(name, key) for key in known.loose}
        whole.equations += [{_in(name, key): times for key, times in one.items()} for one in known.equations]
    for place in dict.fromkeys(place for place, _ in each):
        spans = [(place, quarter) for quarter in quarters]
        whole.equations += [*_parts(each, (place, year), spans, STOCKS), *_along(each, (place, year), spans)]
    for place, parts in wholes:
        for period in (year, *quarters):
            mine, theirs = (place, period), [(part, period) for part in parts]
            whole.equations += _parts(each, mine, theirs)
            if reports[mine].hidden is None:
                _rise(whole, mine, theirs)
    settle(whole)
    return {name: {key for key in known.numbers if _in(name, key) in whole.hidden} for name, known in each.items()}


def _known(told: Told) -> Known:
    known = relations(trimmed(told.sections))
    if told.hidden is not None:
        before = set(told.hidden)
        known.hidden = {key for key in known.numbers if key in before or REST in key[0]}
        known.fixed = set(known.numbers) - known.hidden
    return known


def _in(name: Name, key: Key) -> Key:
    return f"{name[0]}{MARK}{name[1]}{MARK}{key[0]}", key[1]


def _parts(each: Mapping[Name, Known], whole: Name, parts: Sequence[Name], but: Collection[str] = ()) -> list[Equation]:
    """
    Return which figures of the parts add up to that of the whole; those that do not (a client stands in two) tell nothing.
    """
    found: list[Equation] = []
    for key, number in each[whole].numbers.items():
        terms = [(part, each[part].numbers[key]) for part in parts if key in each[part].numbers]
        if REST not in key[0] and key[0] not in but and terms and sum(value for _, value in terms) == number:
            found.append({_in(whole, key): -1, **{_in(part, key): 1 for part, _ in terms}})
    return found


def _rise(whole: Known, mine: Name, parts: Sequence[Name]) -> None:
    """
    Hide how many there are at a place where that is not told of a part of it. It hangs on that day alone, so that the reports of two years,
    which both tell it, hide the same.
    """
    for id, column in ((id, column) for id in STOCKS for column in ("files", "persons", "number")):
        key = _in(mine, (id, column))
        if key in whole.numbers and any(_in(part, (id, column)) in whole.hidden for part in parts):
            whole.hidden.add(key)
            whole.fixed.discard(key)


def _along(each: Mapping[Name, Known], year: Name, quarters: Sequence[Name]) -> list[Equation]:
    """
    Return that what was open or ran at the end of one is what was at the start of the next, and that a year begins and ends with a quarter.
    """
    start, end, running = "family.open_at_start", "family.open_at_end", "trajectories.running"
    pairs = [(before, end, after, start) for before, after in pairwise(quarters)]
    pairs += [(year, start, quarters[0], start), (year, end, quarters[-1], end), (year, running, quarters[-1], running)]
    pairs += [(before, running, after, _BEFORE) for before, after in pairwise(quarters)]
    found: list[Equation] = []
    for one, first, other, second in pairs:
        for column in ("files", "persons", "number"):
            key, same = (first, column), (second, column)
            if each[one].numbers.get(key, -1) == each[other].numbers.get(same, -2):
                found.append({_in(one, key): 1, _in(other, same): -1})
    return found
