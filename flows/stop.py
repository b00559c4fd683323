"""
Stop, start again, and forget me.
"""

from flows.events import Forgotten, Resumed, Stopped
from flows.node import Choice, Flow, Node, _

STOP = Flow(
    "stop",
    Node("ask", _("Do you want to stop our reminders?"),
         (Choice("yes", _("Yes, stop"), "stopped", emoji="⏸"), Choice("no", _("No"), "menu.main", emoji="❌"))),
    Node("stopped", _("Good. I send you no reminders any more. If you write to me, I answer. Write *START* to get reminders again."),
         does=(Stopped(),)),
    Node("started", _("Good. I send you reminders again."), does=(Resumed(),)),
    Node("forget", _("Do you want me to erase everything about you? Nobody can bring it back."),
         (Choice("yes", _("Yes, erase it"), "forgotten", emoji="🗑"), Choice("no", _("No"), "menu.main", emoji="❌"))),
    Node("forgotten", _("I erase everything about you now. Take care. You can always write to me again."), does=(Forgotten(),), next=""),
)
