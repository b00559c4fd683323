"""
What a client picks of the days and times that are offered for coming to the office.
"""

from flows import visit
from flows.appointment import APPOINTMENT, NOBODY, OWN
from flows.events import Booked
from flows.node import Node
from flows.turn import Turn


def is_about(choice: str) -> bool:
    """
    Tell whether a button is about coming to the office: it works while a volunteer has the conversation, too.
    """
    return choice.startswith(f"{APPOINTMENT.name}.")


def pick(now: Turn, node: Node, picked: str) -> bool:
    """
    Take a day or a time, however old its button; what is not free any more is told, and another offered. False if this is neither.
    """
    if not node.picks:
        return False
    now.misses = 0
    now.data.pop("from", None)
    if picked.startswith("from "):
        now.data["from"] = picked.removeprefix("from ")
        now.enter(f"{APPOINTMENT.name}.{node.id}")
    elif node.picks == "day":
        now.data["day"] = picked
        now.enter(f"{APPOINTMENT.name}.time")
    elif starts_at := visit.at(picked, now.knows.free):
        now.events.append(Booked(starts_at, _interpreter(now)))
        now.visit = starts_at
        now.enter(f"{APPOINTMENT.name}.booked")
    else:
        now.enter(f"{APPOINTMENT.name}.gone")
    return True


def _interpreter(now: Turn) -> str:
    own, nobody = (now.tongues("nl").raw(label) for label in (OWN, NOBODY))     # as an answer by a button is kept
    return {own: now.language, nobody: ""}.get(now.data.pop("interpreter", nobody), "other")       # which other, a volunteer asks
