"""
Converse: turns. Many clients in one commit, written in sets; a turn happened, or it did not.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot import attribute, bring, learn, reconsider, settle, share
from bot.app import App
from bot.exchange import NEVER, Exchange
from bot.gather import Turns
from bot.renew import renew
from flows.approvals import NOTHING
from flows.node import _
from flows.remind import MOST
from flows.session import Session
from flows.speech import readable
from storage import addresses, clients, erasures, invites, knocks, messages, moments, outbox, phones, questions, recipients, sessions, tickets
from storage.database import Tx, is_away
from storage.messages import Waiting
from storage.outbox import Queued
from storage.sessions import Standing
from storage.tickets import Ticket

log = logging.getLogger("wegwijs")
BURST = 60                              # messages a client may send at once …
REFILL = 20.0                           # … and a second, before they are slowed
SLOWED = timedelta(seconds=1)           # a client who floods waits this long between …
SLOW_TURNS = 4                          # … groups of so many turns
BEHIND = timedelta(hours=1)             # the others of a flood wait behind the one that calls them
LATER = timedelta(seconds=60)           # until a client whose turn could not be kept is tried again
SLOW_DOWN = _("You write very fast. I read everything, one after the other. Please wait a moment.")


async def converse(app: App) -> None:
    """
    Take turns for ever, woken by new messages and by the clock.
    """
    is_woken = True
    while not app.stopping.is_set():
        try:
            taken = await app.database.write(lambda tx: take_turns(app, tx), is_look=not is_woken)
        except Exception as error:
            log.error("turns_failed error=%s", type(error).__name__)
            taken = await one_by_one(app)
        # Where nobody was left over: whoever wrote meanwhile has woken us already.
        is_woken = taken >= messages.TURNS_AT_ONCE or await app.stages.woken("turns", 1.0)


async def take_all(app: App) -> None:
    """
    Take every turn that waits now: for `talk`, for the demo's year and for tests.
    """
    has_more = True
    while has_more:
        asked = app.ponder.asked if app.ponder else 0
        if app.ponder:
            await asyncio.to_thread(app.ponder.settle)
        has_more = bool(await app.database.write(lambda tx: take_turns(app, tx))) or bool(app.ponder and app.ponder.asked > asked)


async def one_by_one(app: App) -> int:
    """
    After a group failed: each client alone, so that one who cannot be kept holds up nobody. Return how many turns were kept.
    """
    taken = 0
    try:
        ids = await app.database.read(lambda tx: messages.waiting_addresses(tx, app.now()))
    except Exception:
        return 0
    for id in ids:
        try:
            taken += await app.database.write(lambda tx, id=id: take_turns(app, tx, [id]))      # type: ignore[misc]
        except Exception as error:
            log.error("turn_not_kept address=%s error=%s", id, type(error).__name__)
            if is_away(error) or not await _put_off(app, id):       # not this client's fault
                return taken
    return taken


async def _put_off(app: App, address_id: int) -> bool:
    now = app.now()
    try:
        await app.database.write(lambda tx: messages.defer(tx, [(address_id, now + LATER)], now))
    except Exception as error:
        log.error("turn_not_put_off address=%s error=%s", address_id, type(error).__name__)
        return False
    return True


def take_turns(app: App, tx: Tx, ids: Sequence[int] | None = None) -> int:
    """
    Take and keep the turns of those who wait, or of these addresses; return how many messages were dealt with. Whose free text is
    still being read is left for the next group.
    """
    now = app.now()
    waiting = messages.waiting_addresses(tx, now) if ids is None else ids
    standings = {standing.address_id: standing for standing in sessions.lock(tx, waiting)} if waiting else {}
    turns = Turns()
    for address_id, theirs in _waiting(tx, turns, standings, now).items():
        is_read = app.ponder is None or not app.ponder.must_wait(theirs, standings[address_id].language, now)
        if is_read and (own := _own(app, tx, turns, standings[address_id], theirs, now)):
            _take(app, tx, turns, standings[address_id], own, now)
    if standings:
        keep(app, tx, turns, now)
    moved = sum(len(ids) for ids, _to in turns.sharing.moved)
    taken = len(turns.answered) + len(turns.deferred) + moved
    if ids is None and not moved and len(standings) == len(waiting) and taken < messages.TURNS_AT_ONCE:       # nobody is left over
        tx.done("turns")
    return taken


def _waiting(tx: Tx, turns: Turns, standings: Mapping[int, Standing], now: datetime) -> dict[int, list[Waiting]]:
    """
    Return what waits of each client; of one who is slowed only what their next turns take, if it is time for them. So what
    somebody's flood costs the others does not grow with it.
    """
    waiting: dict[int, list[Waiting]] = {}
    for message in messages.waiting(tx, [id for id, standing in standings.items() if standing.paced_until is None]):
        waiting.setdefault(message.address_id, []).append(message)
    for id, standing in standings.items():
        if standing.paced_until is not None and now < standing.paced_until:
            turns.deferred.append((id, now + BEHIND))
        elif standing.paced_until is not None and (first := messages.first_waiting(tx, id, SLOW_TURNS + 1)):
            waiting[id] = first
    return waiting


def _own(app: App, tx: Tx, turns: Turns, standing: Standing, waiting: list[Waiting], now: datetime) -> list[Waiting]:
    """
    Return which of these messages are turns of whoever has this address; on a phone that several share others may have to be asked who it is.
    """
    if standing.share is None:
        return waiting
    own, said, answered = attribute.own_turns(app, tx, turns.sharing, standing, waiting, now)
    turns.queued += said
    turns.answered += [(id, None) for id in answered]
    if not own and standing.share.is_door:
        turns.kept.append((standing, waiting[-1].at))
        turns.reached += [standing.address_id] if standing.is_unreachable else []
    return own


def _take(app: App, tx: Tx, turns: Turns, standing: Standing, waiting: list[Waiting], now: datetime) -> None:
    """
    Take the turns of one client, in the order they wrote. Who floods is slowed and told once, until nothing of theirs waits.
    """
    room = SLOW_TURNS if standing.paced_until is not None else _room(standing, len(waiting), now)
    exchange = Exchange(app, turns, standing)
    for message in waiting[:room]:
        exchange.turn(tx, message)
    if room < len(waiting):
        if standing.paced_until is None:
            session = exchange.session or Session()
            text, language = readable(SLOW_DOWN, standing.language or session.data.get("spoken", ""), waiting[0].hint, app.tongues)
            exchange.say(text, language=language)
        standing.paced_until = now + SLOWED
        turns.deferred.append((standing.address_id, now + BEHIND))
        turns.called.append((waiting[room].id, standing.paced_until))
    else:
        standing.paced_until = None
    bring.bring(app, tx, exchange)
    exchange.close()


def _room(standing: Standing, how_many: int, now: datetime) -> int:
    """
    Return how many of these messages fit into the client's leaky bucket, and put them in.
    """
    since = (now - standing.paced_at).total_seconds() if standing.paced_at else 0.0
    standing.pace = max(0, standing.pace - int(max(0.0, since) * REFILL))
    standing.paced_at = now
    room = min(how_many, BURST - standing.pace)
    standing.pace += room
    return room


def keep(app: App, tx: Tx, turns: Turns, now: datetime) -> None:
    """
    Write down everything these turns decided, one statement a table.
    """
    moments.begin(tx, turns.begun)
    moments.go_on(tx, turns.going)
    messages.answered(tx, turns.answered)
    messages.defer(tx, turns.deferred, now)
    messages.call(tx, turns.called)
    sessions.keep(tx, turns.kept)
    clients.learn(tx, list(turns.learned.values()))
    clients.tell_safe(tx, [*turns.safe, *_for_all(tx, turns)])
    wrote = [standing for standing, heard_at in turns.kept if heard_at != NEVER]
    knocks.drop(tx, [standing.address_id for standing in wrote if standing.is_stopped])
    waited_for = [standing for standing in wrote if standing.has_waiting and not share.keeps_back(standing)]
    heard = [standing.address_id for standing in waited_for]
    if waited_for:
        _say_nothing(app, tx, turns, renew(app, tx, waited_for, now), now)
    if knocks.release(tx, heard, now) > MOST:
        reconsider.thin(tx, heard, now)
    outbox.queue(tx, turns.queued)
    share.write(app, tx, turns.sharing, now)
    questions.heard(tx, turns.heard)
    tickets.as_before(tx, turns.asked)
    tickets.open_or_join(tx, turns.asked)
    learn.learn(app, tx, turns.facts, "client", now)
    tickets.wish(tx, turns.wishes)
    settle.settle(app, tx, turns.answers, now)
    recipients.answer(tx, turns.felt)
    for client_id, helped in turns.helped:
        tickets.told(tx, client_id, helped)
    addresses.mark(tx, list(phones.whole(tx, turns.reached)), None)
    for code, standing, at in turns.bound:
        _bind(app, tx, code, standing, at)
    for client_id in turns.forgotten:
        erasures.ask(tx, client_id, now)
        tx.wake("erasures")


def _say_nothing(app: App, tx: Tx, turns: Turns, emptied: Sequence[Standing], now: datetime) -> None:
    """
    Tell those who pressed to read what waited, and for whom nothing of it is left, that there is nothing; not while a volunteer has the talk.
    """
    spoken = {one.address_id for one in turns.queued}
    for one in emptied:
        if one.address_id not in spoken and one.ticket_state != "taken":
            id, text = tx.ids.next(after=one.said_id), app.tongues(one.language)(NOTHING)
            sessions.said(tx, one.address_id, id)
            turns.queued.append(Queued(id, one.address_id, one.channel, one.moment_id, text, now, language=one.language))


def _for_all(tx: Tx, turns: Turns) -> list[tuple[int, str]]:
    """
    Let what somebody unknown said from a shared phone be for all who share it: STOP, which each of them can take back with START, and that
    writing is not safe, of which (client, how) is returned.
    """
    doors = {one.client_id: one.address_id for one, _at in turns.kept if one.share is not None and one.share.is_door}
    if not doors:
        return []
    stopped = {doors[client_id]: at for client_id, told in turns.learned.items() if client_id in doors and (at := told.get("stopped_at"))}
    safe = [(doors[client_id], how) for client_id, how in turns.safe if client_id in doors]
    people = phones.sharers(tx, {*stopped, *(door_id for door_id, _how in safe)})
    everybody = set(clients.lock(tx, [one.client_id for theirs in people.values() for one in theirs]))
    for door_id, at in stopped.items():
        clients.learn(tx, [{"client_id": one.client_id, "stopped_at": at} for one in people[door_id] if one.client_id in everybody])
        knocks.drop(tx, [one.address_id for one in people[door_id]])
    phones.withdraw(tx, list(stopped))
    return [(one.client_id, how) for door_id, how in safe for one in people[door_id] if one.client_id in everybody]


def _bind(app: App, tx: Tx, code: str, standing: Standing, at: datetime) -> None:
    what, client_id = invites.use(tx, code, standing.address_id, at)
    if what == "valid":
        learn.joined(app, tx, client_id, app.now())
    if what in ("second", "shared"):
        address_id = standing.address_id if what == "second" else 0         # that one is somebody else's
        tickets.open_or_join(tx, [Ticket(
            client_id, address_id, standing.moment_id if address_id else None, None, standing.location_id, "social", "week", at,
            app.due_at(standing.location_id, at, "week"), language=standing.language, reason="second_address")])
