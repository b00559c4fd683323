"""
Forget: erase who asked for it everywhere, here and at the platforms, once our farewell has left.
"""

import logging
from datetime import timedelta
from pathlib import Path

from bot.app import App
from storage import deletions, erasures

log = logging.getLogger("wegwijs")
AT_ONCE = 20
PATIENCE = timedelta(hours=1)       # for the farewell to leave
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(days=1)


async def forget(app: App) -> None:
    """
    Erase the clients whose farewell has left, then delete at the platforms what is still there.
    """
    now = app.now()
    due, has_more = await app.database.read(lambda tx: (erasures.due(tx, now - PATIENCE), deletions.is_due(tx, now)))
    for client_id in due:
        try:
            await forget_client(app, client_id)
        except Exception as error:          # the others are forgotten all the same
            log.error("client_not_erased client=%s error=%s", client_id, type(error).__name__)
    if due or has_more:         # looked for by a reader: no client's message waits behind a look that finds nothing
        await _delete(app)


async def forget_client(app: App, client_id: int) -> None:
    """
    Erase one client in one transaction, and note it outside the database too, so that no backup brings them back.
    """
    now = app.now()
    erasures.note(_log(app), client_id, now)
    await app.database.write(lambda tx: erasures.erase(tx, client_id, now))
    log.info("client_erased")


def _log(app: App) -> Path:
    return app.settings.data_dir / "erasures.jsonl"


async def _delete(app: App) -> None:
    now = app.now()
    for one in await app.database.write(lambda tx: deletions.claim(tx, AT_ONCE, now, now + FIRST_PAUSE)):
        channel = app.channels.on.get(one.channel)
        if channel is None:
            continue
        try:
            await channel.forget(one.reference)
        except OSError as error:
            log.warning("not_deleted channel=%s attempts=%d error=%s", one.channel, one.attempts + 1, type(error).__name__)
            again_at = now + min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(one.attempts, 16))       # for as long as it takes: we promised
            await app.database.write(lambda tx, one=one, at=again_at: deletions.put_off(tx, one.id, at))     # type: ignore[misc]
            continue
        await app.database.write(lambda tx, one=one: deletions.done(tx, one.id))        # type: ignore[misc]
