"""
What a turn says: texts in the client's language, until they become one message, and the answers it offers.
"""

import re
from datetime import date

from flows import visit
from flows.answers import guess
from flows.emergency import NOBODY, Alarm
from flows.events import Heard, Offer
from flows.language import offered, seconds
from flows.node import Choice, Dutch, Flow, Node, Tongues
from flows.session import Session
from flows.topics import TOPICS
from flows.unsettled import claimable

GONE = "\0"                     # an address or a number that is not set yet: its line is left out
_GONE = re.compile(r"[:፦]?\n[^\n]*\0[^\n]*")
_FILLED = re.compile(r"\{(?!(?:date|place)\})")       # a recording leaves out the place and the day of checking, and nothing else


class Speech:
    """
    What is said in a turn, and all that fills it in: what was heard, what is known, and the session's data.
    """

    def __init__(self, session: Session, heard: Heard, tongues: Tongues) -> None:
        self.heard, self.knows, self.tongues = heard, heard.knows, tongues
        self.language, self.data = session.language, dict(session.data)
        self.tongue = tongues(session.language or self.data.get("spoken") or guess(heard.text, heard.knows.hint))
        self.texts: list[str] = []
        self.sources: dict[str, str] = {}       # what was said → our text, where a recording can say it
        self.offers: tuple[Offer, ...] = ()
        self.visit = heard.knows.visit
        self.is_static = True           # until something of this one client, or of this one question, is in the text

    @property
    def consent(self) -> str:
        """
        Return what the client answered to the question of consent: "yes", "no" or "".
        """
        return self.data.get("consent") or self.knows.consent

    def say(self, text: str, **slots: object) -> None:
        """
        Add a text to the message.
        """
        said = self.tongue(text, **self._slots(), **slots) if "{" in text else self.tongue(text)
        self.is_static &= "day}" not in text and "{valid_until}" not in text and "{when}" not in text
        said = _GONE.sub("", said) if GONE in said else said
        if may_be_spoken(text):
            self.sources[said] = text
        if said not in self.texts:
            self.texts.append(said)

    def call(self, alarm: Alarm, is_alone: bool = False) -> None:
        """
        Say first which number to call, and its sentence; `is_alone` leaves out all else. Where nobody is on duty a second sentence says
        when somebody reads it.
        """
        said = f"{alarm.number}\n{self.tongue(alarm.text)}"
        if is_alone and (reads_at := self.knows.reads_at):
            said += "\n" + self.tongue(NOBODY, day=reads_at.date(), time=reads_at.time())
            self.is_static = False
        self.sources[said] = alarm.text
        self.texts = [said] if is_alone else [said, *self.texts]

    def say_in_all(self, text: str) -> None:
        """
        Add a text in every language, a line each.
        """
        self.texts.append(in_all(text, self.tongues))

    def _slots(self) -> dict[str, object]:
        place, (year, until) = self.knows.place, claimable(self.heard.at.date())
        coming = {"visit_day": self.visit.date(), "visit_time": self.visit.time()} if self.visit else {}
        return {**coming, "place": Dutch(place.name), "municipality": Dutch(place.municipality), "address": Dutch(place.address or GONE),
                "valid_until": day_of(self.data.get("valid_until", "")), "phone": Dutch(place.phone or GONE), "hours": place.hours,
                "year": Dutch(str(year)), "until": until}

    def offer(self, flow: Flow, node: Node) -> None:
        """
        Offer the choices of a node.
        """
        self.offers = tuple(Offer(f"{flow.name}.{node.id}:{choice.id}", self.label(choice)) for choice in self.choices(node))

    def label(self, choice: Choice) -> str:
        """
        Return the label of a choice as the client sees it.
        """
        if choice.language:
            return choice.label
        said = self.tongue(choice.label)
        return f"{choice.emoji} {said}" if choice.emoji else said

    @property
    def offered(self) -> str:
        """
        Return the language that the client was last asked about because they wrote in it, or "".
        """
        return self.data.get("noticed", "").rpartition(" ")[2]

    def choices(self, node: Node) -> tuple[Choice, ...]:
        """
        Return the choices that are offered at a node now.
        """
        if node.id == "choose" and "options" in self.data:
            self.is_static = False
            return (*(TOPICS[topic].choice for topic in self.data["options"].split()), *node.choices)
        if node.picks:
            self.is_static = False
            return (*visit.choices(node.picks, self.knows.free, self.data, self.tongue), *node.choices)
        if node.id == "differs":
            return tuple(choice for choice in node.choices if choice.language in (self.offered, self.language))
        if node.id == "second":
            return tuple(choice for code in seconds(self.language, self.tongues.languages) for choice in node.choices if choice.language == code)
        if node.is_in_all:
            return offered(node.choices, self.tongues.languages)
        if node.id == "data":               # who stopped our reminders can have them again, and the others less or at another hour
            hidden = ("stop", "hour") if self.knows.is_stopped else ("start",) if self.consent == "yes" else ("start", "hour")
            return tuple(choice for choice in node.choices if choice.id not in hidden)
        if self.consent != "yes":           # then no fact is kept, and no date is asked for
            return tuple(choice for choice in node.choices if not choice.next.startswith("permit."))
        return node.choices


def in_all(text: str, tongues: Tongues) -> str:
    """
    Return a text in every language that the welcome shows, a line each.
    """
    return "\n".join(dict.fromkeys(tongues(language).alone(text) for language in tongues.languages[:5]))


def readable(text: str, language: str, hint: str, tongues: Tongues) -> tuple[str, str]:
    """
    Return a text and its language: the client's, or that of their app; where we know neither, "" and a line in each language of the welcome.
    """
    app = hint.partition("-")[0].casefold()
    known = language or (app if app in tongues.languages else "")
    return (tongues(known)(text), known) if known else (in_all(text, tongues), "")


def day_of(told: str) -> date | str:
    """
    Return the day that was kept, or what else was.
    """
    try:
        return date.fromisoformat(told)
    except ValueError:
        return told                     # a label was pressed where a day was asked for


def may_be_spoken(text: str) -> bool:
    """
    Say whether a recording can say a text of ours: all of it that matters is the same for everybody, at any time.
    """
    return "{" not in text or not _FILLED.search(text)
