"""
A volunteer's answer: it leaves after ten seconds, can be undone until then, and counts as answered by a person.
"""

from datetime import timedelta

import pytest

from bot.channels import Later, Voice
from bot.close import close
from bot.converse import take_all
from bot.forget import forget_client
from bot.receive import receive
from bot.reply import draft, note, reply, reply_voice, undo
from bot.report import report
from bot.take import Refused, take
from flows.broadcast import OPENING
from flows.events import Offer, Said
from flows.safe_contact import SafeContact
from storage import clients, drafts, moments, notes, outbox, questions
from storage.tables import media, messages, tickets

OGG = b"OggS" + bytes(24) + b"OpusHead" + bytes(64)


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


async def test_an_answer_sent_twice_reaches_the_client_once(world, olena, joke):
    """A button pressed twice on a slow line is one answer as long as it can be undone; later the same words are said again."""
    question = await held(world, olena, joke)
    said = Said("Kom morgen langs.", language="nl")

    assert await reply(world.app, question.id, joke, said) == await reply(world.app, question.id, joke, said)
    world.now.move(seconds=10)
    await world.go_on()
    assert olena.heard.count("Kom morgen langs.") == 1
    await reply(world.app, question.id, joke, said)
    world.now.move(seconds=10)
    await world.go_on()
    assert olena.heard.count("Kom morgen langs.") == 2


async def test_a_recording_sent_twice_reaches_the_client_once(world, olena, joke):
    """The same recording, sent twice on a slow line, is one answer as long as it can be undone; another recording is another answer."""
    question = await held(world, olena, joke)
    before = len(olena.heard)

    assert await reply_voice(world.app, question.id, joke, OGG) == await reply_voice(world.app, question.id, joke, OGG)
    await reply_voice(world.app, question.id, joke, OGG + bytes(1))
    world.now.move(seconds=10)
    await world.go_on()
    assert [message.voice.content for message in olena.messages[before:]] == [OGG, OGG + bytes(1)]


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


async def test_undo_of_one_answer_among_others(world, olena, joke):
    """Only what was taken back stops counting: first and last word are those that are left."""
    question = await held(world, olena, joke)
    first = await reply(world.app, question.id, joke, Said("een", language="nl"))
    world.now.move(seconds=2)
    second = await reply(world.app, question.id, joke, Said("twee", language="nl"))
    at = world.now()

    await undo(world.app, first.message_id, joke)
    (question,) = world.tickets(joke)
    assert (question.answered_at, question.said_at) == (at, at)
    assert moment_of(world, question).answered_by == "volunteer"
    await undo(world.app, second.message_id, joke)
    (question,) = world.tickets(joke)
    assert (question.answered_at, question.said_at) == (None, None)
    assert moment_of(world, question).answered_by == ""


async def test_undo_leaves_what_an_earlier_question_of_the_moment_brought(world, olena, joke):
    """A moment in which a volunteer answered another question stays answered by a person."""
    question = await held(world, olena, joke)
    await reply(world.app, question.id, joke, Said("een", language="nl"))
    await close(world.app, question.id, joke, "answered")
    await world.go_on()
    await olena.presses("helped.ask:no")
    (again,) = world.tickets(joke)
    assert again.moment_id == question.moment_id
    await take(world.app, again.id, joke)
    before = moment_of(world, again)

    sent = await reply(world.app, again.id, joke, Said("twee", language="nl"))
    await undo(world.app, sent.message_id, joke)
    after = moment_of(world, again)
    assert (after.answered_by, after.outbound) == (before.answered_by, before.outbound)


async def test_what_was_tried_once_cannot_be_undone(world, olena, joke):
    """A send of which nobody knows whether it arrived, and which will be tried again, is not taken back."""
    question = await held(world, olena, joke)
    sent = await reply(world.app, question.id, joke, Said("Kom.", language="nl"))
    world.channel.outcomes.append(Later(60.0))
    world.now.move(seconds=10)
    await world.go_on()

    assert await undo(world.app, sent.message_id, joke) is None
    world.now.move(seconds=60)
    await world.go_on()
    assert olena.heard[-1] == "Kom."


async def test_one_message_at_a_time_though_one_overtook_the_other(world, olena, joke):
    """While the bot's word that went ahead is on its way, the volunteer's waits, ready or not; and its send can still be settled."""
    question = await held(world, olena, joke)
    database, now = world.app.database, world.now
    sent = await reply(world.app, question.id, joke, Said("Kom.", language="nl"))
    await receive(world.app, [world.channel.hear("olena", now(), "mijn man slaat mij")])
    await take_all(world.app)

    def claim(at):
        return database.submit(lambda tx: [one.id for one in outbox.claim(tx, "one", ["memory"], 64, at)]).result()

    (ahead,) = claim(now())
    later = now() + timedelta(seconds=10)
    assert ahead > sent.message_id
    assert claim(later) == []
    database.submit(lambda tx: outbox.back(tx, "one", [(ahead, "unknown", later, 1, "lost")])).result()
    assert claim(later) == []
    settling = database.submit(lambda tx: outbox.claim_unknown(tx, "one", ["memory"], 64, later, later)).result()
    assert [one.id for one in settling] == [ahead]
    database.submit(lambda tx: outbox.sent(tx, [(ahead, "out-1", "sent")], later)).result()
    assert claim(later) == [sent.message_id]


async def test_who_wants_no_messages_is_answered_and_not_addressed(world, olena, joke):
    """After *stop* an answer to the client's own question goes out; a word in a ticket that only we opened does not."""
    question = await held(world, olena, joke)
    await olena.says("stop")
    await reply(world.app, question.id, joke, Said("Kom.", language="nl"))

    world.app.database.submit(lambda tx: tx.run(tickets.update().values(reason="undeliverable", heard_at=None))).result()
    with pytest.raises(Refused, match="stopped"):
        await reply(world.app, question.id, joke, Said("Dag.", language="nl"))


async def test_a_locked_screen_tells_nothing_of_words_that_nobody_asked_for(world, olena, joke):
    """In a question of ours a volunteer's words come after a neutral opening, until the client wrote; undone, they are theirs again."""
    question = await held(world, olena, joke)
    world.app.database.submit(lambda tx: tx.run(tickets.update().values(reason="reminder", heard_at=None))).result()
    words = Said("U moet de boete betalen.", language="nl")
    undone = await reply(world.app, question.id, joke, words)
    assert await undo(world.app, undone.message_id, joke) == words.text
    await reply(world.app, question.id, joke, words)
    world.now.move(seconds=11)
    await world.go_on()
    assert olena.last.text == f"{world.app.tongues('nl')(OPENING)}\n\n{words.text}"

    await olena.says("Welke boete?")
    await reply(world.app, question.id, joke, words)
    world.now.move(seconds=11)
    await world.go_on()
    assert olena.last.text == words.text


async def test_a_volunteers_answer_counts_in_the_report_as_by_a_person(world, olena, joke):
    """Until the answer the moment is by nobody or the bot; then it is among those by a person."""
    question = await held(world, olena, joke)
    day = world.now().date()

    def by_person():
        return world.app.database.look(lambda tx: report(tx, day, day)).contacts["by_person"]

    assert by_person() == 0
    await reply(world.app, question.id, joke, Said("Kom.", language="nl"))
    assert by_person() == 1


async def test_an_answer_by_voice_reaches_the_client(world, olena, joke):
    """The recording leaves after ten seconds, can be undone before, and is an answer like any other."""
    question = await held(world, olena, joke)
    sent = await reply_voice(world.app, question.id, joke, OGG)
    assert await undo(world.app, sent.message_id, joke) == ""
    assert world.app.database.look(lambda tx: tx.all(media.select())) == []

    await reply_voice(world.app, question.id, joke, OGG)
    world.now.move(seconds=10)
    await world.go_on()
    assert olena.last.voice == Voice("audio/ogg", OGG)
    assert moment_of(world, question).answered_by == "volunteer"
    await forget_client(world.app, question.client_id)
    assert world.app.database.look(lambda tx: tx.all(media.select())) == []


@pytest.mark.parametrize(("content", "reason"), [(b"", "empty"), (OGG + bytes(1024 * 1024), "too_long"), (b"<svg onload=alert(1)>", "no_voice_here")])
async def test_what_is_no_voice_is_not_sent(world, olena, joke, content, reason):
    """Nothing, too much, or something else than it claims to be; and nothing where the channel takes no voice."""
    question = await held(world, olena, joke)
    with pytest.raises(Refused, match=reason):
        await reply_voice(world.app, question.id, joke, content)
    world.channel.speaks = ()
    with pytest.raises(Refused, match=reason):
        await reply_voice(world.app, question.id, joke, content)
    with pytest.raises(Refused, match="no_voice_here"):
        await reply_voice(world.app, question.id, joke, OGG)


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


async def test_the_later_draft_stays(world, olena, joke):
    """What was written earlier comes over nothing that was written, emptied or sent later, though it arrives after that."""
    question = await held(world, olena, joke)
    old, kept = timedelta(minutes=1), []

    async def newest(text, age=timedelta()):
        await draft(world.app, question.id, joke, text, age)
        kept.append(world.app.database.look(lambda tx: drafts.of(tx, question.id, joke.id)))

    await newest("Beste Olena")
    await newest("Best", old)
    await newest("  ")
    await newest("Best", old)
    await newest("Beste Olena, kom")
    await reply(world.app, question.id, joke, Said("Beste Olena, kom morgen", language="nl"))
    await newest("Beste Olena, kom", old)
    await newest("En nog iets")

    assert kept == ["Beste Olena", "Beste Olena", "", "", "Beste Olena, kom", "", "En nog iets"]


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
