"""
Receive: write inbound messages and statuses down, once, many in one commit.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot import summon, wait
from bot.app import App
from bot.channels import Closed, Colleague, Inbound, Item, Later, Reach, Refused, Status, Stray
from bot.greet import clients_only
from bot.heed import keep
from storage import addresses, media, messages, outbox, phones, recipients, sessions, statuses, tickets
from storage.addresses import Known, Sender
from storage.database import Tx

log = logging.getLogger("wegwijs")
LONGEST = 10_000            # characters of a text that are kept
RESENDS = 3                 # after a platform took a message and could not deliver it
BIDI = [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF]
CONTROLS = [*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0x7F]
INVISIBLE = dict.fromkeys([*BIDI, *CONTROLS])


async def receive(app: App, items: Sequence[Item]) -> None:
    """
    Write down what a channel brought and return once it is committed; a repeat changes nothing.

    All that arrives while a commit runs goes into the next one. Raises what the database raises: then nothing was taken.
    """
    kept = [item for item in items if not isinstance(item, Stray)]
    for item in items:
        if isinstance(item, Stray):
            app.spawn(_leave(app, item))
    if kept:
        await app.inbox.put(kept, lambda tx, together: record(app, tx, together))


async def _leave(app: App, stray: Stray) -> None:
    try:
        await app.channels.on[stray.channel].leave(stray.chat)
    except OSError as error:
        log.warning("group_not_left channel=%s error=%s", stray.channel, type(error).__name__)


def record(app: App, tx: Tx, items: Sequence[Item]) -> None:
    """
    Write items of any kind down, in one transaction.
    """
    now = app.now()
    if inbound := [item for item in items if isinstance(item, Inbound)]:
        found = addresses.known(tx, map(_sender, inbound), now)
        _record_messages(tx, clients_only(app, tx, inbound, found.ids, now), found, now)
    keep(tx, [item for item in items if isinstance(item, Colleague)], now)
    told = [item for item in items if isinstance(item, Status)]
    if told:
        _record_statuses(app, tx, told, now)
    reached = [item for item in items if isinstance(item, Reach)]
    if reached:                 # last: it locks addresses, as turns do after their sessions
        _record_reach(tx, reached, now)


def _sender(item: Inbound) -> Sender:
    return Sender(item.channel, item.sender, item.alias)


def _record_messages(tx: Tx, inbound: Sequence[Inbound], found: Known, now: datetime) -> None:
    if not inbound:
        return
    known = addresses.resolve(tx, map(_sender, inbound), now, found)
    by_channel: dict[tuple[str, str], Inbound] = {(item.channel, item.external_id): item for item in inbound}
    received = [
        messages.Received(known[_sender(item)], item.channel, item.external_id, item.kind, item.sequence,
                          min(item.at, now) if item.is_late else now, clean(item.text), item.choice, item.hint, now, item.origin)
        for item in by_channel.values()
    ]
    new = messages.record(tx, [message for message in received if message.kind != "edited"])
    for edited in sorted((message for message in received if message.kind == "edited"), key=lambda message: message.sequence):
        if messages.wording(tx, edited.address_id, edited.origin) != edited.text:       # else a preview came, or the letters became bold
            new |= messages.record(tx, [edited])
    attached = [
        (new[item.channel, item.external_id], medium.reference, medium.content_type, medium.size)
        for item in by_channel.values() if (item.channel, item.external_id) in new for medium in item.media
    ]
    media.announce(tx, attached, now)
    if new:
        tx.wake("turns")
        tx.wake("delivery")


def clean(text: str) -> str:
    """
    Return a client's text without bidi and control characters, cut at 10,000 characters.
    """
    if text.isascii() and text.isprintable():
        return text[:LONGEST]
    return text.translate(INVISIBLE).strip()[:LONGEST]


def _record_reach(tx: Tx, reached: Sequence[Reach], now: datetime) -> None:
    known = addresses.resolve(tx, [Sender(item.channel, item.sender) for item in reached], now)
    last = {known[Sender(item.channel, item.sender)]: item.is_reachable for item in reached}
    addresses.mark(tx, list(phones.whole(tx, [id for id, is_reachable in last.items() if not is_reachable])), now)
    addresses.mark(tx, list(phones.whole(tx, [id for id, is_reachable in last.items() if is_reachable])), None)


def _record_statuses(app: App, tx: Tx, told: Sequence[Status], now: datetime) -> None:
    fallen = statuses.apply(tx, [statuses.Told(item.channel, item.message, item.external_id, item.state, item.error) for item in told], now)
    for message in fallen:
        outcome = app.channels.on[message.channel].verdict(message.error)
        if isinstance(outcome, Closed) and message.kind in wait.KINDS:
            held = wait.Held(message.id, message.address_id, message.channel, message.attempt_at or now, outcome.error, kind=message.kind)
            if not wait.wait(app, tx, held, now):
                undeliverable(app, tx, message.address_id, message.id, outcome, now)
        elif isinstance(outcome, Later) and message.attempts < RESENDS:
            outbox.again(tx, message.id, now + timedelta(seconds=outcome.seconds))
        elif message.kind not in outbox.BESIDE:      # our text, which it follows, has gone out
            undeliverable(app, tx, message.address_id, message.id, outcome, now)


def undeliverable(app: App, tx: Tx, address_id: int, message_id: int, outcome: object, now: datetime) -> None:
    """
    Tell a volunteer that a client could not be reached, and remember it of the address; an opt-out stops what we send unasked.
    """
    standing = next(iter(sessions.lock(tx, [address_id], waits=True)), None)
    if isinstance(outcome, Refused) and (outcome.is_unreachable or outcome.has_opted_out):
        addresses.mark(tx, list(phones.whole(tx, [address_id])), now)
    if standing is None or recipients.fail(tx, message_id):      # of a broadcast the desk lists whom it did not reach
        return
    due_at = app.due_at(standing.location_id, now, "normal")
    tickets.open_or_join(tx, [tickets.Ticket(
        standing.client_id, address_id, standing.moment_id, message_id, standing.location_id, "social", "normal", now, due_at,
        language=standing.language, reason="undeliverable")])
    summon.failed(app, tx, message_id, now)
    if standing.share is not None and standing.share.is_door:       # nobody was asked who reads, so nobody will
        held = phones.withheld(tx, address_id)
        phones.give_up(tx, [id for id, _seat in held], "no_door")
        for id, seat in held:
            undeliverable(app, tx, seat, id, None, now)
