"""
Reminders that wait for a client's word, on WhatsApp after 24 hours: what is read then is so then.
"""

from datetime import date, timedelta

import pytest

from bot import wait
from bot.channels import Registry
from bot.take import take
from flows.approvals import READ
from flows.approvals import REMIND as TEMPLATE
from storage import templates
from storage.templates import Template
from tests.bot.reminding import agreed, client_of, clock, learn, rows
from tests.bot.sharing import WORDS, family
from tests.bot.test_window import Windowed
from tests.people import Person, World, make_world

DAY, MAY = date(2027, 1, 30), "2027-05-31"


@pytest.fixture
def world(sqlite_database, tmp_path) -> World:
    """A world whose channel takes only an approved text after 24 hours of silence."""
    made = make_world(sqlite_database, tmp_path)
    made.channel = Windowed(made.now)
    made.app.channels = Registry({"memory": made.channel})
    wording = wait.wordings(made.app, TEMPLATE, "nl")[0]
    kept = Template(wording.name, wording.language, wait.shaped(wording).hash, "HX" + "0" * 32, "approved")
    made.app.database.submit(lambda tx: templates.keep(tx, kept, made.now())).result()
    return made


async def knocked(world: World, olena: Person, **told: str) -> int:
    """Let Olena's card end in May, and a reminder wait for her press; return who she is."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY, **told)
    await clock(world, DAY)
    assert olena.last.kind == "knock"
    return client_id


async def test_what_was_done_meanwhile_is_not_said(world: World, olena: Person):
    """The request was handed in while the reminder waited: the press finds nothing new, and is told so."""
    client_id = await knocked(world, olena)
    world.now.move(days=3)
    learn(world, client_id, permit_applied_on="2027-02-01")

    assert "geen nieuw bericht" in await olena.presses(READ)
    assert [row.state for row in rows(world, client_id) if row.send_on == DAY] == ["cancelled"]


async def test_a_day_that_was_corrected_is_the_one_that_is_said(world: World, olena: Person):
    """The day of the card was wrong when the reminder was written: the client reads the right one, and never the other."""
    client_id = await knocked(world, olena)
    world.now.move(days=1)
    learn(world, client_id, permit_expires_on="2027-03-15")
    await clock(world, date(2027, 2, 1))

    await olena.presses(READ)
    assert [("15 maart 2027" in one.text, "31 mei" in one.text) for one in olena.messages if one.kind == "reminder"] == [(True, False)]


async def test_what_waited_for_months_is_said_as_it_is_by_then(world: World, olena: Person):
    """Three reminders of one card wait; the press brings one, with what is to be done so few days before. After the day it says so."""
    await knocked(world, olena)
    await clock(world, date(2027, 2, 27), date(2027, 4, 1), date(2027, 5, 1))
    world.now.move(days=4)

    await olena.presses(READ)
    (said,) = [one for one in olena.messages if one.kind == "reminder"]
    assert "Laatste dag van uw kaart" in said.text
    await clock(world, date(2027, 5, 15), date(2027, 6, 1))
    world.now.move(days=2)
    await olena.presses(READ)
    assert "voorbij" in olena.last.text


async def test_what_is_due_still_goes_with_it(world: World, olena: Person):
    """Of two cards in one message one was asked for: the other one is said, alone."""
    client_id = await knocked(world, olena, travel_document_expires_on="2027-04-30")
    world.now.move(hours=timedelta(days=2) // timedelta(hours=1))
    learn(world, client_id, permit_applied_on="2027-02-01")

    await olena.presses(READ)
    (said,) = [one for one in olena.messages if one.kind == "reminder"]
    assert "30 april 2027" in said.text
    assert "31 mei" not in said.text


LETTER = (date(2027, 1, 6), date(2027, 1, 13), date(2027, 1, 16), date(2027, 1, 19))


async def with_letter(world: World, who: Person) -> None:
    """Let the reminders of a letter that is due on 20 January wait for a word until eight days after."""
    learn(world, client_of(who), letters='[{"due_on": "2027-01-20"}]')
    await clock(world, *LETTER)
    assert who.last.kind == "knock"
    world.now.move(days=9)


@pytest.mark.parametrize(("written", "heard"), [("", "geen nieuw bericht"), ("hallo", "Wat is uw vraag?")])
async def test_what_is_over_is_not_said_as_if_it_were_ahead(world: World, olena: Person, written, heard):
    """Who presses is told, once, that there is nothing; who wrote has their answer. Neither reads of a day that is gone."""
    await agreed(olena)
    await with_letter(world, olena)
    told = len(olena.heard)

    assert heard in await (olena.says(written) if written else olena.presses(READ))
    assert len(olena.heard) == told + 1
    assert not any(one.kind == "reminder" for one in olena.messages)
    assert "geen nieuw bericht" in await olena.presses(READ)


async def test_while_a_volunteer_has_the_talk_nothing_is_said_of_it(world: World, olena: Person):
    """A volunteer answers this client: what the bot had to say is over, and it stays silent."""
    await agreed(olena)
    await olena.says("vrijwilliger")
    joke = world.volunteer("Joke")
    await take(world.app, world.tickets(joke)[0].id, joke)
    await world.go_on()
    await with_letter(world, olena)
    told = len(olena.heard)

    await olena.says("Ik heb de brief nog niet.")
    assert len(olena.heard) == told


async def test_a_shared_phone_is_asked_who_reads_days_later(world: World):
    """The press comes another day than the knocks: who reads is asked, once, and after the word the reminder is said."""
    home = await family(world)
    learn(world, home.amina, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY, date(2027, 2, 27))
    assert home.phone.last.kind == "knock"
    world.now.move(days=1)
    told = len(home.phone.heard)

    assert "Wie bent u?" in await home.phone.presses(READ)
    assert len(home.phone.heard) == told + 1
    await home.phone.says("1")
    assert "31 mei 2027" in await home.phone.says(WORDS["amina"])
