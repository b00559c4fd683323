"""
Guide: the talks of a client's year are brought to whoever guides them, held, and moved.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from bot.app import App
from bot.group_texts import link, say
from bot.plan import plan
from flows import remind
from flows.deadlines import rule_of
from flows.guidance import KINDS
from flows.rights import Volunteer, may_see_client
from storage import clients, notes, postings, reminders, trajectories, volunteers
from storage.database import Tx
from storage.reminders import Reminder

log = logging.getLogger("wegwijs")
LIST = "trajectories"                   # where they stand at the desk
Held = Literal["done", "moved", "no_such", "no_day"]


def is_talk(row: Reminder) -> bool:
    """
    Tell whether a step of a plan is a talk that one of us holds: it is brought to them, and is no question.
    """
    return row.what in ("staff", "moved") and rule_of(row.kind).kind in KINDS


def tell(app: App, tx: Tx, rows: Sequence[Reminder], now: datetime) -> None:
    """
    Bring talks that are due to who holds them, one message a person, in this commit: to their own Telegram, or to the group where they
    have none or nobody guides the client. It says how many, and no more.
    """
    if not rows:
        return
    guides = trajectories.guides(tx, sorted({row.client_id for row in rows}))
    chats = volunteers.chats(tx, sorted(set(guides.values())))
    told = Counter(chats.get(guides.get(row.client_id, 0), "") for row in rows)
    for chat, how_many in sorted(told.items()):
        body = {"text": say("talks", n=how_many, link=f"{link(app)}{LIST}")}
        postings.say(tx, None, body | {"chat": chat} if chat else body, now, "private" if chat else "said")
    log.info("talks_told how_many=%s", len(rows))


async def hold(app: App, who: Volunteer, reminder_id: int, note: str = "", until: date | None = None) -> Held:
    """
    Write down that a talk was held, or that it waits `until` another day, by whom, and a note on the client's card; plan what follows.
    """
    def run(tx: Tx) -> Held:
        found = trajectories.one(tx, reminder_id)
        if found is None or not may_see_client(who, found.row.location_id, found.language, found.wants_woman, found.avoids_community):
            return "no_such"
        clients.lock(tx, [found.row.client_id])
        now = app.now()
        today = now.astimezone(app.settings.timezone).date()
        if until is not None and (until <= today or not _move(app, tx, found.row, until)):
            return "no_day"
        reminders.answer(tx, [reminder_id], "done" if until is None else "moved", now, today if until is None else None)
        trajectories.did(tx, reminder_id, who.id)
        if note:
            notes.add(tx, None, found.row.client_id, who.id, note, now)
        plan(app, tx, [found.row.client_id], now)
        return "done" if until is None else "moved"

    return await app.database.write(run)


def _move(app: App, tx: Tx, row: Reminder, until: date) -> bool:
    taken = any(one.key == row.key and one.send_on == until and one.what == "moved" for one in reminders.of_clients(tx, [row.client_id]))
    if not taken:
        ready_at = remind.send_at(until, app.settings.timezone)
        reminders.add(tx, [Reminder(tx.ids.next(), row.client_id, row.location_id, row.kind, row.due_on, until, "moved", row.known_on, ready_at)])
    return not taken
