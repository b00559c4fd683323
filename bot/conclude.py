"""
Conclude: what whoever is told some numbers, and how they add up, knows of those that are not told.

Every number here is whole; an unknown has a least value. `hide` asks this of a report before it leaves the house.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

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
    for some in _apart(rows):
        _solve(some, sorted({place for row in some for place in row if place >= 0}), free, short)
    return free, short


def _apart(rows: Sequence[Row]) -> list[list[Row]]:
    """
    Return the rows in groups that have no unknown in common.
    """
    where: dict[int, list[int]] = {}
    for number, row in enumerate(rows):
        for place in row:
            if place >= 0:
                where.setdefault(place, []).append(number)
    left, groups = set(range(len(rows))), list[list[Row]]()
    while left:
        ahead, group = [left.pop()], list[Row]()
        while ahead:
            row = rows[ahead.pop()]
            group.append(row)
            fresh = {number for place in row if place >= 0 for number in where[place]} & left
            left -= fresh
            ahead += fresh
        groups.append(group)
    return groups


def _solve(rows: Sequence[Row], inside: Sequence[int], free: dict[int, dict[int, float]], short: list[Row]) -> None:
    import numpy  # ten megabytes, which only a report to hand out needs

    table, pivots = _reduced(rows, inside)
    for number, row in pivots.items():
        others = [other for other in numpy.flatnonzero(numpy.abs(table[row, :-1]) > NEAR).tolist() if other != number]
        free[inside[number]] = {inside[other]: -float(table[row, other]) for other in others}
        if len(others) < WIDE:
            short.append({-1: float(table[row, -1]), inside[number]: 1.0, **{inside[other]: float(table[row, other]) for other in others}})


def _reduced(rows: Sequence[Row], inside: Sequence[int]) -> tuple[Any, dict[int, int]]:
    """
    Return the rows as a table in which every unknown that can be is left in one row alone, and which row that is.
    """
    import numpy

    column = {-1: len(inside), **{place: number for number, place in enumerate(inside)}}
    table = numpy.zeros((len(rows), len(inside) + 1))
    for number, row in enumerate(rows):
        for place, times in row.items():
            table[number, column[place]] = times
    pivots: dict[int, int] = {}
    for number in range(len(inside) if rows else 0):
        top = len(pivots)
        if top == len(rows):
            break
        best = top + int(numpy.argmax(numpy.abs(table[top:, number])))
        if abs(table[best, number]) > NEAR:
            table[[top, best]] = table[[best, top]]
            table[top] /= table[top, number]
            others = [other for other in numpy.flatnonzero(numpy.abs(table[:, number]) > NEAR) if other != top]
            table[others] -= numpy.outer(table[others, number], table[top])
            pivots[number] = top
    return table, pivots


def _pinned(rows: Sequence[Mapping[int, float]], least: Sequence[float]) -> list[int]:
    """
    Return which unknowns have one possible value left: none is less than its least, and each row bounds each of its own.
    """
    low, high = list(least), [math.inf] * len(least)
    for _ in range(ROUNDS):
        before = (list(low), list(high))
        for row in (row for row in rows if len(row) <= WIDE):
            for place in row:
                if place >= 0:
                    first, last = _bounds(row, place, low, high)
                    low[place], high[place] = max(low[place], first), min(high[place], last)
        if before == (low, high):
            break
    return [place for place in range(len(least)) if low[place] == high[place]]


def _bounds(row: Mapping[int, float], place: int, low: Sequence[float], high: Sequence[float]) -> tuple[float, float]:
    """
    Return what a row says of one unknown at least and at most.
    """
    least = most = row[-1]
    for other, times in row.items():
        if other not in (place, -1):
            first, last = (low[other], high[other]) if times > 0 else (high[other], low[other])
            least, most = least - times * last, most - times * first
    least, most = sorted((least / row[place], most / row[place]))
    return (math.ceil(least - NEAR) if least > -math.inf else least), (math.floor(most + NEAR) if most < math.inf else most)
