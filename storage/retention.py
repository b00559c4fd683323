"""
Retention of what was said: texts are kept for 12 months, as we promise when we ask for consent, pictures until a while after their
question was closed. How long each table is kept stands in `storage/terms.py`; how the others are ended, in `storage/sweeps.py`.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import alias as aliased
from sqlalchemy import and_, bindparam, exists, or_, select

from flows.session import Session
from storage.database import Tx
from storage.erasures import LEFT_THERE, delete_there
from storage.ids import first_of
from storage.sessions import stand
from storage.tables import locations, media, messages, sessions, statuses, tickets

KEPT = ("consent", "remind", "checkin")         # of a session that waits for an answer to something new

LONGEST = timedelta(days=400)       # longer than texts are kept
STUCK = timedelta(days=30)          # what is still unfinished that long after its term never will be
UNFINISHED = ("received", "queued", "sending", "unknown")


def expire(tx: Tx, before: datetime, how_many: int, now: datetime) -> int:
    """
    Delete up to `how_many` messages from before then, the oldest first, with their media, their statuses, what a closed ticket quotes
    of them and what a silent session remembers; queue their deletion at the platform, and that of media we could not fetch there. Return
    how many were deleted.
    """
    is_over = messages.c.at < before, or_(messages.c.state.not_in(UNFINISHED), messages.c.at < before - STUCK)
    old = tx.all(select(messages.c.id, messages.c.address_id, messages.c.channel, messages.c.external_id).where(*is_over)
                 .order_by(messages.c.at).limit(how_many))
    if not old:
        return 0
    ids = [row.id for row in old]
    there = [(row.channel, row.external_id) for row in old if row.external_id and row.channel not in LEFT_THERE]
    delete_there(tx, _not_fetched(tx, ids) + there, now)
    tx.run(tickets.update().where(tickets.c.message_id.in_(ids), tickets.c.state == "closed").values(question=None))
    waits = sessions.c.said_id >= first_of(before)              # for an answer to something new
    quiet = sessions.c.address_id.in_({row.address_id for row in old}), sessions.c.heard_at < before
    tx.run(sessions.update().where(*quiet, or_(sessions.c.said_id.is_(None), ~waits)).values(state=None))
    for row in tx.all(select(sessions.c.address_id, sessions.c.state).where(*quiet, waits, sessions.c.state.is_not(None))):
        session = Session.from_json(tx.keys.text("sessions.state", row.address_id, row.state))
        data = {name: value for name, value in session.data.items() if name in KEPT}        # nothing of what the client wrote
        stand(tx, row.address_id, replace(session, data=data).to_json())
    tx.run(media.delete().where(media.c.message_id.in_(ids)))
    tx.run(statuses.delete().where(statuses.c.message_id.in_(ids)))
    tx.run(messages.delete().where(messages.c.id.in_(ids)))
    return len(ids)


def _not_fetched(tx: Tx, message_ids: Sequence[int]) -> list[tuple[str, str]]:
    is_there = messages.c.channel.not_in(LEFT_THERE), or_(media.c.state == "waiting", media.c.refusal == "gone")
    rows = tx.all(select(messages.c.channel, media.c.id, media.c.reference).join(messages, messages.c.id == media.c.message_id)
                  .where(media.c.message_id.in_(message_ids), *is_there))
    return [(row.channel, tx.keys.text("media.reference", row.id, row.reference)) for row in rows]


_LATER = aliased(tickets)
_GOES_ON = exists().where(_LATER.c.moment_id == messages.c.moment_id, or_(_LATER.c.state != "closed", _LATER.c.closed_at >= bindparam("before")))
_OF_EXCHANGE = messages.c.moment_id == tickets.c.moment_id
_CAME_MEANWHILE = and_(messages.c.address_id == tickets.c.address_id, messages.c.at.between(tickets.c.opened_at, tickets.c.closed_at))
_OLD_PICTURES = [
    select(media.c.id).select_from(tickets).join(messages, which).join(media, media.c.message_id == messages.c.id)
    .where(tickets.c.location_id.in_(select(locations.c.id)), tickets.c.closed_at.between(bindparam("since"), bindparam("before")),
           tickets.c.state == "closed", messages.c.direction != "out", media.c.state == "stored",
           or_(media.c.content_type.startswith("image/"), media.c.content_type.startswith("application/")), ~_GOES_ON)
    for which in (_OF_EXCHANGE, _CAME_MEANWHILE)
]


def old_pictures(tx: Tx, before: datetime, how_many: int) -> list[int]:
    """
    Return pictures and documents, up to `how_many` twice, of clients whose question was closed before then. One whose exchange goes on
    in another question stays until that was closed too. What is older than texts are kept is not looked for: it is gone with them.
    """
    then = {"since": before - LONGEST, "before": before}
    return sorted({row.id for query in _OLD_PICTURES for row in tx.all(query.limit(how_many), then)})


def delete_pictures(tx: Tx, ids: Sequence[int]) -> None:
    """
    Delete these pictures and documents.
    """
    tx.run(media.delete().where(media.c.id.in_(ids)))
    tx.wake("desk")
