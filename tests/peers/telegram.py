"""
A local Bot API server that checks every request: methods at `/bot<token>/<method>`, files at `/file/bot<token>/<path>`.

In a test: `async with BotApi() as api:`, then `api.url`, `api.sent`, `api.script(…)`, `api.queue(api.text(5, "hallo"))`. As a process of
its own: `python -m tests.peers.telegram --port 9090`; then `GET /sent?after=N` tells what was sent, `POST /updates` queues or pushes
a list of updates.
"""

import argparse
import asyncio
import json
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
import uvloop
from aiohttp import web

from tests.peers.telegram_forum import Forum
from tests.peers.telegram_spec import METHODS, wrong
from tests.peers.telegram_updates import Update, Updates

TOKEN = "123456789:AAtestTESTtestTESTtestTESTtestTESTte"
BOT = {"id": 123456789, "is_bot": True, "first_name": "Wegwijs", "username": "wegwijs_test_bot"}
ME = {**BOT, "can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}


@dataclass(frozen=True, slots=True)
class Sent:
    """
    A message the bot sent: `buttons` are (data, label) pairs, `at` is when it came.
    """

    chat: int
    text: str
    at: float
    message_id: int
    buttons: tuple[tuple[str, str], ...] = ()
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Trouble:
    """
    What the next call meets: an error answer, raw `body`, a delay, or a connection dropped "before" or "after" the call was taken.
    """

    status: int = 200
    description: str = ""
    parameters: dict[str, int] = field(default_factory=dict)
    body: bytes = b""
    delay: float = 0.0
    drop: str = ""


def flood(seconds: int) -> Trouble:
    """
    Too many requests: wait.
    """
    return Trouble(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


class Refusal(Exception):
    """
    An error answer.
    """

    def __init__(self, status: int, description: str) -> None:
        super().__init__(description)
        self.status = status


class BotApi(Updates):
    """
    The server. `wrong` lists the requests that broke the Bot API's rules; a test wants it empty. `delay` slows every send, in seconds.
    """

    def __init__(self, port: int = 0, token: str = TOKEN, delay: float = 0.0) -> None:
        super().__init__()
        self.port, self.token, self.delay = port, token, delay
        self.url = ""
        self.hook: dict[str, Any] = {}
        self.hook_url = ""                                  # where to really post, when the hook's public address is a pretence
        self.sent: list[Sent] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []   # all but sendMessage and getUpdates
        self.wrong: list[str] = []
        self.blocked: set[int] = set()
        self.unknown: set[int] = set()
        self.files: dict[str, bytes] = {}
        self.forum = Forum()
        self.waiting: deque[Update] = deque()
        self.batches: list[list[int]] = []                  # update ids of every answer of getUpdates
        self._troubles: dict[str, deque[Trouble]] = defaultdict(deque)
        self._came = asyncio.Event()
        self._poller = 0
        self._prefix = f"/bot{token}/"

    async def __aenter__(self) -> Self:
        """
        Listen, on `port` or on any.
        """
        self._runner = web.ServerRunner(web.Server(self._handle, keepalive_timeout=75, access_log=None), shutdown_timeout=0.1)  # type: ignore[arg-type]
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, backlog=512)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=100))
        return self

    async def __aexit__(self, *error: object) -> None:
        """
        Close, dropping every connection.
        """
        await self._client.close()
        await self._runner.cleanup()

    def script(self, *troubles: Trouble, method: str = "sendMessage") -> None:
        """
        Let the next calls of a method meet these, one each; the calls after them go well.
        """
        self._troubles[method].extend(troubles)

    def scripted(self, method: str = "sendMessage") -> int:
        """
        Return how many troubles still wait for a call of this method.
        """
        return len(self._troubles[method])

    def said_to(self, chat: int) -> list[str]:
        """
        Return the texts sent to a chat, in order.
        """
        return [one.text for one in self.sent if one.chat == chat]

    def queue(self, *updates: Update) -> None:
        """
        Let updates wait for getUpdates.
        """
        self.waiting.extend(updates)
        self._came.set()

    async def push(self, update: Update, tries: int = 20) -> int:
        """
        Post an update to the webhook, again after anything but a 2xx, and do what its answer asks; return the posts it took.
        """
        headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": self.hook.get("secret_token", "")}
        data = json.dumps(update).encode()
        for number in range(1, tries + 1):
            try:
                async with self._client.post(self.hook_url or self.hook["url"], data=data, headers=headers) as response:
                    body = await response.read()
                if 200 <= response.status < 300:
                    if body.startswith(b"{"):
                        answer = json.loads(body)
                        self._do(answer.pop("method"), answer)
                    return number
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(min(0.05 * 2**number, 1.0))
        raise AssertionError(f"the webhook took no update in {tries} tries")

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        path = request.path
        if path.startswith(self._prefix):
            return await self._method(request, path.removeprefix(self._prefix))
        if path.startswith(f"/file{self._prefix}"):
            content = self.files.get(path.removeprefix(f"/file{self._prefix}"))
            return web.Response(body=content) if content is not None else _error(404, "Not Found")
        if path == "/sent":
            return web.json_response([[one.chat, one.text, one.at] for one in self.sent[int(request.query.get("after", 0)):]])
        if path == "/updates":
            return await self._take(await request.json())
        self.wrong.append("a wrong token or address")
        return _error(401 if path.startswith("/bot") and ":" in path else 404, "Unauthorized" if ":" in path else "Not Found")

    async def _take(self, updates: list[Update]) -> web.Response:
        if self.hook.get("url"):
            await asyncio.gather(*map(self.push, updates))
        else:
            self.queue(*updates)
        return web.json_response(True)

    async def _method(self, request: web.BaseRequest, method: str) -> web.StreamResponse:
        trouble = self._troubles[method].popleft() if self._troubles.get(method) else None
        delay = (trouble.delay if trouble else 0.0) or (self.delay if method == "sendMessage" else 0.0)
        given = await _given(request, method)
        if delay:
            await asyncio.sleep(delay)
        if trouble and trouble.drop == "before":
            return _dropped(request)
        if trouble and trouble.status != 200:
            return web.Response(body=trouble.body or _body(trouble.status, trouble.description, trouble.parameters), status=trouble.status)
        try:
            result = await self._updates(given) if method == "getUpdates" else self._do(method, given)
        except Refusal as refusal:
            return _error(refusal.status, str(refusal))
        if trouble and trouble.drop == "after":
            return _dropped(request)
        answer = trouble.body if trouble and trouble.body else json.dumps({"ok": True, "result": result}).encode()
        return web.Response(body=answer, content_type="application/json")

    def _do(self, method: str, given: dict[str, Any]) -> Any:
        if method not in METHODS:
            raise Refusal(404, "Not Found")
        if fault := wrong(method, given):
            self.wrong.append(f"{method}: {fault}")
            raise Refusal(400, f"Bad Request: {fault}")
        if fault := self.forum.wrong(method, given):
            raise Refusal(400, f"Bad Request: {fault}")
        if method in ("sendMessage", "sendVoice", "sendVenue", "sendDocument"):
            return self._send(given)
        self.calls.append((method, given))
        if method in Forum.METHODS:
            return self.forum.do(method, given)
        does = {"getMe": lambda: ME, "getFile": lambda: self._file(given["file_id"]), "getWebhookInfo": self._hook_info}
        if method in ("setWebhook", "deleteWebhook"):
            self.hook = given if given.get("url") else {}
            if given.get("drop_pending_updates"):
                self.wrong.append(f"{method}: drop_pending_updates loses messages")
        return does[method]() if method in does else True

    def _send(self, given: dict[str, Any]) -> dict[str, Any]:
        chat = int(given["chat_id"])
        if chat in self.blocked:
            raise Refusal(403, "Forbidden: bot was blocked by the user")
        if chat in self.unknown:
            raise Refusal(400, "Bad Request: chat not found")
        rows = given.get("reply_markup", {}).get("inline_keyboard", [])
        buttons = tuple((button.get("callback_data", ""), button["text"]) for row in rows for button in row)
        number, now = self.forum.next_message(), time.time()
        self.sent.append(Sent(chat, given.get("text", ""), now, number, buttons, given))
        self.forum.take(number, given)
        answer = {"message_id": number, "from": BOT, "chat": {"id": chat, "type": "private", "first_name": "Amina"}, "date": int(now)}
        return {**answer, "text": given.get("text", ""), **({"reply_markup": given["reply_markup"]} if rows else {})}

    def _file(self, file_id: str) -> dict[str, Any]:
        content = self.files.get(f"files/{file_id}")
        if content is None:
            raise Refusal(400, "Bad Request: invalid file_id")
        if len(content) > 20_000_000:
            raise Refusal(400, "Bad Request: file is too big")
        return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(content), "file_path": f"files/{file_id}"}

    def _hook_info(self) -> dict[str, Any]:
        return {"url": self.hook.get("url", ""), "has_custom_certificate": False, "pending_update_count": len(self.waiting)}

    async def _updates(self, given: dict[str, Any]) -> list[Update]:
        if fault := wrong("getUpdates", given):
            self.wrong.append(f"getUpdates: {fault}")
            raise Refusal(400, f"Bad Request: {fault}")
        if self.hook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook first")
        self._poller += 1
        poller, until = self._poller, time.monotonic() + min(given.get("timeout", 0), 50)
        while self.waiting and self.waiting[0].get("update_id", 0) < given.get("offset", 0):
            self.waiting.popleft()
        self._came.set()                                    # whoever polls beside us learns of it
        while not self.waiting and (left := until - time.monotonic()) > 0:
            self._came.clear()
            try:
                await asyncio.wait_for(self._came.wait(), left)
            except TimeoutError:
                break
            if poller != self._poller:
                raise Refusal(409, "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running")
        batch = list(self.waiting)[: given.get("limit", 100)]
        self.batches.append([update.get("update_id", 0) for update in batch])
        return batch


async def _given(request: web.BaseRequest, method: str) -> dict[str, Any]:
    known = METHODS.get(method, {})
    given = {name: _value(known.get(name), value) for name, value in request.query.items()}
    if request.content_type == "application/json":
        return given | (await request.json() if request.can_read_body else {})
    form = await request.post() if request.can_read_body else {}
    return given | {name: _value(known.get(name), value) for name, value in form.items()}


def _value(known: Any, value: Any) -> Any:
    if isinstance(value, web.FileField):
        return {"file_name": value.filename, "mime_type": value.content_type, "content": value.file.read()}
    if not known or "String" in known[0]:
        return value
    try:
        return json.loads(value)
    except (ValueError, TypeError):
        return value


def _dropped(request: web.BaseRequest) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


def _error(status: int, description: str) -> web.Response:
    return web.Response(body=_body(status, description, {}), status=status, content_type="application/json")


def _body(status: int, description: str, parameters: dict[str, int]) -> bytes:
    more = {"parameters": parameters} if parameters else {}
    return json.dumps({"ok": False, "error_code": status, "description": description, **more}).encode()


async def serve(port: int, delay: float) -> None:
    """
    Serve until the process is ended.
    """
    async with BotApi(port, delay=delay) as api:
        print(api.url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description="a local Bot API server that checks every request")
    options.add_argument("--port", type=int, default=9090)
    options.add_argument("--delay", type=float, default=0.0, help="seconds that every sendMessage takes")
    given = options.parse_args()
    uvloop.run(serve(given.port, given.delay))
