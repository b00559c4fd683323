"""
A person's own data: everything we hold, and nothing of another.
"""

import dataclasses
import json
from datetime import timedelta

import pytest

from bot.show import UnknownClient, show
from bot.translate import load
from flows.topics import TOPICS
from storage import appointments, facts, invites, locations, notes, records, search_keys
from storage.database import Database, Tx
from storage.privacy import OWNERS
from tests.people import AMSTERDAM, Person, World
from tests.storage.lives import AMINA, NOW, YONAS, address_of, populate


async def shown(world: World, client: str) -> str:
    """Return what `wegwijs show` prints."""
    return await world.app.database.read(lambda tx: show(tx, client, AMSTERDAM, world.app.tongues("nl")))


async def test_show_speaks_dutch(world: World, amina: Person):
    """Facts, outcomes and interpreters are in words, not in our codes; a value that has no words stands as it is kept."""
    await amina.says("/start", "Nederlands", "ja", "xkcd qwrt", "vrijwilliger")
    told = {"permit_kind": "asylum", "children": json.dumps([{"permit_expires_on": "2027-05-31", "registered": True}]), "letters": '["?"]'}

    def write(tx: Tx) -> None:
        client_id = records.find(tx, "1001") or 0
        facts.learn(tx, [(client_id, name, value) for name, value in told.items()], "client", world.now())
        locations.put(tx, "Leiden")
        appointments.make_room(tx, 1, 1)
        appointments.book(tx, client_id, 1, world.now() + timedelta(days=1), "client", world.now(), "other")

    world.app.database.submit(write).result()
    text = await shown(world, "1001")
    assert ": asiel, bepaalde tijd  (gezegd door u" in text
    assert "31-05-2027, Geboorte aangegeven ja" in text
    assert '["?"]' in text
    assert "tolk een andere taal: vraag welke" in text
    assert "doorgegeven aan een mens" in text
    assert "escalated" not in text


async def test_show_holds_what_a_client_told(world: World, amina: Person, yonas: Person):
    """Amina's own words, our answers and her question are there; what Yonas wrote is not."""
    await amina.says("/start", "Nederlands", "ja", "hoe schrijf ik me in voor een huis?", "vrijwilliger")
    await yonas.says("/start", "English", "my rent is too high")

    text = await shown(world, "memory:amina")
    assert "Cliënt 1001" in text
    assert "taal            nl" in text
    assert "toestemming     ja, 23-11-2026 10:00" in text
    assert "memory  amina" in text
    assert "u  hoe schrijf ik me in voor een huis?" in text
    assert world.app.tongues("nl")(TOPICS["housing_search"].label) in text
    assert "Vragen voor een vrijwilliger (1)" in text
    assert "rent is too high" not in text
    assert text == await shown(world, "1001")


@pytest.mark.parametrize("client", ["1", "memory:joke", "amina", "", "٣", "9" * 40, "telegram:"])
async def test_show_refuses_whom_it_does_not_know(world: World, client: str):
    """Whoever is not there is refused in words that show how a client is written, and repeat no address."""

    with pytest.raises(UnknownClient, match="write it as 1001, telegram:5 or whatsapp:"):
        await shown(world, client)


async def test_show_shows_nobody_after_forget_me(world: World, amina: Person):
    """Who was erased is a stranger."""
    await amina.says("/start", "English", "yes", "forget me")
    await amina.says("yes")
    await world.forget()

    with pytest.raises(UnknownClient):
        await shown(world, "memory:amina")


def test_every_table_of_a_client_is_shown_or_has_its_reason():
    """A table that holds something of a client stands in the record, or it is said why not; none is left of a table that is gone."""
    fields = {field.name for field in dataclasses.fields(records.Record)}

    assert set(records.HELD) | set(records.NOT_HELD) == set(OWNERS)
    assert not set(records.HELD) & set(records.NOT_HELD)
    assert set(records.HELD.values()) <= fields
    assert all(records.NOT_HELD.values())


def test_show_holds_all_of_one_and_nothing_of_another(database: Database):
    """Of two clients with something in every table each is shown whole: name, number, words, answer, fact; nothing of the other's."""
    populate(database)
    for number, life, other in ((1001, AMINA, YONAS), (1002, YONAS, AMINA)):
        text = database.look(lambda tx, number=number: show(tx, str(number), AMSTERDAM, load()("nl")))

        assert [one for one in (life.name, life.number, life.text, life.answer, life.fact) if one not in text] == []
        assert [one for one in other.secrets if one in text] == []
        assert "image/jpeg (bewaard)" in text
        for title in ("Herinneringen (1)", "Antwoorden die nog niet zijn verstuurd (1)", "Uitnodigingen (1)", "Tweede telefoon (1)",
                      "Wanneer iemand van ons keek (1)", "Contactmomenten (1)", "Vragen voor een vrijwilliger (2)"):
            assert title in text
        assert "Joke" not in text


def test_notes_that_name_another_are_left_out(database: Database):
    """A note with another client's name or number is left out and counted; a volunteer's name in a note is not told."""
    amina, yonas = populate(database)

    def note(tx: Tx) -> None:
        for text in ("Haar broer Yonas belde", "zie 1002", "Joke belt Amina, 1001, terug"):
            notes.add(tx, None, amina, None, text, NOW)
        search_keys.index(tx, yonas, "Yonas")

    database.submit(note).result()
    text = database.look(lambda tx: show(tx, "1001", AMSTERDAM, load()("nl")))

    assert "Yonas" not in text
    assert "zie 1002" not in text
    assert "een vrijwilliger belt Amina, 1001, terug" in text
    assert "notities waarin een ander wordt genoemd: 2" in text


def test_messages_of_another_on_the_same_phone_are_left_out(database: Database):
    """A phone that was Yonas's is Amina's now: what he wrote from it is not hers to read."""
    amina, yonas = populate(database)
    database.submit(lambda tx: invites.bind(tx, address_of(tx, yonas), amina)).result()
    text = database.look(lambda tx: show(tx, "1001", AMSTERDAM, load()("nl")))

    assert AMINA.text in text
    assert YONAS.text not in text
    assert "berichten van iemand anders op dezelfde telefoon: 2" in text
