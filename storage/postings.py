"""
Postings: what is to be said in the volunteers' Telegram group, what was, and what was heard there and waits to be done.

Kinds: `client` tells of a client's message and `words` shows it (a reply to either goes to the client), `alert` tells who is on duty,
`told` is a line of ours, `menu` one with buttons, `private` a line to one volunteer, `answer` a volunteer's message that went out,
`heard` what a volunteer wrote or pressed. The id of what was heard is the platform's own number below zero, so it is kept once.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, literal_column, select

from storage.database import Tx
from storage.tables import alerts, messages, postings, threads, tickets, volunteers

SHOWING = ("client", "words")


@dataclass(frozen=True, slots=True)
class Posting:
    """
    One posting; `ticket_id`, `message_id` and `external_id` are 0 where there is none.
    """

    id: int
    ticket_id: int
    message_id: int
    external_id: int
    kind: str
    body: dict[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Fresh:
    """
    Something of a ticket that the group was not told yet: a client's message, or an alert and whom it is for.
    """

    ticket_id: int
    id: int
    kind: str
    text: str = ""
    name: str = ""


def hear(tx: Tx, number: int, ticket_id: int | None, body: dict[str, Any], now: datetime) -> None:
    """
    Keep what was heard until it is done; a repeat changes nothing.
    """
    sealed = tx.keys.seal("postings.body", -number, json.dumps(body, ensure_ascii=False))
    row = {"id": -number, "ticket_id": ticket_id, "kind": "heard", "body": sealed, "state": "queued", "ready_at": now}
    tx.run(tx.insert(postings).on_conflict_do_nothing(), row)
    tx.wake("group")


def add(tx: Tx, kind: str, ticket_id: int | None, body: dict[str, Any], now: datetime, message_id: int | None = None) -> int:
    """
    Queue something to be said and return its id.
    """
    id = tx.ids.next()
    tx.run(postings.insert(), {"id": id, "ticket_id": ticket_id, "message_id": message_id, "kind": kind, "state": "queued", "ready_at": now,
                               "body": tx.keys.seal("postings.body", id, json.dumps(body, ensure_ascii=False))})
    tx.wake("group")
    return id


def answered(tx: Tx, ticket_id: int, external_id: int, message_id: int, now: datetime) -> None:
    """
    Note which message of a volunteer in the group went to the client, as which message of ours.
    """
    tx.run(postings.insert(), {"id": tx.ids.next(), "ticket_id": ticket_id, "message_id": message_id, "external_id": external_id,
                               "kind": "answer", "state": "sent", "ready_at": now})


def told(tx: Tx, ticket_id: int, shown: Sequence[tuple[str, int]], external_id: int, now: datetime) -> None:
    """
    Note that one message of the group stands for all of these: (kind, id of the client's message or of the alert).
    """
    if shown:
        tx.run(postings.insert(), [{"id": tx.ids.next(), "ticket_id": ticket_id, "message_id": id, "external_id": external_id, "kind": kind,
                                    "state": "sent", "ready_at": now} for kind, id in shown])


def queued(tx: Tx, now: datetime) -> list[Posting]:
    """
    Return what waits and may go on now, what was heard first; nothing of a kind is passed over by a later one.
    """
    query = select(postings).where(postings.c.state == "queued", postings.c.ready_at <= now)
    found = [_posting(tx, row) for row in tx.all(query)]
    return sorted(found, key=lambda one: (one.kind != "heard", abs(one.id)))


def sent(tx: Tx, ids: Sequence[int], external_id: int) -> None:
    """
    Note that these were said, together, in one message of the group.
    """
    if ids:
        tx.run(postings.update().where(postings.c.id.in_(ids)).values(state="sent", external_id=external_id, body=None))


def drop(tx: Tx, ids: Sequence[int]) -> None:
    """
    Delete what was done, or can never be said.
    """
    if ids:
        tx.run(postings.delete().where(postings.c.id.in_(ids)))


def put_off(tx: Tx, ids: Sequence[int], until: datetime) -> None:
    """
    Say these not before then.
    """
    tx.run(postings.update().where(postings.c.id.in_(ids)).values(ready_at=until, attempts=postings.c.attempts + 1))


def at(tx: Tx, ticket_id: int, external_id: int) -> list[Posting]:
    """
    Return what one message of the group stands for in a ticket.
    """
    return [_posting(tx, row) for row in tx.all(select(postings).where(postings.c.external_id == external_id, postings.c.ticket_id == ticket_id))]


def warned(tx: Tx, id: int) -> bool:
    """
    Note that a volunteer was told that a changed answer does not go out; False if they were before.
    """
    return tx.run(postings.update().where(postings.c.id == id, postings.c.state == "sent").values(state="gone")).rowcount > 0


def shows_words(tx: Tx, ticket_id: int) -> bool:
    """
    Tell whether a client's words stand in a ticket's topic.
    """
    return tx.one(select(postings.c.id).where(postings.c.ticket_id == ticket_id, postings.c.kind == "words")) is not None


def forget(tx: Tx, ticket_id: int) -> None:
    """
    Delete what was said of a ticket: its topic is gone, and is told everything anew.
    """
    tx.run(postings.delete().where(postings.c.ticket_id == ticket_id, postings.c.kind != "heard"))


def fresh(tx: Tx, how_many: int = 200) -> list[Fresh]:
    """
    Return what the group was not told yet of its open topics: clients' messages and alerts nobody has seen, the earliest first.
    """
    rows = {row.id: row for query in (_CAUSING, _LATER) for row in tx.all(query.limit(how_many))}
    found = [Fresh(row.ticket_id, row.id, row.kind, _words(tx, row)) for _, row in sorted(rows.items())]
    return found + [Fresh(row.ticket_id, row.id, "alert", name=row.name) for row in tx.all(_UNSEEN.limit(how_many))]


_TOPIC = and_(threads.c.state == "open", threads.c.head_id.is_not(None))
_UNTOLD = (
    select(threads.c.ticket_id, messages.c.id, messages.c.kind, messages.c.body)
    .select_from(threads.join(tickets, tickets.c.id == threads.c.ticket_id))
    .where(_TOPIC, tickets.c.state != literal_column("'closed'"), ~exists(select(postings.c.id).where(
        postings.c.ticket_id == threads.c.ticket_id, postings.c.message_id == messages.c.id, postings.c.kind.in_(SHOWING))))
)
_CAUSING = _UNTOLD.join(messages, messages.c.id == tickets.c.message_id)
_LATER = _UNTOLD.join(messages, and_(messages.c.address_id == tickets.c.address_id, messages.c.at >= tickets.c.opened_at)).where(
    messages.c.direction == "in")
_UNSEEN = (
    select(threads.c.ticket_id, alerts.c.id, volunteers.c.name)
    .join(alerts, alerts.c.ticket_id == threads.c.ticket_id).join(volunteers, volunteers.c.id == alerts.c.volunteer_id)
    .where(_TOPIC, alerts.c.seen_at.is_(None), ~exists(select(postings.c.id).where(
        postings.c.ticket_id == threads.c.ticket_id, postings.c.message_id == alerts.c.id, postings.c.kind == "alert")))
    .order_by(alerts.c.id)
)


def _words(tx: Tx, row: Any) -> str:
    return str(json.loads(tx.keys.open("messages.body", row.id, row.body))["text"])


def _posting(tx: Tx, row: Any) -> Posting:
    body = json.loads(tx.keys.open("postings.body", row.id, row.body)) if row.body else {}
    return Posting(row.id, row.ticket_id or 0, row.message_id or 0, row.external_id or 0, row.kind, body, row.attempts)
