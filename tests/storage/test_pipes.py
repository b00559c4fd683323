"""
Pipes: what goes past the driver's cursors on PostgreSQL is in the same transaction, in the order of asking, and fails as it.
"""

import contextlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import bindparam, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, IntegrityError, OperationalError

from storage.database import Database, Tx
from storage.pipes import Pipe, pipe_of
from storage.secrets import Keys
from storage.tables import clients, locations, reminders, volunteers

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
OFFICE = {"municipality": "Gouda", "address": "", "phone": "", "hours": ""}
_ADD, _TEAM, _CLIENT, _REMINDER = (table.insert() for table in (locations, volunteers, clients, reminders))
_NAMED = select(locations.c.name).where(locations.c.name.in_(bindparam("names", expanding=True))).order_by(locations.c.name)
_RENAME = locations.update().where(locations.c.name == bindparam("name_before")).values(name=bindparam("name_after"))


@pytest.fixture
def database(postgres_url: Callable[[], str], keys: Keys) -> Iterator[Database]:
    """
    A database on PostgreSQL.
    """
    database = Database(postgres_url(), keys)
    yield database
    database.close()


def named(tx: Tx, *names: str) -> list[str]:
    """Those of these names that an office has."""
    return [row.name for row in tx.rows(_NAMED, {"names": list(names)})]


def test_what_is_told_goes_before_what_is_asked(database: Database) -> None:
    """A change is seen by the next question, ours and SQLAlchemy's, and by the next transaction; one that counts does so at once."""
    def run(tx: Tx) -> tuple[list[str], list[str], int]:
        tx.many(_ADD, [{**OFFICE, "name": "Gouda"}])
        ours = named(tx, "Gouda", "Alphen")
        tx.many(_ADD, [{**OFFICE, "name": "Alphen"}])
        theirs = [row.name for row in tx.all(select(locations.c.name).where(locations.c.name == "Alphen"))]
        tx.many(_RENAME, [{"name_before": "Alphen", "name_after": "Woerden"}])
        return ours, theirs, tx.change(_RENAME, [{"name_before": name, "name_after": f"{name} 2"} for name in ("Gouda", "Woerden", "nowhere")])

    assert database.submit(run).result() == (["Gouda"], ["Alphen"], 2)
    assert database.look(lambda tx: named(tx, "Gouda 2", "Woerden 2", "Alphen")) == ["Gouda 2", "Woerden 2"]


def test_several_are_asked_with_one_wait(database: Database) -> None:
    """Questions that are asked together are answered each by itself, in their order; a wait less for each."""
    def run(tx: Tx) -> list[list[str]]:
        tx.many(_ADD, [{**OFFICE, "name": name} for name in ("Gouda", "Alphen")])
        return [[row.name for row in rows] for rows in tx.each((_NAMED, {"names": ["Gouda", "Alphen"]}), (_NAMED, {"names": ["Gouda"]}))]

    assert database.submit(run).result() == [["Alphen", "Gouda"], ["Gouda"]]


def test_what_is_wrong_with_a_change_undoes_all(database: Database) -> None:
    """A change that cannot be fails at the commit, as SQLAlchemy says it; nothing of its transaction stays, and the next one goes on."""
    def run(tx: Tx) -> None:
        tx.many(_ADD, [{**OFFICE, "name": "Gouda"}])
        tx.many(_TEAM, [{"id": 1, "name": "Joke", "role": "volunteer", "location_id": 99, "created_at": AT}])

    with pytest.raises(IntegrityError) as failed:
        database.submit(run).result()

    assert failed.value.params is None
    database.submit(lambda tx: tx.many(_ADD, [{**OFFICE, "name": "Alphen"}])).result()
    assert database.look(lambda tx: named(tx, "Gouda", "Alphen")) == ["Alphen"]


def test_an_error_that_is_held_back_keeps_nothing(database: Database) -> None:
    """Who goes on after an error of the database is not told that it was kept: the server keeps nothing of such a transaction."""
    def run(tx: Tx) -> None:
        tx.many(_ADD, [{**OFFICE, "name": "Gouda"}])
        with contextlib.suppress(IntegrityError):
            tx.change(_ADD, [{**OFFICE, "name": "Gouda", "id": 1}])

    with pytest.raises(OperationalError):
        database.submit(run).result()

    assert database.look(lambda tx: named(tx, "Gouda")) == []


def test_a_look_changes_nothing(database: Database) -> None:
    """What a reader is told to change is refused, also where it asks nothing afterwards."""
    with pytest.raises(Exception, match="read-only"):
        database.look(lambda tx: tx.many(_ADD, [{**OFFICE, "name": "Gouda"}]))


@pytest.mark.parametrize("change", ["alter table locations add column color text", "alter table locations drop column color"])
def test_a_changed_table_makes_statements_anew(database: Database, change: str) -> None:
    """After a table was changed the driver lets go of every prepared statement, ours too: nobody sees an error of it."""
    database.submit(lambda tx: tx.run(text("alter table locations add column if not exists color text"))).result()

    def often(tx: Tx) -> list[str]:
        for _ in range(8):          # until the driver prepared it
            tx.run(text("select count(*) from locations"))
        return named(tx, "Leiden", "Gouda")

    database.submit(lambda tx: tx.many(_ADD, [{**OFFICE, "name": "Gouda"}])).result()
    assert "Gouda" in database.submit(often).result()
    database.submit(lambda tx: tx.run(text(change.replace("color", "colour") if "add" in change else change))).result()
    assert "Gouda" in database.submit(often).result()


def test_more_than_a_socket_holds_is_no_standstill(database: Database) -> None:
    """What is more than the buffers between us and the server goes out while its answers come in."""
    long = "x" * 2000
    database.submit(lambda tx: tx.many(_ADD, [{**OFFICE, "name": f"{number:05}", "address": long} for number in range(5000)])).result()

    asked = [(_NAMED, {"names": ["00000", "04999"]})] * 5000
    assert len(database.submit(lambda tx: tx.each(*asked)).result()) == 5000


def test_values_arrive_as_they_are(database: Database) -> None:
    """Letters of every script, days, none, yes and no, sealed bytes and large numbers come back; a character that no text may have is refused."""
    person = {"id": 7, "name": "ዮናስ – يونس", "role": "volunteer", "location_id": 1, "created_at": AT, "is_woman": True, "totp": b"\x01\x00\xff",
              "totp_step": 2**60}
    row = {"id": 2**50, "client_id": 5, "location_id": 1, "kind": "objection", "due_on": date(1999, 12, 31), "send_on": date(2027, 2, 28),
           "what": "client", "state": "planned", "known_on": AT.date(), "proof_on": None, "ready_at": AT, "settled_at": None}

    def run(tx: Tx) -> tuple[object, ...]:
        tx.many(_TEAM, [person])
        tx.many(_CLIENT, [{"id": 5, "number": 1001, "location_id": 1, "created_at": AT}])
        tx.many(_REMINDER, [row])
        [one], [two] = tx.rows(_PERSON, {"id": "7"}), tx.rows(_DUE, {"id": 2**50})
        return one.name, one.is_woman, one.totp, one.totp_step, one.created_at, two.due_on, two.send_on, two.proof_on, two.ready_at

    database.submit(lambda tx: tx.many(_TEAM, [{**person, "id": "8"}])).result()        # a number told as text, and bytes beside it
    assert [row.totp for row in database.look(lambda tx: tx.rows(_PERSON, {"id": 8}))] == [b"\x01\x00\xff"]
    assert database.submit(run).result() == ("ዮናስ – يونس", True, b"\x01\x00\xff", 2**60, AT, date(1999, 12, 31), date(2027, 2, 28), None, AT)
    with pytest.raises(DataError):
        database.submit(lambda tx: tx.many(_ADD, [{**OFFICE, "name": "Gou\x00da"}])).result()


_PERSON, _DUE = (select(table).where(table.c.id == bindparam("id")) for table in (volunteers, reminders))


def test_a_connection_has_one_pipe(database: Database) -> None:
    """Two transactions of one connection use the same prepared statements."""
    with database.writer.connect() as connection:
        assert isinstance(pipe_of(connection), Pipe)
        assert pipe_of(connection) is pipe_of(connection)


def test_what_was_told_is_done_by_any_commit(database: Database) -> None:
    """A transaction that SQLAlchemy commits keeps what was told in it, so that the next one does not find it."""
    with database.writer.begin() as connection:
        tx = Tx(connection, database.keys, database.ids)
        named(tx, "Gouda")
        tx.many(_ADD, [{**OFFICE, "name": "Gouda"}])

    assert database.look(lambda tx: named(tx, "Gouda")) == ["Gouda"]


def test_letters_do_not_depend_on_the_environment(postgres_url: Callable[[], str], keys: Keys) -> None:
    """A connection that would speak another encoding stores and finds the same letters."""
    database = Database(make_url(postgres_url()).update_query_dict({"client_encoding": "latin1"}).render_as_string(hide_password=False), keys)
    with contextlib.closing(database):
        database.submit(lambda tx: tx.many(_ADD, [{**OFFICE, "name": "Coördinatie يونس"}])).result()

        assert database.look(lambda tx: tx.all(select(locations.c.name).where(locations.c.name == "Coördinatie يونس"))[0].name) == "Coördinatie يونس"


def test_the_driver_knows_what_it_has_no_more(database: Database) -> None:
    """Looks that fail before they ask anything leave the driver's own prepared statements sound."""
    def fail(tx: Tx) -> None:
        raise LookupError

    for _ in range(3):
        with pytest.raises(LookupError):
            database.look(fail)
        database.look(lambda tx: named(tx, "Gouda"))
        for _ in range(8):
            assert database.look(lambda tx: tx.all(select(locations.c.id).where(locations.c.name == "nowhere"))) == []
