"""
The conversation in the terminal.
"""

import io

import pytest

from bot.talk import UnknownLanguage, talk


def said(*lines: str, language: str = "") -> str:
    """Return what the bot prints to somebody who types these lines."""
    out = io.StringIO()
    talk([f"{line}\n" for line in lines], out, language)
    return out.getvalue()


def test_talk_answers_typed_lines():
    """A whole conversation can be typed: a language, yes, a topic by its number, a question, a volunteer, thanks."""

    text = said("Nederlands", "ja", "Wonen", "hoe schrijf ik me in voor een huis?", "vrijwilliger", "dank u")
    assert "1. " in text
    assert "Wonen" in text
    assert "vrijwilliger" in text
    assert "hureninhollandrijnland" in text


def test_talk_begins_in_a_language():
    """With --language ar the bot greets in Arabic at once."""

    assert "نعم" in said(language="ar")
    assert "Oui" in said(language="fr")


def test_talk_begins_with_the_list_of_languages():
    """Without one, languages stand there by their own names, to be chosen by number."""

    text = said("1", "")
    assert "1. " in text
    assert "العربية" in text
    assert "Nederlands" in text


def test_talk_refuses_a_language_it_does_not_speak():
    """A language the bot does not begin in is refused with those it does."""

    with pytest.raises(UnknownLanguage, match="'xx'; it does in: nl, en"):
        said(language="xx")
