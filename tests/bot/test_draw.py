"""
A conversation as a picture.
"""

from xml.etree import ElementTree as ET

import pytest

from bot.draw import draw
from bot.translate import load
from flows.catalogue import FLOWS

TONGUES = load()
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("language", ["nl", "ar"])
@pytest.mark.parametrize("name", FLOWS)
def test_every_node_and_answer_is_drawn(name: str, language: str) -> None:
    """The picture holds each node once, each answer that is offered, and of each answer a line or the name of where it leads."""
    flow = FLOWS[name]
    picture = ET.fromstring(draw(flow, TONGUES(language), TONGUES.languages))
    said = [text.text or "" for text in picture.iter(f"{SVG}text")]
    offered = [choice for node in flow.nodes.values() for choice in node.choices
               if not choice.language or choice.language in (*TONGUES.languages, "other")]

    assert sorted(text.removesuffix(" · a person") for text in said if text.removesuffix(" · a person") in flow.nodes) == sorted(flow.nodes)
    for choice in offered:
        label = choice.label if choice.language else TONGUES(language).raw(choice.label)
        assert any(text.endswith(label) for text in said), label
    drawn = len(list(picture.iter(f"{SVG}path"))) + sum(text.startswith("↪") for text in said)
    chosen = {choice.next for choice in offered}
    ways = [target for node in flow.nodes.values() for target in node.ways.values() if target not in chosen]
    assert drawn == len(offered) + len(ways) + sum(bool(node.hear) or not node.choices for node in flow.nodes.values())


def test_nothing_is_drawn_outside_the_picture() -> None:
    """Every box lies within the width and height, and no two lie over each other."""
    picture = ET.fromstring(draw(FLOWS["welcome"], TONGUES("nl"), TONGUES.languages))
    boxes = [tuple(float(box.get(side, "0")) for side in ("x", "y", "width", "height"))
             for box in picture.iter(f"{SVG}rect") if (box.get("class") or "").startswith("box")]

    assert all(x + width <= float(picture.get("width", "0")) and y + height <= float(picture.get("height", "0")) for x, y, width, height in boxes)
    assert not any(one[0] == other[0] and one[1] < other[1] < one[1] + one[3] for one in boxes for other in boxes)
