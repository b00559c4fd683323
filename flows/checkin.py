"""
Check-in: how is it going? Three faces to tap; a sad one brings a person.
"""

from flows.answers import any_text
from flows.events import Felt, Heard
from flows.node import Choice, Escalation, Flow, Node, _

_MENU = (Choice("menu", _("↩ Menu"), "menu.main"),)
_HELP = _("Thank you for telling us. Do you want help from a volunteer?")
_WANTED = (Choice("yes", _("Yes"), "person.open", emoji="✅"), Choice("no", _("No"), "menu.after", emoji="❌"))
FACES = {"good": "😀😃😄😁😊🙂☺😍👍❤", "so_so": "😐😑😶🤷🫤", "bad": "🙁☹😞😔😟😕😢😭😡😣😩👎💔"}


def a_face(heard: Heard) -> str | None:
    """
    Read an answer that is nothing but faces of one sort.
    """
    signs = set(heard.text) - {" ", "\ufe0f", *"🏻🏼🏽🏾🏿"}
    return next((answer for answer, faces in FACES.items() if signs and signs <= set(faces)), None)


CHECKIN = Flow(
    "checkin",
    Node("ask", _("How are you? Choose a face, or write its number."), (
        Choice("good", _("Good"), "good", emoji="😀"),
        Choice("so_so", _("So-so"), "so_so", emoji="😐"),
        Choice("bad", _("Not good"), "bad", emoji="🙁"),
    ), hear=a_face, next="good", sort=lambda read, _heard: read, ways={"so_so": "so_so", "bad": "bad"}),
    Node("good", _("Good to hear."), does=(Felt("good"),)),
    Node("so_so", _HELP, _WANTED, does=(Felt("so_so"),)),
    Node("words", _HELP, _WANTED),      # answered in words: we do not guess which face
    Node("bad", _("Thank you for telling us. A volunteer reads this before: {when}.\n\nWrite here what is difficult."),
         _MENU, hear=any_text, next="person.added", does=(Felt("bad"),), escalate=Escalation("social", "week")),
)


def answers(message_id: int) -> tuple[str, ...]:
    """
    Return the ids of the faces below a check-in; each names its message, so that an old one answers what it stood under.
    """
    return tuple(f"checkin.ask:{choice.id}.{message_id}" for choice in CHECKIN.first.choices)


def message_of(pressed: str) -> str:
    """
    Return the message that a face stood under, or "" for another button.
    """
    return pressed.rpartition(".")[2] if pressed.startswith("checkin.ask:") and pressed.count(".") == 2 else ""
