"""
Derive: reminders from facts, a line of JSON in and a line out, for other programs and for checking the rules.
"""

import json
from collections.abc import Iterable
from typing import Any, TextIO

from flows.deadlines import reminders
from flows.facts import WrongFact, a_day, read


def derive(lines: Iterable[bytes], out: TextIO) -> int:
    """
    Write for every line `{"id","today","facts"}` one `{"id","reminders"}`, or `{"id","error"}`; return how many were errors.
    """
    wrong = 0
    for number, line in enumerate(lines, 1):
        if line.strip():
            answer = _answer(line, number)
            wrong += "error" in answer
            print(json.dumps(answer), file=out, flush=True)
    return wrong


def _answer(line: bytes, number: int) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"line {number} is no JSON ({str(error)[:100]}); write " + '{"id": …, "today": "2026-11-24", "facts": {…}}'}
    if not isinstance(asked, dict):
        return {"id": None, "error": f"line {number} is no object; write " + '{"id": …, "today": "2026-11-24", "facts": {…}}'}
    try:
        return {"id": asked.get("id"), "reminders": _reminders(asked)}
    except WrongFact as error:
        return {"id": asked.get("id"), "error": str(error)}


def _reminders(asked: dict[str, Any]) -> list[dict[str, str]]:
    for name in ("today", "facts"):
        if name not in asked:
            raise WrongFact(f"{name} is missing")
    today = a_day("today", asked["today"])
    found = reminders(read(asked["facts"]), today)
    return [{"kind": one.kind, "due_on": one.due_on.isoformat(), "send_on": one.send_on.isoformat()} for one in found]
