"""
Remind: what is due today is said to the clients, or a person steps in. Many clients in one commit, one statement a table.

A reminder and its message are one commit: never lost, never twice. What may not be said now waits, and is seen at the desk; what can
no longer be said in time is a ticket.
"""

import asyncio
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot import reach, share
from bot.app import App
from bot.exchange import NEVER
from bot.gather import Batch, Saying, Theirs
from bot.guide import is_talk, tell
from bot.plan import permit_of
from bot.summon import Call, summon
from flows import remind as rules
from flows.deadlines import OVERDUE, rule_of
from flows.notices import OF_A_KIND
from flows.remind import OLD, Case
from flows.session import begun
from storage import deliveries, facts, locations, moments, outbox, reminders, sessions
from storage.database import Tx, is_away
from storage.deliveries import Told
from storage.outbox import Queued
from storage.reminders import Reminder
from storage.sessions import Standing

log = logging.getLogger("wegwijs")
KEPT = 1000                             # texts and sessions that are the same for many, kept while all that is due is done
AT_ONCE, FEW = 200, 8                   # rows of one commit, at most; while others write, whom a commit holds up …
LEAST = 3                               # rows that are done whoever waits: where somebody always does, one at a time would be too few
QUIET, PAUSE, MOST = 1.0, 5.0, 0.1      # … until nobody did for so many seconds; between two so many times as long as one took, at most so long
CROWDED, LONG = 3, 0.1                   # times as many, where the last piece waited so long for its turn: many write, and few pieces come by
AGAIN = timedelta(hours=1)              # until a client whose reminders could not be done is tried again
SAME = "9007199254740993"               # stands for the id of each message in a text that many hear
CARDS = ("permit_kind", "permit_expires_on", "children")        # the facts that tell of which kind a card is
SAYS = ("client", "later")


async def remind(app: App) -> int:
    """
    Do all that is due now, and return how many messages were queued.
    """
    queued, said, how_many, is_crowded = 0, Saying(), FEW, False
    while not app.stopping.is_set():
        is_quiet = app.database.quiet_for > QUIET
        how_many = min(2 * how_many, AT_ONCE) if is_quiet else CROWDED * FEW if is_crowded else FEW
        asked, least = time.monotonic(), CROWDED * LEAST if is_crowded else LEAST
        try:
            done, new, began = await app.database.write(lambda tx: _timed(app, tx, said, how_many, least), is_bulk=True)     # noqa: B023
            took, is_crowded = time.monotonic() - began, began - asked > LONG
        except Exception as error:
            log.error("reminders_failed error=%s", type(error).__name__)
            if is_away(error):
                break
            (done, new), took = await _one_by_one(app, said), MOST
        queued += new
        said.trim(KEPT)
        if not done:
            break
        if not is_quiet:
            await asyncio.sleep(min(MOST, PAUSE * took))
    if queued:
        log.info("reminders_queued how_many=%s", queued)
    return queued


def _timed(app: App, tx: Tx, said: Saying, how_many: int, least: int) -> tuple[int, int, float]:
    """
    Do a step, and return also when it began: until its commit is done it keeps others from writing, and what it waited itself is before that.
    """
    began = time.monotonic()
    return *step(app, tx, said, how_many=how_many, least=least), began


async def _one_by_one(app: App, said: Saying) -> tuple[int, int]:
    """
    After a group failed: each client alone, so that one who cannot be reminded holds up nobody; that one is tried again later.
    """
    done = queued = 0
    for id in await app.database.read(lambda tx: reminders.due(tx, app.now(), AT_ONCE)):
        try:
            settled, new = await app.database.write(lambda tx, id=id: step(app, tx, said, [id]))       # type: ignore[misc]
            done, queued = done + settled, queued + new
        except Exception as error:
            log.error("reminder_failed error=%s", type(error).__name__)
            if is_away(error):
                return 0, queued
            done += await app.database.write(lambda tx, id=id: reminders.put_off(tx, id, app.now(), app.now() + AGAIN))     # type: ignore[misc]
    return done, queued


def step(app: App, tx: Tx, said: Saying | None = None, only: Sequence[int] | None = None, how_many: int = AT_ONCE,
         least: int = LEAST) -> tuple[int, int]:
    """
    Settle some of what is due, or what is due for these clients only, in this commit; return how many rows, and how many messages were
    queued. `said` keeps texts for the next; `least` rows are done whoever waits.
    """
    at = app.now()
    ids = reminders.due(tx, at, how_many) if only is None else only
    if not ids:
        return 0, 0
    batch = Batch(at.astimezone(app.settings.timezone), at.astimezone(UTC), locations.silent_kinds(tx), said or Saying())
    for theirs in _clients(app, tx, ids, at):
        _take(app, tx, batch, theirs)
        if len(batch.settled) >= least and app.database.is_awaited:         # somebody who writes: the others of these are still due
            break
    _write(app, tx, batch, at)
    return len(batch.settled), len(batch.queued)


def _clients(app: App, tx: Tx, ids: Sequence[int], at: datetime) -> list[Theirs]:
    told: dict[int, list[Told]] = {}
    for one in deliveries.told(tx, ids):
        told.setdefault(one.client_id, []).append(one)
    silent = {id: theirs[-1] for id, theirs in told.items() if theirs[-1].is_silent}
    found = reach.find(app, tx, ids, at, silent)               # who writes just now is reminded a minute later
    rows: dict[int, list[Reminder]] = {}
    for row in reminders.standing(tx, ids, at):           # after the lock: an answer that came just before counts
        rows.setdefault(row.client_id, []).append(row)
    of_cards = [id for id, theirs in rows.items() if any(row.kind in OF_A_KIND and row.ready_at for row in theirs)]
    cards = facts.driving(tx, of_cards, CARDS) if of_cards else {}
    return [Theirs(one.reached, one.standing, one.sent_at, one.safe, one.hindrance, one.heard_at, rows.get(one.reached.client_id, []),
                   told.get(one.reached.client_id, []), cards.get(one.reached.client_id, {})) for one in found]


def _write(app: App, tx: Tx, batch: Batch, at: datetime) -> None:
    opened = summon(app, tx, batch.calls, at)
    for call in batch.calls:
        for row in call.rows:
            row.ticket_id = opened[call.client_id]
    moments.begin(tx, batch.begun)
    outbox.queue(tx, batch.queued)
    if batch.openings:
        share.open_up(app, tx, batch.openings, at)
    sessions.keep(tx, [(standing, NEVER) for standing in batch.kept.values()])
    reminders.settle(tx, batch.settled)
    tell(app, tx, batch.talks, at)


def _take(app: App, tx: Tx, batch: Batch, theirs: Theirs) -> None:
    silent, says = batch.silent.get(theirs.reached.location_id, ()), list[Reminder]()
    for row in theirs.rows:
        if row.ready_at is None or row.ready_at > batch.at:
            continue
        if silent and rule_of(row.kind).kind in silent:
            _settle(batch, [row], "cancelled")
        elif row.what in SAYS:
            says.append(row)
        elif is_talk(row):
            _settle(batch, [row], "told")
            batch.talks.append(row)
        elif row.what == "person" and _is_answered(batch, theirs.rows, row):
            _settle(batch, [row], "cancelled")
        else:
            _call(batch, theirs, row.what, [row])
    if says:
        _say(app, tx, batch, theirs, _newest(batch, says) if len(says) > 1 else says)


def _is_answered(batch: Batch, rows: Sequence[Reminder], about: Reminder) -> bool:
    said = ((row.answer, row.answered_at.astimezone(batch.now.tzinfo).date()) for row in rows if row.key == about.key and row.answered_at)
    return any(rules.spares_call(*about.key, answer, day, about.send_on) for answer, day in said)


def _newest(batch: Batch, rows: Sequence[Reminder]) -> list[Reminder]:
    """
    Return of each that is due the row that was to be sent last, the nearest due first; the older ones are not said any more.
    """
    newest = {row.key: row for row in sorted(rows, key=lambda row: (row.send_on, row.id))}
    _settle(batch, [row for row in rows if newest[row.key] is not row], "cancelled")
    return sorted(newest.values(), key=lambda row: (row.due_on, row.kind))


def _settle(batch: Batch, rows: Sequence[Reminder], state: str, ready_at: datetime | None = None) -> None:
    for row in rows:
        row.state, row.ready_at = state, ready_at
        row.settled_at = batch.now if ready_at is None else None
        batch.settled.append(row)


def _call(batch: Batch, theirs: Theirs, why: str, rows: Sequence[Reminder]) -> None:
    """
    Let a person step in, once for what is due and why; what was handed over already is not handed over again for each reminder.
    """
    if not rows:
        return
    called = {row.key for row in theirs.rows if row.state == "called" and row.what in SAYS}
    again = [row for row in rows if row.what in SAYS and row.key in called]
    _settle(batch, again, "cancelled")
    new = [row for row in rows if row not in again]
    if new:
        batch.calls.append(Call(theirs.reached.client_id, theirs.reached, why, new))
        _settle(batch, new, "called")


def _say(app: App, tx: Tx, batch: Batch, theirs: Theirs, rows: Sequence[Reminder]) -> None:
    standing, why = theirs.standing, theirs.hindrance
    if standing is None or why:
        _call(batch, theirs, why or "unlinked", rows)
        return
    if late := [row for row in rows if row.kind not in OVERDUE and row.due_on < batch.now.date()]:
        _call(batch, theirs, "too_late", late)
        rows = [row for row in rows if row not in late]
    if (until := _next_at(theirs, rows, batch.now)) > batch.now:
        _put_off(batch, theirs, rows, until, "planned")
    elif theirs.is_in_talk(batch.at) and all(row.due_on > batch.now.date() for row in rows):
        _settle(batch, rows, "planned", batch.now + rules.IN_TALK)
    else:
        families: dict[str, list[Reminder]] = {}
        for row in rows:
            families.setdefault(rule_of(row.kind).family, []).append(row)
        for family in families.values():
            _say_or_hold(app, tx, batch, theirs, standing, family)


def _next_at(theirs: Theirs, rows: Sequence[Reminder], at: datetime) -> datetime:
    """
    Return when these rows may be said from `at` on: on the days and at the hours of the client, but at any hour rather than on the last day.
    """
    wished = theirs.next_at(at)
    return wished if all(row.due_on > wished.date() for row in rows) else theirs.next_at(at, is_last_day=True)


def _put_off(batch: Batch, theirs: Theirs, rows: Sequence[Reminder], until: datetime, state: str) -> None:
    """
    Let rows wait; those that would be too late then are handed over now.
    """
    late = [row for row in rows if row.kind not in OVERDUE and row.due_on < until.date()]
    _call(batch, theirs, "too_late", late)
    _settle(batch, [row for row in rows if row not in late], state, until)


def _say_or_hold(app: App, tx: Tx, batch: Batch, theirs: Theirs, standing: Standing, rows: Sequence[Reminder]) -> None:
    waits = share.is_withheld(app, standing, batch.now)
    is_asked = standing.share is not None and standing.share.door_id in batch.openings       # one question who reads brings all that waits
    free_at = None if waits and is_asked else rules.free_at(theirs.sent_at, batch.at)
    if free_at is not None:
        _put_off(batch, theirs, rows, _next_at(theirs, rows, free_at.astimezone(batch.now.tzinfo)), "held")
        return
    id = standing.said_id = tx.ids.next(after=standing.said_id)
    if moment := reach.begin(app, tx, standing, list(dict.fromkeys([rules.topic_of(row.kind) for row in rows])), batch.now):
        batch.begun.append(moment)
    batch.queued.append(Queued(id, standing.address_id, standing.channel, standing.moment_id, "", batch.now, kind="reminder", waits=waits,
                               written=str(id).encode().join(_body(app, batch, standing, rows, theirs))))
    _remember(batch, standing, id)
    if not (waits and is_asked):
        theirs.sent_at.append(batch.at)
    if waits and standing.share is not None:
        batch.openings[standing.share.door_id] = "reminder"
    for row in rows:
        row.message_id = id
    _settle(batch, rows, "sent")


def _body(app: App, batch: Batch, standing: Standing, rows: Sequence[Reminder], theirs: Theirs) -> tuple[bytes, ...]:
    """
    Return the message about these reminders as it is written down, in parts between which its id stands; many clients hear the same.
    """
    language, first, today = standing.language, rows[0], batch.now.date()
    said_on = [one.at.astimezone(batch.now.tzinfo).date() for one in theirs.told
               if one.is_first and (one.kind, one.due_on, one.address_id) == (*first.key, standing.address_id)]
    permit = permit_of(theirs.cards, first.due_on) if first.kind in OF_A_KIND else ""
    cases = (Case(*first.key, rules.is_again(*first.key, said_on, today), permit), *[Case(row.kind, row.due_on) for row in rows[1:]])
    parts = batch.said.bodies.get((language, cases))
    if parts is None:
        tongue = app.tongues(language)
        offers = tuple(zip(rules.answers(int(SAME)), [tongue(choice.label) for choice in rules.REMIND.first.choices], strict=True))
        text = rules.text(tongue, cases, today)
        body = outbox.body(Queued(0, 0, "", None, text, batch.now, offers, language, "reminder"))
        parts = batch.said.bodies[language, cases] = tuple(body.encode().split(SAME.encode()))
    return parts


def _remember(batch: Batch, standing: Standing, message_id: int) -> None:
    """
    Let the session wait for the answer: a number or a word counts for the reminder that came last.
    """
    parts = batch.said.states.get((standing.state, standing.language))
    if parts is None:
        state = begun(standing.state, standing.language, "remind", "ask", OLD, {"remind": SAME})
        parts = batch.said.states[standing.state, standing.language] = tuple(state.split(SAME))
    standing.state = str(message_id).join(parts)
    batch.kept[standing.address_id] = standing
