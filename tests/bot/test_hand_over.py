"""
A report that was handed over stays what it was, and tells no small count: not with the others of its year either.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

import pytest

from bot.compose import values
from bot.hand_over import QUARTERS, YEAR, NotHandedOver, _place, _spans, around, changes, hand_over, hidden_in, leaving, thaw
from bot.hide import HIDDEN, SMALL, Key
from bot.publish import as_file, as_json, publish
from bot.report import count, report
from bot.translate import load
from bot.withhold import Name, withhold
from storage import clients, contacts, files, frozen, locations, volunteers
from storage.contacts import Contact
from storage.database import Database, Tx
from storage.reports import Span
from tests.bot.attack import Cell, computable, told_by
from tests.people import AMSTERDAM

NOW = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
WHOLE = Span(date(2026, 1, 1), date(2026, 12, 31))
TOPICS = ("permit_renewal", "debts_money", "work", "housing_search", "letter_check", "permit_lost")
PLACES = [WHOLE, *(replace(WHOLE, municipality=town) for town in ("Leiden", "Gouda")), *(replace(WHOLE, location_id=id) for id in (1, 2, 3))]


def said(tx: Tx, month: int, topics: Iterable[str], kind: str = "call", programme: str = "info_point", office: int = 1,
         town: str = "Leiden") -> Contact:
    """A contact of a month, with nobody by name."""
    on = date(2026, month, 5)
    at = datetime(2026, month, 5, 12, tzinfo=UTC)
    return Contact(tx.ids.next(), None, office, town, kind, at, on, list(topics), programme, "answered", 1)


def year(tx: Tx, seed: int) -> None:
    """A year with large and small counts in each quarter, and files that come and go."""
    chance, month = Random(seed), iter(range(1, 13))
    rows = []
    for _ in QUARTERS:
        first, _second, _third = next(month), next(month), next(month)
        for topic, kind in product(TOPICS, ("call", "visit", "mail")):
            rows += [said(tx, first, [topic], kind) for _ in range(chance.choice((0, 2, 7, 12)))]
        rows += [said(tx, first, ["permit_renewal", "debts_money"]) for _ in range(chance.choice((1, 6)))]
        rows += [said(tx, first, [], "office", "guidance") for _ in range(chance.choice((3, 9)))]
    contacts.log(tx, rows, datetime(2026, 12, 30, tzinfo=UTC))
    [client] = clients.add(tx, 1, NOW)
    for opened in (3, 9, 2, 8):
        files.open_ones(tx, 1, "Leiden", client, date(2026, chance.randint(1, 12), 3), opened, 1)
    for place, one in enumerate(files.of_location(tx, 1, date(2026, 1, 1))):
        if place % 2:
            files.close(tx, one.id, 1, date(2026, 12, 20), "granted", 1)


def everything(database: Database, spans: Mapping[Name, Span], hidden: Mapping[Name, set[Key]] | None) -> tuple[dict[Cell, int], dict[Cell, int]]:
    """What is true, and what the files of all these reports say, read back from JSON; with no word on what is hidden each hides for itself."""
    tongues, true, told = load(), dict[Cell, int](), dict[Cell, int]()
    for name, span in spans.items():
        found = database.look(lambda tx, span=span: count(tx, span, None, AMSTERDAM))
        true |= told_by(as_json(publish(found, tongues)), name)
        told |= told_by(json.loads(as_file(publish(found, tongues, "nl", True, hidden[name] if hidden else None), "json")[0]), name)
    true = {cell: value for cell, value in true.items() if cell[-1] != "before"}
    return true, {cell: value for cell, value in told.items() if cell in true}


def offices(tx: Tx, seed: int) -> None:
    """Two offices in Leiden and one in Gouda, the last with few of what the others have much of."""
    year(tx, seed)
    for name, town, sizes in (("Noord", "Leiden", (0, 6, 9)), ("Gouda", "Gouda", (0, 1, 3, 8))):
        place = locations.put(tx, name, municipality=town)
        chance = Random(seed)
        rows = [said(tx, month, [topic], kind, office=place, town=town)
                for month, topic, kind in product((2, 5, 8, 11), TOPICS[:4], ("call", "visit")) for _ in range(chance.choice(sizes))]
        contacts.log(tx, rows, datetime(2026, 12, 30, tzinfo=UTC))
        files.open_ones(tx, place, town, clients.add(tx, 1, NOW, location_id=place)[0], date(2026, 5, 3), chance.choice((2, 7)), 1)


def test_no_hidden_count_can_be_computed(sqlite_database: Database) -> None:
    """
    From the files of the year and its four quarters, of each office and municipality and of all of them together, no count under 5 follows:
    by totals, other lines, other periods or other places.
    """
    sqlite_database.submit(lambda tx: offices(tx, 0)).result()
    near = sqlite_database.look(lambda tx: around(tx, WHOLE, AMSTERDAM))
    spans = {(_place(span), name): span for place in PLACES for name, span in _spans(place).items()}
    assert set(near.told) == set(spans)
    hidden = withhold(near.told, YEAR, QUARTERS, near.wholes)
    true, told = everything(sqlite_database, spans, hidden)

    assert len(told) > 1000
    assert sum(value in SMALL for value in true.values()) > 60
    assert [cell for cell, value in told.items() if value in SMALL or value != true[cell]] == []
    assert computable(true, told, near.wholes) == []


@pytest.mark.parametrize("is_by_place", [False, True])
def test_the_attack_would_find_a_leak(sqlite_database: Database, is_by_place: bool) -> None:
    """The same attack finds some in reports that each hide only their own small counts, and in those of places that each look at themselves."""
    sqlite_database.submit(lambda tx: (offices if is_by_place else year)(tx, 1)).result()
    near = sqlite_database.look(lambda tx: around(tx, WHOLE, AMSTERDAM))
    spans = {(_place(span), name): span for place in PLACES[:len(near.told) // 5] for name, span in _spans(place).items()}
    alone = {name: one for place in PLACES for name, one in withhold(
        {name: told for name, told in near.told.items() if name[0] == _place(place)}, YEAR, QUARTERS).items()} if is_by_place else None
    true, told = everything(sqlite_database, {name: span for name, span in spans.items() if is_by_place or not name[0]}, alone)

    assert computable(true, told, near.wholes if is_by_place else ()) != []


def test_a_region_handed_over_first_is_not_taken_apart(sqlite_database: Database) -> None:
    """All offices were handed over with a line, 60 times; one of two has it 3 times: then the other does not tell its 57."""
    def write(tx: Tx) -> None:
        volunteers.add(tx, "Marja", "coordinator", 1, NOW)
        gouda = locations.put(tx, "Gouda", municipality="Gouda")
        rows = [said(tx, 2, [topic], office=place, town=town) for place, town, many in ((1, "Leiden", 57), (gouda, "Gouda", 3))
                for topic in ["work"] * many + ["debts_money"] * 60]
        contacts.log(tx, rows, datetime(2026, 12, 30, tzinfo=UTC))
        near = around(tx, WHOLE, AMSTERDAM)
        hand_over(tx, report(tx, WHOLE.from_on, WHOLE.to_on), near, set(), 1, NOW.date(), NOW)

    sqlite_database.submit(write).result()

    def work(**place: str) -> object:
        found = sqlite_database.look(lambda tx: report(tx, WHOLE.from_on, WHOLE.to_on, **place))
        return values(sqlite_database.look(lambda tx: leaving(tx, found, load(), "nl", AMSTERDAM)).sections)["topics.work"]["total"]

    assert work() == 60
    assert {work(location="Gouda"), work(municipality="Gouda"), work(municipality="Leiden")} == {HIDDEN}


def handed(tx: Tx, span: Span, who: int, today: date, now: datetime) -> None:
    """Hand a report over, with what is hidden in it beside all the others of its year."""
    near = around(tx, WHOLE, AMSTERDAM)
    hidden = hidden_in(near, span) if span in _spans(WHOLE).values() else set[Key]()
    hand_over(tx, report(tx, span.from_on, span.to_on), near, hidden, who, today, now)


def frozen_year(database: Database) -> frozen.Frozen:
    """Hand a year over, and return what was kept."""
    def keep(tx: Tx) -> None:
        marja = volunteers.add(tx, "Marja", "coordinator", 1, NOW)
        rows = [said(tx, month, [topic]) for month in (2, 5, 8, 11) for topic in ("work", "debts_money") for _ in range(20)]
        contacts.log(tx, [*rows, said(tx, 3, ["letter_check"])], datetime(2026, 12, 30, tzinfo=UTC))
        handed(tx, WHOLE, marja, NOW.date(), NOW)

    database.submit(keep).result()
    kept = database.look(lambda tx: frozen.of_span(tx, WHOLE))
    assert kept is not None
    return kept


def test_what_was_handed_over_stays(database: Database) -> None:
    """After late entries it is read as it was, in each form, by its date and name; beside it stands which figures would be others."""
    tongues, kept = load(), frozen_year(database)
    before = {format: as_file(thaw(kept, tongues, "nl", AMSTERDAM), format)[0] for format in ("md", "json", "html")}
    late = NOW + timedelta(days=1)
    database.submit(lambda tx: contacts.log(tx, [said(tx, 2, ["work", "housing"], "office") for _ in range(7)], late)).result()
    now = database.look(lambda tx: report(tx, WHOLE.from_on, WHOLE.to_on))
    again = database.look(lambda tx: leaving(tx, now, tongues, "nl", AMSTERDAM))

    assert {format: as_file(again, format)[0] for format in before} == before
    assert kept.by == "Marja"
    assert "Overhandigd op 11-01-2027" in before["md"].decode()
    assert json.loads(before["json"])["handed_over"] == "2027-01-11"
    found = changes(kept, now, tongues, "nl")
    listed = {(one.line.label, one.column): one.line.values for one in found}
    then, after = listed["Contacten", "total"]
    assert (then, after) == (161, 168)
    assert HIDDEN not in {one for pair in listed.values() for one in pair}
    shares = [again.value(one.line, value) for one in found if one.line.id == "combined.share" for value in one.line.values if value]
    assert shares
    assert all(re.fullmatch(r"\d+,\d%", share) for share in shares), shares
    assert database.look(lambda tx: frozen.since(tx, WHOLE, kept.at)) == frozen.Since(0, 0, 7, 0)


def test_it_is_handed_over_once(database: Database) -> None:
    """A second time changes nothing; days that are not over, or no whole quarter, are refused."""
    kept = frozen_year(database)

    def again(tx: Tx, first: date, last: date, today: date) -> None:
        contacts.log(tx, [said(tx, 2, ["work"])], NOW)
        handed(tx, Span(first, last), 1, today, NOW + timedelta(days=2))

    database.submit(lambda tx: again(tx, WHOLE.from_on, WHOLE.to_on, NOW.date())).result()
    assert database.look(lambda tx: frozen.of_span(tx, WHOLE)) == kept
    for first, last, today, why in ((date(2026, 1, 1), date(2026, 3, 30), NOW.date(), "outgoing"),
                                    (date(2026, 10, 1), date(2026, 12, 31), date(2026, 12, 31), "early")):
        with pytest.raises(NotHandedOver, match=why):
            database.submit(lambda tx, of=(first, last, today): again(tx, *of)).result()
    assert len(database.look(lambda tx: frozen.latest(tx, None))) == 1


def test_the_figures_kept_are_those_the_hiding_saw(database: Database) -> None:
    """A contact written down between two counts takes a line from 4 to 5: what is kept is hidden by one count, and nobody is told 4."""
    def four(tx: Tx) -> None:
        volunteers.add(tx, "Marja", "coordinator", 1, NOW)
        rows = [said(tx, 2, [topic]) for topic, many in (("work", 4), ("debts_money", 60)) for _ in range(many)]
        contacts.log(tx, rows, datetime(2026, 12, 30, tzinfo=UTC))

    database.submit(four).result()
    found = database.look(lambda tx: report(tx, WHOLE.from_on, WHOLE.to_on))
    database.submit(lambda tx: contacts.log(tx, [said(tx, 2, ["work"])], NOW)).result()
    near = database.look(lambda tx: around(tx, WHOLE, AMSTERDAM))
    hidden = hidden_in(near, WHOLE)
    assert database.submit(lambda tx: hand_over(tx, found, near, hidden, 1, NOW.date(), NOW)).result()

    paper = database.look(lambda tx: leaving(tx, found, load(), "nl", AMSTERDAM))
    assert values(paper.sections)["topics.work"]["total"] == 5
    assert values(paper.sections)["contacts.total"]["total"] == 65
    shown = publish(found, load(), "nl", True, hidden)
    assert values(shown.sections)["topics.work"]["total"] == HIDDEN


def test_two_who_hand_over_at_once_look_again(database: Database) -> None:
    """Whoever looked around before another report of the year was handed over keeps nothing; the same report a second time stays as it was."""
    def write(tx: Tx) -> None:
        volunteers.add(tx, "Marja", "coordinator", 1, NOW)
        contacts.log(tx, [said(tx, 2, ["work"]) for _ in range(20)], datetime(2026, 12, 30, tzinfo=UTC))

    database.submit(write).result()
    near = database.look(lambda tx: around(tx, WHOLE, AMSTERDAM))
    spans = [WHOLE, WHOLE, _spans(WHOLE)["first"]]
    found = [database.look(lambda tx, span=span: report(tx, span.from_on, span.to_on)) for span in spans]
    told = [database.submit(lambda tx, one=one: hand_over(tx, one, near, set(), 1, NOW.date(), NOW)).result() for one in found]

    assert told == [True, True, False]
    assert len(database.look(lambda tx: frozen.latest(tx, None))) == 1
    again = database.look(lambda tx: around(tx, WHOLE, AMSTERDAM))
    assert database.submit(lambda tx: hand_over(tx, found[2], again, set(), 1, NOW.date(), NOW)).result()
    assert len(database.look(lambda tx: frozen.latest(tx, None))) == 2


def test_what_is_hidden_once_stays_hidden_beside_later_reports(sqlite_database: Database) -> None:
    """Three quarters were handed over with a line; in the fourth it is small: then the year does not tell it, for it would tell the fourth."""
    counts = {2: 30, 5: 40, 8: 50, 11: 3}

    def first(tx: Tx) -> None:
        volunteers.add(tx, "Marja", "coordinator", 1, NOW)
        rows = [said(tx, month, [topic]) for month, many in counts.items() for topic in ["work"] * many + ["debts_money"] * 60]
        contacts.log(tx, rows, datetime(2026, 12, 30, tzinfo=UTC))
        for name in QUARTERS[:3]:
            span = _spans(WHOLE)[name]
            # As if handed over in its own time, when nobody knew of the fourth: hidden by itself.
            near = around(tx, span, AMSTERDAM)
            alone = withhold({("", one): near.told["", name] for one in (YEAR, *QUARTERS)}, YEAR, QUARTERS)["", name]
            hand_over(tx, report(tx, span.from_on, span.to_on), near, alone, 1, NOW.date(), NOW)

    sqlite_database.submit(first).result()
    papers = {}
    for name, span in _spans(WHOLE).items():
        found = sqlite_database.look(lambda tx, span=span: report(tx, span.from_on, span.to_on))
        papers[name] = values(sqlite_database.look(lambda tx, found=found: leaving(tx, found, load(), "nl", AMSTERDAM)).sections)

    assert [papers[name]["topics.work"]["total"] for name in QUARTERS] == [30, 40, 50, HIDDEN]
    assert papers[YEAR]["topics.work"]["total"] == HIDDEN


def test_hiding_is_the_same_whichever_report_is_asked_for(sqlite_database: Database) -> None:
    """The year and a quarter agree on what is not told of either."""
    sqlite_database.submit(lambda tx: year(tx, 2)).result()
    told = sqlite_database.look(lambda tx: around(tx, WHOLE, ZoneInfo("Europe/Amsterdam")))
    other = sqlite_database.look(lambda tx: around(tx, _spans(WHOLE)["second"], ZoneInfo("Europe/Amsterdam")))

    assert hidden_in(told, WHOLE) == hidden_in(other, WHOLE)


def test_a_report_of_nothing_leaves_whole(sqlite_database: Database) -> None:
    """Where nobody wrote yet there is nothing to hide, and the outgoing report is there in every form."""
    found = sqlite_database.look(lambda tx: report(tx, WHOLE.from_on, WHOLE.to_on))
    paper = sqlite_database.look(lambda tx: leaving(tx, found, load(), "en", AMSTERDAM))

    assert all(as_file(paper, format)[0] for format in ("md", "json", "html", "xlsx"))
    assert HIDDEN not in as_file(paper, "md")[0].decode()
