"""
Links: one-time codes of volunteers, to come in, to choose a new password, to be known in Telegram. Only their hash is kept.
"""

import secrets
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from flows.rights import Volunteer
from storage import volunteers as team
from storage.database import Tx
from storage.logins import hash_of
from storage.tables import links, volunteers

Kind = Literal["invite", "reset", "telegram", "enter"]
LASTS: dict[Kind, timedelta] = {"invite": timedelta(days=7), "reset": timedelta(days=1), "telegram": timedelta(days=1), "enter": timedelta(days=1)}


def make(tx: Tx, volunteer_id: int, kind: Kind, now: datetime, made_by: int | None = None) -> str:
    """
    Make a link and return its code; the earlier ones of this kind stop working.
    """
    code = secrets.token_urlsafe(32)
    tx.run(links.delete().where(links.c.volunteer_id == volunteer_id, links.c.kind == kind, links.c.used_at.is_(None)))
    tx.run(links.insert(), {"code_hash": hash_of(code), "kind": kind, "volunteer_id": volunteer_id, "made_by": made_by, "created_at": now,
                            "expires_at": now + LASTS[kind]})
    return code


def look(tx: Tx, code: str, kind: Kind, now: datetime) -> Volunteer | None:
    """
    Return whom a code is for; None for one that is unknown, used or too old, or whose volunteer was dismissed.
    """
    query = select(volunteers).join(links, links.c.volunteer_id == volunteers.c.id).where(
        links.c.code_hash == hash_of(code), links.c.kind == kind, links.c.used_at.is_(None), links.c.expires_at > now,
        volunteers.c.dismissed_at.is_(None))
    row = tx.one(query)
    return team.of_row(row) if row else None


def use(tx: Tx, code: str, kind: Kind, now: datetime) -> Volunteer | None:
    """
    Use a code up and return whom it was for, as `look` does; of two who come at once one gets None.
    """
    who = look(tx, code, kind, now)
    if who is None:
        return None
    used = tx.run(links.update().where(links.c.code_hash == hash_of(code), links.c.used_at.is_(None)).values(used_at=now)).rowcount
    return who if used else None


def end_all(tx: Tx, volunteer_id: int) -> None:
    """
    Delete the links of a volunteer.
    """
    tx.run(links.delete().where(links.c.volunteer_id == volunteer_id))
