"""
One phone, several people, and what we begin: STOP of whoever holds it counts, no question is lost on the way, a visit is told after the word.
"""

from datetime import date, timedelta

from sqlalchemy import select

from bot import book
from bot.remind import remind
from storage import clients
from storage.tables import clients as client_rows
from tests.bot.reminding import clock, learn, rows
from tests.bot.sharing import WORDS, family
from tests.bot.test_reconsider import pause
from tests.people import AMSTERDAM, World

CARD = date(2027, 1, 30)        # three months before the card ends


async def test_stop_of_whoever_holds_the_phone_is_for_all_who_share_it(world: World):
    """Nobody said who they are: nothing unasked goes to that phone any more, and what was to be told is a person's."""
    home = await family(world)
    for who in (home.amina, home.yonas):
        learn(world, who, permit_kind="asylum", permit_expires_on="2027-05-31")
    await clock(world, CARD)
    await home.phone.says("STOP")
    told = len(home.phone.heard)
    await clock(world, date(2027, 2, 27), date(2027, 4, 1))

    stopped = world.app.database.look(lambda tx: {row.id for row in tx.all(select(client_rows.c.id).where(client_rows.c.stopped_at.is_not(None)))})
    assert {home.amina, home.yonas} <= stopped
    assert home.phone.heard[told:] == []


async def test_a_question_that_could_not_leave_in_time_is_asked_the_next_day(world: World):
    """The channel stood still until night: the question who reads waits where it is, and the reminder behind it with it."""
    home = await family(world)
    learn(world, home.amina, permit_kind="asylum", permit_expires_on="2027-05-31")
    day = date(2027, 2, 27)
    world.now.move_to(day, 10)
    pause(world, hours=10)
    await remind(world.app)
    world.now.move_to(day, 20)
    await world.go_on()
    told = len(home.phone.heard)
    await clock(world, date(2027, 3, 1))

    assert len(home.phone.heard) == told + 1
    await home.phone.says("1")
    assert "31 mei 2027" in await home.phone.says(WORDS["amina"])
    assert "sent" in {row.state for row in rows(world, home.amina)}


async def test_a_visit_is_told_whole_after_the_word_and_not_before(world: World):
    """A volunteer makes a visit for one of those who share a phone: neither text, pin nor file says anything before the word."""
    world.channel.brings = ("pin", "calendar")
    home = await family(world)
    [amina] = world.app.database.look(lambda tx: clients.by_ids(tx, [home.amina]))
    starts_at = (world.now().astimezone(AMSTERDAM) + timedelta(days=1)).replace(hour=11, minute=0)
    told = len(home.phone.messages)
    assert await book.book(world.app, amina, starts_at) == "told"
    await world.go_on()
    before = home.phone.messages[told:]
    await home.phone.says("1", WORDS["amina"])
    after = home.phone.messages[told + len(before):]

    assert not any(one.calendar or one.pin or "Voorbeeldstraat" in one.text for one in before)
    assert any(one.calendar for one in after)
    assert any("Voorbeeldstraat" in one.text for one in after)
