"""
Danger in a turn: the number and a person at once, whether it is safe to write here, and what is too grave for any text of ours.
"""

from flows.emergency import Alarm, alarm, is_violence
from flows.events import Escalated
from flows.letter import LETTER
from flows.node import Choice, Node
from flows.safety import SAFETY
from flows.turn import KEPT, Turn
from flows.understand import is_grave, is_service, language_of_danger


def told(now: Turn) -> Alarm | None:
    """
    Return the alarm that what was heard calls for, or None. Who was asked who sent a letter may name the fire brigade.
    """
    names_sender = now.flow is LETTER and now.node.kept_as == "sender" and is_service(now.heard.text)
    return None if now.heard.choice or names_sender else alarm(now.heard.text, now.tongues.phrases, now.heard.guess)


def warn(now: Turn, danger: Alarm) -> None:
    """
    Say the number and one sentence, open a ticket, and leave the client where they were; who tells of violence, or of a danger of which
    we do not know the kind, and has not said yet whether writing here is safe, is asked that first.
    """
    if not now.language and (spoken := language_of_danger(now.heard.text, now.tongues.phrases)):
        now.tongue, now.data["spoken"] = now.tongues(spoken), spoken
    now.call(danger, is_alone=True)
    now.events.append(Escalated("social", "now", question=now.heard.text[:KEPT]))
    if "safe_contact" not in now.data and is_violence(now.heard.text, now.tongues.phrases, now.heard.guess if now.language else None):
        _ask(now)
    elif not now.language:
        now.offer(now.flow, now.node)


def _ask(now: Turn) -> None:
    if now.flow is not SAFETY:
        now.data["before"] = f"{now.flow.name}.{now.node.id}"
    now.tell(SAFETY.first)
    now.wait(SAFETY, SAFETY.first)


def settle(now: Turn, choice: Choice) -> None:
    """
    Take the answer whether writing here is safe: our colleagues hear of it, and the client goes on where they were.
    """
    node = SAFETY.nodes[choice.next]
    before = now.data.pop("before", "")
    if choice.id != "yes":
        now.events.append(Escalated("social", "today", question=now.tongues("nl").raw(choice.label)))
    if node.waits:
        now.enter(f"{SAFETY.name}.{node.id}")
    else:
        _go_back(now, node, before)
        if choice.id == "yes" and not now.is_welcomed:
            now.enter(now.home)


def _go_back(now: Turn, node: Node, before: str) -> None:
    now.tell(node)
    now.flow, now.node = now.find(before or now.home)
    now.is_static = False


def take_grave(now: Turn) -> bool:
    """
    Bring what is too grave for a text of ours to a person, today, also before language and consent; nothing more is said of it.
    """
    if not is_grave(now.heard.text, now.tongues.phrases):
        return False
    now.misses = 0
    now.data.pop("topics", "")          # what was asked before is another question
    now.data["asked"] = now.heard.text[:KEPT]
    now.enter("person.grave")
    return True
