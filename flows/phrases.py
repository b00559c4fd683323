"""
Phrases, in all languages, found in the words of a text.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

GAP = 3          # words that may stand between two words of a phrase: clients do not write as we do

Words = tuple[str, ...]
Said = tuple[tuple[str, str], ...]          # in which language a phrase says what
Kept = dict[Any, Any]                       # what is equal, to be held once


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """
    Phrases by their first word: the words that follow it, and in which language they mean what, by turns, as 30,000 pairs would take 2 MB.
    All languages stand in one, or Dutch and English would be held ten times. One is equal to itself alone, so that what was found in it
    can be kept.
    """

    heads: Mapping[str, tuple[Any, ...]]

    @classmethod
    def of(cls, phrases: Iterable[tuple[Words, str, str]], kept: Kept) -> "Index":
        """
        Build from (words, their language, what they mean there).
        """
        told: dict[Words, Said] = {}
        for words, language, meaning in phrases:
            said = (*told.get(words, ()), (language, meaning))
            told[words] = kept.setdefault(said, said)
        heads: dict[str, list[Any]] = {}
        for words, said in told.items():
            heads.setdefault(words[0], []).extend((kept.setdefault(words[1:], words[1:]), said))
        return cls({head: tuple(rest) for head, rest in heads.items()})

    def found(self, words: Sequence[str], languages: Container[str] | None = None) -> Iterator[tuple[Words, float]]:
        """
        Walk the phrases that stand in these words: what each means in these languages (in all of them), and how much it says. One with
        many meanings says less of each.
        """
        for length, said in self.standing(words):
            if meanings := meant(said, languages):
                yield meanings, weight_of(length, meanings)

    def standing(self, words: Sequence[str]) -> Iterator[tuple[int, Said]]:
        """
        Walk the phrases that stand in these words: of how many words each is, and in which language it means what.
        """
        for at, word in enumerate(words):
            for rest, said in self.begun(word):
                if not rest or _follows(rest, words, at + 1):
                    yield len(rest) + 1, said

    def begun(self, word: str) -> Iterator[tuple[Words, Said]]:
        """
        Walk the phrases that begin with this word: the words that follow it, and in which language they mean what.
        """
        by_turns = iter(self.heads.get(word, ()))
        return zip(by_turns, by_turns, strict=True)


def meant(said: Said, languages: Container[str] | None) -> Words:
    """
    Return what a phrase means in these languages, or in all of them.
    """
    if len(said) == 1:
        (language, meaning), = said
        return (meaning,) if languages is None or language in languages else ()
    return tuple(sorted({meaning for language, meaning in said if languages is None or language in languages}))


def weight_of(length: int, meanings: Words) -> float:
    """
    Return how much a phrase of so many words says of each of its meanings.
    """
    return (2.0 * length - 1) / (1 if len(meanings) == 1 else len(set(map(topic_of, meanings))))


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
