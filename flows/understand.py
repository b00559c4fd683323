"""
Free text → the topics it is about, the place in `info` that answers it, and whether somebody is in danger.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import Any, Literal

from flows.spelling import Spelling, normalise, stem, stems
from flows.words import CRIES

Action = Literal["answer", "choose", "human"]

GAP = 3          # words that may stand between two words of a phrase: clients do not write as we do
LONGEST = 1000   # characters of a message that are looked at for topics; an emergency is looked for in all of it
SHORT = 30       # words of a text in which two words far apart belong together
MOST_PARTS = 4   # parts of a message that are read on their own
_AND = re.compile(r"\bو(?=\w{3})")         # Arabic writes its "and" onto the word
_ENDS = re.compile(r"[.?!;,:\n،؟؛።፣፤፧]+")


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
    def of(cls, phrases: Iterable[tuple[Words, str]], shared: dict[Any, Any]) -> "_Index":
        """
        Build from (words, what they mean). A phrase with many meanings says less of each. What another index has alike is `shared` with
        it: Dutch and English stand in that of every language.
        """
        meanings: dict[Words, set[str]] = {}
        for words, meaning in phrases:
            meanings.setdefault(words, set()).add(meaning)
        heads: dict[str, list[tuple[Words, Words, float]]] = {}
        for words, found in meanings.items():
            weight = (2.0 * len(words) - 1) / len({topic_of(meaning) for meaning in found})
            phrase = words[1:], tuple(sorted(found)), weight
            heads.setdefault(words[0], []).append(shared.setdefault(phrase, phrase))
        return cls({head: shared.setdefault(tuple(rest), tuple(rest)) for head, rest in heads.items()})

    def found(self, words: Sequence[str]) -> Iterator[tuple[Words, float]]:
        """
        Walk the phrases that stand in these words: what each means and how much it says.
        """
        for at, word in enumerate(words):
            for rest, meanings, weight in self.heads.get(word, ()):
                if not rest or _follows(rest, words, at + 1):
                    yield meanings, weight


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
    grave: _Index
    together: Mapping[frozenset[str], str]
    dangers: Mapping[str, _Index]
    spelling: Spelling
    joins: frozenset[str]

    @classmethod
    def of(cls, files: Mapping[str, Mapping[str, Mapping[str, Sequence[str]]]]) -> "Phrases":
        """
        Build from the phrase files, by language: sections `topics`, `emergency`, `calm` (what only sounds like one), `grave`, `light` (what
        only sounds grave) and `words`.

        A client is understood in their own language and in Dutch and English, which stand on letters and cards;
        one without a language in all of them, and an emergency or what is grave in all of them always.
        """
        asked = {language: list(_read(file.get("topics", {}))) for language, file in files.items()}
        shared: dict[Any, Any] = {}
        topics = {language: _Index.of((pair for known in dict.fromkeys(("nl", "en", language)) for pair in asked.get(known, ())), shared)
                  for language in asked}
        topics[""] = _Index.of((pair for pairs in asked.values() for pair in pairs), shared)
        urgent = {language: list(_read(file.get("emergency", {}))) for language, file in files.items()}
        danger = _Index.of((pair for language, file in files.items() for pair in (*urgent[language], *_none(file.get("calm", {})))), shared)
        weighty = _Index.of((pair for file in files.values() for pair in (*_read(file.get("grave", {})), *_none(file.get("light", {})))), shared)
        dangers = {language: _Index.of(pairs, shared) for language, pairs in urgent.items()}
        spelling = Spelling.of(word for pairs in asked.values() for words, _meaning in pairs for word in words)
        joins = frozenset(stem(normalise(word)) for file in files.values() for word in file.get("words", {}).get("and", ()))
        together = dict(pair for file in files.values() for pair in _together(file.get("grave", {})))
        return cls(topics, danger, weighty, together, dangers, spelling, joins)


def _read(section: Mapping[str, Sequence[str]]) -> Iterator[tuple[Words, str]]:
    return ((words, meaning) for meaning, phrases in section.items() for phrase in phrases
            if " + " not in phrase and (words := tuple(map(intern, stems(normalise(phrase))))))


def _together(section: Mapping[str, Sequence[str]]) -> Iterator[tuple[frozenset[str], str]]:
    """
    Read the phrases whose words, parted by " + ", may stand anywhere in a short text, and what they mean.
    """
    return ((frozenset(stems(normalise(phrase))), meaning) for meaning, phrases in section.items() for phrase in phrases if " + " in phrase)


def _none(section: Mapping[str, Sequence[str]]) -> Iterator[tuple[Words, str]]:
    """
    Read phrases that only sound like what they are not.
    """
    return ((words, "") for words, _meaning in _read(section))


def emergency(text: str, phrases: Phrases) -> str:
    """
    Return the kind of emergency a text tells of, or "". In any language: who is in danger may not use the chosen one.

    The longest phrase says it: "call the police about" is longer than "call the police", and is none.
    """
    return "danger" if len(text) < 40 and _heard(text) in _CRIES else _loudest(phrases.emergency, text)


def is_grave(text: str, phrases: Phrases) -> bool:
    """
    Tell whether a text is about what is too grave for a text of ours: ransom, smugglers, a kept passport … A person answers it the same day.
    """
    return bool(grave(text, phrases))


def grave(text: str, phrases: Phrases) -> str:
    """
    Return the kind of grave matter a text tells of, or "".

    In any language: by a phrase, the longest first, or in a short text by words that say it together.
    """
    plain = _AND.sub("", text)
    words = _heard(plain)
    if len(words) <= SHORT:
        said = frozenset(words)
        if kind := next((kind for together, kind in phrases.together.items() if together <= said), ""):
            return kind
    return _loudest(phrases.grave, text) or (_loudest(phrases.grave, plain) if plain != text else "")


def _loudest(index: _Index, text: str) -> str:
    best, most = "", 0.0
    for meanings, weight in index.found(_heard(text)):
        if weight > most:
            best, most = meanings[0], weight
    return best


@lru_cache(maxsize=256)
def _heard(text: str) -> Words:
    return tuple(stems(normalise(text)))         # of one message, for all that is looked for in it


_CRIES = frozenset(map(_heard, CRIES.split(", ")))


def language_of_danger(text: str, phrases: Phrases) -> str:
    """
    Return the language in which a text tells most of an emergency, or "" if there is none or it fits several alike.
    """
    words = stems(normalise(text))
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
        for word in stems(sentence):
            if word in joins:
                yield part
                part = []
            else:
                part.append(word)
        yield part


def is_known(text: str, language: str, phrases: Phrases) -> bool:
    """
    Tell whether a text is nothing but a phrase that we know: then no model need read it.
    """
    words = tuple(stems(normalise(text[:LONGEST])))
    index = phrases.topics.get(language) or phrases.topics[""]
    return bool(words) and any(rest == words[1:] and len({topic_of(one) for one in meanings}) == 1
                               for rest, meanings, _weight in index.heads.get(words[0], ()))


def split(text: str, phrases: Phrases) -> list[str]:
    """
    Return the parts of a text that may ask two things, of two words and more; nothing for a text of one part.
    """
    parts = [" ".join(part) for sentence in _ENDS.split(text[:LONGEST]) for part in _split(sentence.split(), phrases.joins)]
    parts = [part for part in parts if len(part.split()) > 1][:MOST_PARTS]
    return parts if len(parts) > 1 else []


def _split(words: list[str], joins: frozenset[str]) -> Iterator[list[str]]:
    part: list[str] = []
    for word in words:
        found = stems(normalise(word))
        if found and found[0] in joins:
            yield part
            part = []
        elif len(found) == 1 and word[0] == "و" and len(part) > 1 and len(word) > 3:     # Arabic writes its "and" onto the word
            yield part
            part = [word[1:]]
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
