"""
Take: a question into one pair of hands, out of them, or into another's.
"""

from datetime import datetime
from typing import Literal

from bot.app import App
from flows.rights import Volunteer, may_answer, may_lead, may_see_ticket
from storage import alerts, questions, tickets, volunteers
from storage.database import Tx
from storage.questions import Question

Reason = Literal["not_yours", "closed", "unsafe_contact", "stopped", "wants_woman", "empty", "too_long", "unreachable", "no_such", "no_voice_here",
    "line_minutes", "no_word"]


class Refused(Exception):
    """
    We will not do this for a volunteer; `reason` says why, in a word that the desk has a sentence for.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def found(tx: Tx, ticket_id: int, who: Volunteer) -> Question:
    """
    Return a ticket that somebody may see; raise `Refused`. One that is not theirs is as if it were not there.
    """
    return _theirs(questions.one(tx, ticket_id), who)


def locked(tx: Tx, ticket_id: int, who: Volunteer) -> Question:
    """
    The same, and nobody else changes it before the commit.
    """
    return _theirs(questions.lock(tx, ticket_id), who)


def _theirs(question: Question | None, who: Volunteer) -> Question:
    if question is None or not may_see_ticket(who, question.case):
        raise Refused("no_such")
    return question


def in_hand(tx: Tx, ticket_id: int, who: Volunteer) -> Question:
    """
    Return a ticket that a volunteer has in hand, and keeps until the commit; raise `Refused`.
    """
    question = locked(tx, ticket_id, who)
    if question.state == "closed":
        raise Refused("closed")
    if question.volunteer_id != who.id:
        raise Refused("not_yours")
    return question


def looks_at(app: App, question: Question, now: datetime) -> datetime:
    """
    Return when the clock looks at a ticket that is in hands since now: when it is due, as long as nobody answered, and after a
    working day without a word.
    """
    silent_at = app.working_day_after(question.location_id, now)
    return min(silent_at, question.due_at) if question.answered_at is None and question.due_at > now else silent_at


async def take(app: App, ticket_id: int, who: Volunteer) -> bool:
    """
    Take a free ticket, or keep one's own; False if somebody else has it already. Raise `Refused`.
    """
    def run(tx: Tx) -> bool:
        question = locked(tx, ticket_id, who)
        if not may_answer(who, question.case):
            raise Refused("wants_woman")
        now = app.now()
        is_taken = questions.take(tx, ticket_id, who.id, now, looks_at(app, question, now))
        if is_taken:
            alerts.see(tx, ticket_id, now)
        return is_taken or (question.state == "taken" and question.volunteer_id == who.id)

    return await app.database.write(run)


async def free(app: App, ticket_id: int, who: Volunteer) -> bool:
    """
    Give a ticket back that one has in hand, or that anybody has where one leads; somebody else is alerted. Raise `Refused`.
    """
    def run(tx: Tx) -> bool:
        question = locked(tx, ticket_id, who)
        if question.volunteer_id != who.id and not may_lead(who, question.location_id):
            raise Refused("not_yours")
        return questions.free(tx, ticket_id, max(app.now(), question.due_at) if question.urgency not in tickets.URGENT else app.now())

    return await app.database.write(run)


async def assign(app: App, ticket_id: int, to: int, who: Volunteer) -> bool:
    """
    Put a ticket into a colleague's hands: one's own, or any where one leads; False if it is closed. Raise `Refused`.
    """
    def run(tx: Tx) -> bool:
        question, colleague = locked(tx, ticket_id, who), volunteers.by_id(tx, to)
        if question.volunteer_id != who.id and not may_lead(who, question.location_id):
            raise Refused("not_yours")
        if colleague is None or colleague.location_id != question.location_id:
            raise Refused("no_such")
        if question.wants_woman and not colleague.is_woman:
            raise Refused("wants_woman")
        if question.avoids_community and question.language in colleague.communities:
            raise Refused("not_yours")
        now = app.now()
        is_given = questions.give(tx, ticket_id, to, now, looks_at(app, question, now))
        alerts.see(tx, ticket_id, now)
        if is_given and to != who.id:
            alerts.tell(tx, ticket_id, [to], 0, now)
        return is_given

    return await app.database.write(run)


async def change(app: App, ticket_id: int, who: Volunteer, **values: object) -> bool:
    """
    Change team, urgency, topics or interpreter of a ticket that one may see; an interpreter who is asked for is told. Raise `Refused`.
    """
    def run(tx: Tx) -> bool:
        before = locked(tx, ticket_id, who)
        is_changed, question = questions.change(tx, ticket_id, **values), questions.one(tx, ticket_id)
        if is_changed and question is not None and question.interpreter and question.interpreter != before.interpreter:
            alerts.tell(tx, ticket_id, _interpreters(tx, question, who), 0, app.now())
        return is_changed

    return await app.database.write(run)


def _interpreters(tx: Tx, question: Question, who: Volunteer) -> list[int]:
    return [one.id for one in volunteers.at(tx, question.location_id)
            if one.is_interpreter and question.interpreter in one.languages and one.id != who.id and may_see_ticket(one, question.case)]
