"""
Drafts: answers that a volunteer has not sent yet; they outlive a closed lid and an ended login.
"""

from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.tables import drafts


def keep(tx: Tx, ticket_id: int, volunteer_id: int, text: str, now: datetime) -> None:
    """
    Keep what a volunteer wrote so far; nothing written is no draft.
    """
    if not text.strip():
        drop(tx, ticket_id, volunteer_id)
        return
    insert = tx.insert(drafts).values(ticket_id=ticket_id, volunteer_id=volunteer_id, at=now,
                                      body=tx.keys.seal("drafts.body", f"{ticket_id}:{volunteer_id}", text))
    tx.run(insert.on_conflict_do_update(index_elements=["ticket_id", "volunteer_id"], set_={"body": insert.excluded.body, "at": now}))


def of(tx: Tx, ticket_id: int, volunteer_id: int) -> str:
    """
    Return a volunteer's draft in a ticket, or "".
    """
    row = tx.one(select(drafts.c.body).where(drafts.c.ticket_id == ticket_id, drafts.c.volunteer_id == volunteer_id))
    return tx.keys.text("drafts.body", f"{ticket_id}:{volunteer_id}", row.body) if row else ""


def drop(tx: Tx, ticket_id: int, volunteer_id: int) -> None:
    """
    Throw a draft away.
    """
    tx.run(drafts.delete().where(drafts.c.ticket_id == ticket_id, drafts.c.volunteer_id == volunteer_id))


def drop_all(tx: Tx, ticket_id: int) -> None:
    """
    Throw away what anybody wrote in a ticket: nothing of it is sent any more.
    """
    tx.run(drafts.delete().where(drafts.c.ticket_id == ticket_id))
