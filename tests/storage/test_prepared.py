"""
Prepared statements: what the driver gets and gives past SQLAlchemy is what SQLAlchemy would make of it, errors too.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.exc import IntegrityError, OperationalError

from storage.database import Database, Tx
from storage.locks import connect
from storage.prepared import prepared
from storage.secrets import Keys
from storage.tables import locations, reminders, volunteers

NUMBERS = count(1)
AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
JOKE = {"name": "Joke", "totp": b"\x01sealed", "role": "volunteer", "location_id": 1, "created_at": AT, "is_woman": True}
OFFICE = {"municipality": "Gouda", "address": "", "phone": "", "hours": ""}
_INSERT, _ADD = volunteers.insert(), locations.insert()
_SOME = select(volunteers).where(volunteers.c.id.in_(bindparam("ids", expanding=True)), volunteers.c.role == "volunteer").order_by(volunteers.c.id)
_RENAME = locations.update().where(locations.c.name == bindparam("name_before")).values(name=bindparam("name_after"), phone="071")


def add(tx: Tx, how_many: int) -> list[int]:
    """So many volunteers."""
    ids = [next(NUMBERS) for _ in range(how_many)]
    tx.many(_INSERT, [{"id": id, **JOKE} for id in ids])
    return ids


@pytest.mark.parametrize("how_many", [0, 1, 3, 8, 20])
def test_rows_are_what_sqlalchemy_reads(database: Database, how_many: int) -> None:
    """A list of any length finds its rows, each once, with the same values of every type: times, yes and no, bytes."""
    ids = database.submit(lambda tx: add(tx, 20)).result()[:how_many]
    ours = database.look(lambda tx: tx.rows(_SOME, {"ids": ids}))
    theirs = database.look(lambda tx: tx.all(_SOME, {"ids": ids}))

    assert [tuple(row) for row in ours] == [tuple(row) for row in theirs]
    assert [(row.id, row.created_at, row.is_woman, row.totp) for row in ours] == [(id, JOKE["created_at"], True, JOKE["totp"]) for id in ids]


def test_lists_about_as_long_share_a_statement(database: Database) -> None:
    """Lists of 1 to 128 values compile 8 statements, not 128."""
    some = _SOME.order_by(volunteers.c.name)
    database.look(lambda tx: [tx.rows(some, {"ids": list(range(1, length + 1))}) for length in range(1, 129)])

    assert sum(key[0] is some for key in database._prepared) == 8


def test_many_rows_are_bound_as_each_alone(database: Database) -> None:
    """Of many rows the driver gets what it gets of each: days and none, instants that are one or many, sealed values, what the table adds."""
    rows = [{"id": id, "kind": "objection", "due_on": date(2027, 1, id), "known_on": AT.date(), "proof_on": AT.date() if id % 2 else None,
             "ready_at": AT if id % 3 else None, "settled_at": AT + id * timedelta(days=1)} for id in range(1, 21)]
    statement = prepared({}, reminders.insert(), rows[0], database.writer.dialect)

    assert statement.bound(rows) == [statement.bind(row) for row in rows]
    sealed = [{**JOKE, "id": id, "totp": b"\x01" + bytes([id])} for id in range(20)]
    statement = prepared({}, _INSERT, sealed[0], database.writer.dialect)
    assert statement.bound(sealed) == [statement.bind(row) for row in sealed]
    with pytest.raises(ValueError, match="sealed"):
        statement.bound([{**row, "totp": b"plain"} for row in sealed])


def test_a_change_counts_its_rows(database: Database) -> None:
    """What a statement changed is counted, over one row of values or many."""
    names = [(name, f"{name} 2") for name in ("Gouda", "Alphen", "nowhere")]
    database.submit(lambda tx: tx.many(_ADD, [{**OFFICE, "name": before} for before, _ in names[:2]])).result()

    assert database.submit(lambda tx: tx.change(_RENAME, [{"name_before": "Leiden", "name_after": "Leiden 2"}])).result() == 1
    assert database.submit(lambda tx: tx.change(_RENAME, [{"name_before": one, "name_after": other} for one, other in names])).result() == 2


def test_errors_are_those_of_sqlalchemy(database: Database) -> None:
    """A row that is there already fails as SQLAlchemy says it, without the values; the transaction is rolled back, and the next goes on."""
    ids = database.submit(lambda tx: add(tx, 1)).result()
    with pytest.raises(IntegrityError) as failed:
        database.submit(lambda tx: tx.many(_INSERT, [{"id": next(NUMBERS), **JOKE}, {"id": ids[0], **JOKE}])).result()

    assert failed.value.params is None
    assert not failed.value.connection_invalidated
    assert len(database.submit(lambda tx: tx.all(select(volunteers.c.id))).result()) == 1


def test_a_reader_is_refused_here_too(database: Database) -> None:
    """A reader cannot write past SQLAlchemy either."""
    with pytest.raises(Exception, match=r"(?i)read-?only"):
        database.look(lambda tx: add(tx, 1))


def test_a_broken_connection_is_made_again(postgres_url: Callable[[], str], keys: Keys) -> None:
    """When the server drops our connections, what is run past SQLAlchemy goes on without an error too, also in the middle of a transaction."""
    database, times = Database(postgres_url(), keys), []
    cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"

    def broken_once(tx: Tx) -> int:
        times.append(1)
        ids = add(tx, 1)
        if len(times) == 1:
            with connect(database) as connection:
                connection.execute(cut)
        return len(tx.rows(_SOME, {"ids": ids}))

    database.submit(lambda tx: add(tx, 1)).result()
    assert database.submit(broken_once).result() == 1
    with connect(database) as connection:
        connection.execute(cut)
    assert len(database.submit(lambda tx: add(tx, 2)).result()) == 2
    assert len(database.submit(lambda tx: tx.all(select(volunteers.c.id))).result()) == 4
    database.close()


def test_a_server_that_is_away_is_said_so(postgres_url: Callable[[], str], keys: Keys) -> None:
    """A connection that breaks under a statement fails as one of SQLAlchemy's, and is not used again."""
    database = Database(postgres_url(), keys)
    with database.writer.connect() as held, connect(database) as other:
        tx = Tx(held, keys, database.ids)
        add(tx, 1)
        other.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
        with pytest.raises(OperationalError) as failed:
            tx.rows(_SOME, {"ids": [1]})

        assert failed.value.connection_invalidated
        assert held.invalidated
    database.close()
