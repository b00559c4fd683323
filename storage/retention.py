"""
Retention: texts are kept for 12 months, as we promise when we ask for consent; moments and their counts stay.
"""

from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.erasures import LEFT_THERE, delete_there
from storage.ids import first_of
from storage.tables import drafts, media, messages, notes, sessions, statuses, tickets

UNFINISHED = ("received", "queued", "sending", "unknown")


def expire(tx: Tx, before: datetime, how_many: int, now: datetime) -> int:
    """
    Delete up to `how_many` messages from before then, the oldest first, with their media, their statuses, what a closed ticket quotes
    of them and what a silent session remembers; queue their deletion at the platform. Return how many were deleted.
    """
    old = tx.all(select(messages.c.id, messages.c.address_id, messages.c.channel, messages.c.external_id)
                 .where(messages.c.at < before, messages.c.state.not_in(UNFINISHED)).order_by(messages.c.at).limit(how_many))
    if not old:
        return 0
    ids = [row.id for row in old]
    delete_there(tx, [(row.channel, row.external_id) for row in old if row.external_id and row.channel not in LEFT_THERE], now)
    tx.run(tickets.update().where(tickets.c.message_id.in_(ids), tickets.c.state == "closed").values(question=None))
    tx.run(sessions.update().where(sessions.c.address_id.in_({row.address_id for row in old}), sessions.c.heard_at < before).values(state=None))
    tx.run(media.delete().where(media.c.message_id.in_(ids)))
    tx.run(statuses.delete().where(statuses.c.message_id.in_(ids)))
    tx.run(messages.delete().where(messages.c.id.in_(ids)))
    return len(ids)


def expire_notes(tx: Tx, before: datetime) -> int:
    """
    Delete what volunteers noted before then, and return how many. Ids rise with time, so the oldest are found by their ids.
    """
    return tx.run(notes.delete().where(notes.c.id < first_of(before), notes.c.at < before)).rowcount


def expire_drafts(tx: Tx, before: datetime) -> int:
    """
    Delete what volunteers left unsent before then, and return how many. There are few: closing a question throws them away.
    """
    return tx.run(drafts.delete().where(drafts.c.at < before)).rowcount
