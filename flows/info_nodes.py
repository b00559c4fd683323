"""
What the answers of the info point are made of: the node of an answer, and the node that brings a client to a colleague.

The facts are those of the topics page, checked on `CHECKED_ON`; what may have changed since is left to the official page.
"""

from datetime import date

from flows.events import Team, Urgency
from flows.node import Choice, Escalation, Node, _
from flows.person import PERSON
from flows.topics import TOPICS

CHECKED_ON = date(2026, 11, 24)
ASKED, BROUGHT = PERSON.nodes["open"].text, PERSON.nodes["topic"].text
MORE, URGENT = ("more", _("➕ More about this")), ("urgent", _("⏰ It is urgent"))

_VOLUNTEER, _BESIDE = _("👤 A volunteer"), _("➕ More")
_FIRST = _("This cannot wait: a colleague helps you first. You get an answer before {time} on {day}.\n\n"
           "You can also come to us. Bring your letters and papers:\n{address}\n{phone}")


def answer(topic: str, text: str, *choices: tuple[str, str], place: str = "", beside: str = "") -> Node:
    """
    Make the node of a topic, or of a place in it: its answer, the places that can follow, and a volunteer; after them, as *more*, the
    group of the menu that this topic stands for (`menu.home`).
    """
    others = (Choice("beside", _BESIDE, beside),) if beside else ()
    offered = *(_place(topic, name, label) for name, label in choices), Choice("person", _VOLUNTEER, f"{topic}_person"), *others
    return Node(id_of(topic, place), text, offered, topic=topic, slots={"date": CHECKED_ON})


def _place(topic: str, name: str, label: str) -> Choice:
    """
    Offer a place of this topic, or (`permit.valid_until`) of another conversation.
    """
    return Choice(name.partition(".")[2] or name, label, name if "." in name else id_of(topic, name))


def colleague(topic: str, place: str, text: str, urgency: Urgency, team: Team | None = None) -> Node:
    """
    Make the node that brings a client to the team of this topic.
    """
    return Node(id_of(topic, place), text, escalate=Escalation(team or TOPICS[topic].team, urgency, (topic,)), slots={"date": CHECKED_ON})


def two_pages(topic: str, first: str, more: str) -> tuple[Node, ...]:
    """
    Make a topic of two answers, a colleague for what is urgent, and one for the rest.
    """
    return (
        answer(topic, first, MORE, URGENT), answer(topic, more, URGENT, place="more"),
        colleague(topic, "urgent", _FIRST, "today"), colleague(topic, "person", ASKED, TOPICS[topic].urgency),
    )


def id_of(topic: str, place: str) -> str:
    """
    Return the id of a place of a topic's answers, or of its first answer.
    """
    return f"{topic}_{place}" if place else topic
