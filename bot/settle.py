"""
Settle: what clients answer to their reminders, days later too.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot.app import App
from bot.learn import learn
from bot.plan import card, plan
from bot.summon import Call, summon
from flows import deadlines, remind, stops
from flows.days import add_months
from flows.events import Due
from flows.facts import Facts
from flows.session import Session
from storage import facts, reminders, tickets
from storage.database import Tx
from storage.reminders import Reminder


@dataclass(frozen=True, slots=True)
class Answer:
    """
    What a client said of the reminders that one message of ours brought; `day` is the day they named.
    """

    client_id: int
    message_id: int
    said: str
    day: date | None
    at: datetime


def due_of(app: App, tx: Tx, client_id: int, choice: str, session: Session | None, at: datetime) -> Due | None:
    """
    Return what the reminder is about that a client answers: of the button they pressed, or the last one; None where it is none of theirs.
    """
    if not choice.startswith("remind.") and (session is None or session.flow != "remind"):
        return None
    rows = _theirs(tx, client_id, number(choice.rpartition(".")[2]) or message_of(session))
    if not rows:
        return None
    today = at.astimezone(app.settings.timezone).date()
    known = _known(tx, client_id)
    rows = [_as_it_stands(known, row) for row in rows]
    row = rows[0]
    return Due(remind.topic_of(row.kind), row.due_on, _later_on(tx, rows, today), remind.team_of(row.kind),
               remind.asks_kind(known, row.kind, row.due_on), row.kind if len(rows) == 1 and _is_own(known, row) else "", known)


def read_answer(client_id: int, said: str, session: Session, at: datetime) -> Answer:
    """
    Return an answer, with the reminder and the day that the session names.
    """
    day = session.data.get("kept") or session.data.get("day") or ""
    return Answer(client_id, message_of(session), said, date.fromisoformat(day) if said == "day" and day else None, at)


def message_of(session: Session | None) -> int:
    """
    Return the message of ours whose reminders a session is about, or 0.
    """
    return number(session.data.get("remind", "")) if session else 0


def number(text: str) -> int:
    """
    Return the number of a message of ours that a button or a session carries; 0 where it is none.
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _theirs(tx: Tx, client_id: int, message_id: int) -> list[Reminder]:
    return [row for row in reminders.of_message(tx, message_id) if row.client_id == client_id] if message_id else []


def _later_on(tx: Tx, rows: Sequence[Reminder], today: date) -> date:
    keys = {row.key for row in rows}
    ahead = [row.send_on for row in reminders.of_clients(tx, [rows[0].client_id])
             if row.key in keys and row.what in ("client", "later") and row.ready_at is not None and row.send_on > today]
    return remind.later_on(today, rows[0].due_on, min(ahead, default=None))


def settle(app: App, tx: Tx, answers: Sequence[Answer], now: datetime) -> None:
    """
    Keep answers, and plan what follows from each: silence, a person who looks whether it was done, another reminder. After the
    tickets of these turns were opened.
    """
    for answer in answers:
        rows = _theirs(tx, answer.client_id, answer.message_id)
        if not rows:
            continue
        known = _known(tx, answer.client_id)
        if answer.said == "day" and answer.day:
            _keep_day(app, tx, answer, rows, answer.day, known, now)
        else:
            rows += _moved(app, tx, rows, known, now) if answer.said != "not_mine" else []
            reminders.answer(tx, [row.id for row in rows], answer.said, answer.at)
            _follow(app, tx, answer, rows, known, now)
        plan(app, tx, [answer.client_id], now)


def _moved(app: App, tx: Tx, rows: Sequence[Reminder], known: Facts, now: datetime) -> list[Reminder]:
    """
    Write down a row for each day that was corrected since it was sent, and return them: what is answered counts for the day as it is now.
    """
    today = now.astimezone(app.settings.timezone).date()
    there = {row.key for row in rows}
    moved = {one.key: one for one in (_as_it_stands(known, row) for row in rows) if one.key not in there}
    reminders.add(tx, [replace(one, id=tx.ids.next(), send_on=today, what="later", known_on=today, ready_at=None, state="sent")
                       for one in moved.values()])
    ours = reminders.of_clients(tx, [rows[0].client_id]) if moved else []        # one of today may have been there
    return [row for row in ours if row.key in moved and (row.send_on, row.what) == (today, "later")]


def _follow(app: App, tx: Tx, answer: Answer, rows: Sequence[Reminder], known: Facts, now: datetime) -> None:
    today = now.astimezone(app.settings.timezone).date()
    if answer.said == "need_help" and (ticket_id := tickets.open_of(tx, [answer.client_id]).get(answer.client_id)):
        reminders.handed_over(tx, [row.id for row in rows], ticket_id)
    if answer.said == "not_mine":
        _doubt(app, tx, answer, rows, now)
    rows = [_as_it_stands(known, row) for row in rows]
    if answer.said == "later":
        _add(app, tx, rows, "later", _later_on(tx, rows, today))
    if answer.said == "done":
        for row in {row.key: row for row in rows}.values():
            _add(app, tx, [row], "check", remind.check_on(today, row.due_on))


def _doubt(app: App, tx: Tx, answer: Answer, rows: Sequence[Reminder], now: datetime) -> None:
    """
    Let a person look where a client says that something grave is not theirs: our day may be wrong, or the phone another's by now.
    """
    grave = [row for row in rows if deadlines.rule_of(row.kind).ticket_at and row.answer != "not_mine"]        # said again, it asks nobody again
    if grave:
        reached = reminders.reach(tx, [answer.client_id])[answer.client_id]
        ids = summon(app, tx, [Call(answer.client_id, reached, "not_mine", grave)], now)
        reminders.handed_over(tx, [row.id for row in grave], ids[answer.client_id])


def _add(app: App, tx: Tx, rows: Sequence[Reminder], what: str, on: date) -> None:
    ready_at = remind.send_at(on, app.settings.timezone)
    reminders.add(tx, [
        Reminder(tx.ids.next(), row.client_id, row.location_id, row.kind, row.due_on, on, what, row.known_on, ready_at) for row in rows])


def _keep_day(app: App, tx: Tx, answer: Answer, rows: Sequence[Reminder], day: date, known: Facts, now: datetime) -> None:
    """
    Keep the day a client named. Of one reminder it may settle the matter, and be a fact of the client's own; of several, of a child's, or
    of a day that can only be of something earlier, a person finds out which.
    """
    today = now.astimezone(app.settings.timezone).date()
    row = _as_it_stands(known, rows[0])
    fact = remind.fact_of(row.kind, row.due_on, day, today)
    is_proof = len(rows) == 1 and _is_own(known, row) and remind.settles(known, row.kind, row.due_on, day, today)
    reminders.answer(tx, [one.id for one in rows], "done", answer.at, day if is_proof else None)
    if is_proof and fact:
        learn(app, tx, [(answer.client_id, fact, day.isoformat())], "client", now)


def _known(tx: Tx, client_id: int) -> Facts:
    return card(facts.driving(tx, [client_id])[client_id])


def _as_it_stands(known: Facts, row: Reminder) -> Reminder:
    """
    Return a reminder with the day on which its matter is due now: that may have been corrected since it was sent. Where two may be meant,
    or a child's, it stays as it was sent, and so it does where the day is so much later that it is the next card's, or next year's.
    """
    kind = deadlines.rule_of(row.kind).kind
    days = {due_on for what, due_on in deadlines.plan(known, {}, row.send_on)[0] if what == kind} if row.proof_on is None else set()
    own = {due_on for what, due_on in deadlines.plan(replace(known, children=()), {}, row.send_on)[0] if what == kind} if days else set()
    is_moved = len(days) == 1 and days == own and row.due_on not in days and max(days) < add_months(row.due_on, stops.ASKED)
    return replace(row, kind=kind, due_on=days.pop()) if is_moved else row


def _is_own(known: Facts, row: Reminder) -> bool:
    """
    Tell whether what is due follows from the client's own facts, and not from a child's on their record; a day said better comes after the
    first one took it off the plan.
    """
    dues, _ = deadlines.plan(replace(known, children=()), {}, row.send_on)
    return row.proof_on is not None or (deadlines.rule_of(row.kind).kind, row.due_on) in dues
