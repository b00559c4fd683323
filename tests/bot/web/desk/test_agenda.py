"""
Appointments in a volunteer's own calendar: when and where, never who; at an address that is secret and can end.
"""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from bot import enrol
from storage import appointments, clients, feeds, locations, volunteers
from tests.bot.web.desk.conftest import Browser, Desk

NAME = "Kanarie"


@pytest.fixture
def visits(desk: Desk) -> None:
    """Two clients who come, one who does not any more, and one who comes to another office."""
    def write(tx):
        now, gouda = desk.world.now(), locations.put(tx, "Gouda", municipality="Gouda")
        for number, (place, language) in enumerate([(1, "ar"), (1, ""), (1, "ti"), (gouda, "")]):
            client = clients.add(tx, 1, now, NAME, "ar", place)[0]
            appointments.book(tx, client, place, now + timedelta(days=1, hours=number), "client", now, language)
            if language == "ti":
                appointments.cancel(tx, client, now)

    desk.world.app.database.submit(write).result()
    desk.world.app.database.look(desk.world.app.learn_places)


async def address(browser: Browser) -> str:
    """Make an address at the account page and return its path."""
    page = (await browser.post("/desk/account/calendar")).text
    found = re.search(r"<code>http://[^/]+(/desk/calendar/[\w-]{43}\.ics)</code>", page)
    assert found, page
    return found[1]


async def test_a_calendar_program_reads_the_appointments(desk: Desk, visits):
    """Without a login: the office's own appointments that stand, with hour, place and interpreter, in the volunteer's language."""
    joke = desk.somebody("Joke")
    answer = await desk.browser().get(await address(joke))

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.text)
    events = list(calendar.walk("VEVENT"))
    assert [str(one["summary"]) for one in events] == ["Afspraak Leiden, tolk Arabisch", "Afspraak Leiden"]
    assert [one["location"] for one in events] == ["Voorbeeldstraat 1, Leiden"] * 2
    assert [one.decoded("dtstart").isoformat() for one in events] == ["2026-11-24T10:00:00+01:00", "2026-11-24T11:00:00+01:00"]
    assert [one["dtstart"].params["TZID"] for one in events] == ["Europe/Amsterdam"] * 2
    assert [str(one["tzid"]) for one in calendar.walk("VTIMEZONE")] == ["Europe/Amsterdam"]
    assert all(one.decoded("dtend") - one.decoded("dtstart") == timedelta(minutes=30) for one in events)
    assert len({str(one["uid"]) for one in events}) == 2
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))


async def test_no_client_is_in_it(desk: Desk, visits):
    """Neither the name, the number nor an id of anybody can be read in it."""
    answer = await desk.browser().get(await address(desk.somebody("Joke")))
    stored = desk.world.app.database.look(lambda tx: appointments.between(tx, 1, desk.world.now(), desk.world.now() + timedelta(days=9)))

    assert len(stored) == 2
    plain = answer.text.replace("\r\n ", "")
    assert NAME not in plain
    for one in stored:
        assert str(one.id) not in plain
        assert str(one.client_id) not in plain
        assert not re.search(rf"\b{one.number}\b", plain)


async def test_the_address_is_shown_once_and_kept_as_a_hash(desk: Desk, visits):
    """The page does not show it again, and the database cannot tell it."""
    joke = desk.somebody("Joke")
    token = (await address(joke)).removeprefix("/desk/calendar/").removesuffix(".ics")

    assert token not in (await joke.get("/desk/account")).text
    with desk.world.app.database.reader.connect() as connection:
        assert token not in str(connection.exec_driver_sql("select * from feeds").all())


async def test_an_address_ends(desk: Desk, visits):
    """It ends when its volunteer ends it, makes another, or is dismissed; a wrong one is answered alike; another's goes on."""
    joke, marja, stranger = desk.somebody("Joke"), desk.somebody("Marja", "coordinator", ()), desk.browser()
    first, hers = await address(joke), await address(marja)
    second = await address(joke)

    assert (await stranger.get(first)).status == 404
    assert (await stranger.get(second)).status == 200
    assert (await joke.post("/desk/account/calendar/end")).headers["location"].endswith("said=calendar_ended")
    assert (await stranger.get(second)).status == 404
    third = await address(joke)
    await enrol.dismiss(desk.world.app, marja.who, joke.who.id)
    assert (await stranger.get(third)).status == 404
    assert desk.world.app.database.look(lambda tx: feeds.since(tx, joke.who.id)) is None
    assert (await stranger.get("/desk/calendar/x.ics")).status == 404
    assert (await stranger.get(hers)).status == 200


async def test_who_was_dismissed_reads_nothing_more(desk: Desk, visits):
    """Also where only the volunteer's own row says so, no address of theirs is answered."""
    joke = desk.somebody("Joke")
    here = await address(joke)
    desk.world.app.database.submit(lambda tx: volunteers.dismiss(tx, joke.who.id, desk.world.now())).result()

    assert (await desk.browser().get(here)).status == 404


async def test_the_calendar_moves_along(desk: Desk, visits):
    """Who goes to another office reads its appointments at the same address, and in the language of their desk."""
    joke = desk.somebody("Joke")
    here = await address(joke)
    desk.world.app.database.submit(lambda tx: volunteers.change(tx, joke.who.id, location_id=2, reads="en")).result()

    titles = [str(one["summary"]) for one in Calendar.from_ical((await desk.browser().get(here)).text).walk("VEVENT")]
    assert titles == ["Appointment Gouda"]
