"""
`start`: how soon `serve` is ready beside what importing its libraries takes, and the memory at rest.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.bench import THEIRS, memory
from tests.crash.serving import HOME, Serving, free_port
from tests.peers import telegram, twilio

LIBRARIES = ("typer", "sqlalchemy", "psycopg", "alembic.command", "cryptography.hazmat.primitives.ciphers.aead", "starlette.routing", "uvicorn",
             "httptools", "uvloop", "aiohttp", "telegram", "twilio.rest", "twilio.http.async_http_client", "apscheduler.schedulers.asyncio",
             "babel.messages.pofile", "babel.dates", "jinja2", "filetype", "segno", "holidays")  # fmt: skip
ROUNDS = 5
RATIO = 1.5
MEMORY = 120.0


async def measure(given: argparse.Namespace) -> dict[str, Any]:
    """
    Measure in turn, several times, and take the middle: the machine may be busy with something else.
    """
    os.sched_setaffinity(0, {THEIRS})
    imports, starts, rests = [], [], []
    with tempfile.TemporaryDirectory(prefix="wegwijs-bench-") as folder:
        for _ in range(ROUNDS + 1):
            imports.append(importing())
            seconds, at_rest = await starting(Path(folder))
            starts.append(seconds)
            rests.append(at_rest)
    return {"importing": statistics.median(imports[1:]), "starting": statistics.median(starts[1:]), "memory": max(rests)}


def importing() -> float:
    """
    Return the seconds that a Python takes that only imports the libraries.
    """
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", f"import {','.join(LIBRARIES)}"], cwd=HOME, check=True)
    return time.perf_counter() - began


async def starting(folder: Path) -> tuple[float, float]:
    """
    Return the seconds until `serve` answers, on the database that it made the first time, and its memory then.
    """
    nobody = f"http://127.0.0.1:{free_port()}"
    serving = Serving(folder, {
        "TELEGRAM_BOT_TOKEN": telegram.TOKEN, "TELEGRAM_API_URL": nobody, "TWILIO_ACCOUNT_SID": twilio.ACCOUNT,
        "TWILIO_AUTH_TOKEN": twilio.TOKEN, "TWILIO_WHATSAPP_FROM": twilio.US, "TWILIO_API_URL": nobody, "TWILIO_CONTENT_URL": nobody,
    }).start()  # fmt: skip
    try:
        return await serving.ready(), memory(serving)
    finally:
        await serving.stop()


def lines(found: dict[str, Any]) -> Iterator[str]:
    """
    Say what was found.
    """
    yield (f"start: ready after {found['starting']:.2f} s, importing the libraries {found['importing']:.2f} s, "
           f"ratio {found['starting'] / found['importing']:.2f}; at rest {found['memory']:.0f} MB")  # fmt: skip


def missed(found: dict[str, Any]) -> Iterator[str]:
    """
    Name the targets that were missed.
    """
    if found["starting"] >= RATIO * found["importing"]:
        yield f"start: {found['starting'] / found['importing']:.2f} times the import of the libraries, under {RATIO} wanted"
    if found["memory"] > MEMORY:
        yield f"start: {found['memory']:.0f} MB at rest, at most {MEMORY:.0f} wanted"
