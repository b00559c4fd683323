"""How soon a client reaches the right answer, in every language."""

import tomllib

import pytest

from bot.translate import LOCALES
from flows.catalogue import TOPICS
from flows.events import Escalated, Topic
from flows.language import named
from tests.flows.conversation import TONGUES, Person, welcomed

MOST = 3
LEGAL = ("family_reunification", "permit_withdrawal", "undocumented", "asylum_procedure")


def _asked(language: str) -> dict[str, list[str]]:
    with (LOCALES / language / "phrases.toml").open("rb") as file:
        return tomllib.load(file)["topics"]


def _reaches(person: Person, topic: str, words: str) -> int:
    """Return after how many messages this topic is answered or with a person; more than any may take if never."""
    person.says(words)
    if any(event.id == topic for event in person.has(Topic)) or (topic == "letter_check" and person.session.flow == "letter"):
        return 1
    for offer in person.said.offers if person.said else ():
        if offer.id.endswith(f":{topic}"):
            person.says(kind="choice", choice=offer.id)
            return 2 if any(event.id == topic for event in person.has(Topic)) else MOST + 1
    return MOST + 1


@pytest.mark.parametrize("language", TONGUES.languages)
def test_every_topic_is_reached_in_three_messages(language: str):
    """Whoever writes what our phrases say of a topic has its answer, or its person, within three messages; the name of a language is none."""
    asked, slow = _asked(language), []
    for topic in TOPICS:
        steps = [_reaches(welcomed(language), topic, words) for words in asked[topic][:3] if not named(words)]
        slow += [topic] if max(steps) > MOST else []

    assert slow == []


@pytest.mark.parametrize("language", TONGUES.languages)
@pytest.mark.parametrize("topic", LEGAL)
def test_what_is_always_a_persons_is_so_in_free_words(language: str, topic: str):
    """Return, asylum, a withdrawal, the family's coming: asked in any words we know, a person of the legal team gets it, and we answer nothing."""
    for words in _asked(language)[topic]:
        yonas = welcomed(language)
        yonas.says(words)
        here = [event for event in yonas.has(Topic) if event.id == topic]
        if here:
            assert [ticket.team for ticket in yonas.has(Escalated)] == ["legal"], words
            assert not any(event.is_answered for event in here), words
