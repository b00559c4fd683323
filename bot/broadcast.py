"""
Broadcast: what a coordinator said is sent to each client of its segment, once; planned in sets, some a minute, after the reminders.

A client and their message are one commit: never lost, never twice. A broadcast is locked for its step, so that who pauses or stops it
is obeyed at once, and two processes do not both take it.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from bot import reach, share
from bot.app import App
from bot.exchange import NEVER
from bot.reach import Found
from flows import broadcast as rules
from flows import remind
from flows.broadcast import Segment, Spoken, Words
from flows.session import Session, begun
from storage import broadcasts, moments, outbox, recipients, reminders, sessions
from storage.broadcasts import Broadcast
from storage.database import Tx, is_away
from storage.moments import Moment
from storage.outbox import Queued
from storage.recipients import Recipient
from storage.sessions import Standing

log = logging.getLogger("wegwijs")
PLANNED = 500                           # clients that are looked at in one commit of planning
AT_ONCE = 100                           # messages of one commit, at most
A_RUN = 200                             # messages that one run of the clock queues: answers come spread over the day
AGAIN = timedelta(hours=1)              # until a client to whom it could not be sent is tried again


@dataclass(slots=True)
class Batch:
    """
    What one commit decides, gathered until it is written one statement a table.
    """

    one: Broadcast
    words: Words
    now: datetime                       # at the office
    coming: dict[int, int]              # reminders of the next days, by client
    said: dict[tuple[str, int], Spoken | str] = field(default_factory=dict)
    settled: list[Recipient] = field(default_factory=list)
    begun: list[Moment] = field(default_factory=list)
    queued: list[Queued] = field(default_factory=list)
    kept: list[Standing] = field(default_factory=list)
    openings: dict[int, str] = field(default_factory=dict)      # shared phones at which we ask who reads


async def broadcast(app: App, room: int = A_RUN) -> int:
    """
    Plan and send what is to be sent now, this many messages at most, and return how many were queued. Called by the clock.
    """
    queued = 0
    for id in await app.database.read(broadcasts.running):
        try:
            while not app.stopping.is_set() and await app.database.write(lambda tx, id=id: plan(app, tx, id)):      # type: ignore[misc]
                pass
            queued += await _send(app, id, room - queued)
        except Exception as error:
            log.error("broadcast_failed broadcast=%s error=%s", id, type(error).__name__)
            if is_away(error):
                break
    if queued:
        log.info("broadcasts_queued how_many=%s", queued)
    return queued


def plan(app: App, tx: Tx, id: int, how_many: int = PLANNED) -> bool:
    """
    Plan a broadcast for the next clients of its segment, and note how far that is, in this commit; tell whether there are more.
    """
    one = broadcasts.lock(tx, id)
    if one is None or one.state != "running" or one.planned_to is None:
        return False
    found, last = members(tx, Segment.from_json(one.segment), one.planned_to, how_many)
    recipients.add(tx, id, found, app.now())
    broadcasts.planned(tx, id, last)
    return last is not None


def members(tx: Tx, segment: Segment, after: int, how_many: int = PLANNED) -> tuple[list[int], int | None]:
    """
    Return who of the next clients by id is in a segment, and the last one that was looked at, None at the end.
    """
    looked = broadcasts.next_clients(tx, after, how_many)
    taken = [id for id, language, location_id in looked if segment.takes(language, location_id)]
    return broadcasts.who_had(tx, taken, segment.programmes, segment.topics), looked[-1][0] if len(looked) == how_many else None


async def _send(app: App, id: int, room: int) -> int:
    queued = 0
    while queued < room and not app.stopping.is_set():
        many = min(AT_ONCE, room - queued)
        await _learn_tongues(app, id, many)
        try:
            done, said = await app.database.write(lambda tx, many=many: step(app, tx, id, many))        # type: ignore[misc]
        except Exception as error:
            log.error("broadcast_step_failed broadcast=%s error=%s", id, type(error).__name__)
            if is_away(error):
                raise
            done, said = await _one_by_one(app, id, many)
        queued += said
        if not done:
            if await app.database.write(lambda tx: broadcasts.finish(tx, id, app.now())):
                log.info("broadcast_done broadcast=%s", id)
            break
    return queued


async def _learn_tongues(app: App, id: int, how_many: int) -> None:
    """
    Read the texts of the languages of those who are next, so that no write waits while that is done.
    """
    next_ones = await app.database.read(lambda tx: reminders.reach(tx, recipients.due(tx, id, app.now(), how_many)))
    for language in sorted({one.language for one in next_ones.values()}):
        await asyncio.to_thread(app.tongues, language)


async def _one_by_one(app: App, id: int, many: int) -> tuple[int, int]:
    """
    After a group failed: each client alone, so that one to whom it cannot be sent holds up nobody; that one is tried again later.
    """
    done = said = 0
    for client_id in await app.database.read(lambda tx: recipients.due(tx, id, app.now(), many)):
        try:
            settled, queued = await app.database.write(lambda tx, who=client_id: step(app, tx, id, 1, [who]))       # type: ignore[misc]
            done, said = done + settled, said + queued
        except Exception as error:
            log.error("broadcast_not_sent broadcast=%s error=%s", id, type(error).__name__)
            if is_away(error):
                raise
            done += await app.database.write(lambda tx, who=client_id: recipients.put_off(tx, id, who, app.now() + AGAIN))      # type: ignore[misc]
    return done, said


def step(app: App, tx: Tx, id: int, how_many: int, only: Sequence[int] | None = None) -> tuple[int, int]:
    """
    Send a broadcast to some to whom it may go now, or to these clients, in this commit; return how many were dealt with, and how many
    messages were queued.
    """
    one = broadcasts.lock(tx, id)
    if one is None or one.state != "running":
        return 0, 0
    at = app.now()
    ids = recipients.due(tx, id, at, how_many) if only is None else only
    found = reach.find(app, tx, ids, at)
    rows = recipients.standing(tx, id, [theirs.reached.client_id for theirs in found], at)
    batch = Batch(one, Words.from_json(one.kind, one.body), at.astimezone(app.settings.timezone),  # type: ignore[arg-type]
                  reminders.coming(tx, list(rows), at + remind.PER))
    for theirs in found:
        if row := rows.get(theirs.reached.client_id):
            _take(app, tx, batch, theirs, row)
    moments.begin(tx, batch.begun)
    outbox.queue(tx, batch.queued)
    if batch.openings:
        share.open_up(app, tx, batch.openings, at)
    sessions.keep(tx, [(standing, NEVER) for standing in batch.kept])
    recipients.settle(tx, batch.settled)
    return len(batch.settled), len(batch.queued)


def _take(app: App, tx: Tx, batch: Batch, theirs: Found, row: Recipient) -> None:
    standing, why = theirs.standing, theirs.hindrance
    if standing is None or why:
        _settle(batch, row, "barred", why or "unlinked")
    elif batch.now.date() > batch.one.until_on:
        _settle(batch, row, "barred", "too_late")
    elif isinstance(spoken := _spoken(app, batch, standing), str):
        _settle(batch, row, "barred", spoken)
    elif theirs.next_at(batch.now) > batch.now:
        _wait(batch, theirs, row, batch.now, "planned")
    elif theirs.is_in_talk(batch.now):
        _wait(batch, theirs, row, batch.now + remind.IN_TALK, "planned")
    elif free_at := _free_at(app, batch, theirs, standing):
        _wait(batch, theirs, row, free_at.astimezone(batch.now.tzinfo), "held")
    else:
        _say(app, tx, batch, standing, row, spoken)


def _free_at(app: App, batch: Batch, theirs: Found, standing: Standing) -> datetime | None:
    if standing.share is not None and standing.share.door_id in batch.openings and share.is_withheld(app, standing, batch.now):
        return None                             # one question who reads brings all that waits
    return rules.free_at(theirs.sent_at, batch.coming.get(standing.client_id, 0), batch.now)


def _spoken(app: App, batch: Batch, standing: Standing) -> Spoken | str:
    key = standing.language, standing.location_id
    if key not in batch.said:
        batch.said[key] = rules.say_if_can(batch.words, app.tongues(standing.language), app.place(standing.location_id), batch.now.date())
    return batch.said[key]


def _settle(batch: Batch, row: Recipient, state: str, reason: str = "") -> None:
    row.state, row.reason, row.ready_at, row.settled_at = state, reason, None, batch.now
    batch.settled.append(row)


def _wait(batch: Batch, theirs: Found, row: Recipient, until: datetime, state: str) -> None:
    """
    Let it wait until we may write; who would not get it in time does not get it.
    """
    ready_at = theirs.next_at(until)
    if ready_at.date() > batch.one.until_on:
        _settle(batch, row, "barred", "held_back" if state == "held" else "too_late")
        return
    row.state, row.ready_at = state, ready_at
    batch.settled.append(row)


def _say(app: App, tx: Tx, batch: Batch, standing: Standing, row: Recipient, spoken: Spoken) -> None:
    id = standing.said_id = row.message_id = tx.ids.next(after=standing.said_id)
    if moment := reach.begin(app, tx, standing, (), batch.now):
        batch.begun.append(moment)
    offers = tuple((offer.id, offer.label) for offer in spoken.offers(id))
    waits = share.is_withheld(app, standing, batch.now)
    batch.queued.append(Queued(id, standing.address_id, standing.channel, standing.moment_id, spoken.text, batch.now, offers, spoken.language,
                               "broadcast", waits=waits, until=datetime.combine(batch.one.until_on + timedelta(days=1), time(), batch.now.tzinfo)))
    if waits and standing.share is not None:
        batch.openings[standing.share.door_id] = "broadcast"
    if offers:
        _ask(standing, id)
    else:
        _end_reminder(standing)
    batch.kept.append(standing)
    _settle(batch, row, "sent")


def _ask(standing: Standing, message_id: int) -> None:
    """
    Let the session wait for the answer: a number or a word counts for what came last.
    """
    standing.state = begun(standing.state, standing.language, "checkin", "ask", ("topics",), {"checkin": str(message_id)})


def _end_reminder(standing: Standing) -> None:
    """
    Let no word below what offers nothing answer an older reminder; its buttons still do.
    """
    session = Session.from_json(standing.state) if standing.state else Session()
    if session.flow == remind.REMIND.name and session.node in remind.ANSWERABLE:
        standing.state = begun(standing.state, standing.language, "menu", "main", (), {})
