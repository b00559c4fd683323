"""
A main of its own for the crash tests: `serve` with a database and a platform that end the process at the n-th step.

A step is what happens before or after a commit, and before or after a message is handed over. The platform and who writes to us
live in two files, which survive us. Everything heavy is imported here once; each run is forked from that.
"""

import asyncio
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.app import App, Clock
from bot.channels import Accepted, Inbound, Later, Outbound, Outcome, Registry, Unknown
from bot.channels.memory import Memory
from bot.receive import receive
from bot.serve import serve
from bot.settings import Settings
from bot.translate import load
from storage.database import Database, Tx
from storage.secrets import Keys

DIED = 9                                    # the exit code of a death that was planned
SECRET = "the secret key of the tests"
PARTS = frozenset({"turns", "delivery", "clock"})
SCRIPTS: dict[str, tuple[str, ...]] = {"Amina": ("Nederlands", "ja", "wonen", "vrijwilliger", "dank u"), "Yonas": ("/start", "vrijwilliger")}
LEFT = "select count(*) from messages where state in ('received', 'queued', 'sending', 'unknown')"
TONGUES = load()
TONGUES.warm()


@dataclass
class Steps:
    """
    Counts steps, and ends the process at one of them; 0 for never.
    """

    last: int
    taken: int = 0

    def take(self) -> None:
        """
        Take a step.
        """
        self.taken += 1
        if self.taken == self.last:
            os._exit(DIED)


class Mortal(Database):
    """
    A database whose commits are steps.
    """

    def __init__(self, url: str, steps: Steps) -> None:
        self.steps = steps
        super().__init__(url, Keys([SECRET]))

    def _commit(self, group: Any) -> Any:
        self.steps.take()
        committed = super()._commit(group)
        self.steps.take()
        return committed


@dataclass
class File:
    """
    Lines of JSON that outlive the process.
    """

    path: Path
    lines: list[Any] = field(default_factory=list)

    def __post_init__(self) -> None:
        """
        Read what an earlier process left.
        """
        if self.path.exists():
            self.lines = [json.loads(line) for line in self.path.read_text().splitlines()]

    def add(self, line: Any) -> None:
        """
        Write a line.
        """
        self.lines.append(line)
        with self.path.open("a") as file:
            file.write(json.dumps(line) + "\n")


class Platform(Memory):
    """
    A platform that remembers what it took, even if we do not. Like WhatsApp it can be asked, or like Telegram it cannot.
    """

    def __init__(self, file: File, steps: Steps, can_be_asked: bool) -> None:
        super().__init__("memory")
        self.file, self.steps = file, steps
        self.can_be_asked = can_be_asked

    async def send(self, message: Outbound) -> Outcome:
        """
        Take a message, which is two steps.
        """
        self.steps.take()
        self.file.add([message.id, message.recipient, message.text])
        self.steps.take()
        return Accepted(f"out-{message.id}")

    async def settle(self, message: Outbound) -> Outcome:
        """
        Say whether the message was taken, if this platform can be asked.
        """
        if not self.can_be_asked:
            return Unknown("cannot be asked")
        return Accepted(f"out-{message.id}") if any(id == message.id for id, _, _ in self.file.lines) else Later(0.0)


@dataclass
class Writers:
    """
    Amina, who waits for each answer, and Yonas, who does not. What was not taken comes again, and once what was.
    """

    app: App
    told: File
    platform: Platform

    async def write(self) -> None:
        """
        Write all that is left of the scripts.
        """
        await asyncio.gather(*(self._write(name) for name in SCRIPTS))

    async def _write(self, name: str) -> None:
        done = sum(who == name for who, _ in self.told.lines)
        for number in range(max(0, done - 1), len(SCRIPTS[name])):
            await receive(self.app, [inbound(self.app, name, number)])
            if number >= done:
                self.told.add([name, number])
            while name == "Amina" and number >= len({id for id, to, _ in self.platform.file.lines if to == name}):    # noqa: ASYNC110
                await asyncio.sleep(0.001)


def inbound(app: App, name: str, number: int) -> Inbound:
    """
    Return a line of a script as the platform brings it.
    """
    return Inbound("memory", f"{name}-{number}", name, number, "text", app.now(), SCRIPTS[name][number])


async def go(folder: Path, url: str, steps: Steps, can_be_asked: bool) -> None:
    """
    Serve until every line is written and nothing is left to do; then end the process.
    """
    settings = Settings.read({"WEGWIJS_DATA_DIR": str(folder), "WEGWIJS_DATABASE_URL": url, "WEGWIJS_SECRET_KEY": SECRET}, folder)
    platform = Platform(File(folder / "platform"), steps, can_be_asked)
    app = App(settings, Mortal(url, steps), Registry({"memory": platform}), TONGUES, Clock(), process=str(os.getpid()))
    app.database.look(app.learn_places)
    serving = asyncio.create_task(serve(app, PARTS))
    writing = asyncio.create_task(Writers(app, File(folder / "told"), platform).write())
    await asyncio.wait([serving, writing], return_when=asyncio.FIRST_COMPLETED)
    await writing
    while await app.database.read(left):        # noqa: ASYNC110
        await asyncio.sleep(0.005)
    os._exit(0)


def left(tx: Tx) -> int:
    """
    Return how many messages are in the middle of something.
    """
    return int(tx.run(text(LEFT)).scalar_one())


def run(folder: Path, url: str, dies_at: int, can_be_asked: bool) -> None:
    """
    Run one process to its end: killed at a step, or done.
    """
    asyncio.run(go(folder, url, Steps(dies_at), can_be_asked))


def texts(folder: Path) -> dict[str, Sequence[tuple[int, str]]]:
    """
    Return what the platform took, by recipient and in order: message id and text.
    """
    return {name: [(id, said) for id, to, said in File(folder / "platform").lines if to == name] for name in SCRIPTS}
