"""
The tongue: texts in every language, dates that cannot be misread, and Dutch words that stay in order inside Arabic.
"""

from datetime import date, datetime, time
from pathlib import Path
from timeit import timeit

import pytest

from bot.translate import FSI, LRI, PDI, RLM, Catalogue, Languages, load
from flows.hours import parse
from flows.node import Dutch

TONGUES = load()
CARD = "Look at your card. Which date stands after *geldig tot*?"
OLD_YEAR = date(2026, 12, 31)


def arabic(text: str) -> Catalogue:
    """Return an Arabic tongue of one text."""
    return Catalogue("ar", {"text": text})


@pytest.mark.parametrize(("language", "said"), [
    ("nl", "donderdag 31 december 2026"), ("en", "Thursday 31 December 2026"), ("ti", "ሓሙስ 31 ታሕሳስ 2026 (31-12-2026)"),
    ("ar", f"الخميس 31 كانون الأول (ديسمبر) 2026 ({LRI}31-12-2026{PDI})"), ("prs", "پنجشنبه 31 دسمبر 2026"),
    ("uk", "четвер 31 грудня 2026"),
])
def test_dates_are_written_out(language: str, said: str):
    """A date has its weekday, month by name and year; both names in Arabic, and the numbers where a name misleads."""

    assert Catalogue(language, {}).date(OLD_YEAR) == said


def test_time_says_the_part_of_the_day_where_hours_count_from_sunrise():
    """14:00 is eight o'clock in Tigrinya: so the part of the day stands beside it."""

    assert TONGUES("nl").time(time(14, 0)) == "14:00"
    assert TONGUES("ar").time(time(14, 0)) == f"{LRI}14:00{PDI}"
    assert TONGUES("ti").time(time(14, 0)) == f"14:00 {TONGUES('ti')('in the afternoon')}"


def test_hours_are_said_in_words():
    """Opening hours are said with days and without a dash, a line for days that are alike."""

    assert TONGUES("nl")("{hours}", hours=parse("mo-fr 09:00-17:00; we 09:00-12:00,13:00-17:00")).splitlines() == [
        "maandag tot en met dinsdag: van 09:00 tot 17:00", "woensdag: van 09:00 tot 12:00 · van 13:00 tot 17:00",
        "donderdag tot en met vrijdag: van 09:00 tot 17:00"]


def test_dutch_words_are_isolated_in_arabic():
    """Dutch words, phone numbers and slots of ours read from left to right, a client's own text either way."""

    said = arabic("انظروا إلى *geldig tot* واتصلوا 071-525 62 00 {place} {word}")("text", place=Dutch("Leiden"), word="مرحبا")
    assert said == f"انظروا إلى {LRI}geldig tot{PDI} واتصلوا {LRI}071-525 62 00{PDI} {LRI}Leiden{PDI} {FSI}مرحبا{PDI}"


def test_address_of_a_page_is_left_alone():
    """A link stands on its own line without anything invisible, or it cannot be tapped."""

    assert arabic("الصفحة:\nhttps://ind.nl/en?a=b")("text").splitlines()[1] == "https://ind.nl/en?a=b"


@pytest.mark.parametrize("text", ["🏠 السكن", "1. البيت", "*IND* (دائرة الهجرة)", "{day} هو اليوم"])
def test_line_that_starts_neutral_is_turned(text: str):
    """An Arabic line that does not begin with an Arabic letter begins with the mark that makes it read right."""

    assert arabic(text)("text", day=OLD_YEAR).startswith(RLM)


def test_numbers_alone_stay_bare():
    """A line that is an emergency number has nothing before it."""

    assert arabic("112")("text") == "112"


@pytest.mark.parametrize("language", ["nl", "en", "ti"])
def test_stars_are_for_the_translator(language: str):
    """The marks around Dutch words are not said."""

    assert "*" not in TONGUES(language)("Do you want no more reminders from us? *STOP*")


@pytest.mark.parametrize(("asked", "spoken"), [
    ("nl", "nl"), ("ti", "ti"), ("kmr", "ar"), ("ps", "prs"), ("am", "en"), ("so", "so"), ("xx", "nl"), ("", "nl"),
])
def test_missing_language_has_a_named_fallback(asked: str, spoken: str):
    """A language without texts is said in its nearest that has them, and in the end in Dutch: never in silent English."""

    assert TONGUES(asked).language == spoken


def test_languages_are_the_folders(tmp_path: Path):
    """A new language is a folder with a file, and no code; without any, texts are said as they are written."""

    for code in ("uk", "nl"):
        folder = tmp_path / code / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "messages.po").write_text('msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Yes"\nmsgstr "Так"\n')
    tongues = load(tmp_path)
    assert tongues.languages == ("nl", "uk")
    assert tongues("uk")("Yes") == "Так"
    assert tongues("uk")("Not there") == "Not there"
    assert Languages(tmp_path / "none")("nl")("Yes") == "Yes"


def test_variants_hold_every_language():
    """A label is known in every language, the client's own first."""

    assert TONGUES("ar").variants("Yes")[0] == "نعم"
    assert set(TONGUES("nl").variants("Yes")) >= {"Ja", "Yes", "نعم"}


def test_moment_is_said_with_its_time():
    """A moment is the day and the time, each as the language says it."""

    assert TONGUES("nl")("{at}", at=datetime(2026, 12, 31, 9, 5)) == "donderdag 31 december 2026, 09:05"


def test_looking_up_a_text_is_fast():
    """A text without slots costs about a microsecond, so that a turn costs few of them."""

    tongue = TONGUES("ar")
    assert min(timeit(lambda: tongue("Yes"), number=1000) for _round in range(5)) < 0.02


def test_what_nobody_has_read_is_said_in_dutch_too():
    """A text that must be understood to the letter has the Dutch beneath while no native speaker has ticked it; others have not."""
    alarm, menu, dutch = "Call 112 now if you are in danger.", "What is it about?", TONGUES("nl")

    assert TONGUES("ar")(alarm) == f"{TONGUES('ar').alone(alarm)}\n{dutch(alarm)}"
    assert TONGUES("nl")(alarm).count("112") == TONGUES("en")(alarm).count("112") == 1
    assert "\n" not in TONGUES("ar")(menu)


def test_a_tick_takes_the_dutch_away_and_a_new_wording_brings_it_back():
    """What a speaker of the language has read stands alone; corrected by somebody who does not speak it, it is unread again."""
    languages, alarm = load(), "Call 112 now if you are in danger."
    languages.correct({"ar": {alarm: "112"}}, {"ar": {alarm}})
    assert languages("ar")(alarm) == "112"
    assert alarm not in languages.unread("ar")

    languages.correct({"ar": {alarm: "112"}}, {})
    assert languages("ar")(alarm) == f"112\n{languages('nl')(alarm)}"
