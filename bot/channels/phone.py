"""
The simulated phones of `demo`: their messages live in memory, and whoever looks at a phone is told when something changes.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from urllib.parse import parse_qsl, unquote, urlsplit

from bot.channels import Accepted, Attachment, Gone, Inbound, Later, Outbound, Outcome, Reading, Refused, TooLarge
from flows.events import HeardKind

STATION = "52.1664,4.4817"      # where a simulated phone says it is: Leiden Centraal


class Now(Protocol):
    """
    The clock.
    """

    def __call__(self) -> datetime:
        """
        Return now.
        """


@dataclass(slots=True)
class Bubble:
    """
    One message as a phone shows it. `medium` is the reference of its picture or sound, or "".
    """

    text: str
    at: datetime
    is_ours: bool = False
    offers: tuple[tuple[str, str], ...] = ()
    language: str = ""
    kind: HeardKind = "text"
    medium: str = ""
    external_id: str = ""


@dataclass(slots=True)
class Phone:
    """
    One simulated phone: `name` is its address, `owner` whom it belongs to, `about` what is special about them.
    """

    name: str
    owner: str
    about: str = ""
    language: str = ""
    bubbles: list[Bubble] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """
    One field of a form.
    """

    value: bytes
    filename: str = ""
    content_type: str = ""

    @property
    def text(self) -> str:
        """
        The field as text.
        """
        return self.value.decode("utf-8", "replace").replace("\r\n", "\n")


class Phones:
    """
    The channel of the simulated phones. `version` rises with every change, and `changed` waits for the next; `played` is how many percent
    of the demo's year were played so far, None once it is there.
    """

    name = "phone"
    rate = 0.0
    can_be_asked = True
    brings: Sequence[str] = ("pin", "calendar")
    speaks: Sequence[str] = ("audio/ogg", "audio/mpeg", "audio/mp4")

    def __init__(self, now: Now) -> None:
        self.now = now
        self.phones: dict[str, Phone] = {}
        self.media: dict[str, tuple[str, bytes]] = {}
        self.version = 0
        self.played: int | None = None
        self._change = asyncio.Event()
        self._accepted: set[int] = set()
        self._heard = 0

    def add(self, name: str, owner: str, about: str = "", language: str = "") -> Phone:
        """
        Put a phone on the table.
        """
        phone = self.phones[name] = Phone(name, owner, about, language)
        self.touch()
        return phone

    def touch(self) -> None:
        """
        Tell whoever looks that something changed.
        """
        self.version += 1
        self._change.set()
        self._change = asyncio.Event()

    async def changed(self, seen: int, seconds: float) -> int:
        """
        Return the version once it is no longer `seen`, or after `seconds`.
        """
        if self.version == seen:
            try:
                async with asyncio.timeout(seconds):
                    await self._change.wait()
            except TimeoutError:
                pass
        return self.version

    async def open(self) -> None:
        """
        Nothing to open.
        """

    async def close(self) -> None:
        """
        Nothing to close.
        """

    def read(self, headers: Mapping[str, str], body: bytes, url: str) -> Reading:
        """
        Read the form that a phone's page posts: one of `choice`, `photo`, `voice`, `place` or `text`.
        """
        phone = self.phones.get(unquote(urlsplit(url).path.rstrip("/").rpartition("/")[2]))
        if phone is None:
            return Reading(status=404)
        parts = read_form(headers.get("content-type", ""), body)
        heard = self._heard_from(phone, parts)
        return Reading((heard,) if heard else ())

    def _heard_from(self, phone: Phone, parts: Mapping[str, Part]) -> Inbound | None:
        if "choice" in parts:
            choice = parts["choice"].text
            return self.hear(phone.name, self.label(phone, choice), choice, "choice")
        for kind in ("photo", "voice"):
            part = parts.get(kind)
            if part and part.value:
                return self.hear(phone.name, kind="photo" if kind == "photo" else "voice", part=part)
        if "place" in parts:
            return self.hear(phone.name, STATION, kind="location")
        text = parts["text"].text if "text" in parts else ""
        return self.hear(phone.name, text) if text.strip() else None

    def hear(self, name: str, text: str = "", choice: str = "", kind: HeardKind = "text", part: Part | None = None) -> Inbound:
        """
        Return what a phone sends, numbered; it is shown on the phone by `show`.
        """
        self._heard += 1
        media: tuple[Attachment, ...] = ()
        if part:
            reference = f"{name}-{self._heard}"
            self.media[reference] = (part.content_type, part.value)
            media = (Attachment(reference, part.content_type, len(part.value)),)
        return Inbound(self.name, f"{name}-{self._heard}", name, self._heard, kind, self.now(), text, choice, media)

    def label(self, phone: Phone, choice: str) -> str:
        """
        Return what stood on the button with this id when it was last shown, or "".
        """
        for bubble in reversed(phone.bubbles):
            for id, label in bubble.offers:
                if id == choice:
                    return label
        return ""

    def show(self, inbound: Inbound) -> None:
        """
        Put a client's own message on their phone.
        """
        medium = inbound.media[0].reference if inbound.media else ""
        self.phones[inbound.sender].bubbles.append(
            Bubble(inbound.text, inbound.at, kind=inbound.kind, medium=medium, external_id=inbound.external_id)
        )
        self.touch()

    def take_back(self, inbound: Inbound) -> None:
        """
        Take a message off the phone again: it could not be received.
        """
        bubbles = self.phones[inbound.sender].bubbles
        bubbles[:] = [bubble for bubble in bubbles if bubble.external_id != inbound.external_id]
        self.touch()

    async def send(self, message: Outbound) -> Outcome:
        """
        Show the message on its phone; one that was shown before is not shown again.
        """
        phone = self.phones.get(message.recipient) or self.add(message.recipient, message.recipient)
        if message.id not in self._accepted:
            self._accepted.add(message.id)
            phone.bubbles.append(self._bubble(message))
            self.touch()
        return Accepted(f"out-{message.id}", "delivered")

    def _bubble(self, message: Outbound) -> Bubble:
        bubble = Bubble(message.text, self.now(), True, message.offers, message.language, medium=self._spoken(message))
        if bubble.medium:
            bubble.kind = "voice"
        elif message.pin:
            bubble.kind, bubble.medium = "location", f"geo:{message.pin.latitude:.6f},{message.pin.longitude:.6f}"
        elif message.calendar:
            bubble.kind, bubble.medium = "document", f"visit-{message.id}"
            self.media[bubble.medium] = ("text/calendar", message.calendar.encode())
        return bubble

    def _spoken(self, message: Outbound) -> str:
        if message.voice is None:
            return ""
        reference = f"said-{message.id}"
        self.media[reference] = (message.voice.content_type, message.voice.content)
        return reference

    async def settle(self, message: Outbound) -> Outcome:
        """
        Say whether the phone has it.
        """
        return Accepted(f"out-{message.id}", "delivered") if message.id in self._accepted else Later(0.0)

    def verdict(self, error: str) -> Outcome:
        """
        Refuse: a simulated platform has no codes worth another try.
        """
        return Refused(error)

    async def fetch(self, reference: str, limit: int) -> bytes:
        """
        Return the picture or sound that a phone sent.
        """
        if reference not in self.media:
            raise Gone
        content = self.media[reference][1]
        if len(content) > limit:
            raise TooLarge
        return content

    async def missed(self, since: datetime) -> Sequence[Inbound]:
        """
        Nothing is ever missed: the page waits for the commit.
        """
        return ()

    async def forget(self, reference: str) -> None:
        """
        Let go of a picture or sound.
        """
        self.media.pop(reference, None)

    async def leave(self, chat: str) -> None:
        """
        There are no groups.
        """

    async def check(self) -> str:
        """
        Always well.
        """
        return f"phone: {len(self.phones)} simulated phones"


def read_form(content_type: str, body: bytes) -> dict[str, Part]:
    """
    Return the fields of a posted form, urlencoded or multipart (RFC 7578); whatever is broken is left out.
    """
    kind, _, rest = content_type.partition(";")
    if kind.strip().lower() != "multipart/form-data":
        return {name: Part(value.encode()) for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)}
    boundary = rest.partition("boundary=")[2].partition(";")[0].strip().strip('"').encode()
    parts: dict[str, Part] = {}
    for piece in (b"\r\n" + body).split(b"\r\n--" + boundary)[1:] if boundary else ():
        head, _, value = piece.partition(b"\r\n\r\n")
        lines = head.decode("utf-8", "replace").split("\r\n")
        headers = {key.strip().lower(): told.strip() for key, _, told in (line.partition(":") for line in lines)}
        names = dict(item.strip().partition("=")[::2] for item in headers.get("content-disposition", "").split(";"))
        if "name" in names:
            parts[names["name"].strip('"')] = Part(value, names.get("filename", "").strip('"'), headers.get("content-type", ""))
    return parts
