"""
Contacts that were no chats: written down at the desk, counted once, joined to the question they were about.
"""

import re

import pytest

from bot.report import report
from storage import clients, locations, moments, questions, reports
from storage.tables import moments as moment_rows
from storage.tables import notes as note_rows
from tests.bot.web.desk.conftest import Desk

HERE = "/desk/contacts"


def day_of(desk: Desk) -> str:
    """Return the day at the office."""
    return desk.world.now().date().isoformat()


def kept(desk: Desk) -> list:
    """Return every moment that is written down, the newest last."""
    return list(desk.world.app.database.look(lambda tx: tx.all(moment_rows.select().order_by(moment_rows.c.id))))


def noted(desk: Desk) -> list:
    """Return every note."""
    return list(desk.world.app.database.look(lambda tx: tx.all(note_rows.select())))


async def fill(browser, desk: Desk, once: str = "", **lines: str):
    """Fill the form in as its page asks and send it."""
    page = (await browser.get(HERE)).text
    form = {"once": once or re.search(r'name="once" value="(\d+)"', page)[1], "rows": "1", "kind": "call", "programme": "info_point",
            "day": day_of(desk), **lines}
    return await browser.post(HERE, **form)


@pytest.fixture
def amina(desk: Desk):
    """A client of the location whom nobody wrote with yet."""
    def add(tx):
        (id,) = clients.add(tx, 1, desk.world.now(), "Amina", "ar", 1)
        return clients.by_ids(tx, [id])[0]

    return desk.world.app.database.submit(add).result()


async def test_a_call_counts_as_one_contact(desk: Desk, amina):
    """One form, and the report has a contact by a person with its topics, minutes, programme and language."""
    joke = desk.somebody("Joke")
    answer = await fill(joke, desk, who_0="amina", topic_0="debts_money", second_0="permit_renewal", minutes_0="20", note_0="belt terug")

    assert answer.status == 303
    assert "said=logged" in answer.headers["location"]
    assert "amina" not in answer.headers["location"].lower()
    (row,) = kept(desk)
    assert (row.client_id, row.channel, row.topics, row.minutes, row.programme, row.answered_by, row.languages, row.volunteer_id) == (
        amina.id, "call", "debts_money,permit_renewal", 20, "info_point", "volunteer", "ar", joke.who.id)
    found = desk.world.app.database.look(lambda tx: report(tx, row.began_on, row.began_on))
    assert (found.contacts["total"], found.contacts["by_person"], found.channels) == (1, 1, {"call": 1})
    (note,) = noted(desk)
    assert (note.client_id, note.moment_id) == (amina.id, row.id)


async def test_a_form_sent_twice_counts_once(desk: Desk, amina):
    """The connection broke after the commit and the browser sends it again: nothing is doubled."""
    joke = desk.somebody("Joke")
    page = (await joke.get(HERE)).text
    once = re.search(r'name="once" value="(\d+)"', page)[1]
    for _ in range(2):
        answer = await fill(joke, desk, once, who_0="1001", topic_0="work", note_0="iets")
        assert answer.status == 303

    assert (len(kept(desk)), len(noted(desk))) == (1, 1)


async def test_a_form_of_yesterday_is_looked_at_first(desk: Desk, amina):
    """Sent again the next morning it is not kept, however often, but shown with what was typed; kept from there it counts once."""
    joke = desk.somebody("Joke", reads="en")
    page = (await joke.get(HERE)).text
    once = re.search(r'name="once" value="(\d+)"', page)[1]
    desk.world.now.move(hours=25)
    joke = desk.browser(joke.who)           # logged in anew
    for _ in range(2):
        shown = await fill(joke, desk, once, who_0="1001", topic_0="work", note_0="iets")
        assert shown.status == 400
        assert "lay for more than a day" in shown.text
    assert kept(desk) == []

    fresh = re.search(r'name="once" value="(\d+)"', shown.text)[1]
    for _ in range(2):
        await fill(joke, desk, fresh, who_0="1001", topic_0="work", note_0="iets")
    assert (len(kept(desk)), len(noted(desk))) == (1, 1)


async def test_an_office_hour_is_written_down_at_once(desk: Desk, amina):
    """Several lines, anonymous ones too, are kept together; a blank line is nobody."""
    joke = desk.somebody("Joke")
    lines = {"topic_0": "letter_check", "topic_2": "debts_money", "who_2": "1001", "topic_5": "work", "outcome_5": "referred"}
    await fill(joke, desk, rows="12", kind="office", **lines)

    assert [(row.channel, row.topics, row.client_id, row.outcome) for row in kept(desk)] == [
        ("office", "letter_check", None, "answered"), ("office", "debts_money", amina.id, "answered"), ("office", "work", None, "referred")]


@pytest.mark.parametrize(("line", "why"), [
    ({"who_0": "Olena", "topic_0": "work"}, "Nobody found"), ({"who_0": "Amina"}, "Choose a subject"), ({"topic_0": "flying"}, "Choose a subject"),
    ({"topic_0": "work", "minutes_0": "601"}, "whole number"), ({"topic_0": "work", "minutes_0": "-5"}, "whole number"),
    ({"topic_0": "work", "kind": "pigeon"}, "Choose how"), ({"topic_0": "work", "day": "2030-01-01"}, "Choose a day"), ({}, "Nothing was written"),
])
async def test_a_slip_is_named_and_nothing_is_kept(desk: Desk, amina, line, why):
    """The page comes back with what was typed and one sentence; the good line beside it is not kept either."""
    joke = desk.somebody("Joke", reads="en")
    good = {"rows": "12", "topic_3": "work"} if line and "kind" not in line and "day" not in line else {}
    answer = await fill(joke, desk, **good, **line)

    assert answer.status == 400
    assert why in answer.text
    assert kept(desk) == []


async def test_who_is_called_alike_is_asked(desk: Desk, amina):
    """Two clients of one name: the page asks which, and keeps the one that is chosen."""
    joke = desk.somebody("Joke", reads="en")
    await joke.post("/desk/clients", name="Amina", language="ti")
    asked = await fill(joke, desk, who_0="Amina", topic_0="work")
    assert (asked.status, kept(desk)) == (400, [])
    assert "1001" in asked.text
    assert "1002" in asked.text

    await fill(joke, desk, who_0="Amina", client_0="1002", topic_0="work")
    assert [row.languages for row in kept(desk)] == ["ti"]


async def test_a_call_about_an_open_question_is_the_same_moment(desk: Desk, olena):
    """The page asks whether it was about the open question; joined, one question is one moment, answered by a person."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    joke = desk.somebody("Joke", reads="en")
    (question,) = desk.world.tickets(joke.who)
    line = {"who_0": str(question.client_number), "topic_0": "work", "minutes_0": "10"}
    asked = await fill(joke, desk, **line)
    assert f"Question {question.number} of this client is open" in asked.text
    before = len(kept(desk))

    page = re.search(r'name="once" value="(\d+)"', asked.text)[1]
    for _ in range(2):
        await fill(joke, desk, page, **line, join_0="yes")
    moment = next(row for row in kept(desk) if row.id == question.moment_id)
    assert len(kept(desk)) == before
    assert moment.answered_by in reports.BY_PERSON
    assert (moment.minutes, "work" in moment.topics) == (10, True)
    now = desk.world.app.database.look(lambda tx: questions.one(tx, question.id))
    assert now.answered_at is not None
    assert [row.ticket_id for row in noted(desk)] == [question.id]

    await fill(joke, desk, **line, join_0="no")
    assert len(kept(desk)) == before + 1


async def test_a_question_of_another_team_is_not_told(desk: Desk, olena):
    """Who may not see the question is not asked to join it, and the contact stands apart."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = desk.world.tickets(desk.world.volunteer("Marja", "coordinator", ()))
    kees = desk.somebody("Kees", teams=("housing",), reads="en")
    answer = await fill(kees, desk, who_0=str(question.client_number), topic_0="work")

    assert answer.status == 303
    theirs = desk.world.app.database.look(lambda tx: moments.of_client(tx, question.client_id))
    assert sorted(row.channel for row in theirs) == ["call", "memory"]


async def test_nobody_writes_down_for_another_location(desk: Desk, amina):
    """A client of elsewhere is nobody here, by name and by number."""
    gouda = desk.world.app.database.submit(lambda tx: locations.put(tx, "Gouda")).result()
    bas = desk.somebody("Bas", "coordinator", location_id=gouda, reads="en")
    for who in ("Amina", "1001"):
        answer = await fill(bas, desk, who_0=who, topic_0="work")
        assert "Nobody found" in answer.text
    assert kept(desk) == []


async def test_what_was_wrong_is_taken_back(desk: Desk, amina):
    """Within an hour, by who wrote it; a colleague cannot, and later nobody can."""
    joke, kees = desk.somebody("Joke"), desk.somebody("Kees")
    where = (await fill(joke, desk, topic_0="work", note_0="fout")).headers["location"]
    last = re.search(r"last=(\d+)", where)[1]

    assert "no_taken_back" in (await kees.post(f"{HERE}/back", last=last, n="1")).headers["location"]
    assert "said=taken_back" in (await joke.post(f"{HERE}/back", last=last, n="1")).headers["location"]
    assert (kept(desk), noted(desk)) == ([], [])

    where = (await fill(joke, desk, topic_0="work")).headers["location"]
    desk.world.now.move(hours=2)
    assert "no_taken_back" in (await joke.post(f"{HERE}/back", last=re.search(r"last=(\d+)", where)[1], n="1")).headers["location"]
