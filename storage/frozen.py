"""
Frozen: reports as they were handed over. One is kept once and never changed; what came after it is counted beside it.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, text

from storage.database import Tx
from storage.reports import Span, within
from storage.tables import erasures, frozen, moments, revisions, volunteers

SHOWN = 50


@dataclass(frozen=True, slots=True)
class Frozen:
    """
    One report that was handed over: by whom, when, and its figures as JSON.
    """

    id: int
    span: Span
    by: str
    at: datetime
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Since:
    """
    What happened since a report was handed over: moments of its days corrected, withdrawn and written down late, and clients erased
    anywhere (of what days they were, nobody knows any more).
    """

    corrected: int
    withdrawn: int
    late: int
    erased: int


def one_by_one(tx: Tx) -> None:
    """
    Let whoever hands over after us wait until our commit, in another process too, and then see what we kept.
    """
    if tx.is_postgres:
        tx.run(text("select pg_advisory_xact_lock(1, 3)"))


def keep(tx: Tx, span: Span, volunteer_id: int, figures: dict[str, Any], now: datetime) -> None:
    """
    Keep a report as it is handed over; one of the same days and place that is there already stays as it was.
    """
    tx.run(tx.insert(frozen).on_conflict_do_nothing(), {
        "id": tx.ids.next(), "from_on": span.from_on, "to_on": span.to_on, "location_id": span.location_id or 0,
        "municipality": span.municipality, "volunteer_id": volunteer_id, "at": now, "figures": json.dumps(figures)})


_EACH = select(frozen, volunteers.c.name).outerjoin(volunteers, volunteers.c.id == frozen.c.volunteer_id)


def of_span(tx: Tx, span: Span) -> Frozen | None:
    """
    Return the report that was handed over of these days and this place, or None; one of a single programme never was.
    """
    if span.programme:
        return None
    row = tx.one(_EACH.where(frozen.c.from_on == span.from_on, frozen.c.to_on == span.to_on, _of(span.location_id, span.municipality)))
    return _frozen(row) if row else None


def one(tx: Tx, id: int) -> Frozen | None:
    """
    Return one of them.
    """
    row = tx.one(_EACH.where(frozen.c.id == id))
    return _frozen(row) if row else None


def latest(tx: Tx, location_ids: Collection[int] | None) -> list[tuple[int, date, date, int, str]]:
    """
    Return those of these locations (of every place for None), the last period first: (id, first and last day, location, municipality).
    """
    query = select(frozen.c.id, frozen.c.from_on, frozen.c.to_on, frozen.c.location_id, frozen.c.municipality)
    if location_ids is not None:
        query = query.where(frozen.c.location_id.in_(location_ids))
    rows = tx.all(query.order_by(frozen.c.to_on.desc(), frozen.c.from_on, frozen.c.id).limit(SHOWN))
    return [(row.id, row.from_on, row.to_on, row.location_id, row.municipality) for row in rows]


def of_year(tx: Tx, year: int) -> int:
    """
    Return how many were handed over of a year and its quarters, of whatever place.
    """
    return int(tx.run(select(func.count()).select_from(frozen).where(
        frozen.c.from_on.between(date(year, 1, 1), date(year, 12, 31)))).scalar_one())


def since(tx: Tx, span: Span, at: datetime) -> Since:
    """
    Return what happened since then to the moments of these days.
    """
    changes = select(revisions.c.what, func.count(revisions.c.moment_id.distinct()).label("moments")).join(
        moments, moments.c.id == revisions.c.moment_id).where(
        revisions.c.at > at, or_(within(span), within(span, revisions.c.began_on))).group_by(revisions.c.what)
    found = {row.what: row.moments for row in tx.all(changes)}
    late = tx.run(select(func.count()).select_from(moments).where(within(span), moments.c.logged_at > at)).scalar_one()
    erased = tx.run(select(func.count()).select_from(erasures).where(erasures.c.done_at > at)).scalar_one()
    return Since(found.get("corrected", 0), found.get("withdrawn", 0), int(late), int(erased))


def _of(location_id: int | None, municipality: str) -> ColumnElement[bool]:
    return and_(frozen.c.location_id == (location_id or 0), frozen.c.municipality == municipality)


def _frozen(row: Row[Any]) -> Frozen:
    span = Span(row.from_on, row.to_on, row.location_id or None, row.municipality)
    return Frozen(row.id, span, row.name or "", row.at, json.loads(row.figures))
