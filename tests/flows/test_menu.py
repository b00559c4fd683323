"""What the menu reaches: every topic, by presses or by digits, in every language."""

from collections.abc import Iterator

import pytest

from flows.catalogue import TOPICS, node
from flows.events import Escalated, Knows, Topic
from flows.menu import GROUPS, MENU
from flows.node import full
from tests.flows.conversation import LEIDEN, TONGUES, Person, welcomed

MOST = 3
PAGES = ("menu.main", "menu.more", *(f"menu.{group}" for group in GROUPS))
ANSWERS = {"letter_check": "letter.photo"}


def _ways(topic: str) -> Iterator[list[str]]:
    """Yield what a client presses to come from the menu to a topic, the shortest way first."""
    ways: list[tuple[str, list[str]]] = [("menu.main", [])]
    for place, presses in ways:
        if place == ANSWERS.get(topic, f"info.{topic}"):
            yield presses
        elif len(presses) < MOST:
            flow = place.partition(".")[0]
            ways += [(full(flow, choice.next), [*presses, f"{place}:{choice.id}"]) for choice in node(place).choices]


def _digit(press: str) -> str:
    """Return the number that stands before this answer."""
    place, _, chosen = press.partition(":")
    return str([choice.id for choice in node(place).choices].index(chosen) + 1)


def _told(person: Person) -> set[str]:
    return {event.id for event in person.has(Topic)}


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_is_reached_by_three_presses(topic: str):
    """Who presses, or types digits, is told of a topic within three messages, in every language; what is always a person's opens a ticket."""
    way = next(_ways(topic))
    for language in TONGUES.languages:
        presser, typer = welcomed(language), welcomed(language)
        for press in way:
            presser.says(kind="choice", choice=press)
            typer.says(_digit(press))
        for person in (presser, typer):
            assert _told(person) == {topic}, (language, way)
            assert bool(person.has(Escalated)) == (TOPICS[topic].is_always_person and topic != "letter_check"), language


def test_a_page_of_the_menu_fits_a_list():
    """The first page has four choices and more; no other has more than nine, and each leads to a person or back."""
    assert len(MENU.first.choices) == 5
    for place in PAGES:
        assert len(node(place).choices) <= 9, place
        assert {"person", "menu"} & {choice.id for choice in node(place).choices}, place


def test_every_topic_stands_in_a_group():
    """A topic that is added stands in the menu too: in a group, or with a conversation of its own."""
    assert {topic for group in GROUPS.values() for topic in group} | set(ANSWERS) == set(TOPICS)


def test_the_menu_is_there_without_consent():
    """Who did not agree that we keep facts comes to every topic by the same presses."""
    yonas = welcomed("ti")
    yonas.session.data["consent"] = "no"
    yonas.knows = Knows(LEIDEN, consent="no")

    for press in ("menu.main:permit", "info.permit_renewal:beside", "menu.papers:permit_lost"):
        yonas.says(kind="choice", choice=press)

    assert _told(yonas) == {"permit_lost"}
