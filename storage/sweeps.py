"""
Sweeps: how the rows of each table end when their term (`storage/terms.py`) is over, some at a time, the oldest first.

Each is whole in itself: killed between two of them, the next run goes on where this one stopped.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Table, and_, exists, or_, select, tuple_

from storage import tallies
from storage.database import Tx
from storage.ids import first_of
from storage.reports import BY_PERSON, RENEWAL, UNTIED
from storage.tables import (
    addresses,
    alerts,
    appointments,
    attempts,
    bindings,
    broadcasts,
    clients,
    drafts,
    duties,
    erasures,
    facts,
    files,
    invites,
    links,
    locations,
    logins,
    messages,
    moments,
    nameless,
    notes,
    postings,
    recipients,
    reminders,
    revisions,
    sessions,
    threads,
    tickets,
    views,
    volunteers,
)

Sweep = Callable[[Tx, datetime, int], int]
Ended = Sequence[ColumnElement[bool]]
NAMELESS = "–"                  # of a volunteer who left long ago
OFFICES = select(locations.c.id)


def _each(table: Table, ended: Callable[[datetime], Ended]) -> Sweep:
    """
    Return the sweep of a table whose rows hang on no other: up to so many of those that ended before then.
    """
    keys = list(table.primary_key.columns)
    key = keys[0] if len(keys) == 1 else tuple_(*keys)
    return lambda tx, before, how_many: tx.run(table.delete().where(key.in_(select(*keys).where(*ended(before)).limit(how_many)))).rowcount


def _is_over(before: datetime) -> ColumnElement[bool]:
    is_left = and_(broadcasts.c.state.in_(("draft", "paused")), broadcasts.c.until_on < before.date())
    return or_(broadcasts.c.ended_at < before, is_left)


def _recipients(tx: Tx, before: datetime, how_many: int) -> int:
    """
    Delete whom messages reached that ended before then; the messages go after them.
    """
    ended = select(broadcasts.c.id).where(_is_over(before), exists().where(recipients.c.broadcast_id == broadcasts.c.id))
    one = tx.one(ended.limit(1))
    if one is None:
        return 0
    mine = recipients.c.broadcast_id == one.id
    who = [row.client_id for row in tx.all(select(recipients.c.client_id).where(mine).limit(how_many))]
    return tx.run(recipients.delete().where(mine, recipients.c.client_id.in_(who))).rowcount


def _tickets(tx: Tx, before: datetime, how_many: int) -> int:
    old = tx.all(select(tickets.c.id).where(tickets.c.location_id.in_(OFFICES), tickets.c.closed_at < before, tickets.c.state == "closed",
                                            ~exists().where(threads.c.ticket_id == tickets.c.id)).limit(how_many))
    ids = [row.id for row in old]
    if ids:
        for table in (alerts, notes, drafts, postings):
            tx.run(table.delete().where(table.c.ticket_id.in_(ids)))
        tx.run(tickets.delete().where(tickets.c.id.in_(ids)))
    return len(ids)


def _moments(tx: Tx, before: datetime, how_many: int) -> int:
    """
    Delete moments whose texts and question are gone.
    """
    is_needed = or_(exists().where(messages.c.moment_id == moments.c.id), exists().where(tickets.c.moment_id == moments.c.id))
    old = tx.all(select(moments.c.id).where(moments.c.began_on < before.date(), ~is_needed).order_by(moments.c.began_on).limit(how_many))
    ids = [row.id for row in old]
    if ids:
        tx.run(sessions.update().where(sessions.c.moment_id.in_(ids)).values(moment_id=None))
        for table in (notes, revisions):
            tx.run(table.delete().where(table.c.moment_id.in_(ids)))
        tx.run(moments.delete().where(moments.c.id.in_(ids)))
    return len(ids)


def _volunteers(tx: Tx, before: datetime, how_many: int) -> int:
    """
    Take the name and what is left of the account from whoever left before then; what they wrote down stays counted.
    """
    values = {"name": NAMELESS, "login": None, "password": None, "totp": None, "telegram_key": None, "telegram_id": None, "communities": ""}
    return tx.run(volunteers.update().where(volunteers.c.dismissed_at < before, volunteers.c.name != NAMELESS).values(values)).rowcount


# In this order: what hangs on a question or a moment goes before it. Ids rise with time: the oldest notes are found by them. Messages and
# pictures end in `storage/retention.py`, ties and clients below.
SWEEPS: dict[str, Sweep] = {
    "logins": _each(logins, lambda before: (logins.c.expires_at <= before,)),
    "attempts": _each(attempts, lambda before: (attempts.c.at <= before,)),
    "notes": _each(notes, lambda before: (notes.c.id < first_of(before), notes.c.at < before)),
    "drafts": _each(drafts, lambda before: (drafts.c.at < before,)),
    "postings": _each(postings, lambda before: (postings.c.state == "gone", postings.c.ready_at < before)),
    "alerts": _each(alerts, lambda before: (alerts.c.volunteer_id.in_(select(volunteers.c.id)), alerts.c.at < before)),
    "views": _each(views, lambda before: (views.c.location_id.in_(OFFICES), views.c.at < before)),
    "appointments": _each(appointments, lambda before: (appointments.c.location_id.in_(OFFICES), appointments.c.starts_at < before)),
    "reminders": _each(reminders, lambda before: (
        reminders.c.location_id.in_(OFFICES), reminders.c.send_on < before.date(), reminders.c.ready_at.is_(None))),
    "bindings": _each(bindings, lambda before: (bindings.c.decided_at < before,)),
    "invites": _each(invites, lambda before: (invites.c.expires_at < before,)),
    "links": _each(links, lambda before: (links.c.expires_at < before,)),
    "duties": _each(duties, lambda before: (duties.c.on_day < before.date(),)),
    "files": _each(files, lambda before: (files.c.closed_on < before.date(),)),
    "nameless": _each(nameless, lambda before: (nameless.c.gone_on < before.date(),)),
    "recipients": _recipients,
    "broadcasts": _each(broadcasts, lambda before: (_is_over(before), ~exists().where(recipients.c.broadcast_id == broadcasts.c.id))),
    "tickets": _tickets, "moments": _moments, "volunteers": _volunteers,
}


def some_clients(tx: Tx, after: int, how_many: int) -> list[int]:
    """
    Return the next clients after an id, in order: all are looked at, a few at a time.
    """
    return [row.id for row in tx.all(select(clients.c.id).where(clients.c.id > after).order_by(clients.c.id).limit(how_many))]


def _with(tx: Tx, among: Collection[int], table: Table, *which: ColumnElement[bool]) -> set[int]:
    # One question a table, each by its index: an OR of them PostgreSQL answers by reading tables from end to end.
    return {row.client_id for row in tx.all(select(table.c.client_id).where(table.c.client_id.in_(among), *which).distinct())}


def _busy(tx: Tx, among: Collection[int], before: datetime) -> set[int]:
    """
    Return which of these clients wait for an answer, or had contact since then.
    """
    theirs = addresses.join(sessions, sessions.c.address_id == addresses.c.id)
    heard = select(addresses.c.client_id).select_from(theirs).where(addresses.c.client_id.in_(among), sessions.c.heard_at >= before)
    return (_with(tx, among, tickets, tickets.c.state != "closed") | _with(tx, among, moments, moments.c.last_at >= before)
            | {row.client_id for row in tx.all(heard)})


def strangers(tx: Tx, among: Collection[int], before: datetime) -> list[int]:
    """
    Return which of these clients had no contact since then, wait for no answer, and still have a moment, a closed question or file.
    """
    tied = (_with(tx, among, moments) | _with(tx, among, tickets) | _with(tx, among, files, files.c.closed_on < before.date()))
    return sorted(tied - _busy(tx, among, before)) if tied else []


def _sum_up_renewals(tx: Tx, ids: Collection[int]) -> None:
    """
    Keep in the reminder itself whether its client spoke with us after it, or with a person, and let the moment that it began count no
    second time. It is no answer: what follows from those stays as it was.
    """
    spoke = (moments.c.client_id == reminders.c.client_id, moments.c.is_reached, moments.c.last_at >= reminders.c.settled_at,
             moments.c.topics.contains("permit_renewal"))
    mine = reminders.c.client_id.in_(ids), reminders.c.kind.in_(RENEWAL), reminders.c.settled_at.is_not(None), reminders.c.answered_at.is_(None)
    for became, which in zip(UNTIED, (spoke, (*spoke, moments.c.answered_by.in_(BY_PERSON))), strict=True):
        tx.run(reminders.update().where(*mine, exists().where(*which)).values(answer=became))
    tx.run(moments.update().where(moments.c.client_id.in_(ids), moments.c.began_by == "us").values(began_by="us_untied"))


def untie(tx: Tx, among: Collection[int], before: datetime) -> int:
    """
    Let the moments, closed questions and closed files of these clients be nobody's, if there still was no contact since then; return of
    how many clients. What they were about stays counted.

    They are locked before they are looked at, or who is just being erased in another process would be counted on twice.
    """
    tx.all(select(clients.c.id).where(clients.c.id.in_(among)).order_by(clients.c.id).with_for_update(key_share=True))
    ids = strangers(tx, among, before)
    if ids:
        tx.run(tickets.update().where(tickets.c.client_id.in_(ids)).values(client_id=None, address_id=None, message_id=None, question=None))
        _sum_up_renewals(tx, ids)
        tallies.count_on(tx, ids)
        tx.run(moments.update().where(moments.c.client_id.in_(ids)).values(client_id=None))
        tx.run(files.update().where(files.c.client_id.in_(ids), files.c.closed_on < before.date()).values(client_id=None))
    return len(ids)


def bygone(tx: Tx, among: Collection[int], before: datetime) -> list[int]:
    """
    Return which of these clients can go: known before then, and since then neither contact nor fact nor appointment nor reminder; nothing
    planned, nothing open.
    """
    known = {row.id for row in tx.all(select(clients.c.id).where(clients.c.id.in_(among), clients.c.created_at < before))}
    if not known:
        return []
    needed = (_busy(tx, known, before) | _with(tx, known, facts, facts.c.said_at >= before) | _with(tx, known, erasures)
              | _with(tx, known, appointments, appointments.c.starts_at >= before) | _with(tx, known, files, files.c.closed_on.is_(None))
              | _with(tx, known, reminders, or_(reminders.c.ready_at.is_not(None), reminders.c.settled_at >= before)))
    return sorted(known - needed)
