"""
Renew: a reminder that waited for the client's word says what is so when the word comes: weeks may have gone by, and facts have changed.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from bot.app import App
from bot.plan import card, permit_of
from flows import deadlines, remind
from flows.deadlines import OVERDUE, matter
from flows.facts import WrongFact
from flows.notices import OF_A_KIND
from flows.remind import Case
from storage import approaches, facts, knocks, outbox, reminders
from storage.database import Tx
from storage.outbox import Queued
from storage.reminders import Reminder
from storage.sessions import Standing

Key = tuple[str, date]


def renew(app: App, tx: Tx, heard: Sequence[Standing], now: datetime) -> list[Standing]:
    """
    Say anew, in this commit, what waits for these clients since another day. What is no longer due, or what a newer one says too, is not
    said at all; return those for whom nothing is left.
    """
    by_address, today = {one.address_id: one for one in heard}, now.astimezone(app.settings.timezone).date()
    found = approaches.waiting(tx, list(by_address))
    if all(at.astimezone(app.settings.timezone).date() == today for _, _, at in found):
        return []
    known = facts.driving(tx, sorted({one.client_id for one in heard}))
    said: dict[int, set[Key]] = {}
    reworded, needless, emptied = list[tuple[int, str]](), list[int](), set[int]()
    for address_id, id, _ in found:
        standing = by_address[address_id]
        counts, before = known[standing.client_id], said.setdefault(address_id, set())
        brought = reminders.of_message(tx, id)
        if not brought and not before:      # of a shared phone: the question who reads, once, which says nothing of what is due
            before.add(("", today))
            continue
        rows = [row for row in _still(counts, brought, today) if matter(*row.key) not in before]
        before |= {matter(*row.key) for row in rows}
        if rows:
            reworded.append((id, _body(app, standing, id, rows, counts, now)))
        else:
            needless.append(id)
            emptied.add(address_id)
    approaches.reword(tx, reworded)
    approaches.withdraw(tx, needless)
    return [by_address[id] for id in sorted(emptied) if not knocks.waits(tx, id)]


def _still(counts: Mapping[str, str], rows: Sequence[Reminder], today: date) -> list[Reminder]:
    """
    Return what is still due. What is over, with nothing that is said of it then, is a person's by now.
    """
    ahead = [row for row in rows if row.due_on >= today or (rule := deadlines.rule_of(row.kind)).overdue or not rule.ticket_at]
    try:
        dues, _ = deadlines.plan(card(counts), {}, today)
    except WrongFact:
        return ahead
    return [row for row in ahead if matter(*row.key) in dues]


def _body(app: App, standing: Standing, id: int, rows: Sequence[Reminder], counts: Mapping[str, str], now: datetime) -> str:
    today = now.astimezone(app.settings.timezone).date()
    late = {kind: overdue for overdue, kind in OVERDUE.items()}
    tongue = app.tongues(standing.language)
    cases = [Case(late.get(row.kind, row.kind) if row.due_on < today else row.kind, row.due_on,
                  permit=permit_of(counts, row.due_on) if row.kind in OF_A_KIND else "") for row in rows]
    offers = tuple(zip(remind.answers(id), [tongue(choice.label) for choice in remind.REMIND.first.choices], strict=True))
    return outbox.body(Queued(id, standing.address_id, standing.channel, None, remind.text(tongue, cases, today), now, offers,
                              standing.language, "reminder"))
