"""
`understand`: how well the held-out questions are read, which topics are confused (as a picture), how fast, and with how much memory.
"""

import argparse
import json
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil

from bot.recognise import Recogniser, Table, load
from bot.translate import load as load_tongues
from bot.understand import verdict
from flows.topics import TOPICS
from flows.understand import emergency, is_known, understand

QUESTIONS = Path(__file__).parent.parent / "flows" / "questions-held-out.jsonl"
PICTURE = Path(tempfile.gettempdir()) / "wegwijs-confused.svg"
CELL, MARGIN = 16, 170
MOST = {"model_ms": 25.0, "letters_ms": 2.0, "phrase_ms": 0.1, "memory": 260.0}


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """
    Read every question with and without the model, and draw what is taken for what.
    """
    phrases, table = load_tongues().phrases, Table.read()
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    both = load()
    found = [verdict(one["text"], one["lang"].partition("-")[0], both, phrases) for one in questions]
    confused = Counter((topic, seen.topics[0]) for one, seen in zip(questions, found, strict=True)
                       if not one["urgent"] and seen.topics for topic in one["topics"][:1])
    PICTURE.write_text(picture(confused), encoding="utf-8")
    texts = [one["text"] for one in questions]
    by_letters = Recogniser(table)

    def at_once(text: str) -> None:
        is_known(text, "nl", phrases)
        emergency(text, phrases)
        understand(text, "nl", phrases)

    return {
        "has_model": both.encoder is not None, "scores": scores(questions, found), "memory": psutil.Process().memory_info().rss / 2**20,
        "model_ms": milliseconds(lambda text: both.guess(text, "nl"), texts),
        "letters_ms": milliseconds(lambda text: by_letters.guess(text, "nl"), texts),
        "phrase_ms": milliseconds(at_once, ["huurtoeslag aanvragen"] * 500),
    }


def scores(questions: list[dict[str, Any]], found: list[Any]) -> dict[str, float]:
    """
    Return the shares in percent: of the topical questions, of all, of the urgent ones and of the others; top-1 also by language.
    """
    sums: dict[str, list[float]] = defaultdict(list)
    for one, seen in zip(questions, found, strict=True):
        is_first = bool(seen.topics) and seen.topics[0] in one["topics"]
        sums["answered"].append(seen.action == "answer")
        sums["false"].append(seen.action == "answer" and (one["urgent"] or not is_first))
        sums["urgent" if one["urgent"] else "alarm"].append(seen.is_urgent)
        if one["topics"] and not one["urgent"]:
            hits = len({*one["topics"]} & {*seen.topics[:3]})
            sums["top1"].append(is_first)
            sums["top3"].append(hits / len(one["topics"]))
            sums[f"top1 {one['lang']}"].append(is_first)
            if len(one["topics"]) > 1:
                sums["both"].append(hits == len(one["topics"]))
    return {name: 100 * sum(values) / len(values) for name, values in sums.items()}


def milliseconds(read: Callable[[str], Any], texts: list[str]) -> float:
    """
    Return what a text takes, in the middle of all: the machine may be busy with something else.
    """
    spent = []
    for text in texts:
        began = time.perf_counter()
        read(text)
        spent.append(time.perf_counter() - began)
    return 1000 * sorted(spent)[len(spent) // 2]


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
    said = found["scores"]
    how = "language model and letters" if found["has_model"] else "letters alone"
    yield (f"understand ({how}): top-1 {said['top1']:.1f}, top-3 {said['top3']:.1f}, "
           f"both topics {said['both']:.1f}, answered {said['answered']:.1f}, false {said['false']:.1f}, emergencies seen {said['urgent']:.1f}, "
           f"false alarms {said['alarm']:.1f} (all in %)")
    yield "  top-1 by language: " + ", ".join(f"{name[5:]} {value:.0f}" for name, value in sorted(said.items()) if name.startswith("top1 "))
    yield (f"  a question {found['model_ms']:.1f} ms ({1000 / found['model_ms']:.0f} a second), by letters {found['letters_ms']:.2f} ms, "
           f"a known phrase {found['phrase_ms']:.3f} ms; {found['memory']:.0f} MB")
    yield f"  what is taken for what: {PICTURE}"


def missed(found: dict[str, Any]) -> Iterator[str]:
    """
    Name the targets that were missed.
    """
    said = found["scores"]
    yield from (f"understand: {name} {found[name]:.2f}, at most {most} wanted" for name, most in MOST.items() if found[name] > most)
    least = {"top1": 86.0, "top3": 94.0, "both": 75.0, "answered": 60.0, "urgent": 94.0}
    yield from (f"understand: {name} {said[name]:.1f}, at least {bound} wanted" for name, bound in least.items() if said[name] < bound)
    most_wrong = {"false": 4.0, "alarm": 5.0}
    yield from (f"understand: {name} {said[name]:.1f}, at most {bound} wanted" for name, bound in most_wrong.items() if said[name] > bound)
