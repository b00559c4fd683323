"""
After a message about violence: whether writing is safe is asked, kept, and nothing that goes to that address names it any more.
"""

import re

import pytest

from bot.close import close
from bot.reply import reply
from bot.take import Refused, take
from flows.events import Said
from flows.safe_contact import SafeContact, read
from storage import clients, tickets

NAMED = re.compile(r"\b(geweld|sla(at|an)|man|veilig thuis|112|0800|politie|gevaar|bedreig\w*)\b", re.IGNORECASE)     # what would give her away


async def warned(world, amina, answer):
    """Let a client tell of violence and answer whether writing is safe; return her question and how many messages there were."""
    await amina.says("/start", "Nederlands", "Ja", "mijn man slaat mij", answer)
    (question,) = world.app.database.look(tickets.open_ones)
    return question, len(amina.heard)


def safe(world, client_id):
    """Return what is kept of how a client may be reached."""
    return world.app.database.look(lambda tx: read(clients.safe_contact_of(tx, client_id)))


@pytest.mark.parametrize(("answer", "how"), [("1", "here"), ("2", "nothing"), ("3", "call")])
async def test_the_answer_sets_safe_contact(world, amina, joke, answer, how):
    """What she answers by digit is how she may be reached from then on, and whoever takes the question cannot write past it."""
    question, _heard = await warned(world, amina, answer)
    await take(world.app, question.id, joke)

    assert safe(world, question.client_id).how == how
    if how == "here":
        await reply(world.app, question.id, joke, Said("Kunt u morgen komen?", language="nl"))
    else:
        with pytest.raises(Refused, match="unsafe_contact"):
            await reply(world.app, question.id, joke, Said("Kunt u morgen komen?", language="nl"))


async def test_a_clients_word_opens_nothing_that_staff_closed(world, amina, joke):
    """Where staff wrote down that writing is not safe, somebody with her phone cannot undo it."""
    await amina.says("/start", "Nederlands", "Ja", "vrijwilliger")
    (question,) = world.app.database.look(tickets.open_ones)
    await world.app.database.write(lambda tx: clients.set_safe_contact(tx, question.client_id, SafeContact("call").to_json()))
    await amina.says("mijn man slaat mij", "1")

    assert safe(world, question.client_id).how == "call"


async def test_nothing_later_names_the_violence(world, amina, joke, now):
    """Her question, a wait, a volunteer's answer, the closing question, another question: none of it names what happened."""
    question, before = await warned(world, amina, "1")
    await amina.says("vrijwilliger", "hallo?", "menu")
    await take(world.app, question.id, joke)
    await amina.says("bent u daar?")
    await reply(world.app, question.id, joke, Said("Kunt u morgen komen?", language="nl"))
    now.move(seconds=11)
    await world.go_on()
    await close(world.app, question.id, joke, "answered", [])
    await world.go_on()
    asked = amina.last.text
    await amina.presses("helped.ask:no")
    await amina.says("ik wil huurtoeslag aanvragen")
    later = amina.heard[before:]

    assert asked.startswith("De vrijwilliger is klaar")
    assert len(later) > 6
    assert [text for text in later if NAMED.search(text)] == []


@pytest.mark.parametrize("answer", ["2", "3"])
async def test_where_writing_is_not_safe_nothing_comes_unasked(world, amina, joke, now, answer):
    """Closing her question sends nothing to that address, then or later."""
    question, before = await warned(world, amina, answer)
    await take(world.app, question.id, joke)
    await close(world.app, question.id, joke, "referred", [])
    now.move(days=3)
    await world.go_on()

    assert len(amina.heard) == before
