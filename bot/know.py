"""
Know: what a turn may know of the client who speaks, read in its transaction.
"""

from datetime import datetime

from bot import attribute, settle, share
from bot.app import App
from flows import answers, approvals
from flows.events import Knows
from flows.hours import opens_at
from flows.session import Session
from storage import duties, invites, knocks
from storage.database import Tx
from storage.messages import Waiting
from storage.sessions import Standing


def know(app: App, tx: Tx, standing: Standing, session: Session | None, message: Waiting, is_first: bool, expects_at: datetime | None) -> Knows:
    """
    Return what is known; on a phone that several share nothing of a question that is open, before the word was said.
    """
    code, is_closed = answers.invite_code(message.text), share.keeps_back(standing)
    return Knows(
        place=app.place(standing.location_id), consent=standing.consent, is_stopped=standing.is_stopped, is_first=is_first,
        is_held=standing.ticket_state == "taken" and not is_closed, expects_at=None if is_closed else expects_at, hint=message.hint,
        facts={"under_16": "yes"} if standing.is_under_16 else {},
        is_waited_for=not is_closed and _is_waited_for(app, tx, standing, message),
        due=settle.due_of(app, tx, standing.client_id, message.choice, session, message.at),
        invite=invites.look(tx, code, standing.address_id, message.at)[0] if code else "",
        seat=share.seat_of(tx, standing, message.text, message.choice), reads_at=_reads_at(app, tx, standing, message))


def _reads_at(app: App, tx: Tx, standing: Standing, message: Waiting) -> datetime | None:
    """
    Return when the office opens for a danger that is heard while it is closed and nobody is on the roster, else None: a message may have waited.
    """
    if message.choice:
        return None
    at = app.now().astimezone(app.settings.timezone)
    opens = opens_at(app.place(standing.location_id).hours, at)
    if opens is None or not attribute.is_alarm(app, message) or duties.on_duty(tx, standing.location_id, "social", at):
        return None
    return opens


def _is_waited_for(app: App, tx: Tx, standing: Standing, message: Waiting) -> bool:
    is_read = message.choice == approvals.READ or (not message.choice and approvals.is_label(message.text, app.tongues))
    return is_read and knocks.waits(tx, standing.address_id)
