"""
Revise: a contact moment is corrected or withdrawn by who wrote it down or leads the location; what it was is kept.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

from bot.app import App
from flows.contacts import KINDS, OUTCOMES, PROGRAMMES, is_minutes
from flows.rights import Volunteer, may_lead, may_see_client
from flows.topics import TOPICS
from storage import revisions, views
from storage.database import Tx
from storage.reports import WITHDRAWN

LATE = timedelta(days=366)      # how far back a contact can be said to have been
Reason = Literal["no_such", "going_on", "kind", "day", "line_subject", "line_minutes", "line_outcome"]


class NotRevised(Exception):
    """
    A moment stays as it is; the word says why.
    """


@dataclass(frozen=True, slots=True)
class Form:
    """
    What a moment shall say. Kind, day and outcome are of contacts that were no chats alone: a chat has its own.
    """

    topics: tuple[str, ...]
    programme: str
    minutes: str
    kind: str = ""
    on: date | None = None
    outcome: str = ""


def may_revise(who: Volunteer, moment: Any) -> bool:
    """
    Tell whether a moment is somebody's to correct: the own, or one of the location they lead; and the client is theirs to see.
    """
    sees = moment.number is None or may_see_client(who, moment.location_id, moment.language, moment.wants_woman, moment.avoids_community)
    return sees and (may_lead(who, moment.location_id) or (moment.volunteer_id == who.id and moment.location_id == who.location_id))


async def revise(app: App, who: Volunteer, moment_id: int, form: Form) -> bool:
    """
    Correct a moment, also one that was withdrawn; False where nothing is another. Raise `NotRevised`.
    """
    def run(tx: Tx) -> bool:
        moment = _found(app, tx, who, moment_id)
        kept = [topic for topic in moment.topics.split(",") if topic in form.topics]      # the main one first, as it was
        values: dict[str, object] = {"topics": ",".join(dict.fromkeys([*kept, *form.topics])), "programme": form.programme,
                                     "minutes": int(form.minutes) if form.minutes else None}
        _check(form)
        if moment.logged_at is not None:
            values |= _of_contact(app, moment, form)
        return _revised(app, tx, who, moment, "corrected", values)

    return await app.database.write(run)


async def withdraw(app: App, who: Volunteer, moment_id: int) -> bool:
    """
    Withdraw a contact that was written down by mistake: it stays, and counts as withdrawn. Raise `NotRevised`.
    """
    def run(tx: Tx) -> bool:
        moment = _found(app, tx, who, moment_id)
        if moment.logged_at is None:
            raise NotRevised("no_such")
        values: dict[str, object] = {"outcome": WITHDRAWN, "is_reached": False, "answered_by": ""}
        return _revised(app, tx, who, moment, WITHDRAWN, values)

    return await app.database.write(run)


def _revised(app: App, tx: Tx, who: Volunteer, moment: Any, what: str, values: dict[str, object]) -> bool:
    if not revisions.revise(tx, moment, who.id, what, values, app.now()):
        return False
    if moment.client_id:
        views.look(tx, who.id, moment.client_id, moment.location_id, "change", app.now())
    return True


def _found(app: App, tx: Tx, who: Volunteer, moment_id: int) -> Any:
    moment = revisions.find(tx, moment_id, is_locked=True)
    if moment is None or not may_revise(who, moment):
        raise NotRevised("no_such")
    if moment.logged_at is None and moment.last_at > app.now() - timedelta(hours=app.settings.moment_silence_hours):
        raise NotRevised("going_on")        # the next turn would write back what it read
    return moment


def _check(form: Form) -> None:
    if form.programme not in PROGRAMMES:
        raise NotRevised("kind")
    if any(topic not in TOPICS for topic in form.topics):
        raise NotRevised("line_subject")
    if not is_minutes(form.minutes):
        raise NotRevised("line_minutes")


def _of_contact(app: App, moment: Any, form: Form) -> dict[str, object]:
    """
    Return what changes in a contact that was no chat; its time is kept where its day is.
    """
    today = app.now().astimezone(app.settings.timezone).date()
    if form.kind not in KINDS:
        raise NotRevised("kind")
    if form.outcome not in OUTCOMES:
        raise NotRevised("line_outcome")
    if form.on is None or form.on > today or (form.on != moment.began_on and form.on < today - LATE):
        raise NotRevised("day")
    is_reached = form.outcome != "no_contact"
    values: dict[str, object] = {"channel": form.kind, "outcome": form.outcome, "is_reached": is_reached, "answered_by": "volunteer"}
    if form.on != moment.began_on:
        at = datetime.combine(form.on, time(12), app.settings.timezone)
        values |= {"began_on": form.on, "began_at": at, "last_at": at}
    return values
