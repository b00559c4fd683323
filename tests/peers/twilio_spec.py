"""
What Twilio takes: its published parameters (`twilio-requests.json`), and the limits its prose adds.
"""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SPEC = json.loads(Path(__file__).with_name("twilio-requests.json").read_text("utf-8"))
KINDS = {"string": str, "object": dict, "array": list, "boolean": bool, "integer": int, "number": (int, float)}
SENDER = re.compile(r"whatsapp:(\+[1-9]\d{5,14}|[A-Z]{2}\.[A-Za-z0-9]{1,128})")
REPEATED = {"MediaUrl", "PersistentAction"}
GEO = re.compile(r"geo:-?\d{1,2}(\.\d+)?,-?\d{1,3}(\.\d+)?(\|[^|\n]{1,256})?")
LANGUAGES = {"nl", "en", "ar", "fa", "prs_AF", "ps_AF", "tr", "uk", "fr", "sw", "ur", "ru", "es"}


SHAPES: dict[str, list[tuple[str, re.Pattern[str], dict[str, str]]]] = {"GET": [], "POST": [], "DELETE": [], "PUT": []}
for _name, _spec in SPEC.items():
    _verb, _, _shape = _name.partition(" ")
    SHAPES[_verb].append((_name, re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/]+)", re.escape(_shape))), _spec["path"]))


class Wrong(Exception):
    """
    A request Twilio refuses: HTTP status, code, words.
    """

    def __init__(self, status: int, code: int, words: str) -> None:
        super().__init__(words)
        self.status, self.code = status, code


def operation(method: str, path: str) -> tuple[str, dict[str, str]]:
    """
    Return the published operation of a path and the values in it; `Wrong` 20404 without one.
    """
    for name, pattern, parts in SHAPES[method]:
        found = pattern.fullmatch(path)
        if found and not all(re.fullmatch(parts[part], value) for part, value in found.groupdict().items()):
            raise Wrong(404, 20404, f"a sid in {path} is none")
        if found:
            return name, found.groupdict()
    raise Wrong(404, 20404, f"no {method} {path}")


def check(name: str, given: Mapping[str, Any], is_form: bool) -> None:
    """
    Refuse unknown, missing and mistyped fields.
    """
    fault = _fault(name, SPEC[name]["fields"], given, is_form)
    if fault:
        raise Wrong(400, 20001, fault)


def _fault(where: str, schema: Mapping[str, Any], value: Any, is_form: bool = False) -> str:
    if is_form and schema.get("type") in ("integer", "boolean", "number"):
        return "" if re.fullmatch(r"\d+|true|false", value) else f"{where} is not {schema['type']}"
    if not isinstance(value, KINDS[schema["type"]]):
        return f"{where} is not {schema['type']}"
    if schema["type"] == "object":
        return _fault_inside(where, schema, value, is_form)
    if schema["type"] == "array":
        return next((fault for at, one in enumerate(value) if (fault := _fault(f"{where}[{at}]", schema["items"], one))), "")
    return _fault_of_text(where, schema, value) if isinstance(value, str) else ""


def _fault_inside(where: str, schema: Mapping[str, Any], value: Mapping[str, Any], is_form: bool) -> str:
    known, others = schema.get("properties", {}), schema.get("additionalProperties", False)
    for name in schema.get("required", ()):
        if name not in value:
            return f"{where}.{name} is missing"
    for name, one in value.items():
        shape = known.get(name) or (others if isinstance(others, dict) else None)
        fault = _fault(f"{where}.{name}", shape, one, is_form) if shape else f"{where} has no {name}"
        if fault:
            return fault
    return ""


def _fault_of_text(where: str, schema: Mapping[str, Any], value: str) -> str:
    if "enum" in schema and value not in schema["enum"]:
        return f"{where} is none of {schema['enum']}"
    if "pattern" in schema and not re.fullmatch(schema["pattern"], value):
        return f"{where} is malformed"
    if schema.get("format") == "uri" and urlsplit(value).scheme not in ("http", "https"):
        return f"{where} is no address"
    if schema.get("format") == "date-time":
        try:
            datetime.fromisoformat(value)
        except ValueError:
            return f"{where} is no time"
    return ""


def check_message(form: Mapping[str, Any], sender: str) -> None:
    """
    Refuse what Twilio refuses of a message at the call.
    """
    if not SENDER.fullmatch(form["To"]):
        raise Wrong(400, 21211, "the 'To' is not a valid address")
    if form.get("From") != sender:
        raise Wrong(400, 63007, "no such WhatsApp sender")
    body, content = form.get("Body", ""), form.get("ContentSid", "")
    if content and (body or "MediaUrl" in form):
        raise Wrong(400, 21655, "ContentSid beside Body")
    if not content and not body.strip() and "MediaUrl" not in form:
        raise Wrong(400, 21619, "a text message body or media is required")
    if len(form.get("MediaUrl", ())) > 1 or ("MediaUrl" in form and body):
        raise Wrong(400, 21623, "one medium, and no text beside a voice")
    actions = form.get("PersistentAction", ())
    if actions and (content or not body.strip() or len(actions) > 1 or not GEO.fullmatch(actions[0])):
        raise Wrong(400, 21620, "a place is geo:latitude,longitude|label, beside a text")
    if len(body) > 1600:
        raise Wrong(400, 21617, "the message body exceeds the 1600 character limit")
    if not 1 <= int(form.get("ValidityPeriod", "36000")) <= 36000:
        raise Wrong(400, 21626, "validity period out of range")
    callback = urlsplit(form.get("StatusCallback", "https://x.nl"))
    if callback.fragment or "_" in (callback.hostname or ""):
        raise Wrong(400, 21609, "invalid StatusCallback")
    _check_variables(form.get("ContentVariables"))


def _check_variables(told: str | None) -> None:
    if told is None:
        return
    try:
        variables = json.loads(told)
        is_right = isinstance(variables, dict) and all(isinstance(one, str) and one for one in variables.values())
    except ValueError:
        is_right = False
    if not is_right:
        raise Wrong(400, 21656, "the ContentVariables parameter is invalid")
    if any("\n" in one or "    " in one for one in variables.values()):
        raise Wrong(400, 63013, "a variable holds a line break or four spaces")


def check_content(told: Mapping[str, Any]) -> None:
    """
    Refuse a Content over WhatsApp's limits for use within the window.
    """
    if told["language"] not in LANGUAGES:
        raise Wrong(400, 63021, f"{told['language']} is no language of WhatsApp")
    for kind, shape in told["types"].items():
        if not 1 <= len(shape.get("body", "")) <= (1600 if kind == "twilio/text" else 1024):
            raise Wrong(400, 63021, f"{kind}: body of {len(shape.get('body', ''))} characters")
        if kind == "twilio/quick-reply":
            _check_buttons([(one.get("id", one["title"]), one["title"]) for one in shape["actions"]], 3, 20)
        if kind == "twilio/list-picker":
            _check_buttons([(one["id"], one["item"]) for one in shape["items"]], 10, 24)
            if not 1 <= len(shape["button"]) <= 20 or any(len(one.get("description", "")) > 72 for one in shape["items"]):
                raise Wrong(400, 63021, "button over 20 or description over 72 characters")


def _check_buttons(buttons: list[tuple[str, str]], many: int, longest: int) -> None:
    if not 1 <= len(buttons) <= many or len({title for _, title in buttons}) < len(buttons):
        raise Wrong(400, 63021, f"1 to {many} different buttons")
    if not all(1 <= len(title) <= longest and 1 <= len(id) <= 200 for id, title in buttons):
        raise Wrong(400, 63021, f"a title over {longest} or an id over 200 characters")
