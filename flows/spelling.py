"""
Spelling: letters of one sound made one, words without their endings, and a wrong letter forgiven.
"""

import re
import unicodedata
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

NEAR = range(5, 25)     # letters of a word in which one wrong letter is forgiven

_DROPPED = dict.fromkeys((
    *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xFE0F, 0x20E3, 0x0307, 0x0640, *range(0x064B, 0x0660), 0x0670,
))
_FOLDED = str.maketrans("أإآٱىةکیሠፀዐኀጸı", "اااايهكيሰጸአሀጸi") | str.maketrans(
    "ሡሢሣሤሥሦፁፂፃፄፅፆዑዒዓዔዕዖኁኂኃኄኅኆ", "ሱሲሳሴስሶጹጺጻጼጽጾኡኢኣኤእኦሁሂሃሄህሆ"
)
_APOSTROPHES = dict.fromkeys(map(ord, "'’ʼ`´‘"), None)
_LETTERS = {**_FOLDED, **_DROPPED, **_APOSTROPHES}
_WORDS = re.compile(r"[^\W_]+")
_SOUNDS = (("kh", "x"), ("gh", "q"), ("sh", "$"), ("ch", "$"), ("th", "t"), ("dh", "d"), ("ph", "f"), ("ck", "k"))
_BONES = str.maketrans({
    **dict.fromkeys("aeiouywаеєиіїоуюяйьыэёэ2àâäáãåèéêëìíîïòóôöùúûüıÿ", None), "5": "x", "6": "t", "7": "h", "8": "q", "9": "s", "p": "b", "v": "f",
    "c": "k", "ç": "s", "ş": "$", "ğ": "q",
    **dict.fromkeys("اويءئؤ", None), **dict(zip("بپتطثجژچحهخدضذزظرسصشعغقفكگلمن", "bbttsjj$hhxddzzzrss$3qqfkglmn", strict=True)),
})
_ARABIC_HEADS = ("وال", "بال", "لل", "ال", "عال")
_ARABIC_TAILS = ("تهم", "تكم", "تنا", "تها", "تي", "تك", "هم", "كم", "نا", "ها", "ات", "ين", "ي", "ك", "ه")


def normalise(text: str) -> str:
    """
    Return the text as it is compared: one case, one form of each letter, nothing invisible.

    The rules are those of the languages page (NFKC, Arabic and Ethiopic letters of one sound, apostrophes).
    """
    if text.isascii():
        return text.casefold().replace("'", "").replace("`", "")
    return unicodedata.normalize("NFKC", text).casefold().translate(_LETTERS)


def bones(word: str) -> str:
    """
    Return what is left of a normalised word without its vowels, in one alphabet: Arabic and Persian are the same in their own letters and in
    Latin ones, and an ending, a vowel or a doubled letter makes no difference. Ethiopic syllables become their first order.
    """
    if "\u1200" <= word[0] < "\u1400":
        return "".join(chr(ord(letter) & ~7) for letter in word)
    if "\u0600" <= word[0] < "\u0780":
        word = next((word[len(head):] for head in _ARABIC_HEADS if word.startswith(head) and len(word) - len(head) >= 2), word)
    else:
        for sound, letter in _SOUNDS:
            word = word.replace(sound, letter)
    left = word.translate(_BONES)
    left = left[:-1] if left.endswith("h") else left
    return "".join(letter for at, letter in enumerate(left) if not at or letter != left[at - 1])


def stem(word: str) -> str:
    """
    Return the word without the endings (and, in Arabic, the article) that make one word many.
    """
    first = word[0]
    if first < "\u0600":
        if len(word) > 5 and word.endswith(("en", "ed")):
            return word[:-2]
        return word[:-1] if len(word) > 4 and word[-1] in "se" else word
    if first < "\u0780":
        return _arabic_stem(word)
    if "\u1200" <= first < "\u1400" and len(word) > 3 and word[-1] in "ንይናኹ":
        return word[:-1]
    return word


def _arabic_stem(word: str) -> str:
    for head in _ARABIC_HEADS:
        if word.startswith(head) and len(word) - len(head) >= 2:
            word = word[len(head):]
            break
    for tail in _ARABIC_TAILS:
        if word.endswith(tail) and len(word) - len(tail) >= 3:
            return word[:-len(tail)]
    return word


def stems(text: str, known: dict[str, str] | None = None) -> list[str]:
    """
    Return the stems of the words of a normalised text; who reads many texts keeps in `known` what was found, as most words come again.
    """
    if known is None:
        return [stem(word) for word in _WORDS.findall(text)]
    return [known.get(word) or known.setdefault(word, stem(word)) for word in _WORDS.findall(text)]


@dataclass(frozen=True, slots=True)
class Spelling:
    """
    Known words by what is left of them when one letter is lost: so a word with a wrong letter is found at once.

    What is left is kept as its hash, in order: as strings it would take ten times the memory, and two of them alike in 64 bits are not met.
    """

    known: tuple[str, ...]
    losses: Sequence[int]
    numbers: Sequence[int]         # in `known`, of the word that each loss is of

    @classmethod
    def of(cls, words: Iterable[str]) -> "Spelling":
        """
        Build from the words that may be meant.
        """
        known = tuple(sorted(set(words)))
        found: dict[int, int] = {}
        for number, word in enumerate(known):
            if len(word) in NEAR:
                for left in (word, *_shorter(word)):
                    found.setdefault(hash(left), number)
        losses = sorted(found)
        return cls(known, array("q", losses), array("I", map(found.__getitem__, losses)))

    def corrected(self, word: str) -> str:
        """
        Return the known word that differs from this one by a letter, or the word as it is.
        """
        if len(word) not in NEAR or _place(self.known, word) is not None:
            return word
        return next((self.known[self.numbers[at]] for left in (word, *_shorter(word)) if (at := _place(self.losses, hash(left))) is not None), word)


def _place(those: Any, wanted: Any) -> int | None:
    at = bisect_left(those, wanted)
    return at if at < len(those) and those[at] == wanted else None


def _shorter(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1:] for at in range(1, len(word)))
