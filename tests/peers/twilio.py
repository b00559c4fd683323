"""
A local Twilio server that checks every request: messages and media under `/2010-04-01/…`, contents under `/v1/Content`.

In a test: `async with Twilio() as twilio:`, then `twilio.url`, `twilio.sent`, `twilio.script(…)`, `await twilio.push(text="hallo")`. As a
process of its own: `python -m tests.peers.twilio --port 9091 --public https://bot.example.org --hook http://127.0.0.1:8080`; then
`GET /sent?after=N` tells what was sent, `POST /push` with a JSON object pushes a message (the arguments of `push`).
"""

import argparse
import asyncio
import base64
import contextlib
import uuid
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Self
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from tests.peers import twilio_webhooks as webhooks
from tests.peers.twilio_contents import Shelf
from tests.peers.twilio_spec import REPEATED, Wrong, check, check_message, operation

ACCOUNT = "AC" + "0" * 31 + "1"
TOKEN = "the-auth-token-of-the-tests"
US = "whatsapp:+31970000001"
AMINA = "whatsapp:+31612345678"
PUBLIC = "https://bot.example.org"
STATUSES = ("sent", "delivered")


@dataclass(frozen=True, slots=True)
class Trouble:
    """
    What the next call meets: an error answer (before or, with `is_taken`, after the message was taken), raw `body`, a delay in
    seconds, or a connection dropped "before" or "after" it was taken. `status_error` lets it be taken and fail later.
    """

    status: int = 0
    code: int = 0
    body: bytes = b""
    delay: float = 0.0
    drop: str = ""
    is_taken: bool = False
    status_error: str = ""


def sid(prefix: str) -> str:
    """
    Return a new sid.
    """
    return prefix + uuid.uuid4().hex


class Twilio:
    """
    The server. `wrong` lists the requests that broke Twilio's rules, `outside` the free texts outside the 24 hours; a test wants both
    empty. `statuses` are reported by themselves after every message; `delay` slows every send.
    """

    def __init__(self, port: int = 0, hook: str = "", public: str = PUBLIC, statuses: tuple[str, ...] = (), delay: float = 0.0) -> None:
        self.port, self.delay, self.statuses = port, delay, statuses
        self.url = ""
        self.hooks = webhooks.Webhooks(TOKEN, public, hook)
        self.messages: dict[str, dict[str, Any]] = {}
        self.sent: list[dict[str, Any]] = []
        self.shelf = Shelf()
        self.contents = self.shelf.contents
        self.media: dict[str, tuple[str, bytes]] = {}       # by sid: content type, content
        self.spoken: list[tuple[str, bytes]] = []           # what was fetched from the bot's own addresses
        self.places: dict[str, str] = {}                    # where the media of a sid redirect to, instead of our storage
        self.heard: dict[str, datetime] = {}
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.deleted: list[str] = []
        self.refuse_contents = False
        self.wrong: list[str] = []
        self.outside: list[dict[str, Any]] = []
        self.calls: list[str] = []
        self._troubles: deque[Trouble] = deque()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._login = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()

    async def __aenter__(self) -> Self:
        """
        Listen, on `port` or on any.
        """
        self._runner = web.ServerRunner(web.Server(self._handle, keepalive_timeout=75), shutdown_timeout=0.1)  # type: ignore[arg-type]
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=512)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.hooks.client = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *error: object) -> None:
        """
        Stop listening.
        """
        for task in self._tasks:
            task.cancel()
        if self.hooks.client:
            await self.hooks.client.close()
        await self._runner.cleanup()

    def script(self, *troubles: Trouble) -> None:
        """
        Let the next sends meet these, one each.
        """
        self._troubles.extend(troubles)

    def store(self, content: bytes, content_type: str) -> str:
        """
        Keep media and return their sid.
        """
        key = sid("ME")
        self.media[key] = (content_type, content)
        return key

    def write(self, fields: webhooks.Fields | None = None, text: str = "", sender: str = AMINA, at: datetime | None = None,
              media: list[str] | None = None) -> webhooks.Fields:  # fmt: skip
        """
        Let a client write; return the form, which nobody posts: so it is when we are down.
        """
        at, key = at or self.now(), sid("MM" if media else "SM")
        urls = [(f"{self.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{key}/Media/{one}", self.media[one][0]) for one in media or ()]
        told = webhooks.message(ACCOUNT, sender, US, key, text) | (webhooks.media(urls, text) if urls else {}) | (fields or {})
        self.messages[key] = self._row(key, sender, US, told["Body"], "inbound", "received", at) | {"_media": list(media or ())}
        self.messages[key]["num_media"] = str(len(urls))
        self.heard[sender] = max(at, self.heard.get(sender, at))
        return told

    async def push(self, fields: webhooks.Fields | None = None, text: str = "", sender: str = AMINA, media: list[str] | None = None) -> int:
        """
        Let a client write and post it to the bot; return the status of the answer.
        """
        return await self.hooks.post("/webhooks/twilio", self.write(fields, text, sender, media=media))

    async def report(self, key: str, state: str, error: str = "") -> int:
        """
        Post a status of a sent message.
        """
        message = self.messages[key]
        message["status"], message["error_code"] = state, int(error) if error else None
        path = webhooks.path_of(message["_callback"])
        return await self.hooks.post(path, webhooks.status(ACCOUNT, message, state, error))

    async def _fetch(self, key: str, url: str) -> str:
        """
        Fetch a medium from the bot as Twilio does, without a login, and return the error it ends in, or "".
        """
        try:
            content_type, content = await self.hooks.fetch(url)
        except Wrong as error:
            self.wrong.append(f"{error.code} {error}")
            return str(error.code)
        self.spoken.append((content_type, content))
        self.messages[key]["_media"] = [self.store(content, content_type)]
        return ""

    def text_of(self, message: dict[str, Any]) -> str:
        """
        Return what the client reads.
        """
        return str(message["body"])

    def buttons_of(self, message: dict[str, Any]) -> list[tuple[str, str]]:
        """
        Return the (id, label) pairs the client sees.
        """
        shape = next(iter(self.contents.get(message["_content"], {"types": {"": {}}})["types"].values()))
        return [(one["id"], one.get("title") or one["item"]) for one in shape.get("actions", shape.get("items", []))]

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith("/storage/"):
            return self._storage(request, path.rpartition("/")[2])
        if path == "/sent":
            return web.json_response(self.sent[int(request.query.get("after", "0")):])
        if path == "/push":
            return web.json_response(await self.push(**await request.json()))
        self.calls.append(f"{request.method} {path}")
        try:
            return await self._answer(request, path)
        except Wrong as error:
            self.wrong.append(f"{error.code} {error}")
            return _error(error.status, error.code, str(error))

    async def _answer(self, request: web.BaseRequest, path: str) -> web.StreamResponse:
        if request.headers.get("Authorization") != self._login:
            return _error(401, 20003, "Authenticate")
        name, parts = operation(request.method, path if path.endswith(".json") or path.startswith("/v1/") else path + ".json")
        if parts.get("AccountSid", ACCOUNT) != ACCOUNT:
            return _error(404, 20404, "no such account")
        if "/v1/Content" in name:
            if self.refuse_contents and request.method == "POST":
                return _error(503, 20503, "service unavailable")
            return await self.shelf.answer(name, parts, request, self.url)
        if request.method == "POST":
            return await self._send(name, request)
        given = dict(request.query)
        check(name, given, is_form=True)
        if "/Media" in name:
            return self._medium(request.method, parts, is_json=path.endswith(".json"))
        if request.method == "DELETE":
            found = self.messages.pop(parts["Sid"], None)
            self.deleted.append(parts["Sid"])
            return web.Response(status=204) if found else _error(404, 20404, "not found")
        return self._list(given) if "Sid" not in parts else self._one(parts["Sid"])

    async def _send(self, name: str, request: web.BaseRequest) -> web.StreamResponse:
        trouble = self._troubles.popleft() if self._troubles else Trouble()
        pairs = parse_qsl((await request.read()).decode(), keep_blank_values=True)
        form: dict[str, Any] = dict(pairs) | {name: [value for one, value in pairs if one == name] for name, _ in pairs if name in REPEATED}
        check(name, form, is_form=True)
        check_message(form, US)
        await asyncio.sleep(self.delay + trouble.delay)
        if trouble.drop == "before" or (trouble.status and not trouble.is_taken):
            return self._fail(request, trouble)
        if form.get("ContentSid", "") and form["ContentSid"] not in self.contents:
            return _error(400, 21655, "the ContentSid is invalid")
        taken = self._take(form, trouble.status_error)
        if trouble.drop or trouble.status:
            return self._fail(request, trouble)
        return web.json_response(_public(taken), status=201)

    def _fail(self, request: web.BaseRequest, trouble: Trouble) -> web.StreamResponse:
        if trouble.drop and request.transport:
            request.transport.abort()
        if trouble.body:
            return web.Response(status=trouble.status, body=trouble.body)
        return _error(trouble.status or 500, trouble.code or trouble.status, "trouble")

    def _take(self, form: dict[str, Any], error: str) -> dict[str, Any]:
        now, key = self.now(), sid("MM" if "MediaUrl" in form else "SM")
        content = self.contents.get(form.get("ContentSid", ""), {"types": {"": {"body": form.get("Body", "")}}})
        text = next(iter(content["types"].values()))["body"]
        row = self._row(key, US, form["To"], text, "outbound-api", "queued", now)
        row |= {"_callback": form.get("StatusCallback", ""), "_content": form.get("ContentSid", ""), "_at": now.timestamp(),
                "_validity": form.get("ValidityPeriod", ""), "_url": next(iter(form.get("MediaUrl", [])), ""),
                "_places": form.get("PersistentAction", [])}
        row["num_media"] = "1" if row["_url"] else "0"
        self.messages[key] = row
        heard = self.heard.get(form["To"])
        if (heard is None or now - heard > timedelta(hours=24)) and not self.shelf.is_approved(form.get("ContentSid", "")):
            self.outside.append(row)
            error = "63016"
        else:
            self.sent.append(row)
        if error or self.statuses or row["_url"]:
            self._beside(self._report(key, error))
        return row

    async def _report(self, key: str, error: str) -> None:
        if not error and (url := self.messages[key]["_url"]):
            error = await self._fetch(key, url)
        if error:
            await self.report(key, "failed", error)
            return
        for state in self.statuses:
            if key in self.messages:
                await self.report(key, state)

    def _beside(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _row(self, key: str, sender: str, to: str, text: str, direction: str, status: str, at: datetime) -> dict[str, Any]:
        date = format_datetime(at)
        return {"sid": key, "account_sid": ACCOUNT, "from": sender, "to": to, "body": text, "direction": direction, "status": status,
                "date_created": date, "date_sent": date, "date_updated": date, "num_media": "0", "num_segments": "1", "error_code": None,
                "error_message": None, "price": None, "price_unit": None, "api_version": "2010-04-01", "messaging_service_sid": None,
                "uri": f"/2010-04-01/Accounts/{ACCOUNT}/Messages/{key}.json", "subresource_uris": {}, "_media": [], "_content": ""}

    def _list(self, given: dict[str, str]) -> web.Response:
        since = datetime.fromisoformat(given.get("DateSent>", "2000-01-01T00:00:00Z")).replace(tzinfo=UTC)
        found = [one for one in reversed(self.messages.values())
                 if given.get("To", one["to"]) == one["to"] and given.get("From", one["from"]) == one["from"]
                 and parsedate_to_datetime(one["date_sent"]) >= since]
        found.sort(key=lambda one: parsedate_to_datetime(one["date_sent"]), reverse=True)
        size, page = int(given.get("PageSize", "50")), int(given.get("Page", "0"))
        query = {**given, "Page": str(page + 1), "PageToken": f"PA{page + 1}"}
        path = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
        more = str(aiohttp.client.URL(path).with_query(query)) if len(found) > (page + 1) * size else None
        shown = [_public(one) for one in found[page * size:(page + 1) * size]]
        return web.json_response({"messages": shown, "page": page, "page_size": size, "next_page_uri": more, "uri": path})

    def _one(self, key: str) -> web.Response:
        return web.json_response(_public(self.messages[key])) if key in self.messages else _error(404, 20404, "not found")

    def _medium(self, method: str, parts: dict[str, str], is_json: bool) -> web.Response:
        message = self.messages.get(parts["MessageSid"])
        if message is None:
            return _error(404, 20404, "not found")
        if "Sid" not in parts:
            base = message["uri"].removesuffix(".json")
            return web.json_response({"media_list": [{"sid": one, "content_type": self.media[one][0], "uri": f"{base}/Media/{one}.json"}
                                                     for one in message["_media"] if one in self.media], "uri": base})  # fmt: skip
        if parts["Sid"] not in self.media:
            return _error(404, 20404, "not found")
        if method == "DELETE":
            self.media.pop(parts["Sid"])
            self.deleted.append(parts["Sid"])
            return web.Response(status=204)
        if is_json:
            return web.json_response({"sid": parts["Sid"]})
        return web.Response(status=307, headers={"Location": self.places.get(parts["Sid"], f"{self.url}/storage/{parts['Sid']}")})

    def _storage(self, request: web.BaseRequest, key: str) -> web.Response:
        if "Authorization" in request.headers:
            self.wrong.append("the storage was shown our login")
            return web.Response(status=400)
        if key not in self.media:
            return web.Response(status=404)
        return web.Response(body=self.media[key][1], content_type=self.media[key][0])


def _public(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if not name.startswith("_")}


def _error(status: int, code: int, words: str) -> web.Response:
    told = {"code": code, "message": words, "more_info": f"https://www.twilio.com/docs/errors/{code}", "status": status}
    return web.json_response(told, status=status)


async def _main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=9091)
    parser.add_argument("--hook", default="http://127.0.0.1:8080")
    parser.add_argument("--public", default=PUBLIC)
    parser.add_argument("--delay", type=float, default=0.0)
    given = parser.parse_args()
    async with Twilio(given.port, given.hook, given.public, STATUSES, given.delay) as twilio:
        print(f"{twilio.url} TWILIO_ACCOUNT_SID={ACCOUNT} TWILIO_AUTH_TOKEN={TOKEN} TWILIO_WHATSAPP_FROM={US}", flush=True)
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_main())
