"""
Conclude: what whoever is told some numbers, and how they add up, knows of those that are not told.

Every number here is whole; an unknown has a least value. `hide` asks this of a report before it leaves the house.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence

NEAR = 1e-6                     # our numbers are whole: nearer than this is the same
ROUNDS = 60
WIDE = 12                       # unknowns of a row: one with more bounds none of them
Row = Mapping[int, float]       # the times of each unknown by its place, and what they add up to under -1


def conclude(rows: Sequence[Row], least: Sequence[float]) -> list[int]:
    """
    Return the unknowns that have one value only: by adding up and taking away, or by what is still possible.

    An unknown that stands in one row alone is what the others in it make it: such rows are set aside first, so that few are left to solve.
    """
    left, aside = _set_aside(rows)
    made, reduced = _solved(left, sorted({place for row in left for place in row if place >= 0}))
    for place, row in reversed(aside):
        total: Counter[int] = Counter()
        for other, times in row.items():
            if other not in (place, -1):
                for free, part in made.setdefault(other, {other: 1.0}).items():
                    total[free] -= times / row[place] * part  # type: ignore[assignment]
        made[place] = {free: part for free, part in total.items() if abs(part) > NEAR}
    return sorted({place for place, parts in made.items() if not parts} | set(_pinned([*rows, *reduced], least)))


def _set_aside(rows: Sequence[Row]) -> tuple[list[Row], list[tuple[int, Row]]]:
    """
    Return the rows that are left, and those set aside with the unknown that stood in no other by then.
    """
    where: dict[int, set[int]] = {}
    for number, row in enumerate(rows):
        for place in row:
            where.setdefault(place, set()).add(number)
    where.pop(-1, None)
    aside, gone = list[tuple[int, Row]](), set[int]()
    alone = [place for place, those in where.items() if len(those) == 1]
    while alone:
        place = alone.pop()
        if len(where[place]) != 1:
            continue
        [number] = where[place]
        gone.add(number)
        aside.append((place, rows[number]))
        for other in rows[number]:
            if other >= 0:
                where[other].discard(number)
                alone += [other] if len(where[other]) == 1 else []
    return [row for number, row in enumerate(rows) if number not in gone], aside


def _solved(rows: Sequence[Row], inside: Sequence[int]) -> tuple[dict[int, dict[int, float]], list[Row]]:
    """
    Return each of these unknowns as a sum of those that stay free, nothing where it has one value; and the short rows that came of it.
    """
    free = {place: {place: 1.0} for place in inside}
    short: list[Row] = []
    for place, row in _reduced(rows).items():
        free[place] = {other: -times for other, times in row.items() if other not in (place, -1)}
        if len(free[place]) < WIDE:
            short.append(row)
    return free, short


def _reduced(rows: Sequence[Row]) -> dict[int, dict[int, float]]:
    """
    Return the rows in such a way that every unknown that can be is left in one of them alone, by that unknown: they stay short, for short ones
    go first, and whatever stands in few.
    """
    often = Counter(place for row in rows for place in row)
    made: dict[int, dict[int, float]] = {}
    where: dict[int, set[int]] = {}         # in which of these an unknown stands
    for row in sorted(rows, key=len):
        left = dict(row)
        for place in row:
            if place in made:
                _take(left, made[place], left[place])
        inside = [place for place in left if place >= 0]
        if not inside:
            continue
        pivot = min(inside, key=lambda place: (abs(left[place]) < 0.5, often[place], place))
        left = {place: times / left[pivot] for place, times in left.items()}
        for other in sorted(where.pop(pivot, ())):
            _take(made[other], left, made[other][pivot])
            for place in left:
                where.setdefault(place, set()).discard(other)
                if place in made[other]:
                    where[place].add(other)
        made[pivot] = left
        for place in left:
            where.setdefault(place, set()).add(pivot)
    return made


def _take(row: dict[int, float], other: Row, how_often: float) -> None:
    for place, times in other.items():
        now = row.get(place, 0.0) - how_often * times
        if abs(now) > NEAR or place < 0:
            row[place] = now
        else:
            row.pop(place, None)


def _pinned(rows: Sequence[Row], least: Sequence[float]) -> list[int]:
    """
    Return which unknowns have one possible value left: none is less than its least, and each row bounds each of its own.
    """
    low, high = list(least), [math.inf] * len(least)
    narrow = [row for row in rows if len(row) <= WIDE]
    where: dict[int, list[int]] = {}
    for number, row in enumerate(narrow):
        for place in row:
            where.setdefault(place, []).append(number)
    where.pop(-1, None)
    again = set(range(len(narrow)))
    for _ in range(ROUNDS):
        moved = {place for number in sorted(again) for place in _bound(narrow[number], low, high)}
        again = {number for place in moved for number in where[place]}
    return [place for place in range(len(least)) if low[place] == high[place]]


def _bound(row: Row, low: list[float], high: list[float]) -> list[int]:
    """
    Bound each unknown of a row by what the others in it can be, and return those that can be less now.
    """
    least, most, open_below, open_above, told = 0.0, 0.0, 0, 0, row.get(-1, 0.0)
    for place, times in row.items():
        if place >= 0:
            first, last = (low[place], high[place]) if times > 0 else (high[place], low[place])
            least, open_below = (least + times * first, open_below) if first < math.inf else (least, open_below + 1)
            most, open_above = (most + times * last, open_above) if last < math.inf else (most, open_above + 1)
    if open_below > 1 and open_above > 1:
        return []
    moved = []
    for place, times in row.items():
        if place >= 0:
            first, last = (low[place], high[place]) if times > 0 else (high[place], low[place])
            above = _end(told - least, times * first, open_below, first)
            below = _end(told - most, times * last, open_above, last)
            start, end = (below, above) if times > 0 else (above, below)
            start = -math.inf if start is None else math.ceil(start / times - NEAR)
            end = math.inf if end is None else math.floor(end / times + NEAR)
            if start > low[place] or end < high[place]:
                low[place], high[place] = max(low[place], start), min(high[place], end)
                moved.append(place)
    return moved


def _end(left: float, own: float, how_many_open: int, bound: float) -> float | None:
    """
    Return what is left for an unknown when the others in its row are as far as they can be; None where one of these has no end.
    """
    if bound < math.inf:
        return None if how_many_open else left + own
    return None if how_many_open > 1 else left
