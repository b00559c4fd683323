"""
Check a letter: a photo, from whom it is, which date stands in it; then a volunteer reads it.
"""

from flows.answers import a_date, any_text
from flows.menu import PERSON
from flows.node import Choice, Escalation, Flow, Node, _

LETTER = Flow(
    "letter",
    Node("photo", _("Send a photo of the letter here, all pages. Cover your *BSN* if you can.\n\n"
                    "Careful: a real office never asks you to pay by a link. It never asks for a code."),
         (Choice("none", _("I have no photo"), "sender", emoji="❌"), PERSON), topic="letter_check"),
    Node("got", _("Thank you, I have it. A volunteer reads it."), next="sender", topic="letter_check",
         escalate=Escalation("social", "week", ("letter_check",))),
    Node("sender", _("From whom is the letter? Choose, or write the name."), (
        Choice("gemeente", "Gemeente", "date", emoji="🏠"),
        Choice("ind", "IND", "date", emoji="🪪"),
        Choice("duo", "DUO", "date", emoji="📚"),
        Choice("tax", "Belastingdienst", "date", emoji="💶"),
    ), hear=any_text, next="date"),
    Node("date", _("By which date must you do something? Write it as 31-12-2026."),
         (Choice("none", _("I see no date"), "sent", emoji="❓"),), hear=a_date, next="sent"),
    Node("sent", _("Good. A volunteer reads your letter. You get an answer before {time} on {day}.\n\n"
                   "Do not sign and do not pay before that."),
         escalate=Escalation("social", "week", ("letter_check",), asked=("sender", "date"), urgent_by="date")),
)
