"""
The report: known moments in, known figures out.
"""

import json
from datetime import UTC, date, datetime

import pytest

from bot.report import UnknownLocation, as_json, as_markdown, report
from storage import clients, locations, moments
from storage.database import Database, Tx
from storage.moments import Moment
from storage.reports import _cells

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)


class Plain:
    """The tongue of a test: it says every text as it is."""

    language = "nl"
    is_rtl = False

    def __call__(self, text: str, /, **slots: object) -> str:
        """Return the text."""
        return text.format(**slots) if slots else text

    def variants(self, text: str) -> tuple[str, ...]:
        """Return the text alone."""
        return (text,)


def year(tx: Tx) -> None:
    """Write a small year down: Amina, Yonas and Olena, and what became of their questions."""
    amina, yonas, olena = clients.add(tx, 3, NOW)
    rotterdam = locations.put(tx, "Rotterdam", municipality="Rotterdam")
    leiden = clients.default_location(tx)

    def moment(client: int, topics: str = "", answered_by: str = "bot", languages: str = "ar", on: date = TODAY,
               location: int = leiden, channel: str = "telegram") -> Moment:
        return Moment(tx.ids.next(), client, location, "Leiden", channel, NOW, on, NOW, languages=languages.split(","),
                      topics=topics.split(",") if topics else [], answered_by=answered_by)

    moments.begin(tx, [
        moment(amina, "housing_search"),
        moment(amina, "permit_renewal,housing_search", "both", "ar,nl"),
        moment(yonas, "debts_money", "volunteer", "ti", channel="whatsapp"),
        moment(yonas, "letter_check", "", "ti", channel="whatsapp"),
        moment(olena, answered_by="volunteer", languages="uk"),             # Joke wrote with her, no topic yet
        moment(olena, languages="uk"),                                      # a greeting: no contact
        moment(olena, "work", on=date(2026, 12, 31), languages="uk"),       # the year before
        moment(amina, "permit_renewal", location=rotterdam),
    ])
    moments.reach_out(tx, moment(olena, "permit_renewal", ""))              # a reminder nobody answered


@pytest.fixture
async def filled(database: Database) -> Database:
    """Return a database that holds the small year."""
    await database.write(year)
    return database


async def test_report_counts_contacts(filled: Database):
    """Contacts are what was answered or about something: no greeting, no unanswered reminder, nothing of another year."""

    found = as_json(await filled.read(lambda tx: report(tx, FIRST, LAST)))
    assert found["contacts"] == {"total": 6, "by_person": 3, "by_bot": 3, "social": 3, "legal": 2, "combined": 1, "without_topic": 1}
    assert found["clients"] == 3
    assert found["not_reached"] == 1


async def test_report_counts_every_topic_of_a_contact(filled: Database):
    """A combined question counts in each of its topics, and once in the total."""

    found = as_json(await filled.read(lambda tx: report(tx, FIRST, LAST)))
    assert found["topics"] == {"housing_search": 2, "permit_renewal": 2, "debts_money": 1, "letter_check": 1}
    assert found["programmes"] == {"info_point": 6}
    assert found["channels"] == {"telegram": 4, "whatsapp": 2}
    assert found["languages"] == {"ar": 3, "ti": 2, "nl": 1, "uk": 1}


async def test_report_of_one_location(filled: Database):
    """A location's report holds its own moments alone, and says whose it is."""

    found = as_json(await filled.read(lambda tx: report(tx, FIRST, LAST, "rotterdam")))
    assert found["location"] == "Rotterdam"
    assert (found["contacts"]["total"], found["clients"], found["topics"]) == (1, 1, {"permit_renewal": 1})


async def test_report_names_the_locations_there_are(filled: Database):
    """A location nobody knows is refused with the names of those there are."""

    with pytest.raises(UnknownLocation, match="there is no location 'Delft'; there are: Leiden, Rotterdam"):
        await filled.read(lambda tx: report(tx, FIRST, LAST, "Delft"))


async def test_report_of_nothing_is_whole(database: Database):
    """A period without moments has every key, and zeros."""

    found = as_json(await database.read(lambda tx: report(tx, FIRST, LAST)))
    assert list(json.loads(json.dumps(found))) == [
        "from", "to", "location", "contacts", "topics", "programmes", "channels", "languages", "clients", "not_reached"]
    assert (found["from"], found["to"], found["location"]) == ("2027-01-01", "2027-12-31", None)
    assert set(found["contacts"].values()) == {0}
    assert found["topics"] == {}


async def test_report_includes_its_first_and_last_day(filled: Database):
    """Both days named belong to the period."""

    found = await filled.read(lambda tx: report(tx, date(2026, 12, 31), date(2027, 3, 1)))
    assert found.contacts["total"] == 7
    assert (await filled.read(lambda tx: report(tx, date(2026, 12, 31), date(2026, 12, 31)))).contacts["total"] == 1


async def test_report_reads_as_markdown(filled: Database):
    """The same figures in Dutch, in tables that a person can read as they are."""

    text = as_markdown(await filled.read(lambda tx: report(tx, FIRST, LAST)), Plain(), {"ar": "Arabisch"})
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0] == "# Contacten 01-01-2027 t/m 31-12-2027"
    assert "| Contacten | 6 |" in lines
    assert "| Juridisch | 2 |" in lines
    assert "| Nog zonder onderwerp | 1 |" in lines
    assert "| Niet bereikt | 1 |" in lines
    assert "| Renew my card | 2 |" in lines
    assert "| Arabisch | 3 |" in lines
    assert "| Infopunt | 6 |" in lines


async def test_report_uses_the_index(filled: Database):
    """The period is found by an index, however many years there are."""

    def plan(tx: Tx) -> str:
        query = _cells(FIRST, LAST, None).compile(tx.connection, compile_kwargs={"literal_binds": True})
        return str(tx.connection.exec_driver_sql(f"explain query plan {query}").all())

    if not filled.is_postgres:          # PostgreSQL reads a table this small without its indexes
        assert "ix_moments_began" in await filled.read(plan)
