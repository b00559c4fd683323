"""
Revisions: what stood in a contact moment before somebody corrected or withdrew it, who did and when. A moment is never deleted by hand.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from storage.database import Tx
from storage.reports import WITHDRAWN, Span, within
from storage.tables import clients, moments, revisions, volunteers

KEPT = ("channel", "topics", "programme", "minutes", "outcome", "began_on", "is_reached", "answered_by")
LATELY = 10


@dataclass(frozen=True, slots=True)
class Revision:
    """
    One change of a moment: what was done to it, by whom, and what its columns were before.
    """

    what: str
    by: str
    at: datetime
    was: Mapping[str, Any]


def find(tx: Tx, moment_id: int, is_locked: bool = False) -> Row[Any] | None:
    """
    Return a moment with what decides who may see its client, or None.
    """
    query = select(moments, clients.c.number, clients.c.language, clients.c.wants_woman, clients.c.avoids_community).outerjoin(
        clients, clients.c.id == moments.c.client_id).where(moments.c.id == moment_id)
    return tx.one(query.with_for_update(of=moments) if is_locked else query)


def revise(tx: Tx, moment: Row[Any], volunteer_id: int, what: str, values: Mapping[str, object], now: datetime) -> bool:
    """
    Change a moment that was found locked, and keep what it was; False, and nothing is kept, where nothing is another.
    """
    if all(getattr(moment, name) == value for name, value in values.items()):
        return False
    was = {name: str(value) if name == "began_on" else value for name in KEPT for value in [getattr(moment, name)]}
    tx.run(revisions.insert(), {"id": tx.ids.next(), "moment_id": moment.id, "volunteer_id": volunteer_id, "at": now, "what": what,
                                "began_on": moment.began_on, "was": json.dumps(was)})
    tx.run(moments.update().where(moments.c.id == moment.id).values(dict(values)))
    return True


def of_moments(tx: Tx, moment_ids: Collection[int]) -> dict[int, list[Revision]]:
    """
    Return what was changed of these moments, the last first.
    """
    query = select(revisions, volunteers.c.name).outerjoin(volunteers, volunteers.c.id == revisions.c.volunteer_id)
    found: dict[int, list[Revision]] = {}
    for row in tx.all(query.where(revisions.c.moment_id.in_(moment_ids)).order_by(revisions.c.id.desc())):
        found.setdefault(row.moment_id, []).append(Revision(row.what, row.name or "", row.at, json.loads(row.was)))
    return found


def latest(tx: Tx, volunteer_id: int) -> list[Row[Any]]:
    """
    Return what a volunteer wrote down last, each with its client's number.
    """
    query = select(moments, clients.c.number).outerjoin(clients, clients.c.id == moments.c.client_id)
    mine = moments.c.volunteer_id == volunteer_id, moments.c.logged_at.is_not(None)
    return list(tx.all(query.where(*mine).order_by(moments.c.logged_at.desc()).limit(LATELY)))


def withdrawn(tx: Tx, span: Span, since: datetime) -> int:
    """
    Return how many moments of these days are withdrawn; none was before `since`, their first day.
    """
    which = revisions.c.at >= since, revisions.c.what == WITHDRAWN, moments.c.outcome == WITHDRAWN, within(span)
    query = select(func.count(revisions.c.moment_id.distinct())).select_from(revisions.join(moments, moments.c.id == revisions.c.moment_id))
    return int(tx.run(query.where(*which)).scalar_one())
