"""
An attack on reports that were handed out: what of the numbers that they hide follows from those they tell.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise, product

import numpy

from bot.compose import BY
from bot.hand_over import QUARTERS, YEAR
from bot.hide import SMALL
from bot.withhold import Name
from storage import files

NO_PARTS = ("total", "subjects", "contacts", "two", "without_topic")
WHOLES = {"contacts.total": ("programmes", "channels", "sites"), "legal_lines.subjects": ("legal_lines",), "info_point.total": ("info_point",)}
Cell = tuple[str, str, str, str]        # a place, a period, a line, a column


def told_by(paper: Mapping[str, object], name: Name) -> dict[Cell, int]:
    """What a file says: each number by its line and column."""
    figures: Mapping[str, Mapping[str, Mapping[str, object]]] = paper["figures"]  # type: ignore[assignment]
    heads = {"legal_topics": "topics", "social_topics": "topics", "other_topics": "topics"}
    return {(*name, f"{heads.get(section, section)}.{line}", column): value for section, lines in figures.items() for line, by in lines.items()
            for column, value in by.items() if isinstance(value, int)}


def ways(true: Mapping[Cell, int], wholes: Sequence[tuple[str, Sequence[str]]]) -> list[dict[Cell, int]]:
    """Every way in which the figures of a year add up, as anybody could write it down."""
    places = sorted({place for place, *_ in true})
    found = [way for place in places for way in of_place(place, {cell: value for cell, value in true.items() if cell[0] == place})]
    for whole, parts in wholes:
        found += [{cell: -1, **{(part, *cell[1:]): 1 for part in parts}} for cell in true if cell[0] == whole]
    kept = [{cell: times for cell, times in one.items() if cell in true} for one in found]
    return [one for one in kept if len(one) > 1 and sum(times * true[cell] for cell, times in one.items()) == 0]


def of_place(place: str, true: Mapping[Cell, int]) -> list[dict[Cell, int]]:
    """Those of one place: lines that add up, quarters that make a year, what is open at the end of one and the start of the next."""
    found: list[dict[Cell, int]] = []
    for period in (YEAR, *QUARTERS):
        lines = sorted({line for _, one, line, _ in true if one == period})
        found += [{(place, period, line, "by_person"): 1, (place, period, line, "by_bot"): 1, (place, period, line, "total"): -1} for line in lines]
        for (whole, heads), column in product(WHOLES.items(), BY):
            for head in heads:
                parts = [line for line in lines if line.startswith(f"{head}.") and line.rpartition(".")[2] not in NO_PARTS]
                found.append({(place, period, whole, column): -1, **{(place, period, line, column): 1 for line in parts}})
        found.append({(place, period, f"family.{name}", "files"): sign for name, sign in
                      {"open_at_start": 1, "opened": 1, "closed": -1, "open_at_end": -1}.items()})
        found.append({(place, period, "family.closed", "files"): -1, **{(place, period, f"family.{name}", "files"): 1 for name in files.OUTCOMES}})
    found += [{cell: -1, **{(place, one, *cell[2:]): 1 for one in QUARTERS}} for cell in true if cell[1] == YEAR]
    found += [{(place, before, "family.open_at_end", "files"): 1, (place, after, "family.open_at_start", "files"): -1}
              for before, after in pairwise(QUARTERS)]
    return [*found, {(place, YEAR, "family.open_at_end", "files"): 1, (place, QUARTERS[-1], "family.open_at_end", "files"): -1}]


def computable(true: Mapping[Cell, int], told: Mapping[Cell, int], wholes: Sequence[tuple[str, Sequence[str]]] = ()) -> list[Cell]:
    """The small cells that can be computed: no way of changing what is not told changes them."""
    unknown = {cell for cell in true if cell not in told and true[cell]}
    rows = [row for one in ways(true, wholes) if (row := {cell: times for cell, times in one.items() if cell in unknown})]
    return sorted(cell for group in apart(rows) for cell in computed(group) if true[cell] in SMALL)


def apart(rows: Sequence[Mapping[Cell, int]]) -> list[list[Mapping[Cell, int]]]:
    """The rows in groups that have no cell in common."""
    groups: list[tuple[set[Cell], list[Mapping[Cell, int]]]] = []
    for row in rows:
        near = [group for group in groups if not group[0].isdisjoint(row)]
        groups = [group for group in groups if group[0].isdisjoint(row)]
        groups.append((set(row).union(*(cells for cells, _ in near)), [row, *(one for _, some in near for one in some)]))
    return [some for _, some in groups]


def computed(rows: Sequence[Mapping[Cell, int]]) -> list[Cell]:
    """The cells that nothing can change: each vector that these rows take to nothing is nothing there."""
    place = {cell: number for number, cell in enumerate(sorted({cell for row in rows for cell in row}))}
    table = numpy.zeros((len(rows), len(place)))
    for number, row in enumerate(rows):
        for cell, times in row.items():
            table[number, place[cell]] = times
    _, sizes, free = numpy.linalg.svd(table, full_matrices=True)
    free = free[int((sizes > 1e-8).sum()):]
    moves = numpy.abs(free).max(axis=0) if len(free) else numpy.zeros(len(place))
    return [cell for cell, number in place.items() if moves[number] < 1e-8]
