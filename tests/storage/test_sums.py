"""
The sums of months agree with the moments, whatever happens to these and whoever does it.
"""

import json
import random
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.report import ZONE, clock, report
from bot.sum_up import keep
from storage import clients as people
from storage import erasures, locations, sums
from storage.database import Database, Tx
from storage.reports import Span
from storage.secrets import Keys
from storage.sums import Clock
from storage.tables import clients, moments
from storage.tables import sums as sum_rows
from tests.conftest import SECRET

NOW = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
TOPICS = ("", "work", "work,debts_money", "permit_renewal", "housing_search,permit_renewal")
SPANS = (Span(FIRST, LAST), Span(FIRST, LAST, 1), Span(date(2026, 1, 15), date(2026, 5, 10)), Span(date(2026, 2, 1), date(2026, 2, 28), 2),
         Span(FIRST, LAST, None, "Gouda"), Span(date(2025, 12, 1), date(2026, 7, 31), 2, "", "guidance"))


def as_counted(tx: Tx, span: Span, has_sums: bool) -> tuple[Any, ...]:
    """What is counted, in one order; without sums by a clock of another name, for which none was kept."""
    ours = clock(span.from_on, span.to_on, ZONE)
    found = sums.counted(tx, span, ours if has_sums else replace(ours, zone="none"))
    return sorted(map(repr, found.about)), sorted(map(repr, found.spoken)), found.unreached, found.hours, found.clients, found.combined


def agrees(database: Database) -> None:
    """Hold what is counted with the sums to what is counted without."""
    for span in SPANS:
        assert database.look(lambda tx, span=span: as_counted(tx, span, True)) == database.look(  # type: ignore[misc]
            lambda tx, span=span: as_counted(tx, span, False))  # type: ignore[misc]


def drawn(tx: Tx, chance: random.Random) -> dict[str, Any]:
    """A moment of any day, place and kind."""
    on = FIRST + timedelta(days=chance.randrange(181))
    at = datetime(on.year, on.month, on.day, chance.randrange(24), 30, tzinfo=UTC)
    place = chance.choice((1, 2))
    known = [row.id for row in tx.all(select(clients.c.id))]
    return {
        "id": tx.ids.next(), "client_id": chance.choice([*known, None]), "location_id": place, "municipality": chance.choice(("Leiden", "Gouda")),
        "channel": chance.choice(("telegram", "call")),
        "began_by": "client", "began_at": at, "began_on": on, "last_at": at, "languages": chance.choice(("", "ar", "ar,nl")),
        "topics": chance.choice(TOPICS), "programme": chance.choice(("info_point", "guidance")),
        "answered_by": chance.choice(("", "bot", "volunteer", "both")), "is_reached": chance.random() > 0.2,
    }


def sum_up(tx: Tx, how_many: int = 100) -> int:
    """Sum up what has no sum, as the clock does."""
    found = sums.missing(tx, date(2026, 7, 1), ZONE.key, how_many)
    for month, place in found:
        keep(tx, month, place, ZONE)
    return len(found)


def something(tx: Tx, chance: random.Random, ids: list[int]) -> None:
    """Let one thing happen: a moment comes, changes, moves or goes, or the clock sums up."""
    what, one = chance.randrange(6), moments.c.id == chance.choice(ids) if ids else moments.c.id == 0
    if what == 0:
        tx.run(moments.delete().where(one))
    elif what == 1:
        tx.run(moments.update().where(one).values(topics=chance.choice(TOPICS), answered_by=chance.choice(("bot", "both"))))
    elif what == 2:
        tx.run(moments.update().where(one).values({name: value for name, value in drawn(tx, chance).items() if name != "id"}))
    elif what == 3:
        tx.run(moments.update().where(moments.c.id.in_(chance.sample(ids, min(len(ids), 3)))).values(is_reached=True))
    elif what == 4:
        sum_up(tx, chance.randrange(5))
    else:
        rows = [drawn(tx, chance) for _ in range(chance.randrange(1, 4))]
        tx.run(moments.insert(), rows)
        ids += [row["id"] for row in rows]


@pytest.fixture
def offices(database: Database) -> Database:
    """Two offices, and moments of half a year."""
    def write(tx: Tx) -> None:
        locations.put(tx, "Gouda", municipality="Gouda")
        people.add(tx, 4, NOW, "", "ar", 1)
        chance = random.Random(7)
        tx.run(moments.insert(), [drawn(tx, chance) for _ in range(60)])

    database.submit(write).result()
    return database


@pytest.mark.parametrize("seed", range(3))
def test_sums_agree_with_the_moments_after_any_history(offices: Database, seed: int) -> None:
    """Moments come late, change, move to another month or office and go, in any order: with the sums the same is counted as without."""
    chance, ids = random.Random(seed), list[int]()
    offices.submit(sum_up).result()
    for _ in range(8):
        offices.submit(lambda tx: [something(tx, chance, ids) for _ in range(5)]).result()
        agrees(offices)
    offices.submit(sum_up).result()
    agrees(offices)
    assert offices.submit(sum_up).result() == 0


def test_a_report_reads_the_sums(offices: Database) -> None:
    """What a report counts comes from the sums where they stand: the test above would see one that is wrong."""
    assert offices.submit(sum_up).result() == 12
    with offices.writer.begin() as connection:
        connection.execute(sum_rows.update().where(sum_rows.c.location_id == 1, sum_rows.c.month == date(2026, 2, 1)).values(
            body='{"about":[["Leiden","info_point",{"1|call|1|work":1000}]],"spoken":[],"hours":[],"clients":[]}'))

    assert offices.look(lambda tx: report(tx, FIRST, LAST)).contacts["total"] > 1000
    assert offices.look(lambda tx: report(tx, date(2026, 2, 2), LAST)).contacts["total"] < 100
    with pytest.raises(AssertionError):
        agrees(offices)


def test_a_change_takes_back_its_sums_alone(offices: Database) -> None:
    """Only the month and office of what changed are counted anew; a roll-back brings the sum back."""
    offices.submit(sum_up).result()

    def write(tx: Tx) -> None:
        tx.run(moments.insert(), {**drawn(tx, random.Random(1)), "began_on": date(2026, 3, 5), "location_id": 2})

    with pytest.raises(ZeroDivisionError):
        offices.submit(lambda tx: (write(tx), 1 // 0)).result()
    assert offices.look(lambda tx: sums.missing(tx, date(2026, 7, 1), ZONE.key, 9)) == []
    offices.submit(write).result()
    assert offices.look(lambda tx: sums.missing(tx, date(2026, 7, 1), ZONE.key, 9)) == [(date(2026, 3, 1), 2)]


def test_a_month_is_summed_up_once_it_is_over(offices: Database) -> None:
    """The month that goes on has no sum, and neither has any by the clock of another zone."""

    assert {month for month, _ in offices.look(lambda tx: sums.missing(tx, date(2026, 3, 1), ZONE.key, 99))} == {FIRST, date(2026, 2, 1)}
    offices.submit(sum_up).result()
    assert len(offices.look(lambda tx: sums.missing(tx, date(2026, 7, 1), "UTC", 99))) == 12


@pytest.mark.parametrize("is_sum_first", [True, False])
def test_who_writes_and_who_sums_up_do_not_pass_each_other(offices: Database, keys: Keys, is_sum_first: bool) -> None:
    """Of two processes, one of which writes a moment while the other sums up its month, neither misses what the other does."""
    other = Database(offices.url.render_as_string(hide_password=False), Keys([SECRET]))
    begun, go_on = threading.Event(), threading.Event()

    def writes(tx: Tx) -> None:
        tx.run(moments.insert(), {**drawn(tx, random.Random(3)), "began_on": date(2026, 4, 7), "began_at": datetime(2026, 4, 7, 9, tzinfo=UTC),
                                  "location_id": 1, "topics": "work", "is_reached": True})

    def waits(run: Callable[[Tx], object]) -> Callable[[Tx], None]:
        def first(tx: Tx) -> None:
            run(tx)
            begun.set()
            assert go_on.wait(60)
        return first

    def sums_up(tx: Tx) -> None:
        keep(tx, date(2026, 4, 1), 1, ZONE)

    try:
        earlier = offices.submit(waits(sums_up if is_sum_first else writes))
        assert begun.wait(60)
        later = other.submit(writes if is_sum_first else sums_up)
        threading.Timer(0.2, go_on.set).start()
        earlier.result()
        later.result()
        agrees(offices)
    finally:
        go_on.set()
        other.close()


def test_who_is_forgotten_is_in_no_sum(offices: Database) -> None:
    """The sums that a client is in are gone in the transaction that forgets them, and the new ones know nothing of them."""
    offices.submit(sum_up).result()
    ids = [row.id for row in offices.look(lambda tx: tx.all(select(clients.c.id)))]

    def known(tx: Tx, id: int) -> bool:
        packed = [part for row in tx.all(select(sum_rows)) for *_, both in json.loads(row.body)["clients"] for part in both]
        return any(id in sums._unpacked(part) for part in packed)

    assert offices.look(lambda tx: known(tx, ids[0]))
    offices.submit(lambda tx: erasures.erase(tx, ids[0], NOW)).result()
    assert not offices.look(lambda tx: known(tx, ids[0]))
    assert offices.submit(sum_up).result() > 0
    assert not offices.look(lambda tx: known(tx, ids[0]))
    assert offices.look(lambda tx: known(tx, ids[1]))
    agrees(offices)


def test_hours_are_those_of_the_office(offices: Database) -> None:
    """A sum counts by summer and winter time, as a report without it does."""
    march = clock(date(2026, 3, 1), date(2026, 3, 31), ZONE)

    assert isinstance(march, Clock)
    assert [shift for _, shift in march.shifts] == [timedelta(hours=1), timedelta(hours=2)]
    offices.submit(lambda tx: (tx.run(moments.delete()), tx.run(moments.insert(), [
        {**drawn(tx, random.Random(1)), "began_on": date(2026, 3, day), "began_at": datetime(2026, 3, day, 23, 30, tzinfo=UTC), "topics": "work",
         "is_reached": True, "answered_by": "bot", "location_id": 1} for day in (27, 29)]))).result()
    offices.submit(sum_up).result()
    found = offices.look(lambda tx: sums.counted(tx, Span(date(2026, 3, 1), date(2026, 3, 31)), march))
    assert found.hours == {(5, 0): (0, 1), (0, 1): (0, 1)}
