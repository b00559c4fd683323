"""
What a model's guess means in a conversation: answer, choose or a human; danger before all.
"""

from dataclasses import replace

import pytest

from flows.engine import turn
from flows.events import Escalated, Heard, Topic
from flows.guess import Guess, Limits, Score
from flows.judge import BY_PERSON, judge
from flows.session import Session
from flows.topics import TOPICS
from flows.understand import is_known, split
from tests.flows.conversation import TONGUES, Person, welcomed

LIMITS = Limits(answer=0.2, legal=0.4, choose=0.15, urgent=0.0)
PHRASES = TONGUES.phrases
TEXT = "zzz yyy xxx www"            # nothing that our phrases know


def score(urgent: float = -5.0, **shares: float) -> Score:
    """Return a score in which the topics not named share what is left."""
    rest = (1 - sum(shares.values())) / (len(TOPICS) + 1 - len(shares))
    return Score({topic: shares.get(topic or "none", rest) for topic in (*TOPICS, "")}, urgent)


def guess(*parts: Score, urgent: float = -5.0, **shares: float) -> Guess:
    """Return a guess of a text, and of its parts."""
    return Guess(score(urgent, **shares), parts, LIMITS)


def says(person: Person, text: str, made: Guess | None) -> str:
    """Let a person say a text of which the model made this guess, and return what the bot says."""
    person.session, person.events = turn(person.session, Heard("text", person.at, person.knows, text, guess=made), TONGUES)
    return person.said.text if person.said else ""


@pytest.mark.parametrize(("made", "action"), [
    (guess(work=0.8), "answer"), (guess(work=0.3, study_duo=0.25), "choose"), (guess(), "human"), (guess(none=0.9), "human"),
    (guess(permit_withdrawal=0.9), "human"), (guess(permit_renewal=0.6, permit_withdrawal=0.2), "choose"), (guess(work=0.8, urgent=1.0), "human"),
    (guess(permit_lost=0.4), "choose"), (guess(permit_lost=0.6), "answer"), (guess(work=0.45, permit_renewal=0.2), "choose"),
])
def test_a_guess_is_judged(made: Guess, action: str):
    """Sure: answer, and surer where the law may be meant. Unsure: choose. Nothing, danger or what is always a person's: a human."""

    assert judge(TEXT, "nl", PHRASES, made).action == action


def test_danger_is_urgent_before_any_topic():
    """A danger that only the model sees is urgent, and so is one that only our phrases see."""

    assert judge(TEXT, "nl", PHRASES, guess(work=0.9, urgent=0.5)).is_urgent
    assert judge("mijn man slaat mij", "nl", PHRASES, guess(work=0.9)).is_urgent


def test_what_is_a_persons_stands_beside_no_answer():
    """With an answer no topic is named that is always a person's; one that may be meant, or that a part asks about, takes the answer away."""
    answered = judge(TEXT, "nl", PHRASES, guess(work=0.8, undocumented=0.1, asylum_procedure=0.05))
    assert (answered.action, answered.topics[0]) == ("answer", "work")
    assert not set(answered.topics) & BY_PERSON
    assert judge(TEXT, "nl", PHRASES, guess(work=0.7, undocumented=0.2)).action == "choose"
    both = judge(TEXT, "nl", PHRASES, guess(score(work=0.9), score(work=0.9), score(work=0.9), score(undocumented=0.55), work=0.9))
    assert both.action == "human"
    assert set(both.told) == {"work", "undocumented"}
    one = judge(TEXT, "nl", PHRASES, guess(score(undocumented=0.4), score(work=0.9), work=0.9))
    assert (one.action, "undocumented" in one.topics) == ("choose", True)       # a part leans to it, unsure though
    faint = judge(TEXT, "nl", PHRASES, guess(score(undocumented=0.4, family_reunification=0.3), score(work=0.9), work=0.9))
    assert faint.action == "answer"


def test_a_second_topic_is_told_of_too():
    """A part of the text that clearly asks something else is answered as well, and small talk in it is not."""
    made = guess(score(work=0.9), score(debts_money=0.9), score(none=0.9), work=0.5, debts_money=0.3)

    assert judge(TEXT, "nl", PHRASES, made).told == ("work", "debts_money")


def test_known_phrases_weigh_in():
    """What our phrases say of a text moves the model's shares."""
    made = guess(work=0.32, benefits_rent=0.3)

    assert judge("zzz huurtoeslag aanvragen", "nl", PHRASES, made).topics[0] == "benefits_rent"


def test_two_topics_are_answered_and_logged():
    """A message about two topics is answered for both, and both are logged."""
    olena = welcomed()
    says(olena, TEXT, guess(score(benefits_health=0.9), score(work=0.9), work=0.5, benefits_health=0.4))

    assert [topic.id for topic in olena.has(Topic)] == ["work", "benefits_health"]


def test_unsure_is_asked_back_with_three():
    """What may be several topics is asked back, with at most three of them to choose from."""
    olena = welcomed()
    says(olena, TEXT, guess(work=0.3, study_duo=0.25, debts_money=0.1))

    assert len(olena.has(Topic)) == 0
    assert TONGUES("nl").raw(TOPICS["work"].label) in " ".join(olena.labels)


@pytest.mark.parametrize("topic", sorted(BY_PERSON))
def test_a_persons_topic_opens_a_ticket(topic: str):
    """What only a person may answer brings one, and the topic is logged as theirs."""
    olena = welcomed()
    says(olena, TEXT, guess(**{topic: 0.9}))

    assert topic in olena.has(Escalated)[0].topics


def test_danger_that_only_the_model_sees_gets_the_number():
    """A danger in words we do not know is answered by the number, one sentence and a person."""
    olena = welcomed()

    assert says(olena, TEXT, guess(urgent=2.0)).splitlines()[0] == "112"
    assert olena.has(Escalated)[0].urgency == "now"


def test_a_question_before_consent_keeps_its_meaning():
    """What the model made of a first question is used after language and consent, when only the words are left."""
    olena = Person()
    says(olena, TEXT, guess(work=0.9))

    assert olena.session is not None
    assert olena.session.data["meant"] == "answer work"


def test_without_a_guess_our_phrases_decide():
    """A text that no model read is understood by our phrases alone."""
    olena = welcomed()
    says(olena, "ik zoek werk", None)

    assert [topic.id for topic in olena.has(Topic)] == ["work"]


@pytest.mark.parametrize(("text", "is_one"), [("huurtoeslag", True), ("Huurtoeslag?", True), ("wat een dag was dat", False), ("", False)])
def test_a_known_phrase_needs_no_model(text: str, is_one: bool):
    """A text that is nothing but a known phrase is told from one that must be read."""

    assert is_known(text, "nl", PHRASES) is is_one


@pytest.mark.parametrize(("text", "parts"), [
    ("ik zoek een huis en ik heb schulden", ["ik zoek een huis", "ik heb schulden"]),
    ("I need a job. Also my card ends soon", ["I need a job", "my card ends soon"]), ("ik zoek een huis", []), ("", []),
])
def test_a_text_is_split_where_it_joins(text: str, parts: list[str]):
    """A text that asks two things falls into its parts; one of one part into none."""

    assert split(text, PHRASES) == parts


def test_a_guess_is_a_value():
    """Two guesses of the same scores are the same, so that a turn stays a pure function."""

    assert guess(work=0.5) == replace(guess(work=0.5))
    assert Session() == Session()
