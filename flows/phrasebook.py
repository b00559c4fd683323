"""
The phrasebook: what volunteers say most, in every language we have; the volunteer reads one and the client another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal

from flows.events import Offer, Place, Said
from flows.node import Dutch, Tongue, Word, _
from flows.speech import may_be_spoken

SlotKind = Literal["date", "time", "document", "office", "weeks"]
LONGEST_WAIT = 104              # weeks
FARTHEST = timedelta(days=6 * 366)      # a later day is a slip of the pen


class WrongSlot(ValueError):
    """
    A slot of a phrase is missing or cannot be: its name.
    """


@dataclass(frozen=True, slots=True)
class Phrase:
    """
    One thing a volunteer can say. `slots` are filled by the volunteer; {place}, {address} and {phone} are the office's. `answers`
    are what the client can press, by id.
    """

    id: str
    group: str
    text: str
    slots: tuple[SlotKind, ...] = ()
    answers: tuple[str, ...] = ()

    @property
    def is_for_all(self) -> bool:
        """
        Tell whether it says the same to everybody, so that a recording can say it. What a volunteer fills in, no recording knows.
        """
        return not self.slots and may_be_spoken(self.text)


ANSWERS = {
    "yes": _("Yes"), "no": _("No"), "good": _("✅ That is good"), "cannot": _("I cannot come"), "other": _("Another time"),
    "morning": _("In the morning"), "afternoon": _("In the afternoon"), "evening": _("In the evening"), "call": _("☎️ Call me"),
    "unclear": _("I do not understand"),
}
DOCUMENTS = {
    "card": _("your residence card"), "passport": _("your passport"), "letter": _("the letter"), "letters": _("all your letters"),
    "digid": _("your *DigiD*"), "bank_card": _("your bank card"), "statements": _("your bank statements"), "contract": _("your rent contract"),
    "income": _("proof of income"), "insurance": _("your insurance card"), "family": _("papers of marriage and birth"),
    "photo": _("a passport photo"),
    "pip": _("your *PIP*"), "diplomas": _("your diplomas"),
}
OFFICES = ("IND", "DUO", "gemeente", "Belastingdienst", "Toeslagen", "UWV", "SVB", "COA", "woningcorporatie", "zorgverzekering", "BSGR", "school")
GROUPS = {
    "hello": _("Hello and waiting"), "ask": _("Ask"), "meet": _("Appointment"), "bring": _("Bring"), "answer": _("Answer"),
    "end": _("Contact and closing"),
}
_YES_NO, _COMES, _TIME = ("yes", "no"), ("good", "cannot"), ("good", "other")

_ALL = (
    Phrase("hello", "hello", _("Hello. I am a volunteer of {place}. I read your question.")),
    Phrase("buttons", "hello", _("I do not speak your language. I use fixed sentences. Answer with the buttons, or write.")),
    Phrase("looking", "hello", _("I look at your question. You hear from me today.")),
    Phrase("hear_on", "hello", _("You hear from me on {date}."), ("date",)),
    Phrase("sorry", "hello", _("I am sorry that you had to wait.")),

    Phrase("more", "ask", _("Please write more about your question.")),
    Phrase("voice", "ask", _("You can also send a voice message.")),
    Phrase("photo", "ask", _("Please send a photo of the letter, all pages.")),
    Phrase("card", "ask", _("Please send a photo of your card. I need the date after *geldig tot* only. Cover the rest.")),
    Phrase("kenmerk", "ask", _("Please write the number of the letter. It stands after *kenmerk*.")),
    Phrase("which_date", "ask", _("Which date stands in the letter?")),
    Phrase("got_letter", "ask", _("Did you get a letter about this?"), answers=_YES_NO),
    Phrase("digid", "ask", _("You need *DigiD* for this. Do you have *DigiD*?"), answers=_YES_NO),
    Phrase("may_call", "ask", _("May I call you?"), answers=_YES_NO),
    Phrase("when_call", "ask", _("When can I call you?"), answers=("morning", "afternoon", "evening")),
    Phrase("interpreter", "ask", _("Do you want an interpreter?"), answers=_YES_NO),
    Phrase("safe", "ask", _("Is it safe to write to you here?"), answers=_YES_NO),
    Phrase("clear", "ask", _("Is this clear?"), answers=("yes", "unclear", "call")),

    Phrase("come_bring", "meet", _("Come to the office on {date} at {time} and bring {document}."), ("date", "time", "document"), _COMES),
    Phrase("come", "meet", _("Come to the office on {date} at {time}."), ("date", "time"), _COMES),
    Phrase("call_at", "meet", _("I call you on {date} at {time}."), ("date", "time"), _TIME),
    Phrase("visit", "meet", _("I come to your home on {date} at {time}."), ("date", "time"), _TIME),
    Phrase("interpreter_there", "meet", _("An interpreter is there. It costs you nothing.")),
    Phrase("moved", "meet", _("Your appointment is now on {date} at {time}."), ("date", "time"), _TIME),
    Phrase("cancelled", "meet", _("Your appointment is cancelled. We make a new one.")),
    Phrase("where", "meet", _("Our office is here:\n{address}\n{phone}")),
    Phrase("closed_on", "meet", _("Our office is closed on {date}."), ("date",)),

    Phrase("bring", "bring", _("Please bring {document}."), ("document",)),
    Phrase("keep", "bring", _("Keep this letter. Do not throw it away.")),
    Phrase("no_sign", "bring", _("Do not sign anything before we have talked.")),
    Phrase("no_pay", "bring", _("Do not pay this yet. We look at it first.")),

    Phrase("in_order", "answer", _("Good news: it is in order. You do not have to do anything.")),
    Phrase("sent", "answer", _("I sent your request to {office}."), ("office",)),
    Phrase("letter_from", "answer", _("You get a letter from {office}. Show it to us."), ("office",)),
    Phrase("weeks", "answer", _("It takes about this many weeks: {weeks}."), ("weeks",)),
    Phrase("before", "answer", _("You must do this before {date}. We help you."), ("date",)),
    Phrase("pay_before", "answer", _("You must pay this before {date}."), ("date",)),
    Phrase("call_office", "answer", _("You must call {office}. We can do it together."), ("office",)),
    Phrase("lawyer", "answer", _("You need a lawyer for this. We help you to find one.")),
    Phrase("colleague", "answer", _("A colleague who knows this well helps you further.")),
    Phrase("mistake", "answer", _("I made a mistake. Please read my next message.")),
    Phrase("not_possible", "answer", _("I am sorry. This is not possible.")),

    Phrase("tried", "end", _("I tried to call you. When can I call again?"), answers=("morning", "afternoon", "evening")),
    Phrase("our_phone", "end", _("You can also call us: {phone}")),
    Phrase("only_call", "end", _("Do you want us to call and not to write?"), answers=_YES_NO),
    Phrase("no_secrets", "end", _("Do not write passwords or codes here.")),
    Phrase("danger", "end", _("In danger, call *112*.")),
    Phrase("something_else", "end", _("Do you have another question?"), answers=_YES_NO),
    Phrase("bye", "end", _("Good luck. You can always write to us.")),
)
PHRASES = {phrase.id: phrase for phrase in _ALL}
ASKS_MORE = {"phrase.something_else:yes"}
ENOUGH = {"phrase.clear:yes", "phrase.safe:yes", "phrase.something_else:no"}
_LEFT_OPEN = dict.fromkeys(("date", "time", "document", "office", "weeks", "place", "address", "phone"), "…")


def say(phrase: Phrase, given: Mapping[str, str], tongue: Tongue, place: Place, today: date) -> Said:
    """
    Say a phrase in a language, with what the volunteer gave for its slots as a form holds it (2026-12-01, 14:30, a document's or
    an office's id, a number); raise `WrongSlot`. A day before today is refused,
    and a phrase with the office's address or phone where none is known.
    """
    slots: dict[str, object] = {kind: _read(kind, given.get(kind, ""), tongue, today) for kind in phrase.slots}
    ours = {"place": Dutch(place.name), "address": Dutch(place.address), "phone": Dutch(place.phone)}
    for name in (name for name in ours if f"{{{name}}}" in phrase.text):
        if not ours[name].strip():
            raise WrongSlot(name)
        slots[name] = ours[name]
    offers = tuple(Offer(f"phrase.{phrase.id}:{answer}", tongue(ANSWERS[answer])) for answer in phrase.answers)
    return Said(tongue(phrase.text, **slots), offers, tongue.language, sources=(phrase.text,) if phrase.is_for_all else ())


def _read(kind: SlotKind, given: str, tongue: Tongue, today: date) -> object:
    try:
        match kind:
            case "date":
                day = date.fromisoformat(given)
                if not today <= day <= today + FARTHEST:
                    raise WrongSlot(kind)
                return day
            case "time":
                return time.fromisoformat(given)
            case "document":
                return Word(tongue(DOCUMENTS[given]))
            case "office":
                return Dutch(OFFICES[OFFICES.index(given)])
            case "weeks":
                weeks = int(given)
                if not 0 < weeks <= LONGEST_WAIT:
                    raise WrongSlot(kind)
                return weeks
    except (ValueError, KeyError):
        raise WrongSlot(kind) from None


def pressed(choice: str) -> tuple[Phrase, str] | None:
    """
    Return the phrase and the answer of a button that a client pressed (`phrase.come:good`), or None if it is no such button.
    """
    name, _colon, answer = choice.removeprefix("phrase.").partition(":")
    phrase = PHRASES.get(name)
    if not choice.startswith("phrase.") or phrase is None or answer not in phrase.answers:
        return None
    return phrase, ANSWERS[answer]


def is_enough(choice: str) -> bool:
    """
    Tell whether an answer asks nothing more of anybody, once the question is closed: all is clear, the day is good.
    """
    return choice in ENOUGH or choice.endswith(":good")


def readable(choice: str, tongue: Tongue) -> str:
    """
    Return what was asked and what the client pressed, in one language and one line, for who does not see the message itself; a slot
    is left open. "" if it is no button of a phrase.
    """
    found = pressed(choice)
    return f"{' '.join(tongue(found[0].text, **_LEFT_OPEN).split())} {tongue(found[1])}" if found else ""
