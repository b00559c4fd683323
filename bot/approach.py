"""
Approach: an imported number gets one neutral invitation; who does not answer in two weeks becomes a task to call.
"""

import logging
from datetime import datetime, timedelta

from bot import wait
from bot.app import App
from flows import safe_contact
from flows.approvals import INVITE, READ, Wording
from flows.pacing import may_send
from storage import clients, invitations, outbox, sessions, templates, tickets
from storage.database import Tx
from storage.invitations import Invited
from storage.outbox import Queued
from storage.sessions import Standing
from storage.tickets import Ticket

log = logging.getLogger("wegwijs")
CHANNEL = "whatsapp"
AT_ONCE = 50
APART = timedelta(minutes=3)            # 220 a day, where WhatsApp lets a new organisation write to 250 people
LATER = timedelta(hours=1)              # until it is looked again whether a template was approved
PATIENCE = timedelta(days=14)


async def approach(app: App) -> None:
    """
    Queue the invitations that are due, at an hour at which we may write unasked, and ask for a call where nobody answered. Called by the clock.
    """
    now = app.now()
    if CHANNEL in app.channels.on and may_send(now.astimezone(app.settings.timezone)):
        await app.database.write(lambda tx: invite(app, tx, now))
    while await app.database.write(lambda tx: give_up(app, tx, now)) == AT_ONCE:
        pass


def invite(app: App, tx: Tx, now: datetime) -> bool:
    """
    Queue the next invitation that is due, marked in this commit, and tell whether one was; they leave three minutes apart, however many
    wait. Without an approved template nothing leaves, and it waits.
    """
    last = invitations.last_sent_at(tx)
    if last is not None and now - last < APART:
        return False
    due = invitations.due(tx, now, AT_ONCE)
    for standing in sessions.lock(tx, due) if due else ():
        if _is_possible(app, tx, standing, now):
            wording = _approved(app, tx, standing.language)
            if wording is not None:
                _queue(tx, standing, wording, now)
                return True
            invitations.put_off(tx, standing.address_id, now + LATER)
            log.warning("invitation_waits language=%s", standing.language)
    return False


def _is_possible(app: App, tx: Tx, standing: Standing, now: datetime) -> bool:
    """
    Tell whether this client is to be invited now: not one who wrote meanwhile, or said no elsewhere, nor one whom a message is never safe
    for, whom a person calls.
    """
    safe = safe_contact.read(clients.safe_contact_of(tx, standing.client_id))
    has_refused = standing.is_stopped or standing.is_under_16 or standing.consent == "no"
    if has_refused or sessions.heard_at(tx, standing.address_id) is not None:
        invitations.drop(tx, standing.address_id)
    elif safe.how != "here":
        invitations.drop(tx, standing.address_id)
        _ask_to_call(app, tx, Invited(standing.address_id, standing.client_id, standing.location_id, standing.language), now)
    elif not safe_contact.may_write(safe, now.astimezone(app.settings.timezone)):
        invitations.put_off(tx, standing.address_id, now + timedelta(days=1))
    else:
        return True
    return False


def _approved(app: App, tx: Tx, language: str) -> Wording | None:
    return next((one for one in wait.wordings(app, INVITE, language) if templates.approved(tx, wait.shaped(one).hash)), None)


def _queue(tx: Tx, standing: Standing, wording: Wording, now: datetime) -> None:
    id = tx.ids.next(after=standing.said_id)
    sessions.said(tx, standing.address_id, id)
    outbox.queue(tx, [Queued(id, standing.address_id, standing.channel, None, wording.text, now, ((READ, wording.button),), wording.language,
                             "knock", is_static=True, is_unasked=True)])
    invitations.sent(tx, standing.address_id, now)


def give_up(app: App, tx: Tx, now: datetime) -> int:
    """
    Open a task to call for each client who was invited two weeks ago and did not write, and return how many were looked at.
    """
    over = invitations.over(tx, now - PATIENCE, AT_ONCE)
    for one in over:
        invitations.drop(tx, one.address_id)
        if not one.has_answered:
            _ask_to_call(app, tx, one, now)
    return len(over)


def _ask_to_call(app: App, tx: Tx, one: Invited, now: datetime) -> None:
    tickets.open_or_join(tx, [Ticket(
        one.client_id, one.address_id, None, None, one.location_id, "social", "normal", now, app.due_at(one.location_id, now, "normal"),
        language=one.language, reason="not_answered")])
