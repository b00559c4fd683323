"""
Alert: who is told that a question waits, and what becomes of one that nobody takes up.

Whoever is on duty is told first; not seen within ten minutes, the next; then the coordinators. A question that is not answered when
it was promised begins anew. One that was taken, and whose client waits for a word for a working day, is free again.
"""

import logging
from datetime import datetime, timedelta

from bot.app import App
from flows.rights import Volunteer, may_answer, may_see_ticket
from storage import alerts, duties, messages, notes, questions, volunteers
from storage.database import Tx
from storage.questions import Question

log = logging.getLogger("wegwijs")
PATIENCE = timedelta(minutes=10)
AT_ONCE = 50
COORDINATORS = 100                  # the level at which those who lead were told
FREED = "Vrijgegeven: een werkdag lang geen bericht aan de cliënt."


async def alert(app: App) -> None:
    """
    Look after every question whose time has come.
    """
    while await app.database.write(lambda tx: _look(app, tx), is_bulk=True) == AT_ONCE:
        pass


def _look(app: App, tx: Tx) -> int:
    now = app.now()
    due = questions.to_alert(tx, now, AT_ONCE)
    for question in due:
        if question.state == "taken":
            _look_at_taken(app, tx, question, now)
        else:
            _tell_next(app, tx, question, now)
    return len(due)


def _look_at_taken(app: App, tx: Tx, question: Question, now: datetime) -> None:
    """
    Free a ticket whose client waits for a word for a working day; before that tell whoever has it, and then the coordinators, that
    it is due or has become urgent. One whose volunteer spoke last is left alone.
    """
    silent_at = app.working_day_after(question.location_id, _waits_since(tx, question))
    if not question.is_new:
        questions.alert_again(tx, question.id, 0, None)
    elif silent_at <= now:
        questions.free(tx, question.id, now)
        notes.add(tx, question.id, question.client_id, None, FREED, now)
        log.info("ticket_freed ticket=%s", question.id)
    elif question.alert_level == 0 and question.volunteer_id is not None:
        _tell(tx, question, [question.volunteer_id], 1, now, min(now + PATIENCE, silent_at))
    else:
        _tell(tx, question, _leaders(tx, question), COORDINATORS, now, silent_at)


def _waits_since(tx: Tx, question: Question) -> datetime:
    """
    Return since when the client waits for a word of who has the ticket: since it was taken, or since their own first word after the
    volunteer's last.
    """
    taken_at = question.taken_at or question.opened_at
    if question.said_at is None:
        return taken_at
    return max(taken_at, messages.first_since(tx, question.address_id, question.said_at) or question.heard_at or question.said_at)


def _tell_next(app: App, tx: Tx, question: Question, now: datetime) -> None:
    level = question.alert_level % COORDINATORS          # everybody was told: it begins anew
    told = alerts.told(tx, question.id)[-level:] if level else []
    at = now.astimezone(app.settings.timezone)
    on_duty = [id for id in duties.on_duty(tx, question.location_id, question.team, at) if id not in told]
    known = {one.id: one for one in volunteers.at(tx, question.location_id)}
    ready = [known[id] for id in on_duty if id in known and may_answer(known[id], question.case)]
    if ready:
        _tell(tx, question, [ready[0].id], level + 1, now, now + PATIENCE)
    else:
        _tell(tx, question, _leaders(tx, question), COORDINATORS, now, _next_time(app, question, now))


def _tell(tx: Tx, question: Question, whom: list[int], level: int, now: datetime, next_at: datetime) -> None:
    alerts.tell(tx, question.id, whom, level, now)
    questions.alert_again(tx, question.id, level, next_at)
    log.info("ticket_alerted ticket=%s level=%s how_many=%s", question.id, level, len(whom))


def _leaders(tx: Tx, question: Question) -> list[int]:
    """
    Return the coordinators of a location, or without one its administrators: those of them whom the client did not ask to avoid.
    """
    leaders = [one for one in volunteers.at(tx, question.location_id) if one.leads and may_see_ticket(one, question.case)]
    return [one.id for one in leaders if one.role == "coordinator"] or [one.id for one in leaders]


def _next_time(app: App, question: Question, now: datetime) -> datetime:
    """
    Return when a question that everybody was told of, or that was seen, is looked at again: at its promise, or on the next working
    day.
    """
    return question.due_at if question.due_at > now else app.working_day_after(question.location_id, now)


async def see(app: App, ticket_id: int, who: Volunteer) -> None:
    """
    Note that somebody who was told of a ticket looked at it: nobody else is told before it is due. Once it is, a look is not enough.
    """
    def run(tx: Tx) -> None:
        question, now = questions.lock(tx, ticket_id), app.now()
        if question is None or not alerts.see(tx, ticket_id, now, who.id) or question.state == "closed":
            return
        if question.answered_at is None and question.due_at <= now:
            return
        questions.alert_again(tx, ticket_id, COORDINATORS, _next_time(app, question, now))

    if await app.database.read(lambda tx: alerts.is_unseen(tx, ticket_id, who.id)):
        await app.database.write(run)
