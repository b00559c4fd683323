"""
`kills`: 200 kills of a real `serve` at random moments under load; what came of every message.
"""

import argparse
import secrets
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.crash.killing import Tally, hold, run


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """
    Kill and count; `wrong` says which promise was broken.
    """
    seed = secrets.randbelow(1_000_000)
    with tempfile.TemporaryDirectory(prefix="wegwijs-bench-") as folder:
        tally, wrong = Tally(given.kills), ""
        try:
            tally = await run(Path(folder), f"sqlite:///{folder}/wegwijs.db", given.kills, seed)
            hold(tally)
        except AssertionError as error:
            wrong = str(error) or "an answer is missing, doubled or out of order"
    return {"seed": seed, "wrong": wrong, **asdict(tally)}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """
    Say what was found.
    """
    yield (f"kills {found['kills']} (seed {found['seed']}): {found['telegram']} messages on Telegram, {found['whatsapp']} on WhatsApp "
           f"({found['unheard']} of them unheard, fetched later); came twice: {found['doubles']}")  # fmt: skip


def missed(found: dict[str, Any]) -> Iterator[str]:
    """
    Name the promise that was broken.
    """
    if found["wrong"]:
        yield f"kills: {found['wrong']}"
