"""
What a client brings to a conversation (`Heard`), and what a turn can decide (the events).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from flows.facts import Facts
from flows.guess import Guess
from flows.hours import Hours

HeardKind = Literal["text", "choice", "voice", "photo", "document", "location", "contact", "edited", "other"]
Team = Literal["legal", "social", "housing"]
Urgency = Literal["now", "today", "week", "normal"]
How = Literal["picked", "understood", "ticked"]


@dataclass(frozen=True, slots=True)
class Place:
    """
    The office a client belongs to, as a flow may name it.
    """

    name: str
    municipality: str
    address: str
    phone: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class Due:
    """
    What a reminder is about that the client answers: its topic, the day, when we ask again if they want that, and who helps with it;
    `asks_kind`: nobody told us which permit they have. `kind`, where it is one matter and their own: a day they name for it can be
    weighed by what is `known` of them.
    """

    topic: str
    due_on: date
    later_on: date
    team: Team
    asks_kind: bool = False
    kind: str = ""
    known: Facts = field(default_factory=Facts)


@dataclass(frozen=True, slots=True)
class Seat:
    """
    What a turn knows on a phone that several share: whether the word was said by who speaks, whether this message is it, how often it may
    still be said (0: none was agreed, or it was tried too often), and whether something waits for it.
    """

    is_open: bool = False
    is_right: bool = False
    tries: int = 0
    has_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Knows:
    """
    What a flow may know of the client who speaks. It is read with the session, in the same transaction.

    `hint` is the language of the app (an IETF tag), for the first greeting only. `expects_at` is when the client's open
    ticket is due, or None without one.
    """

    place: Place
    consent: str = ""                      # "yes", "no" or "" (not asked yet)
    is_first: bool = False                 # the first message ever received from this address
    is_stopped: bool = False               # the client asked us to send nothing unasked
    is_held: bool = False                  # a volunteer has the conversation: the bot is silent but for stop and emergencies
    expects_at: datetime | None = None
    hint: str = ""
    invite: str = ""                       # of the invite code in this message: valid, second or shared (staff must agree), used, expired, unknown
    facts: Mapping[str, str] = field(default_factory=dict)
    is_waited_for: bool = False            # a message of ours waits for this word and leaves with this turn
    visit: datetime | None = None          # when the client comes to the office next, in its time zone; read in that conversation only
    free: tuple[datetime, ...] = ()        # when the client could come, in order; read in that conversation only
    due: Due | None = None                 # of the reminder that is being answered
    seat: Seat | None = None               # on a phone that several share
    reads_at: datetime | None = None       # when somebody reads of a danger that is told now, where nobody is on duty; else at once


@dataclass(frozen=True, slots=True)
class Heard:
    """
    One thing a client brought: a text, a press, a voice note, a picture …

    `text` has no bidi or control characters. `choice` is the id that our own button carried, or "". `at` is aware, in the
    office's time zone. An edited message comes as kind "edited" with its new text. `guess` is what a model made of the text, if one read it.
    """

    kind: HeardKind
    at: datetime
    knows: Knows
    text: str = ""
    choice: str = ""
    guess: Guess | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """
    One answer the client can give, as it is sent: `id` goes into the button (at most 64 bytes), `label` onto it.
    """

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Said:
    """
    A text to the client, complete and in their language, with the answers it offers.

    `is_static`: nothing of this client was filled in, it is the same for everyone of an office; only such a text may become a
    template that a platform keeps. `sources` are the texts of ours it is made of, in English and in order, or nothing where a part of
    it cannot be said aloud by a recording.
    """

    text: str
    offers: tuple[Offer, ...] = ()
    language: str = ""
    is_static: bool = False
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """
    A fact the client told us: `language`, `consent`, `under_16`, or a fact of the deadlines page.
    """

    fact: str
    value: str


@dataclass(frozen=True, slots=True)
class Escalated:
    """
    A question for a volunteer: a ticket opens, unless this client has one open (then the question joins it).
    """

    team: Team
    urgency: Urgency
    topics: tuple[str, ...] = ()
    question: str = ""
    due_at: datetime | None = None         # what the client was told; None for `urgency` "now" and "today"


@dataclass(frozen=True, slots=True)
class Topic:
    """
    The exchange is about this topic; `how` we know: picked from a menu, understood from text, ticked by staff.
    """

    id: str
    how: How
    is_answered: bool = True


@dataclass(frozen=True, slots=True)
class Thanked:
    """
    A thank-you or a goodbye: it joins the last moment and makes no new one.
    """


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """
    The client wrote something no rule and no topic fits.
    """


@dataclass(frozen=True, slots=True)
class Stopped:
    """
    The client wants nothing unasked any more. Who writes is always answered.
    """


@dataclass(frozen=True, slots=True)
class Resumed:
    """
    The client wants our reminders again (START).
    """


@dataclass(frozen=True, slots=True)
class Forgotten:
    """
    The client wants everything about them erased; it happens once what this turn says has left.
    """


@dataclass(frozen=True, slots=True)
class Wished:
    """
    The client asks for a woman (`woman`), or for nobody of the own community (`community`).
    """

    wish: Literal["woman", "community"]


@dataclass(frozen=True, slots=True)
class Bound:
    """
    The client brought an invite code (from a deep link or a `wa.me` text).
    """

    code: str


@dataclass(frozen=True, slots=True)
class Booked:
    """
    The client picked a free moment to come to the office, in the stead of the one they had. `interpreter` is the language one is wanted for, or "".
    """

    starts_at: datetime
    interpreter: str = ""


@dataclass(frozen=True, slots=True)
class Cancelled:
    """
    The client does not come to the office: their appointment is given back.
    """


@dataclass(frozen=True, slots=True)
class Answered:
    """
    The client answered the reminder that the session names; `day`: they named a day, which the session has.
    """

    answer: Literal["done", "day", "will_do", "need_help", "not_mine", "later"]


@dataclass(frozen=True, slots=True)
class Proved:
    """
    On a phone that several share somebody said the word agreed with them, or another one.
    """

    is_right: bool


@dataclass(frozen=True, slots=True)
class Felt:
    """
    The client answered the check-in that the session names: how it is going.
    """

    answer: Literal["good", "so_so", "bad"]


Event = (Said | Learned | Escalated | Topic | Thanked | NotUnderstood | Stopped | Resumed | Forgotten | Bound | Wished | Booked | Cancelled
         | Answered | Proved | Felt)
