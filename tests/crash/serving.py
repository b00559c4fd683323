"""
`wegwijs serve` as the real process it is: started, asked whether it lives, killed, stopped.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Self

HOME = Path(__file__).parent.parent.parent
PUBLIC = "https://bot.example.org"
SECRET = "the secret key of the tests"
HOOK_SECRET = "the-secret-of-the-webhook"
PATIENCE = 60.0             # seconds for a process to be ready on a busy machine


def free_port() -> int:
    """
    Return a port that nobody listens on.
    """
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


class Serving:
    """
    One `serve` process over a folder and a database. It can be started again after it ended; what it logs is in `<folder>/serve.log`.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str], only: str = "", core: int | None = None) -> None:
        self.folder, self.only, self.core = folder, only, core
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"serve-{self.port}.log"
        self.environ = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(HOME), "WEGWIJS_DATA_DIR": str(folder), "WEGWIJS_SECRET_KEY": SECRET,
            "WEGWIJS_PORT": str(self.port), "WEGWIJS_PUBLIC_URL": PUBLIC, "TELEGRAM_WEBHOOK_SECRET": HOOK_SECRET, **environ,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self, **environ: str) -> Self:
        """
        Start it, with these settings besides, and do not wait.
        """
        command = [sys.executable, "-m", "bot", "serve", *(["--only", self.only] if self.only else [])]
        self.starts += 1
        pinned = ["taskset", "-c", str(self.core)] if self.core is not None else []
        with self.log.open("ab") as log:
            self.process = subprocess.Popen([*pinned, *command], cwd=self.folder, env={**self.environ, **environ}, stdout=log, stderr=log)
        return self

    async def ready(self) -> float:
        """
        Return once it answers, with the seconds that took; a process without a web side is ready when it says so.
        """
        began = time.monotonic()
        while time.monotonic() - began < PATIENCE:
            if self.process is None or self.process.poll() is not None:
                raise AssertionError(f"serve ended by itself:\n{self.log.read_text()[-3000:]}")
            if await self._answers():
                return time.monotonic() - began
            await asyncio.sleep(0.005)
        raise AssertionError(f"serve was not ready in {PATIENCE:g} seconds:\n{self.log.read_text()[-3000:]}")

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
        Ask it to end (SIGTERM); return its exit code and the seconds it took.
        """
        process, began = self.process, time.monotonic()
        if process is None:
            return 0, 0.0
        process.send_signal(signal.SIGTERM)
        code = await asyncio.get_running_loop().run_in_executor(None, process.wait)
        return code, time.monotonic() - began
