"""
Announce: clients are reminded of their visit to the office, the day before and two hours before.
"""

import logging
from collections.abc import Iterable
from datetime import datetime

from bot import share
from bot.app import App
from bot.converse import keep
from bot.exchange import Exchange
from bot.gather import Turns
from flows import safe_contact, visit
from flows.appointment import APPOINTMENT
from flows.hour import hours_of
from storage import appointments, reminders, sessions
from storage.appointments import Appointment
from storage.database import Tx, is_away
from storage.reminders import Reached
from storage.sessions import Standing

log = logging.getLogger("wegwijs")
TOGETHER = 100                  # clients reminded in one commit


async def announce(app: App) -> None:
    """
    Remind everybody whose reminder is due: the message, and that it was given, are one commit.
    """
    now = app.now().astimezone(app.settings.timezone)
    while visit.next_at(now) == now and await app.database.write(lambda tx: _some(app, tx, now)) == TOGETHER:
        pass


def _some(app: App, tx: Tx, now: datetime) -> int:
    found = appointments.due(tx, now, TOGETHER)
    reach = reminders.reach(tx, [one.client_id for one in found])
    heard = _heard(app, tx, reach.values(), now)
    turns = Turns()
    for one in found:
        starts_at = one.starts_at.astimezone(app.settings.timezone)
        if later := visit.wished_at(starts_at, now, hours_of(reach[one.client_id].hour if one.client_id in reach else "")):
            appointments.remind_next(tx, one.id, one.remind_at, later)
            continue
        if appointments.remind_next(tx, one.id, one.remind_at, visit.remind_at(starts_at, now)) and now < starts_at:
            _try(app, tx, turns, one, heard.get(one.client_id))
    keep(app, tx, turns, now)
    return len(found)


def _try(app: App, tx: Tx, turns: Turns, one: Appointment, standing: Standing | None) -> None:
    try:
        _tell(app, tx, turns, one, standing)
    except Exception as error:          # one client's must not hold up the others
        if is_away(error):
            raise
        log.error("visit_not_announced appointment=%s error=%s", one.id, type(error).__name__)


def _tell(app: App, tx: Tx, turns: Turns, one: Appointment, standing: Standing | None) -> None:
    if standing is None:
        log.info("visit_not_announced appointment=%s", one.id)
        return
    exchange = Exchange(app, turns, standing)
    exchange.kind, exchange.until = "announcement", one.starts_at
    exchange.begin(tx, APPOINTMENT, "reminder")
    exchange.close()


def reached(app: App, tx: Tx, client_id: int, now: datetime) -> Standing | None:
    """
    Return the address of a client at which we may write unasked now, locked; None where they want no messages, it is not safe, or nothing arrives.
    """
    return _heard(app, tx, reminders.reach(tx, [client_id]).values(), now).get(client_id)


def _heard(app: App, tx: Tx, reach: Iterable[Reached], now: datetime) -> dict[int, Standing]:
    """
    The same of many, by client.
    """
    safe = {one.address_id: one.client_id for one in reach
            if one.address_id is not None and safe_contact.may_write(safe_contact.read(one.safe_contact), now)}
    standings = sessions.lock(tx, sorted(safe), waits=True) if safe else ()
    return {safe[standing.address_id]: standing for standing in standings if _may_hear(app, standing, now)}


def _may_hear(app: App, standing: Standing, now: datetime) -> bool:
    may_hear = standing.consent == "yes" and share.is_reachable(app, standing, now)
    return may_hear and not (standing.is_stopped or standing.is_unreachable or standing.is_under_16)
