"""
What nobody asked for is looked at once more as it leaves: at night, after STOP, after a word that makes writing unsafe, late.
"""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot import announce, wait
from bot.channels import Registry
from bot.close import close
from bot.remind import remind
from bot.reply import reply
from bot.take import take
from flows.approvals import READ
from flows.approvals import REMIND as TEMPLATE
from flows.events import Said
from flows.safe_contact import SafeContact
from storage import channels, clients, notes, templates
from storage.database import Database
from storage.tables import messages, moments
from storage.templates import Template
from tests.bot.reminding import agreed, clock, learn, rows
from tests.bot.test_announce import comes
from tests.bot.test_window import Windowed
from tests.people import make_world

MAY, DAY = "2027-05-31", date(2027, 1, 30)              # a Saturday


@pytest.fixture
def marja(world):
    """Marja leads."""
    return world.volunteer("Marja", "coordinator", ())


async def waits(world, olena, **facts: str) -> int:
    """Let a reminder be queued while the channel is paused, and return the client's id."""
    client_id = await agreed(olena)
    learn(world, client_id, **(facts or {"permit_kind": "asylum", "permit_expires_on": MAY}))
    world.now.move_to(DAY)
    pause(world, hours=10)
    assert await remind(world.app)
    return client_id


def pause(world, **by: float) -> None:
    """Let the platform take nothing for so long."""
    world.app.database.submit(lambda tx: channels.pause(tx, "memory", world.now() + timedelta(**by))).result()


def of_day(world, client_id: int) -> list[tuple[str, bool]]:
    """State of what was to be said on the day, and whether there is a message of it."""
    return [(row.state, row.message_id is not None) for row in rows(world, client_id, "client") if row.send_on == DAY]


async def test_a_reminder_never_leaves_at_night_or_on_a_sunday(world, olena):
    """What waited for its channel until eight goes back to the plan, and is said once, on Monday at ten."""
    client_id = await waits(world, olena)
    before = len(olena.heard)
    world.now.move_to(DAY, 20)
    await world.go_on()
    assert of_day(world, client_id) == [("planned", False)]
    for day, hour in ((DAY, 21), (date(2027, 1, 31), 11), (date(2027, 2, 1), 9)):
        world.now.move_to(day, hour)
        await remind(world.app)
        await world.go_on()
        assert len(olena.heard) == before

    world.now.move_to(date(2027, 2, 1))
    await remind(world.app)
    await world.go_on()
    await remind(world.app)
    await world.go_on()
    assert len(olena.heard) == before + 1
    assert of_day(world, client_id) == [("sent", True)]


async def test_what_was_taken_back_was_never_said(world, olena):
    """No moment, no message and no question stands where a reminder was taken back: the client's next number answers the menu."""
    client_id = await waits(world, olena)
    world.now.move_to(DAY, 20)
    await world.go_on()
    assert world.app.database.look(lambda tx: tx.all(select(messages.c.id).where(messages.c.kind == "reminder"))) == []
    assert world.app.database.look(lambda tx: tx.all(select(moments.c.id).where(moments.c.began_by == "us"))) == []

    await olena.says("1")
    assert {row.answer for row in rows(world, client_id)} == {""}


async def test_a_reply_passes_a_reminder_that_waits(world, olena):
    """What the client asks at night is answered at once, though a reminder that may have left waits for the morning."""
    client_id = await waits(world, olena)
    world.app.database.submit(lambda tx: tx.run(messages.update().where(messages.c.kind == "reminder").values(attempts=1))).result()
    world.now.move_to(DAY, 20)
    await world.go_on()
    before = len(olena.heard)
    await olena.says("huurtoeslag")
    assert len(olena.heard) == before + 1
    world.now.move_to(date(2027, 2, 1))
    await world.go_on()
    assert (olena.last.kind, of_day(world, client_id)) == ("reminder", [("sent", True)])


@pytest.mark.parametrize("how", ["stopped", "unsafe", "late"])
async def test_what_hinders_it_meanwhile_is_a_call(world, olena, marja, how):
    """STOP, a word that writing is not safe, and a day that is over hold for what was queued before too: a person calls."""
    client_id = await waits(world, olena, letters='[{"due_on": "2027-01-30"}]')
    before = len(olena.heard)
    if how == "late":
        pause(world, days=2)
        world.now.move_to(date(2027, 2, 1), 11)
    elif how == "unsafe":
        world.app.database.submit(lambda tx: clients.set_safe_contact(tx, client_id, SafeContact("call").to_json())).result()
        world.now.move(hours=9)
    else:
        world.app.database.submit(lambda tx: clients.learn(tx, [{"client_id": client_id, "stopped_at": world.now()}])).result()
        world.now.move(hours=9)
    world.app.database.submit(lambda tx: channels.pause(tx, "memory", world.now())).result()
    await world.go_on()
    await remind(world.app)
    await world.go_on()

    assert [one.kind for one in olena.messages[before:] if one.kind == "reminder"] == []
    (question,) = world.tickets(marja)
    told = " ".join(note.text for note in world.app.database.look(lambda tx: notes.of_ticket(tx, question.id)))
    assert {"stopped": "wil geen berichten", "unsafe": "niet veilig", "late": "op tijd"}[how] in told


async def test_a_visit_is_not_announced_at_night_or_when_it_is_over(world):
    """The reminder of a visit waits for seven o'clock, and is dropped once the visit began or was called off."""
    amina, yonas = await comes(world.person("amina")), await comes(world.person("yonas"))
    said = len(amina.heard), len(yonas.heard)
    world.now.move_to(date(2026, 11, 24), 10)
    pause(world, hours=12)
    await announce.announce(world.app)
    world.now.move_to(date(2026, 11, 24), 22)
    await world.go_on()
    assert (len(amina.heard), len(yonas.heard)) == said
    await yonas.presses("appointment.mine:cancel")
    world.now.move_to(date(2026, 11, 25), 7)
    await world.go_on()

    assert "You come to us on Wednesday" in amina.heard[-1]
    assert yonas.heard[-1] == "Your appointment is cancelled."


async def test_one_press_lets_no_more_go_than_a_week_does(database: Database, tmp_path: Path):
    """What waited for weeks for the client's word comes as two messages at most; the rest is held back, and nothing is said twice."""
    world = make_world(database, tmp_path)
    world.channel = Windowed(world.now)
    world.app.channels = Registry({"memory": world.channel})
    olena = world.person("olena")
    client_id = await agreed(olena)
    wording = wait.wordings(world.app, TEMPLATE, "nl")[0]
    kept = Template(wording.name, wording.language, wait.shaped(wording).hash, "HX" + "0" * 32, "approved")
    world.app.database.submit(lambda tx: templates.keep(tx, kept, world.now())).result()
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY, travel_document_expires_on="2027-05-15", insurance_duty_on="2027-01-15",
          letters='[{"due_on": "2027-03-20"}]')
    for day in (DAY, date(2027, 2, 15), date(2027, 2, 27), date(2027, 3, 6), date(2027, 3, 13)):
        await clock(world, day)
    waiting = world.app.database.look(lambda tx: tx.all(select(messages.c.id).where(messages.c.state == "waiting", messages.c.kind == "reminder")))
    assert len(waiting) > 2
    assert not [one for one in olena.messages if one.kind == "reminder"]

    await olena.presses(READ)
    assert len([one for one in olena.messages if one.kind == "reminder"]) == 2
    world.now.move(hours=1)
    await remind(world.app)
    await world.go_on()
    assert len([one for one in olena.messages if one.kind == "reminder"]) == 2
    assert "held" in {row.state for row in rows(world, client_id)}


@pytest.mark.parametrize("how", ["call", "here"])
async def test_an_answer_that_waited_is_not_sent_where_writing_became_unsafe(world, olena, joke, how):
    """A volunteer's answer and the question whether it helped wait for their channel; if only a call is safe by then, a volunteer is told instead."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    pause(world, hours=1)
    await reply(world.app, question.id, joke, Said("Kom morgen.", language="nl"))
    await close(world.app, question.id, joke, "answered")
    before = len(olena.heard)
    world.app.database.submit(lambda tx: clients.set_safe_contact(tx, question.client_id, SafeContact(how).to_json())).result()
    world.now.move(hours=2)
    await world.go_on()

    assert len(olena.heard) - before == (2 if how == "here" else 0)
    told = [note.text for one in world.tickets(joke) for note in world.app.database.look(lambda tx, one=one: notes.of_ticket(tx, one.id))]
    assert [text.startswith("Schrijven is niet veilig") for text in told] == ([] if how == "here" else [True])


async def test_an_answer_that_waited_keeps_to_the_safe_days(world, olena, joke):
    """Tuesday is not safe: what was said on Monday and could not leave waits until Wednesday morning."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    pause(world, hours=20)
    await reply(world.app, question.id, joke, Said("Kom morgen.", language="nl"))
    world.app.database.submit(lambda tx: clients.set_safe_contact(tx, question.client_id, SafeContact("here", (0, 2)).to_json())).result()
    for day, hour, is_said in ((24, 12, False), (25, 9, False), (25, 10, True)):
        world.now.move_to(date(2026, 11, day), hour)
        await world.go_on()
        assert (olena.heard[-1] == "Kom morgen.") is is_said


@pytest.mark.parametrize("who", ["bot", "volunteer"])
async def test_an_answer_held_for_a_safe_day_never_holds_up_the_emergency_number(world, olena, joke, who):
    """What waits for Wednesday waits alone: on Tuesday 112 leaves at once, and on Wednesday the answer comes after it."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    if who == "volunteer":
        await take(world.app, question.id, joke)
    pause(world, hours=20)
    if who == "bot":
        await olena.says("huurtoeslag")
    else:
        await reply(world.app, question.id, joke, Said("Kom morgen.", language="nl"))
    world.app.database.submit(lambda tx: clients.set_safe_contact(tx, question.client_id, SafeContact("here", (0, 2)).to_json())).result()
    before = len(olena.heard)
    world.now.move_to(date(2026, 11, 24))
    await world.go_on()
    assert len(olena.heard) == before

    await olena.says("hij slaat mij nu")
    assert len(olena.heard) == before + 1
    assert "112" in olena.heard[-1]
    world.now.move_to(date(2026, 11, 25))
    await world.go_on()
    assert len(olena.heard) == before + 2
    assert "112" not in olena.heard[-1]
