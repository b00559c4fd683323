"""
Messages of clients: written down once, waiting for a turn; received → answered.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from flows.session import write
from storage.database import Tx
from storage.tables import Instant, messages

LATELY = 100                # messages of a client in which one that is edited is looked for
TURNS_AT_ONCE = 128         # messages one group of turns takes


@dataclass(frozen=True, slots=True)
class Received:
    """
    An inbound message to write down. `external_id` is unique per channel; `sequence` orders the messages of one address.
    """

    address_id: int
    channel: str
    external_id: str
    kind: str
    sequence: int
    at: datetime
    text: str = ""
    choice: str = ""
    hint: str = ""
    ready_at: datetime | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    An inbound message that has no turn yet.
    """

    id: int
    address_id: int
    kind: str
    at: datetime
    text: str
    choice: str
    hint: str


def body_of(tx: Tx, row: Any) -> dict[str, Any]:
    """
    Return what a message says, theirs or ours, opened: text, choice, offers and so on, of a row with its id and its body.
    """
    body: dict[str, Any] = json.loads(tx.keys.open("messages.body", row.id, row.body))
    return body


_RECEIVED = messages.c.state == literal_column("'received'")       # literal, or SQLite does not use the partial index
_UNSEALED = (messages.c.id, messages.c.address_id, messages.c.kind, messages.c.at, messages.c.body)


_RECORD = {
    is_postgres: dialect.insert(messages).on_conflict_do_nothing(
        index_elements=["channel", "external_id"], index_where=literal_column("direction = 'in'"))
    for is_postgres, dialect in ((False, sqlite), (True, postgresql))
}
_NEW = select(messages.c.id, messages.c.channel, messages.c.external_id).where(messages.c.id.in_(bindparam("ids", expanding=True)))


def record(tx: Tx, received: Sequence[Received]) -> dict[tuple[str, str], int]:
    """
    Write inbound messages down and return the row ids of the new ones, by channel and external id.

    A platform may hand us a message twice, in any order: the second changes nothing.
    """
    rows: list[dict[str, Any]] = []
    for message in received:
        id = tx.ids.next()
        body = write({"text": message.text, "choice": message.choice, "hint": message.hint} | ({"origin": message.origin} if message.origin else {}))
        rows.append({
            "id": id, "address_id": message.address_id, "direction": "in", "channel": message.channel, "external_id": message.external_id,
            "kind": message.kind, "state": "received", "body": tx.keys.seal("messages.body", id, body), "sequence": message.sequence,
            "ready_at": message.ready_at or message.at, "at": message.at,
        })
    if not rows:
        return {}
    if tx.change(_RECORD[tx.is_postgres], rows) == len(rows):        # nearly always: none came twice
        return {(row["channel"], row["external_id"]): row["id"] for row in rows}
    new = tx.rows(_NEW, {"ids": [row["id"] for row in rows]})
    return {(row.channel, row.external_id): row.id for row in new}


_LATELY = (
    select(messages.c.id, messages.c.sequence, messages.c.body)
    .where(messages.c.address_id == bindparam("address"), messages.c.direction == literal_column("'in'"))
    .order_by(messages.c.at.desc()).limit(bindparam("how_many"))
)


def wording(tx: Tx, address_id: int, origin: str) -> str | None:
    """
    Return how something that was written at an address reads after its last change; None if it is not among the latest.
    """
    newest: tuple[int, str] | None = None
    for row in tx.rows(_LATELY, {"address": address_id, "how_many": LATELY}):
        body = body_of(tx, row)
        if body.get("origin") == origin and (newest is None or row.sequence > newest[0]):
            newest = row.sequence, body["text"]
    return newest[1] if newest else None


_SINCE = (
    select(messages.c.at)
    .where(messages.c.address_id == bindparam("address"), messages.c.at > bindparam("since", type_=Instant),
           messages.c.direction == literal_column("'in'"))
    .order_by(messages.c.at).limit(1)
)


def first_since(tx: Tx, address_id: int, since: datetime) -> datetime | None:
    """
    Return when somebody first wrote from an address after then, or None.
    """
    row = tx.one(_SINCE, {"address": address_id, "since": since})
    return row.at if row else None


_WAITING_ADDRESSES = (
    select(messages.c.address_id)
    .where(_RECEIVED, messages.c.ready_at <= bindparam("now"))
    .order_by(messages.c.ready_at, messages.c.sequence).limit(bindparam("how_many"))
)
_WAITING = (
    select(*_UNSEALED)
    .where(_RECEIVED, messages.c.address_id.in_(bindparam("ids", expanding=True)))
    .order_by(messages.c.sequence, messages.c.id)
)


def waiting_addresses(tx: Tx, now: datetime, how_many: int = TURNS_AT_ONCE) -> list[int]:
    """
    Return the addresses with messages that wait for a turn, longest waiting first.
    """
    return list(dict.fromkeys(row.address_id for row in tx.rows(_WAITING_ADDRESSES, {"now": now, "how_many": how_many})))


_FIRST = (
    select(*_UNSEALED)
    .where(_RECEIVED, messages.c.address_id == bindparam("address"))
    .order_by(messages.c.sequence, messages.c.id).limit(bindparam("how_many"))
)


def waiting(tx: Tx, address_ids: Sequence[int]) -> list[Waiting]:
    """
    Return every message of these addresses that waits, in the order their clients wrote them.
    """
    return _opened(tx, tx.rows(_WAITING, {"ids": list(address_ids)})) if address_ids else []


def first_waiting(tx: Tx, address_id: int, how_many: int) -> list[Waiting]:
    """
    Return the first of the messages that wait at one address.
    """
    return _opened(tx, tx.rows(_FIRST, {"address": address_id, "how_many": how_many}))


def _opened(tx: Tx, rows: Sequence[Row]) -> list[Waiting]:  # type: ignore[type-arg]
    found = []
    for row in rows:
        body = body_of(tx, row)
        found.append(Waiting(row.id, row.address_id, row.kind, row.at, body["text"], body["choice"], body["hint"]))
    return found


_ANSWERED = messages.update().where(messages.c.id == bindparam("row")).values(state="answered", moment_id=bindparam("moment"))
_DEFER = (
    messages.update()
    .where(messages.c.address_id == bindparam("address"), _RECEIVED, messages.c.ready_at <= bindparam("now"))
    .values(ready_at=bindparam("until"))
)
_CALL = messages.update().where(messages.c.id == bindparam("row"), _RECEIVED).values(ready_at=bindparam("at_last"))


def answered(tx: Tx, turns: Sequence[tuple[int, int | None]]) -> None:
    """
    Mark inbound messages answered: pairs of message id and the moment it belongs to, if it is one's.
    """
    if turns:
        tx.many(_ANSWERED, [{"row": message, "moment": moment} for message, moment in turns])


def press(tx: Tx, message_id: int, choice: str) -> None:
    """
    Let what somebody wrote count as the press of a button.
    """
    row = tx.one(select(messages.c.id, messages.c.body).where(messages.c.id == message_id))
    if row is not None:
        body = write(body_of(tx, row) | {"choice": choice})
        tx.run(messages.update().where(messages.c.id == message_id).values(body=tx.keys.seal("messages.body", message_id, body)))


def defer(tx: Tx, until: Sequence[tuple[int, datetime]], now: datetime) -> None:
    """
    Let everything that is due at these addresses wait until then; what waits longer already is not touched, so that a flood costs
    each of its messages one change.
    """
    if until:
        tx.many(_DEFER, [{"address": address, "until": at, "now": now} for address, at in until])


def call(tx: Tx, called: Sequence[tuple[int, datetime]]) -> None:
    """
    Let these messages be due then, and their addresses with them.
    """
    if called:
        tx.many(_CALL, [{"row": message, "at_last": at} for message, at in called])


def ticket_of(tx: Tx, message_id: int) -> int | None:
    """
    Return the ticket in which a volunteer wrote a message, or None.
    """
    row = tx.one(select(messages.c.ticket_id).where(messages.c.id == message_id))
    return row.ticket_id if row else None


def since(tx: Tx, address_id: int, after: datetime, how_many: int) -> list[tuple[int, str, str]]:
    """
    Return what somebody wrote from an address after then, the first of it, as (id, kind, text).
    """
    query = (
        select(messages.c.id, messages.c.kind, messages.c.body)
        .where(messages.c.address_id == address_id, messages.c.at > after, messages.c.direction == literal_column("'in'"))
        .order_by(messages.c.at).limit(how_many)
    )
    return [(row.id, row.kind, str(body_of(tx, row).get("text", ""))) for row in tx.all(query)]
