"""
`understand`: how well questions are read that were not fitted on, which topics are confused (as a picture), how fast, and with how much memory.
"""

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy
import psutil

from bot.recognise import Recogniser, Table, load
from bot.translate import load as load_tongues
from bot.understand import verdict
from flows.topics import TOPICS
from flows.understand import emergency, is_known, understand

FILES = Path(__file__).parent.parent / "flows"
SETS = ("held-out", "unseen", "fresh", "asked", "danger", "late")       # of `unseen` nobody looked at the errors, and nobody is to
PICTURE = Path(tempfile.gettempdir()) / "wegwijs-confused.svg"
CELL, MARGIN = 16, 170
SIZE = 256                              # of the tables that are multiplied as a yardstick
LEGAL = {topic.id for topic in TOPICS.values() if topic.group == "legal"}
LEAST_SHARE, LEAST_LANGUAGE = {"top1": 86.0, "top3": 94.0, "both": 75.0, "answered": 60.0, "urgent": 94.0}, 75.0
MOST_SHARE = {"false": 4.0, "legal": 1.0, "alarm": 5.0}
ALL = frozenset({*LEAST_SHARE, *MOST_SHARE})
JUDGED = {                              # a third of `fresh` is danger, a tenth the police: they cannot be answered as often
    "held-out": ALL, "unseen": ALL, "fresh": ALL - {"top3", "both", "answered"}, "asked": ALL - {"urgent"}, "danger": {"urgent", "alarm"},
    "late": {"urgent", "alarm"}}         # long, dictated, mixed: a style nobody promised anything of, but danger
SAID = {"top1": "top-1", "top3": "top-3", "both": "both topics", "answered": "answered", "false": "false", "legal": "of legal ones",
        "urgent": "emergencies seen", "alarm": "false alarms"}
MOST = {"model_ms": 25.0, "letters_ms": 2.0, "phrase_ms": 0.1, "memory": 260.0}


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """
    Read every question with and without the model, and draw what is taken for what.
    """
    phrases, both = load_tongues().phrases, load()
    asked = {name: some(questions(name), given.questions) for name in SETS}
    found = {name: [verdict(one["text"], one["lang"].partition("-")[0], both, phrases) for one in asked[name]] for name in SETS}
    confused = Counter((topic, seen.topics[0]) for name in SETS for one, seen in zip(asked[name], found[name], strict=True)
                       if not one["urgent"] and seen.topics for topic in one["topics"][:1])
    PICTURE.write_text(picture(confused), encoding="utf-8")
    texts = [one["text"] for one in asked["held-out"]]
    by_letters = Recogniser(Table.read())

    def at_once(text: str) -> None:
        is_known(text, "nl", phrases)
        emergency(text, phrases)
        understand(text, "nl", phrases)

    memory = psutil.Process().memory_info().rss / 2**20
    spent = processor(lambda text: verdict(text, "nl", both, phrases), texts)
    return {
        "has_model": both.encoder is not None, "scores": {name: scores(asked[name], found[name]) for name in SETS},
        "memory": memory, "model_ms": middle(spent), "questions_a_cpu_second": 1000 * len(spent) / sum(spent),
        "letters_ms": middle(processor(lambda text: by_letters.guess(text, "nl"), texts)),
        "phrase_ms": middle(processor(at_once, ["huurtoeslag aanvragen"] * 500)),
        "product_ms": middle(processor(product(), texts)),
    }


def questions(name: str) -> list[dict[str, Any]]:
    """
    Return the labelled questions of a set.
    """
    return [json.loads(line) for line in (FILES / f"questions-{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def some(asked: list[dict[str, Any]], at_most: int) -> list[dict[str, Any]]:
    """
    Return the questions, or about so many of them, from everywhere in the set.
    """
    return asked[:: max(1, len(asked) // at_most)]


def scores(asked: list[dict[str, Any]], found: list[Any]) -> dict[str, float]:
    """
    Return the shares in percent: of the topical questions, of all, of the urgent ones and of the others; top-1 also by language.

    An urgent question that we answer is a false answer too. `legal`: the false ones among those with, or taken for, a legal topic.
    """
    sums: dict[str, list[float]] = defaultdict(list)
    for one, seen in zip(asked, found, strict=True):
        is_first = bool(seen.topics) and seen.topics[0] in one["topics"]
        is_false = seen.action == "answer" and (one["urgent"] or not is_first)
        sums["answered"].append(seen.action == "answer")
        sums["false"].append(is_false)
        if LEGAL & {*one["topics"], *seen.topics[:1]}:
            sums["legal"].append(is_false)
        sums["urgent" if one["urgent"] else "alarm"].append(seen.is_urgent)
        if one["topics"] and not one["urgent"]:
            hits = len({*one["topics"]} & {*seen.topics[:3]})
            sums["top1"].append(is_first)
            sums["top3"].append(hits / len(one["topics"]))
            sums[f"top1 {one['lang']}"].append(is_first)
            if len(one["topics"]) > 1:
                sums["both"].append(hits == len(one["topics"]))
    return {name: 100 * sum(values) / len(values) for name, values in sums.items()}


def processor(read: Callable[[str], Any], texts: list[str]) -> list[float]:
    """
    Return how many milliseconds each text takes of the processor, the least first.
    """
    spent = []
    for text in texts:
        began = time.process_time()
        read(text)
        spent.append(1000 * (time.process_time() - began))
    return sorted(spent)


def product() -> Callable[[str], Any]:
    """
    Return what multiplies two tables, whatever it is given: what a model mostly does, and the yardstick of this machine.
    """
    table = numpy.ones((SIZE, SIZE), dtype=numpy.float32)
    return lambda _text: table @ table


def middle(spent: list[float]) -> float:
    """
    Return the one in the middle: the machine may be busy with something else.
    """
    return spent[len(spent) // 2]


def picture(confused: Counter[tuple[str, str]]) -> str:
    """
    Return the table of what was asked (down) and what was understood (across) as SVG.
    """
    names, size = list(TOPICS), MARGIN + CELL * len(TOPICS)
    cells = []
    for row, asked in enumerate(names):
        whole = sum(count for (topic, _), count in confused.items() if topic == asked) or 1
        y = MARGIN + CELL * row
        cells.append(f'<text x="{MARGIN - 4}" y="{y + 12}" text-anchor="end">{asked}</text>')
        cells.append(f'<text transform="translate({y + 12} {MARGIN - 4}) rotate(-90)">{asked}</text>')
        for column, seen in enumerate(names):
            if count := confused[asked, seen]:
                colour = "#1b7f4d" if asked == seen else "#c0392b"
                cells.append(f'<rect x="{MARGIN + CELL * column}" y="{y}" width="{CELL}" height="{CELL}" fill="{colour}" '
                             f'fill-opacity="{max(0.15, count / whole):.2f}"><title>{asked} read as {seen}: {count}</title></rect>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" font-family="sans-serif" font-size="11">'
            f'<rect width="{size}" height="{size}" fill="white"/>{"".join(cells)}</svg>\n')


def lines(found: dict[str, Any]) -> Iterator[str]:
    """
    Say what was found.
    """
    yield "understand: " + ("language model and letters" if found["has_model"] else "letters alone") + ", all in %"
    for name, said in found["scores"].items():
        judged = JUDGED[name] if name == "danger" else SAID
        yield f"  {name}: " + ", ".join(f"{label} {said[key]:.1f}" for key, label in SAID.items() if key in said and key in judged)
        if languages := [f"{key[5:]} {value:.0f}" for key, value in sorted(said.items()) if key.startswith("top1 ")]:
            yield "    top-1 by language: " + ", ".join(languages)
    yield (f"  a question takes {found['model_ms']:.1f} ms of one core ({found['questions_a_cpu_second']:.0f} questions a CPU second), "
           f"by letters {found['letters_ms']:.2f} ms, a known phrase {found['phrase_ms']:.3f} ms; {found['memory']:.0f} MB")
    yield (f"  a question takes as long as {found['model_ms'] / found['product_ms']:.0f} products of two tables of {SIZE} by {SIZE} numbers, "
           f"{found['product_ms']:.2f} ms each: so much is the machine's, in the same run")
    yield f"  what is taken for what: {PICTURE}"


def missed(found: dict[str, Any]) -> Iterator[str]:
    """
    Name the targets that were missed.
    """
    yield from (f"understand: {name} {found[name]:.2f}, at most {most} wanted" for name, most in MOST.items() if found[name] > most)
    for name, said in found["scores"].items():
        judged = JUDGED[name] & said.keys()
        yield from (f"understand {name}: {key} {said[key]:.1f}, at least {least} wanted" for key, least in LEAST_SHARE.items()
                    if key in judged and said[key] < least)
        yield from (f"understand {name}: {key} {said[key]:.1f}, at least {LEAST_LANGUAGE} wanted" for key in sorted(said)
                    if key.startswith("top1 ") and said[key] < LEAST_LANGUAGE and name != "fresh")
        yield from (f"understand {name}: {key} {said[key]:.1f}, at most {most} wanted" for key, most in MOST_SHARE.items()
                    if key in judged and said[key] > most)
