"""
Voice: who reads little asks once to hear our texts, in any language, and takes it back; and a voice note is welcome everywhere.
"""

import unicodedata
from dataclasses import replace

import pytest

from flows.answers import anywhere
from flows.catalogue import FLOWS
from flows.emergency import DANGER
from flows.engine import start
from flows.events import Escalated, Heard, Learned, Said, Topic
from flows.language import offered
from flows.node import Flow
from flows.sensitive import places
from flows.session import Session
from flows.speech import may_be_spoken
from flows.spoken import spoken, weighty
from flows.turn import Turn
from flows.voice import ASK, VOICE
from tests.flows.conversation import TONGUES, Person, welcomed

ON, OFF = [Learned("voice", "yes")], [Learned("voice", "no")]


@pytest.mark.parametrize("language", TONGUES.languages)
def test_each_language_names_words_that_work(language: str) -> None:
    """What the bot tells a client to write is understood, to switch voice off and on again; so is the label as it stands on the button."""
    off, on = (TONGUES(language).raw(node.text).rpartition(":")[2].strip() for node in VOICE.nodes.values())
    person = welcomed(language)

    assert (anywhere(off), anywhere(on)) == ("text", "voice")
    person.says(on)
    assert person.has(Learned) == ON
    person.says(off)
    assert person.has(Learned) == OFF
    person.says(TONGUES(language).raw(ASK.label))
    assert person.has(Learned) == ON


def test_voice_is_told_back() -> None:
    """The client hears at once that it is so, and how to stop it."""
    assert "Schrijf: tekst" in welcomed().says("stuur mij spraak")


def test_voice_can_be_asked_for_before_consent() -> None:
    """Who cannot read the question of consent asks first: it is noted, and the question is asked again."""
    person = Person()
    person.says("hallo")
    person.presses("Nederlands")
    consent = person.said.text if person.said else ""
    said = person.says("ik kan niet lezen")

    assert person.has(Learned) == ON
    assert said.endswith(consent)


def test_a_press_is_noted_while_a_volunteer_talks() -> None:
    """The bot stays silent for the button, and still keeps the wish; the word is answered, like stop."""
    person = welcomed()
    person.knows = replace(person.knows, is_held=True)

    assert person.says(kind="choice", choice="person.about:voice") == ""
    assert person.has(Learned) == ON
    assert "spraak" in person.says("tekst")
    assert person.has(Learned) == OFF


def sources(text: str) -> tuple[str, ...]:
    """Return the texts that a message to a welcomed client is made of."""
    person = welcomed()
    person.says(text)
    assert person.said
    return person.said.sources


def test_a_message_names_the_texts_it_is_made_of() -> None:
    """Each part in order; a part with a day or an address in it leaves none, and the alarm is its text without the number."""
    assert sources("menu") == (FLOWS["menu"].first.text,)
    assert sources("stop") == (FLOWS["stop"].nodes["stopped"].text, FLOWS["menu"].nodes["after"].text)
    assert sources("vrijwilliger") == ()
    assert sources("112") == (DANGER.text,)


def test_a_recording_leaves_out_the_day_of_checking_alone() -> None:
    """Answers and consent can be recorded; what says when, where or which number cannot."""
    assert may_be_spoken("Wegwijs of {place}. Checked: {date}.")
    assert not may_be_spoken("You get an answer before {time} on {day}.")
    assert not may_be_spoken("Come to us: {address}, {date}")


@pytest.mark.parametrize("flow", FLOWS)
def test_a_voice_note_is_taken_everywhere(flow: str) -> None:
    """Wherever the client is, a voice note brings the number for danger first, and a ticket."""
    for node in [node.id for node in FLOWS[flow].nodes.values() if node.waits]:
        person = welcomed("ar")
        person.session = Session(flow, node, "ar", data={"consent": "yes"})
        said = person.says(kind="voice")

        assert said.startswith("112\n"), node
        assert person.has(Escalated), node


def test_a_voice_note_is_asked_what_it_is_about() -> None:
    """The topic is chosen by one digit, and joins the ticket."""
    person = welcomed()
    said = person.says(kind="voice")

    assert said.endswith("Waar gaat het over?")
    assert "🏠" in person.labels[0]
    person.says("1")
    assert [event.topics for event in person.has(Escalated) if isinstance(event, Escalated)] == [("housing_search",)]
    assert person.has(Topic)


def test_a_voice_note_before_anything_else_is_taken() -> None:
    """The very first message may be spoken: the number in all languages, a ticket, and the question which language."""
    person = Person()
    said = person.says(kind="voice")

    assert said.startswith("112\n")
    assert person.has(Escalated)
    assert any(isinstance(event, Said) and event.offers for event in person.events)


def test_the_weightiest_are_recorded_first() -> None:
    """Whoever records begins with the alarms, then consent and erasing; what names a day or stands on a button is never asked for."""
    ranked = [places(text)[:1] for text in spoken() if text in weighty()]

    assert ranked[:6] == [[]] * 6
    assert ["welcome.consent"] in ranked[6:12]
    assert ["stop.forget"] in ranked[6:20]
    assert [text for text in spoken() if not may_be_spoken(text)] == []
    assert "Yes" not in spoken()


def test_what_is_said_can_be_recorded() -> None:
    """Every text that a message names as its source is on the list of those to record."""
    named = set()
    for flow in FLOWS.values():
        for node in flow.nodes.values():
            person = welcomed()
            events = start(Flow(flow.name, node), person.session, Heard("text", person.at, person.knows), TONGUES)[1]
            named |= {source for event in events if isinstance(event, Said) for source in event.sources}

    assert len(named) > 60
    assert named - set(spoken()) == set()


@pytest.mark.parametrize("language", TONGUES.languages)
def test_every_choice_has_a_picture_and_one_digit(language: str) -> None:
    """Each choice of each conversation begins with an emoji, and never are there more than nine at once; a language is its own name."""
    for flow in FLOWS.values():
        for node in flow.nodes.values():
            person = welcomed(language)
            person.session = Session(flow.name, node.id, language, data={"consent": "yes"})
            now = Turn(person.session, Heard("text", person.at, person.knows), TONGUES)
            offered = now.choices(node)
            bare = [now.label(choice) for choice in offered if not choice.language and not begins_with_a_picture(now.label(choice))]

            assert bare == [], f"{flow.name}.{node.id}"
            assert len(offered) <= 9, f"{flow.name}.{node.id}"


def begins_with_a_picture(label: str) -> bool:
    """Tell whether a label begins with an emoji or a sign, behind the mark that makes it read from the right."""
    return unicodedata.category(label.lstrip("\u200f")[0]) in ("So", "Sm")


def test_each_language_is_reached_by_a_digit() -> None:
    """What does not fit among the first nine is behind the last of them, which says so in a language that is there."""
    first, more = (offered(FLOWS["welcome"].nodes[name].choices, TONGUES.languages) for name in ("language", "other"))

    assert {choice.language for choice in (*first, *more)} >= set(TONGUES.languages)
    assert (len(first), len(more)) == (9, 9)
    assert first[-1].label.startswith(more[0].label)
    person = Person()
    person.says("hallo")
    person.says("9")
    person.says("1")
    assert person.has(Learned) == [Learned("language", more[0].language)]


def test_a_language_of_the_second_page_asks_no_consent_again() -> None:
    """Who agreed and changes the language later is at the menu at once."""
    person = welcomed()
    person.says("taal")
    person.says("9")
    person.says("1")

    assert person.has(Learned)
    assert person.session
    assert (person.session.flow, person.session.node) == ("menu", "main")
