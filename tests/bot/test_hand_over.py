"""
A report that was handed over stays what it was, and tells no small count: not with the others of its year either.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

import numpy
import pytest

from bot.compose import BY, values
from bot.hand_over import QUARTERS, YEAR, NotHandedOver, _spans, around, changes, hand_over, hidden_in, leaving, thaw
from bot.hide import HIDDEN, SMALL
from bot.publish import as_file, as_json, publish
from bot.report import report
from bot.translate import load
from bot.withhold import withhold
from storage import clients, contacts, files, frozen, volunteers
from storage.contacts import Contact
from storage.database import Database, Tx
from storage.reports import Span
from tests.people import AMSTERDAM

NOW = datetime(2027, 1, 11, 9, 0, tzinfo=UTC)
WHOLE = Span(date(2026, 1, 1), date(2026, 12, 31))
TOPICS = ("permit_renewal", "debts_money", "work", "housing_search", "letter_check", "permit_lost")
NO_PARTS = ("total", "subjects", "contacts", "two", "without_topic")
Cell = tuple[str, str, str]             # a period, a line, a column


def said(tx: Tx, month: int, topics: Iterable[str], kind: str = "call", programme: str = "info_point") -> Contact:
    """A contact of a month, with nobody by name."""
    on = date(2026, month, 5)
    at = datetime(2026, month, 5, 12, tzinfo=UTC)
    return Contact(tx.ids.next(), None, 1, "Leiden", kind, at, on, list(topics), programme, "answered", 1)


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


def told_by(paper: Mapping[str, object], period: str) -> dict[Cell, int]:
    """What a file says: each number by its line and column."""
    figures: Mapping[str, Mapping[str, Mapping[str, object]]] = paper["figures"]  # type: ignore[assignment]
    heads = {"legal_topics": "topics", "social_topics": "topics", "other_topics": "topics"}
    return {(period, f"{heads.get(section, section)}.{line}", column): value for section, lines in figures.items() for line, by in lines.items()
            for column, value in by.items() if isinstance(value, int)}


def ways(true: Mapping[Cell, int]) -> list[dict[Cell, int]]:
    """Every way in which the figures of a year add up, as anybody could write it down."""
    def lines(period: str, head: str) -> list[str]:
        return sorted({line for one, line, _ in true if one == period and line.startswith(f"{head}.")})

    found: list[dict[Cell, int]] = []
    for period in (YEAR, *QUARTERS):
        found += [{(period, line, "by_person"): 1, (period, line, "by_bot"): 1, (period, line, "total"): -1}
                  for line in {line for one, line, column in true if one == period and column in BY}]
        wholes = {"contacts.total": ("programmes", "channels", "sites"), "legal_lines.subjects": ("legal_lines",),
                  "info_point.total": ("info_point",)}
        for whole, heads in wholes.items():
            for head, column in product(heads, BY):
                parts = [line for line in lines(period, head) if line.rpartition(".")[2] not in NO_PARTS]
                found.append({(period, whole, column): -1, **{(period, line, column): 1 for line in parts}})
        found.append({(period, f"family.{name}", "files"): sign for name, sign in
                      {"open_at_start": 1, "opened": 1, "closed": -1, "open_at_end": -1}.items()})
        found.append({(period, "family.closed", "files"): -1, **{(period, f"family.{name}", "files"): 1 for name in files.OUTCOMES}})
    found += [{(YEAR, line, column): -1, **{(one, line, column): 1 for one in QUARTERS}} for one, line, column in true if one == YEAR]
    found += [{(before, "family.open_at_end", "files"): 1, (after, "family.open_at_start", "files"): -1}
              for before, after in zip((*QUARTERS[:3], YEAR), (*QUARTERS[1:], QUARTERS[3]), strict=True) if before != YEAR]
    kept = [{cell: times for cell, times in one.items() if cell in true} for one in found]
    return [one for one in kept if len(one) > 1 and sum(times * true[cell] for cell, times in one.items()) == 0]


def computable(true: Mapping[Cell, int], told: Mapping[Cell, int]) -> list[Cell]:
    """The small cells that can be computed: no way of changing what is not told changes them."""
    unknown = sorted(cell for cell in true if cell not in told and true[cell])
    place = {cell: number for number, cell in enumerate(unknown)}
    rows = [[(place[cell], times) for cell, times in one.items() if cell in place] for one in ways(true)]
    table = numpy.zeros((len(rows), len(unknown)))
    for number, row in enumerate(rows):
        for column, times in row:
            table[number, column] = times
    _, sizes, free = numpy.linalg.svd(table, full_matrices=True)
    free = free[int((sizes > 1e-8).sum()):]
    moves = numpy.abs(free).max(axis=0) if len(free) else numpy.zeros(len(unknown))
    return [cell for cell in unknown if true[cell] in SMALL and moves[place[cell]] < 1e-8]


@pytest.mark.parametrize("seed", range(2))
def test_no_hidden_count_can_be_computed(sqlite_database: Database, seed: int) -> None:
    """From the files of the year and its four quarters together, totals, other lines and other periods, no count under 5 follows."""
    sqlite_database.submit(lambda tx: year(tx, seed)).result()
    tongues, true, told = load(), dict[Cell, int](), dict[Cell, int]()
    hidden = withhold(sqlite_database.look(lambda tx: around(tx, WHOLE, AMSTERDAM)), YEAR, QUARTERS)
    for name, span in _spans(WHOLE).items():
        found = sqlite_database.look(lambda tx, span=span: report(tx, span.from_on, span.to_on))
        true |= told_by(as_json(publish(found, tongues)), name)
        told |= told_by(json.loads(as_file(publish(found, tongues, "nl", True, hidden[name]), "json")[0]), name)
    true = {cell: value for cell, value in true.items() if cell[2] != "before"}
    told = {cell: value for cell, value in told.items() if cell in true}

    assert len(told) > 200
    assert sum(value in SMALL for value in true.values()) > 20
    assert [cell for cell, value in told.items() if value in SMALL or value != true[cell]] == []
    assert computable(true, told) == []


def test_the_attack_would_find_a_leak(sqlite_database: Database) -> None:
    """The same attack on reports that each hide only their own small counts finds some."""
    sqlite_database.submit(lambda tx: year(tx, 1)).result()
    tongues, true, told = load(), dict[Cell, int](), dict[Cell, int]()
    for name, span in _spans(WHOLE).items():
        found = sqlite_database.look(lambda tx, span=span: report(tx, span.from_on, span.to_on))
        true |= told_by(as_json(publish(found, tongues)), name)
        told |= told_by(as_json(publish(found, tongues, "nl", True)), name)

    assert computable({cell: value for cell, value in true.items() if cell[2] != "before"}, told) != []


def frozen_year(database: Database) -> frozen.Frozen:
    """Hand a year over, and return what was kept."""
    def keep(tx: Tx) -> None:
        marja = volunteers.add(tx, "Marja", "coordinator", 1, NOW)
        rows = [said(tx, month, [topic]) for month in (2, 5, 8, 11) for topic in ("work", "debts_money") for _ in range(20)]
        contacts.log(tx, [*rows, said(tx, 3, ["letter_check"])], datetime(2026, 12, 30, tzinfo=UTC))
        hand_over(tx, report(tx, WHOLE.from_on, WHOLE.to_on), around(tx, WHOLE, AMSTERDAM), marja, NOW.date(), NOW)

    database.submit(keep).result()
    kept = database.look(lambda tx: frozen.of_span(tx, WHOLE))
    assert kept is not None
    return kept


def test_what_was_handed_over_stays(database: Database) -> None:
    """After late entries it is read as it was, in each form, by its date and name; beside it stands which figures would be others."""
    tongues, kept = load(), frozen_year(database)
    before = {format: as_file(thaw(kept, tongues, "nl", AMSTERDAM), format)[0] for format in ("md", "json", "html")}
    late = NOW + timedelta(days=1)
    database.submit(lambda tx: contacts.log(tx, [said(tx, 2, ["work"], "office") for _ in range(7)], late)).result()
    now = database.look(lambda tx: report(tx, WHOLE.from_on, WHOLE.to_on))
    again = database.look(lambda tx: leaving(tx, now, tongues, "nl", AMSTERDAM))

    assert {format: as_file(again, format)[0] for format in before} == before
    assert kept.by == "Marja"
    assert "Overhandigd op 11-01-2027" in before["md"].decode()
    assert json.loads(before["json"])["handed_over"] == "2027-01-11"
    listed = {(one.label, one.column): (one.then, one.now) for one in changes(kept, now, tongues, "nl")}
    then, after = listed["Contacten", "total"]
    assert (then, after) == (161, 168)
    assert HIDDEN not in {one for pair in listed.values() for one in pair}
    assert database.look(lambda tx: frozen.since(tx, WHOLE, kept.at)) == frozen.Since(0, 0, 7, 0)


def test_it_is_handed_over_once(database: Database) -> None:
    """A second time changes nothing; days that are not over, or no whole quarter, are refused."""
    kept = frozen_year(database)

    def again(tx: Tx, first: date, last: date, today: date) -> None:
        contacts.log(tx, [said(tx, 2, ["work"])], NOW)
        hand_over(tx, report(tx, first, last), around(tx, WHOLE, AMSTERDAM), 1, today, NOW + timedelta(days=2))

    database.submit(lambda tx: again(tx, WHOLE.from_on, WHOLE.to_on, NOW.date())).result()
    assert database.look(lambda tx: frozen.of_span(tx, WHOLE)) == kept
    for first, last, today, why in ((date(2026, 1, 1), date(2026, 3, 30), NOW.date(), "outgoing"),
                                    (date(2026, 10, 1), date(2026, 12, 31), date(2026, 12, 31), "early")):
        with pytest.raises(NotHandedOver, match=why):
            database.submit(lambda tx, of=(first, last, today): again(tx, *of)).result()
    assert len(database.look(lambda tx: frozen.latest(tx, None))) == 1


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
            found = report(tx, span.from_on, span.to_on)
            alone = around(tx, span, AMSTERDAM)
            alone[YEAR] = alone["fourth"] = alone[name]
            hand_over(tx, found, alone, 1, NOW.date(), NOW)

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
