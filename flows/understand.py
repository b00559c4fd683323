"""
Free text → the topics it is about, the place in `info` that answers it, and whether somebody is in danger.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Action = Literal["answer", "choose", "human"]

GAP = 3          # words that may stand between two words of a phrase: clients do not write as we do
LONGEST = 1000   # characters of a message that are looked at for topics; an emergency is looked for in all of it
NEAR = range(5, 25)     # letters of a word in which one wrong letter is forgiven

_DROPPED = dict.fromkeys((
    *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x206A), 0xFEFF, 0xFE0F, 0x20E3, 0x0640, *range(0x064B, 0x0660), 0x0670,
))
_FOLDED = str.maketrans("أإآٱىةکیሠፀዐኀጸ", "اااايهكيሰጸአሀጸ") | str.maketrans(
    "ሡሢሣሤሥሦፁፂፃፄፅፆዑዒዓዔዕዖኁኂኃኄኅኆ", "ሱሲሳሴስሶጹጺጻጼጽጾኡኢኣኤእኦሁሂሃሄህሆ"
)
_APOSTROPHES = dict.fromkeys(map(ord, "'’ʼ`´‘"), None)
_LETTERS = {**_FOLDED, **_DROPPED, **_APOSTROPHES}
_ENDS = re.compile(r"[.?!;,:\n،؟؛።፣፤፧]+")
_WORDS = re.compile(r"[^\W_]+")
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


def _stems(text: str) -> list[str]:
    return [stem(word) for word in _WORDS.findall(text)]


@dataclass(frozen=True, slots=True)
class Understood:
    """
    What a text is about: topics best first, and what to do with them.

    `answer`: each topic was asked about, answer them; `node` is the node of `info` that answers the first best.
    `choose`: it is one of these topics, ask which. `human`: no topic was found.
    """

    topics: tuple[str, ...] = ()
    action: Action = "human"
    node: str = ""


Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Index:
    """
    Phrases by their first word: the words that follow it, what the phrase means, and how much it says.
    """

    heads: Mapping[str, tuple[tuple[Words, Words, float], ...]]

    @classmethod
    def of(cls, phrases: Iterable[tuple[Words, str]]) -> "_Index":
        """
        Build from (words, what they mean). A phrase with many meanings says less of each.
        """
        meanings: dict[Words, set[str]] = {}
        for words, meaning in phrases:
            meanings.setdefault(words, set()).add(meaning)
        heads: dict[str, list[tuple[Words, Words, float]]] = {}
        for words, found in meanings.items():
            weight = (2.0 * len(words) - 1) / len({topic_of(meaning) for meaning in found})
            heads.setdefault(words[0], []).append((words[1:], tuple(sorted(found)), weight))
        return cls({head: tuple(rest) for head, rest in heads.items()})

    def found(self, words: Sequence[str]) -> Iterator[tuple[Words, float]]:
        """
        Walk the phrases that stand in these words: what each means and how much it says.
        """
        for at, word in enumerate(words):
            for rest, meanings, weight in self.heads.get(word, ()):
                if not rest or _follows(rest, words, at + 1):
                    yield meanings, weight


@dataclass(frozen=True, slots=True)
class _Spelling:
    """
    Known words by what is left of them when one letter is lost: so a word with a wrong letter is found at once.
    """

    known: frozenset[str]
    losses: Mapping[str, str]

    @classmethod
    def of(cls, words: Iterable[str]) -> "_Spelling":
        """
        Build from the words that may be meant.
        """
        known = frozenset(words)
        losses: dict[str, str] = {}
        for word in sorted(known):
            if len(word) in NEAR:
                losses.setdefault(word, word)
                for shorter in _shorter(word):
                    losses.setdefault(shorter, word)
        return cls(known, losses)

    def corrected(self, word: str) -> str:
        """
        Return the known word that differs from this one by a letter, or the word as it is.
        """
        if len(word) not in NEAR or word in self.known:
            return word
        if word in self.losses:
            return self.losses[word]
        return next((self.losses[shorter] for shorter in _shorter(word) if shorter in self.losses), word)


def _shorter(word: str) -> Iterator[str]:
    return (word[:at] + word[at + 1:] for at in range(1, len(word)))


def _follows(rest: tuple[str, ...], words: Sequence[str], at: int) -> bool:
    for word in rest:
        try:
            at = words.index(word, at, at + GAP + 1) + 1
        except ValueError:
            return False
    return True


def topic_of(meaning: str) -> str:
    """
    Return the topic of a place in `info`: "housing_search.enrol" is about "housing_search".
    """
    return meaning.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Phrases:
    """
    How clients ask, in every language, ready to be looked up. Build it once, with `of`.
    """

    topics: Mapping[str, _Index]
    emergency: _Index
    dangers: Mapping[str, _Index]
    spelling: _Spelling
    joins: frozenset[str]

    @classmethod
    def of(cls, files: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]) -> "Phrases":
        """
        Build from the phrase files, by language: sections `topics`, `emergency`, `calm` (what only sounds like one) and `words`.

        A client is understood in their own language and in Dutch and English, which stand on letters and cards;
        one without a language in all of them, and an emergency in all of them always.
        """
        asked = {language: list(_read(file.get("topics", {}))) for language, file in files.items()}
        topics = {language: _Index.of(pair for known in {language, "nl", "en"} for pair in asked.get(known, ())) for language in asked}
        topics[""] = _Index.of(pair for pairs in asked.values() for pair in pairs)
        danger = _Index.of(pair for file in files.values() for pair in (
            *_read(file.get("emergency", {})), *((words, "") for words, _phrases in _read(file.get("calm", {})))))
        dangers = {language: _Index.of(_read(file.get("emergency", {}))) for language, file in files.items()}
        spelling = _Spelling.of(word for pairs in asked.values() for words, _meaning in pairs for word in words)
        joins = frozenset(stem(normalise(word)) for file in files.values() for word in file.get("words", {}).get("and", ()))
        return cls(topics, danger, dangers, spelling, joins)


def _read(section: Mapping[str, Sequence[str]]) -> Iterator[tuple[Words, str]]:
    return ((words, meaning) for meaning, phrases in section.items() for phrase in phrases if (words := tuple(_stems(normalise(phrase)))))


def emergency(text: str, phrases: Phrases) -> str:
    """
    Return the kind of emergency a text tells of, or "". In any language: who is in danger may not use the chosen one.

    The longest phrase says it: "call the police about" is longer than "call the police", and is none.
    """
    best, most = "", 0.0
    for meanings, weight in phrases.emergency.found(_stems(normalise(text))):
        if weight > most:
            best, most = meanings[0], weight
    return best


def language_of_danger(text: str, phrases: Phrases) -> str:
    """
    Return the language in which a text tells most of an emergency, or "" if there is none or it fits several alike.
    """
    words = _stems(normalise(text))
    told = {language: max((weight for _meanings, weight in index.found(words)), default=0.0) for language, index in phrases.dangers.items()}
    most = max(told.values(), default=0.0)
    spoken = [language for language, weight in told.items() if weight == most > 0]
    return spoken[0] if len(spoken) == 1 else ""


def understand(text: str, language: str, phrases: Phrases) -> Understood:
    """
    Return what a text is about. One message may ask two things: it is read in parts.
    """
    index = phrases.topics.get(language) or phrases.topics[""]
    scores: dict[str, float] = {}
    asked: list[str] = []
    for part in _parts(normalise(text[:LONGEST]), phrases.joins):
        here = _scores(index, [phrases.spelling.corrected(word) for word in part])
        for meaning, score in here.items():
            scores[meaning] = scores.get(meaning, 0.0) + score
        if here and (best := _first(here)) and _is_clear(here, best):
            asked.append(best)
    if not scores:
        return Understood()
    ranked = sorted(_by_topic(scores).items(), key=lambda item: -item[1])
    if not asked:
        return Understood(tuple(topic for topic, _ in ranked[:3]), "choose")
    kept = tuple(dict.fromkeys(sorted(asked, key=lambda topic: -_by_topic(scores)[topic])))
    best = max((meaning for meaning in scores if topic_of(meaning) == kept[0]), key=lambda meaning: (scores[meaning], len(meaning)))
    return Understood(kept[:3], "answer", best.replace(".", "_"))


def _parts(text: str, joins: frozenset[str]) -> Iterator[list[str]]:
    for sentence in _ENDS.split(text):
        part: list[str] = []
        for word in _stems(sentence):
            if word in joins:
                yield part
                part = []
            else:
                part.append(word)
        yield part


def _scores(index: _Index, words: list[str]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for meanings, weight in index.found(words):
        for meaning in meanings:
            scores[meaning] = scores.get(meaning, 0.0) + weight
    return scores


def _by_topic(scores: Mapping[str, float]) -> dict[str, float]:
    topics: dict[str, float] = {}
    for meaning, score in scores.items():
        topics[topic_of(meaning)] = topics.get(topic_of(meaning), 0.0) + score
    return topics


def _first(scores: Mapping[str, float]) -> str:
    topics = _by_topic(scores)
    return max(topics, key=lambda topic: topics[topic])


def _is_clear(scores: Mapping[str, float], best: str) -> bool:
    topics = _by_topic(scores)
    others = max((score for topic, score in topics.items() if topic != best), default=0.0)
    return topics[best] >= 1.0 and topics[best] >= 1.5 * others
