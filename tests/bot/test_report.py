"""
The report: known moments in, known figures out.
"""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import publish as published
from bot.report import Report, UnknownLocation, before, report
from bot.translate import load
from flows.contacts import KINDS
from storage import clients, contacts, locations, moments, reminders, sweeps
from storage.contacts import Contact
from storage.database import Database, Tx
from storage.moments import Moment
from storage.reminders import Reminder

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
FIRST, LAST = date(2027, 1, 1), date(2027, 12, 31)


def as_json(found: Report) -> dict:
    """Return the report as JSON has it."""
    return published.as_json(published.publish(found, load()))


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
    reminded = moment(olena, "permit_renewal", "")                          # and she did not answer
    moments.begin(tx, [replace(reminded, began_by="us", is_reached=False, outcome="not_reached", inbound=0, outbound=1)])


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
    assert list(json.loads(json.dumps(found)))[:10] == [
        "from", "to", "location", "contacts", "topics", "programmes", "channels", "languages", "clients", "not_reached"]
    assert (found["from"], found["to"], found["location"]) == ("2027-01-01", "2027-12-31", None)
    assert set(found["contacts"].values()) == {0}
    assert found["topics"] == {}
    assert found["figures"]["housing"]["housed_persons"]["number"] is None


async def test_a_call_that_nobody_took_is_nothing_we_wrote(filled: Database):
    """A call and a visit in vain are logged, but no message of ours that nobody answered."""
    def call(tx: Tx) -> None:
        contacts.log(tx, [Contact(tx.ids.next(), None, 1, "Leiden", kind, NOW, TODAY, ["work"], "info_point", "no_contact", 1)
                          for kind in KINDS], NOW)

    await filled.write(call)
    assert (await filled.read(lambda tx: report(tx, FIRST, LAST))).not_reached == 1


async def test_whom_we_approached_about_a_renewal(database: Database):
    """
    By a reminder, into an open question too, or by a person to whom it was handed: each client once, also over several kinds. A call that
    nobody took helped nobody.
    """
    def approach(tx: Tx) -> None:
        people = clients.add(tx, 7, NOW)
        sent, answered, called, talked, before, planned, failed = people
        at = {before: NOW - timedelta(days=400)}
        plan = [(sent, "permit_renewal", "sent"), (sent, "permit_expired", "sent"), (answered, "permit_card_renewal", "answered"),
                (called, "permit_renewal", "called"), (talked, "permit_renewal", "called"), (before, "permit_renewal", "sent"),
                (planned, "permit_renewal", "planned"), (planned, "income_tax", "sent"), (failed, "permit_renewal", "failed")]
        rows = [Reminder(tx.ids.next(), id, 1, kind, TODAY, at.get(id, NOW).date(), "client", TODAY, None) for id, kind, _state in plan]
        reminders.add(tx, rows)
        for row, (id, _kind, state) in zip(rows, plan, strict=True):
            row.state, row.settled_at, row.ticket_id = state, None if state == "planned" else at.get(id, NOW), 5 if state == "failed" else None
        reminders.settle(tx, rows)
        reminders.answer(tx, [row.id for row in rows if row.client_id == answered], "will_do", NOW)
        contacts.log(tx, [Contact(tx.ids.next(), id, 1, "Leiden", "call", when, when.date(), [topic], "info_point", outcome, 1)
                          for id, topic, when, outcome in (
                              (talked, "permit_renewal", NOW + timedelta(days=3), "answered"), (called, "work", NOW, "answered"),
                              (called, "permit_renewal", NOW, "no_contact"), (sent, "permit_renewal", NOW - timedelta(days=3), "answered"))], NOW)

    await database.write(approach)
    found = await database.read(lambda tx: report(tx, FIRST, LAST))
    assert found.renewals == {"approached": 5, "renewed": 0, "helped": 1, "reached": 1, "not_reached": 3}
    assert found.before.renewals == {"approached": 1, "renewed": 0, "helped": 0, "reached": 0, "not_reached": 1}

    long_after = NOW + timedelta(days=800)          # their moments are nobody's by then
    assert await database.write(lambda tx: sweeps.untie(tx, sweeps.some_clients(tx, 0, 50), long_after)) > 0
    again = await database.read(lambda tx: report(tx, FIRST, LAST))
    assert (again.renewals, again.before.renewals) == (found.renewals, found.before.renewals)


async def test_report_includes_its_first_and_last_day(filled: Database):
    """Both days named belong to the period."""

    found = await filled.read(lambda tx: report(tx, date(2026, 12, 31), date(2027, 3, 1)))
    assert found.contacts["total"] == 7
    assert (await filled.read(lambda tx: report(tx, date(2026, 12, 31), date(2026, 12, 31)))).contacts["total"] == 1


async def test_report_reads_as_markdown(filled: Database):
    """The same figures in Dutch, in tables that a person can read as they are; what nobody entered says so."""

    text = published.as_markdown(published.publish(await filled.read(lambda tx: report(tx, FIRST, LAST)), load()))
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert lines[0] == "# Contacten 01-01-2027 t/m 31-12-2027"
    assert "| Contacten | 3 | 3 | 6 | 1 |" in lines
    assert "| – juridisch | 1 | 1 | 2 | 0 |" in lines
    assert "| – waarvan nog zonder onderwerp | 1 | 0 | 1 | 0 |" in lines
    assert "| Niet bereikt: wij schreven en niemand antwoordde | 1 | 0 |" in lines
    assert "| Verlenging | 1 | 1 | 2 | 0 |" in lines
    assert "| Arabisch | 1 | 2 | 3 | 0 |" in lines
    assert "| Infopunt | 3 | 3 | 6 | 1 |" in lines
    assert "| Personen gehuisvest | niet ingevuld | niet ingevuld |" in lines
    assert ("Op het infopunt hadden onze mensen 2 contacten: 1 maatschappelijk en 1 juridisch. "
            "Daarnaast beantwoordde de bot er 3 zonder hulp van een mens.") in lines


@pytest.mark.parametrize(("days", "earlier"), [
    (("2026-01-01", "2026-12-31"), ("2025-01-01", "2025-12-31")), (("2026-03-01", "2026-05-31"), ("2025-12-01", "2026-02-28")),
    (("2024-03-01", "2024-03-31"), ("2024-02-01", "2024-02-29")), (("2026-03-02", "2026-03-08"), ("2026-02-23", "2026-03-01")),
    (("0001-01-01", "9999-12-31"), ("0001-01-01", "0001-01-01")),
])
def test_the_period_before_is_as_long(days: tuple[str, str], earlier: tuple[str, str]):
    """A year is compared with the year before, months with as many months, days with as many days."""

    assert before(*map(date.fromisoformat, days)) == tuple(map(date.fromisoformat, earlier))
