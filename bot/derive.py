"""
Derive: reminders from facts, a line of JSON in and a line out, for other programs and for checking the rules.
"""

from collections.abc import Iterable
from typing import Any, TextIO

from bot.json_lines import answer_lines
from flows.deadlines import reminders
from flows.facts import WrongFact, a_day, read

FORM = '{"id": …, "today": "2026-11-24", "facts": {…}}'


def derive(lines: Iterable[bytes], out: TextIO) -> int:
    """
    Write for every line `{"id","today","facts"}` one `{"id","reminders"}`, or `{"id","error"}`; return how many were errors.
    """
    return answer_lines(lines, out, FORM, lambda asked: {"reminders": _reminders(asked)})


def _reminders(asked: dict[str, Any]) -> list[dict[str, str]]:
    for name in ("today", "facts"):
        if name not in asked:
            raise WrongFact(f"{name} is missing")
    today = a_day("today", asked["today"])
    found = reminders(read(asked["facts"]), today)
    return [{"kind": one.kind, "due_on": one.due_on.isoformat(), "send_on": one.send_on.isoformat()} for one in found]
