"""
Closing a question: the bot has the client again, and asks whether it helped.
"""

import pytest

from bot import triage
from bot.close import close
from bot.expire import expire
from bot.forget import forget_client
from bot.reply import draft, reply, undo
from bot.take import Refused, take
from flows.events import Said
from flows.safe_contact import SafeContact
from storage import alerts, clients, drafts, moments, questions


async def answered(world, person, who):
    """Let a client ask, and a volunteer take it and answer; return the question."""
    await person.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(who)
    await take(world.app, question.id, who)
    await reply(world.app, question.id, who, Said("Kom morgen langs.", language="nl"))
    world.now.move(seconds=10)
    await world.go_on()
    return question


async def test_close_asks_whether_it_helped(world, olena, joke):
    """The client hears that the volunteer has finished, and their yes is kept with the question."""
    question = await answered(world, olena, joke)

    assert await close(world.app, question.id, joke, "answered", ["debts_money"])
    await world.go_on()
    assert olena.labels == ["✅ Ja", "❌ Nee", "❓ Een andere vraag"]
    await olena.presses("helped.ask:yes")

    closed = world.app.database.look(lambda tx: questions.one(tx, question.id))
    assert (closed.state, closed.outcome, closed.helped, closed.topics) == ("closed", "answered", "yes", ("debts_money",))
    (moment,) = world.app.database.look(lambda tx: moments.of_client(tx, question.client_id))
    assert (moment.topics, moment.answered_by) == ("debts_money", "volunteer")
    assert not await close(world.app, question.id, joke, "answered")


async def test_close_throws_every_draft_away(world, olena, joke):
    """A coordinator closes what Joke has in hand: what Joke had written is kept nowhere, and nothing is kept there any more."""
    question = await answered(world, olena, joke)
    marja = world.volunteer("Marja", "coordinator", ())
    for who in (joke, marja):
        await draft(world.app, question.id, who, "Nog niet verstuurd.")
    await close(world.app, question.id, marja, "answered")

    assert world.app.database.look(lambda tx: tx.all(drafts.drafts.select())) == []
    with pytest.raises(Refused, match="closed"):
        await draft(world.app, question.id, joke, "Te laat.")


async def test_who_closes_at_the_machine_ends_as_much(world, olena, joke):
    """`wegwijs tickets --close` throws drafts away too, lets an answer leave that could still be undone, and alerts nobody any more."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    await reply(world.app, question.id, joke, Said("Kom morgen langs.", language="nl"))
    await draft(world.app, question.id, joke, "Nog niet verstuurd.")
    world.app.database.submit(lambda tx: alerts.tell(tx, question.id, [joke.id], 0, world.now())).result()
    world.app.database.submit(lambda tx: triage.close(tx, question.id, "answered", world.now())).result()
    await world.go_on()

    assert olena.heard[-1] == "Kom morgen langs."
    assert world.app.database.look(lambda tx: tx.all(drafts.drafts.select())) == []
    assert not world.app.database.look(lambda tx: alerts.is_unseen(tx, question.id, joke.id))


async def test_drafts_are_kept_for_twelve_months(world, olena, joke):
    """What was left unsent for longer is deleted; what is newer, or changed since, stays; *forget me* takes it too."""
    question = await answered(world, olena, joke)
    await draft(world.app, question.id, joke, "Nog niet verstuurd.")
    world.now.move(days=364)
    await expire(world.app)
    kept = world.app.database.look(lambda tx: drafts.of(tx, question.id, joke.id))
    world.now.move(days=2)
    await expire(world.app)
    gone = world.app.database.look(lambda tx: drafts.of(tx, question.id, joke.id))
    await draft(world.app, question.id, joke, "Toch nog.")
    await expire(world.app)
    again = world.app.database.look(lambda tx: drafts.of(tx, question.id, joke.id))
    await forget_client(world.app, question.client_id)

    assert (kept, gone, again) == ("Nog niet verstuurd.", "", "Toch nog.")
    assert world.app.database.look(lambda tx: tx.all(drafts.drafts.select())) == []


async def test_the_answer_comes_before_the_question_whether_it_helped(world, olena, joke):
    """Who answers and closes within ten seconds cannot undo any more, and the client reads both in order."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    sent = await reply(world.app, question.id, joke, Said("Kom morgen langs.", language="nl"))

    await close(world.app, question.id, joke, "answered")
    assert await undo(world.app, sent.message_id, joke) is None
    await world.go_on()
    assert olena.heard[-2] == "Kom morgen langs."
    assert olena.labels == ["✅ Ja", "❌ Nee", "❓ Een andere vraag"]


async def test_what_did_not_help_is_a_question_of_the_same_team_again(world, olena, joke):
    """No: a volunteer of the same team looks again, with the same topics."""
    question = await answered(world, olena, joke)
    await close(world.app, question.id, joke, "advice", ["debts_money"])
    await world.go_on()

    await olena.presses("helped.ask:no")
    (again,) = world.tickets(joke)
    assert (again.state, again.team, again.topics, again.reason) == ("open", "social", ("debts_money",), "not_helped")
    assert again.number == question.number + 1


async def test_after_closing_the_bot_answers_again(world, olena, joke):
    """A new question instead of yes or no is answered."""
    question = await answered(world, olena, joke)
    await close(world.app, question.id, joke, "answered")
    await world.go_on()

    assert "huur" in await olena.says("hoe vraag ik huurtoeslag aan?")


@pytest.mark.parametrize("why", ["no_contact", "stopped", "unsafe", "not answered"])
async def test_nobody_is_asked_who_must_not_be(world, olena, joke, why):
    """No contact, no messages wanted, not safe, or never answered: closing is silent."""
    question = await answered(world, olena, joke)
    if why == "stopped":
        await olena.says("stop")
    if why == "unsafe":
        world.app.database.submit(lambda tx: clients.set_safe_contact(tx, question.client_id, SafeContact("call").to_json())).result()
    if why == "not answered":
        world.app.database.submit(lambda tx: questions.not_answered(tx, question.id, (None, None), None)).result()
    before = len(olena.heard)

    await close(world.app, question.id, joke, "no_contact" if why == "no_contact" else "answered")
    await world.go_on()
    assert len(olena.heard) == before


async def test_close_is_for_who_has_it_or_leads(world, olena, joke):
    """A colleague cannot close what another has; a coordinator can; and an outcome is one of ours."""
    question = await answered(world, olena, joke)
    with pytest.raises(Refused, match="not_yours"):
        await close(world.app, question.id, world.volunteer("Ans"), "answered")
    with pytest.raises(Refused, match="empty"):
        await close(world.app, question.id, joke, "whatever")

    assert await close(world.app, question.id, world.volunteer("Marja", "coordinator", ()), "referred")


async def test_closing_says_programme_and_minutes(world, olena, joke):
    """What is said when a question is closed stands in its moment; a wrong number of minutes is refused, and closes nothing."""
    question = await answered(world, olena, joke)
    with pytest.raises(Refused, match="line_minutes"):
        await close(world.app, question.id, joke, "answered", minutes="a while")
    await close(world.app, question.id, joke, "answered", programme="guidance", minutes="25")
    (moment,) = world.app.database.look(lambda tx: moments.of_client(tx, question.client_id))

    assert (moment.programme, moment.minutes) == ("guidance", 25)
