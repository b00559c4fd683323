"""
Fit: the table from which free text is recognised, made anew from the phrases: `python -m bot.fit`, whenever a phrase changed.
"""

import hashlib
import json
import sys
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.recognise import BUCKETS, TABLE, Encoder, NoModel, letters, load_encoder
from bot.translate import LOCALES
from flows.topics import TOPICS

QUESTIONS = LOCALES / "_phrases" / "questions.jsonl"
COLUMNS = (*TOPICS, "", "urgent")
OF_KEY = 0.3            # what a key phrase counts beside a whole question
OF_URGENT = 6.0         # emergencies are few
ROUNDS = 250
BIAS = 0.02             # small, or the rounds would not be enough
KEEP, KEEP_MODEL = 0.05, 0.5             # how strongly the weights are kept small
SPREAD = 4.0            # the model's numbers lie close together


@dataclass(frozen=True, slots=True)
class Example:
    """
    A text with what it is about (nothing: no topic), whether it is urgent, and how much it counts for either.
    """

    text: str
    topics: tuple[str, ...]
    is_urgent: bool
    counts: float
    of_topic: bool = True


def sources() -> list[Path]:
    """
    Return the files that the table is made from.
    """
    return [*sorted(LOCALES.glob("*/phrases.toml")), *sorted(LOCALES.glob("_phrases/*.toml")), QUESTIONS]


def made_from() -> str:
    """
    Return the mark of all that the table is made from.
    """
    mark = hashlib.sha256()
    for path in sources():
        mark.update(path.read_bytes())
    return mark.hexdigest()


def examples() -> list[Example]:
    """
    Return all examples: key phrases, whole questions and labelled questions.
    """
    found: list[Example] = []
    for path in sources():
        if path.suffix == ".toml":
            read = tomllib.loads(path.read_text(encoding="utf-8"))
            found += _keys(read) if path.name == "phrases.toml" else _whole(read)
    return found + labelled(QUESTIONS)


def labelled(path: Path) -> list[Example]:
    """
    Return the questions of a file of labelled ones.
    """
    read = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [Example(one["text"], tuple(one["topics"]), bool(one.get("urgent")), 1.0, not one.get("urgent")) for one in read]


def _keys(read: dict[str, Any]) -> list[Example]:
    keys = [Example(text, (name.partition(".")[0],), False, OF_KEY) for name, texts in read["topics"].items() for text in texts if name != "human"]
    keys += [Example(text, (), True, OF_KEY, False) for texts in read["emergency"].values() for text in texts]
    return keys + [Example(text, (), False, OF_KEY, False) for texts in read["calm"].values() for text in texts]


def _whole(read: dict[str, Any]) -> list[Example]:
    whole = [Example(text, (topic,), False, 1.0) for topic, texts in read["topics"].items() for text in texts]
    whole += [Example(text, (), True, 1.0, False) for text in read["urgent"]["phrases"]]
    whole += [Example(text, (), False, 1.0) for text in read["none"]["phrases"]]
    return whole + [Example(text, (), False, 2.0, False) for text in read["calm"]["phrases"]]


@dataclass(frozen=True, slots=True)
class Groups:
    """
    The letter groups of texts, a row each, of which only those that are there are kept: of 32,768 buckets a text has some sixty.

    Every row and column that is counted has at least one, so that sums may begin anywhere.
    """

    width: int
    buckets: Any        # of each value its column, row after row
    values: Any
    starts: Any         # where each row begins

    @classmethod
    def of(cls, found: Sequence[dict[int, float]]) -> "Groups":
        """
        Build from the groups of each text.
        """
        kept = [one or {0: 0.0} for one in found]
        buckets = np.array([bucket for one in kept for bucket in one], dtype=np.int32)
        values = np.array([value for one in kept for value in one.values()], dtype=np.float32)
        return cls(BUCKETS, buckets, values, np.cumsum([0, *(len(one) for one in kept[:-1])]))

    def __matmul__(self, weights: Any) -> Any:
        """
        Return the rows times a table of weights, a row for each column.
        """
        columns = np.ascontiguousarray(weights.T)       # one at a time fits the processor's cache
        return np.stack([np.add.reduceat(column.take(self.buckets) * self.values, self.starts) for column in columns], axis=1)

    @property
    def rows(self) -> Any:
        """
        Return of each value its row.
        """
        return np.repeat(np.arange(len(self.starts), dtype=np.int32), np.diff(self.starts, append=len(self.values)))

    def turned(self) -> "Groups":
        """
        Return rows for columns. Every column must have a value.
        """
        order = np.argsort(self.buckets, kind="stable")
        counts = np.bincount(self.buckets, minlength=self.width)
        return Groups(len(self.starts), self.rows[order], self.values[order], np.cumsum([0, *counts[:-1]]))


def rarity_of(groups: Groups) -> Any:
    """
    Return how rare each letter group is; nothing for one that stands in one text only.
    """
    seen = np.bincount(groups.buckets[groups.values > 0], minlength=BUCKETS)
    return np.where(seen > 1, np.log((1 + len(groups.starts)) / (1 + seen)) + 1, 0).astype(np.float32)


def scaled(groups: Groups, rarity: Any) -> Groups:
    """
    Return the rows with rarity, each of length one; a value of nothing in each column, so that none is empty.
    """
    values = groups.values * rarity[groups.buckets]
    lengths = np.sqrt(np.add.reduceat(values * values, groups.starts))
    values /= np.maximum(lengths, 1e-9)[groups.rows]
    every = np.arange(BUCKETS, dtype=np.int32)
    return Groups(BUCKETS, np.concatenate([groups.buckets, every]), np.concatenate([values, np.zeros(BUCKETS, dtype=np.float32)]), groups.starts)


def targets(all_of_them: Sequence[Example]) -> tuple[Any, Any]:
    """
    Return what is to be said of each example in each column, and how much each counts in topics and in urgency.
    """
    wanted, counts = np.zeros((len(all_of_them), len(COLUMNS)), dtype=np.float32), np.zeros((len(all_of_them), 2), dtype=np.float32)
    for at, one in enumerate(all_of_them):
        for topic in one.topics or ("",):
            wanted[at, COLUMNS.index(topic)] = 1 / max(1, len(one.topics))
        wanted[at, -1] = one.is_urgent
        counts[at] = one.counts * one.of_topic, one.counts * (OF_URGENT if one.is_urgent else 1.0)
    return wanted, counts


def fitted(rows: Any, turned: Any, wanted: Any, counts: Any, keep: float) -> tuple[Any, Any]:
    """
    Return weights and bias of a logistic regression: topics against each other, urgent yes or no. `turned` are the rows as columns.
    """
    held = descended(lambda one: rows @ (turned @ one) + np.float32(BIAS) * one.sum(axis=0), wanted, counts, keep)
    return turned @ held, BIAS * held.sum(axis=0)


def descended(known: Callable[[Any], Any], wanted: Any, counts: Any, keep: float) -> Any:
    """
    Return what each example adds to the weights; `known` multiplies by the products of all examples.

    It is Nesterov's descent with a fixed number of rounds, so that it gives the same numbers every time.
    """
    held = ahead = np.zeros(wanted.shape, dtype=np.float32)
    steps = np.full(wanted.shape[1], _step(known, counts[:, 0], keep), dtype=np.float32)
    steps[-1] = _step(known, counts[:, 1], keep)
    momentum = 1.0
    for _ in range(ROUNDS):
        said = known(ahead)
        powers = np.exp(said[:, :-1] - said[:, :-1].max(axis=1, keepdims=True))
        errors = np.empty_like(said, dtype=np.float32)
        errors[:, :-1] = (powers / powers.sum(axis=1, keepdims=True) - wanted[:, :-1]) * counts[:, :1]
        errors[:, -1] = (1 / (1 + np.exp(-said[:, -1])) - wanted[:, -1]) * counts[:, 1]
        new = ahead - steps * (errors + np.float32(keep) * ahead)
        faster = (1 + (1 + 4 * momentum * momentum) ** 0.5) / 2
        ahead, held, momentum = new + (momentum - 1) / faster * (new - held), new, faster
    return held


def _step(known: Callable[[Any], Any], counts: Any, keep: float) -> float:
    """
    Return how far a round may go at most: by a little more than the largest eigenvalue, found by multiplying.
    """
    roots, vector, size = np.sqrt(counts)[:, None], np.ones((len(counts), 1), dtype=np.float32), 1.0
    for _ in range(30):
        vector = roots * known(roots * vector)
        size = float(np.linalg.norm(vector))
        vector /= size
    return 1 / (size * 1.05 / 2 + keep)


def table(all_of_them: Sequence[Example], vectors: Any) -> bytes:
    """
    Return the table of these examples, as it is written; `vectors` are the model's numbers of the whole ones.

    Key phrases are for the letters alone: three words without a sentence tell the model little.
    """
    wanted, counts = targets(all_of_them)
    raw = Groups.of([letters(one.text) for one in all_of_them])
    rarity = rarity_of(raw)
    groups = scaled(raw, rarity)
    weights, bias = fitted(groups, groups.turned(), wanted, counts, KEEP)
    whole = [one.counts >= 1 for one in all_of_them]
    middle = vectors.mean(axis=0)
    near = ((vectors - middle) * SPREAD).astype(np.float32)
    model_weights, model_bias = fitted(near, near.T, wanted[whole], counts[whole], KEEP_MODEL)
    model_weights *= SPREAD
    model_bias = model_bias - middle @ model_weights
    scales = np.abs(weights).max(axis=0) / 127
    head = {"made_from": made_from(), "columns": COLUMNS, "scales": scales.tolist(), "bias": bias.tolist(),
            "model_bias": model_bias.tolist()}
    small = np.round(weights / scales).astype(np.int8)
    return b"\n".join([json.dumps(head).encode(), rarity.tobytes() + small.tobytes() + model_weights.astype(np.float32).tobytes()])


def whole_vectors(all_of_them: Sequence[Example], encoder: Encoder) -> Any:
    """
    Return the model's numbers of the whole questions, a row each.
    """
    return np.array([encoder.query(one.text) for one in all_of_them if one.counts >= 1])


def main() -> int:
    """
    Write the table anew; 1 where the language model is not there.
    """
    try:
        encoder = load_encoder()
    except NoModel as error:
        print(f"fit: {error}; install it first, or the table would know only letters", file=sys.stderr)
        return 1
    all_of_them = examples()
    made = table(all_of_them, whole_vectors(all_of_them, encoder))
    TABLE.write_bytes(made)
    print(f"{TABLE}: {len(all_of_them)} examples, {len(made) // 1024} kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
