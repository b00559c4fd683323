"""
A person, please: a ticket opens, and the client hears when to expect an answer.
"""

from flows.events import Wished
from flows.node import Choice, Escalation, Flow, Node, _

_MENU = (Choice("menu", _("↩ Menu"), "menu.main"),)
_WISHES = (Choice("woman", _("👩 A woman, please"), "woman"), Choice("community", _("👤 Not my country"), "community"), *_MENU)

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
    Node("added", _("Thank you. The volunteer reads this too. You get an answer before {time} on {day}."), _MENU,
         escalate=Escalation("social", "normal")),
    Node("topic", _("👤 A volunteer of {place} knows this best and helps you. You get an answer before {time} on {day}.\n\n"
                    "Do not sign anything before that. Do not miss the date in a letter, and bring the letter."), _MENU,
         escalate=Escalation("social", "normal")),
    Node("grave", _("👤 A colleague helps you with this first. You get an answer before {time} on {day}.\n\nIn danger: call 112."), _MENU,
         escalate=Escalation("legal", "today")),
    Node("media", _("I cannot read or hear this myself. A volunteer does. You get an answer before {time} on {day}."),
         _MENU, escalate=Escalation("social", "normal")),
)
