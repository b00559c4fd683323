"""
Who shall answer: a woman, nobody of the own community; asked in own words, by a button, and while a volunteer is there.
"""

from dataclasses import replace

import pytest

from flows.events import Escalated, Wished
from flows.wishes import wishes
from tests.flows.conversation import TONGUES, welcomed

WOMAN = [
    "Ik wil met een vrouw praten", "liever een vrouw", "ik wil een vrouwelijke vrijwilliger", "I want to talk to a woman", "A woman please",
    "أريد أن أتكلم مع امرأة", "اريد متطوعة امرأة", "ምስ ሰበይቲ ክዛረብ ይደሊ", "je veux parler à une femme", "bir kadınla konuşmak istiyorum",
    "Niet met een man praten, liever een vrouw", "می‌خواهم با یک خانم صحبت کنم", "хочу поговорити з жінкою",
]
COMMUNITY = [
    "Niet met iemand uit mijn land", "Ik wil geen vrijwilliger uit mijn eigen land", "niemand uit mijn gemeenschap alstublieft",
    "not with someone from my country", "nobody from my community", "I don't want a volunteer from my own country",
    "لا أريد شخصا من بلدي", "ليس من بلدي", "ካብ ዓደይ ኣይኹን", "ካብ ዓደይ ሰብ ኣይደልን",
]
NEITHER = [
    "mijn vrouw is ziek", "ik wil mijn vrouw naar Nederland halen", "ik ben door een vrouw geslagen", "mijn diploma uit mijn land is niet geldig",
    "ik kan geen papieren uit mijn land krijgen", "my wife is from my country", "زوجتي مريضة", "ሰበይተይ ሓሚማ", "ik wil niet met een vrouw praten",
    "I don't want to talk to a woman", "لا أريد أن أتكلم مع امرأة", "ምስ ሰበይቲ ክዛረብ ኣይደልን", "", "vrouw", "can my wife speak to a lawyer",
]


@pytest.mark.parametrize("text", WOMAN)
def test_a_woman_is_asked_for(text):
    """In every language we have, and a few more."""
    assert wishes(text) == ("woman",)


@pytest.mark.parametrize("text", COMMUNITY)
def test_nobody_of_the_own_community_is_asked_for(text):
    """It takes a "not" and a person: papers from the own country are another question."""
    assert wishes(text) == ("community",)


@pytest.mark.parametrize("text", NEITHER)
def test_a_wife_a_country_or_a_no_is_no_wish(text):
    """Who speaks of their wife or their papers, or wants no woman, is not taken for one who wants her."""
    assert wishes(text) == ()


def test_a_wish_in_own_words_opens_the_question_with_it():
    """One message is enough: the question is there with the words, the wish beside it, and the client hears by when."""
    amina = welcomed("nl")

    said = amina.says("Ik wil met een vrouw praten, niet met iemand uit mijn land")

    assert [ticket.question for ticket in amina.has(Escalated) if ticket.question] == ["Ik wil met een vrouw praten, niet met iemand uit mijn land"]
    assert amina.has(Wished) == [Wished("woman"), Wished("community")]
    assert "vrijdag 27 november" in said


@pytest.mark.parametrize("language", TONGUES.languages)
def test_an_old_button_of_a_wish_opens_a_question_too(language):
    """Nobody is promised a woman while no question waits for her."""
    amina = welcomed(language)

    amina.says(kind="choice", choice="person.open:woman")

    assert amina.has(Escalated)
    assert amina.has(Wished) == [Wished("woman")]


def test_a_wish_is_kept_while_a_volunteer_has_the_question():
    """The bot stays silent, and the wish is not lost."""
    amina = welcomed("ti")
    amina.knows = replace(amina.knows, is_held=True)

    assert amina.says(kind="choice", choice="person.waiting:community") == ""
    assert amina.events == [Wished("community")]
    assert amina.says(kind="choice", choice="person.open:menu") == ""
    assert amina.events == []
