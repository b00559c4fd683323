"""
Deliver: queued messages out, and what became of them.

One message of an address is in flight at a time, at most `WEGWIJS_SENDS_IN_FLIGHT` in all. The attempt is committed before the
send. What a platform may or may not have taken is `unknown`, and is settled: by asking the platform where it can be asked
(WhatsApp), else by sending once more (Telegram: a double is an annoyance, a miss is harm).
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never

from bot import recite, reconsider, wait
from bot.app import App
from bot.channels import Accepted, Closed, Halted, Later, Outbound, Outcome, Pin, Refused, Unknown, Voice
from bot.receive import undeliverable
from storage import channels, locks, outbox, rates
from storage.database import Tx
from storage.outbox import BESIDE, Claimed

log = logging.getLogger("wegwijs")
TRIES = 12                  # sends begun before we give up on a message that the platform keeps putting off
RESENDS = 3                 # sends begun before an ambiguous one on a platform that cannot be asked is left to a volunteer
ONCE = ("broadcast", *BESIDE)       # what is never sent twice: of what stands beside a text that text has gone out already
SETTLING = timedelta(minutes=2)
UNSETTLED = timedelta(hours=1)      # after that a volunteer is told, and the client's next message leaves
LOOKED = 0.5                # seconds between two looks for ambiguous sends to settle
SWEPT = 20.0                # seconds between two looks for what we took and do not know of
DOUBT = 3.0                 # seconds for a living process to take its name again after the database server restarted
GRACE = 7.0                 # seconds for the sends in flight when we are told to stop
TOGETHER, POURS = 0.1, 0.5      # seconds in which results of what nobody asked for come together, and between two looks for the next, while …
UNASKED = 8                     # … they come: then so many are taken, or twice those of a look, so that no client's answer waits for a crowd


@dataclass(slots=True)
class Delivery:
    """
    What this process has in flight, by message id, and the results that wait to be written down.
    """

    in_flight: set[int] = field(default_factory=set)
    results: list[tuple[Claimed, Outcome]] = field(default_factory=list)
    swept_at: float = 0.0
    settled_at: float = 0.0
    poured_at: float = float("-inf")        # when we last took what nobody asked for


async def deliver(app: App) -> None:
    """
    Send for ever; when told to stop, wait for what is in flight and write it down.
    """
    delivery, is_woken = Delivery(), True
    while not app.stopping.is_set():
        results, delivery.results = delivery.results, []
        free = app.settings.sends_in_flight - len(delivery.in_flight)
        try:
            await _sweep(app, delivery, results)
            settles = time.monotonic() - delivery.settled_at > LOOKED
            claimed, unknown = await app.database.write(lambda tx: step(app, tx, results, free, settles), is_look=not (is_woken or results))  # noqa: B023
            delivery.settled_at = time.monotonic() if settles else delivery.settled_at
        except Exception as error:
            log.error("delivery_failed error=%s", type(error).__name__)
            delivery.results = results + delivery.results
            await asyncio.sleep(1)
            continue
        _begin(app, delivery, claimed, unknown)
        if any(one.is_unasked for one in claimed):
            delivery.poured_at = time.monotonic()
        is_pouring = time.monotonic() - delivery.poured_at < POURS
        is_woken = await app.stages.woken("delivery", TOGETHER if is_pouring else 1.0)      # who queued has woken us already, and a result
    await _finish(app, delivery)


async def drain(app: App) -> None:
    """
    Deliver all that is due now, and return once it is written down: for `talk`, for the demo's year and for tests.
    """
    delivery = Delivery()
    is_busy = True
    while is_busy:
        results, delivery.results = delivery.results, []
        claimed, unknown = await app.database.write(lambda tx: step(app, tx, results, app.settings.sends_in_flight))  # noqa: B023
        delivery.in_flight.update(one.id for one in (*claimed, *unknown))
        await asyncio.gather(*(_send(app, delivery, one) for one in claimed), *(_settle(app, delivery, one) for one in unknown))
        is_busy = bool(delivery.results)


async def _sweep(app: App, delivery: Delivery, results: Sequence[tuple[Claimed, Outcome]]) -> None:
    """
    Now and then put back what a commit of ours took without our hearing of it: a server that dies has often done what it did not say.
    """
    if time.monotonic() - delivery.swept_at < SWEPT:
        return
    in_hand = delivery.in_flight | {message.id for message, _ in results}
    lost = await app.database.write(lambda tx: outbox.put_back(tx, app.process, in_hand))
    delivery.swept_at = time.monotonic()
    if lost:
        log.warning("sends_put_back how_many=%s", lost)


def _begin(app: App, delivery: Delivery, claimed: Sequence[Claimed], unknown: Sequence[Claimed]) -> None:
    delivery.in_flight.update(one.id for one in (*claimed, *unknown))
    for message in claimed:
        app.spawn(_send(app, delivery, message))
    for message in unknown:
        app.spawn(_settle(app, delivery, message))


async def _finish(app: App, delivery: Delivery) -> None:
    ends_at = asyncio.get_running_loop().time() + GRACE
    while delivery.in_flight and asyncio.get_running_loop().time() < ends_at:
        await app.stages.wait("delivery", 0.1)
    results = delivery.results
    if results:
        await app.database.write(lambda tx: step(app, tx, results, 0))


async def _send(app: App, delivery: Delivery, message: Claimed) -> None:
    try:
        voice = await app.voices.content(app.database, message.recording) if message.recording else message.voice
        is_lost = message.recording and voice is None
        outcome = Refused("no_recording") if is_lost else await app.channels.on[message.channel].send(_outbound(message, voice))
    except Exception as error:
        log.error("send_raised channel=%s error=%s", message.channel, type(error).__name__)
        outcome = Unknown(type(error).__name__)
    _note(app, delivery, message, outcome)


async def _settle(app: App, delivery: Delivery, message: Claimed) -> None:
    try:
        outcome = await app.channels.on[message.channel].settle(_outbound(message))
    except Exception as error:
        log.error("settle_raised channel=%s error=%s", message.channel, type(error).__name__)
        outcome = Unknown(type(error).__name__)
    if isinstance(outcome, Unknown) and not app.channels.on[message.channel].can_be_asked:
        is_worth_a_double = message.kind not in ONCE and message.attempts + 1 < (TRIES if message.is_abandoned else RESENDS)
        outcome = Later(0.0, error=outcome.error) if is_worth_a_double else Refused("unknown")
    elif isinstance(outcome, Unknown) and app.now() - message.attempt_at > UNSETTLED:
        outcome = Refused("unknown")
    _note(app, delivery, message, outcome)


def _note(app: App, delivery: Delivery, message: Claimed, outcome: Outcome) -> None:
    """
    Let a result be written down: at once, or (of what nobody asked for) with those of the next moment. Killed in it, it is as if still in flight;
    so what is never sent twice does not wait, nor what shuts its channel for all.
    """
    delivery.in_flight.discard(message.id)
    delivery.results.append((message, outcome))
    is_shut = isinstance(outcome, Halted) or (isinstance(outcome, Later) and outcome.is_channel)
    if not message.is_unasked or message.kind in ONCE or is_shut:
        app.stages.set("delivery")
    elif len(delivery.results) == 1:
        asyncio.get_running_loop().call_later(TOGETHER, _wake, app, delivery)


def _wake(app: App, delivery: Delivery) -> None:
    if delivery.results:            # else they were written down with what a client waited for
        app.stages.set("delivery")


def _outbound(message: Claimed, voice: tuple[str, bytes] | None = None) -> Outbound:
    return Outbound(message.id, message.channel, message.recipient, message.text, message.attempt_at, message.kind, message.language,
                    message.offers, message.heard_at, message.attempts, message.external_id, message.is_static,
                    Voice(*voice) if voice else None, Pin(*message.extra["pin"]) if "pin" in message.extra else None,
                    message.extra.get("calendar", ""))


def step(app: App, tx: Tx, results: Sequence[tuple[Claimed, Outcome]], free: int, settles: bool = True) -> tuple[list[Claimed], list[Claimed]]:
    """
    Write results down and claim what is next, in one transaction; return what to send and what to settle.
    """
    now = app.now()
    if results:
        write_down(app, tx, results, now)
    ready = rates.ready(tx, list(app.channels.on), now)
    rated = [name for name in ready if app.channels.on[name].rate]
    claimed = outbox.claim(tx, app.process, [name for name in ready if name not in rated], free, now)
    for name in rated:
        claimed += _claim_rated(app, tx, name, free - len(claimed), now)
    if len(claimed) < free:         # no other could leave now
        tx.done("delivery")
    claimed = reconsider.reconsider(app, tx, claimed, now)
    unknown = outbox.claim_unknown(tx, app.process, ready, free - len(claimed), now, now + SETTLING) if settles else []
    return claimed, unknown


def _claim_rated(app: App, tx: Tx, name: str, free: int, now: datetime) -> list[Claimed]:
    rate = app.channels.on[name].rate
    wanted, asked = rates.wanted(tx, name, free, max(UNASKED, int(2 * TOGETHER * rate)), now)
    permitted = rates.draw(tx, name, rate, wanted, now, asked)
    claimed = outbox.claim(tx, app.process, [name], permitted, now)
    if len(claimed) == permitted < asked:       # an answer waits for the rate alone
        app.stages.wake_in(1 / rate, "delivery")
    rates.give_back(tx, name, permitted - len(claimed))
    return claimed


def write_down(app: App, tx: Tx, results: Sequence[tuple[Claimed, Outcome]], now: datetime) -> None:
    """
    Write down what became of sends, one statement per kind of outcome.
    """
    accepted, returned, refused = [], [], []
    for message, outcome in results:
        match outcome:
            case Accepted(external_id, state):
                accepted.append((message.id, external_id, state))
                recite.recite(app, tx, message, now)
            case Later(seconds, is_channel, error):
                if is_channel:
                    channels.pause(tx, message.channel, now + timedelta(seconds=seconds))
                    log.warning("channel_paused channel=%s seconds=%s", message.channel, seconds)
                begun = message.attempts + 1
                if not is_channel and begun >= TRIES:
                    refused.append((message, Refused(error or "put_off")))
                else:
                    returned.append((message.id, "queued", now + timedelta(seconds=seconds), message.attempts if is_channel else begun, error))
            case Refused():
                refused.append((message, outcome))
            case Closed(error) if message.kind in wait.KINDS:
                _wait(app, tx, message, error, now)
            case Closed(error):
                refused.append((message, Refused(error)))
            case Halted(error):
                channels.halt(tx, message.channel, error)
                log.error("channel_halted channel=%s error=%s", message.channel, error)
                returned.append((message.id, "queued", now, message.attempts, error))
            case Unknown(error):
                log.warning("send_unknown channel=%s message=%s error=%s", message.channel, message.id, error)
                returned.append((message.id, "unknown", now + timedelta(seconds=_patience(app, message.channel)), message.attempts + 1, error))
            case _:
                assert_never(outcome)
    outbox.sent(tx, accepted, now)
    outbox.back(tx, app.process, returned)
    fallen = outbox.failed(tx, app.process, [(message.id, outcome.error) for message, outcome in refused], now)
    _refused(app, tx, [(message, outcome) for message, outcome in refused if message.id in fallen], now)


def _refused(app: App, tx: Tx, refused: Sequence[tuple[Claimed, Refused]], now: datetime) -> None:
    for message, outcome in refused:
        log.warning("send_refused channel=%s message=%s error=%s", message.channel, message.id, outcome.error)
        if message.kind not in BESIDE:      # its text has gone out: nobody need call for it
            undeliverable(app, tx, message.address_id, message.id, outcome, now)


def _wait(app: App, tx: Tx, message: Claimed, error: str, now: datetime) -> None:
    log.info("send_waits channel=%s message=%s error=%s", message.channel, message.id, error)
    held = wait.Held(message.id, message.address_id, message.channel, message.attempt_at, error, message.heard_at, app.process,
                     message.kind)
    if not wait.wait(app, tx, held, now):
        undeliverable(app, tx, message.address_id, message.id, Refused(error), now)


def _patience(app: App, channel: str) -> float:
    return 30.0 if app.channels.on[channel].can_be_asked else 2.0


async def recover(app: App) -> int:
    """
    Turn the sends that dead processes had in hand into `unknown`; return how many. Called at start and by the clock.
    """
    dead = await _dead(app)
    if dead and app.database.is_postgres:       # a server that restarts lets go of the names of the living too
        await asyncio.sleep(DOUBT)
        dead &= await _dead(app)
    if not dead:
        return 0
    abandoned = await app.database.write(lambda tx: outbox.abandon(tx, sorted(dead), app.now()))
    log.warning("sends_abandoned how_many=%s", abandoned)
    return abandoned


async def _dead(app: App) -> set[str]:
    others = [name for name in await app.database.read(outbox.in_hand) if name != app.process]
    return {name for name in others if not await asyncio.to_thread(locks.is_held, app.database, f"process:{name}")}


async def resume(app: App) -> None:
    """
    Send again on a channel that was halted once its platform knows us again: the token was put right. Called by the clock.
    """
    for name, channel in list(app.channels.on.items()):
        if (await app.database.read(lambda tx, name=name: channels.state(tx, name))).halted:      # type: ignore[misc]
            try:
                await channel.check()
            except OSError as error:
                log.error("channel_still_halted channel=%s error=%s", name, type(error).__name__)
                continue
            await app.database.write(lambda tx, name=name: channels.resume(tx, name))             # type: ignore[misc]
            log.warning("channel_resumed channel=%s", name)
