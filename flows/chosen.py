"""
Chosen: which of the answers that were offered a client means, who wrote instead of pressing.
"""

from collections.abc import Iterable, Sequence

from flows.answers import is_near, key, number, says_wrong, yes_or_no
from flows.node import Choice
from flows.turn import Turn

LONGEST = 40                    # letters of a text that can be a label


def meant(now: Turn, choices: Sequence[Choice]) -> Choice | None:
    """
    Return the choice that a text means by its number or its words, or None.
    """
    count = number(now.heard.text) or 0
    return choices[count - 1] if 0 < count <= len(choices) else named(now, choices)


def named(now: Turn, choices: Sequence[Choice]) -> Choice | None:
    """
    Return the choice that a text names: yes, no or wrong, its label in any language, or a word near one; or None.
    """
    by_id, text = {choice.id: choice for choice in choices}, now.heard.text
    if "yes" in by_id and (word := yes_or_no(text, now.language)) in by_id:
        return by_id[word]
    if says_wrong(text) and (wrong := next((choice for choice in choices if choice.is_wrong), None)):
        return wrong
    said = key(text)
    if not said or len(said) > LONGEST:
        return None
    labels = [(choice, key(label)) for choice in choices for label in _labels(now, choice)]
    exact = next((choice for choice, label in labels if label == said), None)
    return exact or next((choice for choice, label in labels if is_near(said, label)), None)


def _labels(now: Turn, choice: Choice) -> Iterable[str]:
    return choice.label.split("/") if choice.language else now.tongue.variants(choice.label)
