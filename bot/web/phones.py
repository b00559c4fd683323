"""
The simulated phones of `demo`: their pages, what they post, and the stream that tells a page to look again.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import date, datetime, time, timedelta

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from bot import receive as verb
from bot.app import App, Clock
from bot.channels import Inbound
from bot.channels.phone import Phone, Phones, read_form
from bot.web import views
from bot.web.desk.door import is_foreign
from bot.web.notes import notes
from bot.web.webhooks import TooMuch, body_of
from bot.web.words import WORDS, language_of

log = logging.getLogger("wegwijs")

LIMIT = 5 * 1024 * 1024           # bytes of a picture or sound, and its form
PHONES = 60                       # a table holds no more
ANSWER_SECONDS = 2.0              # a page without JavaScript waits this long for the answer
BEAT_SECONDS = 15.0               # a stream says something this often, so that a closed page is noticed
STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1), "month": timedelta(days=30)}
SHOWABLE = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "text/calendar")
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; "
                               "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "vary": "accept-language",
}


class PhonePages:
    """
    The pages of the phones of one app. `closing` is set when the server stops.
    """

    def __init__(self, app: App, phones: Phones, closing: asyncio.Event) -> None:
        self.app = app
        self.phones = phones
        self.closing = closing

    def routes(self) -> list[Route]:
        """
        Return the routes under /phone/.
        """
        return [
            Route("/phone/", self.table),
            Route("/phone/new", self.new, methods=["POST"]),
            Route("/phone/clock", self.clock, methods=["POST"]),
            Route("/phone/events", self.events),
            Route("/phone/{name}", self.says, methods=["POST"]),
            Route("/phone/{name}", self.phone),
            Route("/phone/{name}/media/{reference}", self.medium),
        ]

    async def table(self, request: Request) -> Response:
        """
        Show every phone on the table.
        """
        return await self._page(request, "phones.html", None)

    async def phone(self, request: Request) -> Response:
        """
        Show one phone.
        """
        phone = self.phones.phones.get(request.path_params["name"])
        return await self._page(request, "phone.html", phone) if phone else PlainTextResponse("Not Found", 404, HEADERS)

    async def new(self, request: Request) -> Response:
        """
        Put a new phone on the table, with nothing chosen.
        """
        if is_foreign(request):
            return PlainTextResponse("Forbidden", 403, HEADERS)
        if len(self.phones.phones) >= PHONES:
            return PlainTextResponse("Too many phones", 429, HEADERS)
        number = len(self.phones.phones) + 1
        self.phones.add(f"phone-{number}", "", "new_about")
        return RedirectResponse(f"/phone/phone-{number}", 303, HEADERS)

    async def says(self, request: Request) -> Response:
        """
        Take what a phone sends, answer when it is committed, and give a page without JavaScript time to show the reply.
        """
        if is_foreign(request):
            return PlainTextResponse("Forbidden", 403, HEADERS)
        headers = dict(request.headers)
        words = WORDS[language_of(headers.get("accept-language", ""))]
        try:
            body = await body_of(request.receive, headers, LIMIT)
        except (TooMuch, TimeoutError):
            return PlainTextResponse(words["too_large"], 413, HEADERS)
        reading = self.phones.read(headers, body, request.url.path)
        if reading.status != 200:
            return PlainTextResponse("Not Found", reading.status, HEADERS)
        seen = self.phones.version
        for heard in reading.items:
            if isinstance(heard, Inbound) and not await self._receive(heard):
                return PlainTextResponse(words["not_received"], 503, HEADERS)
        if "x-live" in headers:
            return Response(None, 204, HEADERS)
        if reading.items:
            await self.phones.changed(seen + 1, ANSWER_SECONDS)      # one change is the client's own message
        return RedirectResponse(request.url.path, 303, HEADERS)

    async def _receive(self, heard: Inbound) -> bool:
        self.phones.show(heard)
        try:
            await verb.receive(self.app, [heard])
        except Exception as error:
            log.error("phone_not_kept error=%s", type(error).__name__)
            self.phones.take_back(heard)
            return False
        return True

    async def medium(self, request: Request) -> Response:
        """
        Show a picture or play a sound that this phone sent.
        """
        reference: str = request.path_params["reference"]
        content_type, content = self.phones.media.get(reference, ("", b""))
        if not content or not content_type.startswith(SHOWABLE):
            return PlainTextResponse("Not Found", 404, HEADERS)
        return Response(content, 200, HEADERS, content_type)

    async def clock(self, request: Request) -> Response:
        """
        Move the clock forward, by a step or to a day; never back, for what was written down stays written.
        """
        if is_foreign(request):
            return PlainTextResponse("Forbidden", 403, HEADERS)
        told = {name: part.text for name, part in read_form("", await body_of(request.receive, dict(request.headers), 4096)).items()}
        by = self._step(told)
        if by > timedelta() and isinstance(self.app.now, Clock):
            self.app.now.move(by)
            self.app.stages.wake("clock", "turns", "delivery", "media", "erasures", "deletions")
            self.phones.touch()
        back = told.get("back", "")
        return RedirectResponse(back if is_ours(back) else "/phone/", 303, HEADERS)

    def _step(self, told: dict[str, str]) -> timedelta:
        if told.get("step") in STEPS:
            return STEPS[told["step"]]
        now = self.app.now()
        try:
            day = date.fromisoformat(told.get("day", ""))
            at = now.astimezone(self.app.settings.timezone).timetz()
            return datetime.combine(day, time(at.hour, at.minute, at.second), self.app.settings.timezone) - now
        except (ValueError, OverflowError):
            return timedelta()

    async def events(self, request: Request) -> Response:
        """
        Tell a page whenever something changed, until it closes or we stop.
        """
        return StreamingResponse(self._changes(), 200, HEADERS | {"x-accel-buffering": "no"}, "text/event-stream")

    async def _changes(self) -> AsyncIterator[str]:
        seen = self.phones.version
        yield f"retry: 1000\nid: {seen}\ndata: {seen}\n\n"
        closing = asyncio.ensure_future(self.closing.wait())
        try:
            while not self.closing.is_set():
                change = asyncio.ensure_future(self.phones.changed(seen, BEAT_SECONDS))
                await asyncio.wait((change, closing), return_when=asyncio.FIRST_COMPLETED)
                if not change.done():
                    change.cancel()
                    return
                seen, before = change.result(), seen
                yield f"id: {seen}\ndata: {seen}\n\n" if seen != before else ": still here\n\n"
        finally:
            closing.cancel()

    async def _page(self, request: Request, template: str, phone: Phone | None) -> Response:
        language = language_of(request.headers.get("accept-language", ""))
        now = self.app.now().astimezone(self.app.settings.timezone)
        html = views.render(
            template, language, now, phones=list(self.phones.phones.values()), phone=phone, notes=await notes(self.app, language),
            view="notes" if request.query_params.get("view") == "notes" else "talk", path=request.url.path,
            report=views.report_command(self.app.settings, now.date(), now.date()), played=self.phones.played,
        )
        return Response(html, 200, HEADERS, "text/html; charset=utf-8")


def is_ours(path: str) -> bool:
    """
    Tell whether a path leads back to the phones, and nowhere else.
    """
    return path.startswith("/phone/") and not set(path) & set("\\\r\n") and "//" not in path
