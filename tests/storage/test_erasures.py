"""
*Forget me*: nothing of a client is left anywhere, and the counts stay.
"""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from storage import addresses, clients, deletions, erasures, invites, messages, moments, outbox, phones, seats, sessions, tickets
from storage.addresses import Sender
from storage.database import Database, Tx
from storage.outbox import Queued
from storage.tables import clients as client_rows
from storage.tables import invites as invite_rows
from storage.tables import metadata
from tests.storage.lives import AMINA, NOW, YONAS, address_of, contents, erase, leaks, live, populate


def counted(tx: Tx) -> list[tuple[object, ...]]:
    """What the reports count."""
    moments = metadata.tables["moments"]
    names = ("location_id", "municipality", "channel", "languages", "topics", "programme", "answered_by", "outcome")
    columns = [moments.c[name] for name in names]
    query = select(*columns, func.count(), func.sum(moments.c.inbound)).group_by(*columns).order_by(*columns)
    return [tuple(row) for row in tx.all(query)]


def test_nothing_of_an_erased_client_is_left(database: Database) -> None:
    """Their name, number, texts, facts, code and pictures are in no column of no table; another client's are untouched."""
    amina, _ = populate(database)
    assert {"clients", "addresses", "sessions", "messages", "media", "facts", "tickets", "invites"} <= set(leaks(database, AMINA))
    others = leaks(database, YONAS)

    erase(database, amina)

    assert leaks(database, AMINA) == []
    assert leaks(database, YONAS) == others
    assert [value for rows in contents(database).values() for row in rows for value in row if value == amina] == [amina]    # its erasure


def test_counts_stay_after_an_erasure(database: Database) -> None:
    """The report of a period says the same before and after."""
    amina, _ = populate(database)
    before = database.look(counted)

    erase(database, amina)

    assert database.look(counted) == before


def test_urgent_work_becomes_a_task_without_a_name(database: Database) -> None:
    """An open ticket of today stays open for the office, without client and question; the closed one stays closed."""
    amina, _ = populate(database)
    erase(database, amina)
    rows = database.look(lambda tx: tx.all(select(metadata.tables["tickets"]).where(metadata.tables["tickets"].c.client_id.is_(None))))

    assert sorted(row.state for row in rows) == ["closed", "open"]
    assert {(row.question, row.address_id, row.message_id) for row in rows} == {(None, None, None)}
    assert [ticket.topics for ticket in database.look(tickets.open_ones) if not ticket.client_id] == [("housing_search",)]


def test_work_that_can_wait_is_closed(database: Database) -> None:
    """An open ticket without haste is closed: nobody waits for its answer any more."""
    amina = database.submit(lambda tx: live(tx, AMINA, urgency="normal")).result()
    erase(database, amina)

    assert database.look(tickets.open_ones) == []


def test_the_platform_is_asked_to_delete_too(database: Database) -> None:
    """What Twilio keeps, messages both ways and media, is queued to be deleted there, sealed."""
    amina, _ = populate(database)
    erase(database, amina)
    queued = database.submit(lambda tx: deletions.claim(tx, 10, NOW, NOW + timedelta(minutes=5))).result()

    assert {one.channel for one in queued} == {"whatsapp"}
    assert {one.reference for one in queued} == {"SMin77", "SMout77", "https://api.twilio.com/media/77"}


def test_an_erasure_waits_for_the_farewell(database: Database) -> None:
    """Who asked is due once nothing is left to be sent to them, or when that takes too long."""
    amina, _ = populate(database)
    database.submit(lambda tx: erasures.ask(tx, amina, NOW)).result()
    database.submit(lambda tx: erasures.ask(tx, amina, NOW + timedelta(hours=2))).result()
    assert database.look(lambda tx: erasures.due(tx, NOW - timedelta(hours=1))) == [amina]

    farewell = database.ids.next()
    database.submit(lambda tx: outbox.queue(tx, [
        outbox.Queued(farewell, address_of(tx, amina), "whatsapp", None, "vaarwel", NOW, kind="farewell")])).result()
    assert database.look(lambda tx: erasures.due(tx, NOW - timedelta(hours=1))) == []
    assert database.look(lambda tx: erasures.due(tx, NOW)) == [amina]

    erase(database, amina)
    assert database.look(lambda tx: erasures.due(tx, NOW)) == []
    assert database.look(erasures.all_of) == {amina: (NOW, NOW)}


def test_what_was_told_before_the_invite_is_erased_too(database: Database) -> None:
    """A client who was bound to their record later leaves nothing at the record they had before."""
    amina, _ = populate(database)

    def bind(tx: Tx) -> int:
        tx.run(client_rows.update().where(client_rows.c.id == amina).values(name=None))         # nobody's file yet
        tx.run(invite_rows.delete().where(invite_rows.c.client_id == amina))
        [record] = clients.add(tx, 1, NOW, "Amina")
        invites.make(tx, record, "a fresh code", NOW)
        assert invites.use(tx, "a fresh code", address_of(tx, amina), NOW) == ("valid", record)
        return record

    record = database.submit(bind).result()
    assert database.look(lambda tx: clients.facts_of(tx, record)) == {"permit_expires_on": AMINA.fact}
    assert database.look(lambda tx: clients.facts_of(tx, amina)) == {}

    erase(database, record)
    assert leaks(database, AMINA) == []


def test_shared_phone_mixes_no_files(database: Database) -> None:
    """A second person's code from the phone of a known client: once staff say yes both have it, and what is known of each stays with them."""
    amina, _ = populate(database)
    record = database.submit(lambda tx: shared(tx, amina)).result()
    assert database.look(lambda tx: clients.facts_of(tx, record)) == {}
    assert database.look(lambda tx: clients.facts_of(tx, amina)) == {"permit_expires_on": AMINA.fact}
    assert database.look(lambda tx: moments.of_client(tx, record)) == []
    [standing] = database.submit(lambda tx: sessions.lock(tx, [address_of(tx, record)])).result()
    assert (standing.client_id, standing.moment_id, standing.consent) == (record, None, "")
    assert database.look(lambda tx: address_of(tx, amina)) != standing.address_id


def shared(tx: Tx, amina: int) -> int:
    """Let Dawit share Amina's phone, and return his record."""
    [record] = clients.add(tx, 1, NOW, "Dawit")
    invites.make(tx, record, "a fresh code", NOW)
    assert invites.use(tx, "a fresh code", address_of(tx, amina), NOW) == ("shared", record)
    [(binding, _number)] = [one for one in invites.undecided(tx) if one[1] == clients.number_of(tx, record)]
    assert invites.decide(tx, binding, True, NOW) == address_of(tx, record)
    return record


def test_who_is_erased_takes_nobodys_phone_along(database: Database) -> None:
    """Whichever of those who share a phone is erased, the nameless record too, the others still have it and no name of theirs is left there."""
    amina, _ = populate(database)
    record = database.submit(lambda tx: shared(tx, amina)).result()
    sender = Sender(AMINA.channel, AMINA.number)
    [third] = database.submit(lambda tx: clients.add(tx, 1, NOW, "Selam")).result()
    database.submit(lambda tx: seats.share(tx, address_of(tx, amina), third, NOW)).result()
    door = database.submit(lambda tx: addresses.resolve(tx, [sender], NOW)[sender]).result()
    nameless = database.look(lambda tx: addresses.client_of(tx, door))
    asked = Queued(database.look(lambda tx: door + 1), door, "whatsapp", None, "Dawit", NOW, (("sharing.who:1", "Dawit"),))
    database.submit(lambda tx: outbox.queue(tx, [asked])).result()

    erase(database, record)
    assert database.look(lambda tx: seats.named_at(tx, [door])) == []
    erase(database, nameless)
    anew = database.submit(lambda tx: addresses.resolve(tx, [sender], NOW)[sender]).result()
    assert anew != door
    assert {one.client_id for one in database.look(lambda tx: phones.sharers(tx, [anew]))[anew]} == {amina, third}

    erase(database, third)
    alone = database.submit(lambda tx: addresses.resolve(tx, [sender], NOW)[sender]).result()
    assert database.look(lambda tx: addresses.client_of(tx, alone)) == amina
    erase(database, amina)
    assert leaks(database, AMINA) == []


def test_an_erasure_waits_for_the_last_answer(database: Database) -> None:
    """Who asked to be forgotten and wrote once more is answered first."""
    amina, _ = populate(database)
    database.submit(lambda tx: erasures.ask(tx, amina, NOW)).result()
    received = messages.Received(database.look(lambda tx: address_of(tx, amina)), "whatsapp", "SMlast", "text", 9, NOW, "nog iets")
    database.submit(lambda tx: messages.record(tx, [received])).result()

    assert database.look(lambda tx: erasures.due(tx, NOW - timedelta(hours=1))) == []
    assert database.look(lambda tx: erasures.due(tx, NOW)) == [amina]


def test_erasing_twice_changes_nothing(database: Database) -> None:
    """An erasure that is done again, or for a client we never had, does no harm."""
    amina, _ = populate(database)
    erase(database, amina)
    before = contents(database)

    erase(database, amina)
    erase(database, 12345)

    assert {name: rows for name, rows in contents(database).items() if name != "erasures"} == {
        name: rows for name, rows in before.items() if name != "erasures"}


def test_the_file_of_erasures_outlives_a_crash(tmp_path: Path) -> None:
    """Erasures are added to the file and read back; a line that a crash cut short spoils none after it."""
    file = tmp_path / "erasures.jsonl"
    assert dict(erasures.noted(file)) == {}
    erasures.note(file, 7, NOW)
    with file.open("a") as out:
        out.write('{"client": 8, "a')
    erasures.note(file, 9, NOW)

    assert dict(erasures.noted(file)) == {7: NOW, 9: NOW}
    assert file.stat().st_mode & 0o777 == 0o600
