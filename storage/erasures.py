"""
Erasures: *forget me*. Everything of a client goes, by the map of `storage/privacy.py`; anonymous moments and counts stay.
"""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, Table, and_, exists, not_, or_, select, text, update
from sqlalchemy.sql.selectable import CompoundSelect, Select

from storage import phones, reports, seats, tallies, threads
from storage import sessions as standings
from storage.database import Tx
from storage.privacy import OWNERS, RULES
from storage.reports import RENEWAL
from storage.tables import UNSENT, addresses, clients, deletions, erasures, media, messages, metadata, moments, reminders, sessions, statuses, tickets

LEFT_THERE = ("telegram",)              # the platforms where a client deletes their own copy, and nobody else can
TASKS = ("now", "today")                # the urgencies whose open tickets stay, as tasks without a name


def ask(tx: Tx, client_id: int, now: datetime) -> None:
    """
    Write down that a client wants to be forgotten; a second time changes nothing.
    """
    tx.run(tx.insert(erasures).on_conflict_do_nothing(), {"client_id": client_id, "asked_at": now})
    tx.wake("erasures")


def due(tx: Tx, at_last: datetime) -> list[int]:
    """
    Return the clients to erase: who has nothing left to be sent or answered, and who asked before `at_last` whatever is left.
    """
    unsent = exists(select(messages.c.id).join(addresses, addresses.c.id == messages.c.address_id)
                    .where(addresses.c.client_id == erasures.c.client_id, text(f"({UNSENT.text})")))
    unanswered = exists(select(messages.c.id).join(addresses, addresses.c.id == messages.c.address_id)
                        .where(addresses.c.client_id == erasures.c.client_id, messages.c.state == "received"))
    is_ready = or_(erasures.c.asked_at <= at_last, and_(not_(unsent), not_(unanswered)))
    return [row.client_id for row in tx.all(select(erasures.c.client_id).where(erasures.c.done_at.is_(None), is_ready))]


def erase(tx: Tx, client_id: int, now: datetime, gone_at: datetime | None = None) -> None:
    """
    Erase a client everywhere, and queue the deletion of what the platforms keep; a client who is gone already stays gone. `gone_at` is when
    they went, where that was before a backup brought them back.

    Call `note` before the commit: a client in the file of erasures never comes back with a backup.
    """
    _lock(tx, client_id)
    named = [(channel, external_id) for channel, external_id, _id in seats.named_at(tx, phones.doors_of(tx, client_id))]
    delete_there(tx, [(channel, id) for channel, id in named if id and channel not in LEFT_THERE], now)
    _queue_deletions(tx, client_id, now)
    seats.leave(tx, client_id, now)
    threads.doom(tx, [row.id for row in tx.all(_ids("tickets", client_id))], now)
    _close(tx, client_id, now)
    _count_on(tx, client_id)
    tallies.count_on(tx, [client_id])
    reports.leave_trajectory(tx, client_id, (gone_at or now).astimezone(now.tzinfo).date())
    for table in reversed(metadata.sorted_tables):          # what belongs to a row goes before it
        _empty(tx, table, client_id)
    statement = tx.insert(erasures).values(client_id=client_id, asked_at=now, done_at=now)
    tx.run(statement.on_conflict_do_update(index_elements=["client_id"], set_={"done_at": now}))


def _count_on(tx: Tx, client_id: int) -> None:
    """
    Let the moments that reminders of a renewal began count for the report again: they were tied to nobody, and the reminders go now.
    """
    mine = reminders.c.client_id == client_id, reminders.c.kind.in_(RENEWAL), reminders.c.settled_at.is_not(None)
    for row in tx.all(select(reminders.c.location_id, reminders.c.settled_at).where(*mine)):
        on = row.settled_at.date()
        one = tx.one(select(moments.c.id).where(
            moments.c.began_on.between(on - timedelta(days=1), on + timedelta(days=1)), moments.c.location_id == row.location_id,
            moments.c.began_at == row.settled_at, moments.c.client_id.is_(None), moments.c.began_by == "us_untied").limit(1))
        if one:
            tx.run(moments.update().where(moments.c.id == one.id).values(began_by="us"))


def _empty(tx: Tx, table: Table, client_id: int) -> None:
    rules = {column.name: RULES[f"{table.name}.{column.name}"].erasing for column in table.columns}
    emptied = {name: None for name, rule in rules.items() if rule == "null"}
    for belongs in _ways(table.name, client_id) if table.name in OWNERS else ():
        if set(rules.values()) == {"row"}:
            tx.run(table.delete().where(belongs))
        elif emptied:
            tx.run(update(table).where(belongs).values(emptied))


def _ways(table: str, client_id: int) -> list[ColumnElement[bool]]:
    # One condition for each way, not an OR of them: each has its index.
    columns = metadata.tables[table].c
    return [columns[name].in_(_ids(parent, client_id)) if parent else columns[name] == client_id for name, parent in OWNERS[table]]


def _ids(table: str, client_id: int) -> Select[tuple[int]] | CompoundSelect[int]:
    first, *others = (select(metadata.tables[table].c.id).where(belongs) for belongs in _ways(table, client_id))
    return first.union(*others) if others else first


def _lock(tx: Tx, client_id: int) -> None:
    # In the order of `sessions.lock`, so that a message that is just being answered is answered first.
    standings.hold(tx, [row.address_id for row in tx.all(select(sessions.c.address_id).where(*_ways("sessions", client_id)))])
    tx.all(select(clients.c.id).where(clients.c.id == client_id).with_for_update())
    tx.all(select(addresses.c.id).where(*_ways("addresses", client_id)).with_for_update())


def _queue_deletions(tx: Tx, client_id: int, now: datetime) -> None:
    there = and_(messages.c.channel.not_in(LEFT_THERE), *_ways("messages", client_id))
    kept = tx.all(select(messages.c.channel, messages.c.external_id).where(there, messages.c.external_id.is_not(None)))
    earlier = tx.all(select(messages.c.channel, statuses.c.external_id).join(messages, messages.c.id == statuses.c.message_id)
                     .where(there, statuses.c.external_id.is_not(None)))
    query = select(messages.c.channel, media.c.id, media.c.reference).join(media, media.c.message_id == messages.c.id).where(there)
    references = [(row.channel, tx.keys.text("media.reference", row.id, row.reference)) for row in tx.all(query)]
    references += dict.fromkeys((row.channel, row.external_id) for row in (*kept, *earlier))       # media first; every attempt is kept there
    delete_there(tx, references, now)


def delete_there(tx: Tx, references: list[tuple[str, str]], now: datetime) -> None:
    """
    Queue what a platform must delete: pairs of channel and what its `forget` takes.
    """
    rows = []
    for channel, reference in ((channel, reference) for channel, reference in references if reference):     # what we said aloud has none
        id = tx.ids.next()
        rows.append({"id": id, "channel": channel, "reference": tx.keys.seal("deletions.reference", id, reference), "ready_at": now})
    if rows:
        tx.run(deletions.insert(), rows)
        tx.wake("deletions")


def _close(tx: Tx, client_id: int, now: datetime) -> None:
    is_idle = and_(tickets.c.state != "closed", tickets.c.urgency.not_in(TASKS))
    for belongs in _ways("tickets", client_id):
        tx.run(update(tickets).where(belongs, is_idle).values(state="closed", closed_at=now, outcome="no_contact"))


def all_of(tx: Tx) -> dict[int, tuple[datetime, datetime | None]]:
    """
    Return every erasure: when it was asked, and when it was done.
    """
    return {row.client_id: (row.asked_at, row.done_at) for row in tx.all(select(erasures))}


def replay(tx: Tx, before: dict[int, tuple[datetime, datetime | None]], noted: dict[int, datetime], now: datetime) -> int:
    """
    After a backup was restored, erase again whoever was erased by the database it replaced (`before`) or by the file of erasures
    (`noted`), keep what was asked and not done yet, and return how many were erased.
    """
    done = {id: at for id, (_, at) in before.items() if at is not None} | noted
    for client_id, (asked_at, done_at) in before.items():
        if done_at is None:
            ask(tx, client_id, asked_at)
    for client_id, at in done.items():
        erase(tx, client_id, now, at)
        asked_at = before[client_id][0] if client_id in before else at
        tx.run(update(erasures).where(erasures.c.client_id == client_id).values(asked_at=asked_at, done_at=at))
    return len(done)


def note(file: Path, client_id: int, now: datetime) -> None:
    """
    Add an erasure to the file that outlives the database (`erasures.jsonl` in the data folder); it is on the disk on return.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        entry = json.dumps({"client": client_id, "at": now.astimezone(UTC).isoformat()})
        os.write(descriptor, f"\n{entry}\n".encode())      # a line of its own, also after one that a crash cut short
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def noted(file: Path) -> Iterator[tuple[int, datetime]]:
    """
    Return the erasures in that file; a last line that a crash cut short was never done.
    """
    if file.exists():
        for line in file.read_text().splitlines():
            try:
                entry = json.loads(line)
                yield int(entry["client"]), datetime.fromisoformat(entry["at"])
            except (ValueError, KeyError, TypeError):
                continue
