"""
Close: a question is finished; the bot has the client again and asks whether it helped.
"""

from collections.abc import Sequence
from datetime import datetime

from bot import share
from bot.app import App
from bot.converse import keep
from bot.exchange import Exchange
from bot.gather import Turns
from bot.take import Refused, found, locked
from flows import safe_contact
from flows.contacts import PROGRAMMES, is_minutes
from flows.helped import HELPED
from flows.rights import Volunteer, may_lead
from flows.topics import TOPICS
from storage import alerts, clients, drafts, moments, outbox, questions, sessions
from storage.database import Tx
from storage.questions import OUTCOMES, Question
from storage.sessions import Standing


async def close(app: App, ticket_id: int, who: Volunteer, outcome: str, topics: Sequence[str] = (),
                programme: str = "", minutes: str = "") -> bool:
    """
    Close a ticket that one has in hand, or that anybody has where one leads; False if it is closed already. Raise `Refused`.

    An answer that could still be undone leaves first. In the same commit the moment gets the topics that were ticked, the programme and
    minutes that were said, and the client is asked whether it helped, unless they want no messages, it is not safe, or there was no contact.
    """
    if outcome not in OUTCOMES:
        raise Refused("empty")
    if not is_minutes(minutes):
        raise Refused("line_minutes")

    def run(tx: Tx) -> bool:
        sessions.lock(tx, [found(tx, ticket_id, who).address_id], waits=True)
        question = locked(tx, ticket_id, who)
        if question.volunteer_id != who.id and not may_lead(who, question.location_id):
            raise Refused("not_yours")
        ticked = [topic for topic in topics if topic in TOPICS] or list(question.topics)
        if not end(tx, ticket_id, outcome, app.now(), ticked):
            return False
        if question.moment_id and ticked:
            moments.file(tx, question.moment_id, ticked)
        if question.moment_id:
            moments.book(tx, question.moment_id, programme if programme in PROGRAMMES else "", int(minutes or 0))
        if outcome != "no_contact":
            _ask(app, tx, question)
        return True

    return await app.database.write(run)


def end(tx: Tx, ticket_id: int, outcome: str, now: datetime, topics: Sequence[str] | None = None) -> bool:
    """
    End a question within a transaction: nobody is alerted of it any more, an answer on its way leaves, and no draft of one is kept.
    Return False if it is closed already.
    """
    if not questions.close(tx, ticket_id, outcome, now, topics):
        return False
    alerts.see(tx, ticket_id, now)
    outbox.hasten(tx, ticket_id, now)
    drafts.drop_all(tx, ticket_id)
    return True


def _ask(app: App, tx: Tx, question: Question) -> None:
    for standing in sessions.lock(tx, [question.address_id], waits=True) if question.address_id else ():
        if _may_ask(app, tx, question, standing):
            turns = Turns()
            exchange = Exchange(app, turns, standing)
            exchange.begin(tx, HELPED)
            exchange.close()
            keep(app, tx, turns, app.now())


def _may_ask(app: App, tx: Tx, question: Question, standing: Standing) -> bool:
    safe = safe_contact.read(clients.safe_contact_of(tx, standing.client_id))
    now = app.now().astimezone(app.settings.timezone)
    is_safe = safe_contact.may_write(safe, now, question.heard_at)
    is_safe &= share.is_reachable(app, standing, now)
    return is_safe and not standing.is_stopped and not standing.is_unreachable and not standing.is_under_16 and question.said_at is not None
