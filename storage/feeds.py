"""
Feeds: the secret address at which a volunteer's own calendar reads the appointments of their office. Only its hash is kept.
"""

import secrets
from datetime import datetime

from sqlalchemy import select

from flows.rights import Volunteer
from storage import volunteers as team
from storage.database import Tx
from storage.logins import hash_of
from storage.tables import feeds, volunteers


def make(tx: Tx, volunteer_id: int, now: datetime) -> str:
    """
    Make the token of a volunteer's feed and return it; the one before ends.
    """
    token = secrets.token_urlsafe(32)
    end(tx, volunteer_id)
    tx.run(feeds.insert(), {"token_hash": hash_of(token), "volunteer_id": volunteer_id, "created_at": now})
    return token


def look(tx: Tx, token: str) -> Volunteer | None:
    """
    Return whose feed this is; None for a token that ended, or whose volunteer was dismissed.
    """
    query = select(volunteers).join(feeds, feeds.c.volunteer_id == volunteers.c.id)
    row = tx.one(query.where(feeds.c.token_hash == hash_of(token), volunteers.c.dismissed_at.is_(None)))
    return team.of_row(row) if row else None


def since(tx: Tx, volunteer_id: int) -> datetime | None:
    """
    Return when a volunteer's feed was made, or None if there is none.
    """
    row = tx.one(select(feeds.c.created_at).where(feeds.c.volunteer_id == volunteer_id))
    return row.created_at if row else None


def end(tx: Tx, volunteer_id: int) -> None:
    """
    End a volunteer's feed.
    """
    tx.run(feeds.delete().where(feeds.c.volunteer_id == volunteer_id))
