"""
Every conversation has a transcript, and says today what stands there; `pytest --accept` rewrites them.
"""

from pathlib import Path

import pytest

from flows.catalogue import FLOWS, TOPICS
from tests.flows.conversation import replay

TRANSCRIPTS = Path(__file__).parent / "transcripts"


@pytest.mark.parametrize("flow", FLOWS)
def test_flow_has_a_transcript(flow: str):
    """No conversation exists without its example."""

    assert (TRANSCRIPTS / f"{flow}.txt").exists()


@pytest.mark.parametrize("path", sorted(TRANSCRIPTS.glob("*.txt")), ids=lambda path: path.stem)
def test_transcript_is_what_the_bot_says(path: Path, accept: bool):
    """A volunteer can read in a transcript what the bot says, to the letter."""

    now = replay(path.read_text())
    if accept:
        path.write_text(now)
    assert now == path.read_text()


@pytest.mark.parametrize("language", ["nl", "ar"])
def test_every_topic_has_a_transcript(language: str):
    """In Dutch and in Arabic there is an example of every topic, asked in a client's own words and answered or brought to a person."""
    lines = (TRANSCRIPTS / f"topics.{language}.txt").read_text().splitlines()

    assert {line.split()[1] for line in lines if line.startswith("topic ")} == set(TOPICS)
    assert "notunderstood" not in lines
