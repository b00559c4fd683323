"""
The texts of the desk: every one in Dutch and English, with the same slots, and no jargon.
"""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from bot.translate import desk
from bot.web.desk.figures import GUIDED
from bot.web.desk.words import CALLED, NOTICES, sentence

BOT = Path(__file__).parents[4] / "bot"
FOUND = (("web/desk", [("**.py", "python")]), ("web/templates/desk", [("**.html", "jinja2.ext:babel_extract")]))
JARGON = ("ticket", "escal", "user", "dashboard", "thread", "chat", "submit", "workflow")


def _texts() -> set[str]:
    keywords = {"_": None, "d_": None, "n_": (1, 2)}
    found = [text for folder, how in FOUND for _file, _line, text, *_rest in extract_from_dir(BOT / folder, how, {}, keywords)]
    return {text if isinstance(text, str) else text[1] for text in found}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_text_of_the_desk_is_there(language):
    """None is missing, none is left of a page that is gone, and the slots are the same."""
    known, texts = desk(language), _texts()

    assert len(texts) > 250
    assert sorted(texts - known.keys()) == []
    assert sorted(known.keys() - texts) == []
    assert [text for text, said in known.items() if sorted(re.findall(r"\{\w+\}", said)) != sorted(re.findall(r"\{\w+\}", text))] == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_one_is_not_said_as_many(language):
    """A text that counts has a form of one, which is another where the language has one; 0 and 2 are many."""
    ones, many = desk(language, is_one=True), desk(language)

    assert len(ones) > 5
    assert [text for text in ones if sentence("en", text, n=1, social=1, legal=0, bot=2) == sentence("en", text, n=2, social=1, legal=0, bot=2)] == []
    assert [text for text, said in ones.items() if sorted(re.findall(r"\{\w+\}", said)) != sorted(re.findall(r"\{\w+\}", many[text]))] == []
    assert sentence("nl", GUIDED, n="1") == "In de begeleiding hadden onze mensen 1 contact."
    assert sentence("nl", GUIDED, n=0) == "In de begeleiding hadden onze mensen 0 contacten."


def test_dutch_is_dutch_without_jargon():
    """No English is left in the Dutch desk but words that both have, and none of the words of our trade."""
    alike = [text for text, said in desk("nl").items() if said == text and len(text.split()) > 1 and text != "{n} min"]

    assert alike == []
    assert [said for said in desk("nl").values() for word in JARGON if word in said.lower()] == []


def test_every_word_has_a_sentence():
    """What a verb refuses for, a page can say."""
    assert all(NOTICES.values())
    assert all(CALLED.values())
    refused = set(re.findall(r'"([a-z_]+)"', (BOT / "take.py").read_text().partition("Reason = Literal[")[2].partition("]")[0]))
    assert {f"no_{reason}" for reason in refused} <= NOTICES.keys()
