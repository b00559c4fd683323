"""
`wegwijs serve` as the real process it is: started, asked whether it lives, killed, stopped.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from multiprocessing import connection
from pathlib import Path
from typing import Protocol, Self

from tests.crash.forks import FORKS, wegwijs
from tests.ports import free_port

HOME = Path(__file__).parent.parent.parent
PUBLIC = "https://bot.example.org"
SECRET = "the secret key of the tests"
HOOK_SECRET = "the-secret-of-the-webhook"
PATIENCE = 60.0             # seconds for a process to be ready, besides those in which others have the processor


class Process(Protocol):
    """
    What starting, killing and asking a process needs; an exit code is None while it lives.
    """

    @property
    def pid(self) -> int | None:
        """The number of the process."""

    def poll(self) -> int | None:
        """Return its exit code."""

    def wait(self) -> int:
        """Wait for its end and return its exit code."""

    def kill(self) -> None:
        """Kill it at once."""

    def send_signal(self, number: int) -> None:
        """Send it a signal."""


class Forked:
    """
    `wegwijs` forked from a process that has imported everything.
    """

    def __init__(self, arguments: Sequence[str], folder: Path, environ: Mapping[str, str], log: Path, core: int | None = None) -> None:
        self._asking = threading.Lock()         # who asks second finds the pipe of the exit code empty
        self._process = FORKS.Process(target=wegwijs, args=(arguments, folder, dict(environ), log, core))
        self._process.start()

    @property
    def pid(self) -> int | None:
        """
        The number of the process.
        """
        return self._process.pid

    def poll(self) -> int | None:
        """
        Return its exit code.
        """
        with self._asking:
            return self._process.exitcode

    def wait(self) -> int:
        """
        Wait for its end and return its exit code.
        """
        while (code := self.poll()) is None:
            connection.wait([self._process.sentinel], 1.0)
        return code

    def kill(self) -> None:
        """
        Kill it at once.
        """
        self._process.kill()

    def send_signal(self, number: int) -> None:
        """
        Send it a signal.
        """
        if self._process.pid is not None and self.poll() is None:
            os.kill(self._process.pid, number)


class Serving:
    """
    One `serve` process over a folder and a database. It can be started again after it ended; what it logs is in `<folder>/serve.log`.
    What is measured starts as anybody starts it; what is killed often is forked.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str], only: str = "", core: int | None = None, is_forked: bool = False) -> None:
        self.folder, self.only, self.core, self.is_forked = folder, only, core, is_forked
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"serve-{self.port}.log"
        self.environ = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(HOME), "WEGWIJS_DATA_DIR": str(folder), "WEGWIJS_SECRET_KEY": SECRET,
            "WEGWIJS_PORT": str(self.port), "WEGWIJS_PUBLIC_URL": PUBLIC, "TELEGRAM_WEBHOOK_SECRET": HOOK_SECRET, **environ,
        }
        self.process: Process | None = None
        self.starts = 0
        self.lasted = 0.0           # seconds by the clock that the last stop took, which is how the process itself counts them

    def start(self, **environ: str) -> Self:
        """
        Start it, with these settings besides, and do not wait.
        """
        arguments, given = ["serve", *(["--only", self.only] if self.only else [])], {**self.environ, **environ}
        self.starts += 1
        self.log.touch()
        if self.is_forked:
            self.process = Forked(arguments, self.folder, given, self.log, self.core)
            return self
        pinned = ["taskset", "-c", str(self.core)] if self.core is not None else []
        with self.log.open("ab") as log:
            command = [*pinned, sys.executable, "-m", "bot", *arguments]
            self.process = subprocess.Popen(command, cwd=self.folder, env=given, stdout=log, stderr=log)
        return self

    async def ready(self) -> float:
        """
        Return once it answers, with the seconds that took; a process without a web side is ready when it says so.
        """
        began = time.monotonic()
        while time.monotonic() - began - self._starved() < PATIENCE:
            if self.process is None or self.process.poll() is not None:
                raise AssertionError(f"serve ended by itself:\n{self.log.read_text()[-3000:]}")
            if await self._answers():
                return time.monotonic() - began
            await asyncio.sleep(0.02)
        raise AssertionError(f"serve was not ready in {PATIENCE:g} seconds:\n{self.log.read_text()[-3000:]}")

    def _starved(self) -> float:
        """
        Return for how many seconds the process wanted a processor and others had it, an hour at most.
        """
        try:
            _ran, waited, _times = Path(f"/proc/{self.process.pid}/schedstat").read_text().split() if self.process else (0, 0, 0)
        except OSError:
            return 0.0
        return min(3600.0, int(waited) / 1e9)

    async def _answers(self) -> bool:
        if self.only and "web" not in self.only:
            return self.log.read_bytes().count(b" serving parts=") == self.starts
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        try:
            return b" 200 " in await reader.readline()
        except OSError:
            return False
        finally:
            writer.close()

    @property
    def is_running(self) -> bool:
        """
        Whether the process lives.
        """
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        """
        Kill it at once: kill -9.
        """
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    async def stop(self) -> tuple[int, float]:
        """
        Ask it to end (SIGTERM); return its exit code and the seconds it took, without those in which others had the processor.
        """
        process, began, before = self.process, time.monotonic(), self._starved()
        if process is None:
            return 0, 0.0
        process.send_signal(signal.SIGTERM)
        ending, starved = asyncio.get_running_loop().run_in_executor(None, process.wait), before
        while not ending.done():
            await asyncio.wait([ending], timeout=0.1)
            starved = max(starved, self._starved())
        self.lasted = time.monotonic() - began
        return ending.result(), self.lasted - (starved - before)
