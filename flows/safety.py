"""
Is it safe to write here: what who tells of violence is asked, right after the number. Nothing of it names what happened.
"""

from flows.answers import any_text
from flows.events import Learned
from flows.node import Choice, Flow, Node, _

SAFETY = Flow(
    "safety",
    Node("ask", _("Is it safe that we write to you here?"), (
        Choice("yes", _("Yes, it is safe"), "safe", Learned("safe_contact", "here"), emoji="✅"),
        Choice("no", _("No, do not write"), "unsafe", Learned("safe_contact", "nothing"), emoji="⛔"),
        Choice("call", _("Only call me"), "call", Learned("safe_contact", "call"), emoji="☎"),
    )),
    Node("safe", _("Good. A colleague writes to you here.")),
    Node("unsafe", _("Good. We write nothing here any more. You can come to us or call us:\n{address}\n{phone}\n\n"
                     "You can delete these messages.")),
    Node("call", _("Good. We only call you. On which number? Write it here."), hear=any_text, next="person.added"),
)
