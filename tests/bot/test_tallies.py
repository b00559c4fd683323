"""
How many clients a period had is still told when nobody knows any more who they were.
"""

from datetime import UTC, date, datetime
from itertools import product
from random import Random

from sqlalchemy import func, select

from bot.compose import values
from bot.expire import expire
from bot.publish import as_json, publish
from bot.report import count, report
from bot.translate import load
from storage import clients, contacts, erasures, facts, locations, tallies
from storage.contacts import Contact
from storage.database import Tx
from storage.reports import Span
from storage.tables import moments
from tests.people import AMSTERDAM, MovedClock, World

YEAR = date(2026, 1, 1), date(2026, 12, 31)
PERIODS = (YEAR, (date(2025, 1, 1), date(2025, 12, 31)), *(tallies.period(date(2026, month, 5), months) for month in (1, 6, 11) for months in (1, 3)))
PLACES = ((None, ""), (1, ""), (2, ""), (None, "Leiden"), (2, "Gouda"))
SPANS = [Span(*days, *place, programme) for days, place, programme in product(PERIODS, PLACES, ("", "info_point", "guidance"))]


def fill(tx: Tx) -> list[int]:
    """Contacts of two years at two offices, with eight clients, about one thing or several."""
    chance, now = Random(5), datetime(2026, 12, 1, 9, tzinfo=UTC)
    locations.put(tx, "Gouda", municipality="Gouda")
    people = clients.add(tx, 8, datetime(2025, 1, 1, tzinfo=UTC))
    rows = []
    for _ in range(60):
        at = datetime(chance.choice((2025, 2026, 2026)), chance.randrange(1, 12), chance.randrange(1, 28), 12, tzinfo=UTC)
        place = chance.choice((1, 2))
        rows.append(Contact(tx.ids.next(), chance.choice(people), place, ("", "Leiden", "Gouda")[place], "call", at, at.date(),
                            ["work", "debts_money"][:chance.choice((1, 1, 2))], chance.choice(("info_point", "guidance")), "answered", 1))
    contacts.log(tx, rows, now)
    facts.learn(tx, [(people[place], name, value) for place, name, value in (
        (0, "guidance_started_on", "2025-11-03"), (1, "guidance_started_on", "2026-02-03"), (0, "guidance_ended_on", "2026-08-03"))], "staff", now)
    return people


def told(tx: Tx) -> list[tuple[object, ...]]:
    """The clients of each period, place and programme, those who had a contact about several things, and their trajectories."""
    return [(one.clients, one.combined_clients, one.trajectories) for one in (count(tx, span, None, AMSTERDAM) for span in SPANS)]


async def test_a_report_of_two_years_ago_tells_the_same_clients(world: World, now: MovedClock) -> None:
    """Two years later the moments are nobody's and one client was forgotten; every figure of clients is what it was, by place and programme."""
    now.move_to(date(2026, 12, 1))
    database = world.app.database
    people = await database.write(fill)
    before = await database.read(told)
    page = as_json(publish(await database.read(lambda tx: report(tx, *YEAR)), load()))["figures"]
    await database.write(lambda tx: erasures.erase(tx, people[0], now()))
    assert await database.read(told) == before

    now.move(days=730)
    await expire(world.app)
    await expire(world.app)

    assert await database.read(lambda tx: tx.run(select(func.count(moments.c.client_id))).scalar_one()) == 0
    assert await database.read(told) == before
    again = as_json(publish(await database.read(lambda tx: report(tx, *YEAR)), load()))["figures"]
    assert again["clients"] == page["clients"]
    assert again == page
    assert 0 < page["clients"]["combined"]["number"] < page["clients"]["total"]["number"] == 8
    assert 0 < page["clients"]["total"]["before"] <= 8
    assert page["trajectories"]["started"] == {"number": 1, "before": 1}


async def test_clients_of_other_days_are_not_guessed(world: World, now: MovedClock) -> None:
    """Of days that are no period of the calendar the number stands empty once somebody is known no more, and is told where nobody is."""
    now.move_to(date(2026, 12, 1))
    database, days = world.app.database, (date(2026, 3, 5), date(2026, 9, 9))
    await database.write(fill)
    assert (await database.read(lambda tx: report(tx, *days))).clients

    now.move(days=730)
    await expire(world.app)

    found = await database.read(lambda tx: report(tx, *days))
    assert (found.clients, found.combined_clients) == (None, None)
    paper = publish(found, load())
    assert [values(paper.sections)[f"clients.{name}"]["number"] for name in ("total", "combined", "share")] == ["", "", ""]
    assert as_json(paper)["clients"] is None
    assert (await database.read(lambda tx: report(tx, date(2027, 2, 2), date(2027, 4, 4)))).clients == 0
