"""
Reach: a client as something that nobody asked for finds them: where they may be written to, what hinders it, and the moment it begins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.app import App
from flows import remind as rules
from flows import safe_contact
from flows.safe_contact import SafeContact
from storage import clients, reminders, sessions
from storage.database import Tx
from storage.moments import Moment
from storage.reminders import Reached
from storage.sessions import Standing


@dataclass(slots=True)
class Found:
    """
    One client: where they are reached, locked; what they were sent unasked lately, and how it is safe to write.
    """

    reached: Reached
    standing: Standing | None
    sent_at: list[datetime]
    safe: SafeContact

    @property
    def days(self) -> Sequence[int]:
        """
        Return the weekdays on which it is safe to write, none for all of them.
        """
        return tuple(self.safe.days)

    @property
    def hindrance(self) -> str:
        """
        Return why no message may go to this client, or "".
        """
        return hindrance(self.standing, self.safe)

    def is_in_talk(self, now: datetime) -> bool:
        """
        Tell whether they wrote so lately that they are not interrupted.
        """
        heard_at = self.reached.heard_at
        return heard_at is not None and now - heard_at < rules.IN_TALK


def find(tx: Tx, client_ids: Sequence[int], at: datetime) -> list[Found]:
    """
    Lock these clients and return them; who writes just now is left out.
    """
    found = reminders.reach(tx, client_ids)
    addresses = [one.address_id for one in found.values() if one.address_id is not None]
    standings = {one.address_id: one for one in sessions.lock(tx, addresses)}
    held = {one.client_id for one in standings.values()}
    held |= set(clients.lock(tx, [id for id, one in found.items() if one.address_id is None], waits=False))
    sent: dict[int, list[datetime]] = {}
    for address_id, sent_at in reminders.unasked(tx, addresses, at - rules.PER):
        sent.setdefault(address_id, []).append(sent_at)
    return [Found(one, standings.get(one.address_id or 0), sent.get(one.address_id or 0, []), safe_contact.read(one.safe_contact))
            for id, one in found.items() if id in held]


def hindrance(who: Standing | Reached | None, safe: SafeContact) -> str:
    """
    Return why no message may go to a client unasked, or "".
    """
    if who is None or who.address_id is None:
        return "unlinked"
    if who.is_unreachable:
        return "unreachable"
    if safe.how != "here":
        return "unsafe"
    if who.is_stopped:
        return "stopped"
    return "" if who.consent == "yes" and not who.is_under_16 else "no_consent"


def begin(app: App, tx: Tx, standing: Standing, topics: Sequence[str], now: datetime) -> Moment | None:
    """
    Begin a moment of ours, not reached until the client answers; while their question is open, what we say belongs to its moment, and
    None is returned. `now` is in the office's time.
    """
    if standing.ticket_id is not None and standing.ticket_moment_id is not None and standing.ticket_moment_id == standing.moment_id:
        return None
    standing.moment_id = tx.ids.next()
    return Moment(
        standing.moment_id, standing.client_id, standing.location_id, app.place(standing.location_id).municipality, standing.channel, now,
        now.date(), now, "us", [standing.language] if standing.language else [], list(topics), "", "not_reached", is_reached=False, outbound=1)
