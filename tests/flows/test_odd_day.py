"""
A day that can hardly be right, named in answer to a reminder: it is asked about once, whoever was asked for it and whatever they said before.
"""

from datetime import date

from flows.events import Answered, Escalated
from tests.flows.conversation import Person, welcomed

ENDS = date(2027, 2, 20)
OLD_CARD, ASKED_ON = "20-02-2027", "20-11-2026"


def reminded(language: str = "nl", asks_kind: bool = False) -> Person:
    """Return a client whose card ends, reminded of it."""
    olena = welcomed(language)
    olena.is_reminded("permit_renewal", ENDS, asks_kind)
    return olena


def test_no_to_an_odd_day_answers_nothing():
    """Who said that they will do it and wrote the day on their old card is asked again, and has not said that it is done."""
    olena = reminded(asks_kind=True)
    olena.says("2")
    olena.says(OLD_CARD)
    again = olena.says("nee")

    assert "31-12-2026" in again
    assert olena.has(Answered) == []
    assert "Klopt die?" in olena.says(OLD_CARD)
    olena.says("nee")
    olena.says(ASKED_ON)
    assert olena.has(Answered) == [Answered("day")]


def test_no_day_after_an_odd_one_is_for_a_person():
    """Who is told that a volunteer looks at it has one who does, also where they never said *done*."""
    olena = reminded(asks_kind=True)
    for said in ("2", OLD_CARD, "nee"):
        olena.says(said)

    assert "vrijwilliger" in olena.says("1")
    assert olena.has(Escalated)
    assert olena.has(Answered) == []
