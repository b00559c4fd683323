"""
Reconcile: after an outage of ours, fetch what clients wrote meanwhile, and ask what became of messages nobody reported on.

Twilio does not repeat what we did not answer; it only lists it.
"""

import logging
from datetime import timedelta

from bot.app import App
from bot.channels import Accepted, Channel, Gone, Outbound, Status, Unknown
from bot.receive import receive
from storage import channels
from storage.channels import Unconfirmed

log = logging.getLogger("wegwijs")

OVERLAP = timedelta(minutes=10)     # a message may be listed later than it was written
FIRST = timedelta(hours=24)         # how far the first look goes back
LONGEST = timedelta(days=7)         # and every other: who wrote before that has found another way
SILENT = timedelta(hours=1)         # accepted and unreported for so long: a report may be lost
OLDEST = timedelta(days=2)          # after that a phone is off
ASKED = 20                          # messages asked about in one run


async def reconcile(app: App) -> None:
    """
    Write down, for every channel, the inbound messages that its platform lists and we lack; a channel that cannot be asked now is
    asked again the next time, from the same moment on.
    """
    for name, channel in list(app.channels.on.items()):
        try:
            await _reconcile(app, name, channel)
        except (OSError, Gone) as error:
            log.warning("not_reconciled channel=%s error=%s", name, type(error).__name__)


async def _reconcile(app: App, name: str, channel: Channel) -> None:
    began_at = app.now()
    last = (await app.database.read(lambda tx: channels.state(tx, name))).reconciled_at
    since = max(last - OVERLAP, began_at - LONGEST) if last else began_at - FIRST
    doomed = await app.database.read(lambda tx: channels.doomed(tx, name))
    found = await channel.missed(since)
    if found:
        doomed |= await app.database.read(lambda tx: channels.doomed(tx, name))     # who asked to be forgotten while we looked
        await receive(app, [message for message in found if message.external_id not in doomed])
    await app.database.write(lambda tx: channels.reconciled(tx, name, began_at), is_bulk=True)


async def poll_statuses(app: App) -> None:
    """
    Ask what became of messages that were accepted over an hour ago and of which no report came: a few in every run.
    """
    now = app.now()
    for name, channel in list(app.channels.on.items()):
        if channel.can_be_asked:
            silent = await app.database.read(lambda tx, name=name: channels.unconfirmed(tx, name, now - OLDEST, now - SILENT,
                ASKED))  # type: ignore[misc]
            told = [status for one in silent if (status := await _ask(app, channel, one))]
            await receive(app, told)
            await app.database.write(lambda tx, silent=silent: channels.asked(tx, [one.id for one in silent], now))  # type: ignore[misc]


async def _ask(app: App, channel: Channel, message: Unconfirmed) -> Status | None:
    outcome = await channel.settle(Outbound(message.id, channel.name, "", "", app.now(), external_id=message.external_id))
    if isinstance(outcome, Accepted):
        return Status(channel.name, message.id, message.external_id, outcome.state) if outcome.state != "sent" else None
    return Status(channel.name, message.id, message.external_id, "failed", outcome.error) if not isinstance(outcome, Unknown) else None
