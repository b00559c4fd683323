"""
What a model's scores mean: answer, choose or a human. The model itself runs in bot; its scores ride in what is heard.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.topics import TOPICS
from flows.understand import Understood

PART = 0.5          # what a part of the text weighs beside the whole
ASKED = 0.5         # a part that is this sure of its topic asks about it
CHOICES = 3
RANKED = 5
NONE = ""
BY_PERSON = frozenset({
    "permit_withdrawal", "undocumented", "asylum_procedure", "family_reunification",
})


@dataclass(frozen=True, slots=True)
class Limits:
    """
    From which share of the first topic on we answer, and offer a choice; from which score on somebody is in danger.
    """

    answer: float
    choose: float
    urgent: float


@dataclass(frozen=True, slots=True)
class Score:
    """
    How much a text is about each topic ("" for none), as shares of one; and how urgent it sounds, below 0 for not.
    """

    shares: Mapping[str, float]
    urgent: float


@dataclass(frozen=True, slots=True)
class Guess:
    """
    What the model says of a whole text, and of its parts if it has more than one.
    """

    whole: Score
    parts: tuple[Score, ...]
    limits: Limits

    @property
    def is_urgent(self) -> bool:
        """
        Tell whether somebody seems to be in danger, in the whole or in a part.
        """
        return max(score.urgent for score in (self.whole, *self.parts)) >= self.limits.urgent

    def shares(self) -> dict[str, float]:
        """
        Return the share of each topic, the parts weighed in, the largest first.
        """
        total = dict(self.whole.shares)
        for part in self.parts:
            for topic, share in part.shares.items():
                total[topic] += PART * share
        weight = 1 + PART * len(self.parts)
        return {topic: total[topic] / weight for topic in sorted(total, key=lambda topic: -total[topic])}


def judged(guess: Guess) -> Understood:
    """
    Return what to do with a guess: answer what is sure, ask back what is not, bring the rest to a person.

    A topic that is always a person's, among the first three that may be meant, is never answered by us.
    """
    shares = guess.shares()
    nothing = shares.pop(NONE)
    ranked = tuple(shares)[:RANKED]
    first = shares[ranked[0]]
    if first < guess.limits.choose or nothing > first:
        return Understood(ranked, "human")
    if first < guess.limits.answer or _may_be_a_persons(shares, ranked, guess.limits.choose):
        return Understood(ranked, "choose")
    return Understood(ranked, "answer")


def asked_about(guess: Guess, found: Understood) -> tuple[str, ...]:
    """
    Return the topics to answer: the first, and those that a part of the text clearly asks about.
    """
    sure = [max(part.shares, key=lambda topic: part.shares[topic]) for part in guess.parts if max(part.shares.values()) >= ASKED]
    return tuple(dict.fromkeys((found.topics[0], *(topic for topic in sure if topic in TOPICS))))[:CHOICES]


def _may_be_a_persons(shares: Mapping[str, float], ranked: tuple[str, ...], least: float) -> bool:
    return any(topic in BY_PERSON and shares[topic] >= least for topic in ranked[:CHOICES])
