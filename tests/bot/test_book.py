"""
A volunteer makes an appointment for a client.
"""

from datetime import timedelta

from bot import book, visit
from storage import appointments, clients
from storage.clients import Client
from tests.people import World


def client_of(world: World, number: int) -> Client:
    """Return a client by number."""
    found = world.app.database.look(lambda tx: clients.by_number(tx, number))
    assert found is not None
    return found


async def test_client_is_told_of_the_place_that_was_taken(world: World) -> None:
    """The place and the message are one: the client reads day, time and address in their own language."""
    amina = world.person("amina")
    await amina.says("/start", "English", "yes")
    at = world.app.database.look(lambda tx: visit.free(world.app, tx, 1))[3]

    assert await book.book(world.app, client_of(world, 1001), at, "ar") == "told"
    await world.go_on()

    assert amina.heard[-1].startswith("Hello, this is Wegwijs. Our team has a message for you.")       # a locked screen shows no more
    assert "\n\n✅ You come on Monday 23 November 2026 at 13:30." in amina.heard[-1]
    assert "Voorbeeldstraat 1" in amina.heard[-1]
    assert await book.cancel(world.app, client_of(world, 1001)) == "told"
    await world.go_on()
    assert amina.heard[-1].startswith("Hello, this is Wegwijs.")
    assert amina.heard[-1].endswith("\n\nYour appointment is cancelled.")
    assert await book.cancel(world.app, client_of(world, 1001)) is None


async def test_client_without_a_phone_can_come_too(world: World) -> None:
    """Who cannot be told has the place all the same, and the volunteer knows to call; a time that is not free is refused."""
    number = world.app.database.submit(lambda tx: clients.number_of(tx, clients.add(tx, 1, world.now(), "Olena")[0])).result()
    at = world.app.database.look(lambda tx: visit.free(world.app, tx, 1))[0]

    assert await book.book(world.app, client_of(world, number), at) == "not_told"
    assert await book.book(world.app, client_of(world, number), at + timedelta(minutes=5)) == "full"
    found = world.app.database.look(lambda tx: appointments.between(tx, 1, at, at + timedelta(days=1)))
    assert [(one.number, one.starts_at, one.made_by) for one in found] == [(number, at, "staff")]
