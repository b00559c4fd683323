"""
What the web's tests ask for: an app on real SQLite, its web server on a real port, a client to ask it with, and a browser.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
from playwright.sync_api import Browser

from bot.app import App
from bot.channels import Registry
from bot.channels.memory import Memory
from bot.settings import Settings
from bot.translate import load
from bot.web.server import listen, serve_web
from storage.database import Database
from storage.secrets import Keys
from tests.browser import a_browser
from tests.warm import open_warm

SECRET = "the right secret"
Serve = Callable[..., Awaitable[str]]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """
    A browser.
    """
    with a_browser() as browser:
        yield browser


@pytest.fixture
def telegram() -> Memory:
    """
    A platform in memory, in Telegram's place.
    """
    return Memory("telegram", SECRET)


@pytest.fixture
def make_app(tmp_path: Path, sqlite_url: Callable[[], str], keys: Keys) -> Iterator[Callable[..., App]]:
    """
    Calling it makes an app with the given channels, on a fresh database unless another is named.
    """
    opened: list[Database] = []

    def make(*channels: object, database_url: str = "", **environ: str) -> App:
        settings = Settings.read({"WEGWIJS_DATA_DIR": str(tmp_path / "data"), **environ}, tmp_path)
        opened.append(open_warm(database_url or sqlite_url(), keys))
        return App(settings, opened[-1], Registry({channel.name: channel for channel in channels}), load())  # type: ignore[attr-defined]

    yield make
    for database in opened:
        database.close()


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """
    Calling it with an app serves its web side and returns its address.
    """
    stopped = asyncio.Event()
    servers: list[asyncio.Task[None]] = []

    async def begin(app: App) -> str:
        app.stages.open()
        listening = listen("127.0.0.1", 0)
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        servers.append(asyncio.create_task(serve_web(app, stopped, listening)))
        return address

    yield begin
    stopped.set()
    await asyncio.gather(*servers)


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    """
    A browser without eyes.
    """
    async with aiohttp.ClientSession() as session:
        yield session
