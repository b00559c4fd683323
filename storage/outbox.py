"""
The outbox: messages of ours, from which they leave; queued → sending → sent → delivered → read, or failed.

`unknown` is a message of which nobody can say yet whether its platform took it. `waiting` is one that may not leave before the client
writes again (WhatsApp's 24 hours), or is heard on a phone that several share: it holds up nothing, and the turn of the client's next
message queues it again, in its old place.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, literal_column, or_, select, text, true

from flows.session import write
from storage import media
from storage.database import Tx
from storage.messages import body_of
from storage.tables import Instant, addresses, messages, sessions

ABANDONED, HELD = "abandoned", "held"       # errors: of a send whose process died, of an answer that waits for a day on which writing is safe
UNASKED = 1                     # priorities from here on are of what nobody asked for: it waits for its hour, and holds up nobody
BESIDE = ("voice", "pin", "calendar")      # kinds that follow a text of ours: one that fails is no miss
PRIORITIES = dict.fromkeys(("reply", "farewell", "knock", *BESIDE), 0) | {"announcement": UNASKED, "reminder": 2, "broadcast": 3}


@dataclass(slots=True)
class Queued:
    """
    An outbound message to queue. Its id comes from `tx.ids`, after every id that this address has had.
    """

    id: int
    address_id: int
    channel: str
    moment_id: int | None
    text: str
    at: datetime
    offers: tuple[tuple[str, str], ...] = ()
    language: str = ""
    kind: str = "reply"
    is_static: bool = False         # the same for everyone: a platform may keep it as a template
    ticket_id: int | None = None
    ready_at: datetime | None = None
    volunteer_id: int | None = None
    voice: tuple[str, bytes] | None = None      # content type and content
    recording: str = ""             # the name of a recording of a text of ours, which a message of kind voice carries
    waits: bool = False             # until its client was heard: on a phone that several share
    is_unasked: bool = False        # also of a kind that is not always so
    until: datetime | None = None   # from then on it says what is over
    written: bytes = b""            # the body, where many messages share all of it but their ids
    extra: Mapping[str, Any] = field(default_factory=dict)      # of kind pin or calendar: what it brings, under that name


@dataclass(frozen=True, slots=True)
class Claimed:
    """
    A message this process is to send, or (state `unknown`) to settle. `attempts` are those before this one.
    """

    id: int
    address_id: int
    channel: str
    kind: str
    recipient: str
    text: str
    offers: tuple[tuple[str, str], ...]
    language: str
    heard_at: datetime | None
    attempt_at: datetime
    attempts: int
    external_id: str
    is_static: bool
    is_abandoned: bool = False      # the process that sent it died
    queued_at: datetime | None = None
    is_unasked: bool = False
    until: datetime | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    voice: tuple[str, bytes] | None = None
    recording: str = ""


_QUEUE = messages.insert()


def queue(tx: Tx, queued: Sequence[Queued]) -> None:
    """
    Put messages into the outbox.
    """
    rows: list[dict[str, Any]] = [
        {"id": message.id, "address_id": message.address_id, "moment_id": message.moment_id, "ticket_id": message.ticket_id, "direction": "out",
         "channel": message.channel, "kind": message.kind, "state": "waiting" if message.waits else "queued", "sequence": message.id,
         "priority": max(PRIORITIES[message.kind], UNASKED * message.is_unasked),
         "body": tx.keys.seal("messages.body", message.id, message.written or body(message)), "ready_at": message.ready_at or message.at,
         "at": message.at, "volunteer_id": message.volunteer_id} for message in queued
    ]
    if rows:
        tx.many(_QUEUE, rows)
        media.say(tx, [(message.id, *message.voice) for message in queued if message.voice], queued[0].at)
        tx.wake("delivery")


def body(message: Queued) -> str:
    """
    Return what is sealed of a message.
    """
    body = {"text": message.text, "offers": message.offers, "language": message.language, "static": message.is_static}
    more = {"voice": bool(message.voice), "recording": message.recording, "until": message.until and message.until.timestamp(), **message.extra}
    return write(body | {name: value for name, value in more.items() if value})


_earlier, _later = messages.alias("earlier"), messages.alias("later")
_HAS_GONE_AHEAD = exists(select(_later.c.id).where(     # while an answer could be undone the bot may have spoken: one in flight at a time
    _later.c.address_id == messages.c.address_id, _later.c.id > messages.c.id, text("(later.state = 'sending' or later.state = 'unknown')")))
_NOT_YET_SAID = f"earlier.ready_at > :now and earlier.state = 'queued' and (earlier.priority >= {UNASKED} " \
                f"or coalesce(earlier.error, '') = '{HELD}' or earlier.volunteer_id is not null and earlier.attempts = 0)"
_WAITS_BEFORE = {      # what can still be undone, or waits for a safe day, holds nobody up: an emergency number must not wait for it
    "queued": text(f"not ({_NOT_YET_SAID})").bindparams(bindparam("now", type_=Instant)),
    "unknown": text("earlier.state <> 'queued'"),
}
_CLAIMABLE = {state: (
    select(messages.c.id, messages.c.address_id, messages.c.channel, messages.c.kind, messages.c.body, messages.c.attempts, messages.c.attempt_at,
           messages.c.external_id, messages.c.error, messages.c.at, messages.c.priority,
           addresses.c.external_id.label("recipient"), sessions.c.heard_at)
    .join(addresses, addresses.c.id == messages.c.address_id).join(sessions, sessions.c.address_id == messages.c.address_id)
    .where(
        messages.c.state == literal_column(f"'{state}'"), messages.c.ready_at <= bindparam("now"),
        messages.c.channel.in_(bindparam("channels", expanding=True)),
        ~exists(select(_earlier.c.id).where(
            _earlier.c.address_id == messages.c.address_id, _earlier.c.id < messages.c.id,
            text("(earlier.state = 'queued' or earlier.state = 'sending' or earlier.state = 'unknown')"), _WAITS_BEFORE[state])),
        or_(text(f"messages.volunteer_id is null and messages.priority < {UNASKED} and coalesce(messages.error, '') <> '{HELD}'"), ~_HAS_GONE_AHEAD)
        if state == "queued" else true(),
    )
    .order_by(messages.c.priority, messages.c.ready_at).limit(bindparam("how_many"))
    .with_for_update(of=messages, skip_locked=True)
) for state in ("queued", "unknown")}
_CLAIM = messages.update().where(messages.c.id == bindparam("row")).values({
    "state": bindparam("to_state"), "attempt_at": bindparam("began_at"), "attempts": bindparam("to_attempts"), "process": bindparam("by")})


def claim(tx: Tx, process: str, channels: Sequence[str], how_many: int, now: datetime) -> list[Claimed]:
    """
    Take up to `how_many` queued messages to send, each the first of its address's line, replies before reminders before broadcasts.

    The attempt is committed before the send: whoever finds it later knows that a send may have happened.
    """
    if claimed := _claimable(tx, "queued", channels, how_many, now):
        tx.many(_CLAIM, [{"row": message.id, "to_state": "sending", "began_at": now, "to_attempts": message.attempts + 1, "by": process}
                        for message in claimed])
    return claimed


def claim_unknown(tx: Tx, process: str, channels: Sequence[str], how_many: int, now: datetime, until: datetime) -> list[Claimed]:
    """
    Take messages whose send is ambiguous, to settle them; nobody else takes them before `until`.
    """
    claimed = _claimable(tx, "unknown", channels, how_many, now)
    if claimed:
        tx.run(messages.update().where(messages.c.id.in_([message.id for message in claimed])).values(ready_at=until, process=process))
    return claimed


def _claimable(tx: Tx, state: str, channels: Sequence[str], how_many: int, now: datetime) -> list[Claimed]:
    if not channels or how_many <= 0:
        return []
    found, is_ambiguous = [], state == "unknown"
    rows = tx.rows(_CLAIMABLE[state], {"now": now, "channels": list(channels), "how_many": how_many})
    bodies = {row.id: body_of(tx, row) for row in rows}
    voices = media.said(tx, [id for id, body in bodies.items() if body.get("voice")])
    for row in rows:
        body = bodies[row.id]
        found.append(Claimed(
            row.id, row.address_id, row.channel, row.kind, tx.keys.text("addresses.external_id", row.address_id, row.recipient), body["text"],
            tuple((id, label) for id, label in body["offers"]), body["language"], row.heard_at,
            row.attempt_at if is_ambiguous else now, row.attempts - is_ambiguous, row.external_id or "", body["static"],
            row.error == ABANDONED, row.at, row.priority >= UNASKED, datetime.fromtimestamp(body["until"], UTC) if "until" in body else None,
            {kind: body[kind] for kind in BESIDE if kind in body}, voices.get(row.id), body.get("recording", "")))
    return found


_IN_HAND = text("(state = 'sending' or state = 'unknown')")
_SENT = messages.update().where(messages.c.id == bindparam("row"), _IN_HAND).values(
    state=bindparam("to_state"), external_id=bindparam("to_external_id"), process=None, status_at=bindparam("told_at"), error=None)
_OURS = messages.c.process == bindparam("by")       # or another has taken it over, and what became of it is theirs to say
_BACK = messages.update().where(messages.c.id == bindparam("row"), _IN_HAND, _OURS).values(
    state=bindparam("to_state"), ready_at=bindparam("to_ready_at"), attempts=bindparam("to_attempts"), process=None, error=bindparam("to_error"))
_FAILED = messages.update().where(messages.c.id == bindparam("row"), _IN_HAND, _OURS).values(
    state="failed", process=None, status_at=bindparam("told_at"), error=bindparam("to_error"))


def sent(tx: Tx, accepted: Sequence[tuple[int, str, str]], now: datetime) -> None:
    """
    Mark messages (id, the platform's id, state) as taken by their platform. A callback may have been faster: it is not undone.
    """
    if rows := [{"row": id, "to_external_id": external_id, "to_state": state, "told_at": now} for id, external_id, state in accepted]:
        tx.many(_SENT, rows)


def back(tx: Tx, process: str, returned: Sequence[tuple[int, str, datetime, int, str]]) -> None:
    """
    Give messages back that this process has in hand: (id, queued or unknown, not before, attempts that count, why).
    """
    if returned:
        tx.many(_BACK, [{"row": id, "to_state": state, "to_ready_at": ready_at, "to_attempts": attempts, "to_error": error, "by": process}
                       for id, state, ready_at, attempts, error in returned])


def failed(tx: Tx, process: str, refused: Sequence[tuple[int, str]], now: datetime) -> set[int]:
    """
    Mark messages (id, the platform's code) that this process has in hand as never to be sent, and return which were.
    """
    return {id for id, error in refused if tx.run(_FAILED, {"row": id, "to_error": error, "told_at": now, "by": process}).rowcount}


def in_hand(tx: Tx) -> list[str]:
    """
    Return the processes that have sends in hand, to make or to settle.
    """
    return [row.process for row in tx.all(select(messages.c.process).where(_IN_HAND).distinct()) if row.process]


def abandon(tx: Tx, processes: Sequence[str], now: datetime) -> int:
    """
    Turn the sends that dead processes had in hand into `unknown`: they may have happened, and are settled now. Return how many.
    """
    tx.wake("delivery")
    return tx.run(messages.update().where(_IN_HAND, messages.c.process.in_(processes))
                  .values(state="unknown", ready_at=now, process=None, error=ABANDONED)).rowcount


def put_back(tx: Tx, process: str, in_hand: Collection[int]) -> int:
    """
    Queue what this process took and does not have in hand, and return how many: the commit that took it was done, and we never heard.
    """
    lost = messages.update().where(messages.c.state == literal_column("'sending'"), messages.c.process == process, messages.c.id.not_in(in_hand))
    return tx.run(lost.values(state="queued", process=None)).rowcount


def again(tx: Tx, message_id: int, ready_at: datetime) -> None:
    """
    Queue a failed message once more: its platform took it and could not deliver it.
    """
    tx.run(messages.update().where(messages.c.id == message_id).values(state="queued", external_id=None, ready_at=ready_at, process=None))
    tx.wake("delivery")


def withdraw(tx: Tx, message_id: int, volunteer_id: int, now: datetime) -> tuple[int, int | None, str] | None:
    """
    Take back a volunteer's message that waits to leave, its recordings too, and return its ticket, moment and text; None once it left.
    """
    mine = messages.c.id == message_id, messages.c.volunteer_id == volunteer_id, *_waits(now)
    row = tx.one(select(messages.c.id, messages.c.ticket_id, messages.c.moment_id, messages.c.at, messages.c.body).where(*mine).with_for_update())
    if row is None:
        return None
    media.unsay(tx, message_id)
    spoken = and_(messages.c.ticket_id == row.ticket_id, messages.c.kind == "voice", messages.c.at == row.at, messages.c.volunteer_id == volunteer_id)
    tx.run(messages.delete().where(or_(messages.c.id == message_id, spoken)))
    return row.ticket_id, row.moment_id, str(body_of(tx, row)["text"])


def undoable(tx: Tx, ticket_id: int, volunteer_id: int, now: datetime) -> tuple[int, datetime, str] | None:
    """
    Return the last message of a volunteer in a ticket that can still be taken back, until when, and what it says.
    """
    query = select(messages.c.id, messages.c.ready_at, messages.c.body).where(
        messages.c.ticket_id == ticket_id, messages.c.volunteer_id == volunteer_id, messages.c.kind != "voice", *_waits(now))
    row = tx.one(query.order_by(messages.c.id.desc()))
    return (row.id, row.ready_at, str(body_of(tx, row)["text"])) if row else None


def hasten(tx: Tx, ticket_id: int, now: datetime) -> None:
    """
    Let what can still be undone of a ticket leave now: what is said next comes after it.
    """
    waiting = messages.update().where(messages.c.ticket_id == ticket_id, messages.c.volunteer_id.is_not(None), *_waits(now))
    if tx.run(waiting.values(ready_at=now)).rowcount:
        tx.wake("delivery")


def words(tx: Tx, ticket_id: int) -> tuple[datetime | None, datetime | None]:
    """
    Return when a volunteer first and last wrote in a ticket.
    """
    first, last = func.min(messages.c.at).label("first"), func.max(messages.c.at).label("last")
    row = tx.one(select(first, last).where(messages.c.ticket_id == ticket_id, messages.c.volunteer_id.is_not(None)))
    return (row.first, row.last) if row else (None, None)


def has_word(tx: Tx, moment_id: int) -> bool:
    """
    Tell whether a volunteer wrote in a moment.
    """
    return tx.one(select(messages.c.id).where(messages.c.moment_id == moment_id, messages.c.volunteer_id.is_not(None)).limit(1)) is not None


def _waits(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return messages.c.state.in_(("queued", "waiting")), messages.c.attempts == 0, messages.c.ready_at > now
