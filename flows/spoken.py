"""
Spoken: the texts that a recording can say, what matters most first; whoever records begins at the top.
"""

from collections.abc import Iterator
from functools import cache

from flows import engine, question, turn, welcome
from flows.catalogue import FLOWS
from flows.emergency import ALARMS, UNREADABLE
from flows.notices import ALOUD
from flows.phrasebook import PHRASES
from flows.sensitive import TO_THE_LETTER, sensitive, told
from flows.speech import may_be_spoken


@cache
def spoken() -> tuple[str, ...]:
    """
    Return those texts, in English: alarms, consent and what is erased, terms and deadlines, the menu, and then the others, also those
    that volunteers send from the phrasebook.

    What is said in all languages at once, stands on a button, or names a day or an address has no recording.
    """
    texts = dict.fromkeys(text for text in _texts() if may_be_spoken(text))
    return tuple(sorted(texts, key=_weight))


@cache
def weighty() -> frozenset[str]:
    """
    Return those of them that must be recorded first: emergencies, consent, and what must be understood to the letter.
    """
    return frozenset(text for text in spoken() if _weight(text) < 3)


def _texts() -> Iterator[str]:
    yield from _alarms()
    for flow in FLOWS.values():
        yield from (node.text for node in flow.nodes.values() if not node.is_in_all)
    yield from (phrase.text for phrase in PHRASES.values() if phrase.is_for_all)
    yield from (engine.WELCOME_TO, engine.AGAIN, *welcome.INVITES.values(), question.AGREED, question.FIRST_ANSWER, turn.WENT_ON, ALOUD)


def _alarms() -> Iterator[str]:
    yield UNREADABLE.text
    yield from (alarm.text for alarm in ALARMS.values())


def _weight(text: str) -> int:
    """
    Return how soon a text should be recorded, the lowest first.
    """
    consent = {FLOWS[flow].nodes[node].text for flow, node in (name.split(".") for name in TO_THE_LETTER)}
    ranks = (set(_alarms()), consent, told(), sensitive() | {FLOWS["menu"].first.text})
    return next((rank for rank, texts in enumerate(ranks) if text in texts), len(ranks))
