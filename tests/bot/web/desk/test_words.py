"""
The texts of the desk: every one in Dutch and English, with the same slots, and no jargon.
"""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir

from bot.translate import desk
from bot.web.desk.words import CALLED, NOTICES

BOT = Path(__file__).parents[4] / "bot"
FOUND = (("web/desk", [("**.py", "python")]), ("web/templates/desk", [("**.html", "jinja2.ext:babel_extract")]))
JARGON = ("ticket", "escal", "user", "dashboard", "thread", "chat", "submit", "workflow")


def _texts() -> set[str]:
    return {text for folder, how in FOUND for _file, _line, text, *_rest in extract_from_dir(BOT / folder, how, {}, {"_": None, "d_": None})
            if isinstance(text, str)}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_text_of_the_desk_is_there(language):
    """None is missing, none is left of a page that is gone, and the slots are the same."""
    known, texts = desk(language), _texts()

    assert len(texts) > 250
    assert sorted(texts - known.keys()) == []
    assert sorted(known.keys() - texts) == []
    assert [text for text, said in known.items() if sorted(re.findall(r"\{\w+\}", said)) != sorted(re.findall(r"\{\w+\}", text))] == []


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
