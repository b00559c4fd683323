"""
Files of family reunification: one for each relative who shall come, opened and closed by the legal team.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, and_, func, or_, select

from storage.database import Tx
from storage.reports import Span
from storage.tables import clients, files

Outcome = Literal["granted", "refused", "withdrawn"]
OUTCOMES: tuple[Outcome, ...] = ("granted", "refused", "withdrawn")
SHOWN = 200


@dataclass(frozen=True, slots=True)
class File:
    """
    One file; `client_number` is 0 once the client was forgotten.
    """

    id: int
    client_id: int | None
    client_number: int
    language: str
    wants_woman: bool
    avoids_community: bool
    location_id: int
    opened_on: date
    closed_on: date | None
    outcome: str


def open_ones(tx: Tx, location_id: int, municipality: str, client_id: int, opened_on: date, how_many: int, volunteer_id: int) -> None:
    """
    Open files for relatives of a client; all files of one client carry the same number, which outlives the client's record.
    """
    ids = [tx.ids.next() for _ in range(how_many)]
    known = tx.one(select(files.c.person).where(files.c.client_id == client_id).limit(1))
    person = known.person if known else ids[0]
    tx.run(files.insert(), [
        {"id": id, "person": person, "client_id": client_id, "location_id": location_id, "municipality": municipality, "opened_on": opened_on,
         "outcome": "", "volunteer_id": volunteer_id} for id in ids])


def close(tx: Tx, file_id: int, location_id: int, closed_on: date, outcome: Outcome, volunteer_id: int) -> bool:
    """
    Close a file of a location; False if there is none open with this id, or it was opened later.
    """
    opened = files.c.id == file_id, files.c.location_id == location_id, files.c.closed_on.is_(None), files.c.opened_on <= closed_on
    return tx.run(files.update().where(*opened).values(closed_on=closed_on, outcome=outcome, volunteer_id=volunteer_id)).rowcount > 0


def reopen(tx: Tx, file_id: int, location_id: int, volunteer_id: int) -> bool:
    """
    Open a file again that was closed by mistake.
    """
    closed = files.c.id == file_id, files.c.location_id == location_id, files.c.closed_on.is_not(None)
    return tx.run(files.update().where(*closed).values(closed_on=None, outcome="", volunteer_id=volunteer_id)).rowcount > 0


def remove(tx: Tx, file_id: int, location_id: int) -> bool:
    """
    Delete a file that was opened by mistake and is not closed.
    """
    wrong = files.c.id == file_id, files.c.location_id == location_id, files.c.closed_on.is_(None)
    return tx.run(files.delete().where(*wrong)).rowcount > 0


def of_location(tx: Tx, location_id: int, since: date) -> list[File]:
    """
    Return a location's files that are open or were closed since then, the newest first.
    """
    query = _FILES.where(files.c.location_id == location_id, or_(files.c.closed_on.is_(None), files.c.closed_on >= since))
    return [_file(row) for row in tx.all(query.order_by(files.c.opened_on.desc(), files.c.id.desc()).limit(SHOWN))]


def one(tx: Tx, file_id: int, location_id: int) -> File | None:
    """
    Return a file of a location, or None.
    """
    row = tx.one(_FILES.where(files.c.id == file_id, files.c.location_id == location_id))
    return _file(row) if row else None


_FILES = (select(files, clients.c.number, clients.c.language, clients.c.wants_woman, clients.c.avoids_community)
          .outerjoin(clients, clients.c.id == files.c.client_id))


def _file(row: Row[Any]) -> File:
    return File(row.id, row.client_id, row.number or 0, row.language or "", bool(row.wants_woman), bool(row.avoids_community), row.location_id,
                row.opened_on, row.closed_on, row.outcome)


def counted(tx: Tx, span: Span) -> dict[str, tuple[int, int]]:
    """
    Return (files, persons) open before the first day, opened and closed in the period, of these how each ended, and open after the last
    day. A person can be in several of them: persons are never added up.
    """
    start, end = span.from_on, span.to_on
    closed = and_(files.c.closed_on >= start, files.c.closed_on <= end)
    which: dict[str, ColumnElement[bool]] = {
        "open_at_start": and_(files.c.opened_on < start, or_(files.c.closed_on.is_(None), files.c.closed_on >= start)),
        "opened": files.c.opened_on >= start,
        "closed": closed,
        **{outcome: and_(closed, files.c.outcome == outcome) for outcome in OUTCOMES},
        "open_at_end": or_(files.c.closed_on.is_(None), files.c.closed_on > end),
    }
    columns = [column for name, one in which.items() for column in (
        func.count(files.c.id).filter(one).label(name), func.count(files.c.person.distinct()).filter(one).label(f"{name}_persons"))]
    row = tx.run(select(*columns).where(_of(span))).one()
    return {name: (row[2 * place], row[2 * place + 1]) for place, name in enumerate(which)}


def _of(span: Span) -> ColumnElement[bool]:
    wanted: Sequence[ColumnElement[bool]] = [
        files.c.opened_on <= span.to_on,
        *([files.c.location_id == span.location_id] if span.location_id is not None else []),
        *([files.c.municipality == span.municipality] if span.municipality else [])]
    return and_(*wanted)
