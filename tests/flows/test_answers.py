"""
Short answers: numbers in every script, yes and no, words that work anywhere, near-words, dates and codes.
"""

from dataclasses import replace
from datetime import date, datetime

import pytest

from flows.answers import a_date, anywhere, guess, invite_code, is_near, key, number, yes_or_no
from flows.events import Answered, Heard, Knows, NotUnderstood, Thanked
from flows.remind import REMIND
from flows.words import ANYWHERE, REPLIES, SIGNS
from tests.flows.conversation import LEIDEN, TUESDAY, welcomed


@pytest.mark.parametrize("text", ["3", "٣", "۳", "３", "3️⃣", "③", "፫", "3.", "3)", "nr 3", " 3 ", "drie", "three", "ثلاثة", "ሰለስተ"])
def test_number_reads_every_script(text: str):
    """A three is a three in every script and way of writing."""

    assert number(text) == 3


@pytest.mark.parametrize(("text", "read"), [("፲፪", 12), ("፲", 10), ("۴", 4), ("0", 0), ("12", 12), ("99", 99)])
def test_number_reads_tens(text: str, read: int):
    """Ethiopic numbers are summed, and four has its own Persian shape."""

    assert number(text) == read


@pytest.mark.parametrize("text", ["", "ja", "100", "3 huizen", "1.5", "½", "²x", "👍", "071-5256200", "x" * 50])
def test_number_is_the_whole_message(text: str):
    """What is more or other than a number up to 99 is none."""

    assert number(text) is None


@pytest.mark.parametrize(("text", "language", "meant"), [
    ("Ja!", "nl", "yes"), ("نعم", "ar", "yes"), ("أيوه", "ar", "yes"), ("እወ", "ti", "yes"), ("ሕራይ", "ti", "yes"), ("👍🏽", "nl", "yes"),
    ("✅", "ar", "yes"),
    ("na3am", "ar", "yes"), ("Evet", "tr", "yes"), ("hayır", "tr", "no"), ("HAYIR", "tr", "no"), ("لا", "ar", "no"), ("la", "ar", "no"),
    ("ኣይፋል", "ti", "no"), ("nee, dank u", "nl", "no"), ("haa", "nl", "yes"), ("да", "nl", "yes"), ("misschien", "nl", ""), ("", "nl", ""),
])
def test_yes_and_no(text: str, language: str, meant: str):
    """Yes and no are read in the client's language first, then in the others."""

    assert yes_or_no(text, language) == meant


@pytest.mark.parametrize("meaning", ANYWHERE)
def test_words_work_anywhere(meaning: str):
    """Every word of the list is heard as the whole message, in capitals and with a full stop too, and in no longer sentence."""

    for word in map(str.strip, ANYWHERE[meaning].split(",")):
        assert anywhere(word) == meaning, word
        assert anywhere(f"{word.upper()}." if word.isascii() else f" {word} !") == meaning, word
        assert anywhere(f"{word} wil ik liever niet vandaag") == "", word


@pytest.mark.parametrize("text", ["🙏", "👍🏽", "❤️", "😊😊"])
def test_friendly_sign_is_a_thank_you(text: str):
    """A friendly sign that answers no question is a thank-you."""

    assert anywhere(text) == "thanks"


@pytest.mark.parametrize(("said", "known", "is_one"), [
    ("vrijwiliger", "vrijwilliger", True), ("wnoen", "wonen", True), ("woonen", "wonen", True), ("wonem", "wonen", True),
    ("ja", "jo", False),
    ("huis", "muis", False), ("schulden", "schelden", True), ("abcde", "abcxx", False), ("wonen", "wonen", True),
])
def test_near_words(said: str, known: str, is_one: bool):
    """One wrong letter is forgiven in words of five letters and more."""

    assert is_near(said, known) is is_one


@pytest.mark.parametrize(("text", "read"), [
    ("31-12-2026", "2026-12-31"), ("31/12/26", "2026-12-31"), ("31.12.2026", "2026-12-31"), ("2026/12/31", "2026-12-31"),
    ("٣١-١٢-٢٠٢٦", "2026-12-31"),
    ("۳۱/۱۲/۲۰۲۶", "2026-12-31"), ("voor 5-1-2027 graag", "2027-01-05"), ("31-12", "2026-12-31"), ("31-02-2027", None),
    ("10/10/1405", None),
    ("1405/10/10", None), ("morgen", None), ("", None), ("12-31-2026", None),
])
def test_dates(text: str, read: str | None):
    """A date is read day first, or year first, in any digits; a date that is none, or of another calendar, is not guessed."""

    assert a_date(Heard("text", TUESDAY, Knows(LEIDEN), text)) == read


def test_date_without_a_year_is_of_this_year():
    """The year that is missing is that of the day on which it is said."""

    assert a_date(Heard("text", datetime(2027, 3, 1, 9, 0, tzinfo=TUESDAY.tzinfo), Knows(LEIDEN), "31-12")) == "2027-12-31"


@pytest.mark.parametrize(("text", "code"), [
    ("/start Abc_12-x", "Abc_12-x"), ("/start", ""), ("Hallo Wegwijs, mijn code Abcd1234efgh", "Abcd1234efgh"),
    ("code: ABCDEFGH", "ABCDEFGH"),
    ("mijn code is weg", ""), ("postcode 2312AB", ""), ("code 123", ""),
])
def test_invite_codes(text: str, code: str):
    """A code is read from a deep link and from the text of a `wa.me` link, and from nothing else."""

    assert invite_code(text) == code


@pytest.mark.parametrize(("text", "hint", "language"), [
    ("ساعدوني", "", "ar"), ("ሓግዙኒ", "nl", "ti"), ("допоможіть", "", "uk"), ("помогите", "", "ru"), ("my house is on fire", "", "en"),
    ("mijn huis staat in brand", "", "nl"), ("", "ar", "ar"), ("", "fa-af", "fa"), ("", "", "nl"),
])
def test_language_is_guessed(text: str, hint: str, language: str):
    """Who has not chosen a language is answered in the one of their script, of their app, or of a few words."""

    assert guess(text, hint) == language


@pytest.mark.parametrize(("language", "text", "answer"), [
    ("nl", "Ik heb het al gedaan.", "done"), ("en", "I'll do it", "will_do"), ("nl", "hulp", "need_help"), ("en", "help", "need_help"),
    ("ar", "مساعدة", "need_help"), ("ti", "ሓገዝ", "need_help"), ("ar", "خلصت", "done"), ("ti", "ወዲአ", "done"), ("fa", "بعداً", "later"),
    ("prs", "پسان", "later"), ("tr", "Yaptım", "done"), ("uk", "допоможіть!", "need_help"), ("so", "waan sameeyay", "done"),
    ("fr", "C’est fait", "done"), ("en", "✅", "done"), ("nl", "✔️ ✅", "done"), ("nl", "👤", "need_help"), ("en", "🚫", "not_mine"),
    ("ar", "⏰", "later"), ("nl", "niet van mij", "not_mine"),
])
def test_a_word_or_sign_answers_a_reminder(language: str, text: str, answer: str):
    """What people write of themselves below a reminder chooses its answer, in every language, and the sign of a button does."""
    olena = welcomed(language)
    olena.is_reminded("permit_renewal", date(2027, 2, 20))
    olena.says(text)

    assert [event.answer for event in olena.has(Answered)] == [answer]


def test_what_was_promised_is_done_by_a_word():
    """Who chose *I will do it* is told to choose ✅ later, and may just write it; in the middle of something else it is a thank-you."""
    olena = welcomed("en")
    olena.is_reminded("permit_renewal", date(2027, 2, 20))
    olena.says("2")
    olena.says("✅")
    assert [event.answer for event in olena.has(Answered)] == ["done"]

    olena = welcomed("en")
    olena.says("✅")
    assert olena.has(Answered) == []
    assert olena.has(Thanked)


@pytest.mark.parametrize("text", ["ok", "ja", "👍", "dank u", "stop", "menu", "vrijwilliger"])
def test_no_answer_is_read_into_a_nod(text: str):
    """A nod, a thank-you and the words that work anywhere are no answer to a reminder: somebody still looks whether it is done."""
    olena = welcomed()
    olena.is_reminded("permit_renewal", date(2027, 2, 20))
    olena.says(text)

    assert olena.has(Answered) == []


@pytest.mark.parametrize(("text", "answers"), [
    ("✅", ["later"]), ("تم", ["later"]), ("Klaar!", ["later"]), ("Ik heb het al gedaan.", ["later", "done"]),
])
def test_a_nod_to_a_promise_cancels_nothing(text: str, answers: list[str]):
    """Below *we ask you again on this day* one word or sign is a nod, and the day stays promised; a sentence that it is done is heard."""
    olena = welcomed()
    olena.is_reminded("permit_renewal", date(2027, 2, 20))
    olena.says("5")
    given = [event.answer for event in olena.has(Answered)]
    olena.says(text)

    assert given + [event.answer for event in olena.has(Answered)] == answers


@pytest.mark.parametrize(("language", "text"), [("nl", "hulp"), ("en", "help"), ("fr", "aide"), ("ar", "مساعدة")])
def test_help_leads_to_the_menu_where_the_reminder_is_gone(language: str, text: str):
    """What was reminded of is not there any more: the word for help works as it does anywhere."""
    olena = welcomed(language)
    olena.is_reminded("permit_renewal", date(2027, 2, 20))
    olena.knows = replace(olena.knows, due=None)
    olena.says(text)

    assert (olena.session.flow, olena.session.node, olena.has(Answered)) == ("menu", "main", [])
    assert not olena.has(NotUnderstood)


def test_words_of_answers_mean_one_thing():
    """No word chooses two answers, and none but those for help works anywhere as something else."""
    words = [(key(word), answer) for answer, listed in REPLIES.items() for word in listed.split(",")]

    assert len({word for word, _ in words}) == len(words)
    assert {anywhere(word) for word, answer in words if answer != "need_help"} == {""}
    assert {anywhere(word) for word, answer in words if answer == "need_help"} <= {"", "menu"}
    assert set(SIGNS.values()) == REPLIES.keys() == {choice.id for choice in REMIND.first.choices}
