"""
Reminders as clients live them: what comes when, what they answer, and when a person steps in.
"""

from datetime import date

from bot.remind import remind
from storage import moments, notes
from tests.bot.reminding import agreed, clock, learn, planned, rows

MAY = "2027-05-31"


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

    assert planned(world, client_id, "") == []
    assert {(row.answer, str(row.proof_on)) for row in rows(world, client_id)} == {("done", "2027-01-29")}
    assert world.tickets(joke) == []


async def test_done_without_a_day_is_looked_at(world, olena):
    """Who says *done* and names no day is asked by a person before the day comes; the reminders are silent."""
    jurist = world.volunteer("Marja", "coordinator", ())
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, date(2027, 1, 30))
    await olena.presses(olena.last.offers[0][0])
    await olena.says("1")

    await clock(world, date(2027, 2, 13), date(2027, 2, 27))

    (question,) = world.tickets(jurist)
    assert (question.reason, question.team, question.topics) == ("reminder", "legal", ("permit_renewal",))
    (note,) = world.app.database.look(lambda tx: notes.of_ticket(tx, question.id))
    assert "31-05-2027" in note.text
    assert "noemde geen dag" in note.text
