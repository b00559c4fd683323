"""
Walk: what is wrong with the conversations themselves, each in one sentence: no way there, no way on, no way to a person, no words for it.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from flows.events import Forgotten
from flows.node import Flow, Node, Tongues, full
from flows.senders import SENDERS
from flows.topics import TOPICS

ROOT = Path(__file__).parent.parent
# Where nodes are entered by their name; the catalogue names every flow and enters none.
CODE = (*(file for file in (ROOT / "flows").glob("*.py") if file.name != "catalogue.py"), ROOT / "bot" / "book.py", ROOT / "bot" / "announce.py")
BESIDE = {"visit": "appointment"}       # which node takes the place of one is told in a file of its own
ENDS = ("menu.main", "menu.after")      # here a client may ask anything, and a person is a choice
NEAR = 2                                # messages to a person, at most
Ways = Mapping[str, set[str]]


def walk(flows: Mapping[str, Flow], tongues: Tongues) -> list[str]:
    """
    Return what is wrong with these conversations in the languages there are; nothing if all is well.
    """
    nodes = {full(name, node.id): node for name, flow in flows.items() for node in flow.nodes.values()}
    ways = {full(name, node.id): {target for target in flow.targets(node) if not target.endswith(".")}
            for name, flow in flows.items() for node in flow.nodes.values()}
    lost = [f"{name}: leads to {target}, which is not there" for name, targets in ways.items() for target in sorted(targets - nodes.keys())]
    return lost or [*_unreached(flows, nodes, ways), *_without_end(nodes, ways), *_without_person(nodes, ways), *_without_words(nodes, tongues)]


def _unreached(flows: Mapping[str, Flow], nodes: Mapping[str, Node], ways: Ways) -> Iterator[str]:
    begins = {full(name, flow.first.id) for name, flow in flows.items()} | {f"info.{topic}" for topic in TOPICS}
    reached = _onward((begins | _named(flows)) & nodes.keys(), ways)
    yield from (f"{name}: nothing leads there" for name in nodes if name not in reached)


def _named(flows: Iterable[str]) -> set[str]:
    """
    Return the full names of what the code of flows may enter by a name: a bare one is a node of a flow that the same file names.
    """
    found: set[str] = set()
    for file in CODE:
        tree = ast.parse(file.read_text(encoding="utf-8"))
        words = _words(tree)
        here = {name.id.lower() for name in ast.walk(tree) if isinstance(name, ast.Name) and name.id.isupper()} | {BESIDE.get(file.stem, "")}
        here |= {word[:-1] for word in words if word.endswith(".")}
        found |= {full(flow, word.removeprefix(".")) for flow in here.intersection(flows) for word in words} | words
    return found


def _words(tree: ast.AST) -> set[str]:
    """
    Return every string in this code, but for those of nodes and choices: where these lead is a way of their flow already.
    """
    inside = {id(part) for call in ast.walk(tree) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
              and call.func.id in ("Node", "Choice") for part in ast.walk(call)}
    return {word.value for word in ast.walk(tree) if isinstance(word, ast.Constant) and isinstance(word.value, str) and id(word) not in inside}


def _onward(begins: set[str], ways: Ways) -> set[str]:
    reached = set(begins)
    while more := {target for name in reached for target in ways[name]} - reached:
        reached |= more
    return reached


def _without_end(nodes: Mapping[str, Node], ways: Ways) -> Iterator[str]:
    ends = {name for name, node in nodes.items() if name in ENDS or node.escalate or any(isinstance(event, Forgotten) for event in node.does)}
    while more := {name for name in nodes if name not in ends and ways[name] & ends}:
        ends |= more
    yield from (f"{name}: from there no way leads to the menu, to a person or to an end" for name in nodes if name not in ends)


def _without_person(nodes: Mapping[str, Node], ways: Ways) -> Iterator[str]:
    near = {name for name, node in nodes.items() if node.escalate}
    for _message in range(NEAR):
        near |= {name for name in nodes if {_stop(target, nodes, ways) for target in ways[name]} & near}
    yield from (f"{name}: a person is more than {NEAR} messages away" for name, node in nodes.items() if node.waits and name not in near)


def _stop(name: str, nodes: Mapping[str, Node], ways: Ways) -> str:
    """
    Return where a client comes to stand: a node that says something and goes on is passed.
    """
    for _step in range(len(nodes)):
        node = nodes[name]
        if node.waits or node.escalate or len(ways[name]) != 1:
            return name
        (name,) = ways[name]
    return name


def _without_words(nodes: Mapping[str, Node], tongues: Tongues) -> Iterator[str]:
    names = {sender.label for sender in SENDERS.values()}       # they stand on letters, the same in every language
    for language in tongues.languages:
        there = tongues.written(language).keys() | names
        for name, node in nodes.items():
            said = (node.text, *(choice.label for choice in node.choices if not choice.language))
            yield from (f"{name}: {text[:60]!r} is not there in {language}" for text in said if text and text not in there)
