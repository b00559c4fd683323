"""
`turns`: the seven-message conversation by 200 clients at full load, at 20 messages a second, and with a Bot API that takes 30 ms.

Its question is one that our phrases know. `read` is the same at 20 messages a second with a question in other words, which the language
model reads: one message in seven then takes what the model takes, and the process holds the model; neither has a target here.
"""

import argparse
import os
import random
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench import limits
from tests.bench.bench import OURS, Load, ceiling, database, turns, yardstick
from tests.bench.driver import FREE, quantiles

TARGETS = {"sqlite": 1500.0, "postgres": 1000.0}
SLOW = 1350.0               # turns a second while the Bot API takes 30 ms
COMMITS = 0.2               # a turn, at full load
P99 = 6.0                   # ms, at 20 messages a second
MEMORY = 120.0              # MB
STATEMENTS = 14             # of a lone message of a client whom we know, before its reply
POSTS = 12_560              # of aiohttp a CPU second on the machine for which the targets were set


def first_chat() -> int:
    """
    Return a client nobody has been.
    """
    return random.randrange(10**6, 10**9)


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """
    Measure both databases under every load, and what the machine can do.
    """
    found: dict[str, Any] = {"driver_ceiling": await ceiling(min(2.0, given.seconds))}
    with tempfile.TemporaryDirectory(prefix="wegwijs-bench-") as folder:
        found["flushes_a_second"] = limits.flushes(Path(folder), min(1.0, given.seconds))
        found["sqlite_commits_a_second"] = limits.commits(Path(folder), min(1.0, given.seconds))
    found["python"] = limits.python(min(0.5, given.seconds))
    found["posts_a_cpu_second"] = await yardstick(min(1.0, given.seconds))
    loads = {
        "full": Load(given.people, seconds=given.seconds, is_forked=given.forked),
        "calm": Load(a_second=20, seconds=given.seconds * 2, is_forked=given.forked),
        "slow": Load(given.people, seconds=given.seconds, delay=0.03, is_forked=given.forked),
        "read": Load(a_second=20, seconds=given.seconds, question=FREE, is_forked=given.forked),
    }
    for kind in given.databases.split(","):
        with database(kind) as (place, url):
            found[kind] = {name: asdict(await turns(place, url, load, first_chat())) for name, load in loads.items()}
            found[kind]["calm"] |= bare(kind, place, url, given.seconds)
    return found


def bare(kind: str, place: Path, url: str, seconds: float) -> dict[str, float]:
    """
    Return what the statements of a lone message, run by nothing but the driver on serve's core, take of this machine by the clock.
    """
    os.sched_setaffinity(0, {OURS})
    took = limits.lone(kind, str(place / "bare.db") if kind == "sqlite" else url, STATEMENTS, 20.0, min(5.0, seconds))
    p50, p99 = quantiles(took, 0.5, 0.99)
    return {"bare_p50": p50 * 1e3, "bare_p99": p99 * 1e3}


def lines(found: dict[str, Any]) -> Iterator[str]:
    """
    Say what was found.
    """
    yield (f"this machine: {found['flushes_a_second']:,.0f} flushes/s, {found['sqlite_commits_a_second']:,.0f} SQLite commits of one row/s, "
           f"{found['python']:,.0f} JSON round trips/s, {found['posts_a_cpu_second']:,.0f} posts of aiohttp/CPU s, "
           f"driver's ceiling {found['driver_ceiling']:,.0f} turns/s")  # fmt: skip
    yield (f"{'':24}{'turns/s':>9}{'of flushes':>12}{'of ceiling':>12}{'commits/turn':>14}{'p50 ms':>9}{'p99 ms':>9}{'MB':>6}{'CPU':>6}"
           f"{'turns/CPU s':>13}{'of posts':>10}{'there':>8}")  # fmt: skip
    for kind in filter(found.__contains__, TARGETS):
        for name, load in found[kind].items():
            rate = load["turns_a_second"]
            yield (f"{kind + ' ' + name:24}{rate:9,.0f}{rate / found['flushes_a_second']:12.2f}{rate / found['driver_ceiling']:12.2f}"
                   f"{load['commits_a_turn']:14.3f}{load['p50']:9.2f}{load['p99']:9.2f}{load['memory']:6.0f}{load['cpu']:6.2f}"
                   f"{load['turns_a_cpu_second']:13,.0f}{load['turns_a_cpu_second'] / found['posts_a_cpu_second']:10.3f}"
                   f"{load['turns_a_cpu_second'] / found['posts_a_cpu_second'] * POSTS:8,.0f}"
                   + (f"   bare: p50 {load['bare_p50']:.2f}, p99 {load['bare_p99']:.2f} ms" if "bare_p50" in load else ""))  # fmt: skip
    yield (f"bare: {STATEMENTS} statements of one row and a durable commit, as a lone message has before its reply, by nothing but the driver, "
           "at as many a second")  # fmt: skip
    yield f"there: turns a CPU second on a machine whose aiohttp makes {POSTS:,} posts in one, for which the targets were set"


def missed(found: dict[str, Any]) -> Iterator[str]:
    """
    Name the targets that were missed.
    """
    for kind in filter(found.__contains__, TARGETS):
        target = TARGETS[kind]
        full, calm, slow = found[kind]["full"], found[kind]["calm"], found[kind]["slow"]
        if full["turns_a_second"] < target:
            yield f"turns {kind}: {full['turns_a_second']:.0f} turns/s at full load, {target:.0f} wanted"
        if full["commits_a_turn"] >= COMMITS:
            yield f"turns {kind}: {full['commits_a_turn']:.2f} commits a turn, under {COMMITS} wanted"
        if calm["p99"] > P99:
            yield f"turns {kind}: p99 {calm['p99']:.1f} ms at 20 messages a second, {P99} wanted"
        if kind == "sqlite" and slow["turns_a_second"] < SLOW:
            yield f"turns {kind}: {slow['turns_a_second']:.0f} turns/s while the Bot API takes 30 ms, {SLOW:.0f} wanted"
        if max(full["memory"], calm["memory"], slow["memory"]) > MEMORY:
            yield f"turns {kind}: {max(full['memory'], slow['memory']):.0f} MB, at most {MEMORY:.0f} wanted"
