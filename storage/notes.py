"""
Notes: what volunteers write for each other about a question; no client sees them.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.tables import notes, volunteers


@dataclass(frozen=True, slots=True)
class Note:
    """
    One note, and who wrote it: a volunteer, or the program itself.
    """

    id: int
    volunteer: str
    text: str
    at: datetime


def add(tx: Tx, ticket_id: int | None, client_id: int | None, volunteer_id: int | None, text: str, now: datetime,
        moment_id: int | None = None, id: int = 0) -> int:
    """
    Write a note down and return its id, a new one unless it is given; `volunteer_id` None is the program itself. What is noted of a
    contact that was no chat belongs to its moment.
    """
    id = id or tx.ids.next()
    tx.run(notes.insert(), {"id": id, "ticket_id": ticket_id, "client_id": client_id or None, "volunteer_id": volunteer_id,
                            "body": tx.keys.seal("notes.body", id, text), "at": now, "moment_id": moment_id})
    tx.wake("desk")
    return id


def tell(tx: Tx, told: Sequence[tuple[int, int, str]], now: datetime) -> None:
    """
    Write many notes of the program itself down: (ticket, client, text).
    """
    if told:
        ids = [tx.ids.next() for _ in told]
        tx.run(notes.insert(), [
            {"id": id, "ticket_id": ticket_id, "client_id": client_id, "volunteer_id": None, "body": tx.keys.seal("notes.body", id, text), "at": now}
            for id, (ticket_id, client_id, text) in zip(ids, told, strict=True)
        ])
        tx.wake("desk")


def of_ticket(tx: Tx, ticket_id: int) -> list[Note]:
    """
    Return the notes of a ticket, the oldest first.
    """
    query = select(notes, volunteers.c.name).outerjoin(volunteers, volunteers.c.id == notes.c.volunteer_id).where(notes.c.ticket_id == ticket_id)
    return [Note(row.id, row.name or "Wegwijs", tx.keys.text("notes.body", row.id, row.body), row.at) for row in tx.all(query.order_by(notes.c.id))]


def of_moments(tx: Tx, moment_ids: Collection[int]) -> dict[int, list[str]]:
    """
    Return what was noted of contacts that were no chats, the oldest first, by moment.
    """
    found: dict[int, list[str]] = {}
    for row in tx.all(select(notes).where(notes.c.moment_id.in_(moment_ids)).order_by(notes.c.id)):
        found.setdefault(row.moment_id, []).append(tx.keys.text("notes.body", row.id, row.body))
    return found
