"""
What the Bot API takes: its published methods and types (`telegram-methods.json`), and the limits its prose adds.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SPEC = json.loads(Path(__file__).with_name("telegram-methods.json").read_text("utf-8"))
METHODS: Mapping[str, Any] = SPEC["methods"]
TYPES: Mapping[str, Any] = SPEC["types"]
ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
PLAIN = {"Integer": int, "String": str, "Boolean": bool, "Float": (int, float)}


def wrong(method: str, given: Mapping[str, Any]) -> str:
    """
    Return what is wrong with a call, as Telegram words it where it has words; "" when nothing is.
    """
    fault = fields(method, METHODS[method], given)
    if not fault and method == "sendMessage":
        fault = _wrong_message(given)
    if not fault and method == "sendVoice":
        fault = _wrong_voice(given["voice"])
    if not fault and method == "sendVenue" and not (abs(given["latitude"]) <= 90 and abs(given["longitude"]) <= 180 and given["title"].strip()):
        fault = "wrong latitude, longitude or title"
    if not fault and method == "sendDocument":
        fault = _wrong_document(given["document"])
    if not fault and method == "setWebhook":
        fault = _wrong_webhook(given)
    if not fault and method == "getUpdates" and (given.get("offset", 0) < 0 or not 1 <= given.get("limit", 100) <= 100):
        fault = "offset below zero throws updates away, limit is 1-100"
    return fault


def fields(where: str, known: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """
    Compare the fields of a call or an object with the published ones: none unknown, none missing, each of its type.
    """
    for name, value in given.items():
        if name not in known:
            return f"{where} has no field {name}"
        if not any(_is(kind, value) for kind in known[name][0]):
            return f"{where}.{name} is not {' or '.join(known[name][0])}"
    return next((f"{where}.{name} is missing" for name, (_, is_required) in known.items() if is_required and name not in given), "")


def _is(kind: str, value: Any) -> bool:
    if kind.startswith("Array of "):
        return isinstance(value, list) and all(_is(kind.removeprefix("Array of "), part) for part in value)
    if kind in PLAIN:
        return isinstance(value, PLAIN[kind]) and (kind == "Boolean" or not isinstance(value, bool))
    if not isinstance(value, dict):
        return False
    if kind == "InputFile":
        return value.keys() == {"file_name", "mime_type", "content"}       # a part of a form, as `tests/peers/telegram.py` reads it
    known = TYPES.get(kind)
    if isinstance(known, list):
        return any(_is(part, value) for part in known)
    return known is None or not fields(kind, known, value)


def _wrong_message(given: Mapping[str, Any]) -> str:
    if given.get("parse_mode", "HTML") not in ("HTML", "Markdown", "MarkdownV2"):
        return "unsupported parse_mode"
    if not given["text"].strip():
        return "message text is empty"
    if len(given["text"].encode("utf-16-le", "surrogatepass")) > 2 * 4096:
        return "message is too long"
    return _wrong_keyboard(given["reply_markup"].get("inline_keyboard", [])) if "reply_markup" in given else ""


def _wrong_voice(voice: Any) -> str:
    if isinstance(voice, str):
        return ""
    if voice["mime_type"] not in ("audio/ogg", "audio/mpeg", "audio/mp4", "audio/x-m4a") or not voice["content"]:
        return "a voice is OGG with OPUS, MP3 or M4A"
    return "the file is too big" if len(voice["content"]) > 50_000_000 else ""


def _wrong_document(document: Any) -> str:
    if isinstance(document, str) or document["mime_type"] != "text/calendar":
        return "" if isinstance(document, str) or document["content"] else "file must be non-empty"
    return wrong_calendar(document["content"])


def wrong_calendar(content: bytes) -> str:
    """
    Return what a calendar would refuse of a file (RFC 5545), or "".
    """
    if not content.endswith(b"\r\n") or b"\n" in content.replace(b"\r\n", b"") or any(len(line) > 75 for line in content.split(b"\r\n")):
        return "lines end in CRLF and have at most 75 octets"
    lines = content.decode().replace("\r\n ", "").split("\r\n")
    if lines[0] != "BEGIN:VCALENDAR" or lines[-2] != "END:VCALENDAR" or "VERSION:2.0" not in lines:
        return "no VCALENDAR"
    names = {line.partition(":")[0].partition(";")[0] for line in lines}
    if missing := {"PRODID", "METHOD", "UID", "DTSTAMP", "DTSTART", "SUMMARY", "TZID", "TZOFFSETTO"} - names:
        return f"without {', '.join(sorted(missing))}"
    zone = next(line.partition(":")[2] for line in lines if line.startswith("TZID:"))
    return "" if any(line.startswith(f"DTSTART;TZID={zone}:") for line in lines) else "a start in a zone that is not told"


def _wrong_keyboard(rows: list[list[dict[str, Any]]]) -> str:
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        return "reply markup is too long"
    for row in rows:
        for button in row:
            if not button["text"].strip() or sum(action in button for action in ACTIONS) != 1:
                return "BUTTON_TYPE_INVALID"
            if "callback_data" in button and not 1 <= len(button["callback_data"].encode("utf-8", "surrogatepass")) <= 64:
                return "BUTTON_DATA_INVALID"
    return ""


def _wrong_webhook(given: Mapping[str, Any]) -> str:
    secret = given.get("secret_token", "")
    if len(secret) > 256 or not all(letter.isascii() and (letter.isalnum() or letter in "_-") for letter in secret):
        return "secret token contains unallowed characters"
    if not 1 <= given.get("max_connections", 40) <= 100:
        return "max_connections is 1-100"
    return "" if given["url"] == "" or given["url"].startswith("https://") else "bad webhook: an HTTPS URL must be provided for webhook"
