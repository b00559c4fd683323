"""
Lines of JSON in, a line out for each, for other programs: a line that cannot be answered is named, and the others go on.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any, TextIO

from flows.facts import WrongFact


class WrongLine(Exception):
    """
    A line that asks nothing we can answer: one line that says why.
    """


def answer_lines(lines: Iterable[bytes], out: TextIO, form: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> int:
    """
    Write for every line, an object like `form`, its id with what `answer` makes of it, or with the error; return how many were errors.

    `answer` raises `WrongLine` or `WrongFact` for what is asked wrongly.
    """
    wrong = 0
    for number, line in enumerate(lines, 1):
        if line.strip():
            answered = _answered(line, number, form, answer)
            wrong += "error" in answered
            print(json.dumps(answered), file=out, flush=True)
    return wrong


def _answered(line: bytes, number: int, form: str, answer: Callable[[dict[str, Any]], dict[str, Any]]) -> dict[str, Any]:
    try:
        asked = json.loads(line)
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"line {number} is no JSON ({str(error)[:100]}); write {form}"}
    if not isinstance(asked, dict):
        return {"id": None, "error": f"line {number} is no object; write {form}"}
    try:
        return {"id": asked.get("id"), **answer(asked)}
    except (WrongLine, WrongFact) as error:
        return {"id": asked.get("id"), "error": str(error)}
