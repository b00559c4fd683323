"""
The fitted table and the language model: what free text is about, and whether somebody is in danger.
"""

import json
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from bot import fit
from bot.recognise import WITH_LETTERS, WITH_MODEL, Recogniser, Table, letters, load
from bot.translate import load as load_tongues
from flows.judge import BY_PERSON, Verdict, judge
from flows.topics import TOPICS
from flows.understand import split

PHRASES = load_tongues().phrases
TABLE = Table.read()
RECOGNISER = load()
BY_LETTERS = Recogniser(TABLE)
FILES = Path(__file__).parent.parent / "flows"
HELD_OUT, UNSEEN = ([json.loads(line) for line in (FILES / f"questions-{name}.jsonl").read_text(encoding="utf-8").splitlines()]
                    for name in ("held-out", "unseen"))
LANGUAGES = sorted({question["lang"] for question in HELD_OUT})
needs_model = pytest.mark.skipif(RECOGNISER.encoder is None, reason="the language model is not installed on this machine")


@cache
def read(text: str, language: str, recogniser: Recogniser = RECOGNISER) -> Verdict:
    """Return what is made of a text, as in a conversation."""
    return judge(text, language, PHRASES, recogniser.guess(text, language, split(text, PHRASES)))


def shares(questions: list[dict], recogniser: Recogniser) -> dict[str, float]:
    """Return how well questions are read, each measure as a share."""
    found = [read(question["text"], question["lang"].partition("-")[0], recogniser) for question in questions]
    return {name: value / 100 for name, value in scores(questions, found).items()}


def test_the_table_was_made_from_these_phrases():
    """Who changes a phrase makes the table anew, with `python -m bot.fit`."""

    assert TABLE.made_from == fit.made_from()
    assert TABLE.columns == fit.COLUMNS == (*TOPICS, "", "urgent")


@needs_model
def test_held_out_questions_are_read_with_the_model():
    """On questions that were not fitted on, the model and the letters stay above these floors."""
    found = shares(RECOGNISER)

    assert found["first"] >= 0.77
    assert found["three"] >= 0.92
    assert found["false"] <= 0.05
    assert found["answered"] >= 0.42
    assert found["urgent"] >= 0.9
    assert found["alarm"] <= 0.05
    assert [language for language in LANGUAGES if found[language] < 0.7] == []


def test_held_out_questions_are_read_by_letters():
    """Without the model fewer are answered, and false answers stay few."""
    found = shares(BY_LETTERS)

    assert found["first"] >= 0.65
    assert found["three"] >= 0.8
    assert found["false"] <= 0.05
    assert found["urgent"] >= 0.75
    assert found["alarm"] <= 0.08
    assert WITH_LETTERS.answer > WITH_MODEL.answer


def test_held_out_questions_are_held_out():
    """No question that is measured was fitted on, and every language and topic is asked about."""
    fitted = {example.text.casefold() for example in fit.examples()}

    assert [question["text"] for question in QUESTIONS if question["text"].casefold() in fitted] == []
    assert {topic for question in QUESTIONS for topic in question["topics"]} == set(TOPICS)
    assert len(QUESTIONS) >= 150


@pytest.mark.parametrize("recogniser", [RECOGNISER, BY_LETTERS], ids=["model", "letters"])
@pytest.mark.parametrize("question", [one for one in QUESTIONS if set(one["topics"]) & BY_PERSON], ids=lambda one: one["id"])
def test_what_is_a_persons_is_never_answered_by_us(question: dict, recogniser: Recogniser):
    """A topic that is always a person's is not answered when it comes first."""
    found = read(question["text"], question["lang"].partition("-")[0], recogniser)

    assert found.action != "answer" or not {*found.topics[:1]} & BY_PERSON


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_goes_to_a_person(language: str):
    """Whatever is urgent is a person's, in every language."""
    found = [read(one["text"], language.partition("-")[0]) for one in QUESTIONS if one["lang"] == language and one["urgent"]]

    assert {verdict.action for verdict in found if verdict.is_urgent} == {"human"}


@pytest.mark.parametrize("text", ["", " ", "?!", "😀", "\udcff", "a" * 30_000, "\u200f\u2066"])
def test_any_text_is_read(text: str):
    """Whatever comes, it is read without an error."""

    assert read(text, "nl", BY_LETTERS).action in {"answer", "choose", "human"}
    assert set(letters("")) == set()
