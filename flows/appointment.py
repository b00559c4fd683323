"""
Come to the office: an interpreter or not, a day, a time; later another time, or not at all. And the reminder of it.
"""

from flows.answers import a_date, any_text
from flows.events import Cancelled
from flows.menu import PERSON
from flows.node import Choice, Escalation, Flow, Node, _

HOME = Choice("menu", _("↩ Menu"), "menu.main")
_NEW = Choice("new", _("📅 Choose a day"), "interpreter")
_CHANGE = Choice("change", _("Another time"), "interpreter", emoji="🔄")
_CANCEL = Choice("cancel", _("✖ I do not come"), "cancelled")
OWN, NOBODY = _("Yes"), _("No")         # the buttons of "interpreter": one for the client's own language, or none

APPOINTMENT = Flow(
    "appointment",
    Node("ask", _("You can come to us and talk with a volunteer. You make an appointment here.\n\n{address}"),
         (_NEW, Choice("mine", _("🔎 My appointment"), "mine"), PERSON, HOME)),
    Node("mine", _("📅 You come on {visit_day} at {visit_time}.\n\n{place}, {address}"), (_CHANGE, _CANCEL, HOME)),
    Node("none", _("You have no appointment with us."), (_NEW, PERSON, HOME)),
    Node("interpreter", _("Do you want an interpreter?"),
         (Choice("yes", OWN, "day", emoji="✅"), Choice("no", NOBODY, "day", emoji="❌"),
          Choice("other", _("Another language"), "day", emoji="🌐"), PERSON), hear=any_text, next="day"),
    Node("day", _("On which day can you come?"), (PERSON,), hear=a_date, next="time", picks="day"),
    Node("time", _("At what time?"), (Choice("day", _("📅 Another day"), "day"),), next="booked", picks="time"),
    Node("booked", _("✅ You come on {visit_day} at {visit_time}.\n\n{place}, {address}\n\nBring your card and your letters. "
                     "Can you not come? Tell me here."), (_CHANGE, _CANCEL, HOME)),
    Node("gone", _("That time is taken now. Choose another one."), next="day"),
    Node("closed", _("You cannot come on that day. Choose another one."), next="day"),
    Node("full", _("There is no free time in the next two weeks. A volunteer of {place} helps you. You get an answer before {time} on {day}."),
         (HOME,), escalate=Escalation("social", "normal")),
    Node("cancelled", _("Your appointment is cancelled."), (_NEW, HOME), does=(Cancelled(),)),
    Node("called_off", _("Your appointment is cancelled."), (_NEW, HOME)),
    Node("reminder", _("Hello, this is Wegwijs. You come to us on {visit_day} at {visit_time}.\n\nCan you not come? Tell me here.\n\n"
                       "{place}, {address}\n\nBring your card and your letters."),
         (Choice("come", _("✅ I come"), "seen"), _CHANGE, _CANCEL)),
    Node("seen", _("Good. See you then."), (HOME,)),
)
