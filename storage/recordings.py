"""
Recordings: our texts spoken by volunteers, for clients who read little.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.messages import body_of
from storage.tables import messages, recordings


@dataclass(frozen=True, slots=True)
class Recording:
    """
    A recording of a text in a language, and when it was made.
    """

    id: int
    language: str
    text_hash: str
    at: datetime


def add(tx: Tx, text_hash: str, language: str, content: bytes, seconds: int, volunteer_id: int, now: datetime) -> int:
    """
    Keep a recording (OGG with Opus) of a text in a language and return its id; the newest is the one that counts.
    """
    id = tx.ids.next()
    tx.run(recordings.insert(), {"id": id, "language": language, "text_hash": text_hash, "content_type": "audio/ogg", "seconds": seconds,
                                 "content": tx.keys.seal("recordings.content", id, content), "volunteer_id": volunteer_id, "at": now})
    tx.wake("places")
    return id


def of(tx: Tx, text_hash: str, language: str) -> tuple[str, bytes] | None:
    """
    Return content type and content of the newest recording of a text in a language, or None.
    """
    row = tx.one(select(recordings).where(recordings.c.text_hash == text_hash, recordings.c.language == language)
                 .order_by(recordings.c.at.desc(), recordings.c.id.desc()).limit(1))
    return (row.content_type, tx.keys.open("recordings.content", row.id, row.content)) if row else None


def newest(tx: Tx) -> Sequence[Recording]:
    """
    Return the newest recording of every text in every language.
    """
    rows = tx.all(select(recordings.c.id, recordings.c.language, recordings.c.text_hash, recordings.c.at).order_by(recordings.c.at, recordings.c.id))
    found = {(row.language, row.text_hash): Recording(row.id, row.language, row.text_hash, row.at) for row in rows}
    return list(found.values())


def content(tx: Tx, recording_id: int) -> tuple[str, bytes] | None:
    """
    Return content type and content of a recording, or None.
    """
    row = tx.one(select(recordings.c.id, recordings.c.content_type, recordings.c.content).where(recordings.c.id == recording_id))
    return (row.content_type, tx.keys.open("recordings.content", row.id, row.content)) if row else None


def recording_of(tx: Tx, message_id: int) -> str:
    """
    Return the name of the recording that a message of ours carries, or "".
    """
    row = tx.one(select(messages.c.id, messages.c.body).where(messages.c.id == message_id, messages.c.kind == "voice"))
    return str(body_of(tx, row).get("recording", "")) if row else ""
