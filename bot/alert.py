"""
Alert: who is told that a question waits, and what becomes of one that nobody takes up.

Whoever is on duty is told first; not seen within ten minutes, the next; then the coordinators. A question that is not answered when
it was promised begins anew. One that was taken, and whose client waits for a word for a working day, is free again.
"""

import logging
from datetime import datetime, timedelta

from bot.app import App
from flows.rights import Volunteer, may_answer
from storage import alerts, duties, notes, questions, volunteers
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
    while await app.database.write(lambda tx: _look(app, tx)) == AT_ONCE:
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
    Free a ticket whose client waits for a word; one whose volunteer spoke last is left alone.
    """
    if not question.is_new:
        questions.alert_again(tx, question.id, 0, None)
        return
    questions.free(tx, question.id, now)
    if question.volunteer_id is not None:
        notes.add(tx, question.id, question.client_id, question.volunteer_id, FREED, now)
    log.info("ticket_freed ticket=%s", question.id)


def _tell_next(app: App, tx: Tx, question: Question, now: datetime) -> None:
    level = question.alert_level % COORDINATORS          # everybody was told: it begins anew
    told = alerts.told(tx, question.id)[-level:] if level else []
    at = now.astimezone(app.settings.timezone)
    on_duty = [id for id in duties.on_duty(tx, question.location_id, question.team, at) if id not in told]
    known = {one.id: one for one in volunteers.at(tx, question.location_id)}
    ready = [known[id] for id in on_duty if id in known and may_answer(known[id], question.case)]
    if ready:
        alerts.tell(tx, question.id, [ready[0].id], level + 1, now)
        questions.alert_again(tx, question.id, level + 1, now + PATIENCE)
    else:
        alerts.tell(tx, question.id, [one.id for one in _leaders(known)], COORDINATORS, now)
        questions.alert_again(tx, question.id, COORDINATORS, _next_time(app, question, now))
    log.info("ticket_alerted ticket=%s level=%s", question.id, level + 1)


def _leaders(known: dict[int, Volunteer]) -> list[Volunteer]:
    coordinators = [one for one in known.values() if one.role == "coordinator"]
    return coordinators or [one for one in known.values() if one.role == "administrator"]


def _next_time(app: App, question: Question, now: datetime) -> datetime:
    """
    Return when a question that everybody was told of is told again: at its promise, or on the next working day.
    """
    return question.due_at if question.due_at > now else app.working_day_after(question.location_id, now)


async def see(app: App, ticket_id: int, who: Volunteer) -> None:
    """
    Note that somebody who was told of a ticket looked at it: nobody else is told before it is due.
    """
    def run(tx: Tx) -> None:
        question, now = questions.one(tx, ticket_id), app.now()
        if question is not None and alerts.see(tx, ticket_id, now, who.id) and question.state == "open":
            questions.alert_again(tx, ticket_id, COORDINATORS, _next_time(app, question, now))

    if await app.database.read(lambda tx: alerts.is_unseen(tx, ticket_id, who.id)):
        await app.database.write(run)
