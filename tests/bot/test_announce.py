"""
Coming to the office, from the first word to the reminder two hours before.
"""

from datetime import date, datetime, timedelta

from bot import announce
from bot.book import book
from bot.receive import receive
from bot.take import take
from flows.safe_contact import SafeContact
from storage import appointments, clients
from tests.people import AMSTERDAM, Person, World


async def comes(person: Person, at: str = "2026-11-25T11:00") -> Person:
    """Let somebody make an appointment."""
    await person.says("/start", "English", "yes", "appointment", "1", "no", "2")
    await person.presses(f"appointment.time:{at}")
    return person


async def announced(world: World) -> None:
    """Let the clock remind whoever is to be reminded."""
    await announce.announce(world.app)
    await world.go_on()


async def test_client_is_reminded_the_day_before_and_two_hours_before(world: World) -> None:
    """At ten on the day before and two hours before the time, each once, with what to do who cannot come."""
    amina = await comes(world.person("amina"))
    assert "Wednesday 25 November 2026 at 11:00" in amina.heard[-1]
    said = len(amina.heard)
    await announced(world)
    assert len(amina.heard) == said

    world.now.move_to(date(2026, 11, 24), 10)
    await announced(world)
    await announced(world)
    assert len(amina.heard) == said + 1
    assert "You come to us on Wednesday 25 November 2026 at 11:00" in amina.heard[-1]
    assert amina.labels == ["✅ I come", "🔄 Another time", "✖ I do not come"]

    world.now.move_to(date(2026, 11, 25), 9)
    await announced(world)
    assert len(amina.heard) == said + 2
    assert await amina.says("1") == "Good. See you then."
    world.now.move_to(date(2026, 11, 26), 9)
    await announced(world)
    assert len(amina.heard) == said + 3


async def test_client_who_cannot_come_gives_the_place_back(world: World) -> None:
    """Pressing below the reminder cancels, also while a volunteer has the conversation."""
    amina = await comes(world.person("amina"))
    await amina.says("human")
    joke = world.volunteer("Joke")
    assert await take(world.app, world.tickets(joke)[0].id, joke)
    world.now.move_to(date(2026, 11, 24), 10)
    await announced(world)
    await amina.presses("appointment.reminder:cancel")

    assert amina.heard[-1] == "Your appointment is cancelled."
    world.now.move_to(date(2026, 11, 25), 9)
    said = len(amina.heard)
    await announced(world)
    assert len(amina.heard) == said


async def test_nobody_is_reminded_where_it_is_not_safe(world: World) -> None:
    """Who wants no messages, or may not be written to, is left in peace; so is everybody at night."""
    amina, yonas = await comes(world.person("amina")), await comes(world.person("yonas"))
    await amina.says("stop")
    client = world.app.database.look(lambda tx: clients.by_number(tx, 1002))
    assert client is not None
    world.app.database.submit(lambda tx: clients.set_safe_contact(tx, client.id, SafeContact("call").to_json())).result()
    said = len(amina.heard), len(yonas.heard)
    world.now.move_to(date(2026, 11, 24), 10)
    await announced(world)

    assert (len(amina.heard), len(yonas.heard)) == said
    olena = await comes(world.person("olena"), "2026-11-25T12:00")
    said_to_her = len(olena.heard)
    world.now.move_to(date(2026, 11, 25), 6)
    await announced(world)
    assert len(olena.heard) == said_to_her


async def test_who_is_a_moment_too_late_is_offered_another_time(world: World) -> None:
    """Two clients press the last place in one commit: one has it, and the other hears so and chooses again."""
    world.app.database.submit(lambda tx: appointments.make_room(tx, 1, 1)).result()
    amina, yonas = world.person("amina"), world.person("yonas")
    for person in (amina, yonas):
        await person.says("/start", "English", "yes", "appointment", "1", "no", "2")
    for person in (amina, yonas):
        await press_without_waiting(person, "appointment.time:2026-11-25T11:00")
    await world.go_on()

    answers = sorted(person.heard[-1].partition("\n")[0] for person in (amina, yonas))
    assert answers == ["That time is taken now. Choose another one.", "✅ You come on Wednesday 25 November 2026 at 11:00."]
    noon = world.now() - timedelta(days=1), world.now() + timedelta(days=7)
    assert len(world.app.database.look(lambda tx: appointments.between(tx, 1, *noon))) == 1


async def press_without_waiting(person: Person, choice: str) -> None:
    """Press a button, and leave the answer for later."""
    world = person.world
    await receive(world.app, [world.channel.hear(person.name, world.now(), "", choice)])


async def test_the_day_before_is_said_at_the_clients_own_hour(world: World) -> None:
    """Who wants the evening hears of tomorrow's visit in the evening; two hours before does not wait."""
    amina = await comes(world.person("amina"))
    await amina.says("menu", "another hour", "3")
    said = len(amina.heard)
    world.now.move_to(date(2026, 11, 24), 10)
    await announced(world)
    assert len(amina.heard) == said
    world.now.move_to(date(2026, 11, 24), 17)
    await announced(world)
    await announced(world)
    assert len(amina.heard) == said + 1
    world.now.move_to(date(2026, 11, 25), 9)
    await announced(world)
    assert len(amina.heard) == said + 2


async def test_the_day_before_is_said_on_a_safe_day(world: World) -> None:
    """Who may be written to on Mondays alone hears on Monday of a visit on Thursday, and on no other day."""
    amina = await comes(world.person("amina"), "2026-11-24T10:00")
    client = world.app.database.look(lambda tx: clients.by_number(tx, 1001))
    assert client is not None
    world.app.database.submit(lambda tx: clients.set_safe_contact(tx, client.id, SafeContact("here", (0,)).to_json())).result()
    await book(world.app, client, datetime(2026, 12, 3, 10, tzinfo=AMSTERDAM))
    await world.go_on()
    said = []
    for day in (date(2026, 11, 24) + timedelta(days=on) for on in range(10)):
        world.now.move_to(day, 10)
        before = len(amina.heard)
        await announced(world)
        said += [day.isoformat()] * (len(amina.heard) - before)

    assert said == ["2026-11-30"]
