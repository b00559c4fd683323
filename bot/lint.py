"""
Lint: what is wrong with a translation, each in one sentence; the same rules for the files and for the desk.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date, time
from string import Formatter

from bot.translate import FSI, LRI, PDI, RLM, RTL, ZWNJ, Catalogue, load
from bot.walk import walk
from flows.catalogue import FLOWS, TOPICS
from flows.hours import parse
from flows.links import sites
from flows.node import Dutch, Word

LONGEST = 900                   # UTF-16 units of a text, so that what follows an answer fits into WhatsApp's 1024 with it
BUTTON, ROW = 20, 24            # of a label under up to three choices, and in a list
ALLOWED = {"\n", "\u200d"}
SAMPLES: dict[str, object] = {
    "place": Dutch("VluchtelingenWerk Leiden"), "municipality": Dutch("Leiden"), "address": Dutch("Lange Gracht 5, 2312 NV Leiden"),
    "phone": Dutch("071-525 62 00"), "hours": parse("mo-fr 09:00-17:00; sa 10:00-12:00"), "day": date(2026, 12, 31),
    "valid_until": date(2027, 12, 31), "time": time(17),
    "date": date(2026, 11, 24), "opens": time(9), "closes": time(17), "first": "a", "last": "b", "document": Word("a letter"),
    "office": Dutch("IND"), "weeks": 6, "from_day": date(2026, 8, 31), "when": Word("31-12-2026, 17:00"), "year": Dutch("2026"),
    "until": date(2027, 9, 1),
    "visit_day": date(2026, 9, 30), "visit_time": time(14),
}
SCRIPTS = {"ar": "ARABIC", "fa": "ARABIC", "prs": "ARABIC", "ps": "ARABIC", "ckb": "ARABIC", "ti": "ETHIOPIC", "am": "ETHIOPIC",
           "uk": "CYRILLIC", "ru": "CYRILLIC"}
_LINK = re.compile(r"https://[\w.-]+(/[\w./-]*)?", re.ASCII)
_NUMBER = re.compile(r"\d[\d -]+\d")
_ASIDE = re.compile(r"\{[^}]*\}|\*[^*\n]*\*|https://\S+")


def problems(text: str, said: str, language: str) -> list[str]:
    """
    Return what is wrong with how an English text is said in a language; nothing if it may be used.
    """
    if not said.strip():
        return ["the text is empty"]
    if broken := [*_slots(text, said), *_hidden(said, language in RTL)]:
        return broken                               # what follows fills the slots
    filled = Catalogue(language, {text: said})(text, **SAMPLES)
    limit = limit_of(text)
    found = [*_stars(said), *_links(text, said), *_numbers(text, said), *_foreign(text, said, language), *_directed(filled, language in RTL)]
    return found + ([f"it is {_units(filled)} characters long, and {limit} fit"] if _units(filled) > limit else [])


def _names(text: str) -> list[str]:
    parts = [(name, f"!{to}" if to else "", f":{spec}" if spec else "") for _, name, spec, to in Formatter().parse(text) if name is not None]
    return sorted(f"{{{name}{to}{spec}}}" for name, to, spec in parts)


def _slots(text: str, said: str) -> Iterator[str]:
    try:
        theirs, ours = _names(said), _names(text)
    except ValueError:
        yield "a { or } stands alone: slots are written as {place}"
        return
    if theirs != ours:
        yield f"it must have exactly these slots: {', '.join(ours) or 'none'}"


def _hidden(said: str, is_rtl: bool) -> Iterator[str]:
    allowed = ALLOWED | ({LRI, FSI, PDI, RLM, ZWNJ} if is_rtl else set())
    hidden = sorted({f"U+{ord(mark):04X}" for mark in said if unicodedata.category(mark) in {"Cc", "Cf", "Co", "Cs"} and mark not in allowed})
    if hidden:
        yield f"it holds invisible signs ({', '.join(hidden)}); type it again instead of copying it"


def _stars(said: str) -> Iterator[str]:
    if any(line.count("*") % 2 for line in said.split("\n")):
        yield "the stars around a Dutch word come in pairs, on one line"


def _links(text: str, said: str) -> Iterator[str]:
    theirs, ours = ([line for line in one.split("\n") if "://" in line] for one in (said, text))
    if not all(_LINK.fullmatch(line) for line in theirs):
        yield "links stand alone on their lines, as https://…"
    elif len(theirs) != len(ours) or any(line.split("/")[2] not in sites(page) for line, page in zip(theirs, ours, strict=True)):
        yield "the links must go to the same official sites as in English"


def _numbers(text: str, said: str) -> Iterator[str]:
    plain = re.sub(r"[\u2066-\u2069]", "", said)
    missing = [one for one in dict.fromkeys(_NUMBER.findall(re.sub(r"https://\S+", "", text))) if len(one) > 2 and one not in plain]
    if missing and not re.search(r"\d{2}-\d{2}", plain):         # a date may be written in numbers
        yield f"a number of the English text is missing: {', '.join(missing)}"


def _foreign(text: str, said: str, language: str) -> Iterator[str]:
    words = re.findall(r"[^\W\d_]+", _ASIDE.sub(" ", text))
    script = SCRIPTS.get(language)
    if script and words and said == text and len(words) == 1:
        return                                                      # a name that stands on a door
    if script and words and not any(script in unicodedata.name(letter, "") for letter in said):
        yield "it is not in the letters of this language"
    elif language != "en" and len(words) > 2 and said.strip() == text.strip():
        yield "it is still English"


def _directed(filled: str, is_rtl: bool) -> Iterator[str]:
    for line in filled.split("\n"):
        marks = "".join(mark for mark in line if mark in LRI + FSI + PDI).replace(FSI, LRI)
        if marks != (LRI + PDI) * (len(marks) // 2):
            yield "a piece that reads the other way begins and ends on one line, and stands in no other such piece"
            return
        begins = not line.strip() or line[0] == RLM or unicodedata.bidirectional(line[0]) in {"R", "AL"}
        if is_rtl and not begins and not line.startswith("https://") and re.search(r"[\u0600-\u06ff]", line):
            yield "a line does not begin from the right"
            return


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def limit_of(text: str) -> int:
    """
    Return how long a text may be: what stands on a button is short.
    """
    labels = [(BUTTON if len(node.choices) <= 3 else ROW) - _units(f"{choice.emoji} ".lstrip()) for flow in FLOWS.values()
              for node in flow.nodes.values() for choice in node.choices if choice.label == text]
    labels += [BUTTON - _units(f"{topic.emoji} ") for topic in TOPICS.values() if topic.label == text]
    return min(labels, default=LONGEST)


def everything() -> list[str]:
    """
    Return every problem of every text in every language, and of the conversations.
    """
    tongues = load()
    texts = [f"{language}: {text[:60]!r}: {wrong}" for language in tongues.languages for text, said in tongues.written(language).items()
             for wrong in problems(text, said, language)]
    return texts + walk(FLOWS, tongues)
