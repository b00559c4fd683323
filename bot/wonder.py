"""
Wonder: what clients asked that the bot did not understand, as words that several of them used, so that nobody is known by theirs.
"""

import json
from collections.abc import Iterator
from functools import cache

from bot.translate import LOCALES
from storage import reports, search_keys
from storage.database import Tx
from storage.reports import Span

LATEST = 2000                   # moments that are looked at
CLIENTS = 5                     # who must have used a word, before it is told
SHORTEST, SHOWN = 3, 40         # letters of a word; words


def wonder(tx: Tx, span: Span) -> list[tuple[str, int]]:
    """
    Return the words that at least five clients used in what the bot did not understand, and how many did; neither what our phrases
    know, nor the name of a client, nor anything with a digit in it.
    """
    users: dict[str, set[int]] = {}
    for client_id, body in reports.not_understood(tx, span, LATEST):
        for word in _words(str(json.loads(body).get("text", ""))):
            users.setdefault(word, set()).add(client_id)
    told = {word: len(theirs) for word, theirs in users.items() if len(theirs) >= CLIENTS}
    names = search_keys.names_among(tx, told)
    return sorted(((word, many) for word, many in told.items() if word not in names), key=lambda pair: (-pair[1], pair[0]))[:SHOWN]


def _words(text: str) -> Iterator[str]:
    for part in search_keys.words_of(text):
        word = "".join(letter for letter in part if letter.isalnum())
        if len(word) >= SHORTEST and word.isalpha() and word not in _known():
            yield word


@cache
def _known() -> frozenset[str]:
    """
    Return every word of our phrases, in every language: what stands there we understand, or it says nothing.
    """
    texts = [file.read_text(encoding="utf-8") for file in sorted(LOCALES.glob("*/phrases.toml"))]
    return frozenset("".join(letter for letter in part if letter.isalnum()) for text in texts for part in search_keys.words_of(text))
