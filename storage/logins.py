"""
Logins: sessions of volunteers at the desk. The cookie holds a random token; the database holds only its hash.
"""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from flows.rights import Volunteer
from storage import volunteers as team
from storage.database import Tx
from storage.tables import logins, volunteers

LASTS, IDLE = timedelta(days=7), timedelta(hours=12)
NOTED = timedelta(minutes=1)            # a login that is used is written down once in this time


def hash_of(token: str) -> str:
    """
    Return what is kept of a random token: SHA-256, enough for a token of 256 bits.
    """
    return hashlib.sha256(token.encode()).hexdigest()


def begin(tx: Tx, volunteer_id: int, token: str, is_whole: bool, now: datetime) -> None:
    """
    Begin a login; one that is not whole waits for the second factor and opens nothing else.
    """
    tx.run(logins.insert(), {"token_hash": hash_of(token), "volunteer_id": volunteer_id, "is_whole": is_whole, "created_at": now, "seen_at": now,
                             "expires_at": now + LASTS})


_FIND = (
    select(logins.c.is_whole, logins.c.seen_at, logins.c.expires_at, volunteers)
    .join(volunteers, volunteers.c.id == logins.c.volunteer_id)
    .where(logins.c.token_hash == bindparam("token_hash"), volunteers.c.dismissed_at.is_(None))
)


def find(tx: Tx, token_hash: str, now: datetime) -> tuple[Volunteer, bool, bool] | None:
    """
    Return whose login this is, whether it is whole, and whether it is to be noted that it was used; None for one that ended, that
    was idle for too long, or whose volunteer was dismissed.
    """
    row = next(iter(tx.rows(_FIND, {"token_hash": token_hash})), None)
    if row is None or row.expires_at <= now or row.seen_at + IDLE <= now:
        return None
    return team.of_row(row), row.is_whole, now - row.seen_at >= NOTED


def seen(tx: Tx, token_hash: str, now: datetime) -> None:
    """
    Note that a login was used.
    """
    tx.run(logins.update().where(logins.c.token_hash == token_hash).values(seen_at=now))


def end(tx: Tx, token_hash: str) -> None:
    """
    End one login.
    """
    tx.run(logins.delete().where(logins.c.token_hash == token_hash))
    tx.wake("desk")


def end_all(tx: Tx, volunteer_id: int, but: str = "") -> int:
    """
    End every login of a volunteer, but this one; return how many.
    """
    tx.wake("desk")
    return tx.run(logins.delete().where(logins.c.volunteer_id == volunteer_id, logins.c.token_hash != but)).rowcount


def of(tx: Tx, volunteer_id: int) -> list[tuple[str, datetime, datetime]]:
    """
    Return the logins of a volunteer, the last used first: hash of the token, begun, last used.
    """
    rows = tx.all(select(logins).where(logins.c.volunteer_id == volunteer_id).order_by(logins.c.seen_at.desc()))
    return [(row.token_hash, row.created_at, row.seen_at) for row in rows]
