"""
Learn: what somebody says of a client is written down, and what is due is planned anew; where client and staff differ, a ticket asks a
person to look.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from bot import plan
from bot.app import App
from bot.web.desk.told import FACTS
from bot.web.desk.words import sentence
from flows import remind
from storage import clients, facts, notes, reminders, tickets
from storage.database import Tx
from storage.facts import Difference, Learnt, Speaker
from storage.tickets import Ticket

LEGAL = ("permit", "asylum", "nareis", "family_abroad", "lawful_residence", "naturalisation", "travel_document", "decisions")
TOPICS = {"permit": "permit_renewal", "inburgering": "inburgering_deadline", "travel_document": "travel_abroad",
          "naturalisation": "naturalisation"}
DIFFERS = "Wij en de cliënt zeggen iets anders over: {facts}. Kijk op de kaart van de cliënt wat klopt."


def learn(app: App, tx: Tx, told: Sequence[tuple[int, str, str]], said_by: Speaker, now: datetime) -> Learnt:
    """
    Write facts (client id, name, value) down, plan the reminders anew, and open a ticket for each client whose word differs from ours, in
    the same commit; return what changed.
    """
    found = facts.learn(tx, told, said_by, now)
    _compare(app, tx, found.differing, now)
    plan.plan(app, tx, found.changed, now)
    return found


def joined(app: App, tx: Tx, client_id: int, now: datetime) -> None:
    """
    After what a phone had told us came to a client's record: plan their reminders anew, and open a ticket where the two differ.
    """
    _compare(app, tx, facts.differences(tx, [client_id]), now)
    plan.plan(app, tx, [client_id], now)


def _compare(app: App, tx: Tx, differing: Sequence[Difference], now: datetime) -> None:
    names: dict[int, list[str]] = {}
    for one in differing:
        names.setdefault(one.client_id, []).append(one.name)
    if names:
        tickets.open_or_join(tx, list(_tickets(app, tx, names, now)))
        for client_id, ticket_id in tickets.open_of(tx, sorted(names)).items():
            text = DIFFERS.format(facts=", ".join(sentence("nl", FACTS.get(name, name)) for name in names[client_id]))
            notes.add(tx, ticket_id, client_id, None, text, now)


def unlearn(app: App, tx: Tx, client_id: int, name: str, now: datetime, said_by: Speaker = "staff") -> None:
    """
    Take back what staff said of a fact, or the client, and plan the client's reminders anew.
    """
    said = _said(tx, client_id, name)
    facts.unlearn(tx, client_id, name, said_by)
    if said_by == "client":
        _say_again(tx, client_id, name, said, now)
    plan.plan(app, tx, [client_id], now)


def settle(app: App, tx: Tx, client_id: int, name: str, now: datetime) -> None:
    """
    Let staff's word of a fact count where the client says another, and plan the client's reminders anew.
    """
    facts.settle(tx, client_id, name, now)
    _say_again(tx, client_id, name, _said(tx, client_id, name), now)
    plan.plan(app, tx, [client_id], now)


def _said(tx: Tx, client_id: int, name: str) -> str:
    return next((one.value for one in clients.told(tx, client_id) if (one.name, one.said_by) == (name, "client")), "")


def _say_again(tx: Tx, client_id: int, name: str, said: str, now: datetime) -> None:
    """
    Let what is due be said again of which a client had named this day of a fact as the proof that it is done: it was not so.
    """
    reminders.answer(tx, [
        row.id for row in reminders.of_clients(tx, [client_id])
        if row.answer == "done" and row.proof_on and row.proof_on.isoformat() == said and name in remind.facts_of(row.kind)], "not_so", now)


def text_of(value: object) -> str:
    """
    Return a value as it is kept: a day or a word as itself, everything else as JSON.
    """
    return value if isinstance(value, str) else json.dumps(value)


def _tickets(app: App, tx: Tx, names: Mapping[int, Sequence[str]], now: datetime) -> Iterator[Ticket]:
    reached = reminders.reach(tx, sorted(names))
    for client in clients.by_ids(tx, sorted(names)):
        theirs = names[client.id]
        is_legal = any(name.startswith(LEGAL) for name in theirs)
        topics = tuple(dict.fromkeys(topic for name in theirs for head, topic in TOPICS.items() if name.startswith(head)))
        yield Ticket(client.id, reached[client.id].address_id or 0, None, None, client.location_id, "legal" if is_legal else "social", "week", now,
                     app.due_at(client.location_id, now, "week"), topics, client.language, reason="differs")
