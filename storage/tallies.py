"""
Tallies: how many clients of a period are known no more, because the tie of their moments to them was cut or they were forgotten.

In the commit that unties a client they are counted on in every month, quarter and year in which they had a contact, for each place and
programme of these contacts; nothing of who it was is kept. A report counts them beside the clients that moments are still tied to.
"""

import calendar
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from itertools import product

from sqlalchemy import case, func, select

from storage.database import Tx
from storage.reports import IS_CONTACT, Span
from storage.tables import moments, tallies

LENGTHS = (1, 3, 12)            # months of a period of the calendar
UNKNOWN = -1_000_000_000        # clients, where some were known no more before anybody was counted on
Key = tuple[date, date, int, str, str]      # first and last day, office (0 for all), municipality and programme ("" for all)


def count_on(tx: Tx, client_ids: Collection[int]) -> None:
    """
    Count these clients on in the periods of their contacts. Call it in the transaction that unties them, before it does.
    """
    combined = func.max(case((moments.c.topics.contains(","), 1), else_=0)).label("combined")
    by = (moments.c.client_id, moments.c.began_on, moments.c.location_id, moments.c.municipality, moments.c.programme)
    theirs: dict[tuple[int, Key], int] = {}
    for row in tx.all(select(*by, combined).where(moments.c.client_id.in_(client_ids), IS_CONTACT).group_by(*by)):
        for key in keys(row.began_on, row.location_id, row.municipality, row.programme):
            each = row.client_id, key
            theirs[each] = max(theirs.get(each, 0), row.combined)
    found: dict[Key, tuple[int, int]] = {}
    for (_client, key), is_combined in theirs.items():
        clients, several = found.get(key, (0, 0))
        found[key] = clients + 1, several + is_combined
    _add(tx, found)


def keys(on: date, location_id: int, municipality: str, programme: str) -> Iterator[Key]:
    """
    Return what a contact counts in: each period of the calendar, at its place and all of them, of its programme and all of them.
    """
    periods = [period(on, months) for months in LENGTHS]
    for days, place, town, of in product(periods, (0, location_id), ("", municipality), ("", programme)):
        yield *days, place, town, of


def _add(tx: Tx, found: Mapping[Key, tuple[int, int]]) -> None:
    names = ("from_on", "to_on", "location_id", "municipality", "programme")
    insert = tx.insert(tallies)
    statement = insert.on_conflict_do_update(
        index_elements=names, set_={name: tallies.c[name] + insert.excluded[name] for name in ("clients", "combined")})
    rows = [{**dict(zip(names, key, strict=True)), "clients": clients, "combined": combined}
            for key, (clients, combined) in sorted(found.items())]       # in one order, whoever does so
    if rows:
        tx.run(statement, rows)


def of_span(tx: Tx, span: Span) -> tuple[int, int] | None:
    """
    Return how many clients of these days are known no more, and how many of them had a contact about several things; None where there are
    some and the days are no month, quarter or year of the calendar, or they were let go before anybody was counted on: nobody knows how many.
    """
    here = (tallies.c.location_id == (span.location_id or 0), tallies.c.municipality == span.municipality, tallies.c.programme == span.programme)
    if any(period(span.from_on, months) == (span.from_on, span.to_on) for months in LENGTHS):
        row = tx.one(select(tallies.c.clients, tallies.c.combined).where(
            tallies.c.from_on == span.from_on, tallies.c.to_on == span.to_on, *here))
        if row is None:
            return 0, 0
        return (row.clients, row.combined) if row.clients >= 0 else None
    touched = tallies.c.from_on.between(span.from_on.replace(day=1), span.to_on)
    ends = [row.to_on for row in tx.all(select(tallies.c.from_on, tallies.c.to_on).where(touched, *here)) if (row.to_on - row.from_on).days < 31]
    return None if ends else (0, 0)


def period(day: date, months: int) -> tuple[date, date]:
    """
    Return the month, quarter or year of the calendar around a day: its first day and its last.
    """
    first = (day.month - 1) // months * months + 1
    last = first + months - 1
    return date(day.year, first, 1), date(day.year, last, calendar.monthrange(day.year, last)[1])
