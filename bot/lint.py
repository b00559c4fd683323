"""
Lint: what is wrong with a translation, each in one sentence; the same rules for the files and for the desk.
"""

import re
from collections.abc import Iterator

from bot.translate import load
from flows.catalogue import FLOWS, TOPICS
from flows.node import full

LONGEST = 900                   # UTF-16 units of a text, so that what follows an answer fits into WhatsApp's 1024 with it
BUTTON, ROW = 20, 24            # of a label under up to three choices, and in a list
_LINK = re.compile(r"https?://\S+")
_HIDDEN = re.compile("[\u0000-\u0009\u000b-\u001f\u007f\u202a-\u202e]")
_ISOLATES = re.compile("[\u2066\u2067\u2068\u2069]")
_LETTERS = re.compile(r"[^\W\d_]{3,}")


def problems(text: str, said: str, language: str) -> list[str]:
    """
    Return what is wrong with how an English text is said in a language; nothing if it may be used.
    """
    return list(_problems(text, said, language))


def _problems(text: str, said: str, language: str) -> Iterator[str]:
    if not said.strip():
        yield "the text is empty"
        return
    if _slots(said) != _slots(text):
        yield f"it must have exactly these slots: {', '.join(_slots(text)) or 'none'}"
    if any(line.count("*") % 2 for line in said.split("\n")):
        yield "the stars around a Dutch word come in pairs, on one line"
    if [_site(link) for link in _LINK.findall(said)] != [_site(link) for link in _LINK.findall(text)]:
        yield "the links must go to the same sites as in English"
    if any(_LINK.search(line) and not _LINK.fullmatch(line) for line in said.split("\n")):
        yield "a link stands alone on its line"
    if _HIDDEN.search(said) or _ISOLATES.search(said):
        yield "it holds invisible signs; paste it as plain text"
    if language not in ("en", "nl") and said == text and _LETTERS.search(text) and len(text.split()) > 1:
        yield "it is still English"
    limit = limit_of(text)
    if _units(said) > limit:
        yield f"it is {_units(said)} characters long, and {limit} fit"


def _slots(text: str) -> list[str]:
    return sorted(re.findall(r"\{[^}]*\}", text))


def _site(link: str) -> str:
    return link.split("/")[2]


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def limit_of(text: str) -> int:
    """
    Return how long a text may be: what stands on a button is short.
    """
    labels = [BUTTON if len(node.choices) <= 3 else ROW for flow in FLOWS.values() for node in flow.nodes.values()
              for choice in node.choices if choice.label == text]
    labels += [BUTTON - len(topic.emoji) - 1 for topic in TOPICS.values() if topic.label == text]
    return min(labels, default=LONGEST)


def flows() -> list[str]:
    """
    Return what is wrong with the conversations: an answer that leads nowhere.
    """
    nodes = {f"{name}.{node.id}" for name, flow in FLOWS.items() for node in flow.nodes.values()}
    return [f"{name}.{node.id}: leads to {target}, which is not there" for name, flow in FLOWS.items() for node in flow.nodes.values()
            for target in flow.targets(node) if target and full(name, target) not in nodes and not full(name, target).endswith(".")]


def everything() -> list[str]:
    """
    Return every problem of every text in every language, and of the conversations.
    """
    tongues = load()
    texts = [f"{language}: {text[:60]!r}: {wrong}" for language in tongues.languages for text, said in tongues.written(language).items()
             for wrong in problems(text, said, language)]
    return texts + flows()
