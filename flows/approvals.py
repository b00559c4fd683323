"""
The texts that WhatsApp approves beforehand: sent outside its 24 hours, so that the client answers and the rest may follow.

They are the same for everyone and say nothing of why we write: others read along on a locked screen. WhatsApp has no templates in
some languages (Tigrinya, Somali …): their clients get one in a language they most likely read, whose button names their own.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flows.events import Heard
from flows.language import SECOND
from flows.node import Tongue, Tongues, _

READ = "knock:read"             # what the button carries
KNOCKS = 24                     # hours between two knocks to one address, at least
NOTHING = _("There is no new message for you. You can ask me a question.")
OTHERS = ("en", "nl")           # for a language that is named nowhere


@dataclass(frozen=True, slots=True)
class Approval:
    """
    A text to be approved, with the one button below it.
    """

    name: str
    text: str
    button: str
    category: str = "UTILITY"


KNOCK = Approval("knock", _("You have a message from Wegwijs. Press the button to read it."), _("Read"))
REMIND = Approval("remind", _("Wegwijs has a reminder for you. Press the button to read it."), _("Read"))
INVITE = Approval("welcome_invite", _("Hello, this is Wegwijs. We want to send you a message here. Press the button to begin."), _("Begin"))
APPROVALS = (KNOCK, REMIND, INVITE)


@dataclass(frozen=True, slots=True)
class Wording:
    """
    An approval in one language, for the clients of one tongue: what they read and press. `name` is unique with the language.
    """

    name: str
    language: str
    text: str
    button: str
    category: str


def wordings(approval: Approval, tongue: str, ours: Collection[str], theirs: Mapping[str, str], tongues: Tongues, own: str,
             second: str = "") -> Sequence[Wording]:
    """
    Return how an approval can be said to a client of this tongue, the best first. `theirs` are WhatsApp's languages by our code;
    `own` is what the tongue calls itself, for the button of a text in another language; `second` the one this client said to read too.
    """
    if tongue in theirs and tongue in ours:
        said = tongues(tongue)
        first = [Wording(approval.name, tongue, said(approval.text), said(approval.button), approval.category)]
        return first + [_plain(approval, code, tongues) for code in OTHERS if code != tongue and code in ours]
    seconds = [code for code in dict.fromkeys((second, *SECOND.get(tongue, OTHERS))) if code in theirs and code in ours]
    if tongue not in ours or not own:
        return [_plain(approval, code, tongues) for code in seconds]
    return [Wording(f"{approval.name}_{tongue.replace('-', '_').lower()}", code, tongues(code)(approval.text), f"▶ {own}"[:20], approval.category)
            for code in seconds]


def _plain(approval: Approval, code: str, tongues: Tongues) -> Wording:
    said = tongues(code)
    return Wording(approval.name, code, said(approval.text), said(approval.button), approval.category)


def is_press(heard: Heard, tongues: Tongues) -> bool:
    """
    Tell whether the button of a knock was pressed. Some presses bring only the label: that counts while something waits.
    """
    if heard.choice:
        return heard.choice == READ
    return heard.knows.is_waited_for and is_label(heard.text, tongues)


def is_label(text: str, tongues: Tongues) -> bool:
    """
    Tell whether a text is what stands on a button of ours.
    """
    told = text.strip()
    if not told or len(told) > 20:
        return False
    return told.startswith("▶ ") or told in _buttons(*map(tongues, tongues.languages))      # type: ignore[arg-type]


@lru_cache(maxsize=4)
def _buttons(*tongues: Tongue) -> frozenset[str]:        # a tongue that is corrected is another
    return frozenset(tongue(button) for tongue in tongues for button in (KNOCK.button, INVITE.button))
