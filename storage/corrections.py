"""
Corrections: our texts as volunteers say them better; each with who and when, and with a second person where it matters.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select

from storage.database import Tx
from storage.tables import corrections, volunteers

State = Literal["live", "waiting", "replaced", "refused"]


@dataclass(frozen=True, slots=True)
class Correction:
    """
    One way to say an English text (`source`) in a language. `is_reviewed`: a speaker of the language ticked it.
    """

    id: int
    language: str
    source: str
    said: str
    state: State
    is_reviewed: bool
    volunteer_id: int
    volunteer: str
    at: datetime
    second_id: int | None
    second_at: datetime | None


def hash_of(source: str) -> str:
    """
    Return the short name of an English text, for addresses.
    """
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def add(tx: Tx, language: str, source: str, said: str, state: State, is_reviewed: bool, volunteer_id: int, now: datetime) -> int:
    """
    Write a correction down: `live` takes effect at once, `waiting` waits for a second person. It replaces what waited before it, and
    a live one what was live.
    """
    _replace(tx, language, source, ("live", "waiting") if state == "live" else ("waiting",))
    id = tx.ids.next()
    tx.run(corrections.insert(), {"id": id, "language": language, "text_hash": hash_of(source), "source": source, "said": said, "state": state,
                                  "is_reviewed": is_reviewed, "volunteer_id": volunteer_id, "at": now})
    tx.wake("places")
    return id


def _replace(tx: Tx, language: str, source: str, states: Sequence[State]) -> None:
    theirs = corrections.update().where(corrections.c.text_hash == hash_of(source), corrections.c.language == language)
    tx.run(theirs.where(corrections.c.state.in_(states)).values(state="replaced"))


def decide(tx: Tx, correction_id: int, second_id: int, is_agreed: bool, now: datetime) -> bool:
    """
    Let a second person agree or refuse; False if it does not wait any more, or if they wrote it themselves.
    """
    row = tx.one(select(corrections).where(corrections.c.id == correction_id, corrections.c.state == "waiting").with_for_update())
    if row is None or (is_agreed and row.volunteer_id == second_id):
        return False
    if is_agreed:
        _replace(tx, row.language, row.source, ("live",))
    tx.run(corrections.update().where(corrections.c.id == correction_id).values(
        state="live" if is_agreed else "refused", second_id=second_id, second_at=now))
    tx.wake("places")
    return True


_ALL = select(corrections, volunteers.c.name).join(volunteers, volunteers.c.id == corrections.c.volunteer_id)


def live(tx: Tx) -> list[Correction]:
    """
    Return every correction that counts now.
    """
    return [_read(row) for row in tx.all(_ALL.where(corrections.c.state == "live").order_by(corrections.c.id))]


def wordings(tx: Tx) -> list[Correction]:
    """
    Return every correction that counts or counted once, the oldest first.
    """
    rows = tx.all(_ALL.where(corrections.c.state.in_(("live", "replaced"))).order_by(corrections.c.at, corrections.c.id))
    return [_read(row) for row in rows]


def waiting(tx: Tx) -> list[Correction]:
    """
    Return the corrections that wait for a second person, the oldest first.
    """
    return [_read(row) for row in tx.all(_ALL.where(corrections.c.state == "waiting").order_by(corrections.c.at))]


def history(tx: Tx, text_hash: str, language: str) -> list[Correction]:
    """
    Return what was proposed for a text in a language, the newest first.
    """
    return [_read(row) for row in tx.all(_ALL.where(corrections.c.text_hash == text_hash, corrections.c.language == language)
                                         .order_by(corrections.c.at.desc(), corrections.c.id.desc()))]


def _read(row: Any) -> Correction:
    return Correction(row.id, row.language, row.source, row.said, row.state, row.is_reviewed, row.volunteer_id, row.name, row.at, row.second_id,
                      row.second_at)
