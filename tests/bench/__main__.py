"""
The benchmarks: `python -m tests.bench [turns|growth|start|kills|desk|understand|reminders|report ...] [--json]`. Every ratio is from one run.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Iterator
from typing import Any

import uvloop

from tests.bench import desk, growth, kills, reminders, report, start, turns, understand

MEASURES = {"turns": turns, "growth": growth, "start": start, "kills": kills, "desk": desk, "understand": understand,
            "reminders": reminders, "report": report}


def main() -> int:
    """
    Run what is asked for and print it; 1 if a target is missed.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Wegwijs measured on this machine")
    parser.add_argument("what", nargs="*", default="all", choices=[*MEASURES, "all"])
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--seconds", type=float, default=6.0, help="of each load of `turns` and `growth`, and at most of what the machine can do")
    parser.add_argument("--look", type=float, default=5.0, help="seconds without work after which a process is at rest, of `growth`")
    parser.add_argument("--rows", type=int, default=1_000_000, help="stored moments and messages of `growth`, moments of `report`")
    parser.add_argument("--kills", type=int, default=200, help="of `kills`")
    parser.add_argument("--rounds", type=int, default=3, help="of `growth`")
    parser.add_argument("--databases", default="sqlite,postgres", help="of all but `start`, `desk` and `understand`")
    parser.add_argument("--people", type=int, default=200, help="who talk at once")
    parser.add_argument("--due", type=int, default=100_000, help="clients of `reminders`")
    parser.add_argument("--questions", type=int, default=1_000_000, help="of each set of `understand`, at most")
    parser.add_argument("--reminder-kills", type=int, default=50, help="of `reminders`")
    parser.add_argument("--forked", action="store_true", help="begin `turns` and `growth` sooner; memory is then not what it is")
    given = parser.parse_args()
    wanted = [name for name in MEASURES if "all" in given.what or name in given.what]
    results: dict[str, Any] = {}
    for name in wanted:
        results[name] = asyncio.Runner(loop_factory=uvloop.new_event_loop).run(MEASURES[name].measure(given))
        if not given.json:
            print("\n".join(MEASURES[name].lines(results[name])), flush=True)
    missed = [line for name in wanted for line in MEASURES[name].missed(results[name])]
    if given.json:
        print(json.dumps({**results, "missed": missed}, indent=2))
    else:
        print("\n".join(_verdict(missed)))
    return 1 if missed else 0


def _verdict(missed: list[str]) -> Iterator[str]:
    yield from (f"missed: {line}" for line in missed)
    if not missed:
        yield "every target is met"


if __name__ == "__main__":
    sys.exit(main())
