"""
Broadcasts in the database: each client once, what became of it counted, and a draft that is sent off once.
"""

from datetime import date, timedelta

from storage import broadcasts, clients, erasures, invites, moments, recipients, volunteers
from storage.broadcasts import Broadcast
from storage.database import Database, Tx
from storage.recipients import Became
from tests.storage.lives import NOW, populate

LATER = NOW + timedelta(hours=1)


def draft(tx: Tx, key: str = "a form") -> int:
    """A draft of Marja's."""
    marja = volunteers.add(tx, "Marja", "coordinator", 1, NOW, [])
    return broadcasts.begin(tx, key, Broadcast(0, 1, "checkin", "draft", "{}", "{}", NOW.date(), 0, marja, NOW, None, None, None))


def test_a_form_sent_twice_is_one_draft(database: Database) -> None:
    """The key of the form makes one broadcast of it; another form makes another."""
    first, again, other = (database.submit(lambda tx, key=key: draft(tx, key)).result() for key in ("a", "a", "b"))

    assert first == again != other
    assert [one.id for one, name in database.look(lambda tx: broadcasts.page(tx, 1))] == [other, first]


def test_a_draft_is_sent_off_once(database: Database) -> None:
    """The second yes changes nothing, and what is sent off can no longer be written."""
    id = database.submit(draft).result()
    assert database.submit(lambda tx: broadcasts.write(tx, id, "{}")).result()
    assert database.submit(lambda tx: broadcasts.confirm(tx, id, 1, NOW)).result()
    assert not database.submit(lambda tx: broadcasts.confirm(tx, id, 2, LATER)).result()
    assert not database.submit(lambda tx: broadcasts.write(tx, id, "other")).result()

    one = database.look(lambda tx: broadcasts.one(tx, id))
    assert one
    assert (one.state, one.confirmed_by, one.confirmed_at, one.body) == ("running", 1, NOW, "{}")
    assert database.look(broadcasts.running) == [id]


def test_each_client_is_planned_once(database: Database) -> None:
    """Planning again leaves those who are there as they are; done is when nobody is left."""
    amina, yonas = populate(database)
    id = database.submit(draft).result()
    database.submit(lambda tx: broadcasts.confirm(tx, id, 1, NOW)).result()
    database.submit(lambda tx: recipients.add(tx, id, [amina], NOW)).result()
    (row,) = database.look(lambda tx: recipients.standing(tx, id, [amina, yonas], LATER)).values()
    row.state, row.ready_at, row.reason = "barred", None, "stopped"
    database.submit(lambda tx: recipients.settle(tx, [row])).result()
    database.submit(lambda tx: recipients.add(tx, id, [amina, yonas], LATER)).result()

    assert database.look(lambda tx: recipients.due(tx, id, LATER, 10)) == [yonas]
    assert database.look(lambda tx: recipients.counts(tx, id)) == [Became("barred", "stopped", 1), Became("planned", "", 1)]
    database.submit(lambda tx: broadcasts.planned(tx, id, None)).result()
    assert not database.submit(lambda tx: broadcasts.finish(tx, id, LATER)).result()
    database.submit(lambda tx: recipients.stop(tx, id, LATER)).result()
    assert database.submit(lambda tx: broadcasts.finish(tx, id, LATER)).result()
    assert [one.state for one in database.look(lambda tx: recipients.missed(tx, id))] == ["barred", "dropped"]


def test_who_had_a_contact_about_it(database: Database) -> None:
    """A topic is taken whole, of contacts that took place alone; programme and topic both must be there."""
    amina, yonas = populate(database)
    unreached = moments.Moment(1, yonas, 1, "Leiden", "whatsapp", NOW, date(2026, 11, 23), NOW, topics=["work"], is_reached=False)
    database.submit(lambda tx: moments.begin(tx, [unreached])).result()
    both = sorted((amina, yonas))

    def had(programmes: list[str], topics: list[str]) -> list[int]:
        return database.look(lambda tx: broadcasts.who_had(tx, both, programmes, topics))

    assert had([], ["housing_search"]) == had(["info_point"], []) == had([], []) == both
    assert had([], ["housing"]) == had([], ["work"]) == had(["lessons"], ["housing_search"]) == []


def test_an_answer_is_of_its_client(database: Database) -> None:
    """What another client's session names changes nothing."""
    amina, yonas = populate(database)
    id = database.submit(draft).result()
    database.submit(lambda tx: recipients.add(tx, id, [amina], NOW)).result()
    (row,) = database.look(lambda tx: recipients.standing(tx, id, [amina], LATER)).values()
    row.state, row.ready_at, row.message_id = "sent", None, 77
    database.submit(lambda tx: recipients.settle(tx, [row])).result()
    database.submit(lambda tx: recipients.answer(tx, [(yonas, 77, "bad", NOW), (amina, 78, "bad", NOW)])).result()
    assert database.look(lambda tx: recipients.answers(tx, id)) == {}

    database.submit(lambda tx: recipients.answer(tx, [(amina, 77, "good", NOW)])).result()
    assert database.look(lambda tx: recipients.answers(tx, id)) == {"good": 1}
    database.submit(lambda tx: erasures.erase(tx, amina, NOW)).result()
    assert database.look(lambda tx: recipients.counts(tx, id)) == []


def test_who_is_linked_to_a_record_gets_it_once(database: Database) -> None:
    """What the phone got, the record it is linked to does not get again; what it did not get comes along."""
    amina, _ = populate(database)
    got, not_yet = (database.submit(lambda tx, key=key: draft(tx, key)).result() for key in ("a", "b"))

    def run(tx: Tx) -> int:
        record = clients.add(tx, 1, NOW, "Amina", "ar")[0]
        recipients.add(tx, got, [amina, record], NOW)
        recipients.add(tx, not_yet, [amina], NOW)
        row = recipients.standing(tx, got, [amina], LATER)[amina]
        row.state, row.ready_at = "sent", None
        recipients.settle(tx, [row])
        invites._move_recipients(tx, amina, record)
        return record

    record = database.submit(run).result()
    assert database.look(lambda tx: recipients.due(tx, got, LATER, 10)) == []
    assert [one.state for one in database.look(lambda tx: recipients.counts(tx, got))] == ["sent"]
    assert database.look(lambda tx: recipients.due(tx, not_yet, LATER, 10)) == [record]
