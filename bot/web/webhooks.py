"""
The platforms' door: a request is checked, read and written down, and only then answered with 200.

This is the way every message comes in, so it is plain ASGI without middleware.
"""

import asyncio
import logging
from collections import Counter
from typing import Any

from starlette.types import Receive, Scope, Send

from bot import receive as verb
from bot.app import App
from bot.channels import Forged, Reading

log = logging.getLogger("wegwijs")

PATHS = {"/webhooks/telegram": "telegram", "/webhooks/twilio": "whatsapp", "/webhooks/twilio/status": "whatsapp"}
LIMIT = 256 * 1024                # bytes of a body that we take
DRAIN = 8 * 1024 * 1024           # bytes that we still read and drop, so that the sender hears our 413
SECONDS = 10.0                    # a body that takes longer is given up


class TooMuch(Exception):
    """
    The body is over the limit.
    """


class Webhooks:
    """
    The webhooks of one app. `answered` counts what was answered, by channel and status, for `/metrics`.
    """

    def __init__(self, app: App) -> None:
        self.app = app
        self.answered: Counter[tuple[str, int]] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answer one request to a path of `PATHS`.
        """
        name = PATHS[scope["path"]]
        reading = await self._read(name, scope, receive)
        self.answered[name, reading.status] += 1
        await respond(send, reading)

    async def _read(self, name: str, scope: Scope, receive: Receive) -> Reading:
        channel = self.app.channels.on.get(name)
        if channel is None:
            return Reading(status=404)
        if scope["method"] != "POST":
            return Reading(status=405)
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        query = scope["query_string"]
        url = f"{scope['path']}?{query.decode('latin-1')}" if query else scope["path"]
        try:
            reading = channel.read(headers, await body_of(receive, headers, LIMIT), url)
        except Forged:
            return Reading(status=403)
        except TooMuch:
            return Reading(status=413)
        except TimeoutError:
            return Reading(status=408)
        except Exception as error:
            log.error("webhook_not_read channel=%s error=%s", name, type(error).__name__)
            return Reading(status=500)
        return await self._keep(name, reading) if reading.items else reading

    async def _keep(self, name: str, reading: Reading) -> Reading:
        try:
            await verb.receive(self.app, reading.items)
        except Exception as error:       # whatever it was: nothing is committed, so the platform must keep the message
            log.error("webhook_not_kept channel=%s error=%s", name, type(error).__name__)
            return Reading(status=503)
        return reading


async def body_of(receive: Receive, headers: dict[str, str], limit: int) -> bytes:
    """
    Return the body of a request; raise `TooMuch` over `limit` bytes, which are counted as they come in, and TimeoutError for one
    that does not end.
    """
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > DRAIN:
        raise TooMuch
    message = await receive()
    body: bytes = message.get("body", b"")
    if message.get("more_body"):
        async with asyncio.timeout(SECONDS):
            return await _rest(receive, body, limit)
    if len(body) > limit:
        raise TooMuch
    return body


async def _rest(receive: Receive, first: bytes, limit: int) -> bytes:
    pieces, size, more = [first], len(first), True
    while more and size <= DRAIN:
        message = await receive()
        more = message.get("more_body", False)
        piece = message.get("body", b"")
        size += len(piece)
        if size <= limit:
            pieces.append(piece)
    if size > limit:
        raise TooMuch
    return b"".join(pieces)


async def respond(send: Send, reading: Reading) -> None:
    """
    Send a reading's answer.
    """
    headers: list[tuple[bytes, bytes]] = [(b"content-length", str(len(reading.answer)).encode())]
    if reading.answer:
        headers.append((b"content-type", reading.content_type.encode()))
    start: dict[str, Any] = {"type": "http.response.start", "status": reading.status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": reading.answer})
