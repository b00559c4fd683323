"""
Reminders as clients live them: what comes when, what they answer, and when a person steps in.
"""

from datetime import date, datetime

import pytest

from bot.remind import remind
from flows.language import OWN_NAMES
from storage import clients, moments, notes
from tests.bot.reminding import agreed, clock, learn, planned, rows
from tests.people import AMSTERDAM

MAY = "2027-05-31"
DAY = date(2027, 1, 30)


async def said_done(world, olena) -> int:
    """Let Olena's card end in May, remind her on the first day and hear *done*; return who she is."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY)
    await olena.presses(olena.last.offers[0][0])
    return client_id


async def test_remind_says_what_is_due_in_time(world, olena, now):
    """A client whose card ends on 31 May 2027 is reminded three months before, once, however often the clock looks."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    assert planned(world, client_id)[:2] == ["2027-01-30", "2027-02-27"]

    await clock(world, date(2027, 1, 29))
    assert len(olena.heard) == 3
    await clock(world, date(2027, 1, 30), date(2027, 1, 30))
    assert await remind(world.app) == 0

    assert len(olena.heard) == 4
    assert "31 mei 2027" in olena.last.text
    assert len(olena.last.offers) == 5
    (moment, _) = world.app.database.look(lambda tx: moments.of_client(tx, client_id))
    assert (moment.began_by, moment.is_reached, moment.outcome, moment.topics) == ("us", False, "not_reached", "permit_renewal")


async def test_remind_waits_for_the_hour(world, olena, now):
    """Nothing leaves before ten, after eight in the evening, on a Sunday or on a holiday."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on="2027-06-26")

    await clock(world, date(2027, 2, 26), hour=9)
    assert len(olena.heard) == 3
    await clock(world, date(2027, 2, 26), hour=20)
    assert len(olena.heard) == 3
    await clock(world, date(2027, 2, 28))                   # a Sunday
    assert len(olena.heard) == 3
    await clock(world, date(2027, 3, 1), hour=9)
    assert len(olena.heard) == 3
    await clock(world, date(2027, 3, 1))
    assert len(olena.heard) == 4


async def test_done_with_a_day_ends_it(world, olena, joke):
    """Who says on which day the request was sent is not reminded again, and nobody calls."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, date(2027, 1, 30))
    assert "31-12-2026" in await olena.presses(olena.last.offers[0][0])
    assert planned(world, client_id) == []
    assert planned(world, client_id, "check") == ["2027-02-13"]

    assert "29 januari 2027" in await olena.says("29-01-2027")

    assert {row.kind for row in rows(world, client_id) if row.ready_at is not None} == {"card_awaited"}
    assert {(row.answer, str(row.proof_on)) for row in rows(world, client_id) if row.ready_at is None} == {("done", "2027-01-29")}
    await olena.says("28-01-2027")
    assert world.app.database.look(lambda tx: clients.facts_of(tx, client_id))["permit_applied_on"] == "2027-01-28"
    assert world.tickets(joke) == []


async def test_a_slip_of_the_year_silences_nothing(world, olena):
    """A day that can only be of an earlier card is no proof: a person still looks, and the right day that is said after it counts."""
    client_id = await said_done(world, olena)
    assert "Klopt die?" in await olena.says("29-01-2026")
    assert planned(world, client_id, "check") == ["2027-02-13"]
    assert "permit_applied_on" not in world.app.database.look(lambda tx: clients.facts_of(tx, client_id))

    await olena.says("29-01-2027")
    assert world.app.database.look(lambda tx: clients.facts_of(tx, client_id))["permit_applied_on"] == "2027-01-29"
    assert {row.kind for row in rows(world, client_id) if row.ready_at is not None} == {"card_awaited"}


async def test_an_odd_day_that_stays_is_for_a_person(world, olena):
    """The day on the old card, or one of long after ours, is shown back once; who is sure gets a person, and nothing is silenced."""
    marja = world.volunteer("Marja", "coordinator", ())
    client_id = await said_done(world, olena)
    assert "31 mei 2027" in await olena.says(date.fromisoformat(MAY).strftime("%d-%m-%Y"))
    await olena.says("nee")
    assert "31 mei 2037" in await olena.says("31-05-2037")
    assert world.tickets(marja) == []

    assert "vrijwilliger" in await olena.says("ja")

    (question,) = world.tickets(marja)
    assert (question.team, question.topics) == ("legal", ("permit_renewal",))
    assert planned(world, client_id, "check") == ["2027-02-13"]
    assert world.app.database.look(lambda tx: clients.facts_of(tx, client_id))["permit_expires_on"] == MAY


async def test_the_card_that_was_asked_for_is_asked_after(world, olena):
    """Eight weeks after the request a person asks for the day on the new card; once it is known that card is reminded of, and nobody asks again."""
    marja = world.volunteer("Marja", "coordinator", ())
    client_id = await said_done(world, olena)
    await olena.says("29-01-2027")
    await clock(world, date(2027, 3, 24))
    assert world.tickets(marja) == []

    await clock(world, date(2027, 3, 25))
    (question,) = world.tickets(marja)
    assert (question.team, question.topics, question.urgency) == ("legal", ("permit_renewal",), "week")
    (note,) = world.app.database.look(lambda tx: notes.of_ticket(tx, question.id))
    assert note.text.startswith("De nieuwe kaart: is die er?")

    learn(world, client_id, permit_expires_on="2030-05-31")
    assert {(row.kind, row.due_on.year) for row in rows(world, client_id) if row.ready_at is not None} == {
        ("permit_renewal", 2030), ("permit_expired", 2030)}
    before = len(olena.heard)
    await clock(world, date(2030, 1, 31))
    assert len(olena.heard) == before + 1
    assert "31 mei 2030" in olena.last.text


async def test_done_without_a_day_is_looked_at(world, olena):
    """Who says *done* and names no day is asked by a person before the day comes; the reminders are silent."""
    jurist = world.volunteer("Marja", "coordinator", ())
    await said_done(world, olena)
    await olena.says("1")

    await clock(world, date(2027, 2, 13), date(2027, 2, 27))

    (question,) = world.tickets(jurist)
    assert (question.reason, question.team, question.topics) == ("reminder", "legal", ("permit_renewal",))
    (note,) = world.app.database.look(lambda tx: notes.of_ticket(tx, question.id))
    assert "31-05-2027" in note.text
    assert "schrijf de dag op" in note.text


async def test_a_typed_number_answers_the_last_reminder(world, olena, joke):
    """On WhatsApp the answers stand in the text: a number is taken like a button, and *will do* keeps people from calling."""
    marja = world.volunteer("Marja", "coordinator", ())
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, date(2027, 1, 30))
    await olena.says("2")
    assert {row.answer for row in rows(world, client_id)} == {"", "will_do"}
    (moment, _) = world.app.database.look(lambda tx: moments.of_client(tx, client_id))
    assert (moment.is_reached, moment.outcome) == (True, "answered")

    await clock(world, date(2027, 2, 27), date(2027, 4, 1), date(2027, 5, 1))

    assert world.tickets(marja) == []
    assert len(planned(world, client_id)) == 4
    world.now.move(days=2)
    await olena.says("Ik heb het al gedaan!", "2-5-2027")
    assert world.app.database.look(lambda tx: clients.facts_of(tx, client_id))["permit_applied_on"] == "2027-05-02"
    assert planned(world, client_id) == []


async def test_no_answer_is_a_call(world, olena):
    """Nobody answers for months: thirty days before, a person is asked to call, and again seven days before; the day after is urgent."""
    marja = world.volunteer("Marja", "coordinator", ())
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)

    await clock(world, date(2027, 1, 30), date(2027, 2, 27), date(2027, 4, 1))
    assert world.tickets(marja) == []
    await clock(world, date(2027, 5, 1))
    (question,) = world.tickets(marja)
    assert (question.reason, question.team, question.urgency) == ("reminder", "legal", "week")
    await clock(world, date(2027, 5, 24))
    assert world.tickets(marja)[0].urgency == "today"
    await clock(world, date(2027, 5, 29), date(2027, 6, 1))

    told = world.app.database.look(lambda tx: notes.of_ticket(tx, question.id))
    assert [("niet geantwoord" in note.text, "voorbij" in note.text) for note in told] == [(True, False), (True, False), (False, True)]
    assert "31 mei 2027" in olena.last.text                 # and the client gets one calm message


async def test_need_help_opens_a_ticket(world, olena):
    """Who needs help gets a person of the team that knows it, on the next working day at the latest, and hears so."""
    marja = world.volunteer("Marja", "coordinator", ())
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, date(2027, 1, 30))
    help_me = olena.last.offers[2][0]

    assert "maandag 1 februari 2027" in await olena.presses(help_me)

    (question,) = world.tickets(marja)
    assert question.due_at.astimezone(AMSTERDAM) == datetime(2027, 2, 1, 17, tzinfo=AMSTERDAM)
    assert (question.team, question.topics, question.urgency) == ("legal", ("permit_renewal",), "week")
    (answered,) = [row for row in rows(world, client_id) if row.answer]
    assert (answered.answer, answered.ticket_id) == ("need_help", question.id)


async def test_not_mine_is_the_end_of_it(world, olena):
    """What is not theirs is not asked again; a person looks, once, whether our day and the phone are right."""
    marja = world.volunteer("Marja", "coordinator", ())
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, date(2027, 1, 30))
    await olena.presses(olena.last.offers[3][0])

    assert [row for row in rows(world, client_id) if row.ready_at is not None] == []
    (question,) = world.tickets(marja)
    (note,) = world.app.database.look(lambda tx: notes.of_ticket(tx, question.id))
    assert (question.team, question.urgency, "niet voor hem of haar" in note.text) == ("legal", "week", True)


async def test_later_is_before_the_next_one(world, olena):
    """*Ask me later* asks again in some days, and says on which."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, date(2027, 1, 30))

    assert "2 februari 2027" in await olena.presses(olena.last.offers[4][0])
    await clock(world, date(2027, 2, 2))

    assert "31 mei 2027" in olena.last.text
    assert [row.state for row in rows(world, client_id, "later")] == ["sent"]


async def test_an_old_button_answers_its_own_reminder(world, olena):
    """Days later, after another reminder came, the button of the first one still answers the first one."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY, travel_document_expires_on="2027-05-20")
    await clock(world, date(2027, 1, 30))
    first = olena.last
    await clock(world, date(2027, 2, 20), date(2027, 2, 27))
    assert olena.messages[-2].offers != first.offers

    await olena.presses(first.offers[3][0])

    assert {(row.kind, row.answer) for row in rows(world, client_id) if row.answer} == {("permit_renewal", "not_mine")}
    assert {row.kind for row in rows(world, client_id) if row.ready_at is not None} == {"travel_document"}


async def test_nobody_answers_for_another(world, olena, amina):
    """A button that names somebody else's reminder changes nothing of theirs."""
    client_id = await agreed(olena)
    await agreed(amina)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, date(2027, 1, 30))

    await amina.presses(olena.last.offers[3][0])

    assert [row for row in rows(world, client_id) if row.answer] == []


async def test_a_reminder_is_answered_while_a_volunteer_talks(world, olena, joke):
    """The bot is silent while a volunteer has the conversation, but a press under a reminder counts."""
    from bot.take import take

    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await olena.says("vrijwilliger")
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    await clock(world, date(2027, 1, 30))

    await olena.presses(olena.last.offers[1][0])

    assert {row.answer for row in rows(world, client_id)} == {"", "will_do"}


@pytest.mark.parametrize(("language", "said", "hour"), [("nl", "Avond (17-20)", 17), ("ti", "ምሸት (17-20)", 17), ("nl", "2", 12)])
async def test_a_client_chooses_another_hour(world, olena, language, said, hour):
    """By digit or word, from the menu or in own words: reminders come at that hour from then on."""
    client_id = await agreed(olena, OWN_NAMES[language])
    await olena.says("een ander uur" if language == "nl" else "ካልእ ሰዓት", said)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    before = len(olena.heard)
    await clock(world, DAY)
    assert len(olena.heard) == before
    await clock(world, DAY, hour=hour)
    assert len(olena.heard) == before + 1


async def test_the_hour_never_costs_the_last_day(world, olena):
    """Who wants the evening is reminded in the morning where the evening is that of the last day, and of a card not on another day either."""
    client_id = await agreed(olena)
    await olena.says("een ander uur", "3")
    learn(world, client_id, letters='[{"due_on": "2027-02-06"}]')
    await clock(world, date(2027, 2, 5))
    sent = [row for row in rows(world, client_id) if row.send_on == date(2027, 2, 5)]
    assert {row.state for row in sent} <= {"planned", "sent", "cancelled"}
    await clock(world, date(2027, 2, 6))
    assert not [row for row in rows(world, client_id) if row.what == "client" and row.state == "planned" and row.send_on <= date(2027, 2, 6)]


async def test_another_hour_is_offered_after_later(world, olena):
    """In the conversation of a reminder, after *ask me later*."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY)
    await olena.says("5")
    assert any(id == "remind.later:hour" for id, _ in olena.last.offers)
    await olena.says("1", "1")
    assert world.app.database.look(lambda tx: clients.facts_of(tx, client_id))["reminder_hour"] == "morning"
