"""
Facts: whose word counts, when two differ, and until when.
"""

from collections.abc import Sequence
from datetime import timedelta

from flows.facts import due_days
from storage import clients, facts
from storage.database import Database, Tx
from storage.facts import Difference
from tests.storage.lives import NOW

DAY = "permit_expires_on"
LATER = NOW + timedelta(days=3)


def amina(database: Database) -> int:
    """A client of whom nothing is known."""
    return database.submit(lambda tx: clients.add(tx, 1, NOW)[0]).result()


def told(database: Database, client_id: int, value: str, said_by: facts.Speaker, name: str = DAY) -> Sequence[Difference]:
    """Somebody says something of her; return what began to differ."""
    return database.submit(lambda tx: facts.learn(tx, [(client_id, name, value)], said_by, LATER)).result().differing


def driving(database: Database, client_id: int) -> dict[str, str]:
    """What her reminders follow from."""
    return database.look(lambda tx: facts.driving(tx, [client_id]))[client_id]


def test_staff_beats_the_client_and_the_earlier_day_drives(database: Database) -> None:
    """Two days differ: ours is what we know, but until somebody has looked the earlier one drives the reminders."""
    client_id = amina(database)

    assert told(database, client_id, "2027-03-01", "client") == []
    assert told(database, client_id, "2027-05-01", "staff") == [Difference(client_id, DAY, "2027-03-01", "2027-05-01")]
    assert database.look(lambda tx: clients.facts_of(tx, client_id)) == {DAY: "2027-05-01"}
    assert driving(database, client_id) == {DAY: "2027-03-01"}

    database.submit(lambda tx: facts.settle(tx, client_id, DAY, LATER)).result()
    assert driving(database, client_id) == {DAY: "2027-05-01"}
    assert database.look(lambda tx: facts.differences(tx, [client_id])) == []


def test_a_new_word_opens_a_settled_difference_again(database: Database) -> None:
    """What was settled was about those two words: another one of either side is looked at anew, the same one is not."""
    client_id = amina(database)
    told(database, client_id, "2027-03-01", "client")
    told(database, client_id, "2027-05-01", "staff")
    database.submit(lambda tx: facts.settle(tx, client_id, DAY, LATER)).result()

    assert told(database, client_id, "2027-03-01", "client") == []
    assert database.look(lambda tx: facts.differences(tx, [client_id])) == []
    assert told(database, client_id, "2027-04-01", "staff") == [Difference(client_id, DAY, "2027-03-01", "2027-04-01")]
    assert driving(database, client_id) == {DAY: "2027-03-01"}
    database.submit(lambda tx: facts.unlearn(tx, client_id, DAY)).result()
    assert driving(database, client_id) == {DAY: "2027-03-01"}


def test_the_same_word_changes_nothing(database: Database) -> None:
    """A word that is said again keeps the day on which it was said first, however its JSON is written."""
    client_id = amina(database)

    def twice(tx: Tx) -> None:
        facts.learn(tx, [(client_id, "letters", '[{"due_on": "2027-03-01"}]')], "staff", NOW)
        facts.learn(tx, [(client_id, "letters", '[{"due_on":"2027-03-01"}]')], "staff", LATER)

    database.submit(twice).result()
    (one,) = database.look(lambda tx: clients.told(tx, client_id))
    assert one.said_at == NOW


def letters(*days: str) -> str:
    """The fact `letters` of these days."""
    return due_days(days)


def test_letters_of_both_count_until_somebody_looked(database: Database) -> None:
    """A letter that only the client named is reminded of too, beside those we wrote down; once ours are right, they alone count."""
    client_id = amina(database)
    told(database, client_id, letters("2027-02-15"), "staff", "letters")
    told(database, client_id, letters("2027-02-15", "2027-03-10"), "client", "letters")

    assert driving(database, client_id) == {"letters": letters("2027-02-15", "2027-03-10")}
    database.submit(lambda tx: facts.settle(tx, client_id, "letters", LATER)).result()
    assert driving(database, client_id) == {"letters": letters("2027-02-15")}


def test_a_letter_named_on_another_phone_hides_none(database: Database) -> None:
    """Each phone of a client tells its own letters: they stand beside one another, each once, until a month after their day."""
    client_id = amina(database)
    told(database, client_id, letters("2026-01-01", "2027-02-15"), "client", "letters")
    told(database, client_id, letters("2027-03-10"), "client", "letters")
    told(database, client_id, letters("2027-03-10"), "client", "letters")

    assert driving(database, client_id) == {"letters": letters("2027-02-15", "2027-03-10")}
