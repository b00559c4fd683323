"""
A real `serve`, killed at random moments under load.
"""

import secrets
from pathlib import Path

import pytest

from tests.crash.killing import hold, run

KILLS, CHATS, NUMBERS, PAUSE = 25, 40, 12, 0.2      # fewer than in the benchmark, and less often: a start need not wait for them


@pytest.mark.timeout(1200)
async def test_kill_loses_and_doubles_nothing(tmp_path: Path):
    """Killed 25 times at random moments under load on both platforms, it answers every message once and in order."""
    seed = secrets.randbelow(1_000_000)
    print(f"seed {seed}")

    tally = await run(tmp_path, f"sqlite:///{tmp_path}/wegwijs.db", KILLS, seed, CHATS, NUMBERS, pause=PAUSE)

    print(tally)
    assert tally.telegram + tally.whatsapp > 200
    hold(tally, CHATS, NUMBERS)
