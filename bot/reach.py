"""
Reach: a client as something that nobody asked for finds them: where they may be written to, what hinders it, and the moment it begins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo
from functools import lru_cache

from bot import share
from bot.app import App
from flows import remind as rules
from flows import safe_contact
from flows.hour import ANY, hours_of
from flows.safe_contact import SafeContact
from storage import approaches, clients, phones, reminders, sessions
from storage.database import Tx
from storage.deliveries import Told
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
    hindrance: str                      # why no message may go to them, or ""
    heard_at: datetime | None           # when they last wrote, or whoever has the phone that they share

    def is_in_talk(self, now: datetime) -> bool:
        """
        Tell whether they wrote so lately that they are not interrupted.
        """
        return self.heard_at is not None and now - self.heard_at < rules.IN_TALK

    def next_at(self, at: datetime, is_last_day: bool = False) -> datetime:
        """
        Return when they may be written to from `at` on: on their days and at their hour, but at any hour rather than too late.
        """
        return _next_at(at, at.tzinfo, tuple(self.safe.days), ANY if is_last_day else hours_of(self.reached.hour))


@lru_cache(maxsize=64)
def _next_at(at: datetime, zone: tzinfo | None, days: tuple[int, ...], hours: tuple[time, time]) -> datetime:
    return rules.next_at(at, days, hours)       # of many clients at one moment it is the same


def find(app: App, tx: Tx, client_ids: Sequence[int], at: datetime, silent: Mapping[int, Told] = {}) -> list[Found]:
    """
    Lock these clients and return them; who writes just now is left out. Those who share a phone share what was sent unasked. Who was
    silent is looked for on another channel, where what went unasked to both places counts.
    """
    found = reminders.reach(tx, client_ids, silent)
    addresses = [one.address_id for one in found.values() if one.address_id is not None]
    before = {one.address_id: silent[id].address_id for id, one in found.items() if one.address_id and id in silent}
    standings = {one.address_id: one for one in sessions.lock(tx, addresses)}
    whole = phones.whole(tx, [id for id, one in standings.items() if one.share is not None])       # what several share counts together
    held = {one.client_id for one in standings.values()}
    held |= set(clients.lock(tx, [id for id, one in found.items() if one.address_id is None], waits=False))
    sent: dict[int, list[datetime]] = {}
    unasked = approaches.unasked(tx, list(dict.fromkeys((*addresses, *whole, *before.values()))), at - rules.PER)
    asked = {(id, queued_at) for id, queued_at, _sent_at in unasked if whole.get(id) == id}
    for id, queued_at, sent_at in unasked:
        if (door_id := whole.get(id, id)) == id or (door_id, queued_at) not in asked:       # a message and the question who reads are one
            sent.setdefault(door_id, []).append(sent_at)
    for address_id, silent_id in before.items():
        if silent_id != address_id:
            sent[address_id] = sorted([*sent.get(address_id, ()), *sent.get(silent_id, ())])
    return [_found(app, one, standings.get(one.address_id or 0), sent.setdefault(whole.get(one.address_id or 0, one.address_id or 0), []), at)
            for id, one in found.items() if id in held]


def _found(app: App, reached: Reached, standing: Standing | None, sent_at: list[datetime], at: datetime) -> Found:
    safe, heard_at = safe_contact.read(reached.safe_contact), reached.heard_at
    why = hindrance(standing, safe)
    if standing is not None and standing.share is not None:
        why = why or ("" if share.is_reachable(app, standing, at) else "no_word")
        heard_at = share.heard_lately(app, standing.share)
    return Found(reached, standing, sent_at, safe, why, heard_at)


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
