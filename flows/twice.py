"""
A button that is pressed twice in a hurry, on a slow line or by a double tap, is one answer.
"""

from datetime import timedelta

from flows.turn import Turn

HURRY = timedelta(seconds=10)
GLANCE = timedelta(seconds=2)   # sooner nobody has seen what is offered now
PRESSED = "pressed"             # where in the session stands what was pressed last, and when, until something else is heard


def is_repeat(now: Turn) -> bool:
    """
    Tell whether this is the press of just before once more. What was offered anew since then, and seen, is another question: a node's, or
    a volunteer's fixed sentence, said about two days or two letters with the same buttons. Text is never a repeat.
    """
    pressed, _space, at = now.data.get(PRESSED, "").rpartition(" ")
    if not pressed or now.heard.choice != pressed or now.knows.is_waited_for:
        return False
    offered = {f"{now.flow.name}.{now.node.id}:{choice.id}" for choice in now.choices(now.node)}
    is_another = pressed in offered or pressed.startswith("phrase.")
    apart = abs(now.heard.at.timestamp() - float(at))       # two that come at once may come in either order
    return apart < (GLANCE if is_another else HURRY).total_seconds()


def note(now: Turn) -> None:
    """
    Keep what was pressed; anything else that is heard drops it.
    """
    now.data.pop(PRESSED, None)
    if now.heard.choice:
        now.data[PRESSED] = f"{now.heard.choice} {now.heard.at.timestamp()}"
