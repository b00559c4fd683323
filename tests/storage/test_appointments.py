"""
Appointments: an office has so many places, and nobody gets the last one twice.
"""

import threading
from datetime import UTC, datetime, timedelta

from storage import appointments, clients
from storage.database import Database, Tx
from storage.secrets import Keys

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEN = datetime(2026, 11, 24, 9, tzinfo=UTC)
ELEVEN = TEN + timedelta(hours=1)


def people(database: Database, how_many: int) -> list[int]:
    """Add clients and return their ids."""
    return database.submit(lambda tx: list(clients.add(tx, how_many, NOW))).result()


def book(tx: Tx, client_id: int, at: datetime = TEN) -> bool:
    """Book a place for a client."""
    return appointments.book(tx, client_id, 1, at, "client", NOW, "ar", at - timedelta(hours=2))


def test_office_takes_as_many_as_it_can(database: Database) -> None:
    """Four clients at the same time, and not a fifth; who cancels makes room."""
    five = people(database, 5)

    assert database.submit(lambda tx: [book(tx, id) for id in five]).result() == [True, True, True, True, False]
    assert database.look(lambda tx: appointments.free(tx, 1, [TEN, ELEVEN])) == [ELEVEN]
    assert database.submit(lambda tx: appointments.cancel(tx, five[0], NOW)).result()
    assert database.look(lambda tx: appointments.free(tx, 1, [TEN, ELEVEN])) == [TEN, ELEVEN]
    assert database.submit(lambda tx: book(tx, five[4])).result()


def test_client_has_one_appointment(database: Database) -> None:
    """Another time takes the place of the first, which is free again; cancelling a second time changes nothing."""
    amina = people(database, 1)[0]
    database.submit(lambda tx: (book(tx, amina), book(tx, amina, ELEVEN))).result()

    coming = database.look(lambda tx: appointments.coming(tx, amina, NOW))
    assert coming is not None
    assert (coming.starts_at, coming.interpreter, coming.made_by) == (ELEVEN, "ar", "client")
    assert [one.starts_at for one in database.look(lambda tx: appointments.between(tx, 1, NOW, NOW + timedelta(days=7)))] == [ELEVEN]
    assert database.submit(lambda tx: [appointments.cancel(tx, amina, NOW), appointments.cancel(tx, amina, NOW)]).result() == [True, False]
    assert database.look(lambda tx: appointments.coming(tx, amina, NOW)) is None
    assert database.look(lambda tx: appointments.due(tx, ELEVEN, 9)) == []


def test_full_office_leaves_the_first_appointment(database: Database) -> None:
    """Who finds no room keeps the place they had."""
    amina, yonas = people(database, 2)
    database.submit(lambda tx: appointments.make_room(tx, 1, 1)).result()
    database.submit(lambda tx: (book(tx, amina), book(tx, yonas, ELEVEN))).result()

    assert not database.submit(lambda tx: book(tx, yonas)).result()
    coming = database.look(lambda tx: appointments.coming(tx, yonas, NOW))
    assert coming is not None
    assert coming.starts_at == ELEVEN


def test_two_processes_cannot_take_the_last_place(database: Database, keys: Keys) -> None:
    """Two processes that book at the same time share out the places and no more, each as often as it is tried."""
    beside = Database(database.url.render_as_string(hide_password=False), keys)
    ids = people(database, 12)
    took: list[bool] = []

    def reach(through: Database, theirs: list[int]) -> None:
        took.extend(through.submit(lambda tx, id=id: book(tx, id)).result() for id in theirs)    # type: ignore[misc]

    threads = [threading.Thread(target=reach, args=(database, ids[::2])), threading.Thread(target=reach, args=(beside, ids[1::2]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(took) == [False] * 8 + [True] * 4
    assert len(database.look(lambda tx: appointments.between(tx, 1, TEN, ELEVEN))) == 4
    beside.close()


def test_reminder_is_given_once(database: Database) -> None:
    """Two clocks that remind at the same time do it once."""
    amina = people(database, 1)[0]
    database.submit(lambda tx: book(tx, amina)).result()
    one = database.look(lambda tx: appointments.due(tx, TEN, 9))[0]

    assert database.submit(lambda tx: [appointments.remind_next(tx, one.id, one.remind_at, None) for _ in range(2)]).result() == [True, False]
    assert database.look(lambda tx: appointments.due(tx, TEN, 9)) == []
