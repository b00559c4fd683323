"""
Of `reminders`: a process that queues what is due is killed, again and again, at any moment; in the end each client has theirs exactly once.
"""

import asyncio
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from bot.plan import plan_all
from bot.remind import remind
from storage.database import Tx
from storage.tables import messages, reminders
from tests.crash.serving import HOME

LONGEST = 0.25                          # seconds that a process works before it is killed, at most


async def measure(due: int, kills: int) -> dict[str, Any]:
    """
    Kill so many processes while they queue, let the last one end, and count.
    """
    from tests.bench.reminders import filled

    luck = random.Random(7)
    with tempfile.TemporaryDirectory(prefix="wegwijs-bench-") as folder:
        app = await filled(Path(folder), due)
        await plan_all(app)
        app.database.close()
        for _ in range(kills):
            await asyncio.to_thread(_kill, folder, luck.uniform(0, LONGEST))
        is_once = await asyncio.to_thread(_finish, Path(folder), due)
    return {"kills": kills, "killed_rows": due, "is_once_after_kills": is_once}


def _kill(folder: str, after: float) -> None:
    with subprocess.Popen([sys.executable, "-m", "tests.bench.killed", folder], cwd=HOME, stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()           # it is about to begin
        time.sleep(after)
        process.send_signal(signal.SIGKILL)


def _finish(folder: Path, due: int) -> bool:
    from tests.bench.reminders import opened

    app = opened(folder)
    app.database.look(app.learn_places)
    try:
        asyncio.run(remind(app))
        return app.database.look(lambda tx: is_each_once(tx, due))
    finally:
        app.database.close()


def is_each_once(tx: Tx, due: int) -> bool:
    """
    Tell whether so many clients have one reminder each, in a message of its own, and nothing is due any more.
    """
    said = tx.one(select(func.count(), func.count(messages.c.address_id.distinct())).where(messages.c.kind == "reminder"))
    done = tx.one(select(func.count(), func.count(reminders.c.message_id.distinct())).where(reminders.c.state == "sent"))
    return (tuple(said or ()), tuple(done or ())) == ((due, due), (due, due))


def _work(folder: Path) -> None:
    from tests.bench.reminders import opened

    app = opened(folder)
    app.database.look(app.learn_places)
    print("ready", flush=True)
    asyncio.run(remind(app))
    time.sleep(60)                          # the one who kills is never too late


if __name__ == "__main__":
    _work(Path(sys.argv[1]))
