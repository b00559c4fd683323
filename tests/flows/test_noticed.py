"""
A client writes in another language than the one they chose.
"""

from dataclasses import replace

import pytest

from flows.noticed import pycld2, spoken
from tests.flows.conversation import TONGUES, welcomed

pytestmark = pytest.mark.skipif(pycld2 is None, reason="pycld2 is not installed on this Python")
DIFFERS = "You write in another language now. Which language do you want?"


@pytest.mark.parametrize(("text", "language"), [
    ("Hoe kan ik mijn verblijfsvergunning verlengen?", "nl"), ("How can I renew my residence permit?", "en"), ("كيف أجدد بطاقة إقامتي؟", "ar"),
    ("مجوز اقامتم رو چطور تمدید کنم؟", "fa"), ("Oturum iznimi nasıl yenileyebilirim?", "tr"), ("Як продовжити посвідку на проживання?", "uk"),
    ("Comment renouveler mon titre de séjour ?", "fr"), ("Sideen u cusboonaysiin karaa sharcigayga?", "so"), ("kif bjadded el 2e2ame ta3i hon", "ar"),
    ("ok", ""), ("IND DUO BSN", ""), ("06-12345678 2312 NV", ""), ("😀 😀 😀 😀", ""), ("\x00\x01 \ud800 abcdefghijklmn op", ""),
])
def test_spoken_is_sure_or_silent(text: str, language: str):
    """A sentence is known by its language; a word, names and numbers, and what is no text, by none."""

    assert spoken(text) == language


def test_another_language_is_offered_after_the_answer():
    """The answer comes in the chosen language, then both languages are offered, the question in both; nothing changes by itself."""

    amina = welcomed("ar")
    said = amina.says("How do I find a house in Leiden?")
    assert said.endswith(f"{TONGUES('ar').alone(DIFFERS)}\n{DIFFERS}")
    assert said.startswith(welcomed("ar").says("كيف أجد بيتا في لايدن؟").splitlines()[0])
    assert amina.labels == ["English", "العربية"]
    assert amina.session.language == "ar"


def test_choosing_it_answers_the_question_again():
    """By button or by number: the language is changed, and the same question answered in it."""

    for answer in ("English", "1"):
        amina = welcomed("ar")
        amina.says("How do I find a house in Leiden?")
        said = amina.says(answer)
        assert amina.session.language == "en"
        assert said == welcomed("en").says("How do I find a house in Leiden?")
        assert "again" not in amina.session.data


def test_staying_is_not_asked_again():
    """Who keeps the chosen language is at the menu in it, and is not asked about the other language once more."""

    amina = welcomed("ar")
    amina.says("How do I find a house in Leiden?")
    amina.says("العربية")
    assert (amina.session.language, amina.session.node) == ("ar", "main")
    assert DIFFERS not in amina.says("How do I pay less tax for my house?")


def test_each_other_language_is_asked_about_once():
    """Who goes from one language to another and back is asked about each of them one time, and offered the one they write now."""

    amina = welcomed("ar")
    asked: list[set[str]] = []
    english, dutch = "How do I find a house in Leiden?", "Hoe kan ik mijn verblijfsvergunning verlengen?"
    for text in (english, dutch, english, dutch):
        amina.says(text)
        if amina.session.node == "differs":
            asked.append(set(amina.labels))
            amina.says("العربية")
    assert asked == [{"English", "العربية"}, {"Nederlands", "العربية"}]


def test_a_new_question_is_simply_answered():
    """Who asks on instead of choosing is answered."""

    amina = welcomed("ar")
    amina.says("How do I find a house in Leiden?")
    assert DIFFERS not in amina.says("I cannot pay my debts, who can help me?")
    assert amina.session.language == "ar"


def test_nobody_is_asked_for_words_of_the_same_language():
    """Neither the chosen language, nor one so like it that they cannot be told apart, nor one we have no texts in is offered."""

    assert DIFFERS not in welcomed("en").says("How do I find a house in Leiden?")
    assert DIFFERS not in welcomed("nl").says("Gdzie mogę znaleźć mieszkanie w Lejdzie?")


def test_danger_and_a_person_come_first():
    """Nobody in danger, and nobody whom a volunteer helps, is asked about languages."""

    assert DIFFERS not in welcomed("ar").says("Help, my house is on fire and my child is inside")
    amina = welcomed("ar")
    amina.knows = replace(amina.knows, is_held=True)
    assert amina.says("How do I find a house in Leiden?") == ""
