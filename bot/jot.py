"""
Jot: contacts that were no chats (a call, a visit, a mail) are written down, each as one moment; a question that is open is one moment too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal

from bot.app import App
from bot.take import Refused
from bot.take import found as found_question
from flows.contacts import KINDS, NEEDS_TOPIC, OUTCOMES, PROGRAMMES, is_minutes
from flows.rights import Volunteer, may_answer, may_see_client
from flows.topics import TOPICS
from storage import alerts, clients, contacts, notes, questions, search_keys, sessions, views
from storage.clients import Client
from storage.contacts import Contact
from storage.database import Tx
from storage.questions import Question

LATE = timedelta(days=366)      # how far back a contact can be written down
Trouble = Literal["", "who", "which", "subject", "minutes", "open", "outcome"]


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One line of the form: who it was ("" for somebody who stays anonymous), what about, how long, and how it ended. `joins`: whether
    it belongs to the client's open question; "" while nobody has said so.
    """

    who: str = ""
    topics: tuple[str, ...] = ()
    minutes: str = ""
    outcome: str = "answered"
    note: str = ""
    joins: Literal["", "yes", "no"] = ""

    @property
    def is_blank(self) -> bool:
        """
        Tell whether nothing was written in this line.
        """
        return not (self.who or self.topics or self.minutes or self.note)


@dataclass(frozen=True, slots=True)
class Found:
    """
    What became of a line: its client, the open question it may belong to, and what must be put right first.
    """

    entry: Entry
    trouble: Trouble = ""
    client: Client | None = None
    question: Question | None = None
    choice: Sequence[Client] = ()


class NotJotted(Exception):
    """
    The form cannot be kept, nor any line of it; the word says why.
    """


@dataclass(frozen=True, slots=True)
class Form:
    """
    What all lines share: the kind of contact, the programme, the day. `once` is the same when a form comes twice.
    """

    kind: str
    programme: str
    on: date
    once: int


def look(app: App, tx: Tx, who: Volunteer, form: Form, entries: Sequence[Entry]) -> list[Found]:
    """
    Look at the lines that are not blank: whose they are, and what is missing. Raise `NotJotted` where the form itself is wrong.
    """
    today = app.now().astimezone(app.settings.timezone).date()
    if form.kind not in KINDS or form.programme not in PROGRAMMES:
        raise NotJotted("kind")
    if not today - LATE <= form.on <= today:
        raise NotJotted("day")
    written = [entry for entry in entries if not entry.is_blank]
    if not written:
        raise NotJotted("empty")
    return [_look(tx, who, form, entry) for entry in written]


def _look(tx: Tx, who: Volunteer, form: Form, entry: Entry) -> Found:
    choice = [one for one in clients.by_ids(tx, search_keys.find(tx, entry.who, who.location_id)) if _may_see(who, one)] if entry.who else []
    client = choice[0] if len(choice) == 1 else None
    question = _open(tx, who, client) if client else None
    found = Found(entry, "", client, question, choice if len(choice) > 1 else ())
    return replace(found, trouble=_trouble(form, found))


def _may_see(who: Volunteer, client: Client) -> bool:
    return may_see_client(who, client.location_id, client.language, client.wants_woman, client.avoids_community)


def _trouble(form: Form, found: Found) -> Trouble:
    entry = found.entry
    if entry.who and found.client is None:
        return "which" if found.choice else "who"
    if any(topic not in TOPICS for topic in entry.topics) or (form.programme in NEEDS_TOPIC and not entry.topics and entry.outcome != "no_contact"):
        return "subject"
    if not is_minutes(entry.minutes):
        return "minutes"
    if entry.outcome not in OUTCOMES:
        return "outcome"
    return "open" if found.question is not None and not entry.joins else ""


def _open(tx: Tx, who: Volunteer, client: Client) -> Question | None:
    """
    Return the client's open question, if it has a moment and this volunteer may answer it.
    """
    opened = [one for one in questions.of_client(tx, client.id) if one.state != "closed" and one.moment_id]
    return next((one for one in opened if may_answer(who, one.case)), None)


async def jot(app: App, who: Volunteer, form: Form, entries: Sequence[Entry]) -> Sequence[Found]:
    """
    Write all lines down in one commit and return nothing; or, if something must be put right first, write none and return the lines.

    A form that comes twice (the connection broke, the page was loaded again) is kept once. Raise `NotJotted`.
    """
    def run(tx: Tx) -> Sequence[Found]:
        found = look(app, tx, who, form, entries)
        if any(one.trouble for one in found):
            return found
        _keep(app, tx, who, form, found)
        return ()

    return await app.database.write(run)


def _keep(app: App, tx: Tx, who: Volunteer, form: Form, found: Sequence[Found]) -> None:
    now, ids = app.now(), [form.once + place for place in range(len(found))]
    _lock(tx, [question for one in found if (question := _joined(one))])
    kept = contacts.known(tx, ids)
    place = app.place(who.location_id)
    lines = {id: one for id, one in zip(ids, found, strict=True) if id not in kept}
    logged = {id: _contact(app, who, form, id, one, place.municipality) for id, one in lines.items()}
    contacts.log(tx, [logged[id] for id, one in lines.items() if not _joined(one)], now)
    for id, one in lines.items():
        if question := _joined(one):
            _join(tx, who, question, logged[id], one.entry.note.strip() or _told(form, one.entry), now)
        elif one.entry.note.strip():
            notes.add(tx, None, logged[id].client_id, who.id, one.entry.note.strip(), now, moment_id=id)
        if one.client:
            views.look(tx, who.id, one.client.id, one.client.location_id, "change", now)


def _joined(found: Found) -> Question | None:
    return found.question if found.entry.joins == "yes" else None


def _contact(app: App, who: Volunteer, form: Form, id: int, found: Found, municipality: str) -> Contact:
    entry, client = found.entry, found.client
    return Contact(id, client.id if client else None, who.location_id, municipality, form.kind, _at(app, form.on), form.on,
                   tuple(dict.fromkeys(entry.topics)), form.programme, entry.outcome, who.id, int(entry.minutes) if entry.minutes else None,
                   client.language if client else "")


def _at(app: App, on: date) -> datetime:
    """
    Return when it was: just now, or at noon of an earlier day.
    """
    now = app.now()
    return now if now.astimezone(app.settings.timezone).date() == on else datetime.combine(on, time(12), app.settings.timezone)


def _told(form: Form, entry: Entry) -> str:
    return " · ".join(filter(None, (DUTCH[form.kind], f"{entry.minutes} min" if entry.minutes else "")))


DUTCH: Mapping[str, str] = {"call": "Telefoon", "office": "Op kantoor", "mail": "E-mail", "visit": "Huisbezoek", "video": "Videogesprek"}


def _lock(tx: Tx, joined: Sequence[Question]) -> None:
    """
    Keep a turn of these clients from writing the moments that contacts are about to be part of: it writes back what it read.
    """
    if ids := sorted({question.address_id for question in joined if question.address_id}):
        sessions.lock(tx, ids, waits=True)


def _join(tx: Tx, who: Volunteer, question: Question, contact: Contact, note: str, now: datetime) -> None:
    contacts.join(tx, question.moment_id, contact)
    notes.add(tx, question.id, question.client_id, who.id, note, now, question.moment_id, contact.id)
    if contact.outcome == "no_contact":
        return
    if question.volunteer_id == who.id:
        questions.answered(tx, question.id, now)
        alerts.see(tx, question.id, now)
    else:
        contacts.spoken(tx, question.id, now)


def join(app: App, tx: Tx, ticket_id: int, who: Volunteer, kind: str, minutes: str) -> None:
    """
    Let a contact belong to a question, in the programme and with the subjects it has; raise `Refused`.
    """
    question, now = found_question(tx, ticket_id, who), app.now()
    if not question.moment_id:
        raise Refused("no_such")
    if not may_answer(who, question.case):
        raise Refused("wants_woman")
    form = Form(kind, "", now.astimezone(app.settings.timezone).date(), tx.ids.next())
    found = Found(Entry(minutes=minutes), question=question)
    contact = _contact(app, who, form, form.once, found, app.place(question.location_id).municipality)
    _lock(tx, [question])
    _join(tx, who, question, contact, _told(form, found.entry), now)


async def take_back(app: App, who: Volunteer, once: int, how_many: int) -> int:
    """
    Delete what a form of this hour wrote down, and return how many contacts that were; what was joined to a question stays.
    """
    ids, since = [once + place for place in range(how_many)], app.now() - timedelta(hours=1)
    return await app.database.write(lambda tx: contacts.take_back(tx, ids, who.id, since))
