"""
Draw: a conversation as a picture (SVG), for who writes, reads or translates it; it is drawn from the same values that are played.
"""

import re
import textwrap
from collections.abc import Container
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from flows.node import Choice, Flow, Node, Tongue, full

WIDTH, GAP, BETWEEN, LINE, PAD, WRAP = 300, 110, 34, 18, 12, 40        # pixels, but WRAP: characters a line
MOST_LINES = 7
STYLE = """
text { font: 13px system-ui, 'Noto Sans', 'Noto Sans Arabic', 'Noto Sans Ethiopic', sans-serif; fill: #1b1b1b }
.name { font-weight: 700; fill: #0b4f6c } .small { font-size: 11px; fill: #555 } .box { fill: #fff; stroke: #7a8b99; stroke-width: 1.2 }
.choice { fill: #eef5f9; stroke: #b9cbd6 } .person { fill: #fdf1d8; stroke: #c9a24a } .edge { fill: none; stroke: #0b4f6c; stroke-width: 1.4 }
.end { fill: #0b4f6c }
"""
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(slots=True)
class Box:
    """
    A node as it is drawn: its lines, its answers with where each leads, and its place.
    """

    node: Node
    lines: list[str]
    answers: list[tuple[str, str]]
    column: int
    x: float = 0
    y: float = 0

    @property
    def height(self) -> float:
        """
        Return the height in pixels.
        """
        return PAD * 2 + LINE * (1 + len(self.lines)) + (LINE + 6) * len(self.answers)


def draw(flow: Flow, tongue: Tongue, languages: Container[str]) -> str:
    """
    Return a conversation as an SVG document: a box a node, its answers in it, and a line to where each leads; of the languages that
    can be chosen those that there are.
    """
    boxes = {node.id: _box(flow, node, column, tongue, languages) for node, column in _columns(flow)}
    heights: dict[int, float] = {}
    for box in boxes.values():
        box.x, box.y = PAD + box.column * (WIDTH + GAP), heights.get(box.column, PAD * 4.0)
        heights[box.column] = box.y + box.height + BETWEEN
    svg = ET.Element("svg", {
        "xmlns": "http://www.w3.org/2000/svg", "role": "img", "width": f"{PAD + (max(heights) + 1) * (WIDTH + GAP):.0f}",
        "height": f"{max(heights.values()):.0f}", "lang": tongue.language})
    ET.SubElement(svg, "title").text = f"{flow.name} ({tongue.language})"
    ET.SubElement(svg, "style").text = STYLE
    _text(svg, PAD, PAD * 2, f"{flow.name} ({tongue.language})", "name")
    for box in boxes.values():
        _edges(svg, flow, box, boxes)
    for box in boxes.values():
        _draw_box(svg, flow, box, boxes, tongue.is_rtl)
    ET.indent(svg)
    return ET.tostring(svg, encoding="unicode") + "\n"


def _columns(flow: Flow) -> list[tuple[Node, int]]:
    """
    Return each node with how many steps after the beginning it first comes; what begins elsewhere begins at the left too.
    """
    found: dict[str, int] = {}
    for first in flow.nodes:
        waiting = [] if first in found else [first]
        found.setdefault(first, 0)
        for id in waiting:
            for target in flow.targets(flow.nodes[id]):
                name, _dot, next_id = target.partition(".")
                if name == flow.name and next_id in flow.nodes and next_id not in found:
                    found[next_id] = found[id] + 1
                    waiting.append(next_id)
    return [(flow.nodes[id], column) for id, column in found.items()]


def _box(flow: Flow, node: Node, column: int, tongue: Tongue, languages: Container[str]) -> Box:
    said = _SLOT.sub(r"‹\1›", tongue.raw(node.text)).replace("*", "")
    lines = [line for part in said.split("\n") for line in (textwrap.wrap(part, WRAP) or [""])]
    lines = lines if len(lines) <= MOST_LINES else [*lines[:MOST_LINES], "…"]
    offered = [choice for choice in node.choices if not choice.language or choice.language in languages or choice.language == "other"]
    answers = [(_label(choice, tongue), full(flow.name, choice.next)) for choice in offered]
    answers += [(f"✎ {way}", full(flow.name, target)) for way, target in written(flow, node)]
    if node.hear:
        answers.append(("✎ …", full(flow.name, node.next)))
    elif not node.choices:
        answers.append(("→", full(flow.name, node.next)))
    return Box(node, lines, answers, column)


def written(flow: Flow, node: Node) -> list[tuple[str, str]]:
    """
    Return the ways of a node, by what is read, to where no choice of its conversation leads.
    """
    chosen = {choice.next for other in flow.nodes.values() for choice in other.choices}
    return [(way, target) for way, target in node.ways.items() if target not in chosen]


def _label(choice: Choice, tongue: Tongue) -> str:
    label = choice.label if choice.language else tongue.raw(choice.label)
    return f"{choice.emoji} {label}".strip()


def _target(flow: Flow, box: Box, target: str, boxes: dict[str, Box]) -> Box | None:
    """
    Return the box that an answer is drawn to: one of this picture further to the right; others are named instead.
    """
    name, _dot, id = target.partition(".")
    found = boxes.get(id) if name == flow.name else None
    return found if found is not None and found.column > box.column else None


def _row(box: Box, at: int) -> float:
    return box.y + PAD + LINE * (1 + len(box.lines)) + (LINE + 6) * at


def _edges(svg: ET.Element, flow: Flow, box: Box, boxes: dict[str, Box]) -> None:
    for at, (_answer, target) in enumerate(box.answers):
        if (to := _target(flow, box, target, boxes)) is not None:
            x, y, end = box.x + WIDTH - PAD, _row(box, at) + LINE / 2 + 3, to.y + PAD + LINE / 2
            bend = (to.x - x) / 2
            curve = f"M{x:.0f} {y:.0f} C{x + bend:.0f} {y:.0f} {to.x - bend:.0f} {end:.0f} {to.x:.0f} {end:.0f}"
            ET.SubElement(svg, "path", {"class": "edge", "d": curve})
            ET.SubElement(svg, "circle", {"class": "end", "cx": f"{to.x:.0f}", "cy": f"{end:.0f}", "r": "4"})


def _draw_box(svg: ET.Element, flow: Flow, box: Box, boxes: dict[str, Box], is_rtl: bool) -> None:
    is_person = box.node.escalate is not None
    _rectangle(svg, box.x, box.y, WIDTH, box.height, "box person" if is_person else "box")
    _text(svg, box.x + PAD, box.y + PAD + 8, f"{box.node.id}{' · a person' if is_person else ''}", "name")
    for at, line in enumerate(box.lines):
        _text(svg, box.x + PAD, box.y + PAD + 8 + LINE * (at + 1), line, "", is_rtl)
    for at, (answer, target) in enumerate(box.answers):
        y = _row(box, at)
        _rectangle(svg, box.x + PAD, y, WIDTH - 2 * PAD, LINE + 3, "choice")
        _text(svg, box.x + PAD + 6, y + LINE - 4, answer, "", is_rtl, WIDTH - 2 * PAD - 12)
        if _target(flow, box, target, boxes) is None:
            _text(svg, box.x + WIDTH + 4, y + LINE - 4, f"↪ {target.removeprefix(f'{flow.name}.')}", "small")


def _rectangle(svg: ET.Element, x: float, y: float, width: float, height: float, kind: str) -> None:
    ET.SubElement(svg, "rect", {"class": kind, "x": f"{x:.0f}", "y": f"{y:.0f}", "width": f"{width:.0f}", "height": f"{height:.0f}", "rx": "6"})


def _text(svg: ET.Element, x: float, y: float, said: str, kind: str, is_rtl: bool = False, width: float = WIDTH - 2 * PAD) -> None:
    place = {"x": f"{x + width:.0f}", "direction": "rtl"} if is_rtl else {"x": f"{x:.0f}"}
    ET.SubElement(svg, "text", {**place, "y": f"{y:.0f}", **({"class": kind} if kind else {})}).text = said
