"""
After a visit is made the client gets a pin and an entry for their calendar; nobody who sees it learns what it is about.
"""

import re
from datetime import timedelta

import pytest

from bot import book
from storage import clients, locations
from tests.bot.test_announce import comes
from tests.peers.telegram_spec import wrong_calendar
from tests.people import AMSTERDAM, World

HERE = 52.1601, 4.497


@pytest.fixture
def mapped(world: World) -> World:
    """A world whose office is on the map."""
    world.app.database.submit(lambda tx: locations.put_pin(tx, 1, HERE)).result()
    world.channel.brings = ("pin", "calendar")
    return world


def values(calendar: str, name: str) -> list[str]:
    """The values of a property."""
    return re.findall(rf"^{name}(?:;[^:\r\n]*)?:(.*)\r$", calendar.replace("\r\n ", ""), re.MULTILINE)


async def test_the_pin_and_the_calendar_follow_the_confirmation(mapped: World) -> None:
    """In this order, once, with the buttons still under the confirmation; the file is one that a calendar takes."""
    amina = await comes(mapped.person("amina"))
    said, pin, file = amina.messages[-3:]

    assert "Wednesday 25 November 2026 at 11:00" in said.text
    assert (pin.pin.latitude, pin.pin.longitude, pin.pin.name) == (*HERE, "Leiden")
    assert pin.text == "📍 Leiden\nVoorbeeldstraat 1, Leiden"
    assert wrong_calendar(file.calendar.encode()) == ""
    assert values(file.calendar, "DTSTART")[-1] == "20261125T110000"
    assert values(file.calendar, "SUMMARY") == ["Wegwijs · Leiden"]
    assert (values(file.calendar, "METHOD"), values(file.calendar, "SEQUENCE")) == (["PUBLISH"], ["0"])
    assert values(file.calendar, "LOCATION") == ["Voorbeeldstraat 1\\, Leiden"]


async def test_another_time_moves_the_entry_and_calling_off_takes_it_out(mapped: World) -> None:
    """The same visit keeps its name in the calendar, and each change counts on."""
    amina = await comes(mapped.person("amina"))
    await amina.says("1", "no", "2")
    await amina.presses("appointment.time:2026-11-25T14:00")
    await amina.says("2")
    files = [one.calendar for one in amina.messages if one.calendar]

    assert [values(one, "SEQUENCE") for one in files] == [["0"], ["1"], ["2"]]
    assert [values(one, "METHOD") for one in files] == [["PUBLISH"], ["PUBLISH"], ["CANCEL"]]
    assert values(files[2], "STATUS") == ["CANCELLED"]
    assert len({values(one, "UID")[0] for one in files}) == 1
    assert len([one for one in amina.messages if one.pin]) == 2


async def test_no_coordinates_no_pin(world: World) -> None:
    """An office that is not on the map is told by its address, as ever."""
    world.channel.brings = ("pin", "calendar")
    amina = await comes(world.person("amina"))
    assert [one for one in amina.messages if one.pin] == []
    assert len([one for one in amina.messages if one.calendar]) == 1


async def test_a_channel_gets_what_it_takes(mapped: World) -> None:
    """A platform that takes neither gets the confirmation alone."""
    mapped.channel.brings = ()
    amina = await comes(mapped.person("amina"))
    assert "at 11:00" in amina.heard[-1]


async def test_a_volunteer_who_books_brings_them_too(mapped: World) -> None:
    """What a volunteer makes or calls off stands on the map and in the calendar as well."""
    amina = mapped.person("amina")
    await amina.says("/start", "English", "yes")
    client = mapped.app.database.look(lambda tx: clients.by_number(tx, 1001))
    assert client
    starts_at = (mapped.now().astimezone(AMSTERDAM) + timedelta(days=1)).replace(hour=11, minute=0)
    assert await book.book(mapped.app, client, starts_at) == "told"
    await mapped.go_on()
    assert [bool(one.pin) or bool(one.calendar) for one in amina.messages[-3:]] == [False, True, True]
    assert await book.cancel(mapped.app, client) == "told"
    await mapped.go_on()
    assert values(amina.last.calendar, "METHOD") == ["CANCEL"]
