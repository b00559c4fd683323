"""
Did it help: what a client is asked when a volunteer has finished.
"""

from flows.answers import any_text
from flows.events import Learned
from flows.node import Choice, Escalation, Flow, Node, _

HELPED = Flow(
    "helped",
    Node("ask", _("The volunteer has finished. Did it help you?"), (
        Choice("yes", _("Yes"), "good", Learned("helped", "yes"), emoji="✅"),
        Choice("no", _("No"), "again", Learned("helped", "no"), emoji="❌"),
        Choice("other", _("Another question"), "menu.main", emoji="❓"),
    )),
    Node("good", _("Good to hear.")),
    Node("again", _("I am sorry. A volunteer looks at it again. You get an answer before {time} on {day}.\n\nWrite here what you still need."),
         (Choice("menu", _("↩ Menu"), "menu.main"),), hear=any_text, next="person.added", escalate=Escalation("social", "week")),
)
