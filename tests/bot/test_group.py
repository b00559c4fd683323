"""
The volunteers' Telegram group: tickets as topics, answers from there, and who may do what.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import close, take
from bot.app import Stages
from bot.check import _group
from bot.enrol import dismiss
from bot.greet import shut_out
from bot.group import group, look
from bot.group_phrases import _phrases
from bot.reply import reply
from flows.broadcast import OPENING
from flows.events import Said
from flows.phrasebook import PHRASES
from storage import alerts, locations, moments, postings, questions, records, reports, threads, volunteers
from storage.database import Database
from storage.tables import postings as rows
from storage.tables import tickets
from tests.bot.group import Team
from tests.peers.telegram import BotApi, Trouble, flood
from tests.people import World, until

# SQLite alone: what differs between the databases is tested in `tests/storage`, on both, and this would take minutes more.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
JOKE, PIET, STRANGER = 77, 78, 79
VOICE = b"OggS" + bytes(24) + b"OpusHead" + bytes(64)


@pytest.fixture
async def team(world: World, tmp_path: Path) -> AsyncIterator[Team]:
    """
    The group, at a Bot API server that in the end has refused nothing for its form.
    """
    async with BotApi() as api:
        team = Team(world, api, tmp_path)
        async with team.line:
            yield team
        assert api.wrong == []


@pytest.fixture
async def question(team, olena, joke):
    """
    Olena's question, which stands in the group; Joke has linked her Telegram.
    """
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    await team.links(joke, JOKE)
    await team.settles()
    (question,) = team.world.tickets(joke)
    return question


def now_of(team, question):
    """Return the ticket as it is now."""
    return team.app.database.look(lambda tx: questions.one(tx, question.id))


def say_on(team, topics=("work",)):
    """Let the location show clients' words, and every ticket be about these topics."""
    def run(tx):
        locations.show_text(tx, 1, True)
        for question in questions.for_(tx, volunteers.everyone(tx)[0]):
            questions.change(tx, question.id, topics=list(topics))

    team.app.database.submit(run).result()


async def sent_out(team):
    """Let the ten seconds pass in which an answer can be undone."""
    team.world.now.move(seconds=11)
    await team.world.go_on()


async def test_a_ticket_is_a_topic_without_the_clients_words(team, question, olena):
    """The topic says number, team, language, urgency, since when, who has it, and where it is at the desk."""

    assert team.topic.name == f"#{question.number} · Maatschappelijk · nl"
    assert f"Vraag #{question.number} · Maatschappelijk · Nederlands" in team.head
    assert "Nog door niemand opgepakt." in team.head
    assert f"/desk/tickets/{question.id}" in team.head
    assert not [heard for heard in ("vrijwilliger", "Olena") if heard in team.head]
    assert team.topic.buttons[team.last] == [f"{verb}:{question.id}" for verb in ("take", "see", "phrases")]


async def test_words_are_shown_only_where_that_is_on(team, joke):
    """With it on the question stands in the head, unless it is about what is never shown."""
    team.ask(1, "Waar vind ik werk?", ("work",))
    say_on(team)
    await team.settles()
    assert "› \u2068Waar vind ik werk?\u2069" in team.head

    say_on(team, ("work", "undocumented"))
    await team.settles()
    assert "werk" not in team.head


async def test_a_clients_words_while_a_volunteer_has_the_question(team, question, olena, joke):
    """Then they are shown where that is on, several in one message; delicate words never are, nor what is meant for the bot."""
    say_on(team)
    await olena.says("huurtoeslag")
    await team.settles()
    assert "De cliënt schreef nog iets: 23-11 10:0" in team.head
    assert not any("huurtoeslag" in text for text in team.topic.messages.values())
    await team.writes(JOKE, "/take")
    await olena.says_nothing_back("Ik kom morgen.")
    await olena.says_nothing_back("Of vrijdag?")
    await team.settles()
    assert team.last_text.startswith("✉️ De cliënt schreef 2 nieuwe berichten.\n› \u2068Ik kom morgen.\u2069\n› \u2068Of vrijdag?\u2069")

    await olena.says("mijn man slaat mij")
    await team.settles()
    assert not any("slaat" in text for text in team.topic.messages.values())


async def test_switched_off_the_words_go(team, joke):
    """A location that no longer shows clients' words has them taken out of the heads; while they stand there a reply to them goes out."""
    team.ask(1, "Waar vind ik werk?")
    await team.settles()
    say_on(team)
    await team.settles()
    assert "Waar vind ik werk?" in team.head
    head = next(iter(team.topic.messages))
    assert team.app.database.look(lambda tx: postings.shows(tx, head))

    await team.app.database.write(lambda tx: locations.show_text(tx, 1, False))
    await team.settles()
    assert "werk" not in team.head


async def test_an_answer_at_the_desk_is_seen_in_the_group(team, question, joke):
    """The head says when the client was last answered."""
    await take.take(team.app, question.id, joke)
    await reply(team.app, question.id, joke, Said("Kom morgen.", language="nl"))
    await team.settles()

    assert "Laatste antwoord: 23-11 10:0" in team.head
    assert "Kom morgen" not in team.head


async def test_what_happens_at_the_desk_changes_the_head(team, question, joke):
    """Taken and closed at the desk, the same message says so, the topic is closed, and 30 days later it is gone."""
    await take.take(team.app, question.id, joke)
    await team.settles()
    assert "Bij Joke." in team.head

    await close.close(team.app, question.id, joke, "advice")
    await team.settles()
    assert "Gesloten: Advies gegeven." in team.head
    assert team.topic.is_closed
    assert next(iter(team.topic.buttons.values())) == []

    team.world.now.move(days=29)
    await team.settles()
    assert len(team.topics) == 1
    team.world.now.move(days=2)
    await team.settles()
    assert team.topics == []


async def test_commands_do_what_the_desk_does(team, question):
    """/take, /free, /note and /close from the topic; a word that is no outcome is answered with the outcomes."""
    await team.writes(JOKE, "/take@wegwijs_test_bot")
    assert now_of(team, question).volunteer == "Joke"
    await team.writes(JOKE, "/free")
    assert now_of(team, question).state == "open"
    await team.presses(JOKE, f"take:{question.id}", next(iter(team.topic.messages)))
    assert now_of(team, question).volunteer == "Joke"
    await team.writes(JOKE, "/note belt liever 's ochtends")
    assert team.last_text == "De notitie is bewaard."

    await team.writes(JOKE, "/close misschien")
    assert "/close beantwoord" in team.last_text
    await team.writes(JOKE, "/close advies")
    assert now_of(team, question).outcome == "advice"


async def test_a_call_is_written_down_from_the_topic(team, question):
    """/moment with how and how long: the question's own moment is answered by a person, and its minutes add up; a slip is told."""
    for slip in ("/moment", "/moment duif 5", "/moment telefoon lang", "/moment telefoon 601"):
        await team.writes(JOKE, slip)
        assert "/moment telefoon 15" in team.last_text
    await team.writes(JOKE, "/moment telefoon 15")
    assert "Bewaard bij deze vraag" in team.last_text
    await team.writes(JOKE, "/moment office 5")

    (moment,) = team.app.database.look(lambda tx: [row for row in moments.latest(tx, 10) if row.id == question.moment_id])
    assert (moment.minutes, moment.answered_by in reports.BY_PERSON, moment.programme) == (20, True, "info_point")
    assert now_of(team, question).answered_at is not None
    assert now_of(team, question).state == "open"


async def test_only_a_reply_and_answer_go_out(team, question, olena):
    """A reply to the client's message and /answer reach the client; nothing else that is written does, and it is not kept."""
    await team.writes(JOKE, "/take")
    await olena.says_nothing_back("Wanneer kan ik komen?")
    await team.settles()
    assert "Wanneer" not in team.last_text      # not shown by default
    shown = team.last
    await team.writes(JOKE, "wie weet dit?")
    kept = team.app.database.look(lambda tx: len(tx.all(rows.select().where(rows.c.kind == "heard"))))
    assert kept == 1                            # the /take

    await team.writes(JOKE, "Morgen om tien uur.", answers=shown)
    assert team.last_text == "Verstuurd aan de cliënt."
    await team.writes(JOKE, "/answer Neem uw brief mee.\nTot dan.")
    await team.writes(JOKE, "/clsoe advies", answers=shown)
    await sent_out(team)
    assert olena.heard[-2:] == ["Morgen om tien uur.", "Neem uw brief mee.\nTot dan."]


async def test_the_same_word_to_two_messages_is_said_twice(team, question, olena):
    """Two questions of a client that are both answered by "Ja" within ten seconds are two answers: each reaches the client."""
    await team.writes(JOKE, "/take")
    shown = []
    for asked in ("Kan ik morgen komen?", "En mag mijn zus mee?"):
        await olena.says_nothing_back(asked)
        await team.settles()
        shown.append(team.last)

    for message in shown:
        await team.brings(team.written(JOKE, "Ja", answers=message))
    await team.settles()
    await sent_out(team)
    assert len(set(shown)) == 2
    assert olena.heard[-2:] == ["Ja", "Ja"]


async def test_an_answer_in_another_language_is_marked(team, amina, joke):
    """Dutch to a client who reads Arabic goes out, and whoever wrote it reads that nothing is translated; Arabic of who speaks it is not marked."""
    await amina.says("/start", "العربية", "نعم", "0")
    samir = team.world.volunteer("Samir", languages=["nl", "ar"])
    await team.links(samir, PIET)
    await team.settles()
    await team.writes(PIET, "/take")

    await team.writes(PIET, "/answer Kom morgen.")
    assert team.last_text == "Verstuurd aan de cliënt. Let op: dit is niet de taal van de cliënt, en er wordt niets vertaald."
    await team.writes(PIET, "/answer تعالوا غدا من فضلكم")
    assert team.last_text == "Verstuurd aan de cliënt."
    await sent_out(team)
    assert amina.heard[-2:] == ["Kom morgen.", "تعالوا غدا من فضلكم"]


async def test_the_same_update_twice_answers_once(team, question, olena):
    """Telegram may bring an update again, also after it was done: the client hears one answer."""
    await team.writes(JOKE, "/take")
    update = team.written(JOKE, "/answer Kom morgen.")
    for _ in range(3):
        await team.brings(update)
        await team.settles()

    await sent_out(team)
    assert olena.heard.count("Kom morgen.") == 1


async def test_rights_are_those_of_the_desk(team, question, olena, joke):
    """Strangers are refused with one sentence, a volunteer of another team too; without the question in hand nobody answers."""
    await team.writes(STRANGER, "/take")
    assert "Ik ken u nog niet." in team.last_text
    await team.links(team.world.volunteer("Piet", teams=["legal"]), PIET)
    await team.writes(PIET, "/take")
    assert now_of(team, question).state == "open"
    heard = len(olena.heard)
    await team.writes(JOKE, "/answer Kom morgen.")
    assert "collega" in team.last_text

    await sent_out(team)
    assert len(olena.heard) == heard


async def test_changes_do_not_go_out_and_are_told_once(team, question, olena):
    """Who edits a sent answer reads once that it changes nothing."""
    await team.writes(JOKE, "/take")
    update = team.written(JOKE, "/answer Kom morgen.")
    await team.brings(update)
    for text in ("/answer Kom vrijdag.", "/answer Kom nooit."):
        again = team.written(JOKE, text, edit_date=5)
        await team.brings({"update_id": again["update_id"], "edited_message": again["message"]})
        await team.settles()

    assert sum("Een bericht hier veranderen" in text for text in team.topic.messages.values()) == 1
    await sent_out(team)
    assert [heard for heard in olena.heard if heard.startswith("Kom ")] == ["Kom morgen."]


async def test_a_voice_note_as_a_reply_goes_out(team, question, olena):
    """A voice note that answers the client's message is heard by the client, also if it cannot be fetched at first; a picture is not sent."""
    await team.channel.open()
    team.app.channels.on["telegram"] = team.channel
    team.api.files["files/v"] = VOICE
    await team.writes(JOKE, "/take")
    await olena.says_nothing_back("Hallo?")
    await team.settles()
    shown = team.last
    team.api.script(Trouble(502, "Bad Gateway"), method="getFile")
    await team.writes(JOKE, "", shown, voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
    await team.settles()
    await team.writes(JOKE, "", shown, photo=[{"file_id": "p", "file_unique_id": "p", "width": 9, "height": 9}])
    assert "Dit kan van hier niet weg." in team.last_text

    await sent_out(team)
    assert [message.voice.content for message in olena.messages if message.voice] == [VOICE]
    await team.channel.close()


async def test_a_phrase_by_buttons(team, question, olena):
    """Groups, a phrase, the preview in both languages, and only then it is sent; a second press at it sends nothing."""
    await team.writes(JOKE, "/take")
    await team.presses(JOKE, f"phrases:{question.id}", next(iter(team.topic.messages)))
    at = team.last
    assert f"group:{question.id}:ask" in team.topic.buttons[at]
    await team.presses(JOKE, f"group:{question.id}:ask", at)
    offered = {button.split(":")[2] for button in team.topic.buttons[at] if button.startswith("phrase:")}
    assert offered == {phrase.id for phrase in PHRASES.values() if phrase.group == "ask" and not phrase.slots}
    await team.presses(JOKE, f"phrase:{question.id}:digid", at)
    assert team.topic.messages[at].count("DigiD") == 4
    assert all(len(button.encode()) <= 64 for buttons in team.topic.buttons.values() for button in buttons)
    heard = len(olena.heard)

    for _ in range(2):
        await team.presses(JOKE, f"send:{question.id}:digid", at)
    await sent_out(team)
    assert len(olena.heard) == heard + 1
    assert olena.labels == ["Ja", "Nee"]
    assert team.topic.messages[at].startswith("Verstuurd aan de cliënt: ")


async def test_a_phrase_names_the_volunteers_own_office(team, question, joke):
    """Where there are several offices, the button of a phrase shows the address that will be sent."""
    def other(tx):
        return locations.put(tx, "Alphen", address="Raadhuisstraat 1")

    there = team.app.database.submit(other).result()
    await team.app.database.read(team.app.learn_places)
    labels = dict(_phrases(team.app, question.id, "meet", replace(joke, location_id=there)))

    assert "Raadhuisstraat 1" in labels[f"phrase:{question.id}:where"]


async def test_a_phrase_nobody_asked_for_is_shown_with_its_opening(team, question, olena):
    """In a question of ours the preview has what stands before the phrase, in what the client reads and in Dutch, as it is sent."""
    opening = team.app.tongues("nl")(OPENING)
    await team.writes(JOKE, "/take")
    await team.presses(JOKE, f"phrases:{question.id}", next(iter(team.topic.messages)))
    at = team.last
    await team.app.database.write(lambda tx: tx.run(tickets.update().values(reason="differs", heard_at=None)))
    await team.presses(JOKE, f"phrase:{question.id}:more", at)
    assert team.topic.messages[at].count(opening) == 2

    await team.presses(JOKE, f"send:{question.id}:more", at)
    await sent_out(team)
    assert olena.heard[-1] == f"{opening}\n\n{team.app.tongues('nl')(PHRASES['more'].text)}"


async def test_an_alert_is_told_and_seen(team, question, joke):
    """Who was told of a question is named in its topic, and says by a button that they saw it."""
    await team.app.database.write(lambda tx: alerts.tell(tx, question.id, [joke.id], 1, team.world.now()))
    await team.settles()
    assert team.last_text == "⏰ Joke: deze vraag wacht op u."

    await team.presses(JOKE, f"see:{question.id}")
    assert not team.app.database.look(lambda tx: alerts.is_unseen(tx, question.id, joke.id))


async def test_linking_makes_no_client(team, joke):
    """The code works once; neither it nor a linked volunteer's private words open a client's record."""
    await team.links(joke, JOKE)
    await team.brings(team.api.text(JOKE, "hallo bot"))
    await team.brings(team.api.text(STRANGER, "/start link-" + "x" * 43))
    await team.settles()

    assert team.api.said_to(JOKE)[0].startswith("Hallo Joke. Ik ken u nu.")
    assert ("unbanChatMember", JOKE) in [(method, given.get("user_id")) for method, given in team.api.calls]
    assert team.api.said_to(JOKE)[1].startswith("U bent vrijwilliger")
    assert team.api.said_to(STRANGER)[0].startswith("Deze code werkt niet meer.")
    assert team.app.database.look(lambda tx: [records.find(tx, f"telegram:{id}") for id in (JOKE, STRANGER)]) == [None, None]


@pytest.mark.parametrize("trouble", [flood(1), Trouble(502, "Bad Gateway"), Trouble(400, "Bad Request: not enough rights")])
async def test_who_links_is_greeted_once(team, joke, trouble):
    """Whatever the group says to letting them in, the greeting comes, and comes once."""
    team.api.script(trouble, method="unbanChatMember")
    await team.links(joke, JOKE)
    for _ in range(3):
        await team.settles()
        team.world.now.move(minutes=5)

    assert team.api.scripted("unbanChatMember") == 0
    assert len(team.api.said_to(JOKE)) == 1


async def test_who_is_a_client_stays_one(team, joke):
    """A volunteer who wrote as a client before is still heard as one: stop and forget me must work."""
    await team.brings(team.api.text(JOKE, "hallo"))
    await team.links(joke, JOKE)
    await team.brings(team.api.text(JOKE, "stop"))
    await team.settles()

    assert [text for text in team.api.said_to(JOKE) if text.startswith("U bent")] == []


async def test_a_dismissed_volunteer_is_out(team, question, joke):
    """The clock removes them from the group and forgets their Telegram; until it could, they are refused all the same."""
    await dismiss(team.app, team.world.volunteer("Marja", "coordinator", ()), joke.id)
    await team.writes(JOKE, "/take")
    assert now_of(team, question).state == "open"

    team.api.script(Trouble(400, "Bad Request: not enough rights to restrict/unrestrict chat member"), method="banChatMember")
    await shut_out(team.app)
    assert team.api.forum.banned == set()
    await shut_out(team.app)
    assert team.api.forum.banned == {JOKE}
    assert team.app.database.look(volunteers.to_remove) == []


async def test_forget_me_deletes_the_topic(team, question, olena):
    """Erased here, the topic is doomed in the same commit, and deleted however often Telegram fails."""
    await olena.says("vergeet mij")
    await olena.says("ja")
    await team.world.forget()
    assert team.app.database.look(lambda tx: threads.to_delete(tx, team.world.now()))

    team.api.script(Trouble(502, "Bad Gateway"), Trouble(drop="before"), flood(30), method="deleteForumTopic")
    for _ in range(8):
        await team.settles()
        team.world.now.move(seconds=60)
    assert team.topics == []
    assert team.app.database.look(lambda tx: threads.to_delete(tx, team.world.now() + timedelta(days=90))) is None


async def test_an_urgent_task_without_a_name_gets_a_new_topic(team, question, olena):
    """What stays of an erased client as a task stands in a topic of its own; the old one is gone with all that was written in it."""
    await team.app.database.write(lambda tx: questions.change(tx, question.id, urgency="today"))
    await team.writes(JOKE, "/take")
    await team.writes(JOKE, "/note belt liever")
    (old,) = team.api.forum.topics
    await olena.says("vergeet mij")
    await olena.says("ja")
    await team.world.forget()
    await team.settles()

    (new,) = team.api.forum.topics
    assert new != old
    assert len(team.topic.messages) == 1


async def test_a_topic_that_somebody_deleted_comes_again(team, question):
    """While the question is open it has a topic."""
    team.api.forum.topics.clear()
    await team.app.database.write(lambda tx: questions.change(tx, question.id, urgency="today"))
    for _ in range(3):
        await team.settles()

    assert "Vandaag" in team.head


async def test_never_more_than_twenty_a_minute_and_none_lost(team):
    """Forty clients at once, a flood error among it: no minute has more than 20 calls, and every ticket gets its topic and head."""
    team.ask(40)
    team.api.script(flood(40), method="createForumTopic")
    await team.settles()
    team.world.now.move(seconds=41)
    await team.settles()

    times = sorted(team.api.forum.times)
    assert max(sum(at <= other <= at + timedelta(seconds=60) for other in times) for at in times) <= 20
    assert len(team.topics) == 40
    assert all(topic.messages for topic in team.topics)


async def test_many_changes_are_one_edit(team, question, joke):
    """Taken, freed and taken again between two looks, the head is edited once; short answers are said together."""
    before = len(team.api.calls)
    for _ in range(3):
        await take.take(team.app, question.id, joke)
        await take.free(team.app, question.id, joke)
    await take.take(team.app, question.id, joke)
    await team.settles()
    assert [method for method, _ in team.api.calls[before:]] == ["editMessageText"]

    said = len(team.topic.messages)
    for _ in range(3):
        await team.app.database.write(lambda tx: postings.say(tx, question.id, {"text": "dag"}, team.world.now()))
    await team.settles()
    assert len(team.topic.messages) == said + 1


async def test_a_group_that_is_away_is_tried_again(team):
    """Dropped connections and errors lose nothing."""
    team.ask(1)
    team.api.script(Trouble(drop="before"), Trouble(500, "Internal Server Error"), method="createForumTopic")
    team.api.script(Trouble(body=b"<html>", status=502), method="sendMessage")
    for _ in range(6):
        await team.settles()
        team.world.now.move(seconds=30)

    assert "Vraag #" in team.head


async def test_one_process_shows_each_ticket_once(team, keys):
    """Two processes keep the group over one database: a ticket gets one topic, and a command is done."""
    other = Database(team.app.database.url.render_as_string(hide_password=False), keys)
    apps = [team.app, replace(team.app, database=other, tasks=set(), stages=Stages())]
    work = [asyncio.ensure_future(group(app)) for app in apps]
    try:
        team.ask(1)
        await until(lambda: bool(team.topics) and bool(team.topic.messages))
        await team.brings(team.written(STRANGER, "/take"))
        await until(lambda: len(team.topic.messages) == 2)
    finally:
        team.app.stopping.set()
        await asyncio.gather(*work)
        other.close()
    assert [method for method, _ in team.api.calls] == ["createForumTopic"]
    assert len(team.topic.messages) == 2


async def test_volunteers_do_not_wait_for_telegram(team, question):
    """While a call hangs, what is written in the group is done all the same."""
    team.api.script(Trouble(delay=15.0), method="editMessageText")
    await team.app.database.write(lambda tx: questions.change(tx, question.id, urgency="week"))
    work = asyncio.ensure_future(group(team.app))
    try:
        await until(lambda: team.api.scripted("editMessageText") == 0)
        await team.brings(team.written(JOKE, "/take"))
        began = asyncio.get_running_loop().time()
        await until(lambda: now_of(team, question).state == "taken")
        assert asyncio.get_running_loop().time() - began < 8
    finally:
        team.app.stopping.set()
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)


async def test_a_deleted_phrase_message_costs_no_topic(team, question):
    """Somebody deletes the message with the sentences and presses at it: the topic and the question stay."""
    await team.writes(JOKE, "/take")
    await team.presses(JOKE, f"phrases:{question.id}", next(iter(team.topic.messages)))
    topic, gone = team.topic, team.last
    del topic.messages[gone]
    await team.presses(JOKE, f"group:{question.id}:ask", gone)
    for _ in range(8):
        team.world.now.move(seconds=120)
        await team.settles()

    assert team.topic is topic
    assert team.app.database.look(lambda tx: postings.next_ones(tx, "said", team.world.now())) == []


async def test_check_tells_what_the_bot_may_not(team):
    """`check` says whether there is a group with topics and whether the bot has what it needs there."""
    assert (await _group(team.app)).mark == "✓"
    team.api.forum.rights["can_manage_topics"] = False
    assert "can_manage_topics" in (await _group(team.app)).found
    team.api.forum.is_forum = False
    assert "Topics" in (await _group(team.app)).found


async def test_without_a_group_nothing_is_called(team):
    """Where no group is set, tickets wait for no topic and nothing is asked of Telegram."""
    team.line.is_on = False
    team.ask(1)

    assert not await look(team.app, team.line)
    assert team.api.calls == []
    assert team.app.database.look(threads.missing)
