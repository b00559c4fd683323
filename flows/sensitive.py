"""
Sensitive: the texts that a second person must agree to before they change: emergency, consent, *forget me*, withdrawal, deadlines.
"""

import re
from collections.abc import Iterator
from functools import cache

from flows.catalogue import FLOWS
from flows.emergency import ALARMS, NOBODY, UNREADABLE
from flows.node import Node, full
from flows.notices import NOTICES, OF_A_KIND
from flows.permit_notices import COSTS
from flows.phrasebook import PHRASES

FLOWS_OF_WEIGHT = ("welcome", "stop", "letter", "permit", "safety")
TOPICS_OF_WEIGHT = ("permit_renewal", "permit_withdrawal", "inburgering_deadline", "inburgering_start", "asylum_procedure", "family_reunification",
                    "undocumented")
TO_THE_LETTER = ("welcome.consent", "welcome.more", "welcome.refused", "welcome.young", "stop.ask", "stop.forget", "letter.date", "letter.sent",
                 "letter.serious", "safety.ask", "safety.unsafe", "safety.call",
                 "permit.valid_until", "permit.sure", "permit.kept")
TERM = re.compile(r"\b(?:\d+ (?:hour|day|week|month|year)s?|within|deadlines?|too late|at the latest|last day|before \{date\})\b|\{weeks\}|\b112\b",
                  re.IGNORECASE)


@cache
def sensitive() -> frozenset[str]:
    """
    Return those texts, in English: of whole conversations, of topics, and every text that names a term or the alarm number.
    """
    return frozenset(_texts())


@cache
def told() -> frozenset[str]:
    """
    Return those that must be understood to the letter: alarms, consent, what is erased, and every term and deadline.
    """
    nodes = {full(flow.name, node.id): node.text for flow in FLOWS.values() for node in flow.nodes.values()}
    alarms = {UNREADABLE.text, NOBODY, *(alarm.text for alarm in ALARMS.values())}
    answers = {node.text for node in FLOWS["info"].nodes.values() if node.topic in TOPICS_OF_WEIGHT or node.id in TOPICS_OF_WEIGHT}
    of_terms = {text for text in sensitive() if TERM.search(text)}
    return frozenset(alarms | answers | set(_noticed()) | {nodes[name] for name in TO_THE_LETTER} | of_terms)


def _texts() -> Iterator[str]:
    yield UNREADABLE.text
    yield NOBODY
    yield from (alarm.text for alarm in ALARMS.values())
    yield from (phrase.text for phrase in PHRASES.values() if TERM.search(phrase.text))
    yield from _noticed()
    yield from COSTS.values()
    for name, flow in FLOWS.items():
        for node in flow.nodes.values():
            if name in FLOWS_OF_WEIGHT:
                yield from _said(node)
            elif TERM.search(node.text) or any(topic in TOPICS_OF_WEIGHT for topic in (node.topic, *(node.escalate.topics if node.escalate else ()))):
                yield node.text


def _noticed() -> Iterator[str]:
    return (text for notice in NOTICES.values() for text in notice.texts.values())


def _said(node: Node) -> Iterator[str]:
    yield node.text
    yield from (choice.label for choice in node.choices if not choice.language)


def places(text: str) -> list[str]:
    """
    Return where a text is said (`flow.node`, or `notices.kind`), for whoever corrects it.
    """
    nodes = [f"{name}.{node.id}" for name, flow in FLOWS.items() for node in flow.nodes.values()
             if node.text == text or any(choice.label == text for choice in node.choices)]
    return nodes + [f"notices.{notice.kind}" for notice in NOTICES.values()
                    if text in notice.texts.values() or (notice.kind in OF_A_KIND and text in COSTS.values())]
