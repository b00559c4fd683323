"""
Sharing: one phone, several people. Who writes says a name; what is personal needs the word agreed with a volunteer.

Whoever holds the phone may choose any name: until the word was said nothing of that client is shown, and nothing is erased or bound.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from flows.answers import any_text, key, number
from flows.approvals import KNOCK
from flows.events import Seat
from flows.menu import HOME, PERSON
from flows.node import Choice, Escalation, Flow, Node, Tongue, Tongues, _, full
from flows.notices import OPENING
from flows.person import PERSON as PERSONS

WHO = _("Who are you? Choose your name.")
OTHER = _("Somebody else")
_TO_MENU, _ELSE = Choice("menu", HOME.label, "menu.main"), Choice("else", OTHER, "who", emoji="👥")
_HELPED = PERSONS.nodes["open"].text

SHARING = Flow(
    "sharing",
    Node("who", WHO, next="menu.main"),
    Node("word", _("This is only for you. Write the word that you agreed with our volunteer."), (PERSON, _TO_MENU, _ELSE), hear=any_text,
         next="menu.main"),
    Node("wrong", _("That is not the word. Write it again."), (PERSON, _TO_MENU, _ELSE), hear=any_text, next="menu.main"),
    Node("person", _HELPED, (_TO_MENU, _ELSE), escalate=Escalation("social", "normal")),
    Node("forget", _HELPED, (_TO_MENU, _ELSE), escalate=Escalation("social", "normal")),
)
OPENINGS = {"reminder": OPENING, "broadcast": KNOCK.text, "reply": KNOCK.text}     # by the kind of what we begin: nothing says why we write
LANGUAGES = 3                   # in which we ask at most: a message has room for so many
PERSONAL = frozenset(("appointment", "remind", "permit", "helped", "hour", "checkin"))      # what shows, or changes, what we know of a client
ERASING = frozenset(("stop.forget", "stop.forgotten"))
CHOSEN = f"{SHARING.name}.who:"
AFTER = "after_word"            # where in the session stands where a client wanted to go


@dataclass(frozen=True, slots=True)
class Name:
    """
    A name to choose: the address of a client on this phone, and what they are called.
    """

    address_id: int
    label: str


def names(people: Sequence[tuple[int, str, int]]) -> tuple[Name, ...]:
    """
    Return how those who share a phone are told apart: (address, first name, client number). Of the same name, by as many of the last
    digits of the number as that takes.
    """
    first = [(name.split() or [""])[0] for _id, name, _number in people]
    labels = []
    for name, (_id, _name, own) in zip(first, people, strict=True):
        same = [str(number) for other, (_i, _n, number) in zip(first, people, strict=True) if key(other) == key(name)]
        digits = next((n for n in range(2, 12) if len({number[-n:] for number in same}) == len(same)), 12)
        labels.append(f"{name[:14]} {str(own)[-digits:]}".strip() if len(same) > 1 or not name else name[:20])
    return tuple(Name(id, label) for (id, _name, _number), label in zip(people, labels, strict=True))


def asked(tongues: Sequence[Tongue], opening: str = "") -> str:
    """
    Return the question who writes, after an opening, in each of these languages.
    """
    return "\n\n".join(dict.fromkeys("\n\n".join(tongue.alone(text) for text in (opening, WHO) if text) for tongue in tongues[:LANGUAGES]))


def offers(known: Sequence[Name], door_id: int, tongue: Tongue) -> tuple[tuple[str, str], ...]:
    """
    Return what is offered: each name, and somebody else.
    """
    return (*((f"{CHOSEN}{one.address_id}", one.label) for one in known), (f"{CHOSEN}{door_id}", tongue(OTHER)))


def chosen(text: str, choice: str, known: Sequence[Name], door_id: int, tongues: Tongues) -> int:
    """
    Return the address that somebody chose, by button, number or name; 0 if it is none of these.
    """
    ids = [*(one.address_id for one in known), door_id]
    if choice:
        told = choice.removeprefix(CHOSEN)
        return int(told) if choice.startswith(CHOSEN) and told in map(str, ids) else 0
    count = number(text)
    if count is not None:
        return ids[count - 1] if 0 < count <= len(ids) else 0
    if is_other(text, "", tongues):
        return door_id
    said = [one.address_id for one in known if key(one.label) == key(text) or key(one.label.split()[0]) == key(text)]
    return said[0] if len(said) == 1 else 0


def is_other(text: str, choice: str, tongues: Tongues) -> bool:
    """
    Tell whether somebody says that they are another than who spoke.
    """
    if choice:
        return choice.startswith(f"{SHARING.name}.") and choice.endswith(":else")
    return 0 < len(text) <= 40 and any(key(said) == key(text) for said in tongues(tongues.languages[0]).variants(OTHER))


def normal(word: str) -> str:
    """
    Return a word as it is compared: without what differs between keyboards.
    """
    return key(word)


def guard(target: str, seat: Seat, is_open: bool) -> str:
    """
    Return the node that takes the place of one that is personal, where the word was not said, or that erases, which a person does; or "".
    """
    if target in ERASING:
        return full(SHARING.name, "forget")
    if is_open or target.partition(".")[0] not in PERSONAL:
        return ""
    return full(SHARING.name, "word" if seat.tries else "person")
