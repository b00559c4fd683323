"""
A volunteer's answer: it leaves after ten seconds, can be undone until then, and counts as answered by a person.
"""

from datetime import timedelta

import pytest

from bot.forget import forget_client
from bot.reply import draft, note, reply, undo
from bot.take import Refused, take
from flows.events import Offer, Said
from flows.safe_contact import SafeContact
from storage import clients, drafts, moments, notes, questions
from storage.tables import messages


async def held(world, person, who):
    """Let a client ask and a volunteer take it; return the question."""
    await person.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(who)
    await take(world.app, question.id, who)
    return question


def moment_of(world, question):
    """Return the contact moment of a question."""
    return next(row for row in world.app.database.look(lambda tx: moments.of_client(tx, question.client_id)) if row.id == question.moment_id)


async def test_reply_reaches_the_client_after_ten_seconds(world, olena, joke):
    """Not before: until then it can be undone. The moment counts as answered by a volunteer too."""
    question = await held(world, olena, joke)
    before = len(olena.heard)

    await reply(world.app, question.id, joke, Said("Kom morgen langs.", (Offer("phrase.come:yes", "Ja"),), "nl"))
    await world.go_on()
    assert len(olena.heard) == before
    world.now.move(seconds=10)
    await world.go_on()

    assert olena.heard[-1] == "Kom morgen langs."
    assert olena.labels == ["Ja"]
    assert moment_of(world, question).answered_by == "volunteer"
    (question,) = world.tickets(joke)
    assert not question.is_new


async def test_undo_takes_an_answer_back(world, olena, joke):
    """Within ten seconds nothing leaves, the text is a draft again, and nothing counts; later it is too late."""
    question = await held(world, olena, joke)
    before = moment_of(world, question)
    sent = await reply(world.app, question.id, joke, Said("Verkeerd.", language="nl"))
    colleague = world.volunteer("Ans")

    assert await undo(world.app, sent.message_id, colleague) is None
    assert await undo(world.app, sent.message_id, joke) == "Verkeerd."
    assert await undo(world.app, sent.message_id, joke) is None
    world.now.move(seconds=30)
    await world.go_on()

    assert "Verkeerd." not in olena.heard
    assert world.app.database.look(lambda tx: drafts.of(tx, question.id, joke.id)) == "Verkeerd."
    after = moment_of(world, question)
    assert (after.answered_by, after.outbound) == (before.answered_by, before.outbound)
    assert world.app.database.look(lambda tx: questions.one(tx, question.id)).said_at is None

    sent = await reply(world.app, question.id, joke, Said("Goed.", language="nl"))
    world.now.move(seconds=11)
    assert await undo(world.app, sent.message_id, joke) is None


async def test_an_emergency_number_does_not_wait_for_an_answer_that_can_be_undone(world, olena, joke):
    """The bot's word goes first; the volunteer's follows when its time has come."""
    question = await held(world, olena, joke)
    await reply(world.app, question.id, joke, Said("Kom morgen langs.", language="nl"))

    await olena.says("mijn man slaat mij")
    assert olena.heard[-1].startswith("112")
    world.now.move(seconds=10)
    await world.go_on()
    assert olena.heard[-1] == "Kom morgen langs."


async def test_answers_of_a_volunteer_keep_their_order(world, olena, joke):
    """Two answers within ten seconds arrive as they were written."""
    question = await held(world, olena, joke)
    for text in ("een", "twee", "drie"):
        await reply(world.app, question.id, joke, Said(text, language="nl"))
        world.now.move(seconds=1)
    world.now.move(seconds=20)
    await world.go_on()

    assert olena.heard[-3:] == ["een", "twee", "drie"]


async def test_reply_is_only_for_who_has_the_question(world, olena, joke):
    """Nothing empty, nothing too long, nothing for a question in other hands or in nobody's."""
    question = await held(world, olena, joke)
    colleague = world.volunteer("Ans")
    for who, text, reason in ((colleague, "dag", "not_yours"), (joke, " ", "empty"), (joke, "a" * 1001, "too_long")):
        with pytest.raises(Refused, match=reason):
            await reply(world.app, question.id, who, Said(text, language="nl"))
    assert world.app.database.look(lambda tx: tx.all(messages.select().where(messages.c.volunteer_id.is_not(None)))) == []


@pytest.mark.parametrize(("safe", "later", "is_sent"), [
    (SafeContact("here", (0,)), timedelta(), True), (SafeContact("here", (3,)), timedelta(hours=1), False),
    (SafeContact("here", (3,)), timedelta(minutes=5), True), (SafeContact("call"), timedelta(), False), (SafeContact("nothing"), timedelta(), False),
])
async def test_reply_keeps_to_safe_contact(world, olena, joke, safe, later, is_sent):
    """An answer that breaks what is safe for this client is refused; within a quarter of an hour of their own word a day does not matter."""
    question = await held(world, olena, joke)
    world.app.database.submit(lambda tx: clients.set_safe_contact(tx, question.client_id, safe.to_json())).result()
    world.now.move(seconds=later.total_seconds())
    if is_sent:
        await reply(world.app, question.id, joke, Said("dag", language="nl"))
    else:
        with pytest.raises(Refused, match="unsafe_contact"):
            await reply(world.app, question.id, joke, Said("dag", language="nl"))


async def test_notes_and_drafts_stay_among_us_and_are_erased(world, olena, joke):
    """A note and a draft reach no client; when the client is erased they are gone, and the question is a count."""
    question = await held(world, olena, joke)
    await note(world.app, question.id, joke, "belt liever")
    await draft(world.app, question.id, joke, "Beste Ol")
    before = len(olena.heard)
    await world.go_on()
    assert len(olena.heard) == before
    assert [one.text for one in world.app.database.look(lambda tx: notes.of_ticket(tx, question.id))] == ["belt liever"]

    await forget_client(world.app, question.client_id)
    assert world.app.database.look(lambda tx: notes.of_ticket(tx, question.id)) == []
    assert world.app.database.look(lambda tx: drafts.of(tx, question.id, joke.id)) == ""
    assert world.app.database.look(lambda tx: questions.one(tx, question.id)).client_id == 0
