"""
Judge: what to do with a guess: answer what is sure, ask back what is not, bring the rest to a person.
"""

from dataclasses import dataclass

from flows.emergency import danger
from flows.guess import NONE, Guess, Score
from flows.topics import TOPICS
from flows.understand import Action, Phrases, is_grave, understand

SURE = 0.5          # a part of the text that is this sure of its topic asks about it
LEANS = 0.35        # a part of the text that says so much of a topic, and little of others, leans to it
CHOICES = 3
RANKED = 5
SECOND = 0.5        # what the second topic takes from the first: two of equal weight may both be asked about
PHRASES = 0.1       # what the known phrases in a text weigh beside the model
LEGAL = frozenset(topic.id for topic in TOPICS.values() if topic.group == "legal")
BY_PERSON = frozenset(topic for topic in LEGAL if TOPICS[topic].is_always_person)


@dataclass(frozen=True, slots=True)
class Verdict:
    """
    The topics of a text, best first, what to do, and of which topics to tell right away.

    A topic that is always a person's is told of too: then we say that a colleague comes, and one does.
    """

    topics: tuple[str, ...]
    action: Action
    told: tuple[str, ...] = ()
    is_urgent: bool = False


def judge(text: str, language: str, phrases: Phrases, guess: Guess) -> Verdict:
    """
    Return what to do with a text of which a model made this guess. Danger comes first, and is a person's; so is what is grave.

    A topic that is always a person's, among the first three, is never answered by us: neither it nor one beside it; nor where a part of
    the text leans to one. One whose share is so small that it cannot be meant is not among them, and not named with an answer.
    """
    shares = _with_phrases(text, language, phrases, guess)
    nothing = shares.pop(NONE, 0.0)
    ranked = tuple(shares)[:RANKED]
    first = shares[ranked[0]]
    if danger(text, phrases, guess):
        return Verdict(ranked, "human", is_urgent=True)
    if is_grave(text, phrases):
        return Verdict(ranked, "human")
    if first < guess.limits.choose or nothing > first:
        return Verdict(() if nothing > first else ranked, "human")
    meant = {topic for topic in ranked[:CHOICES] if shares[topic] >= guess.limits.choose}
    lead = first - SECOND * shares[ranked[1]]
    if lead < (guess.limits.legal if meant & LEGAL else guess.limits.answer):
        return Verdict(ranked, "choose")
    if ranked[0] in BY_PERSON:
        return Verdict(ranked, "human", _asked(guess, ranked[0]))
    if meant & BY_PERSON:
        return Verdict(ranked, "choose")
    told = _asked(guess, ranked[0])
    if BY_PERSON.intersection(told):
        return Verdict(ranked, "human", told)
    if any(_is_of_a_person(part) for part in guess.parts):
        return Verdict(ranked, "choose")
    return Verdict(tuple(topic for topic in shares if topic not in BY_PERSON)[:RANKED], "answer", told)


def _with_phrases(text: str, language: str, phrases: Phrases, guess: Guess) -> dict[str, float]:
    """
    Return the share of each topic, the known phrases in the text weighed in: what they are clear about, or say at least.
    """
    shares = guess.shares()
    known = understand(text, language, phrases)
    found = [topic for topic in known.topics if topic in shares]
    if not found:
        return shares
    part = PHRASES if known.action == "answer" else PHRASES / 2
    mixed = {topic: (1 - part) * share + part * (topic in found) / len(found) for topic, share in shares.items()}
    return dict(sorted(mixed.items(), key=lambda item: -item[1]))


def _is_of_a_person(part: Score) -> bool:
    """
    Tell whether a part of a text leans to a topic that is always a person's: it says more than a little of it, and twice what it says of another.
    """
    (first, most), (_next, less) = sorted(part.shares.items(), key=lambda item: -item[1])[:2]
    return first in BY_PERSON and most >= max(LEANS, 2 * less)


def _asked(guess: Guess, first: str) -> tuple[str, ...]:
    best = (max(part.shares.items(), key=lambda item: item[1]) for part in guess.parts)
    return tuple(dict.fromkeys((first, *(topic for topic, share in best if share >= SURE and topic in TOPICS))))[:CHOICES]
