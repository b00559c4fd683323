"""
How many clients a period had is still told when nobody knows any more who they were.
"""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random

from sqlalchemy import func, select

from bot.compose import values
from bot.expire import expire
from bot.publish import as_json, publish
from bot.report import count, report
from bot.translate import load
from storage import clients, contacts, erasures, facts, locations, sweeps, tallies
from storage.contacts import Contact
from storage.database import Database, Tx
from storage.migrations import migrate
from storage.reports import Span
from storage.secrets import Keys
from storage.tables import moments
from tests.people import AMSTERDAM, MovedClock, World

YEAR = date(2026, 1, 1), date(2026, 12, 31)
PERIODS = (YEAR, (date(2025, 1, 1), date(2025, 12, 31)), *(tallies.period(date(2026, month, 5), months) for month in (1, 6, 11) for months in (1, 3)))
PLACES = ((None, ""), (1, ""), (2, ""), (None, "Leiden"), (2, "Gouda"))
PROGRAMMES = ("", "info_point", "guidance")
SPANS = [Span(*days, *place, PROGRAMMES[(at + by) % 3])      # each period with each place, and either with each programme
         for (at, days), (by, place) in product(enumerate(PERIODS), enumerate(PLACES))]


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


async def test_nobody_is_counted_twice_in_a_year(world: World, now: MovedClock) -> None:
    """Who came on the first day of a leap year and comes again on its last, 365 days later, is one client of that year ever after."""
    database = world.app.database
    [amina] = await database.write(lambda tx: clients.add(tx, 1, now()))

    async def come(at: datetime) -> None:
        one = Contact(database.ids.next(), amina, 1, "Leiden", "call", at, at.astimezone(AMSTERDAM).date(), ["work"], "info_point", "answered", 1)
        await database.write(lambda tx: contacts.log(tx, [one], at))

    await come(datetime(2028, 1, 1, 0, 30, tzinfo=AMSTERDAM))
    now.move_to(date(2028, 12, 31))
    await expire(world.app)
    await come(now())
    now.move(days=730)
    await expire(world.app)

    assert await database.read(lambda tx: tx.run(select(func.count(moments.c.client_id))).scalar_one()) == 0
    assert await database.read(lambda tx: tallies.of_span(tx, Span(date(2028, 1, 1), date(2028, 12, 31)))) == (1, 0)


def test_who_is_erased_while_ties_are_cut_is_counted_once(postgres_url: Callable[[], str], keys: Keys) -> None:
    """One process erases a client whom another is about to untie: the other waits, looks again, and counts nobody on."""
    url, is_erased, is_free = postgres_url(), threading.Event(), threading.Event()
    ours, theirs = Database(url, keys), Database(url, keys)
    migrate(ours)
    now, later = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC)

    def come(tx: Tx) -> int:
        [amina] = clients.add(tx, 1, now)
        contacts.log(tx, [Contact(tx.ids.next(), amina, 1, "Leiden", "call", now, now.date(), ["work"], "info_point", "answered", 1)], now)
        return amina

    amina = ours.submit(come).result()

    def erase(tx: Tx) -> None:
        erasures.erase(tx, amina, later)
        is_erased.set()
        is_free.wait(60)

    erasing = theirs.submit(erase)
    assert is_erased.wait(60)
    untying = ours.submit(lambda tx: sweeps.untie(tx, [amina], later - timedelta(days=365)))
    threading.Timer(0.3, is_free.set).start()

    assert (untying.result(60), erasing.result(60)) == (0, None)
    assert ours.look(lambda tx: tallies.of_span(tx, Span(*YEAR))) == (1, 0)
    ours.close()
    theirs.close()
