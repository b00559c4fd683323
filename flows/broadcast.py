"""
Broadcasts: what we say to many clients of our own accord: for whom it may be, what each is told, and who is not told it.

Nobody is picked by what could harm them if others knew: a segment is never a legal topic, and violence is no topic at all.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from flows import contacts, phrasebook, remind
from flows.checkin import CHECKIN, answers
from flows.days import DAY
from flows.events import Offer, Place
from flows.node import Tongue, _
from flows.phrasebook import PHRASES, WrongSlot
from flows.topics import TOPICS as ALL_TOPICS
from flows.unsettled import PRICES

Kind = Literal["text", "phrase", "checkin"]
KINDS: tuple[Kind, ...] = ("text", "phrase", "checkin")
TOPICS = tuple(topic.id for topic in ALL_TOPICS.values() if topic.group != "legal" and topic.id != "letter_check")      # a letter may be of a court
PROGRAMMES = tuple(one for one in contacts.PROGRAMMES if one not in ("legal_hour", "family_file"))
SENTENCES = ("closed_on", "where", "our_phone", "no_secrets", "bring", "keep", "no_sign")      # of the phrasebook: true for many, asking nothing
NEEDED = "nl"                           # the language of every text of our own: the team reads it
LONGEST = 1000                          # characters of it
LASTS, AT_MOST = timedelta(days=7), timedelta(days=60)      # for how long it is tried
WINDOW = timedelta(hours=24)            # after a client's last word WhatsApp takes only a template, which costs

UTILITY, MARKETING, WORDS = (Decimal(price.value) for price in PRICES)      # of one message on WhatsApp, in euros; an estimate
PRICED_ON = min(price.read_on for price in PRICES)

OPENING = _("Hello, this is Wegwijs. Our team has a message for you. Read it when you have time, in a quiet place. "
            "Do you want no more messages and reminders from us? Write *STOP*.")


@dataclass(frozen=True, slots=True)
class Segment:
    """
    For whom a broadcast is: clients of one of these languages and locations, who had a contact in one of these programmes and one about
    one of these topics. Nothing chosen is everybody, but for the locations.
    """

    languages: tuple[str, ...] = ()
    locations: tuple[int, ...] = ()
    programmes: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()

    def takes(self, language: str, location_id: int) -> bool:
        """
        Tell whether a client of this language and location is in it, their contacts apart.
        """
        return location_id in self.locations and (not self.languages or language in self.languages)

    def to_json(self) -> str:
        """
        Write it down.
        """
        return json.dumps({"languages": self.languages, "locations": self.locations, "programmes": self.programmes, "topics": self.topics})

    @classmethod
    def from_json(cls, text: str) -> "Segment":
        """
        Read what `to_json` wrote.
        """
        return cls(**{name: tuple(values) for name, values in json.loads(text).items()})


def segment(languages: Collection[str], locations: Collection[int], programmes: Collection[str], topics: Collection[str]) -> Segment:
    """
    Return the segment that was chosen, without what no segment may be picked by.
    """
    return Segment(tuple(sorted(languages)), tuple(sorted(locations)), tuple(one for one in PROGRAMMES if one in programmes),
                   tuple(one for one in TOPICS if one in topics))


@dataclass(frozen=True, slots=True)
class Words:
    """
    What a broadcast says: of its own `texts` by language, a `phrase` of the phrasebook and what fills it, or the check-in.
    """

    kind: Kind
    texts: Mapping[str, str] = field(default_factory=dict)
    phrase: str = ""
    given: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """
        Write down what is said, without its kind.
        """
        return json.dumps({"texts": dict(self.texts), "phrase": self.phrase, "given": dict(self.given)}, sort_keys=True)

    @classmethod
    def from_json(cls, kind: Kind, text: str) -> "Words":
        """
        Read what `to_json` wrote.
        """
        return cls(kind, **json.loads(text))

    @property
    def are_complete(self) -> bool:
        """
        Tell whether there is something to say.
        """
        return self.kind == "checkin" or (self.phrase in SENTENCES if self.kind == "phrase" else bool(self.texts.get(NEEDED)))

    @property
    def languages(self) -> Collection[str] | None:
        """
        Return the languages it can be said in, None for every one of ours.
        """
        return {language for language, text in self.texts.items() if text} if self.kind == "text" else None


@dataclass(frozen=True, slots=True)
class Spoken:
    """
    A broadcast in one language for one office, with the labels of its answers.
    """

    text: str
    labels: tuple[str, ...] = ()
    language: str = ""

    def offers(self, message_id: int) -> tuple[Offer, ...]:
        """
        Return the answers below one message.
        """
        return tuple(map(Offer, answers(message_id), self.labels)) if self.labels else ()


def say(words: Words, tongue: Tongue, place: Place, today: date) -> Spoken | None:
    """
    Return what a client of an office gets in a language, None where there are no words in it. Raise `WrongSlot`.

    The opening is longer than what a locked screen shows, and tells nothing.
    """
    if words.kind == "text" and not words.texts.get(tongue.language):
        return None
    labels: tuple[str, ...] = ()
    if words.kind == "text":
        said = words.texts[tongue.language]
    elif words.kind == "phrase":
        said = phrasebook.say(PHRASES[words.phrase], words.given, tongue, place, today).text
    else:
        said = tongue(CHECKIN.first.text)
        labels = tuple(f"{choice.emoji} {tongue(choice.label)}" for choice in CHECKIN.first.choices)
    return Spoken(f"{tongue(OPENING)}\n\n{said}", labels, tongue.language)


def say_if_can(words: Words, tongue: Tongue, place: Place, today: date) -> Spoken | str:
    """
    Return the same, or why a client does not get it: `no_text`, or `too_late` where the day it speaks of is over.
    """
    try:
        return say(words, tongue, place, today) or "no_text"
    except WrongSlot as wrong:
        return "too_late" if str(wrong) == "date" else "no_text"


def free_at(sent_at: Sequence[datetime], reminders: int, at: datetime) -> datetime | None:
    """
    Return when we look again whether an address may get a broadcast, None for now: at most two unasked messages in seven days, and
    `reminders` that come within these days take their place before it.
    """
    lately = [one for one in sent_at if at - one < remind.PER]
    if len(lately) + reminders < remind.MOST:
        return None
    return remind.free_at(sent_at, at) or at + DAY


def needs_template(channel: str, heard_at: datetime | None, at: datetime) -> bool:
    """
    Tell whether a message goes to a client only once they pressed the button of a template, which costs.
    """
    return channel == "whatsapp" and (heard_at is None or at - heard_at > WINDOW)


@dataclass(slots=True)
class Census:
    """
    Who would get a broadcast, counted: by language and by channel; how many by a template; and who would not, by why.
    """

    languages: Counter[str] = field(default_factory=Counter)
    channels: Counter[str] = field(default_factory=Counter)
    barred: Counter[str] = field(default_factory=Counter)
    templates: int = 0

    @property
    def reached(self) -> int:
        """
        Return how many would get it.
        """
        return self.channels.total()

    @property
    def cost(self) -> tuple[Decimal, Decimal]:
        """
        Return what it costs in euros: at least the templates, as the cheaper kind; at most those as the dearer, and what follows them,
        where the free messages of the month are used up.
        """
        return self.templates * UTILITY, self.templates * MARKETING + self.channels["whatsapp"] * WORDS

    def count(self, words: Words, language: str, why: str, channel: str, is_template: bool) -> None:
        """
        Count one client; `why` names what hinders us, or is "".
        """
        if not why:
            self.languages[language] += 1
        if not why and words.languages is not None and language not in words.languages and words.are_complete:
            why = "no_text"
        if why:
            self.barred[why] += 1
        else:
            self.channels[channel] += 1
            self.templates += is_template
