"""Is it safe to write here: asked after violence, in every language, and nothing later names what happened."""

from dataclasses import replace

import pytest

from flows.events import Escalated, Learned
from flows.guess import Guess, Limits, Score
from flows.safe_contact import SafeContact, changed, read, safer
from flows.safety import SAFETY
from flows.topics import TOPICS
from tests.flows.conversation import TONGUES, Person, welcomed

VIOLENT = {"nl": "mijn man slaat mij", "en": "my husband beats me", "ar": "زوجي يضربني", "fr": "mon mari me frappe"}
ANSWERS = {"1": "here", "2": "nothing", "3": "call"}


@pytest.mark.parametrize("language", VIOLENT)
@pytest.mark.parametrize("digit", ANSWERS)
def test_violence_asks_whether_writing_is_safe(language: str, digit: str):
    """After the number the bot asks by digit, and the answer is told as safe contact."""
    amina = welcomed(language)
    said = amina.says(VIOLENT[language])
    assert said.index("112") < said.index(TONGUES(language).raw(SAFETY.first.text))
    assert len(amina.labels) == 3

    amina.says(digit)
    assert amina.has(Learned) == [Learned("safe_contact", ANSWERS[digit])]
    assert [ticket.urgency for ticket in amina.has(Escalated)] == ([] if digit == "1" else ["today"])


def test_who_is_asked_goes_on_where_they_were():
    """After the answer a client is where they were, and is not asked again; also who writes the answer in words."""
    amina = welcomed()
    amina.says(kind="photo")
    amina.says("mijn man slaat mij")
    amina.says("nee")
    assert (amina.session.flow, amina.session.node) == ("letter", "sender")
    assert amina.says("mijn man slaat mij").startswith("112\n")
    assert amina.session.flow == "letter"


def test_danger_that_only_the_model_hears_may_be_violence():
    """A danger of no known kind is asked about too, in a language that the client chose; one who has not chosen is offered the languages."""
    text = "hij heeft de sleutels en laat mij niet naar buiten"
    heard = Guess(Score(dict.fromkeys((*TOPICS, ""), 1 / 29), 9.0), (), Limits(0.2, 0.4, 0.15, 0.0))
    amina, yonas = welcomed(), Person()
    said = [one.says(text, guess=heard) for one in (amina, yonas)]

    assert [one.startswith("112\n") for one in said] == [True, True]
    assert [one.session.flow for one in (amina, yonas)] == [SAFETY.name, "welcome"]


def test_who_has_no_language_yet_is_asked_in_theirs():
    """Before a language is chosen the question and the answer to it are in the language of the message; then the welcome goes on."""
    amina = Person()
    amina.says("زوجي يضربني")
    said = amina.says("1")

    assert said.startswith(TONGUES("ar").raw(SAFETY.nodes["safe"].text))
    assert (amina.session.flow, amina.session.node) == ("welcome", "language")


def test_the_answer_is_taken_while_a_volunteer_has_the_conversation():
    """Who is held may still say that writing is not safe."""
    amina = welcomed()
    amina.knows = replace(amina.knows, is_held=True)
    amina.says("mijn man slaat mij")
    assert amina.says("morgen is goed") == ""
    amina.says("2")

    assert amina.has(Learned) == [Learned("safe_contact", "nothing")]


def test_a_number_to_call_reaches_the_volunteer():
    """Who wants to be called writes a number, and it stands in the question."""
    amina = welcomed()
    amina.says("mijn man slaat mij")
    amina.says("3")
    amina.says("06 00000000")

    assert [ticket.question for ticket in amina.has(Escalated)] == ["06 00000000"]


@pytest.mark.parametrize("text", ["er is brand in mijn huis", "ik wil niet meer leven"])
def test_other_danger_asks_nothing(text: str):
    """Where nobody reads along there is nothing to ask."""
    amina = welcomed()
    amina.says(text)
    assert amina.session.flow == "menu"


def test_a_clients_word_only_makes_us_more_careful():
    """Whoever holds the phone may say that writing is safe: it opens nothing that was closed, and keeps the days."""
    assert read(safer("", "call")).how == "call"
    assert read(safer(SafeContact("call").to_json(), "nothing")).how == "nothing"
    assert read(safer(SafeContact("nothing").to_json(), "here")).how == "nothing"
    assert read(safer(SafeContact("here", (1, 2)).to_json(), "call")) == SafeContact("call", (1, 2))
    assert safer("", "here") == safer("", "whatever") == ""


def test_each_part_that_staff_did_not_touch_is_as_the_client_says():
    """Of an older page counts only what was set on it; the rest is what is known now."""
    was, known = SafeContact("here", (1,)), SafeContact("call", (2, 3))

    assert changed(known, was, was) == known
    assert changed(known, was, SafeContact("here", (0,))) == SafeContact("call", (0,))
    assert changed(known, was, SafeContact("nothing", (1,))) == SafeContact("nothing", (2, 3))
    assert changed(known, was, SafeContact("here")) == SafeContact("call")
    assert changed(was, was, SafeContact("call")) == SafeContact("call")
