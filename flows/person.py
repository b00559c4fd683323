"""
A person, please: a ticket opens, and the client hears when to expect an answer.
"""

from collections.abc import Iterator

from flows.events import Wished
from flows.node import Choice, Escalation, Flow, Node, _
from flows.topics import TOPICS
from flows.voice import ASK

_MENU = (Choice("menu", _("↩ Menu"), "menu.main"),)
_WISHES = (Choice("woman", _("👩 A woman, please"), "woman"), Choice("community", _("👤 Not my country"), "community"),
           Choice("visit", _("📅 Come to the office"), "appointment.ask"), *_MENU)
_ADDED = _("Thank you. The volunteer reads this too. You get an answer before {time} on {day}.")
_ABOUT, _MORE = ("housing_search", "debts_money", "permit_renewal"), ("letter_check", "inburgering_deadline", "health_care", "work")


def _ask(*topics: str) -> Iterator[Choice]:
    """
    Yield the choices of what a voice note is about.
    """
    for topic in topics:
        yield Choice(topic, TOPICS[topic].label, f"about_{topic}", emoji=TOPICS[topic].emoji)


def _about(topic: str) -> Node:
    """
    Make the node that adds to the ticket what a voice note is about.
    """
    return Node(f"about_{topic}", _ADDED, _MENU, escalate=Escalation("social", "normal", (topic,)))


PERSON = Flow(
    "person",
    Node("open", _("👤 A volunteer of {place} helps you. You get an answer before {time} on {day}.\n\nYou can write more here."),
         _WISHES, escalate=Escalation("social", "normal")),
    Node("waiting", _("👤 Your question is with a volunteer. You get an answer before {time} on {day}.\n\nYou can write more here."),
         _WISHES),
    Node("woman", _("Good. A woman helps you. You get an answer before {time} on {day}."), _MENU, does=(Wished("woman"),),
         escalate=Escalation("social", "normal")),
    Node("community", _("Good. Nobody from your own community helps you or reads this. You get an answer before {time} on {day}."), _MENU,
         does=(Wished("community"),), escalate=Escalation("social", "normal")),
    Node("added", _ADDED, _MENU,
         escalate=Escalation("social", "normal")),
    Node("topic", _("👤 A volunteer of {place} knows this best and helps you. You get an answer before {time} on {day}.\n\n"
                    "Do not sign anything before that. Do not miss the date in a letter, and bring the letter."), _MENU,
         escalate=Escalation("social", "normal")),
    Node("grave", _("👤 A colleague helps you with this first. You get an answer before {time} on {day}.\n\nIn danger: call 112."), _MENU,
         escalate=Escalation("legal", "today")),
    Node("media", _("I cannot read or hear this myself. A volunteer does. You get an answer before {time} on {day}."),
         next="about", escalate=Escalation("social", "normal")),
    Node("about", _("What is it about?"), (*_ask(*_ABOUT), ASK, Choice("more", _("➕ More"), "about_more"))),
    Node("about_more", _("What is it about?"), (*_ask(*_MORE), *_MENU)),
    *map(_about, (*_ABOUT, *_MORE)),
)
