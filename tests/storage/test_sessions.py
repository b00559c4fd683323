"""
Sessions: locked for the turn, and read as the last commit left them.
"""

import threading
from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select

from storage import addresses, clients, moments, phones, seats, sessions
from storage.addresses import Sender
from storage.database import Database, Tx
from storage.secrets import Keys
from storage.tables import sessions as rows
from tests.storage.lives import NOW


def arrive(tx: Tx) -> int:
    """Somebody writes for the first time: their address."""
    return addresses.resolve(tx, [Sender("memory", "amina")], NOW)[Sender("memory", "amina")]


def test_who_waits_for_a_lock_reads_what_was_committed(postgres_url: Callable[[], str], keys: Keys) -> None:
    """Another process's turn began a moment while we waited: we go on with that moment, and begin no second one."""
    url, is_begun, is_free = postgres_url(), threading.Event(), threading.Event()
    ours, theirs = Database(url, keys), Database(url, keys)
    address = ours.submit(arrive).result()

    def turn(tx: Tx) -> int:
        [standing] = sessions.lock(tx, [address])
        moment = moments.Moment(tx.ids.next(), standing.client_id, 1, "Leiden", "memory", NOW, date(2026, 11, 23), NOW)
        moments.begin(tx, [moment])
        standing.moment_id = moment.id
        sessions.keep(tx, [(standing, NOW)])
        is_begun.set()
        is_free.wait(60)
        return moment.id

    begun = theirs.submit(turn)
    assert is_begun.wait(60)
    assert ours.submit(lambda tx: sessions.lock(tx, [address])).result() == []
    waiting = ours.submit(lambda tx: sessions.lock(tx, [address], waits=True))
    threading.Timer(0.3, is_free.set).start()

    [standing] = waiting.result(60)
    assert standing.moment_id == begun.result()
    assert standing.moment_at == NOW
    ours.close()
    theirs.close()


def test_who_has_a_seat_has_the_door(postgres_url: Callable[[], str], keys: Keys) -> None:
    """While another process has a shared phone's door nobody gets a seat there: a turn leaves it for later, and an answer waits."""
    url, is_held, is_free = postgres_url(), threading.Event(), threading.Event()
    ours, theirs = Database(url, keys), Database(url, keys)

    def make(tx: Tx) -> tuple[int, int]:
        [amina] = clients.add(tx, 1, NOW, "Amina")
        seat = seats.share(tx, arrive(tx), amina, NOW)
        return seat, phones.doors_of(tx, amina)[0]

    seat, door = ours.submit(make).result()

    def ask(tx: Tx) -> None:
        sessions.lock(tx, [door])
        is_held.set()
        is_free.wait(60)

    asking = theirs.submit(ask)
    assert is_held.wait(60)
    assert ours.submit(lambda tx: sessions.lock(tx, [seat])).result() == []
    waiting = ours.submit(lambda tx: sessions.lock(tx, [seat], waits=True))
    threading.Timer(0.1, is_free.set).start()
    assert [one.address_id for one in waiting.result(60)] == [seat]
    asking.result()
    ours.close()
    theirs.close()


def test_last_heard_only_rises(database: Database) -> None:
    """A message missed in an outage is answered after a newer one: WhatsApp's 24 hours still count from the newer."""
    address = database.submit(arrive).result()
    for heard_at in (NOW, NOW - timedelta(days=2)):
        database.submit(lambda tx, at=heard_at: sessions.keep(tx, [(one, at) for one in sessions.lock(tx, [address])])).result()

    assert database.look(lambda tx: tx.one(select(rows.c.heard_at)))[0] == NOW
