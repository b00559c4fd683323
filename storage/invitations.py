"""
Invitations: the one neutral message to an imported number, planned with the import; and who did not answer it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text

from storage.database import Tx
from storage.tables import addresses, clients, sessions


@dataclass(frozen=True, slots=True)
class Invited:
    """
    An address that was invited, and whose it is.
    """

    address_id: int
    client_id: int
    location_id: int
    language: str
    has_answered: bool = False


def due(tx: Tx, now: datetime, how_many: int) -> Sequence[int]:
    """
    Return the addresses whose invitation is due, the longest due first.
    """
    query = select(addresses.c.id).where(text("invite_at is not null"), addresses.c.invite_at <= now).order_by(addresses.c.invite_at)
    return [row.id for row in tx.all(query.limit(how_many))]


def last_sent_at(tx: Tx) -> datetime | None:
    """
    Return when we invited somebody last, of those who are still looked after, or None.
    """
    query = select(addresses.c.invited_at).where(text("invited_at is not null")).order_by(addresses.c.invited_at.desc())
    row = tx.one(query.limit(1))
    return row.invited_at if row else None


def put_off(tx: Tx, address_id: int, until: datetime) -> None:
    """
    Let an invitation wait longer.
    """
    tx.run(addresses.update().where(addresses.c.id == address_id).values(invite_at=until))


def sent(tx: Tx, address_id: int, now: datetime) -> None:
    """
    Write down that an invitation was queued: it is the only one.
    """
    tx.run(addresses.update().where(addresses.c.id == address_id).values(invite_at=None, invited_at=now))


def over(tx: Tx, before: datetime, how_many: int) -> list[Invited]:
    """
    Return whom we invited before a time and have not looked after since. Whom we cannot reach counts as answered: their ticket is there.
    """
    query = (
        select(addresses.c.id, addresses.c.client_id, addresses.c.unreachable_at, clients.c.location_id, clients.c.language, sessions.c.heard_at)
        .join(clients, clients.c.id == addresses.c.client_id).join(sessions, sessions.c.address_id == addresses.c.id)
        .where(text("invited_at is not null"), addresses.c.invited_at < before).order_by(addresses.c.invited_at).limit(how_many)
        .with_for_update(of=[addresses, clients], skip_locked=True)
    )
    return [Invited(row.id, row.client_id, row.location_id, row.language, row.heard_at is not None or row.unreachable_at is not None)
            for row in tx.all(query)]


def drop(tx: Tx, address_id: int) -> None:
    """
    Take an address off the lists of those to invite and those to call.
    """
    tx.run(addresses.update().where(addresses.c.id == address_id).values(invite_at=None, invited_at=None))


def waiting(tx: Tx) -> int:
    """
    Return how many invitations have not left yet.
    """
    return int(tx.run(select(func.count()).select_from(addresses).where(text("invite_at is not null"))).scalar_one())
