"""
Media: what clients send is announced with the message, fetched afterwards and stored encrypted; what volunteers say aloud is stored with
the message that carries it.
"""

import base64
import struct
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, literal_column, select

from storage.database import Tx
from storage.secrets import Keys, WrongKey
from storage.tables import media, messages, tickets


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    A medium to fetch. `reference` is the platform's, `size` in bytes (0: the platform did not say).
    """

    id: int
    channel: str
    external_id: str
    reference: str
    content_type: str
    size: int
    attempts: int


def announce(tx: Tx, announced: Sequence[tuple[int, str, str, int]], now: datetime) -> None:
    """
    Write down media to fetch: (message id, reference, content type, size in bytes).
    """
    rows = []
    for message_id, reference, content_type, size in announced:
        id = tx.ids.next()
        rows.append({"id": id, "message_id": message_id, "state": "waiting", "reference": tx.keys.seal("media.reference", id, reference),
                     "content_type": content_type[:100], "size": size, "ready_at": now})
    if rows:
        tx.run(media.insert(), rows)
        tx.wake("media")


_WAITING = (
    select(media, messages.c.channel, messages.c.external_id)
    .join(messages, messages.c.id == media.c.message_id)
    .where(media.c.state == literal_column("'waiting'"))
    .order_by(media.c.ready_at).with_for_update(of=media, skip_locked=True)
)


def claim(tx: Tx, channels: Collection[str], how_many: int, now: datetime, until: datetime) -> list[Waiting]:
    """
    Take media of these channels to fetch; nobody else takes them before `until`. Of a channel that is off no try is used up.
    """
    rows = tx.all(_WAITING.where(media.c.ready_at <= now, messages.c.channel.in_(list(channels))).limit(how_many))
    if rows:
        tx.run(media.update().where(media.c.id.in_([row.id for row in rows])).values(ready_at=until, attempts=media.c.attempts + 1))
    return [Waiting(row.id, row.channel, row.external_id or "", tx.keys.text("media.reference", row.id, row.reference), row.content_type, row.size,
                    row.attempts) for row in rows]


def again(tx: Tx, media_id: int, at: datetime) -> None:
    """
    Let a medium that could not be fetched be tried again from then on.
    """
    tx.run(media.update().where(media.c.id == media_id, media.c.state == "waiting").values(ready_at=at))


def store(tx: Tx, media_id: int, content: bytes, content_type: str, remark: str | None = None) -> bool:
    """
    Keep a medium's content, encrypted; with a remark where something is wrong with it ("not cleaned"). False where another process was first.
    """
    is_first = tx.run(media.update().where(media.c.id == media_id, media.c.state == "waiting").values(
        state="stored", content=tx.keys.seal("media.content", media_id, content), content_type=content_type, size=len(content), refusal=remark))
    tx.wake("desk")
    return bool(is_first.rowcount)


def refuse(tx: Tx, media_id: int, why: str) -> bool:
    """
    Write down why a medium is not kept: too large, not a kind we take, cannot be read, gone. False where another process kept it, or said why.
    """
    waits = media.c.id == media_id, media.c.state == "waiting"
    return bool(tx.run(media.update().where(*waits).values(state="refused", refusal=why)).rowcount)


def of_ticket(tx: Tx, ticket_id: int) -> list[Row]:  # type: ignore[type-arg]
    """
    Return the media of a ticket, in the order they came: `id`, `state`, `content_type`, `size`, `refusal`. They are the media of
    the exchange in which the ticket opened.
    """
    return list(tx.all(
        select(media.c.id, media.c.state, media.c.content_type, media.c.size, media.c.refusal)
        .join(messages, messages.c.id == media.c.message_id)
        .join(tickets, tickets.c.moment_id == messages.c.moment_id)
        .where(tickets.c.id == ticket_id).order_by(media.c.id)))


def content(tx: Tx, media_id: int) -> tuple[str, bytes] | None:
    """
    Return content type and content of a stored medium, or None.
    """
    row = tx.one(select(media.c.content_type, media.c.content).where(media.c.id == media_id, media.c.state == "stored"))
    return (row.content_type, tx.keys.open("media.content", media_id, row.content)) if row else None


_SAY = media.insert()


def say(tx: Tx, spoken: Sequence[tuple[int, str, bytes]], now: datetime) -> None:
    """
    Keep what volunteers said aloud: (id of the message that carries it, content type, content).
    """
    rows = []
    for message_id, content_type, content in spoken:
        id = tx.ids.next()
        rows.append({"id": id, "message_id": message_id, "state": "stored", "reference": tx.keys.seal("media.reference", id, ""),
                     "content_type": content_type, "size": len(content), "content": tx.keys.seal("media.content", id, content), "ready_at": now})
    if rows:
        tx.many(_SAY, rows)


def said(tx: Tx, message_ids: Sequence[int]) -> dict[int, tuple[str, bytes]]:
    """
    Return what these messages of ours carry, by message: content type and content.
    """
    if not message_ids:
        return {}
    rows = tx.all(select(media.c.id, media.c.message_id, media.c.content_type, media.c.content).where(media.c.message_id.in_(message_ids)))
    return {row.message_id: (row.content_type, tx.keys.open("media.content", row.id, row.content)) for row in rows}


def unsay(tx: Tx, message_id: int) -> None:
    """
    Throw away what a message of ours carries.
    """
    tx.run(media.delete().where(media.c.message_id == message_id))


_LOAN = struct.Struct(">qq")        # id of the message, until when


def lend(keys: Keys, message_id: int, until: datetime) -> str:
    """
    Return a token for what a message of ours carries: nobody can guess one, or read in it what it is for, and it dies by itself.
    """
    return base64.urlsafe_b64encode(keys.seal("media.loan", "", _LOAN.pack(message_id, int(until.timestamp())))).decode().rstrip("=")


def borrower(keys: Keys, token: str, now: datetime) -> int:
    """
    Return the message of ours that a token was made for; 0 for any other, and after its time.
    """
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), b"-_", validate=True)
        message_id, until = _LOAN.unpack(keys.open("media.loan", "", sealed))
    except (ValueError, struct.error, WrongKey):
        return 0
    return int(message_id) if now.timestamp() < until else 0


def lent(tx: Tx, token: str, now: datetime) -> tuple[str, bytes] | None:
    """
    Return content type and content of what a token was made for; None for any other, after its time, and once it was undone or erased.
    """
    message_id = borrower(tx.keys, token, now)
    return said(tx, [message_id]).get(message_id) if message_id else None
