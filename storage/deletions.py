"""
Deletions: what must still be deleted at a platform, after a client was forgotten here.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.tables import deletions


@dataclass(frozen=True, slots=True)
class Deletion:
    """
    One thing to delete; `reference` is what the channel's `forget` takes.
    """

    id: int
    channel: str
    reference: str
    attempts: int


def is_due(tx: Tx, now: datetime) -> bool:
    """
    Tell whether anything is to be deleted now.
    """
    return tx.one(select(deletions.c.id).where(deletions.c.ready_at <= now).limit(1)) is not None


def claim(tx: Tx, how_many: int, now: datetime, until: datetime) -> list[Deletion]:
    """
    Take what is to be deleted; nobody else takes it before `until`.
    """
    query = select(deletions).where(deletions.c.ready_at <= now).order_by(deletions.c.ready_at).limit(how_many).with_for_update(skip_locked=True)
    rows = tx.all(query)
    if rows:
        tx.run(deletions.update().where(deletions.c.id.in_([row.id for row in rows])).values(ready_at=until, attempts=deletions.c.attempts + 1))
    return [Deletion(row.id, row.channel, tx.keys.text("deletions.reference", row.id, row.reference), row.attempts) for row in rows]


def put_off(tx: Tx, deletion_id: int, until: datetime) -> None:
    """
    Try again then.
    """
    tx.run(deletions.update().where(deletions.c.id == deletion_id).values(ready_at=until))


def done(tx: Tx, deletion_id: int) -> None:
    """
    Forget what was deleted at the platform.
    """
    tx.run(deletions.delete().where(deletions.c.id == deletion_id))
