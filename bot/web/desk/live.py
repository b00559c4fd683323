"""
Live: a stream that tells a page of the desk to look again, for as long as its login lasts.
"""

import asyncio
import time
from collections.abc import AsyncIterator

from starlette.responses import Response, StreamingResponse

from bot.app import App
from bot.web.desk.door import Page, Visit
from storage import logins

BEAT = 20.0                 # seconds: a stream says something this often, and looks whether its login still lasts
PACE = 0.6                  # seconds between two words to a page: what changes meanwhile is told together
STEP, SPREAD = 0.03, 0.5    # seconds from one page that is told to the next, and in which all are: so many that looked at once would hold up clients


class Feed:
    """
    What changed, told to every stream of this process: one waits for the commits, of other processes too, the others for it. Whoever
    looks after they read a `version` sees all that it tells of.
    """

    def __init__(self, app: App, beat: float = BEAT) -> None:
        self._app, self.beat, self.version, self._changed = app, beat, 0, asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._told_at = 0.0
        self._open: list[object] = []        # the streams, the longest open first

    @property
    def is_on(self) -> bool:
        """
        Tell whether it hears of changes: there is none before the first stream.
        """
        return self._task is not None and not self._task.done()

    def start(self) -> None:
        """
        Begin to wait, with the first stream.
        """
        if not self.is_on:
            self._task = asyncio.get_running_loop().create_task(self._work())

    async def _work(self) -> None:
        while not self._app.stopping.is_set():
            if await self._app.stages.woken("desk", self.beat) and self._telling is None:     # nothing else is done here, or others' looks hide news
                loop = asyncio.get_running_loop()
                self._telling = loop.call_at(max(loop.time(), self._told_at + PACE), self._tell)

    def _tell(self) -> None:
        self._telling, self._told_at = None, asyncio.get_running_loop().time()
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def after(self, seen: int) -> int:
        """
        Return the version once it is another than this, or the same after a beat.
        """
        if self.version == seen:
            try:
                async with asyncio.timeout(self.beat):
                    await self._changed.wait()
            except TimeoutError:
                pass
        return self.version

    def join(self, stream: object) -> None:
        """
        Give a stream its turn, after those that are open.
        """
        self._open.append(stream)

    def leave(self, stream: object) -> None:
        """
        Let those behind a stream move up.
        """
        self._open.remove(stream)

    def turn(self, stream: object) -> float:
        """
        Return how many seconds after a change a stream tells of it: the first at once, the others evenly behind it.
        """
        return self._open.index(stream) * min(STEP, SPREAD / len(self._open))


_feeds: dict[int, Feed] = {}


def feed_of(app: App) -> Feed:
    """
    Return the feed of an app.
    """
    return _feeds.setdefault(id(app), Feed(app))


async def stream(visit: Visit) -> Response:
    """
    Tell the page of every change, until it closes, the login ends or we stop.
    """
    feed = feed_of(visit.app)
    feed.start()
    return StreamingResponse(changes(visit, feed), 200, {"x-accel-buffering": "no"}, "text/event-stream")


async def changes(visit: Visit, feed: Feed) -> AsyncIterator[str]:
    """
    Say whenever something changed, and at every beat; the end of the login ends it within a beat and a half.
    """
    seen, hashed, looked = feed.version, logins.hash_of(visit.token), time.monotonic()
    yield f"retry: 2000\ndata: {seen}\n\n"
    closing = asyncio.ensure_future(visit.closing.wait())
    feed.join(closing)
    try:
        while not visit.closing.is_set():
            change = asyncio.ensure_future(feed.after(seen))
            await asyncio.wait((change, closing), return_when=asyncio.FIRST_COMPLETED)
            if not change.done():
                change.cancel()
                return
            await asyncio.wait((closing,), timeout=feed.turn(closing))
            if time.monotonic() - looked > feed.beat / 2:
                looked = time.monotonic()
                if await visit.app.database.read(lambda tx: logins.find(tx, hashed, visit.app.now())) is None:
                    return
            is_news, seen = feed.version != seen, feed.version
            yield f"data: {seen}\n\n" if is_news else ": still here\n\n"
    finally:
        feed.leave(closing)
        closing.cancel()


PAGES = (Page("/desk/events", stream),)
