"""
Expire: delete what is kept no longer than we promised.
"""

import logging
from datetime import timedelta

from bot.app import App
from storage import attempts, logins, postings, retention

log = logging.getLogger("wegwijs")
KEPT = timedelta(days=365)      # texts: 12 months
TOPICS_KEPT = timedelta(days=30)    # topics of the volunteers' group, after the question was closed
POSTINGS_KEPT = timedelta(days=2)   # that something of the group was done: Telegram brings an update again for a day
AT_ONCE = 500


async def expire(app: App) -> None:
    """
    Delete the texts that are older than 12 months, some at a time, so that nobody waits for it; and of the desk's door the logins
    that ended and the attempts of 90 days ago.
    """
    await app.database.write(lambda tx: (logins.expire(tx, app.now()), attempts.expire(tx, app.now())))
    await app.database.write(lambda tx: (retention.expire_notes(tx, app.now() - KEPT), retention.expire_drafts(tx, app.now() - KEPT)))
    total, deleted = 0, AT_ONCE
    while deleted == AT_ONCE and not app.stopping.is_set():
        now = app.now()
        deleted = await app.database.write(lambda tx: retention.expire(tx, now - KEPT, AT_ONCE, now))  # noqa: B023
        total += deleted
    await app.database.write(lambda tx: postings.expire(tx, app.now() - POSTINGS_KEPT))
    if total:
        log.info("texts_expired how_many=%s", total)
