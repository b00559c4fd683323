"""
The emergency gate: before anything else, on every message, the number to call and one sentence.
"""

from dataclasses import dataclass

from flows.answers import number_said
from flows.guess import Guess
from flows.node import _
from flows.understand import Phrases, emergency, grave, is_far


@dataclass(frozen=True, slots=True)
class Alarm:
    """
    What is said in an emergency: the number, alone on the first line, and one sentence.
    """

    number: str
    text: str


DANGER = Alarm("112", _("Call 112 now and say where you are; our colleague gets your message too."))
SUICIDE = Alarm("113", _("You are not alone: call *113* or *0800-0113* now, free, day and night, and our colleague gets your message too."))
AT_HOME = Alarm("112", _("Call 112 in danger, or *Veilig Thuis*, *0800-2000*, free, day and night; "
                         "our colleague gets your message too."))
LEGAL = Alarm("0800-8020", _("Call the *Juridisch Loket* (free legal help) and your lawyer now; our colleague gets your message too."))
GAS = Alarm("0800-9009", _("Go outside, make no fire, and call this number there; our colleague gets your message too."))
UNREADABLE = Alarm("112", _("Call 112 now if you are in danger."))

NOBODY = _("Nobody of us is on duty now. A colleague reads your message on {day} at {time}.")

ALARMS = {
    "danger": DANGER, "fire": DANGER, "violence": DANGER, "poison": DANGER, "suicide": SUICIDE, "home": AT_HOME, "child": AT_HOME,
    "eviction": LEGAL, "deportation": LEGAL, "gas": GAS,
}
HELD = "police"         # what the phrases of `grave.toml` call it
VIOLENT = frozenset({"violence", "home", "child"})
NUMBERS = {"112": DANGER, "113": SUICIDE}


def alarm(text: str, phrases: Phrases, guess: Guess | None = None) -> Alarm | None:
    """
    Return the alarm that a message calls for, in whatever language it is, or None.

    A kind of emergency that this table does not know, or that only the model sees, is danger: better one alarm too many.
    """
    if not text:
        return None
    if known := NUMBERS.get(number_said(text)):
        return known
    kind = danger(text, phrases, guess)
    return ALARMS.get(kind, DANGER) if kind else None


def danger(text: str, phrases: Phrases, guess: Guess | None) -> str:
    """
    Return the kind of emergency a text tells of, by our phrases or by what the model hears, or "".

    Our phrases are believed, unless what they found is far by the words beside it and the model hears none: the fire was on the news.
    """
    kind = emergency(text, phrases)
    if guess is None or (kind and not guess.is_calm):
        return kind
    if kind:
        return "" if is_far(text, phrases) else kind
    return "danger" if sounds_dangerous(text, phrases, guess) else ""


def sounds_dangerous(text: str, phrases: Phrases, guess: Guess) -> bool:
    """
    Tell whether the model hears danger in a text that our phrases do not know.

    Of somebody whom the police hold it hears it too: no number helps there, a person does, the same day.
    """
    return guess.is_urgent and grave(text, phrases) != HELD


def is_violence(text: str, phrases: Phrases, guess: Guess | None = None) -> bool:
    """
    Tell whether a message tells of somebody who hurts or threatens, and who may read along. Danger that only the model hears may be that.
    """
    kind = emergency(text, phrases)
    return kind in VIOLENT or (not kind and guess is not None and sounds_dangerous(text, phrases, guess))
