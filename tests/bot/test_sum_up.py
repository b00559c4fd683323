"""
Months that are over are summed up by the clock, and the report is the same before and after.
"""

from datetime import date

from bot.publish import as_json, publish
from bot.report import report
from bot.sum_up import sum_up
from bot.translate import load
from storage import contacts
from storage.contacts import Contact
from storage.tables import sums as rows
from tests.people import MovedClock, Person, World

FIRST, LAST = date(2026, 1, 1), date(2027, 3, 31)


def told(world: World) -> dict:
    """The report as other programs read it."""
    return as_json(publish(world.app.database.look(lambda tx: report(tx, FIRST, LAST)), load()))


def kept(world: World) -> list[date]:
    """The months that have a sum."""
    return sorted(row.month for row in world.app.database.look(lambda tx: tx.all(rows.select())))


async def test_the_clock_sums_up_the_months_that_are_over(world: World, now: MovedClock, amina: Person, olena: Person):
    """Nothing of the month that goes on; all of it once it is over; the report stays as it was; what comes late is counted at once."""
    await amina.says("hallo")
    await olena.says("vrijwilliger")
    await sum_up(world.app)
    assert kept(world) == []

    now.move_to(date(2027, 2, 1))
    before = told(world)
    await sum_up(world.app)
    assert kept(world) == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert told(world) == before

    late = Contact(world.app.database.ids.next(), None, 1, "Leiden", "call", now(), date(2026, 12, 30), ["work"], "info_point", "answered", 1)
    await world.app.database.write(lambda tx: contacts.log(tx, [late], now()))
    assert kept(world) == [date(2026, 11, 1), date(2027, 1, 1)]
    assert told(world)["contacts"]["total"] == before["contacts"]["total"] + 1
    await sum_up(world.app)
    assert len(kept(world)) == 3
    assert told(world)["contacts"]["total"] == before["contacts"]["total"] + 1


async def test_a_turn_in_a_month_that_is_over_takes_its_sum_back(world: World, now: MovedClock, amina: Person):
    """Who goes on with an exchange of last month changes it: the sum of that month is gone with the turn."""
    now.move_to(date(2026, 11, 30), hour=23)
    now.move(minutes=50)
    await amina.says("hallo")
    now.move(minutes=20)
    await sum_up(world.app)
    assert kept(world) == [date(2026, 11, 1)]

    await amina.says("hallo")
    assert kept(world) == []


async def test_nothing_is_summed_up_where_there_is_nothing(world: World):
    """Before the first moment the clock does nothing, and a report is empty."""
    await sum_up(world.app)

    assert kept(world) == []
    assert told(world)["contacts"]["total"] == 0
