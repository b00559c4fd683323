"""
The walk through conversations: what nobody reaches, what ends nowhere, what is far from a person and what has no words is named.
"""

import pytest

from bot.translate import load
from bot.walk import walk
from flows.catalogue import FLOWS
from flows.node import Choice, Flow, Node

TONGUES = load()
TEXT, LABEL = "Choose your language.", "Yes"        # words that are there in every language
PERSON = Choice("person", LABEL, "person.open")


def found(*nodes: Node) -> list[str]:
    """Return what is wrong once a conversation of these nodes stands beside ours."""
    return walk({**FLOWS, "strange": Flow("strange", *nodes)}, TONGUES)


def test_what_we_ship_is_well():
    """Nothing is wrong with our conversations."""
    assert walk(FLOWS, TONGUES) == []
    assert found(Node("begin", TEXT, (PERSON, Choice("menu", LABEL, "menu.main")))) == []


@pytest.mark.parametrize(("nodes", "wrong"), [
    ((Node("begin", TEXT, (PERSON, Choice("on", LABEL, "nowhere"))),), "strange.begin: leads to strange.nowhere, which is not there"),
    ((Node("begin", TEXT, (PERSON,)), Node("island_of_nobody", TEXT, (PERSON,))), "strange.island_of_nobody: nothing leads there"),
    ((Node("begin", TEXT, (PERSON,)), Node("help", TEXT, (PERSON,))), "strange.help: nothing leads there"),      # as a node of another is named
    ((Node("begin", TEXT, (PERSON, Choice("on", LABEL, "round"))), Node("round", TEXT, (Choice("on", LABEL, "round"),))),
     "strange.round: from there no way leads to the menu, to a person or to an end"),
    ((Node("begin", TEXT, (Choice("on", LABEL, "b"),)), Node("b", TEXT, (Choice("on", LABEL, "c"),)), Node("c", TEXT, (PERSON,))),
     "strange.begin: a person is more than 2 messages away"),
    ((Node("begin", "Nobody translated this.", (PERSON,)),), "strange.begin: 'Nobody translated this.' is not there in ti"),
    ((Node("begin", TEXT, (PERSON, Choice("odd", "Nobody said this", "menu.main"))),), "strange.begin: 'Nobody said this' is not there in en"),
])
def test_what_is_wrong_is_named(nodes: tuple[Node, ...], wrong: str):
    """An answer that leads nowhere, an island, a circle, a person too far away, words that a language lacks."""
    assert wrong in found(*nodes)
