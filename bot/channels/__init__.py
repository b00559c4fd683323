"""
The small contract behind which every channel stands, and the channels there are.

Telegram, WhatsApp, the simulated phone and the tests' memory each implement `Channel`; nothing else in the house knows a platform.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from bot.channels.outcomes import Accepted as Accepted
from bot.channels.outcomes import Closed as Closed
from bot.channels.outcomes import Halted as Halted
from bot.channels.outcomes import Later as Later
from bot.channels.outcomes import Outcome as Outcome
from bot.channels.outcomes import Refused as Refused
from bot.channels.outcomes import Unknown as Unknown
from flows.events import HeardKind


@dataclass(frozen=True, slots=True)
class Attachment:
    """
    Media as a platform announces it: `reference` is what `Channel.fetch` takes (a file id, an address); `size` in bytes, 0 unknown.
    """

    reference: str
    content_type: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Inbound:
    """
    One message of a client, as a platform brought it, possibly more than once and in any order.

    `external_id` is unique per channel (Telegram's update_id, Twilio's MessageSid); `sequence` orders the messages of one sender.
    `choice` is what our button carried. `alias` is another id of the same sender (WhatsApp's business-scoped id), or "". `origin`
    names what was written and stays the same when it is edited, or is "" where nothing can be.
    """

    channel: str
    external_id: str
    sender: str
    sequence: int
    kind: HeardKind
    at: datetime
    text: str = ""
    choice: str = ""
    media: tuple[Attachment, ...] = ()
    hint: str = ""
    alias: str = ""
    origin: str = ""
    is_late: bool = False      # found after an outage: `at` is when the client wrote, not about now


@dataclass(frozen=True, slots=True)
class Status:
    """
    What became of a message of ours: `state` is one of sent, delivered, read, failed. `message` is our id, or 0 if the platform
    gave only its own.
    """

    channel: str
    message: int
    external_id: str
    state: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """
    A client blocked the bot or let it in again.
    """

    channel: str
    sender: str
    is_reachable: bool


@dataclass(frozen=True, slots=True)
class Stray:
    """
    The bot was put into a group it does not know: leave it.
    """

    channel: str
    chat: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """
    What somebody did in the volunteers' group: wrote (`text`), pressed (`choice`), changed what they wrote (`is_edited`) or spoke
    (`voice` is what `Channel.fetch` takes). `topic` is where, `message` what they wrote or pressed at, `answers` the message that it
    answers, or 0.
    """

    channel: str
    external_id: int
    sender: str
    topic: int
    message: int
    text: str = ""
    choice: str = ""
    answers: int = 0
    is_edited: bool = False
    voice: str = ""


Item = Inbound | Status | Reach | Stray | Colleague


@dataclass(frozen=True, slots=True)
class Reading:
    """
    A request read: its items, and the body to answer with once they are committed.
    """

    items: tuple[Item, ...] = ()
    answer: bytes = b""
    content_type: str = "text/plain"
    status: int = 200


class Forged(Exception):
    """
    A request without the right secret or signature.
    """


@dataclass(frozen=True, slots=True)
class Voice:
    """
    What a volunteer said aloud.
    """

    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Pin:
    """
    A place on the map.
    """

    latitude: float
    longitude: float
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Outbound:
    """
    A message on its way out. `offers` are (id, label) pairs. `heard_at` is when this client last wrote to us.
    `attempts` counts the sends begun before this one; `attempt_at` is when this one began. `is_static`: the text is the same for
    everyone (nothing was filled in), so a platform may keep it as a template. With a `voice` there is no text and nothing is offered.
    """

    id: int
    channel: str
    recipient: str
    text: str
    attempt_at: datetime
    kind: str = "reply"
    language: str = ""
    offers: tuple[tuple[str, str], ...] = ()
    heard_at: datetime | None = None
    attempts: int = 0
    external_id: str = ""
    is_static: bool = False
    voice: Voice | None = None
    pin: Pin | None = None      # `text` says the same in words
    calendar: str = ""          # a file of one visit (RFC 5545)


class Channel(Protocol):
    """
    One way to reach clients.
    """

    name: str
    rate: float                # messages a second the platform permits in all; 0 for no limit of ours
    brings: Sequence[str]      # what the platform takes besides text and voice: pin, calendar
    speaks: Sequence[str]      # the content types of a voice that the platform takes; none where we cannot send one
    can_be_asked: bool         # whether `settle` can find out what became of an ambiguous send

    async def open(self) -> None:
        """
        Open connections; called once, inside the running loop.
        """

    async def close(self) -> None:
        """
        Let go of every connection.
        """

    def read(self, headers: Mapping[str, str], body: bytes, url: str) -> Reading:
        """
        Check a webhook request and read it; raise `Forged` without the right secret or signature. `url` is path and query.
        """

    async def send(self, message: Outbound) -> Outcome:
        """
        Hand one message to the platform and say what became of it; raise nothing for what a platform or a network can do.
        """

    async def settle(self, message: Outbound) -> Outcome:
        """
        Say what became of an ambiguous send: `Accepted` if the platform has it, `Later` if it surely has not, `Unknown` if it cannot tell.
        """

    def verdict(self, error: str) -> Outcome:
        """
        Say what a code means that came in a status callback: `Later` (send again) or `Refused`.
        """

    async def fetch(self, reference: str, limit: int) -> bytes:
        """
        Return the media behind a reference; raise `Gone` when it cannot be had, `TooLarge` over `limit` bytes, OSError to try again.
        """

    async def missed(self, since: datetime) -> Sequence[Inbound]:
        """
        Return the inbound messages that the platform lists since then; none where a platform repeats them itself.
        """

    async def forget(self, reference: str) -> None:
        """
        Delete one message or medium at the platform; raise OSError to try again.
        """

    async def leave(self, chat: str) -> None:
        """
        Leave a group.
        """

    async def check(self) -> str:
        """
        Ask the platform who we are; return one line for `wegwijs check`, raise OSError with what is wrong.
        """


class Gone(Exception):
    """
    The media is not at the platform any more.
    """


class TooLarge(Exception):
    """
    The media is larger than we take.
    """


@dataclass(slots=True)
class Registry:
    """
    The channels of this process by name, and why the others are off (one line each, for `serve` and `check`).
    """

    on: dict[str, Channel] = field(default_factory=dict)
    off: dict[str, str] = field(default_factory=dict)
