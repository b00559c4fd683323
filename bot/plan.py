"""
Plan: what follows from the facts of clients is written down, step by step, whenever a fact changes.

What was not done yet is replaced, what was done stays; what a client answered silences what it settles.
"""

import asyncio
import logging
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bot.app import App
from flows import deadlines, facts, remind, stops
from flows.deadlines import Planned, matter
from flows.facts import Facts, WrongFact
from storage import approaches, clients, reminders
from storage import facts as kept
from storage.database import Tx
from storage.reminders import PLANNED, Reminder

log = logging.getLogger("wegwijs")
AT_ONCE, FEW = 50, 5            # clients planned anew in one commit; while others write, whom a commit holds up …
QUIET, PAUSE, MOST = 1.0, 3.0, 0.1      # … until nobody did for so many seconds; between two so many times as long as one took, at most so long
WAITS = timedelta(days=400)     # a reminder may have waited so long for its client's word
TOGETHER = 500                  # clients whose facts are read by one statement: an import changes many
Key = tuple[str, date]


def plan(app: App, tx: Tx, client_ids: Iterable[int], now: datetime) -> None:
    """
    Plan these clients anew, in this commit.
    """
    ids = clients.lock(tx, sorted(set(client_ids)))
    for at in range(0, len(ids), TOGETHER):
        _plan(app, tx, ids[at:at + TOGETHER], now)


def _plan(app: App, tx: Tx, ids: Sequence[int], now: datetime) -> None:
    known, places = kept.driving(tx, ids), clients.locations_of(tx, ids)
    rows: dict[int, list[Reminder]] = {id: [] for id in ids}
    for row in reminders.of_clients(tx, ids):
        rows[row.client_id].append(row)
    dropped: list[int] = []
    unsaid: list[int] = []
    added: list[Reminder] = []
    today = now.astimezone(app.settings.timezone).date()
    for id, location_id in places.items():
        drop, needless, steps, since = _of_client(known[id], rows[id], today)
        dropped += drop
        unsaid += needless
        added += [_row(app, tx, id, location_id, step, since.get(matter(step.kind, step.due_on), today)) for step in steps]
    approaches.withdraw(tx, unsaid)
    reminders.drop(tx, dropped)
    reminders.add(tx, added)


async def plan_all(app: App) -> int:
    """
    Plan every client of whom a fact is known, some at a time, and return how many: the rules may have changed since, or an older version
    of this program may have learned facts.
    """
    after, planned = 0, 0
    while not app.stopping.is_set():
        began, is_quiet = time.monotonic(), app.database.quiet_for > QUIET
        ids = await app.database.read(lambda tx, after=after, few=AT_ONCE if is_quiet else FEW: reminders.known(tx, after, few))   # type: ignore[misc]
        if not ids:
            break
        after = ids[-1]
        try:
            await app.database.write(lambda tx, ids=ids: plan(app, tx, ids, app.now()), is_bulk=True)   # type: ignore[misc]
            planned += len(ids)
        except Exception as error:                  # the others are planned all the same
            log.error("plan_failed error=%s", type(error).__name__)
        if not is_quiet:
            await asyncio.sleep(min(MOST, PAUSE * (time.monotonic() - began)))
    return planned


def read(counts: Mapping[str, str]) -> Facts:
    """
    Read the facts of a client; one that cannot be used is left out, the others count, but for what says that something earlier is done.
    """
    try:
        known = facts.read({name: facts.written(name, value) for name, value in counts.items()})
    except WrongFact:
        known = facts.read(_usable(counts))
    if known.done:                  # one of a kind that there is not would take the others along
        known = replace(known, done=tuple(one for one in known.done if one.kind in deadlines.KINDS))
    return stops.still(known)


def _usable(counts: Mapping[str, str]) -> dict[str, object]:
    usable: dict[str, object] = {}
    for name, value in counts.items():
        try:
            raw = facts.written(name, value)
            facts.read({name: raw})
            usable[name] = raw
        except WrongFact:
            if name in facts.readers():
                log.warning("fact_unusable name=%s", name)
    return usable


def card(counts: Mapping[str, str]) -> Facts:
    """
    Read the facts of a client for what is said of their card; where they contradict one another, none is known.
    """
    try:
        return read(counts)
    except WrongFact:
        return Facts()


def permit_of(counts: Mapping[str, str], due_on: date) -> str:
    """
    Return the kind of permit whose card ends on a day, as `flows/remind.py` does; without children nothing is read but what was asked.
    """
    if "children" in counts:
        return remind.permit_of(card(counts), due_on)
    return counts.get("permit_kind", "") if counts.get("permit_expires_on") == due_on.isoformat() else ""


def _of_client(counts: Mapping[str, str], rows: Sequence[Reminder], today: date) -> tuple[list[int], list[int], list[Planned], Mapping[Key, date]]:
    """
    Return the rows to take back, the messages that need not be said any more, the steps to add, and when we learned of what is due.
    """
    known: dict[Key, date] = {}
    for row in rows:
        key = matter(*row.key)
        known[key] = min(row.known_on, known.get(key, row.known_on))
    try:
        dues, steps = deadlines.plan(read(counts), known, today)
    except WrongFact:
        log.warning("facts_unusable")
        dues, steps = set(), set()
    silent = silenced(rows)
    wanted = {step for step in steps if step.what not in silent.get(matter(step.kind, step.due_on), ())} if silent else steps

    def stays(row: Reminder) -> bool:
        key = matter(*row.key)
        if key not in dues or row.what in silent.get(key, ()):
            return False
        return row.what not in PLANNED or row.send_on < today or (row.send_on, row.due_on, row.kind, row.what) in wanted

    there = {(row.send_on, row.due_on, row.kind, row.what) for row in rows}         # as a step is written
    new = sorted(step for step in wanted if step not in there)
    gone = [row.id for row in rows if (row.ready_at is not None or row.state == "told") and not stays(row)]
    return gone, _needless(rows, dues, silent, today), new, known


def _needless(rows: Sequence[Reminder], dues: Collection[Key], silent: Mapping[Key, frozenset[str]], today: date) -> list[int]:
    """
    Return the messages of the last months that say nothing which is still so: one that waits for the client's word need not come.
    """
    said = [row for row in rows if row.message_id is not None and row.state == "sent" and today - row.send_on <= WAITS]
    so = {row.message_id for row in said if matter(*row.key) in dues and "client" not in silent.get(matter(*row.key), ())}
    return [row.message_id for row in said if row.message_id is not None and row.message_id not in so]


def silenced(rows: Sequence[Reminder]) -> dict[Key, frozenset[str]]:
    """
    Return which kinds of steps the last answer of a client makes needless, by what is due.

    A proof that is a fact ends what it ends by being one: where it is due all the same (we say another day, a child has the same one), a
    person still looks. Who promised to do it may be called: `remind` sees whether they kept it.
    """
    found: dict[Key, frozenset[str]] = {}
    for row in sorted((row for row in rows if row.answered_at is not None), key=lambda row: (row.answered_at, row.id)):
        is_settled = row.answer == "done" and row.proof_on is not None and not remind.facts_of(row.kind)
        found[matter(*row.key)] = _SETTLED if is_settled else _SILENCES.get(row.answer, frozenset())
    return found


_SETTLED = frozenset((*PLANNED, "later", "check", "moved"))
_SILENCES = {"not_mine": _SETTLED, "done": frozenset(("client", "staff", "person", "later")), "will_do": frozenset(("later",)),
             "moved": frozenset(("staff",))}


def _row(app: App, tx: Tx, client_id: int, location_id: int, step: Planned, known_on: date) -> Reminder:
    ready_at = remind.send_at(step.on, app.settings.timezone)
    return Reminder(tx.ids.next(), client_id, location_id, step.kind, step.due_on, step.on, step.what, known_on, ready_at)


def listing(tx: Tx, until: datetime) -> str:
    """
    Return what is due until a moment, a line each: client numbers and kinds, no names.
    """
    lines = [f"{row.ready_at.astimezone(until.tzinfo):%Y-%m-%d %H:%M}  client {row.number}  {row.kind}  due {row.due_on}  {row.what}"
             for row in reminders.listed_until(tx, until) if row.ready_at is not None]
    return "".join(f"{line}\n" for line in lines) or "Nothing is due.\n"
