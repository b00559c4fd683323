"""
A guess: what a model made of a free text. The model runs in bot, before the turn; its scores ride in what is heard.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

PART = 0.5          # what a part of the text weighs beside the whole
NONE = ""           # the topic of a text without one


@dataclass(frozen=True, slots=True)
class Limits:
    """
    From which lead of the first topic on we answer, also where a legal topic may be meant; from which share on we offer a choice; from
    which score on somebody is in danger; below which score a text is calm.
    """

    answer: float
    legal: float
    choose: float
    urgent: float
    calm: float = -1.5


@dataclass(frozen=True, slots=True)
class Score:
    """
    How much a text is about each topic ("" for none), as shares of one; and how urgent it sounds.
    """

    shares: Mapping[str, float]
    urgent: float


@dataclass(frozen=True, slots=True)
class Guess:
    """
    What the model says of a whole text, of its parts if it has more than one, and how urgent its sentences sound whose own words say
    that it is far.
    """

    whole: Score
    parts: tuple[Score, ...]
    limits: Limits
    far: float = -math.inf

    @property
    def is_urgent(self) -> bool:
        """
        Tell whether somebody seems to be in danger.
        """
        return self.whole.urgent >= self.limits.urgent

    @property
    def is_calm(self) -> bool:
        """
        Tell whether the text sounds far from any danger, also what stands in it of danger that is far.
        """
        return max(self.whole.urgent, self.far) < self.limits.calm

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
