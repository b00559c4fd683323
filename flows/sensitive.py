"""
Sensitive: the texts that a second person must agree to before they change: emergency, consent, withdrawal, deadlines.
"""

from collections.abc import Iterator

from flows.catalogue import FLOWS
from flows.emergency import ALARMS, UNREADABLE

TOPICS_OF_TERMS = ("permit_renewal", "permit_withdrawal", "inburgering_deadline", "inburgering_start", "asylum_procedure", "family_reunification")


def sensitive() -> frozenset[str]:
    """
    Return those texts, in English.
    """
    return frozenset(_texts())


def _texts() -> Iterator[str]:
    yield UNREADABLE.text
    yield from (alarm.text for alarm in ALARMS.values())
    for node in FLOWS["welcome"].nodes.values():
        yield node.text
        yield from (choice.label for choice in node.choices if not choice.language)
    for node in FLOWS["info"].nodes.values():
        topics = (node.topic, *(node.escalate.topics if node.escalate else ()))
        if any(topic in TOPICS_OF_TERMS for topic in topics):
            yield node.text


def places(text: str) -> list[str]:
    """
    Return where a text is said (`flow.node`), for whoever corrects it.
    """
    return [f"{name}.{node.id}" for name, flow in FLOWS.items() for node in flow.nodes.values()
            if node.text == text or any(choice.label == text for choice in node.choices)]
