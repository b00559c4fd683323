"""
Noticed: a client writes in another language than the one they chose, and is asked once which they want. We never switch by ourselves.
"""

import re
from collections.abc import Collection

from flows.events import Escalated
from flows.language import LANGUAGE
from flows.node import Choice
from flows.question import keep_meaning
from flows.turn import KEPT, Turn

try:
    import pycld2
except ImportError:                             # no wheel for this Python: nobody is asked, and the language is changed by its name
    pycld2 = None

WORDS, LETTERS, SURE = 3, 12, 80                # fewer words or letters say nothing; percent of the text in one language
ALIKE = ({"fa", "prs"},)                        # written too much alike to tell apart
_ARABIZI = re.compile(r"[a-z][2375][a-z]|\b[2375][a-z]{2}|[a-z]{2}[2375]\b", re.IGNORECASE)


def spoken(text: str) -> str:
    """
    Return the language a text of some words is written in, or "" if that is not sure: for Dutch, English, Turkish … as CLD2 reads it,
    Arabic in Latin letters by the digits inside its words.
    """
    if pycld2 is None or len(text.split()) < WORDS or sum(letter.isalpha() for letter in text) < LETTERS:
        return ""
    if len(_ARABIZI.findall(text)) > 1:
        return "ar"
    try:
        is_sure, _bytes, found = pycld2.detect(text, isPlainText=True)
    except (pycld2.error, ValueError):          # half a letter, or a control character
        return ""
    _name, language, percent, _score = found[0]
    return str(language) if is_sure and percent >= SURE else ""


def written_in(text: str, reads: str, sample: str, speaks: Collection[str], own: str) -> str:
    """
    Return the language of what a volunteer wrote to a client: the one the client reads, if they speak it and neither words nor letters
    say otherwise (`sample` is a word of it); or else their own.
    """
    found = spoken(text)
    is_theirs = reads in speaks and (found in ("", reads) or {found, reads} in ALIKE) and _is_latin(text) == _is_latin(sample)
    return reads if is_theirs else own


def _is_latin(text: str) -> bool:
    return all(ord(letter) < 0x250 for letter in text if letter.isalpha())


def notice(now: Turn) -> None:
    """
    Ask which language a client wants who writes a question in another one than they chose; once for each language.
    """
    heard = now.heard
    is_free = heard.kind == "text" and not heard.choice and not heard.knows.is_held and now.flow.name in ("menu", "info") and now.node.id != "choose"
    if not is_free or not now.is_welcomed or any(isinstance(event, Escalated) for event in now.events):
        return
    language, asked = spoken(heard.text), now.data.get("noticed", "").split()
    if not _is_another(now, language) or language in asked:
        return
    node = LANGUAGE.nodes["differs"]
    now.data["noticed"], now.data["again"] = " ".join([*asked, language]), heard.text[:KEPT]      # the last is offered now
    keep_meaning(now, heard.text)
    now.texts.append(f"{now.tongue(node.text)}\n{now.tongues(language).alone(node.text)}")
    now.wait(LANGUAGE, node)


def _is_another(now: Turn, language: str) -> bool:
    is_alike = any({language, now.language} <= those for those in ALIKE)
    return language in now.tongues.languages and language != now.language and not is_alike


def again(now: Turn, choice: Choice) -> str:
    """
    Return the question to be answered once more, now that its client chooses the language they wrote it in; "" otherwise.
    """
    kept = now.data.pop("again", "")
    return kept if choice.language and choice.language == now.offered != now.language else ""
