"""
Free text → the topics it is about, the place in `info` that answers it, and whether somebody is in danger.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from flows.phrases import Index, Kept, Words, meant, topic_of, weight_of
from flows.spelling import Spelling, normalise, stem, stems
from flows.words import AGO, CRIES, FAR, PLEAS, REPLIES, SERVICES, SINCE, SOS

Action = Literal["answer", "choose", "human"]

LONGEST = 1000   # characters of a message that are looked at for topics; an emergency is looked for in all of it
CRY = 40         # characters, fewer: a text so short may be a cry
SHORT = 30       # words of a text in which two words far apart belong together
BESIDE = 12      # words of a sentence in which "last year" is said of the danger that stands there; in a longer one it may be of the rest
NEAR = frozenset({"home", "child", "suicide"})       # emergencies that no word makes far: whenever it began, somebody is to help
MEANT = ("topics", "emergency", "grave")     # sections of the phrase files; what stands in others only sounds like it
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


@dataclass(frozen=True, slots=True)
class Phrases:
    """
    How clients ask, in every language, ready to be looked up. Build it once, with `of`.
    """

    languages: Mapping[str, frozenset[str]]         # those in which who has chosen a language is understood
    topics: Index
    emergency: Index
    grave: Index
    together: Mapping[frozenset[str], str]
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
        kept: Kept = {}
        known: dict[str, str] = {}

        def read(*names: str) -> Iterator[tuple[Words, str, str]]:
            return ((words, language, meaning if name in MEANT else "") for language, file in files.items() for name in names
                    for words, meaning in _read(file.get(name, {}), kept, known))

        topics, danger, weighty = (Index.of(read(*names), kept) for names in (("topics",), ("emergency", "calm"), ("grave", "light")))
        spelling = Spelling.of(word for head in topics.heads for rest, _said in topics.begun(head) for word in (head, *rest))
        joins = frozenset(stem(normalise(word)) for file in files.values() for word in file.get("words", {}).get("and", ()))
        together = dict(pair for file in files.values() for pair in _together(file.get("grave", {})))
        return cls({language: frozenset(("nl", "en", language)) for language in files}, topics, danger, weighty, together, spelling, joins)


def _read(section: Mapping[str, Sequence[str]], kept: Kept, known: dict[str, str]) -> Iterator[tuple[Words, str]]:
    return ((words, meaning) for meaning, phrases in section.items() for phrase in phrases
            if " + " not in phrase and (words := tuple(kept.setdefault(word, word) for word in stems(normalise(phrase), known))))


def _together(section: Mapping[str, Sequence[str]]) -> Iterator[tuple[frozenset[str], str]]:
    """
    Read the phrases whose words, parted by " + ", may stand anywhere in a short text, and what they mean.
    """
    return ((frozenset(stems(normalise(phrase))), meaning) for meaning, phrases in section.items() for phrase in phrases if " + " in phrase)


def emergency(text: str, phrases: Phrases) -> str:
    """
    Return the kind of emergency a text tells of, or "". In any language: who is in danger may not use the chosen one.

    The longest phrase says it: "call the police about" is longer than "call the police", and is none.
    """
    return "danger" if _cried(text) is not None else _loudest(phrases.emergency, text)


def is_grave(text: str, phrases: Phrases) -> bool:
    """
    Tell whether a text is about what is too grave for a text of ours: ransom, blackmail, a kept passport … A person answers it the same day.
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


@lru_cache(maxsize=256)
def _loudest(index: Index, text: str) -> str:
    best, most = "", 0.0
    for meanings, weight in index.found(_heard(text)):
        if weight > most or (weight == most and not best):      # what only sounds like it must be the longer one
            best, most = meanings[0], weight
    return best


@lru_cache(maxsize=256)
def _heard(text: str) -> Words:
    return tuple(stems(normalise(text)))         # of one message, for all that is looked for in it


_CRIES = {_heard(cry): language for language, cries in CRIES.items() for cry in cries.split(", ")}
_PLEAS = frozenset(map(_heard, f"{REPLIES['need_help']}, {PLEAS}".split(", ")))
_SERVICES = frozenset(map(_heard, SERVICES.split(", ")))
_AT_ONCE = range(max(map(len, (*_CRIES, *_PLEAS))), 0, -1)


def _cried(text: str) -> str | None:
    """
    Return the language of a cry that is the whole text, be it said twice or beside words for help only; "" if several have it, None for no cry.
    """
    if len(text) >= CRY:
        return None
    words, languages, at = _heard(text), {""} if SOS in text else set(), 0
    while at < len(words):
        said = next((said for many in _AT_ONCE if (said := words[at:at + many]) in _CRIES or said in _PLEAS), None)
        if said is None:
            return None
        languages |= {_CRIES[said]} if said in _CRIES else set()
        at += len(said)
    spoken = languages - {""}
    return None if not languages else spoken.pop() if len(spoken) == 1 else ""


_ELSEWHERE, _FAR = (Index.of(((_heard(words), "", "far") for words in told.split(", ")), {}) for told in (FAR, f"{FAR}, {AGO}"))
_SINCE = frozenset(_heard(SINCE))


def is_far(text: str, phrases: Phrases) -> bool:
    """
    Tell whether the danger that a text tells of is on the news, long ago, a joke, or a question about the alarm number, by its own words.

    Words alone cannot be sure of it: a model must hear no danger either. Violence is never long ago.
    """
    kind = emergency(text, phrases)
    told_far = far(text, _ELSEWHERE if kind == "violence" else _FAR)
    if not told_far or kind in NEAR or _cried(text) is not None:
        return False
    return not emergency(". ".join(sentence for sentence in _ENDS.split(text) if sentence not in told_far), phrases)


def far(text: str, index: Index = _FAR) -> list[str]:
    """
    Return the sentences of a text that have such words: a model must hear no danger in one of them alone, however calm the rest.
    """
    return [sentence for sentence in _ENDS.split(text) if _sounds_far(sentence, index)]


def _sounds_far(sentence: str, index: Index) -> bool:
    words = _heard(sentence)
    own = [word for before, word in zip(("", *words), words, strict=False) if before not in _SINCE]      # "since last year": it goes on
    return len(words) <= BESIDE and next(index.found(own), None) is not None


def is_service(text: str) -> bool:
    """
    Tell whether a text is nothing but the name of a service that comes in danger: a letter may be from it.
    """
    return _heard(text) in _SERVICES


def language_of_danger(text: str, phrases: Phrases) -> str:
    """
    Return the language in which a text tells most of an emergency, or "" if there is none or it fits several alike.
    """
    if cried := _cried(text):
        return cried
    told: dict[str, float] = {}
    for length, said in phrases.emergency.standing(_heard(text)):
        for language in {language for language, meaning in said if meaning}:
            told[language] = max(told.get(language, 0.0), weight_of(length, meant(said, (language,))))
    most = max(told.values(), default=0.0)
    spoken = [language for language, weight in told.items() if weight == most > 0]
    return spoken[0] if len(spoken) == 1 else ""


def understand(text: str, language: str, phrases: Phrases) -> Understood:
    """
    Return what a text is about. One message may ask two things: it is read in parts.
    """
    languages = phrases.languages.get(language)
    scores: dict[str, float] = {}
    asked: list[str] = []
    for part in _parts(normalise(text[:LONGEST]), phrases.joins):
        here = _scores(phrases.topics.found([phrases.spelling.corrected(word) for word in part], languages))
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
    words, languages = _heard(text[:LONGEST]), phrases.languages.get(language)
    return bool(words) and any(rest == words[1:] and len(set(map(topic_of, meant(said, languages)))) == 1
                               for rest, said in phrases.topics.begun(words[0]))


def split(text: str, phrases: Phrases) -> list[str]:
    """
    Return the parts of a text that may ask two things; nothing for a text of one part.
    """
    parts = [" ".join(part) for sentence in _ENDS.split(text[:LONGEST]) for part in _split(sentence.split(), phrases.joins) if part]
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


def _scores(found: Iterable[tuple[Words, float]]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for meanings, weight in found:
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
