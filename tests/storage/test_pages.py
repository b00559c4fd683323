"""
Pages of the list of questions: all of it, each question once, in order, and none dearer than the first.
"""

import time
from datetime import timedelta

import pytest
from sqlalchemy import text

from flows.rights import Volunteer
from storage import pages, questions, volunteers
from storage.database import Database, Tx
from storage.pages import Place
from storage.tables import tickets
from storage.tickets import URGENCIES
from tests.storage.lives import NOW

MANY, PAGE = 20_000, 50


def fill(tx: Tx, how_many: int, is_open: bool = True) -> None:
    """Store questions of every urgency, many of them due at the same moment."""
    stored = [
        {"id": tx.ids.next(), "location_id": 1, "team": "social", "urgency": URGENCIES[number % 4], "language": "nl", "reason": "asked",
         "state": "open" if is_open else "closed", "opened_at": NOW, "due_at": NOW + timedelta(hours=number % 7), "number": number + 1,
         "closed_at": None if is_open else NOW + timedelta(hours=number % 5)}
        for number in range(how_many)
    ]
    tx.run(tickets.insert(), stored)


def somebody(tx: Tx) -> Volunteer:
    """A volunteer who sees them."""
    found = volunteers.by_id(tx, volunteers.add(tx, "Joke", "volunteer", 1, NOW, ["social"]))
    assert found
    return found


@pytest.mark.parametrize("filter", ["all", "closed"])
def test_every_question_is_on_one_page(database: Database, filter: questions.Filter) -> None:
    """However many are due at the same moment, a walk from page to page meets each once, in the order of the list."""
    def walk(tx: Tx) -> list[questions.Question]:
        who, seen, after = somebody(tx), [], None
        fill(tx, 203, filter == "all")
        while page := questions.for_(tx, who, filter, after, 20):
            seen += page
            after = pages.place(str(questions.place_of(page[-1])))
            assert after is not None
        return seen

    seen = database.submit(walk).result()
    ordered = sorted(seen, key=lambda one: (URGENCIES.index(one.urgency), one.due_at, one.id))
    closed = sorted(seen, key=lambda one: (one.closed_at, one.id), reverse=True) if filter == "closed" else []
    assert len({one.id for one in seen}) == len(seen) == 203
    assert [one.id for one in seen] == [one.id for one in (closed or ordered)]


def test_what_changed_between_two_pages_hides_nothing(database: Database) -> None:
    """Questions that were closed on the page one comes from move no other out of sight."""
    def walk(tx: Tx) -> tuple[set[int], set[int]]:
        who = somebody(tx)
        fill(tx, 100)
        first = questions.for_(tx, who, how_many=20)
        for one in first:
            questions.close(tx, one.id, "answered", NOW)
        rest = questions.for_(tx, who, after=questions.place_of(first[-1]), how_many=100)
        return {one.id for one in first}, {one.id for one in rest}

    first, rest = database.submit(walk).result()
    assert len(first | rest) == 100
    assert not first & rest


@pytest.mark.parametrize("filter", ["all", "closed"])
def test_a_late_page_costs_what_the_first_does(database: Database, filter: questions.Filter) -> None:
    """The four hundredth page of 20,000 questions is not dearer than the first, within what a shared machine lets us see."""
    def prepare(tx: Tx) -> tuple[Volunteer, Place]:
        fill(tx, MANY, filter == "all")
        last = Place(URGENCIES[-1], NOW + timedelta(hours=6), 0) if filter == "all" else Place("closed", NOW, 1 << 62)
        return somebody(tx), last

    who, last = database.submit(prepare).result()
    database.submit(lambda tx: tx.run(text("analyze"))).result()

    def cost(after: Place | None) -> float:
        taken = []
        for _ in range(7):
            began = time.perf_counter()
            assert len(database.look(lambda tx: questions.for_(tx, who, filter, after, PAGE))) == PAGE
            taken.append(time.perf_counter() - began)
        return min(taken)

    assert any(cost(last) < 3 * cost(None) for _ in range(10))


@pytest.mark.parametrize("told", ["", "x", "soon.1.1", "now.1", "now.-1.1", "now.1.1.1", "now.1.99999999999999999999", "now.99999999999999999.1",
    "now.1.9223372036854775808", "now.\u0661.1"])
def test_what_is_no_place_is_none(told: str) -> None:
    """Whatever stands in an address, a page is found or begins at the beginning."""
    found = pages.place(told)

    assert found is None or str(found) == told
    assert (found is None) == (told != "now.99999999999999999.1")
