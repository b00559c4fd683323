"""
Conversations: what a client and we said, across their addresses, as the desk shows it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from storage.database import Tx
from storage.messages import body_of
from storage.tables import addresses, media, messages, volunteers

PAGE = 50


@dataclass(frozen=True, slots=True)
class Medium:
    """
    A picture, sound or document that came with a message; `state` is waiting, stored or refused. One that is not clean may still tell
    who made it, and where.
    """

    id: int
    content_type: str
    state: str
    size: int
    is_clean: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """
    One message; `volunteer` is the name of who of us wrote it, "" for the bot and the client.
    """

    id: int
    at: datetime
    is_ours: bool
    kind: str
    channel: str
    state: str
    text: str
    choice: str
    offers: tuple[str, ...]
    language: str
    volunteer: str
    media: tuple[Medium, ...]


def of_client(tx: Tx, client_id: int, before: int = 0, how_many: int = PAGE) -> list[Line]:
    """
    Return the last messages of a client, or the last before one of theirs, the oldest of them first.
    """
    theirs = select(addresses.c.id).where(addresses.c.client_id == client_id)
    query = (
        select(messages, volunteers.c.name).outerjoin(volunteers, volunteers.c.id == messages.c.volunteer_id)
        .where(messages.c.address_id.in_(theirs)).order_by(messages.c.at.desc(), messages.c.id.desc()).limit(how_many)
    )
    first = tx.one(select(messages.c.at).where(messages.c.id == before, messages.c.address_id.in_(theirs))) if before else None
    if first is not None:
        query = query.where(or_(messages.c.at < first.at, and_(messages.c.at == first.at, messages.c.id < before)))
    rows = tx.all(query)
    files = _media(tx, [row.id for row in rows])
    lines = []
    for row in reversed(rows):
        body = body_of(tx, row)
        lines.append(Line(
            row.id, row.at, row.direction == "out", row.kind, row.channel, row.state, str(body.get("text", "")), str(body.get("choice", "")),
            tuple(str(label) for _, label in body.get("offers", ())), str(body.get("language", "")), row.name or "", tuple(files.get(row.id, ()))))
    return lines


def _media(tx: Tx, message_ids: Sequence[int]) -> dict[int, list[Medium]]:
    files: dict[int, list[Medium]] = {}
    query = select(media.c.id, media.c.message_id, media.c.content_type, media.c.state, media.c.size, media.c.refusal).where(
        media.c.message_id.in_(message_ids))
    for row in tx.all(query.order_by(media.c.id)) if message_ids else ():
        files.setdefault(row.message_id, []).append(Medium(row.id, row.content_type, row.state, row.size, row.refusal is None))
    return files


def owner_of(tx: Tx, media_id: int) -> int | None:
    """
    Return the client in whose conversation a medium is, or None.
    """
    query = (
        select(addresses.c.client_id).join(messages, messages.c.address_id == addresses.c.id)
        .join(media, media.c.message_id == messages.c.id).where(media.c.id == media_id)
    )
    row = tx.one(query)
    return row.client_id if row else None
