"""
Hinder: why no message may go to a client unasked, or not just now.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import share
from bot.app import App
from flows import safe_contact
from flows.remind import IN_TALK
from storage.reminders import Reached, Reminder
from storage.sessions import Standing


@dataclass(slots=True)
class Theirs:
    """
    One client as their reminders find them: where they are reached, all their rows, and what they were sent unasked lately.
    """

    reached: Reached
    standing: Standing | None
    rows: Sequence[Reminder]
    sent_at: list[datetime]
    safe: safe_contact.SafeContact

    @property
    def days(self) -> Sequence[int]:
        """
        Return the weekdays on which it is safe to write, none for all of them.
        """
        return tuple(self.safe.days)


def hindrance(app: App, theirs: Theirs, now: datetime) -> str:
    """
    Return why no message may go to this client, or "".
    """
    standing = theirs.standing
    if standing is None:
        return "unlinked"
    if standing.is_unreachable:
        return "unreachable"
    if theirs.safe.how != "here":
        return "unsafe"
    if standing.is_stopped:
        return "stopped"
    if standing.consent != "yes" or standing.is_under_16:
        return "no_consent"
    return "" if share.is_reachable(app, standing, now) else "no_word"


def is_in_talk(app: App, theirs: Theirs, now: datetime) -> bool:
    """
    Tell whether the client is writing with us just now.
    """
    heard_at, standing = theirs.reached.heard_at, theirs.standing
    if standing is not None and standing.share is not None:         # whoever of those who share the phone has it in hand
        heard_at = share.heard_lately(app, standing.share)
    return heard_at is not None and now - heard_at < IN_TALK
