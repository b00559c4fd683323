"""
`kills`: 200 kills of a real `serve` at random moments under load, on PostgreSQL of one of two that share the work; what came of every message.
"""

import argparse
import secrets
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from tests.bench.bench import database
from tests.crash.killing import Tally, hold, run

PROCESSES = {"sqlite": 1, "postgres": 2}


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """
    Kill and count, on each database.
    """
    return {kind: await killed(kind, given.kills) for kind in given.databases.split(",")}


async def killed(kind: str, kills: int) -> dict[str, Any]:
    """
    Kill and count; `wrong` says which promise was broken.
    """
    seed = secrets.randbelow(1_000_000)
    with database(kind) as (folder, url):
        tally, wrong = Tally(kills), ""
        try:
            tally = await run(folder, url, kills, seed, processes=PROCESSES[kind])
            hold(tally)
        except AssertionError as error:
            wrong = str(error) or "an answer is missing, doubled or out of order"
        except TimeoutError:
            wrong = "an answer is missing"
    return {"seed": seed, "wrong": wrong, **asdict(tally)}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """
    Say what was found.
    """
    for kind, one in found.items():
        yield (f"kills {kind} {one['kills']} (seed {one['seed']}): {one['telegram']} messages on Telegram, {one['whatsapp']} on WhatsApp "
               f"({one['unheard']} of them unheard, fetched later); came twice: {one['doubles']}")  # fmt: skip


def missed(found: dict[str, Any]) -> Iterator[str]:
    """
    Name the promises that were broken.
    """
    for kind, one in found.items():
        if one["wrong"]:
            yield f"kills {kind}: {one['wrong']}"
