"""
Contents: which texts with buttons were made at Twilio, once per hash of what they say.
"""

from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.tables import contents


def find(tx: Tx, hash: str) -> str:
    """
    Return the platform's id of a content, or "".
    """
    row = tx.one(select(contents.c.external_id).where(contents.c.hash == hash))
    return row.external_id if row else ""


def keep(tx: Tx, hash: str, external_id: str, at: datetime) -> str:
    """
    Keep a content that was made and return the one to use: if another process made it at the same moment, theirs.
    """
    row = {"hash": hash, "external_id": external_id, "created_at": at}
    tx.run(tx.insert(contents).values(row).on_conflict_do_nothing(index_elements=["hash"]))
    return find(tx, hash)


def drop(tx: Tx, hash: str) -> None:
    """
    Forget a content that the platform does not take any more; it is made anew when it is needed.
    """
    tx.run(contents.delete().where(contents.c.hash == hash))
