"""
Plan: what follows from the facts of clients is written down, step by step, whenever a fact changes.

What was not done yet is replaced, what was done stays; what a client answered silences what it settles. A client's word that differs
from what we knew before is a ticket, and until one of us has spoken since, the earlier day drives the reminders.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from bot.app import App
from bot.summon import Call, summon
from flows import deadlines, facts, remind
from flows.deadlines import UNREAD, Planned, rule_of
from flows.facts import Facts, WrongFact
from storage import clients, reminders
from storage.clients import Told
from storage.database import Tx
from storage.reminders import PLANNED, Reminder

log = logging.getLogger("wegwijs")
AT_ONCE = 50                    # clients planned anew in one commit
Key = tuple[str, date]


def plan(app: App, tx: Tx, client_ids: Iterable[int], now: datetime) -> None:
    """
    Plan these clients anew, in this commit.
    """
    ids = clients.lock(tx, sorted(set(client_ids)))
    told, places = clients.told_of(tx, ids), clients.locations_of(tx, ids)
    rows: dict[int, list[Reminder]] = {id: [] for id in ids}
    for row in reminders.of_clients(tx, ids):
        rows[row.client_id].append(row)
    dropped: list[int] = []
    added: list[Reminder] = []
    for id, location_id in places.items():
        drop, steps, known = _of_client(told[id], rows[id], now.astimezone(app.settings.timezone).date())
        dropped += drop
        added += [_row(app, tx, id, location_id, step, known) for step in steps]
    reminders.drop(tx, dropped)
    reminders.add(tx, added)


async def plan_all(app: App) -> int:
    """
    Plan every client of whom a fact is known, some at a time, and return how many: the rules may have changed since, or an older version
    of this program may have learned facts.
    """
    after, planned = 0, 0
    while not app.stopping.is_set():
        ids = await app.database.read(lambda tx, after=after: reminders.known(tx, after, AT_ONCE))      # type: ignore[misc]
        if not ids:
            break
        after = ids[-1]
        try:
            await app.database.write(lambda tx, ids=ids: plan(app, tx, ids, app.now()))                 # type: ignore[misc]
            planned += len(ids)
        except Exception as error:                  # the others are planned all the same
            log.error("plan_failed error=%s", type(error).__name__)
    return planned


def learned(app: App, tx: Tx, told: Sequence[tuple[int, str, str]], now: datetime) -> None:
    """
    After clients told facts (client, name, value): plan them anew, and open a ticket where that is not what we knew.
    """
    names = {(id, name) for id, name, _ in told if name in facts.readers()}
    ids = sorted({id for id, _ in names})
    if not ids:
        return
    plan(app, tx, ids, now)
    differing = [id for id, theirs in clients.told_of(tx, ids).items() if any((id, name) in names for name in settled(theirs)[1])]
    found = reminders.reach(tx, differing)
    summon(app, tx, [Call(id, found[id], "facts_differ") for id in differing if id in found], now)


def settled(told: Sequence[Told]) -> tuple[dict[str, str], set[str]]:
    """
    Return what counts of what was told, by name, and the names about which client and staff differ and nobody of us has spoken since.
    """
    by_name: dict[str, dict[str, Told]] = {}
    for one in told:
        by_name.setdefault(one.name, {})[one.said_by] = one
    counts, differing = {}, set()
    for name, said in by_name.items():
        ours, theirs = said.get("staff"), said.get("client")
        counts[name] = (ours or theirs or told[0]).value
        if ours and theirs and ours.value != theirs.value and theirs.said_at > ours.said_at:
            differing.add(name)
            counts[name] = min(ours.value, theirs.value) if name.endswith("_on") else ours.value
    return counts, differing


def read(counts: Mapping[str, str]) -> Facts:
    """
    Read the facts of a client; one that cannot be used is left out, the others count.
    """
    usable: dict[str, object] = {}
    for name, value in counts.items():
        try:
            raw = facts.written(name, value)
            facts.read({name: raw})
            usable[name] = raw
        except WrongFact:
            if name in facts.readers():
                log.warning("fact_unusable name=%s", name)
    return facts.read(usable)


def _of_client(told: Sequence[Told], rows: Sequence[Reminder], today: date) -> tuple[list[int], list[Planned], Mapping[Key, date]]:
    """
    Return the rows to take back, the steps to add, and when we learned of what is due.
    """
    known: dict[Key, date] = {}
    for row in rows:
        known[_key(row.kind, row.due_on)] = min(row.known_on, known.get(_key(row.kind, row.due_on), row.known_on))
    try:
        dues, steps = deadlines.plan(read(settled(told)[0]), known, today)
    except WrongFact:
        log.warning("facts_unusable")
        dues, steps = set(), set()
    silent = silenced(rows)
    wanted = {step for step in steps if step.what not in silent.get(_key(step.kind, step.due_on), ())}
    keys = {(one.kind, one.due_on, one.on, one.what) for one in wanted}

    def stays(row: Reminder) -> bool:
        key = _key(row.kind, row.due_on)
        if key not in dues or row.what in silent.get(key, ()):
            return False
        return row.what not in PLANNED or row.send_on < today or (*row.key, row.send_on, row.what) in keys

    there = {(*row.key, row.send_on, row.what) for row in rows}
    return ([row.id for row in rows if row.ready_at is not None and not stays(row)],
            sorted(step for step in wanted if (step.kind, step.due_on, step.on, step.what) not in there), known)


def silenced(rows: Sequence[Reminder]) -> dict[Key, frozenset[str]]:
    """
    Return which kinds of steps the last answer of a client makes needless, by what is due.
    """
    found: dict[Key, frozenset[str]] = {}
    for row in sorted((row for row in rows if row.answered_at is not None), key=lambda row: (row.answered_at, row.id)):
        found[_key(row.kind, row.due_on)] = _SETTLED if row.answer == "done" and row.proof_on else _SILENCES.get(row.answer, frozenset())
    return found


_SETTLED = frozenset((*PLANNED, "later", "check"))
_SILENCES = {"not_mine": _SETTLED, "done": frozenset(("client", "staff", "person", "later")), "will_do": frozenset(("person", "later"))}


def _key(kind: str, due_on: date) -> Key:
    return kind if kind == UNREAD else rule_of(kind).kind, due_on


def _row(app: App, tx: Tx, client_id: int, location_id: int, step: Planned, known: Mapping[Key, date]) -> Reminder:
    known_on = known.get(_key(step.kind, step.due_on), app.now().astimezone(app.settings.timezone).date())
    ready_at = remind.send_at(step.on, app.settings.timezone)
    return Reminder(tx.ids.next(), client_id, location_id, step.kind, step.due_on, step.on, step.what, known_on, ready_at)
