"""
Twilio's webhook forms read: an inbound message, a status. Fields we do not know pass, and nothing in a form raises.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from bot.channels import Attachment, Inbound, Status
from bot.channels.whatsapp_codes import state_of
from flows.events import HeardKind

NAME = "whatsapp"
SID = re.compile(r"[A-Za-z0-9]{2,64}")
SENDER = re.compile(r"whatsapp:[!-~]{1,200}")
TYPE = re.compile(r"[\w.+-]{1,60}/[\w.+-]{1,60}", re.ASCII)
MOST_MEDIA = 10


class Form(dict[str, list[str]]):
    """
    The fields of a request, each with all its values, blank ones too: the signature is over all of them.
    """

    def __init__(self, body: bytes) -> None:
        super().__init__()
        for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True):
            self.setdefault(name, []).append(value)

    def getlist(self, name: str) -> list[str]:
        """
        Return every value of a field.
        """
        return self[name]

    def text(self, name: str) -> str:
        """
        Return a field's first value, or "".
        """
        return self[name][0] if name in self else ""


def inbound(form: Form, at: datetime, sequence: int) -> Inbound | None:
    """
    Return the message a form brings, or None if it brings none.
    """
    sid, sender, alias = form.text("MessageSid") or form.text("SmsMessageSid"), form.text("From"), form.text("ExternalUserId")
    if not SID.fullmatch(sid) or not SENDER.fullmatch(sender):
        return None
    choice = form.text("ButtonPayload") or form.text("ListId")
    text = form.text("Body") or form.text("ButtonText") or form.text("ListTitle")
    media = _media(form)
    kind = _kind(form, choice, media)
    if kind == "location":
        text = text or _place(form)
    return Inbound(NAME, sid, sender, sequence, kind, at, text, choice, media,
                   alias=alias if alias != sender and SENDER.fullmatch(alias) else "")


def _kind(form: Form, choice: str, media: tuple[Attachment, ...]) -> HeardKind:
    if choice:
        return "choice"
    if media:
        return kind_of(form.text("MessageType"), media[0].content_type)
    if form.text("Latitude") and form.text("Longitude"):
        return "location"
    if form.text("MessageType") == "contacts":
        return "contact"
    is_text = form.text("Body") or form.text("ButtonText") or form.text("MessageType") in ("", "text", "button", "interactive")
    return "text" if is_text else "other"


def kind_of(message_type: str, content_type: str) -> HeardKind:
    """
    Return what kind of message media make.
    """
    if message_type == "contacts" or content_type in ("text/vcard", "text/x-vcard"):
        return "contact"
    if message_type == "audio" or content_type.startswith("audio/"):
        return "voice"
    return "photo" if message_type in ("image", "sticker") or content_type.startswith("image/") else "document"


def _media(form: Form) -> tuple[Attachment, ...]:
    found = []
    for number in range(MOST_MEDIA):
        reference, content_type = form.text(f"MediaUrl{number}"), form.text(f"MediaContentType{number}")
        if reference:
            found.append(attachment(reference, content_type))
    return tuple(found)


def attachment(reference: str, content_type: str) -> Attachment:
    """
    Return media as announced; a content type that is none is dropped.
    """
    plain = content_type.split(";")[0].strip().lower()
    return Attachment(reference, plain if TYPE.fullmatch(plain) else "")


def _place(form: Form) -> str:
    words = [form.text("Label"), form.text("Address"), f"{form.text('Latitude')}, {form.text('Longitude')}"]
    return " · ".join(word for word in words if word)


def status(form: Form, url: str) -> Status | None:
    """
    Return the status a form brings, or None for one that tells nothing; our own id rides in the query of the address.
    """
    word, sid = form.text("MessageStatus") or form.text("SmsStatus"), form.text("MessageSid") or form.text("SmsSid")
    state = state_of(word)
    if not state or not SID.fullmatch(sid):
        return None
    return Status(NAME, _message(parse_qs(urlsplit(url).query)), sid, state, _error(form, word) if state == "failed" else "")


def _message(query: Mapping[str, list[str]]) -> int:
    told = query.get("message", [""])[0]
    return int(told) if told.isascii() and told.isdecimal() and len(told) <= 19 and int(told) < 1 << 63 else 0


def _error(form: Form, word: str) -> str:
    code = form.text("ErrorCode")
    return code if code.isascii() and code.isdecimal() and 0 < len(code) <= 6 and code != "0" else word


def sent_at(message: Any) -> datetime:
    """
    Return when a message of Twilio's list was sent, a whole second.
    """
    told: datetime | None = message.date_sent or message.date_created
    if told is None:
        return datetime.now(UTC)
    return told if told.tzinfo else told.replace(tzinfo=UTC)
