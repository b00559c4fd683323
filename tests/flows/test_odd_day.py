"""
A day that can hardly be right, named in answer to a reminder: it is asked about once, whoever was asked for it and whatever they said before.
"""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.answers import anywhere, key, reply, yes_or_no
from flows.days import add_years
from flows.events import Answered, Due, Escalated, Learned, NotUnderstood
from flows.facts import Facts
from flows.remind import DID_ON, LONGEST, NEW_DATE, is_odd
from flows.session import Session
from flows.words import WRONG
from tests.flows.conversation import TONGUES, TUESDAY, Person, welcomed

ENDS = date(2027, 2, 20)
TODAY = TUESDAY.date()
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


@pytest.mark.parametrize(("text", "is_right"), [("1", True), ("ja", True), ("2", False), ("nee", False)])
def test_who_is_held_and_asked_is_heard(text: str, is_right: bool):
    """Whoever has the conversation meanwhile: an odd day is asked about, and what is typed in answer counts."""
    olena = reminded()
    olena.says("1")
    olena.knows = replace(olena.knows, is_held=True)
    assert "Klopt die?" in olena.says(OLD_CARD)

    assert olena.says("ja maar wacht") == ""
    assert ("vrijwilliger" if is_right else "31-12-2026") in olena.says(text)
    assert bool(olena.has(Escalated)) is is_right
    assert olena.says("ja") == ""


@pytest.mark.parametrize("text", ["oké", "goed", "👍", "2", "nee"])
def test_who_is_held_later_answers_the_volunteer(text: str):
    """What the bot asked before a volunteer took over is not answered by what the client says to the volunteer."""
    olena = reminded()
    olena.says("1")
    assert "Klopt die?" in olena.says(OLD_CARD)
    olena.knows = replace(olena.knows, is_held=True)

    assert olena.says(text) == ""
    assert olena.has(Escalated) == []


@pytest.mark.parametrize(("language", "right", "wrong"), [
    ("nl", "klopt", "klopt niet"), ("en", "right", "wrong"), ("ar", "صحيح", "خطأ"), ("ti", "ልክዕ", "ጌጋ"), ("fa", "درست است", "درست نیست"),
    ("prs", "درست است", "درست نیست"), ("tr", "doğru", "yanlış"), ("uk", "правильно", "неправильно"), ("so", "sax", "khalad"),
    ("fr", "c'est juste", "c'est faux"),
])
def test_the_words_of_the_question_answer_it(language: str, right: str, wrong: str):
    """In each language the words in which it is asked whether the day is right, and whether it is wrong, are a yes and a no."""
    olena = reminded(language)
    olena.says("1")
    asked = key(olena.says(OLD_CARD)).split()
    assert set(key(f"{right} {wrong}").split()) <= set(asked)
    olena.says(wrong)
    assert (olena.session.node, olena.has(Answered), olena.has(NotUnderstood)) == ("again", [], [])

    olena.says(OLD_CARD)
    olena.says(right)
    assert olena.has(Escalated)


def test_wrong_is_a_no_only_where_right_is_asked():
    """Each language has words for wrong; who writes one unasked, or to another question, is not taken to say no."""
    words = [word for listed in WRONG.values() for word in listed.split(",")]
    assert WRONG.keys() == set(TONGUES.languages)
    assert {(yes_or_no(word, language), anywhere(word), reply(word)) for word in words for language in WRONG} == {("", "", "")}

    olena, yonas = welcomed("en"), Person(Session("welcome", "consent", "en"))
    olena.says("that is wrong")
    yonas.says("that is wrong")
    assert olena.has(NotUnderstood)
    assert not yonas.has(Learned)


def test_back_shows_no_day_that_nobody_wrote():
    """After the odd day went to a person nothing is left to ask about: the way back leads to the menu, and nothing is escalated again."""
    olena = reminded()
    for said in ("1", OLD_CARD, "ja"):
        olena.says(said)
    back = olena.says("terug")

    assert "U schreef deze dag" not in back
    assert "Wat is uw vraag?" in back
    olena.says("ja")
    assert not olena.has(Escalated)


def test_back_to_an_odd_day_shows_it():
    """Before it went to a person, the way back leads to the day that they wrote."""
    olena = reminded()
    for said in ("1", OLD_CARD, "nee"):
        olena.says(said)

    assert "20 februari 2027. Klopt die?" in olena.says("terug")


def due(kind: str, due_on: date) -> Due:
    """Return what a reminder is about, with all that is known of who gets it."""
    known = Facts(permit_expires_on=due_on, travel_document_expires_on=due_on, moved_on=TODAY, childcare_started_on=TODAY, bsgr_bill_on=TODAY)
    return Due("", due_on, TODAY, "social", kind=kind, known=known)


@pytest.mark.parametrize("days", [60, -10])
@pytest.mark.parametrize("kind", sorted(DID_ON.keys() | NEW_DATE.keys()))
def test_a_right_day_is_never_odd(kind: str, days: int):
    """The day on which it was done, before or after it was due, and the day on what they got for it, are taken as they are."""
    one = due(kind, TODAY + timedelta(days))

    assert [ago for ago in (0, 1, 14) if is_odd(one, TODAY - timedelta(ago), TODAY)] == []
    if kind in NEW_DATE:
        assert [years for years in (1, 5, LONGEST) if is_odd(one, add_years(TODAY, years), TODAY)] == []


@pytest.mark.parametrize("day", [TODAY + timedelta(60), date(2025, 11, 23), date(2036, 11, 25)])
def test_a_wrong_day_of_a_passport_is_odd(day: date):
    """The day on the old passport, one of years ago and one after any new passport ends are asked about."""

    assert is_odd(due("travel_document", TODAY + timedelta(60)), day, TODAY)
