"""
Tickets: questions waiting for a volunteer; a client has at most one that is open, and a new question joins it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, literal, literal_column, select

from storage.database import Tx
from storage.tables import alerts, clients, tickets, volunteers

URGENCIES = ("now", "today", "week", "normal")
IS_OPEN = tickets.c.state != literal_column("'closed'")         # literal: SQLite plans a query anew at each run if a value decides on an index
URGENT = URGENCIES[:2]                  # somebody on duty is told at once


@dataclass(slots=True)
class Ticket:
    """
    A question to open or to add to the open ticket of a client. `question` is the client's own text, or "".
    """

    client_id: int
    address_id: int
    moment_id: int | None
    message_id: int | None
    location_id: int
    team: str
    urgency: str
    opened_at: datetime
    due_at: datetime
    topics: tuple[str, ...] = ()
    language: str = ""
    question: str = ""
    reason: str = "asked"
    state: str = "open"
    id: int = 0
    number: int = 0
    client_number: int = 0
    wants_woman: bool = False
    avoids_community: bool = False
    interpreter: str = ""


_OPEN_OF = select(tickets).where(tickets.c.client_id.in_(bindparam("clients", expanding=True)), IS_OPEN)
_INSERT = tickets.insert()
_LAST = select(func.max(tickets.c.number).label("number"))


def open_of(tx: Tx, client_ids: Sequence[int]) -> dict[int, int]:
    """
    Return the open ticket of each of these clients.
    """
    return {row.client_id: row.id for row in tx.all(_OPEN_OF, {"clients": list(client_ids)})} if client_ids else {}


def open_or_join(tx: Tx, asked: Sequence[Ticket]) -> None:
    """
    Open a ticket for each question, or add the question to the client's open ticket: its topics join, and it becomes as urgent
    and as early as the most urgent question in it. One that nobody has taken goes to the legal team when that must look today. The
    caller has locked the clients.
    """
    if not asked:
        return
    tx.wake("desk")
    standing = {row.client_id: row for row in tx.rows(_OPEN_OF, {"clients": [ticket.client_id for ticket in asked]})}
    new: dict[int, Ticket] = {}
    for client_id in dict.fromkeys(ticket.client_id for ticket in asked):
        theirs = [ticket for ticket in asked if ticket.client_id == client_id]
        joined = _joined(theirs)
        if client_id in standing:
            _join(tx, standing[client_id], joined)
        else:
            new[client_id] = joined
    if new:
        _wished(tx, list(new.values()))
        first = next_number(tx)
        tx.many(_INSERT, [_row(tx, ticket) | {"number": number} for number, ticket in enumerate(new.values(), first)])


def next_number(tx: Tx) -> int:
    """
    Return the number of the next ticket; until the commit nobody else gets one.
    """
    tx.alone(2)
    return (tx.rows(_LAST, {})[0].number or 0) + 1


def _joined(asked: Sequence[Ticket]) -> Ticket:
    """
    Return the questions of one client as one.
    """
    first, *rest = asked
    for ticket in rest:
        first = replace(
            first, team=_team(first.team, ticket), topics=tuple(dict.fromkeys((*first.topics, *ticket.topics))),
            urgency=min(first.urgency, ticket.urgency, key=URGENCIES.index),
            due_at=min(first.due_at, ticket.due_at), question="\n".join(filter(None, (first.question, ticket.question))))
    return first


def _team(team: str, ticket: Ticket) -> str:
    return "legal" if ticket.team == "legal" and ticket.urgency in URGENT else team


def _row(tx: Tx, ticket: Ticket) -> dict[str, object]:
    id = ticket.id or tx.ids.next()
    return {
        "id": id, "client_id": ticket.client_id, "address_id": ticket.address_id or None, "moment_id": ticket.moment_id,
        "message_id": ticket.message_id, "location_id": ticket.location_id, "team": ticket.team, "topics": ",".join(ticket.topics),
        "urgency": ticket.urgency, "language": ticket.language, "state": "open", "reason": ticket.reason,
        "question": tx.keys.seal("tickets.question", id, ticket.question) if ticket.question else None,
        "opened_at": ticket.opened_at, "due_at": ticket.due_at, "alert_at": _alert_at(ticket),
        "wants_woman": ticket.wants_woman, "avoids_community": ticket.avoids_community, "interpreter": ticket.interpreter,
    }


def _alert_at(ticket: Ticket) -> datetime:
    return ticket.opened_at if ticket.urgency in URGENT else ticket.due_at


def _join(tx: Tx, row: Any, ticket: Ticket) -> None:
    questions = [tx.keys.text("tickets.question", row.id, row.question)] if row.question else []
    questions += [ticket.question] if ticket.question else []
    topics = dict.fromkeys([*filter(None, row.topics.split(",")), *ticket.topics])
    team = _team(row.team, ticket) if row.state == "open" else row.team
    is_urgent = ticket.urgency == "now" or (ticket.urgency == "today" and row.urgency not in URGENT)
    alert_at = ticket.opened_at if is_urgent else min(row.alert_at or ticket.due_at, ticket.due_at)
    tx.run(tickets.update().where(tickets.c.id == row.id).values(
        heard_at=ticket.opened_at, alert_at=alert_at, alert_level=0 if is_urgent else row.alert_level, topics=",".join(topics),
        urgency=min(row.urgency, ticket.urgency, key=URGENCIES.index), due_at=min(row.due_at, ticket.due_at), team=team,
        question=tx.keys.seal("tickets.question", row.id, "\n".join(questions)) if questions else None))


def as_before(tx: Tx, asked: Sequence[Ticket]) -> None:
    """
    Give questions whose answer did not help (reason `not_helped`) the team and topics of the client's ticket that was closed last.
    """
    for ticket in (ticket for ticket in asked if ticket.reason == "not_helped"):
        last = tx.one(select(tickets.c.team, tickets.c.topics).where(
            tickets.c.client_id == ticket.client_id, tickets.c.state == "closed").order_by(tickets.c.closed_at.desc()).limit(1))
        if last is not None:
            ticket.team, ticket.topics = last.team, tuple(filter(None, last.topics.split(",")))


_WISHES_OF = select(clients.c.id, clients.c.wants_woman, clients.c.avoids_community).where(clients.c.id.in_(bindparam("clients", expanding=True)))
WISHES = {"woman": "wants_woman", "community": "avoids_community"}
_IS_OF_COMMUNITY = (literal(",") + volunteers.c.communities + ",").like(literal("%,") + tickets.c.language + ",%")
_MAY_NOT = {"woman": ~volunteers.c.is_woman, "community": and_(tickets.c.language != "", _IS_OF_COMMUNITY)}
_SEES_NOT = _MAY_NOT | {"woman": and_(~volunteers.c.is_woman, volunteers.c.role == "volunteer")}        # who leads sees it, to give it to a woman


def wish(tx: Tx, wishes: Sequence[tuple[int, str]]) -> None:
    """
    Keep what clients ask of who answers them, on the client and on their open ticket: (client, "woman" or "community"). A ticket
    in the hands of somebody whom the client does not want is free again, and alerts as one that nobody has taken; who was told of it
    and may not see it any more was not.
    """
    for wished, column in WISHES.items():
        ids = sorted(client_id for client_id, theirs in wishes if theirs == wished)
        if not ids:
            continue
        tx.run(clients.update().where(clients.c.id.in_(ids)).values({column: True}))
        opened = tickets.update().where(tickets.c.client_id.in_(ids), IS_OPEN)
        tx.run(opened.values({column: True}))
        unwanted = exists().where(volunteers.c.id == tickets.c.volunteer_id, _MAY_NOT[wished]).correlate(tickets)
        alert_at = case((tickets.c.urgency.in_(URGENT), tickets.c.opened_at), else_=tickets.c.due_at)
        tx.run(opened.where(tickets.c.state == "taken", unwanted).values(
            state="open", volunteer_id=None, taken_at=None, alert_at=alert_at, alert_level=0))
        theirs = select(tickets.c.id).where(tickets.c.client_id.in_(ids), IS_OPEN)
        hidden = exists().where(volunteers.c.id == alerts.c.volunteer_id, tickets.c.id == alerts.c.ticket_id, _SEES_NOT[wished])
        tx.run(alerts.delete().where(alerts.c.ticket_id.in_(theirs), hidden.correlate(alerts)))
        tx.wake("desk")


def put_wishes(tx: Tx, client_id: int, wants_woman: bool, avoids_community: bool) -> None:
    """
    Let the open ticket of a client follow what was noted of their wishes: what they ask holds for it, what they ask no more does not.
    """
    noted = {"woman": wants_woman, "community": avoids_community}
    wish(tx, [(client_id, wished) for wished, is_asked in noted.items() if is_asked])
    gone: dict[str, bool] = {WISHES[wished]: False for wished, is_asked in noted.items() if not is_asked}
    if gone:
        tx.run(tickets.update().where(tickets.c.client_id == client_id, IS_OPEN).values(gone))
        tx.wake("desk")


def told(tx: Tx, client_id: int, helped: str) -> None:
    """
    Note whether the last ticket of a client that was closed helped: yes or no.
    """
    last = select(tickets.c.id).where(tickets.c.client_id == client_id, tickets.c.state == "closed").order_by(tickets.c.closed_at.desc()).limit(1)
    tx.run(tickets.update().where(tickets.c.id == last.scalar_subquery()).values(helped=helped))


def _wished(tx: Tx, new: Sequence[Ticket]) -> None:
    wishes = {row.id: row for row in tx.rows(_WISHES_OF, {"clients": [ticket.client_id for ticket in new]})}
    for ticket in new:
        if ticket.client_id in wishes:
            ticket.wants_woman, ticket.avoids_community = wishes[ticket.client_id].wants_woman, wishes[ticket.client_id].avoids_community


_OPEN = (
    select(tickets, clients.c.number.label("client_number"))
    .outerjoin(clients, clients.c.id == tickets.c.client_id)
    .where(IS_OPEN)
    .order_by(tickets.c.location_id, tickets.c.due_at)
)


def open_ones(tx: Tx) -> list[Ticket]:
    """
    Return the open tickets, by location and the soonest due first, with their questions readable; `client_number` is 0 once erased.
    """
    return [
        Ticket(
            row.client_id or 0, row.address_id or 0, row.moment_id, row.message_id, row.location_id, row.team, row.urgency, row.opened_at, row.due_at,
            tuple(filter(None, row.topics.split(","))), row.language,
            tx.keys.text("tickets.question", row.id, row.question) if row.question else "", row.reason, row.state, row.id, row.number or 0,
            row.client_number or 0)
        for row in tx.all(_OPEN)
    ]
