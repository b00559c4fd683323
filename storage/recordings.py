"""
Recordings: our texts spoken by volunteers, for clients who read little.
"""

from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.tables import recordings


def add(tx: Tx, text_hash: str, language: str, content: bytes, seconds: int, volunteer_id: int, now: datetime) -> int:
    """
    Keep a recording (OGG with Opus) of a text in a language and return its id; the newest is the one that counts.
    """
    id = tx.ids.next()
    tx.run(recordings.insert(), {"id": id, "language": language, "text_hash": text_hash, "content_type": "audio/ogg", "seconds": seconds,
                                 "content": tx.keys.seal("recordings.content", id, content), "volunteer_id": volunteer_id, "at": now})
    return id


def of(tx: Tx, text_hash: str, language: str) -> tuple[str, bytes] | None:
    """
    Return content type and content of the newest recording of a text in a language, or None.
    """
    row = tx.one(select(recordings).where(recordings.c.text_hash == text_hash, recordings.c.language == language)
                 .order_by(recordings.c.at.desc(), recordings.c.id.desc()).limit(1))
    return (row.content_type, tx.keys.open("recordings.content", row.id, row.content)) if row else None


def spoken(tx: Tx, language: str) -> set[str]:
    """
    Return the texts that were recorded in a language.
    """
    return {row.text_hash for row in tx.all(select(recordings.c.text_hash).where(recordings.c.language == language).distinct())}
