"""
The hour at which a client wants our reminders: a part of the day, chosen by digit, kept as the client's own word.
"""

from datetime import time

from flows.events import Learned
from flows.node import Choice, Flow, Node, _

FACT = "reminder_hour"
ANY = (time(9), time(20))               # on the office's clock
HOURS = {"morning": (time(9), time(12)), "afternoon": (time(12), time(17)), "evening": (time(17), time(20)), "any": ANY}
ANOTHER = Choice("hour", _("Reminder time"), "hour.ask", emoji="🕒")
_LABELS = {"morning": _("Morning (9-12)"), "afternoon": _("Afternoon (12-17)"), "evening": _("Evening (17-20)"), "any": _("Any hour")}

HOUR = Flow(
    "hour",
    Node("ask", _("When do you want our reminders?"), tuple(
        Choice(name, label, "kept", Learned(FACT, name), emoji=emoji) for (name, label), emoji in zip(_LABELS.items(), "🌅☀🌆👍", strict=True))),
    Node("kept", _("Good. I send you reminders at that time.")),
)


def hours_of(wish: str) -> tuple[time, time]:
    """
    Return from when until when a client wants what nobody asked for; of who never said, or what an other version wrote, any hour.
    """
    return HOURS.get(wish, ANY)
