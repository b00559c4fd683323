"""
How a message looks on WhatsApp: three buttons, a list of ten, or a numbered menu in plain text.

Buttons need a Content at Twilio, which holds the text itself and outlives the client's wish to be forgotten. So only a text that is
the same for everyone (`is_static`) becomes one: their number is bounded by the catalogue, and none holds a name, a date or a
code. Variables would do for the others, but may hold no line break (63013), and our texts have several.
Every other text, a language that is not WhatsApp's, and every second attempt go as plain text with a numbered menu.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels import Outbound

LONGEST = 1600          # characters of a plain text
CONTENT = 1024          # characters of a text with buttons
BUTTONS, BUTTON = 3, 20
ITEMS, ITEM = 10, 24
RTL = frozenset(("ar", "fa", "ps", "prs", "ur", "he", "ckb", "dv", "sd", "ug", "yi"))
RLM = "\u200f"          # a line that begins with a digit reads right to left only behind it
OPEN = "☰"              # what opens a list: the same in every language
# WhatsApp's own languages, exact and case-sensitive (list of May 2026): Tigrinya, Somali, Kurdish, Amharic are not among them
LANGUAGES = {code: code for code in ("nl", "en", "ar", "fa", "tr", "uk", "fr", "sw", "ur", "ru", "es")} | {
    "prs": "prs_AF", "fa-AF": "prs_AF", "ps": "ps_AF", "ps-AF": "ps_AF"}


@dataclass(frozen=True, slots=True)
class Content:
    """
    A text with buttons as Twilio makes it; equal contents have equal hashes.
    """

    language: str
    type: str
    body: dict[str, object]

    @property
    def hash(self) -> str:
        """
        Return what names this content, here and at Twilio.
        """
        told = json.dumps([self.language, self.type, self.body], ensure_ascii=False, sort_keys=True)
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    @property
    def request(self) -> dict[str, object]:
        """
        Return the JSON with which it is made.
        """
        return {"friendly_name": f"wegwijs_{self.hash}", "language": self.language, "types": {self.type: self.body}}


def content(message: Outbound) -> Content | None:
    """
    Return the content a message can be sent as, or None if it must go as plain text.
    """
    language = LANGUAGES.get(message.language)
    fits = bool(message.text.strip()) and len(message.text) <= CONTENT and "{{" not in message.text
    if language is None or not message.is_static or message.attempts or not message.offers or not fits:
        return None
    if _fit(message.offers, BUTTONS, BUTTON):
        return template(message.language, message.text, message.offers)
    if _fit(message.offers, ITEMS, ITEM):
        items = [{"item": label, "id": id} for id, label in message.offers]
        return Content(language, "twilio/list-picker", {"body": message.text, "button": OPEN, "items": items})
    return None


def knock(message: Outbound) -> Content:
    """
    Return the approved content that a knock is sent as.
    """
    return template(message.language, message.text, message.offers)


def template(language: str, text: str, offers: Sequence[tuple[str, str]]) -> Content:
    """
    Return a text and its buttons as they are submitted for approval.
    """
    actions = [{"type": "QUICK_REPLY", "title": label, "id": id} for id, label in offers]
    return Content(LANGUAGES[language], "twilio/quick-reply", {"body": text, "actions": actions})


def _fit(offers: Sequence[tuple[str, str]], many: int, longest: int) -> bool:
    labels = [label.strip() for _, label in offers]
    return len(offers) <= many and len(set(labels)) == len(labels) and all(0 < len(label) <= longest for _, label in offers)


def plain(message: Outbound) -> str:
    """
    Return the message as one plain text, its offers as a numbered menu below it.
    """
    if not message.offers:
        return message.text
    mark = RLM if message.language.split("-")[0] in RTL else ""
    menu = [f"{mark}{number}. {label}" for number, (_, label) in enumerate(message.offers, 1)]
    return "\n".join([message.text, "", *menu])
