"""
What of a client's words may stand in the volunteers' Telegram group.
"""

import pytest

from bot.translate import load
from flows.showing import NEVER, is_delicate, may_show
from flows.topics import TOPICS


@pytest.mark.parametrize("topic", [*TOPICS, "violence"])
def test_every_topic_shows_or_hides(topic):
    """Where it is on, every topic but the delicate ones shows; where it is off, none does; beside another, a delicate one hides all."""

    assert may_show(True, [topic], "normal", False) is (topic not in NEVER)
    assert not may_show(False, [topic], "normal", False)
    assert not may_show(True, [topic, "undocumented"], "normal", False)
    assert not may_show(True, [topic], "now", False)
    assert not may_show(True, [topic], "normal", True)


def test_what_may_be_anything_is_hidden():
    """A ticket without a topic, or with one that we do not know, shows nothing."""

    assert not may_show(True, [], "normal", False)
    assert not may_show(True, ["work", "something new"], "normal", False)


@pytest.mark.parametrize(("text", "language"), [
    ("mijn man slaat mij", "nl"), ("ik heb geen papieren", "nl"), ("mijn vergunning is ingetrokken", "nl"), ("my permit is withdrawn", "en"),
])  # fmt: skip
def test_delicate_words_are_hidden_whatever_the_ticket_is_about(text, language):
    """Violence, being without papers and a withdrawn permit are recognised in the words themselves; a question about rent is not."""
    phrases = load().phrases

    assert is_delicate(text, language, phrases)
    assert not is_delicate("hoe vraag ik huurtoeslag aan", "nl", phrases)
