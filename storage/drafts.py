"""
Drafts: answers that a volunteer has not sent yet; they outlive a closed lid and an ended login.
"""

from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.tables import drafts


def keep(tx: Tx, ticket_id: int, volunteer_id: int, text: str, at: datetime) -> None:
    """
    Keep what a volunteer had written at a time, unless what stands there is of later: an old tab may come after a newer one.

    So that nothing old comes back, a draft that was sent or emptied stays as an empty one until its question is closed.
    """
    insert = tx.insert(drafts).values(ticket_id=ticket_id, volunteer_id=volunteer_id, at=at,
                                      body=tx.keys.seal("drafts.body", f"{ticket_id}:{volunteer_id}", text if text.strip() else ""))
    tx.run(insert.on_conflict_do_update(index_elements=["ticket_id", "volunteer_id"], set_={"body": insert.excluded.body, "at": at},
                                        where=drafts.c.at <= at))


def of(tx: Tx, ticket_id: int, volunteer_id: int) -> str:
    """
    Return a volunteer's draft in a ticket, or "".
    """
    row = tx.one(select(drafts.c.body).where(drafts.c.ticket_id == ticket_id, drafts.c.volunteer_id == volunteer_id))
    return tx.keys.text("drafts.body", f"{ticket_id}:{volunteer_id}", row.body) if row else ""


def drop_all(tx: Tx, ticket_id: int) -> None:
    """
    Throw away what anybody wrote in a ticket: nothing of it is sent any more.
    """
    tx.run(drafts.delete().where(drafts.c.ticket_id == ticket_id))
