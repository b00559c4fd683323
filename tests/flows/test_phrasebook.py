"""
The phrasebook: everything a volunteer can say, in every language, with its slots; and what a client presses beneath it.
"""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.events import Escalated, Thanked
from flows.phrasebook import ANSWERS, DOCUMENTS, GROUPS, OFFICES, PHRASES, WrongSlot, pressed, readable, say
from tests.flows.conversation import LEIDEN, TONGUES, welcomed

TODAY = date(2026, 11, 24)
GIVEN = {"date": "2026-12-01", "time": "14:30", "document": "card", "office": "IND", "weeks": "8"}
LANGUAGES = TONGUES.languages


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_phrase_is_said_in_every_language(language):
    """Slots are filled, nothing of the English is left in another language, and its buttons fit WhatsApp."""
    for phrase in PHRASES.values():
        said = say(phrase, GIVEN, TONGUES(language), LEIDEN, TODAY)

        assert said.language == language, phrase.id
        assert not re.search(r"[{}]", said.text), phrase.id
        assert len(said.text) <= 600, phrase.id
        assert language == "en" or TONGUES(language).raw(phrase.text) != phrase.text, phrase.id
        assert len(said.offers) <= 3, phrase.id
        for offer in said.offers:
            assert len(offer.label.encode("utf-16-le")) // 2 <= 20, offer
            assert len(offer.id.encode()) <= 64, offer
            assert pressed(offer.id) == (phrase, ANSWERS[offer.id.rpartition(":")[2]])


def test_every_phrase_has_its_group_and_every_group_its_phrases():
    """The list of a volunteer has no empty heading, and no phrase without one."""
    assert {phrase.group for phrase in PHRASES.values()} == set(GROUPS)
    assert {answer for phrase in PHRASES.values() for answer in phrase.answers} == set(ANSWERS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_and_office_fits_in(language):
    """Whatever a client is asked to bring is named in their language; an office by the name that stands on the door."""
    for document in DOCUMENTS:
        said = say(PHRASES["come_bring"], GIVEN | {"document": document}, TONGUES(language), LEIDEN, TODAY).text
        assert TONGUES(language)(DOCUMENTS[document]) in said
    for office in OFFICES:
        assert office in say(PHRASES["sent"], {"office": office}, TONGUES(language), LEIDEN, TODAY).text


@pytest.mark.parametrize(("slot", "wrong"), [
    ("date", ""), ("date", "2026-02-30"), ("date", "2026-11-23"), ("time", "25:00"), ("time", ""), ("document", "anything"), ("document", ""),
])
def test_a_wrong_slot_is_named(slot, wrong):
    """A day that is past or is none, a time that is none, a document we do not know: the error names the slot."""
    with pytest.raises(WrongSlot, match=slot):
        say(PHRASES["come_bring"], GIVEN | {slot: wrong}, TONGUES("nl"), LEIDEN, TODAY)


def test_weeks_are_a_number_that_can_be():
    """No week, or more than two years of them, is refused."""
    for wrong in ("0", "-1", "105", "veel"):
        with pytest.raises(WrongSlot, match="weeks"):
            say(PHRASES["weeks"], {"weeks": wrong}, TONGUES("nl"), LEIDEN, TODAY)


@pytest.mark.parametrize("choice", ["phrase.come:never", "phrase.nothing:yes", "menu.main:housing", "", "phrase.", "come:good"])
def test_other_buttons_are_none_of_the_phrasebook(choice):
    """Only a button that a phrase has is read as its answer."""
    assert pressed(choice) is None


def test_an_office_without_an_address_is_not_where_somebody_is_sent():
    """A phrase with the office's address or phone is refused while we do not know it."""
    for id, missing in (("where", "address"), ("our_phone", "phone")):
        with pytest.raises(WrongSlot, match=missing):
            say(PHRASES[id], {}, TONGUES("ar"), replace(LEIDEN, **{missing: ""}), TODAY)


def test_a_year_that_is_a_slip_of_the_pen_is_refused():
    """Nobody is asked to come in 2206."""
    with pytest.raises(WrongSlot, match="date"):
        say(PHRASES["hear_on"], {"date": "2206-12-01"}, TONGUES("nl"), LEIDEN, TODAY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_comes_back_readable(language):
    """What was asked and what was pressed stand in one line, in every language, with nothing of a form left."""
    for pressing, answer in [(f"phrase.{phrase.id}:{answer}", answer) for phrase in PHRASES.values() for answer in phrase.answers]:
        line = readable(pressing, TONGUES(language))
        assert line.endswith(TONGUES(language)(ANSWERS[answer]))
        assert not re.search(r"[{}\n]", line)
    assert readable("menu.main:housing", TONGUES(language)) == ""


@pytest.mark.parametrize("answer", ["come:cannot", "call_at:other", "clear:unclear", "clear:call", "safe:no", "may_call:yes", "when_call:evening"])
def test_an_answer_after_the_volunteer_let_go_reaches_a_person(answer):
    """An old button opens a question: what was asked and answered in Dutch, the answer in the client's words; the client hears by when."""
    yonas, (id, pressed_id) = welcomed("ti"), answer.split(":")

    said = yonas.says(kind="choice", choice=f"phrase.{answer}")

    (ticket,) = yonas.has(Escalated)
    assert ticket.question == f"{readable(f'phrase.{id}:{pressed_id}', TONGUES('nl'))} · {TONGUES('ti')(ANSWERS[pressed_id])}"
    assert "27-11-2026" in said


@pytest.mark.parametrize("answer", ["come:good", "clear:yes", "safe:yes", "something_else:no"])
def test_an_answer_that_asks_nothing_opens_no_question(answer):
    """Once the question is closed, "that is good" gets a friendly word and bothers nobody; while it is open it belongs to it."""
    amina = welcomed("ar")

    said = amina.says(kind="choice", choice=f"phrase.{answer}")
    assert said
    assert amina.has(Thanked)
    assert not amina.has(Escalated)

    amina.says("متطوع")
    amina.says(kind="choice", choice=f"phrase.{answer}")
    assert amina.has(Escalated)


def test_the_same_answer_below_two_messages_is_two_answers():
    """Who cannot come on either of two days says so below each; a double tap is one answer."""
    olena = welcomed("uk")
    for seconds, is_heard in ((0, True), (1, False), (4, True)):
        olena.at += timedelta(seconds=seconds)
        assert bool(olena.says(kind="choice", choice="phrase.come:cannot")) is is_heard, seconds


def test_another_question_begins_at_the_menu():
    """Who still has a question when the last one is closed is asked for it."""
    olena = welcomed("en")

    olena.says(kind="choice", choice="phrase.something_else:yes")

    assert (olena.session.flow, olena.session.node) == ("menu", "main")
    assert not olena.has(Escalated)


def test_a_press_while_a_volunteer_has_the_question_is_theirs():
    """The bot says nothing to an answer that a volunteer waits for."""
    yonas = welcomed("ti")
    yonas.knows = replace(yonas.knows, is_held=True)

    assert yonas.says(kind="choice", choice="phrase.come:cannot") == ""
    assert not yonas.events
