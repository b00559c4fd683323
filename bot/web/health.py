"""
What a machine may ask: does the process live, is it ready, how much has it done. Strangers learn one word.
"""

import asyncio
import logging
import resource
import shutil
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.app import App
from bot.given import is_this_machine
from bot.web.webhooks import Webhooks
from storage import locations

log = logging.getLogger("wegwijs")

KEPT_SECONDS = 10.0       # an answer of /readyz is kept, so that asking often costs nothing
PATIENCE = 5.0            # seconds for the database and every channel together
LEAST_FREE = 32 * 2**20   # bytes on the disk of SQLite's file: with less, the next message may find no room


async def healthz(request: Request) -> Response:
    """
    Say that the process lives.
    """
    return PlainTextResponse("alive\n")


class Health:
    """
    Readiness and metrics of one app.
    """

    def __init__(self, app: App, webhooks: Webhooks, least_free: int = LEAST_FREE) -> None:
        self.app = app
        self._least_free = least_free
        self.webhooks = webhooks
        self._asking = asyncio.Lock()
        self._asked_at = float("-inf")
        self._is_ready = False

    async def readyz(self, request: Request) -> Response:
        """
        Say whether the database and every channel answer, and the disk has room: 200 or 503, and not why; the log says why.
        """
        async with self._asking:
            if time.monotonic() - self._asked_at > KEPT_SECONDS:
                self._is_ready = await self._ask()
                self._asked_at = time.monotonic()
        return PlainTextResponse("ready\n") if self._is_ready else PlainTextResponse("not ready\n", 503)

    async def _ask(self) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                await self.app.database.read(locations.all_of)
                await asyncio.gather(*(channel.check() for channel in self.app.channels.on.values()))
            return self._has_room()
        except Exception as error:
            log.warning("not_ready error=%s", type(error).__name__)
            return False

    def _has_room(self) -> bool:
        if self.app.database.is_postgres:               # whose disk is not ours to look at
            return True
        free = shutil.disk_usage(Path(self.app.settings.database_url.removeprefix("sqlite:///")).parent).free
        if free < self._least_free:
            log.warning("not_ready error=%s bytes=%d", "disk_full", free)
        return free >= self._least_free

    async def metrics(self, request: Request) -> Response:
        """
        Give Prometheus its text; to this machine only, and not at all behind a public address (a proxy makes everyone local).
        """
        if self._is_public() or not is_this_machine(request.client.host if request.client else ""):
            return PlainTextResponse("Not Found", 404)
        return PlainTextResponse(self._text(), media_type="text/plain; version=0.0.4")

    def _is_public(self) -> bool:
        url = self.app.settings.public_url
        return bool(url) and not is_this_machine(urlsplit(url).hostname or "")

    def _text(self) -> str:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        unit = 1 if sys.platform == "darwin" else 1024
        lines = [
            "# TYPE wegwijs_webhooks_total counter",
            *(f'wegwijs_webhooks_total{{channel="{name}",status="{status}"}} {count}'
              for (name, status), count in sorted(self.webhooks.answered.items())),
            "# TYPE wegwijs_commits_total counter",
            f"wegwijs_commits_total {self.app.database.commits}",
            "# TYPE wegwijs_channel_on gauge",
            *(f'wegwijs_channel_on{{channel="{name}"}} 1' for name in sorted(self.app.channels.on)),
            *(f'wegwijs_channel_on{{channel="{name}"}} 0' for name in sorted(self.app.channels.off)),
            "# TYPE process_cpu_seconds_total counter",
            f"process_cpu_seconds_total {usage.ru_utime + usage.ru_stime:.3f}",
            "# TYPE process_max_resident_memory_bytes gauge",
            f"process_max_resident_memory_bytes {usage.ru_maxrss * unit}",
        ]
        return "\n".join(lines) + "\n"
