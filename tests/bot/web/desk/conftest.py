"""
What the desk's tests ask for: the desk over a world, volunteers who are logged in, and a browser without eyes.
"""

import asyncio
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from starlette.routing import Router

from bot.web.desk.door import routes
from bot.web.desk.pages import PAGES
from flows.rights import Role, Volunteer
from storage import logins
from tests.people import World

PASSWORD = "vier woorden achter elkaar"


@dataclass
class Answer:
    """
    What the desk answered.
    """

    status: int
    headers: dict[str, str]
    text: str
    body: bytes


@dataclass
class Browser:
    """
    A browser at the desk, with its cookie.
    """

    desk: "Desk"
    who: Volunteer | None = None
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def csrf(self) -> str:
        """
        Return what this login's forms carry.
        """
        return hashlib.sha256(f"form:{self.cookies.get('desk', '')}".encode()).hexdigest()

    async def get(self, path: str, **headers: str) -> Answer:
        """
        Look at a page.
        """
        return await self.desk.ask("GET", path, self, b"", headers)

    async def post(self, path: str, csrf: str | None = None, **form: str) -> Answer:
        """
        Post a form with what every form carries.
        """
        body = urlencode({"csrf": self.csrf if csrf is None else csrf, **form}).encode()
        return await self.desk.ask("POST", path, self, body, {"content-type": "application/x-www-form-urlencoded", "origin": "http://desk"})


@dataclass
class Desk:
    """
    The desk of a world.
    """

    world: World
    closing: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """
        Open the desk.
        """
        self.router = Router(routes(self.world.app, PAGES, self.closing))

    def browser(self, who: Volunteer | None = None, is_whole: bool = True) -> Browser:
        """
        Return a browser, logged in as somebody.
        """
        browser = Browser(self, who)
        if who is not None:
            token = f"token-of-{who.id}-{self.world.app.database.ids.next()}"
            self.world.app.database.submit(lambda tx: logins.begin(tx, who.id, token, is_whole, self.world.now())).result()
            browser.cookies["desk"] = token
        return browser

    def somebody(self, name: str, role: Role = "volunteer", teams: Iterable[str] = ("social",), location_id: int = 1, **more: object) -> Browser:
        """
        Return a browser of a new volunteer.
        """
        return self.browser(self.world.volunteer(name, role, teams, location_id, **more))

    async def ask(self, method: str, path: str, browser: Browser, body: bytes, headers: dict[str, str]) -> Answer:
        """
        Ask the desk for something, as a server would.
        """
        path, _, query = path.partition("?")
        cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items() if value)
        sent = {"host": "desk", **({"cookie": cookie} if cookie else {}), "content-length": str(len(body)), **headers}
        scope = {
            "type": "http", "http_version": "1.1", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in sent.items()], "client": ("192.0.2.7", 1), "scheme": "http",
            "server": ("desk", 80), "root_path": "",
        }
        said: list[dict] = []

        asked = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> dict:
            return next(asked, None) or await asyncio.Event().wait()        # after its request a browser just waits

        async def send(message: dict) -> None:
            said.append(message)

        await self.router(scope, receive, send)
        got: dict[str, str] = {}
        for name, value in said[0]["headers"]:
            got[name.decode()] = value.decode()
            if name == b"set-cookie" and (found := re.match(r"([^=]+)=\"?([^;\"]*)", value.decode())):
                browser.cookies[found[1]] = found[2]
        content = b"".join(message.get("body", b"") for message in said[1:])
        return Answer(said[0]["status"], got, content.decode("utf-8", "replace"), content)


@pytest.fixture
def database_url(sqlite_url) -> str:
    """
    SQLite alone: what differs between the databases is tested in `tests/storage`, on both, and this would take minutes more.
    """
    return str(sqlite_url())


@pytest.fixture
def desk(world: World) -> Desk:
    """
    The desk of the world.
    """
    return Desk(world)


__all__ = ["PASSWORD", "Browser", "Desk"]
