"""
Understand: free text in, its topics out, a line of JSON each, for other programs and for measuring.
"""

from collections.abc import Iterable
from typing import Any, TextIO

from bot.json_lines import WrongLine, answer_lines
from bot.recognise import Recogniser, load
from bot.translate import load as load_tongues
from flows.judge import Verdict, judge
from flows.understand import Phrases, split

FORM = '{"id": …, "lang": "nl", "text": "…"}'
LONGEST = 20_000        # characters of a text; a message of a client is a fifth of it at most


def understand(lines: Iterable[bytes], out: TextIO) -> int:
    """
    Write for every line `{"id","lang","text"}` one `{"id","topics","action","urgent"}`, or `{"id","error"}`; return how many were errors.
    """
    recogniser, phrases = load(), load_tongues().phrases

    def answer(asked: dict[str, Any]) -> dict[str, Any]:
        found = verdict(_text(asked), _language(asked), recogniser, phrases)
        return {"topics": list(found.topics), "action": found.action, "urgent": found.is_urgent}

    return answer_lines(lines, out, FORM, answer)


def verdict(text: str, language: str, recogniser: Recogniser, phrases: Phrases) -> Verdict:
    """
    Return what to do with a text, as in a conversation.
    """
    return judge(text, language, phrases, recogniser.guess(text, language, split(text, phrases)))


def _text(asked: dict[str, Any]) -> str:
    text = asked.get("text")
    if not isinstance(text, str):
        raise WrongLine(f"text is {'no text' if 'text' in asked else 'missing'}; write {FORM}")
    if len(text) > LONGEST:
        raise WrongLine(f"text has {len(text)} characters, at most {LONGEST} are read")
    return text.encode(errors="replace").decode()       # half a character, which JSON can carry, is none


def _language(asked: dict[str, Any]) -> str:
    language = asked.get("lang", "")
    if not isinstance(language, str):
        raise WrongLine(f"lang is no text; write {FORM}")
    return language.partition("-")[0]
