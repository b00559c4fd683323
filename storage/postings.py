"""
Postings: what volunteers wrote in the group and nobody did yet, what is to be said there, and which of its messages show a client's.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from storage.database import Tx
from storage.tables import postings

TOGETHER = 10               # short answers that are said in one message


@dataclass(frozen=True, slots=True)
class Posting:
    """
    One of them, with its body.
    """

    id: int
    ticket_id: int
    kind: str
    body: dict[str, Any]
    attempts: int


def hear(tx: Tx, update_id: int, ticket_id: int | None, body: dict[str, Any], now: datetime) -> None:
    """
    Write down what a volunteer wrote or pressed in the group; Telegram may bring it twice, and the second changes nothing.
    """
    sealed = tx.keys.seal("postings.body", update_id, json.dumps(body))
    tx.run(tx.insert(postings).on_conflict_do_nothing(), {
        "id": update_id, "ticket_id": ticket_id, "kind": "heard", "body": sealed, "state": "queued", "ready_at": now})
    tx.wake("desk")


def say(tx: Tx, ticket_id: int | None, body: dict[str, Any], now: datetime, kind: str = "said") -> None:
    """
    Queue something to be said in the topic of a ticket, or privately (`kind`) to who is named in the body.
    """
    id = tx.ids.next()
    tx.run(postings.insert(), {"id": id, "ticket_id": ticket_id, "kind": kind, "body": tx.keys.seal("postings.body", id, json.dumps(body)),
                               "state": "queued", "ready_at": now})
    tx.wake("desk")


_NEXT = (
    select(postings)
    .where(postings.c.state == "queued", postings.c.ready_at <= bindparam("now"), postings.c.kind == bindparam("wanted"))
    .order_by(postings.c.ready_at, postings.c.id).limit(TOGETHER)
)


def next_ones(tx: Tx, kind: str, now: datetime) -> list[Posting]:
    """
    Return what is queued of a kind and ready, the oldest first. It is asked after every change at the desk.
    """
    rows = tx.rows(_NEXT, {"now": now, "wanted": kind})
    return [Posting(row.id, row.ticket_id or 0, row.kind, json.loads(tx.keys.open("postings.body", row.id, row.body)), row.attempts) for row in rows]


def done(tx: Tx, ids: list[int]) -> None:
    """
    Note that these were said, or done, and forget what they held.
    """
    tx.run(postings.update().where(postings.c.id.in_(ids)).values(state="gone", body=None))


def put_off(tx: Tx, ids: list[int], until: datetime) -> None:
    """
    Try these again then.
    """
    tx.run(postings.update().where(postings.c.id.in_(ids)).values(ready_at=until, attempts=postings.c.attempts + 1))


def show(tx: Tx, ticket_id: int, external_id: int, now: datetime, message_id: int | None = None) -> None:
    """
    Note that a message of the group shows a client's: a reply to it goes out.
    """
    tx.run(postings.insert(), {"id": tx.ids.next(), "ticket_id": ticket_id, "external_id": external_id, "message_id": message_id,
                               "kind": "message", "state": "sent", "ready_at": now})


def shows(tx: Tx, external_id: int) -> int | None:
    """
    Return the ticket whose client's message is shown by a message of the group, or None.
    """
    row = tx.one(select(postings.c.ticket_id).where(postings.c.external_id == external_id, postings.c.kind == "message"))
    return row.ticket_id if row else None


def once(tx: Tx, ticket_id: int, kind: str, now: datetime, external_id: int = 0) -> bool:
    """
    Note that something is done that happens once: `warned` in a topic, `pressed` at a message. False if it was done before.
    """
    before = select(postings.c.id).where(postings.c.ticket_id == ticket_id, postings.c.kind == kind, postings.c.external_id == external_id)
    if tx.one(before):
        return False
    tx.run(postings.insert(), {"id": tx.ids.next(), "ticket_id": ticket_id, "external_id": external_id, "kind": kind, "state": "sent",
                               "ready_at": now})
    return True


def clear(tx: Tx, ticket_id: int) -> None:
    """
    Forget what stood in a topic that is gone, and what was still to be said there.
    """
    tx.run(postings.delete().where(postings.c.ticket_id == ticket_id, postings.c.kind != "heard"))
