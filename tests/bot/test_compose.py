"""
The yearly page: which contacts stand in which line, and that what is handed out tells no small count.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from random import Random

import pytest

from bot import publish as published
from bot.chart import bars
from bot.compose import BY, Line, Section, Words, values, weigh
from bot.hide import HIDDEN, SMALL, hide, relations
from bot.lay_out import lay_out
from bot.name import names
from bot.publish import Paper, publish
from bot.report import Report, report
from bot.tabulate import as_xlsx, defused
from bot.translate import load
from flows.contacts import LEGAL_LINES
from flows.topics import TOPICS
from storage import clients, contacts, erasures, facts, files, moments, totals
from storage.contacts import Contact
from storage.database import Database, Tx
from storage.moments import Moment
from storage.tables import files as rows

NOW = datetime(2020, 6, 1, 9, 0, tzinfo=UTC)
FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)
LINES = {"family_reunification": 46, "permit_renewal": 205, "naturalisation": 11, "permit_withdrawal": 3, "undocumented": 20}
OTHERS = ("permit_lost", "tracing_family", "travel_abroad", "asylum_procedure")


def of_2020() -> list[tuple[str, ...]]:
    """The topics of 354 legal contacts with 401 legal topics, as the report of 2020 has them."""
    subjects = [topic for topic, many in LINES.items() for _ in range(many)] + [OTHERS[n % 4] for n in range(116)]
    doubled, single = subjects[:47], subjects[47:]
    return [(doubled[n], topic) if n < 47 else (topic,) for n, topic in enumerate(reversed(single))]


def said(tx: Tx, number: int, topics: Iterable[str], programme: str = "info_point", kind: str = "call") -> Contact:
    """A contact that somebody wrote down."""
    return Contact(tx.ids.next(), None, 1, "Leiden", kind, NOW, date(2020, 1 + number % 12, 1), list(topics), programme, "answered", 1)


def year_2020(tx: Tx) -> None:
    """Write the year down, line by line, and a few contacts of the bot alone."""
    legal = [said(tx, n, topics) for n, topics in enumerate(of_2020())]
    social = [said(tx, n, ["debts_money"] if n % 3 else ["debts_money", "work"]) for n in range(296)]
    guided = [said(tx, n, (), "housing" if n < 300 else "guidance", "visit" if n % 2 else "call") for n in range(1367)]
    contacts.log(tx, [*legal, *social, *guided], NOW)
    moments.begin(tx, [Moment(tx.ids.next(), clients.add(tx, 1, NOW)[0], 1, "Leiden", "telegram", NOW, NOW.date(), NOW, topics=["work"],
                              answered_by="bot", languages=["ar"]) for _ in range(7)])
    people = clients.add(tx, 24, NOW)
    for place, client in enumerate(people):
        files.open_ones(tx, 1, "Leiden", client, date(2019, 5, 1) if place < 19 else date(2020, 5, 1), 2 if place < 19 else 3 if place > 20 else 2, 1)
    rows = files.of_location(tx, 1, FIRST)
    for place, one in enumerate(rows[:25]):
        files.close(tx, one.id, 1, date(2020, 9, 1), "granted" if place < 20 else "refused" if place < 23 else "withdrawn", 1)
    totals.put(tx, 1, FIRST, LAST, {"housed_persons": 97, "housed_men": 32, "housed_women": 35, "housed_children": 30, "housed_homes": 48}, 1, NOW)
    facts.learn(tx, [(client, "guidance_started_on", "2020-02-01") for client in people[:12]], "staff", NOW)
    facts.learn(tx, [(people[0], "guidance_ended_on", "2020-11-01")], "staff", NOW)


@pytest.fixture
async def found(database: Database) -> Report:
    """The report of that year."""
    await database.write(year_2020)
    return await database.read(lambda tx: report(tx, FIRST, LAST))


def paper(found: Report, is_outgoing: bool = False) -> Paper:
    """The report as it is read."""
    return publish(found, load(), "nl", is_outgoing)


async def test_the_page_of_2020_is_written(found: Report):
    """Line by line what the organisation printed, by people, with the bot's own beside it; the sentence names the people."""
    page = paper(found)
    got = {id: by.get("by_person", by.get("number", by.get("files"))) for id, by in values(page.sections).items()}

    assert (got["info_point.total"], got["info_point.social"], got["info_point.legal"]) == (650, 296, 354)
    assert [got[f"legal_lines.{line}"] for line in LEGAL_LINES] == [46, 205, 11, 3, 20, 116]
    assert (got["legal_lines.subjects"], got["legal_lines.contacts"], got["legal_lines.two"]) == (401, 354, 47)
    assert (got["guidance.total"], got["guidance.housing"]) == (1367, 300)
    assert got["guidance.on_site"] + got["guidance.digital"] == 1367
    assert got["housing.housed_persons"] == 97
    assert got["volunteers.volunteers"] is None
    assert (got["trajectories.started"], got["trajectories.running"], got["trajectories.ended"]) == (12, 11, 1)
    assert values(page.sections)["info_point.total"] == {"by_person": 650, "by_bot": 7, "total": 657, "before": 0}
    assert page.sentences[0].startswith("Op het infopunt hadden onze mensen 650 contacten: 296 maatschappelijk en 354 juridisch.")


async def test_a_share_is_written_as_its_readers_write_it(found: Report):
    """With a comma in Dutch, in the tables and in the sentence, and with a point in English."""
    share = values(paper(found).sections)["combined.share"]["by_person"]
    dutch, english = (published.as_markdown(publish(found, load(), language)) for language in ("nl", "en"))

    assert dutch.count(f"{share}%".replace(".", ",")) >= 2
    assert f"{share}%" not in dutch
    assert english.count(f"{share}%") >= 2


def test_the_axis_of_small_numbers_has_no_halves():
    """A picture of up to ten contacts says each number at its axis, and one of more says whole ones: half a contact is none."""
    for most in (2, 10, 11, 12, 15, 20):
        marks = re.findall("<text[^>]*>([^<]*)", bars([("Telefoon", most), ("E-mail", 1)], "Kanalen"))
        numbers = [mark for mark in marks if mark[:1].isdigit()]

        assert all(number.isdecimal() for number in numbers), (most, numbers)
        assert most > 10 or sorted(map(int, numbers)) == list(range(most + 1))


async def test_files_add_up(found: Report):
    """Open at the start and new, without closed, is open at the end; closed is how they ended; persons stand apart."""
    got = values(paper(found).sections)
    opened = {id.partition(".")[2]: by["files"] for id, by in got.items() if id.startswith("family.")}

    assert opened["open_at_start"] + opened["opened"] - opened["closed"] == opened["open_at_end"]
    assert opened["closed"] == opened["granted"] + opened["refused"] + opened["withdrawn"] == 25
    assert got["family.open_at_start"]["persons"] == 19
    assert got["family.opened"] == {"files": 13, "persons": 5}


async def test_a_forgotten_client_stays_a_person_in_the_files(database: Database, found: Report):
    """After *forget me* the counts are the same, and no client stands behind them."""
    someone = database.look(lambda tx: tx.one(rows.select()))
    await database.write(lambda tx: erasures.erase(tx, someone.client_id, NOW))
    assert (await database.read(lambda tx: report(tx, FIRST, LAST))).files == found.files
    assert database.look(lambda tx: tx.one(rows.select().where(rows.c.id == someone.id))).client_id is None


async def test_a_programme_has_its_own_report(database: Database, found: Report):
    """Only its contacts, and no tables that belong to no programme."""
    one = await database.read(lambda tx: report(tx, FIRST, LAST, municipality="leiden", programme="housing"))

    assert one.contacts["total"] == 300
    assert not {"family", "housing", "trajectories"} & {section.id for section in paper(one).sections}
    assert paper(one).place == "Leiden · Huisvesting"


async def test_hours_follow_the_clock_of_the_office(database: Database):
    """A contact at nine in Leiden is at nine in winter and in summer."""
    at = [datetime(2020, 1, 6, 8, 0, tzinfo=UTC), datetime(2020, 7, 6, 7, 0, tzinfo=UTC)]
    rows = [("call", moment) for moment in at]
    await database.write(lambda tx: contacts.log(tx, [
        Contact(tx.ids.next(), None, 1, "Leiden", kind, moment, moment.date(), ["work"], "info_point", "answered", 1) for kind, moment in rows], NOW))

    assert (await database.read(lambda tx: report(tx, FIRST, LAST))).hours == {(0, 9): (2, 0)}


def test_every_legal_topic_has_its_line():
    """No legal topic is missing from the six lines, and none stands in two."""
    listed = [topic for topics in LEGAL_LINES.values() for topic in topics]

    assert sorted(listed) == sorted(topic.id for topic in TOPICS.values() if topic.group == "legal")


@pytest.mark.parametrize("figure", ["", "contacts", "legal_lines.flying", "flying.high", "hours.9"])
def test_what_is_no_figure_of_contacts_is_refused(figure: str):
    """Only figures that count moments can be opened."""
    with pytest.raises(KeyError):
        weigh(figure)


async def test_what_is_handed_out_tells_no_small_count(found: Report):
    """No number under 5 stands in it, in no form; the page says that some are hidden, and leaves the period before out."""
    page = paper(found, is_outgoing=True)
    shown = [value for by in values(page.sections).values() for value in by.values() if isinstance(value, int)]

    assert not set(shown) & set(SMALL)
    assert values(page.sections)["legal_lines.permit_withdrawal"]["by_person"] == HIDDEN
    assert values(page.sections)["info_point.total"]["by_person"] == 650
    assert all("before" not in section.columns for section in page.sections)
    given = published.as_json(page)
    assert not set(SMALL) & {value for by in given["figures"].values() for line in by.values() for value in line.values()}
    assert "permit_withdrawal" not in given["topics"]


def table(id: str, *lines: tuple[str, int, int]) -> Section:
    """A table of contacts."""
    return Section(id, id, BY, tuple(Line(f"{id}.{name}", name, (person, bot, person + bot)) for name, person, bot in lines))


def solutions(section: Section, told: dict[tuple[str, str], int], limit: int) -> list[dict[tuple[str, str], int]]:
    """Try every number up to a limit for what is hidden, and return what fits all that is told: what anybody could do."""
    names = [line.id for line in section.lines]
    cells = [(name, column) for name in names for column in ("by_person", "by_bot")]
    unknown = [cell for cell in cells if cell not in told]
    fitting = []
    for tried in product(range(1, limit), repeat=len(unknown)):
        full = told | dict(zip(unknown, tried, strict=True))
        for name in names:
            full.setdefault((name, "total"), full[name, "by_person"] + full[name, "by_bot"])
        is_right = all(full[name, "by_person"] + full[name, "by_bot"] == full[name, "total"] for name in names)
        whole, *parts = names
        if is_right and all(full[whole, column] == sum(full[part, column] for part in parts) for column in BY):
            fitting.append(full)
    return fitting


@pytest.mark.parametrize("seed", range(8))
def test_hidden_counts_cannot_be_computed(seed: int):
    """Whoever tries every number finds at least two that fit for each small count: from totals and other lines nothing follows."""
    chance = Random(seed)
    social, legal = ((chance.choice([0, 2, 3, 6, 9]), chance.choice([1, 4, 7])) for _ in range(2))
    section = table("info_point", ("total", social[0] + legal[0], social[1] + legal[1]), ("social", *social), ("legal", *legal))
    (outgoing,) = hide([section])
    told = {(line.id, column): value for line in outgoing.lines for column, value in zip(BY, line.values, strict=True) if isinstance(value, int)}
    true = {(line.id, column): value for line in section.lines for column, value in zip(BY, line.values, strict=True)}

    fitting = solutions(section, told, 12)
    assert fitting
    for cell, value in true.items():
        if value in SMALL:
            assert cell not in told
            assert len({fit[cell] for fit in fitting}) > 1, (cell, true, told)


def test_what_is_left_of_a_total_is_no_small_count_either():
    """Of 40 contacts 38 by one way: that two came by another is not told, though that line is not in the table."""
    ways = Section("channels", "", BY, (Line("channels.telegram", "", (38, 0, 38)),))
    all_of_them = Section("contacts", "", BY, (Line("contacts.total", "", (40, 0, 40)),))
    shown = values(hide([all_of_them, ways]))

    assert HIDDEN in (shown["channels.telegram"]["total"], shown["contacts.total"]["total"])
    assert 2 in relations([all_of_them, ways]).numbers.values()


def test_formulas_are_defused():
    """What a spreadsheet would run is text in it, also the name of an office."""
    line = Line("x.y", "=HYPERLINK(1)", (1, None, ""))
    book = zipfile.ZipFile(io.BytesIO(as_xlsx("@title", ["+1"], [Section("x", "A/B:[c]", BY, (line,))], dict.fromkeys(BY, "-n"), "?")))
    text = "".join(book.read(name).decode() for name in book.namelist() if name.endswith(".xml"))

    assert [defused(start + "x") for start in ("=", "+", "-", "@", "\t")] == ["'=x", "'+x", "'-x", "'@x", "'\tx"]
    assert "<f>" not in text
    assert "'=HYPERLINK(1)" in text
    assert {"'@title", "'+1", "'-n"} <= set(re.findall(r"<t[^>]*>([^<]*)</t>", text))


def test_every_table_that_leaves_goes_by_that_door():
    """Whatever writes a spreadsheet or a list for one defuses its cells; the example of a list, and the played year's, are of our own words alone."""
    home = Path(published.__file__).parent
    written = {path.name for path in home.rglob("*.py") if re.search(r"import xlsxwriter|csv\.(Dict)?[Ww]riter\(", path.read_text())}

    assert {name for name in written if "defused" not in next(home.rglob(name)).read_text()} <= {"lay_out.py", "enact.py"}
    example = zipfile.ZipFile(io.BytesIO(lay_out()))
    assert "<f>" not in "".join(example.read(name).decode() for name in example.namelist() if name.endswith(".xml"))


async def test_the_spreadsheet_has_a_sheet_a_table(found: Report):
    """Each table is a sheet with its numbers as numbers."""
    page = paper(found)
    book = zipfile.ZipFile(io.BytesIO(published.as_xlsx(page)))

    assert len([name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]) == 1 + len(page.sections)
    assert "<v>650</v>" in "".join(book.read(name).decode() for name in book.namelist() if "worksheets" in name)


async def test_the_page_needs_no_server_and_says_the_same(found: Report):
    """One file with pictures of plain shapes and the tables; nothing is fetched, nothing runs."""
    html = published.as_file(paper(found), "html")[0].decode()

    assert not re.search(r"<script|<link|<img|(src|href)=|url\(|@import", html)
    assert html.count("<svg") >= 4
    assert ">650</td>" in html
    assert 'aria-label="Juridische onderwerpen op het infopunt"' in html


async def test_the_report_speaks_english(found: Report):
    """The same tables in English."""
    text = published.as_markdown(publish(found, load(), "en"))

    assert text.startswith("# Contacts from 01-01-2020 to 31-12-2020")
    assert "650 contacts at the info point: 296 social and 354 legal" in text


def test_every_language_is_named():
    """Each language we have has its name in the report, also one that is called otherwise elsewhere."""
    tongues = load()
    for language in ("nl", "en"):
        words = Words(str, tongues(language), names(language))
        assert not {code for code in tongues.languages if words.line(f"languages.{code}") == code}
