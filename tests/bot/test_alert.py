"""
Alerts: who is on duty is told, then the next, then the coordinator; and what nobody takes up comes back.
"""

from datetime import date, timedelta

import pytest

from bot.alert import alert, see
from bot.reply import reply, undo
from bot.take import take
from flows.events import Said
from storage import alerts, duties, notes, questions

MONDAY, ALL_DAY = 0, (0, 24 * 60)


def told(world, who):
    """Return the numbers of the questions somebody was told of and has not looked at."""
    return [one.number for one in world.app.database.look(lambda tx: alerts.waiting(tx, who.location_id).get(who.id, []))]


def on_duty(world, who, team=""):
    """Put somebody on the roster of every day."""
    for day in range(7):
        world.app.database.submit(lambda tx, day=day: duties.add(tx, 1, who.id, *ALL_DAY, weekday=day, on_day=None, team=team)).result()


async def emergency(person):
    """Come in and tell of a danger: an urgent question."""
    await person.says("/start", "Nederlands", "ja", "mijn man slaat mij")


async def test_an_urgent_question_is_told_at_once_and_goes_on(world, olena, joke):
    """First who is on duty; after ten minutes without a look the next; after ten more the coordinator."""
    ans, leader = world.volunteer("Ans"), world.volunteer("Marja", "coordinator", ())
    on_duty(world, joke)
    on_duty(world, ans)
    await emergency(olena)

    await alert(world.app)
    assert (told(world, joke), told(world, ans), told(world, leader)) == ([1], [], [])
    world.now.move(minutes=9)
    await alert(world.app)
    assert told(world, ans) == []
    world.now.move(minutes=1)
    await alert(world.app)
    assert (told(world, ans), told(world, leader)) == ([1], [])
    world.now.move(minutes=10)
    await alert(world.app)
    assert told(world, leader) == [1]


async def test_a_look_ends_the_alarm(world, olena, joke):
    """Who was told and looked: nobody else is told before the question is due; then it begins anew."""
    leader = world.volunteer("Marja", "coordinator", ())
    on_duty(world, joke)
    await emergency(olena)
    await alert(world.app)
    (question,) = world.tickets(joke)

    await see(world.app, question.id, joke)
    world.now.move(minutes=30)
    await alert(world.app)
    assert (told(world, joke), told(world, leader)) == ([], [])
    world.now.at = question.due_at + timedelta(seconds=1)
    await alert(world.app)
    assert told(world, joke) == [1]


async def test_a_danger_at_night_says_when_somebody_reads_it(world, olena, joke):
    """The number first; then that nobody is on duty, and when the office opens. With somebody on the roster, or by day, nothing of it."""
    await olena.says("/start", "Nederlands", "ja")
    world.now.move(days=(4 - world.now().weekday()) % 7)            # a Friday
    world.now.at = world.now().replace(hour=22)
    await olena.says("ik ruik gas")
    assert olena.heard[-1].splitlines()[0] == "0800-9009"
    assert olena.heard[-1].splitlines()[2].startswith("Er is nu niemand van ons aan het werk. Een collega leest uw bericht op maandag")
    assert "09:00" in olena.heard[-1].splitlines()[2]
    on_duty(world, joke)
    await olena.says("er is brand")
    assert len(olena.heard[-1].splitlines()) == 2
    world.now.move(hours=60)                                        # Monday morning
    await olena.says("ik ruik gas")

    assert len(olena.heard[-1].splitlines()) == 2


async def test_a_danger_that_waited_for_the_morning_names_no_hour_that_is_past(world, olena, joke):
    """Written at two in the night and heard at ten: the office is open, and nothing is said of when it opens. So it is the other way round."""
    await olena.says("/start", "Nederlands", "ja")
    world.now.move(days=(1 - world.now().weekday()) % 7)            # a Tuesday
    world.now.at = world.now().replace(hour=2)
    await olena.writes_without_waiting(["er is brand"])
    world.now.move(hours=8)
    await world.go_on()
    assert len(olena.heard[-1].splitlines()) == 2
    await olena.writes_without_waiting(["er is brand"])
    world.now.move(hours=12)
    await world.go_on()

    assert "09:00" in olena.heard[-1].splitlines()[2]


async def test_without_anybody_on_duty_the_coordinator_is_told(world, olena, joke):
    """An empty roster is no reason for silence."""
    leader = world.volunteer("Marja", "coordinator", ())
    await emergency(olena)

    await alert(world.app)
    assert (told(world, joke), told(world, leader)) == ([], [1])


async def test_what_is_not_answered_in_time_is_told(world, olena, joke):
    """A question that is not urgent tells nobody, until its promise has passed; then also the coordinator."""
    leader = world.volunteer("Marja", "coordinator", ())
    on_duty(world, joke)
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    await alert(world.app)
    assert told(world, joke) == []

    world.now.at = world.tickets(joke)[0].due_at + timedelta(seconds=1)
    await alert(world.app)
    assert told(world, joke) == [1]
    world.now.move(minutes=10)
    await alert(world.app)
    assert told(world, leader) == [1]


async def test_taken_and_silent_for_a_working_day_is_free_again(world, olena, joke):
    """The client waits for a word: after a working day the question is anybody's, a note says so, and somebody is told."""
    on_duty(world, joke)
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)

    world.now.move(hours=23)
    await alert(world.app)
    assert world.tickets(joke)[0].state == "taken"
    world.now.move(hours=1, seconds=1)
    await alert(world.app)
    await alert(world.app)
    assert world.tickets(joke)[0].state == "open"
    assert len(world.app.database.look(lambda tx: notes.of_ticket(tx, question.id))) == 1
    assert told(world, joke) == [1]
    assert "huur" in await olena.says("huurtoeslag")


async def test_who_spoke_last_keeps_the_question(world, olena, joke):
    """A volunteer who waits for the client loses nothing; once the client answered, the day counts from there, and a weekend is no day."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    await reply(world.app, question.id, joke, Said("Welke brief?", language="nl"))
    world.now.move(days=3)
    await world.go_on()
    await alert(world.app)
    assert world.tickets(joke)[0].state == "taken"

    world.now.move_to(date(2026, 11, 27), 15)
    await olena.says_nothing_back("die van de gemeente")
    world.now.move_to(date(2026, 11, 30), 14)
    await alert(world.app)
    assert world.tickets(joke)[0].state == "taken"
    world.now.move_to(date(2026, 11, 30), 16)
    await alert(world.app)
    assert world.tickets(joke)[0].state == "open"


async def test_taken_and_not_answered_in_time_is_told(world, olena, joke):
    """Who has it is told when it is due, and ten minutes later the coordinator, though they looked: only an answer ends it."""
    leader = world.volunteer("Marja", "coordinator", ())
    await emergency(olena)
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    world.now.at = question.due_at + timedelta(seconds=1)

    await alert(world.app)
    assert (told(world, joke), told(world, leader)) == ([1], [])
    await see(world.app, question.id, joke)
    world.now.move(minutes=10)
    await alert(world.app)
    assert (told(world, joke), told(world, leader)) == ([], [1])
    assert world.tickets(joke)[0].state == "taken"


async def test_a_danger_in_a_taken_question_is_told_at_once(world, olena, joke):
    """Whoever has the question keeps it and is told; not looking for ten minutes, the coordinator is; a second danger tells again."""
    leader = world.volunteer("Marja", "coordinator", ())
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    world.now.move(hours=1)
    await olena.says("mijn man slaat mij")

    await alert(world.app)
    assert (told(world, joke), told(world, leader), world.tickets(joke)[0].state) == ([1], [], "taken")
    world.now.move(minutes=10)
    await alert(world.app)
    assert told(world, leader) == [1]
    await see(world.app, question.id, joke)
    await olena.says("mijn man slaat mij")
    await alert(world.app)
    assert told(world, joke) == [1]


async def test_writing_on_does_not_put_the_working_day_off(world, olena, joke):
    """A client who writes every hour to a silent volunteer is not silent longer for it."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    for _ in range(24):
        world.now.move(hours=1)
        await olena.says_nothing_back("hallo?")

    await alert(world.app)
    assert world.tickets(joke)[0].state == "open"
    (note,) = world.app.database.look(lambda tx: notes.of_ticket(tx, question.id))
    assert note.volunteer == "Wegwijs"


async def test_an_answer_that_was_undone_keeps_the_clock_going(world, olena, joke):
    """The client heard nothing: after a working day the question is free again."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    sent = await reply(world.app, question.id, joke, Said("Verkeerd.", language="nl"))
    await undo(world.app, sent.message_id, joke)

    world.now.move(hours=24, seconds=1)
    await alert(world.app)
    assert world.tickets(joke)[0].state == "open"


def test_a_named_day_replaces_its_weekday(world, joke):
    """The roster of the week holds, but not on a day that is named; a duty ends after it starts, on one of both."""
    ans, database = world.volunteer("Ans"), world.app.database
    database.submit(lambda tx: duties.add(tx, 1, joke.id, 9 * 60, 17 * 60, weekday=MONDAY, on_day=None, team="legal")).result()
    database.submit(lambda tx: duties.add(tx, 1, ans.id, 9 * 60, 12 * 60, weekday=None, on_day=date(2026, 11, 30))).result()

    def on(day, hour, team):
        world.now.move_to(day, hour)
        return database.look(lambda tx: duties.on_duty(tx, 1, team, world.now().astimezone(world.app.settings.timezone)))

    assert on(date(2026, 11, 23), 9, "legal") == [joke.id]
    assert on(date(2026, 11, 23), 9, "social") == on(date(2026, 11, 23), 17, "legal") == on(date(2026, 11, 24), 9, "legal") == []
    assert on(date(2026, 11, 30), 11, "legal") == [ans.id]
    for wrong in ({"weekday": None, "on_day": None}, {"weekday": 1, "on_day": date(2026, 11, 30)}):
        with pytest.raises(ValueError, match="a duty is"):
            database.submit(lambda tx, wrong=wrong: duties.add(tx, 1, joke.id, 60, 120, **wrong)).result()


async def test_an_alert_survives_a_crash_between(world, olena, joke):
    """Telling and noting that it was told are one commit: looked at twice, told once."""
    on_duty(world, joke)
    await emergency(olena)
    await alert(world.app)
    await alert(world.app)

    (question,) = world.tickets(joke)
    assert world.app.database.look(lambda tx: alerts.told(tx, question.id)) == [joke.id]
    assert world.app.database.submit(lambda tx: questions.to_alert(tx, world.now(), 10)).result() == []
