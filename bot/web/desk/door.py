"""
The door of the desk: every page of it is a `Page`, so none exists without login, role, protection against other sites, and headers.
"""

import asyncio
import hmac
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.channels.phone import read_form
from bot.web.desk.visit import Visit as Visit
from bot.web.desk.visit import cookie_of
from bot.web.desk.words import d_
from bot.web.webhooks import TooMuch, body_of
from flows.rights import may_administer
from storage import logins

log = logging.getLogger("wegwijs")
Need = Literal["nobody", "half", "volunteer", "coordinator", "administrator"]
FORM = 64 * 1024                # bytes of a form without files
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
        if is_foreign(visit.request):
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


def is_foreign(request: Request) -> bool:
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
