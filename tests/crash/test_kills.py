"""
A real `serve`, killed at random moments under load.
"""

import secrets
from pathlib import Path

import pytest

from tests.crash.killing import hold, run

KILLS, CHATS, NUMBERS = 25, 16, 12      # fewer who write than in the benchmark: each start would wait for their turn at the processor


@pytest.mark.timeout(300)
async def test_kill_loses_and_doubles_nothing(tmp_path: Path):
    """Killed 25 times at random moments under load on both platforms, it answers every message once and in order."""
    seed = secrets.randbelow(1_000_000)
    print(f"seed {seed}")

    tally = await run(tmp_path, f"sqlite:///{tmp_path}/wegwijs.db", KILLS, seed, CHATS, NUMBERS)

    print(tally)
    assert tally.telegram + tally.whatsapp > 200
    hold(tally, CHATS, NUMBERS)
