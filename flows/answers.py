"""
Short answers, in all languages at once: numbers in every script, yes and no, the words that work anywhere, dates, codes.
"""

import re
import unicodedata
from datetime import date
from functools import lru_cache

from flows.events import Heard
from flows.spelling import normalise
from flows.words import AGREES, ANYWHERE, NO, PLEASED, REPLIES, SIGNS, WRONG, YES

FORGIVEN = {"human", "menu", "language", "thanks", "greeting", "real"}
READ = 1000            # characters of a message that are looked at for a short answer
NUMBER_WORDS = {
    word: number
    for words in (
        "nul een twee drie vier vijf zes zeven acht negen tien", "zero one two three four five six seven eight nine ten",
        "صفر واحد اثنان ثلاثة اربعة خمسة ستة سبعة ثمانية تسعة عشرة", "ዜሮ ሓደ ክልተ ሰለስተ ኣርባዕተ ሓሙሽተ ሽዱሽተ ሸውዓተ ሸሞንተ ትሽዓተ ዓሰርተ",
        "صفر یک دو سه چهار پنج شش هفت هشت نه ده", "sıfır bir iki üç dört beş altı yedi sekiz dokuz on",
        "нуль один два три чотири пять шість сім вісім девять десять", "zéro un deux trois quatre cinq six sept huit neuf dix",
    )
    for number, word in enumerate(normalise(words).split())
}
_WORDS = re.compile(r"[^\W_]+")
_PLAIN = str.maketrans("îûêşçğıöüâéèàôïëäáíóúñ", "iuescgiouaeeaoieaaioun", "\u0307")
_NUMBERED = re.compile(r"(?:nr\.?|no\.?|nummer|number|رقم|ቁጽሪ)?\s*(\S+?)\s*[.)\u06d4]?")
_DATE = re.compile(r"(?<!\d)(\d{1,4})\s*[-/. ]\s*(\d{1,2})(?:\s*[-/. ]\s*(\d{2,4}))?(?!\d)")
_DEEP_LINK = re.compile(r"/start ([A-Za-z0-9_-]{1,64})")
_CODE = re.compile(r"\bcode[:\s]+([A-Za-z0-9_-]{8,64})(?![\w-])", re.IGNORECASE)
_ENGLISH = {"the", "my", "is", "are", "i", "a", "how", "what", "where", "can", "you", "need", "want", "please", "hello", "have", "not"}
_SCRIPTS = tuple((re.compile(letters), language) for letters, language in (
    ("[\u1200-\u137f]", "ti"), ("[ټډړښڼۍ]", "ps"), ("[ڕڵۆێە]", "ckb"), ("[پچژگ]", "fa"), ("[\u0600-\u06ff]", "ar"),
    ("[іїєґІЇЄҐ]", "uk"), ("[\u0400-\u04ff]", "ru"),
))


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """
    Return the words of a short text as they are compared: one case, no marks, no punctuation, no emoji.
    """
    return " ".join(_WORDS.findall(normalise(text[:READ]).translate(_PLAIN)))


def _table(words: str) -> frozenset[str]:
    return frozenset(key(word) for word in words.split(","))


_YES = {language: _table(words) for language, words in YES.items()}
_NO = {language: _table(words) for language, words in NO.items()}
_WRONG = frozenset(word for words in WRONG.values() for word in _table(words))
_HUMAN = _table(ANYWHERE["human"])
_ANYWHERE = {word: meaning for meaning, words in reversed(ANYWHERE.items()) for word in _table(words)}
_REPLIES = {word: reply for reply, words in REPLIES.items() for word in _table(words)}
_FORGIVEN = tuple(word for word, meaning in _ANYWHERE.items() if meaning in FORGIVEN and len(word) >= 5)


def anywhere(text: str) -> str:
    """
    Return what a whole message means at any moment and in any language ("stop", "human", "menu" …), or "".
    """
    if len(text) > 60:
        return ""
    said = key(text)
    if said:
        return _ANYWHERE.get(said, "")
    bare = text.strip(" \ufe0f")
    return "thanks" if bare and all(sign in PLEASED or not sign.isprintable() or "\U0001f3fb" <= sign <= "\U0001f3ff" or sign == "\ufe0f"
                                    for sign in bare) else ""


def nearly_anywhere(text: str) -> str:
    """
    Return what a word means that is one letter away from one that works anywhere, or "". Nobody is stopped or erased by a near-word.
    """
    said = key(text)
    if not 4 <= len(said) <= 24:
        return ""
    near = (word for word in _FORGIVEN if abs(len(word) - len(said)) <= 1 and is_near(said, word))
    return _ANYWHERE.get(next(near, ""), "")


def asks_for_person(text: str) -> bool:
    """
    Say whether a sentence of a few words has a word for a person in it, in any language.
    """
    said = key(text).split()
    return len(said) <= 12 and any(word in _HUMAN for word in said)


def yes_or_no(text: str, language: str) -> str:
    """
    Return "yes", "no" or "". The client's language counts first, then English and Dutch, then the others if they agree.

    Ask only where a yes or no was asked for: `la`, `he` and `na` are other words elsewhere.
    """
    said = key(text)
    if not said:
        return "yes" if text.strip() and text.strip()[0] in AGREES else ""
    for known in (language, "en", "nl"):
        if said in _YES.get(known, ()):
            return "yes"
        if said in _NO.get(known, ()):
            return "no"
    yes, no = any(said in words for words in _YES.values()), any(said in words for words in _NO.values())
    return "" if yes == no else "yes" if yes else "no"


def says_wrong(text: str) -> bool:
    """
    Say whether a whole message says, in any language, that something is wrong.
    """
    return key(text) in _WRONG


def reply(text: str) -> str:
    """
    Return which answer below a reminder a whole message chooses, by a word of any language or the sign of its button, or "".
    """
    said = key(text)
    signs = {SIGNS.get(sign, "") for sign in text if sign not in " \ufe0f\u200e\u200f"} if not said and text.strip() else {""}
    return _REPLIES.get(said, "") or (signs.pop() if len(signs) == 1 else "")


@lru_cache(maxsize=1024)
def number(text: str) -> int | None:
    """
    Return the number that is the whole message, 0 to 99, in any script; or None.
    """
    if len(text) > 20:
        return None
    seen = (sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign) not in ("Cf", "Mn", "Me"))
    plain = "".join(seen).strip().casefold()
    found = _NUMBERED.fullmatch(plain)
    said = found.group(1) if found else plain
    if all("\u1369" <= sign <= "\u137c" for sign in said) and said:
        total = int(sum(unicodedata.numeric(sign) for sign in said))
        return total if total <= 99 else None
    if said.isdecimal():
        return int(said) if int(said) <= 99 else None
    return NUMBER_WORDS.get(normalise(said))


def number_said(text: str) -> str:
    """
    Return the digits of a message that is one number and nothing else, as Latin digits; or "".
    """
    said = text.strip(" !.?")
    return str(int(said)) if len(said) < 6 and said.isdecimal() else ""


def is_near(said: str, known: str) -> bool:
    """
    Say whether two words are one, but for a letter that is wrong, missing, extra or changed places with the next.

    Only words of five letters and more: shorter ones have other meanings a letter away.
    """
    if said == known:
        return True
    if min(len(said), len(known)) < 5 or abs(len(said) - len(known)) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(said, known, strict=False)) if a != b), min(len(said), len(known)))
    rest, other = said[at:], known[at:]
    return rest[1:] == other or rest == other[1:] or rest[1:] == other[1:] or (rest[:2] == other[1::-1] and rest[2:] == other[2:])


def a_date(heard: Heard) -> str | None:
    """
    Read a date, day first or year first, in any digits; the year may be missing. Return it as `2026-12-31`.

    A year before 1900 belongs to another calendar, and is not guessed.
    """
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in heard.text[:READ])
    for first, month, last in _DATE.findall(text):
        day, year = (last, first) if len(first) == 4 else (first, last)
        year = str(heard.at.year) if not year else f"20{year}" if len(year) == 2 else year
        try:
            read = date(int(year), int(month), int(day))
        except ValueError:
            continue
        if read.year >= 1900:
            return read.isoformat()
    return None


def any_text(heard: Heard) -> str | None:
    """
    Take whatever was written.
    """
    return heard.text[:READ].strip() or None


def invite_code(text: str) -> str:
    """
    Return the invite code in a deep link (`/start CODE`) or in the text of a `wa.me` link (`… code CODE`), or "".
    """
    found = _DEEP_LINK.fullmatch(text.strip()) or _CODE.search(text[:READ])
    return found.group(1) if found else ""


def guess(text: str, hint: str = "") -> str:
    """
    Guess the language of who has not chosen one: by the script, then by the app's language, then by a few words.
    """
    for letters, language in _SCRIPTS:
        if letters.search(text[:READ]):
            return language
    app = hint.partition("-")[0].casefold()
    if app not in ("", "en", "nl") and not text:
        return app
    said = key(text).split()
    if said:
        return "en" if sum(word in _ENGLISH for word in said) * 3 >= len(said) else "nl"
    return app or "nl"
