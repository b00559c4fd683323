"""
Recite: a reminder whose day is near was taken by its platform, and a recording goes after it, also to who never asked for voice.

The recording names neither the day nor what it is about: it says that the text matters, and how to be helped by who cannot read it. It is
queued in the commit that writes the text down as sent, so that it never comes alone; outside WhatsApp's 24 hours no text goes, and so
no recording. On a phone that several share nothing is said aloud.
"""

from datetime import datetime

from bot.app import App
from bot.speak import OPUS
from flows.notices import ALOUD
from flows.remind import is_said_aloud
from storage import deliveries, outbox, reminders, sessions
from storage.database import Tx
from storage.outbox import Claimed, Queued


def recite(app: App, tx: Tx, message: Claimed, now: datetime) -> None:
    """
    Queue the recording that follows a message of ours; once, however often its result is written down.
    """
    if message.kind == "reminder" and (name := _recording(app, message)):
        _follow(app, tx, message, name, now)


def _recording(app: App, message: Claimed) -> str:
    speaks = app.channels.on[message.channel].speaks
    return next(iter(app.voices.names_of(message.language, (ALOUD,), app.tongues)), "") if OPUS in speaks else ""


def _follow(app: App, tx: Tx, message: Claimed, name: str, now: datetime) -> None:
    rows, today = reminders.of_message(tx, message.id), now.astimezone(app.settings.timezone).date()
    for standing in sessions.lock(tx, [message.address_id], waits=True) if rows else ():
        if standing.is_shared or not is_said_aloud(standing.voice, rows[0].due_on, today):
            continue
        if moment_id := deliveries.follow(tx, message.id):
            id = tx.ids.next(after=standing.said_id)
            sessions.said(tx, standing.address_id, id)
            outbox.queue(tx, [Queued(id, standing.address_id, standing.channel, moment_id, "", now, language=message.language, kind="voice",
                                     recording=name, is_unasked=True)])
