"""
A visit: one request at the desk, who comes, what they posted, and how to answer.
"""

import asyncio
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.app import App
from bot.channels.phone import Part
from bot.web.desk.look import render
from bot.web.desk.words import sentence
from flows.rights import Volunteer

BROWSER = 90 * 24 * 3600        # seconds that a browser is known again
MARK = 32                       # letters of its mark
LONG, SHORT = 63, 31            # bits of a number in the database: of tickets and messages; of clients, volunteers and places


@dataclass(slots=True)
class Visit:
    """
    One request at the desk: who comes (None at a door that is open to all), what they posted, and how to answer.
    """

    app: App
    request: Request
    who: Volunteer | None = None
    token: str = ""
    form: dict[str, Part] = field(default_factory=dict)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    mark: str = ""

    @property
    def browser(self) -> str:
        """
        Know the browser again by its mark, or give it one.
        """
        kept = self.request.cookies.get(cookie_of(self.app, "desk-browser"), "")
        self.mark = self.mark or (kept if len(kept) == MARK else secrets.token_urlsafe(24))
        return self.mark

    @property
    def me(self) -> Volunteer:
        """
        Return who comes, on a page that needs somebody.
        """
        if self.who is None:
            raise RuntimeError("this page is open to all")
        return self.who

    @property
    def is_live(self) -> bool:
        """
        Tell whether an open page asks by itself: of the answer it takes only what can change.
        """
        return "x-live" in self.request.headers

    @property
    def csrf(self) -> str:
        """
        Return what every form of this login carries: only a page of ours can know it.
        """
        return hashlib.sha256(f"form:{self.token}".encode()).hexdigest() if self.token else ""

    @property
    def source(self) -> str:
        """
        Return the network address of whoever asks; behind a proxy on this machine, the one that the proxy saw.
        """
        peer = self.request.client.host if self.request.client else ""
        seen = self.request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return seen if seen and peer in ("127.0.0.1", "::1") else peer

    @property
    def path(self) -> str:
        """
        Return which page is asked for.
        """
        return str(self.request.url.path)

    @property
    def language(self) -> str:
        """
        Return the language of the desk for whoever comes.
        """
        if self.who is not None:
            return self.who.reads
        return "en" if self.request.headers.get("accept-language", "nl").lower().startswith("en") else "nl"

    @property
    def now(self) -> datetime:
        """
        Return the time at the office.
        """
        return self.app.now().astimezone(self.app.settings.timezone)

    def value(self, name: str) -> str:
        """
        Return what was posted under a name, or "".
        """
        part = self.form.get(name)
        return part.text.strip() if part else ""

    def secret(self, name: str) -> str:
        """
        Return a password as it was typed, spaces and all.
        """
        part = self.form.get(name)
        return part.text if part else ""

    def ticked(self, head: str) -> list[str]:
        """
        Return the rest of every ticked name that begins with this: `team_legal` → `legal`.
        """
        return [name.removeprefix(head) for name in self.form if name.startswith(head) and self.value(name)]

    def query(self, name: str) -> str:
        """
        Return what stands in the address under a name, or "".
        """
        return self.request.query_params.get(name, "")

    def id(self, name: str = "id", bits: int = LONG) -> int:
        """
        Return a number from the path; 0 for one that nothing of ours can have.
        """
        return whole(str(self.request.path_params[name]), bits)

    def say(self, text: str, /, **slots: object) -> str:
        """
        Return a text of the desk in the language of whoever comes.
        """
        return sentence(self.language, text, **slots)

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """
        Return a page.
        """
        return html(render(template, self, values), status)

    def go(self, path: str, said: str = "") -> Response:
        """
        Send the browser to another page of the desk, with a word of what was done.
        """
        mark = "&" if "?" in path else "?"
        return RedirectResponse(f"{path}{mark}said={quote(said)}" if said else path, 303)

    def missing(self) -> Response:
        """
        Return the page for what is not there, or not theirs: nobody can tell which.
        """
        return self.page("desk/missing.html", 404)

    def with_cookie(self, response: Response, token: str) -> Response:
        """
        Let the browser keep a login, or forget it ("").
        """
        secure = self.app.settings.public_url.startswith("https://")
        response.set_cookie(cookie_of(self.app), token, max_age=None if token else 0, path="/", secure=secure, httponly=True, samesite="lax")
        return response


    def with_browser(self, response: Response) -> Response:
        """
        Let the browser keep the mark by which the lock-out knows it again; it opens nothing.
        """
        secure = self.app.settings.public_url.startswith("https://")
        name = cookie_of(self.app, "desk-browser")
        response.set_cookie(name, self.browser, max_age=BROWSER, path="/", secure=secure, httponly=True, samesite="lax")
        return response


def whole(text: str, bits: int = LONG) -> int:
    """
    Return the whole number that somebody wrote; 0 where it is none, or more than these bits hold.
    """
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0
    return number if number < 1 << bits else 0


def html(text: str, status: int = 200) -> Response:
    """
    Return an answer that is a page.
    """
    return Response(text, status, media_type="text/html; charset=utf-8")


def cookie_of(app: App, name: str = "desk") -> str:
    """
    Return the name of a cookie; on https no other site of the domain can set it.
    """
    return f"__Host-{name}" if app.settings.public_url.startswith("https://") else name
