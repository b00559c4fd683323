"""
Expire: delete what is kept no longer than we promised.
"""

import logging
from datetime import datetime, timedelta

from bot.app import App
from storage import attempts, logins, postings, retention
from storage.database import Tx

log = logging.getLogger("wegwijs")
KEPT = timedelta(days=365)      # texts: 12 months
TOPICS_KEPT = timedelta(days=30)    # topics of the volunteers' group, after the question was closed
POSTINGS_KEPT = timedelta(days=2)   # that something of the group was done: Telegram brings an update again for a day
AT_ONCE = 500
MOST_PICTURES = 2000               # in an hour


async def expire(app: App) -> None:
    """
    Delete the texts that are older than 12 months and the pictures whose question was closed so many days ago as the setting says, some
    at a time, so that nobody waits for it; and what is few: notes, drafts, the logins that ended, the attempts of 90 days ago, what was
    done in the volunteers' group.
    """
    await app.database.write(lambda tx: _few(tx, app.now()))
    now, pictures_kept = app.now(), timedelta(days=app.settings.pictures_kept_days)
    total, deleted = 0, AT_ONCE
    while deleted == AT_ONCE and not app.stopping.is_set():
        deleted = await app.database.write(lambda tx: retention.expire(tx, now - KEPT, AT_ONCE, now))
        total += deleted
    pictures = await app.database.read(lambda tx: retention.old_pictures(tx, now - pictures_kept, MOST_PICTURES))
    if pictures:
        await app.database.write(lambda tx: retention.delete_pictures(tx, pictures))
    if total or pictures:
        log.info("texts_expired how_many=%s pictures=%s", total, len(pictures))


def _few(tx: Tx, now: datetime) -> None:
    logins.expire(tx, now)
    attempts.expire(tx, now)
    retention.expire_notes(tx, now - KEPT)
    retention.expire_drafts(tx, now - KEPT)
    postings.expire(tx, now - POSTINGS_KEPT)
