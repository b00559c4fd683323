"""
Reconsider: what nobody asked for is looked at once more as it is about to leave. It was queued when it was allowed; since then a channel
may have been paused, night may have come, the client may have said STOP.

So is an answer that has waited, for a channel or for the client's press: meanwhile it may have become unsafe to write. What waits for a safe
day holds up nothing: an emergency number passes it.

A reminder that never left goes back to the plan, as if it had not been said: at its time it is said anew, with what is so by then, or a
person steps in. Everything else waits where it is, or is dropped; a message to many that is dropped goes with the moment it began.
"""

import logging
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from bot import summon
from bot.app import App
from bot.exchange import NEVER
from flows import remind, safe_contact, visit
from flows.hour import ANY, hours_of
from flows.session import Session
from storage import appointments, approaches, outbox, recipients, reminders, sessions
from storage.approaches import Open
from storage.database import Tx
from storage.outbox import BESIDE, Claimed

log = logging.getLogger("wegwijs")
SOON = timedelta(seconds=5)             # until a client who is in another process's hands is looked at again
WAITERS = ("reply", *BESIDE)            # kinds of what answers a client
Verdict = datetime | str | None         # not before then, never for this reason, or now


def reconsider(app: App, tx: Tx, claimed: Sequence[Claimed], now: datetime) -> list[Claimed]:
    """
    Return those of the claimed messages that may leave now; what becomes of the others is in this commit.
    """
    asked = [one for one in claimed if one.is_unasked or one.until or _has_waited(one, now)]
    opened = approaches.open_to(tx, [one.address_id for one in asked])
    at = now.astimezone(app.settings.timezone)
    verdicts = {one.id: _verdict(tx, one, opened.get(one.address_id), at) for one in asked}
    kept = [(one, verdict) for one in asked if (verdict := verdicts[one.id]) is not None]
    if kept:
        _keep(app, tx, kept, {id for id, who in opened.items() if who.is_door}, now)
        log.info("withheld how_many=%s", len(kept))
        tx.wake("delivery")             # others may leave in their stead
    return [one for one in claimed if verdicts.get(one.id) is None]


def _has_waited(one: Claimed, now: datetime) -> bool:
    return one.kind in WAITERS and one.queued_at is not None and now - one.queued_at > safe_contact.TALKING


def _of_answer(one: Claimed, opened: Open | None, at: datetime) -> Verdict:
    if opened is None or opened.is_door:
        return None
    safe = safe_contact.read(opened.safe_contact)
    if safe.how != "here":
        return "unsafe"
    return None if safe_contact.may_write(safe, at, one.heard_at) else _at_its_hour(at, safe.days)


def _verdict(tx: Tx, one: Claimed, opened: Open | None, at: datetime) -> Verdict:
    if not (one.is_unasked or one.until):
        return _of_answer(one, opened, at)
    if opened is not None and opened.is_door:
        return _at_its_hour(at, ())             # the question who reads, for others who were looked at
    if opened is None or opened.is_stopped:
        return "stopped"
    if one.kind != "knock" and not opened.has_agreed:
        return "no_consent"
    safe = safe_contact.read(opened.safe_contact)
    if safe.how != "here":
        return "unsafe"
    if one.kind == "broadcast" and one.until and one.until <= at:
        return "over"
    if one.kind == "broadcast" and not one.is_unasked:      # the client's word let it go
        return None
    if one.kind == "announcement":
        return _of_visit(tx, one, opened.client_id, at, safe.days)
    if one.kind == "reminder" and one.attempts == 0 and one.queued_at and one.queued_at.astimezone(at.tzinfo).date() < at.date():
        return at                       # what it says was so on that day
    hours = hours_of(opened.hour)
    if one.kind == "broadcast":
        return _at_its_hour(at, safe.days, hours)
    was_at = one.queued_at.astimezone(at.tzinfo) if one.queued_at else at
    if one.kind == "reminder" and one.attempts == 0 and remind.may_send(was_at, hours) and not remind.may_send(at, hours):
        return at                       # the plan knows whether it can wait for the client's hour
    return _at_its_hour(at, safe.days)


def _at_its_hour(at: datetime, days: Collection[int], hours: tuple[time, time] = ANY) -> datetime | None:
    next_at = remind.next_at(at, tuple(days), hours)
    return next_at if next_at > at else None


def _of_visit(tx: Tx, one: Claimed, client_id: int, at: datetime, days: Collection[int]) -> Verdict:
    coming, next_at = appointments.coming(tx, client_id, at), visit.next_at(at, days) if one.is_unasked else at
    if coming is None or coming.starts_at != one.until or next_at >= coming.starts_at:
        return "over"
    return next_at if next_at > at else None


def _keep(app: App, tx: Tx, kept: Sequence[tuple[Claimed, Verdict]], doors: Collection[int], now: datetime) -> None:
    plans = {one.id: verdict if isinstance(verdict, datetime) else now for one, verdict in kept
             if one.kind == "reminder" and one.attempts == 0 and one.address_id not in doors}      # the question who reads waits where it is
    back = recall(tx, [(one.address_id, one.id, plans[one.id]) for one, _ in kept if one.id in plans])
    falling = [one.address_id for one, verdict in kept if isinstance(verdict, str) and one.id not in back]
    free = {standing.address_id for standing in sessions.lock(tx, falling)} if falling else set()       # waiting for them would hold up their turn
    returned, dropped = [], []
    for one, verdict in kept:
        if one.id in plans and one.id not in back:
            returned.append((one.id, "queued", now + SOON, one.attempts, ""))
        elif isinstance(verdict, datetime) and one.id not in back:
            returned.append((one.id, "queued", verdict, one.attempts, outbox.HELD if one.kind in WAITERS else ""))
        elif isinstance(verdict, str) and one.id not in back and one.address_id not in free:
            returned.append((one.id, "queued", now + SOON, one.attempts, ""))
        elif isinstance(verdict, str) and one.id not in back:
            dropped.append((one.id, verdict))
    outbox.back(tx, app.process, returned)
    outbox.failed(tx, app.process, dropped, now)
    why = dict(dropped)
    recall(tx, [(one.address_id, one.id, now) for one, _ in kept
                     if one.kind == "broadcast" and one.id in why and one.attempts == 0
                     and recipients.fail(tx, one.id, "too_late" if why[one.id] == "over" else why[one.id])])
    for id, _ in dropped:
        summon.failed(app, tx, id, now)
    summon.unsafe(app, tx, [one.address_id for one, _ in kept if why.get(one.id) == "unsafe" and one.kind == "reply"], now)


def recall(tx: Tx, sent: Sequence[tuple[int, int, datetime]]) -> set[int]:
    """
    Take back reminders and messages to many that never left: (address, message, when they are looked at again), and return which; a client
    whom another process has in hand is left out.
    """
    standings = {one.address_id: one for one in sessions.lock(tx, [address for address, _, _ in sent])} if sent else {}
    ours, kept = [one for one in sent if one[0] in standings], []
    for address_id, id, ready_at in ours:
        rows = [row for row in reminders.of_message(tx, id) if row.state == "sent"]
        for row in rows:
            row.state, row.ready_at, row.message_id, row.settled_at = "planned", ready_at, None, None
        reminders.settle(tx, rows)
        standing = standings[address_id]
        session = Session.from_json(standing.state) if standing.state else None
        name = next((name for name in ("remind", "checkin") if session and session.data.get(name) == str(id)), "")
        if session and name:                # nobody answers what was not said
            data = {kept: value for kept, value in session.data.items() if kept != name}
            here = ("menu", "main") if session.flow == name else (session.flow, session.node)
            standing.state = replace(session, flow=here[0], node=here[1], data=data).to_json()
            kept.append((standing, NEVER))
    sessions.keep(tx, kept)
    approaches.take_back(tx, [id for _, id, _ in ours])
    return {id for _, id, _ in ours}


def thin(tx: Tx, address_ids: Sequence[int], now: datetime) -> None:
    """
    After a client's word let go of what had waited for it: let no more leave at once than we write unasked in a week, reminders first, the newest;
    the other reminders go back to the plan, where what is old is not said any more and the rest waits its turn.
    """
    waiting: dict[int, list[int]] = {}
    for address_id, id in approaches.ready(tx, address_ids):
        waiting.setdefault(address_id, []).append(id)
    over = [(address_id, id, now) for address_id, ids in waiting.items() for id in ids[remind.MOST:]]
    for _address_id, id, _now in over:
        recipients.fail(tx, id, "held_back")        # what is no reminder is not said any more
    recall(tx, over)
