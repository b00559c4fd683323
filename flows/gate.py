"""
The gate on a phone that several share, within a turn: the name that was chosen, and the word.
"""

from flows.answers import anywhere, number
from flows.approvals import READ
from flows.catalogue import FLOWS
from flows.events import Proved
from flows.sharing import AFTER, CHOSEN, PERSONAL, SHARING
from flows.turn import Turn
from flows.understand import is_grave

ASKS = ("word", "wrong")
ASKING = frozenset("?؟፧")
LONGEST = 4                     # words: a longer text is a question


def take(now: Turn) -> bool:
    """
    Take what is said on a shared phone of who one is; False leaves it to the conversation.
    """
    seat = now.knows.seat
    if seat is None:
        return False
    is_asked = now.flow is SHARING and now.node.id in ASKS
    if now.heard.choice.startswith(CHOSEN) or (now.heard.choice == READ and seat.has_waiting and not seat.is_open):
        _greet(now)
        return True
    if is_asked and not now.heard.choice and now.heard.text.strip():
        return _try(now)
    if not seat.is_open and now.flow.name in PERSONAL:          # where somebody left off who had said the word
        now.flow, now.node, now.trail = *now.find(now.home), ()
    return False


def _greet(now: Turn) -> None:
    """
    Begin with who chose their name: what waits for them needs the word, and all else begins at the menu.
    """
    seat = now.knows.seat
    here = f"{now.flow.name}.{now.node.id}" if now.flow.name in PERSONAL else ""
    now.misses, now.trail = 0, ()
    now.data.pop("question", "")
    if seat is None or not (seat.has_waiting and now.is_welcomed):
        now.enter(now.home)
    elif seat.tries:
        now.data[AFTER] = here
        now.enter("sharing.word")
    else:
        now.enter("sharing.person")


def _try(now: Turn) -> bool:
    seat = now.knows.seat
    if seat is None or (not seat.is_right and (_is_else(now.heard.text) or is_grave(now.heard.text, now.tongues.phrases))):
        return False
    now.events.append(Proved(seat.is_right))
    now.data.pop("asked", "")
    if seat.is_right:
        now.seat_is_open = True
        _go_on(now, now.data.pop(AFTER, ""))
    else:
        now.enter("sharing.wrong" if seat.tries > 1 else "sharing.person")
    return True


def _is_else(text: str) -> bool:
    """
    Tell whether what was written is no try: a number of the list, a word that works anywhere, or a question.
    """
    return number(text) is not None or anywhere(text) not in ("", "thanks") or bool(ASKING & set(text)) or len(text.split()) > LONGEST


def _go_on(now: Turn, target: str) -> None:
    """
    Go where the client wanted to; what waited for them leaves with this turn and is the answer, at the place that it belongs to.
    """
    seat = now.knows.seat
    now.misses = 0
    if seat is None or not seat.has_waiting:
        now.enter(target or now.home)
        return
    name, _dot, node = (target or now.home).partition(".")
    now.flow, now.node = FLOWS[name], FLOWS[name].nodes[node]
    now.texts, now.is_static = [], False
