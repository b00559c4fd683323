"""
Sessions: where each client is in a conversation, read and written in sets, and locked for the turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Row, bindparam, case, exists, literal_column, select

from flows.voice import FACT
from storage import phones
from storage.database import Tx
from storage.phones import Share
from storage.tables import addresses, clients, facts, messages, moments, sessions, tickets
from storage.tickets import IS_OPEN


@dataclass(slots=True)
class Standing:
    """
    One client at one address, as a turn finds them: session, client, the moment that goes on, the open ticket.
    """

    address_id: int
    channel: str
    client_id: int
    state: str                       # the session as text; "" before the first turn
    said_id: int
    pace: int
    paced_at: datetime | None
    paced_until: datetime | None
    is_unreachable: bool
    language: str
    location_id: int
    consent: str
    is_stopped: bool
    is_under_16: bool
    moment_id: int | None
    moment_at: datetime | None       # when that moment last heard or said something
    moment_by: str                   # who began it: client, us
    moment_languages: str
    moment_topics: str
    moment_outcome: str
    moment_answered_by: str
    ticket_id: int | None
    ticket_moment_id: int | None
    ticket_state: str
    ticket_due_at: datetime | None
    ticket_urgency: str
    ticket_topics: str
    voice: str = ""                  # whether the client wants our texts spoken too: yes, no, or "" where they never said
    has_waiting: bool = False        # of ours, for the client's next word
    is_shared: bool = False
    share: Share | None = None       # of an address on a phone that several share


_STANDING = (
    select(
        sessions.c.address_id, sessions.c.state, sessions.c.said_id, sessions.c.pace, sessions.c.paced_at, sessions.c.paced_until,
        addresses.c.channel, addresses.c.unreachable_at, addresses.c.door_id, addresses.c.shared_at,
        clients.c.id.label("client_id"), clients.c.language, clients.c.location_id, clients.c.consent, clients.c.stopped_at,
        clients.c.is_under_16,
        moments.c.id.label("moment_id"), moments.c.last_at, moments.c.began_by, moments.c.languages, moments.c.topics.label("moment_topics"),
        moments.c.outcome, moments.c.answered_by,
        tickets.c.id.label("ticket_id"), tickets.c.moment_id.label("ticket_moment_id"), tickets.c.state.label("ticket_state"),
        tickets.c.due_at, tickets.c.urgency, tickets.c.topics.label("ticket_topics"),
        facts.c.value.label("voice"),
        exists(select(messages.c.id).where(messages.c.state == literal_column("'waiting'"), messages.c.address_id == sessions.c.address_id))
        .label("has_waiting"),
    )
    .select_from(
        sessions
        .join(addresses, addresses.c.id == sessions.c.address_id)
        .join(clients, clients.c.id == addresses.c.client_id)
        .outerjoin(moments, moments.c.id == sessions.c.moment_id)
        .outerjoin(tickets, (tickets.c.client_id == clients.c.id) & IS_OPEN)
        .outerjoin(facts, (facts.c.client_id == clients.c.id) & (facts.c.name == FACT) & (facts.c.said_by == "client"))
    )
    .where(sessions.c.address_id.in_(bindparam("ids", expanding=True)))
    .order_by(sessions.c.address_id)
)
_OWNERS = (
    select(sessions.c.address_id, clients.c.id)
    .join(addresses, addresses.c.id == sessions.c.address_id)
    .join(clients, clients.c.id == addresses.c.client_id)
    .where(sessions.c.address_id.in_(bindparam("ids", expanding=True)))
)
_FREE = _OWNERS.order_by(sessions.c.address_id).with_for_update(of=[sessions, clients], key_share=True, skip_locked=True)
_THEIRS = _OWNERS.order_by(clients.c.id, sessions.c.address_id).with_for_update(of=clients, key_share=True)
_DOORS = select(addresses.c.door_id).where(addresses.c.id.in_(bindparam("ids", expanding=True)), addresses.c.door_id.is_not(None))
_HOLD = {
    waits: select(sessions.c.address_id)
    .join(addresses, addresses.c.id == sessions.c.address_id)
    .where(sessions.c.address_id.in_(bindparam("ids", expanding=True)))
    .order_by(addresses.c.door_id.is_not(None), sessions.c.address_id)
    .with_for_update(of=sessions, key_share=True, skip_locked=not waits)
    for waits in (False, True)
}


def lock(tx: Tx, address_ids: Sequence[int], waits: bool = False) -> list[Standing]:
    """
    Return these clients' standings, locked until the commit; whom another process has in hand is left out, or waited for.

    Everybody locks in this order, or two processes wait for each other: a broadcast, and messages of ours on their way; sessions, the door
    of a shared phone before its seats (who has a seat has the door), then by address; clients, by id; then all else: questions before
    moments and messages that wait. Where that cannot be (a code names its client in the middle of a turn) one of the two gives way
    (`storage/database.py`); as it does where writes share a commit, and then each runs alone.

    PostgreSQL locks first and reads with a statement of its own: one that locks sees what it joins (the moment, the ticket) as it
    was before another process's commit let go of the lock.
    """
    ids = list(address_ids)
    if not tx.is_postgres:          # its one writer has everything locked
        return _shared(tx, [_standing(tx, row) for row in tx.rows(_STANDING, {"ids": ids})])
    if waits:
        hold(tx, ids)
    theirs, found = tx.each((_THEIRS if waits else _FREE, {"ids": ids}), (_STANDING, {"ids": ids})) if ids else ([], [])
    locked = {row.address_id: row.id for row in theirs}
    rows = [row for row in found if locked.get(row.address_id) == row.client_id]        # locked, and not bound to another just now
    doors = {row.door_id for row in rows if row.door_id is not None}
    if doors and not waits:         # who speaks there may just be changing
        doors = {row.address_id for row in tx.rows(_HOLD[False], {"ids": sorted(doors)})}
    return _shared(tx, [_standing(tx, row) for row in rows if row.door_id is None or row.door_id in doors])


def hold(tx: Tx, address_ids: Sequence[int]) -> None:
    """
    Keep the sessions at these addresses, and at the doors of the phones that are shared, until the commit; whom another process has in
    hand is waited for. For who then locks more clients than theirs.
    """
    if tx.is_postgres and address_ids:
        doors = {row.door_id for row in tx.rows(_DOORS, {"ids": list(address_ids)})}
        tx.rows(_HOLD[True], {"ids": sorted({*address_ids, *doors})})


def _shared(tx: Tx, found: list[Standing]) -> list[Standing]:
    if ids := [standing.address_id for standing in found if standing.is_shared]:
        shares = phones.of(tx, ids)
        for standing in found:
            standing.share = shares.get(standing.address_id)
    return found


def _standing(tx: Tx, row: Row) -> Standing:  # type: ignore[type-arg]
    return Standing(
        address_id=row.address_id, channel=row.channel, client_id=row.client_id,
        state=tx.keys.text("sessions.state", row.address_id, row.state) if row.state else "",
        said_id=row.said_id, pace=row.pace, paced_at=row.paced_at, paced_until=row.paced_until,
        is_unreachable=row.unreachable_at is not None,
        language=row.language, location_id=row.location_id, consent=row.consent, is_stopped=row.stopped_at is not None, is_under_16=row.is_under_16,
        moment_id=row.moment_id, moment_at=row.last_at, moment_by=row.began_by or "", moment_languages=row.languages or "",
        moment_topics=row.moment_topics or "", moment_outcome=row.outcome or "", moment_answered_by=row.answered_by or "",
        ticket_id=row.ticket_id, ticket_moment_id=row.ticket_moment_id, ticket_state=row.ticket_state or "",
        ticket_due_at=row.due_at, ticket_urgency=row.urgency or "", ticket_topics=row.ticket_topics or "",
        voice=tx.keys.text("facts.value", f"{row.client_id}:{FACT}:client", row.voice) if row.voice else "",
        has_waiting=row.has_waiting, is_shared=row.door_id is not None or row.shared_at is not None,
    )


_HEARD = bindparam("to_heard", type_=sessions.c.heard_at.type)
_KEEP = sessions.update().where(sessions.c.address_id == bindparam("address")).values(
    state=bindparam("to_state"), moment_id=bindparam("to_moment"), said_id=bindparam("to_said"),
    heard_at=case((sessions.c.heard_at > _HEARD, sessions.c.heard_at), else_=_HEARD),
    pace=bindparam("to_pace"), paced_at=bindparam("to_paced_at"), paced_until=bindparam("to_paced_until"),
)


def keep(tx: Tx, kept: Sequence[tuple[Standing, datetime]]) -> None:
    """
    Write the sessions back after their turns, each with the time its client was last heard, which only rises: what was missed in an
    outage may come after what was written since.
    """
    if kept:
        tx.many(_KEEP, [
            {"address": s.address_id, "to_state": tx.keys.seal("sessions.state", s.address_id, s.state), "to_moment": s.moment_id,
             "to_said": s.said_id, "to_heard": heard_at, "to_pace": s.pace, "to_paced_at": s.paced_at, "to_paced_until": s.paced_until}
            for s, heard_at in kept
        ])


def stand(tx: Tx, address_id: int, state: str) -> None:
    """
    Write down where a client is in a conversation, outside a turn of theirs.
    """
    tx.run(sessions.update().where(sessions.c.address_id == address_id).values(state=tx.keys.seal("sessions.state", address_id, state)))


def heard_at(tx: Tx, address_id: int) -> datetime | None:
    """
    Return when a client last wrote, or None.
    """
    row = tx.one(select(sessions.c.heard_at).where(sessions.c.address_id == address_id))
    return row.heard_at if row else None


def said(tx: Tx, address_id: int, message_id: int) -> None:
    """
    Note the id of a message that is queued outside a turn, so that the next one comes after it.
    """
    tx.run(sessions.update().where(sessions.c.address_id == address_id).values(said_id=message_id))
