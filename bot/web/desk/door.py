"""
The door of the desk: every page of it is a `Page`, so none exists without login, role, protection against other sites, and headers.
"""

import asyncio
import hashlib
import hmac
import logging
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.channels.phone import Part, read_form
from bot.web.desk.look import render, sentence
from bot.web.desk.words import d_
from bot.web.webhooks import TooMuch, body_of
from flows.rights import Volunteer, may_administer
from storage import logins

log = logging.getLogger("wegwijs")
Need = Literal["nobody", "half", "volunteer", "coordinator", "administrator"]
FORM = 64 * 1024                # bytes of a form without files
BROWSER = 90 * 24 * 3600        # seconds that a browser is known again
MARK = 32                       # letters of its mark
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; font-src 'self'; "
                               "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
}


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
    browser: str = ""

    def __post_init__(self) -> None:
        """
        Know the browser again, or give it a mark.
        """
        kept = self.request.cookies.get(cookie_of(self.app, "desk-browser"), "")
        self.browser = kept if len(kept) == MARK else secrets.token_urlsafe(24)

    @property
    def me(self) -> Volunteer:
        """
        Return who comes, on a page that needs somebody.
        """
        if self.who is None:
            raise RuntimeError("this page is open to all")
        return self.who

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

    def id(self, name: str = "id") -> int:
        """
        Return a number from the path.
        """
        return int(self.request.path_params[name])

    def say(self, text: str, /, **slots: object) -> str:
        """
        Return a text of the desk in the language of whoever comes.
        """
        return sentence(self.language, text, **slots)

    def page(self, template: str, status: int = 200, **values: object) -> Response:
        """
        Return a page.
        """
        return Response(render(template, self, values), status, media_type="text/html; charset=utf-8")

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


@dataclass(frozen=True, slots=True)
class Page:
    """
    A page of the desk and who it is for. `half` is a login whose second factor is still due.
    """

    path: str
    show: Callable[[Visit], Awaitable[Response]]
    needs: Need = "volunteer"
    method: Literal["GET", "POST"] = "GET"
    limit: int = FORM


def cookie_of(app: App, name: str = "desk") -> str:
    """
    Return the name of a cookie; on https no other site of the domain can set it.
    """
    return f"__Host-{name}" if app.settings.public_url.startswith("https://") else name


def routes(app: App, pages: Sequence[Page], closing: asyncio.Event) -> list[Route]:
    """
    Return the routes of these pages, each behind the door.
    """
    nowhere = Page("/desk/{rest:path}", _nowhere, "nobody")
    return [*(Route(page.path, _guarded(app, page, closing), methods=[page.method]) for page in pages),
            Route(nowhere.path, _guarded(app, nowhere, closing), methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])]


async def _nowhere(visit: Visit) -> Response:
    return visit.missing()


def _guarded(app: App, page: Page, closing: asyncio.Event) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        visit = Visit(app, request, closing=closing)
        try:
            response = await _admit(visit, page)
        except (TooMuch, TimeoutError):
            response = PlainTextResponse(visit.say(d_("This is too large.")), 413)
        except Exception as error:
            log.error("desk_page_failed path=%s error=%s", page.path, type(error).__name__)
            response = visit.page("desk/failed.html", 500)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if app.settings.public_url.startswith("https://"):
            response.headers["strict-transport-security"] = "max-age=31536000"
        return response

    return answer


async def _admit(visit: Visit, page: Page) -> Response:
    is_whole = await _recognise(visit)
    if page.method == "POST":
        if _is_foreign(visit.request):
            return PlainTextResponse("Forbidden", 403)
        headers = dict(visit.request.headers)
        visit.form = read_form(headers.get("content-type", ""), await body_of(visit.request.receive, headers, page.limit))
    if page.needs == "nobody":
        return await page.show(visit)
    if visit.who is None or (not is_whole and page.needs != "half"):
        return _to_login(visit, page)
    if page.method == "POST" and not hmac.compare_digest(visit.value("csrf").encode(), visit.csrf.encode()):
        return visit.page("desk/stale.html", 403)
    if (page.needs == "coordinator" and not visit.who.leads) or (page.needs == "administrator" and not may_administer(visit.who)):
        return visit.missing()
    return await page.show(visit)


async def _recognise(visit: Visit) -> bool:
    """
    Find whose login the cookie is of; return whether it is whole.
    """
    visit.token = visit.request.cookies.get(cookie_of(visit.app), "")
    if not visit.token:
        return False
    hashed, now = logins.hash_of(visit.token), visit.app.now()
    found = await visit.app.database.read(lambda tx: logins.find(tx, hashed, now))
    if found is None:
        visit.token = ""
        return False
    visit.who, is_whole, is_to_note = found
    if is_to_note and not _is_by_itself(visit.request):
        await visit.app.database.write(lambda tx: logins.seen(tx, hashed, now))
    return is_whole


def _is_by_itself(request: Request) -> bool:
    """
    Tell whether a page asks this on its own: an open page that nobody uses must not keep its login alive.
    """
    return request.method == "GET" and ("x-live" in request.headers or request.url.path == "/desk/events")


def _to_login(visit: Visit, page: Page) -> Response:
    """
    Send whoever is not logged in to the login, which brings them back; what they had written is kept on that page.
    """
    if visit.request.headers.get("x-live"):
        return PlainTextResponse("", 401)
    if page.method == "POST" and visit.value("text") and "id" in visit.request.path_params:
        here = f"/desk/tickets/{visit.id()}"
        return visit.page("desk/login.html", 401, reason="ended", next=here, ticket=visit.id(), text=visit.value("text"), login="")
    asked = visit.request.url
    path = (f"{asked.path}?{asked.query}" if asked.query else asked.path) if page.method == "GET" else "/desk/"
    return RedirectResponse(f"/desk/login?next={quote(path, safe='/')}", 303)


def _is_foreign(request: Request) -> bool:
    """
    Tell whether another site's page sent this.
    """
    site = request.headers.get("sec-fetch-site")
    if site not in (None, "same-origin", "none"):
        return True
    origin = request.headers.get("origin")
    return bool(origin) and urlsplit(origin or "").netloc != request.headers.get("host")


def is_ours(path: str) -> bool:
    """
    Tell whether a path leads to the desk, and nowhere else.
    """
    return path.startswith("/desk/") and not set(path) & set("\\\r\n") and "//" not in path and "/.." not in path
