"""
Wait: what may not leave before the client writes again (WhatsApp's 24 hours), and the knock that asks them to.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app import App
from bot.channels import content
from flows import approvals
from flows.approvals import KNOCK, READ, REMIND, Approval, Wording
from flows.language import OWN_NAMES
from storage import clients, knocks, outbox, sessions, templates
from storage.database import Tx
from storage.outbox import Queued
from storage.sessions import Standing

log = logging.getLogger("wegwijs")
UNASKED = frozenset(("announcement", "reminder", "broadcast"))
KINDS = UNASKED | {"reply", "pin", "voice"}       # what may wait; a farewell has no next word to wait for, a knock asks for it


@dataclass(frozen=True, slots=True)
class Held:
    """
    A message its platform does not take now. `heard_at` is when the client had last written as it was taken to be sent; `process` has
    it in hand, or "" where a status told that it failed.
    """

    id: int
    address_id: int
    channel: str
    attempt_at: datetime
    error: str
    heard_at: datetime | None = None
    process: str = ""
    kind: str = "reply"


def wait(app: App, tx: Tx, held: Held, now: datetime) -> bool:
    """
    Let a message wait and knock, in this commit; False if no knock can be sent, so that a person must reach the client. A recording
    follows a text of ours, which has knocked or told a person where that was needed.

    The session is locked first: a turn either comes before, and then the message goes again at once, or after, and releases it.
    """
    standing = next(iter(sessions.lock(tx, [held.address_id], waits=True)), None)
    if standing is None or not knocks.hold(tx, held.id, held.error, held.process):
        return True                     # erased meanwhile, or somebody else's to write down
    if _has_written_since(tx, held):
        outbox.again(tx, held.id, now)
        return True
    return held.kind == "voice" or knock(app, tx, standing, now, REMIND if held.kind == "reminder" else KNOCK, held.kind in UNASKED)


def _has_written_since(tx: Tx, held: Held) -> bool:
    heard_at = sessions.heard_at(tx, held.address_id)
    return heard_at is not None and (heard_at > held.attempt_at or (bool(held.process) and heard_at != held.heard_at))


def knock(app: App, tx: Tx, standing: Standing, now: datetime, approval: Approval = KNOCK, is_unasked: bool = False) -> bool:
    """
    Queue a knock unless one was queued in the last 24 hours; False without an approved template in a language this client may read.
    """
    if knocks.has_knocked(tx, standing.address_id, now - timedelta(hours=approvals.KNOCKS)):
        return True
    second = clients.facts_of(tx, standing.client_id).get("second_language", "")
    wording = next((one for one in wordings(app, approval, standing.language, second) if templates.approved(tx, shaped(one).hash)), None)
    if wording is None or standing.is_unreachable:
        return False
    id = tx.ids.next(after=standing.said_id)
    sessions.said(tx, standing.address_id, id)
    outbox.queue(tx, [Queued(id, standing.address_id, standing.channel, standing.moment_id, wording.text, now, ((READ, wording.button),),
                             wording.language, "knock", is_static=True, is_unasked=is_unasked)])
    log.info("knocked channel=%s message=%s language=%s", standing.channel, id, wording.language)
    return True


def wordings(app: App, approval: Approval, tongue: str, second: str = "") -> list[Wording]:
    """
    Return how an approval can be said to a client of this tongue, who reads a second one, the best first.
    """
    return list(approvals.wordings(approval, tongue, app.tongues.languages, content.LANGUAGES, app.tongues, OWN_NAMES.get(tongue, ""), second))


def shaped(wording: Wording) -> content.Content:
    """
    Return a wording as the content that is submitted, and that a knock is sent as.
    """
    return content.template(wording.language, wording.text, ((READ, wording.button),))
