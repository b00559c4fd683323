"""
What Telegram's channel needs of HTTP and of plain text: a line to post and download over, cleaned values, a growing pause.
"""

import asyncio
import json
import random
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import aiohttp

from bot.channels import Gone, TooLarge

LONGEST = 4096                                              # UTF-16 units of one message
MOST_BUTTONS = 100
SOON = 5.0                  # seconds for what others wait for
NOT_SENT = (aiohttp.ConnectionTimeoutError, aiohttp.ClientConnectorError)   # every other cause is ambiguous
JSON = {"Content-Type": "application/json"}
RIGHT_TO_LEFT = frozenset(("ar", "ckb", "fa", "he", "prs", "ps", "ur"))
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")
_LANGUAGE_TAG = re.compile(r"[A-Za-z0-9-]{1,35}")
_REASON = re.compile(r"[a-z_' ]{1,60}")


def pause(attempts: int, longest: float = 300.0) -> float:
    """
    Return the seconds before the next try: doubling, with a little chance in it so that many do not knock at once.
    """
    return float(min(longest, 2.0 ** min(attempts, 16)) * random.uniform(0.8, 1.2))


def text(value: Any, longest: int = 10_000) -> str:
    """
    Return what should be a text as one that every database and encoder takes, cut at `longest` characters.
    """
    if not isinstance(value, str):
        return ""
    short = value[:longest]
    return short if short.isascii() else short.encode("utf-8", "replace").decode("utf-8")


def media_type(value: Any) -> str:
    """
    Return a media type, or "" for anything that is not one: the sender's app chose it.
    """
    return value.lower() if isinstance(value, str) and _MEDIA_TYPE.fullmatch(value.lower()) else ""


def language_tag(value: Any) -> str:
    """
    Return a language tag, or "" for anything that is not one.
    """
    return value if isinstance(value, str) and _LANGUAGE_TAG.fullmatch(value) else ""


def reason(description: str) -> str:
    """
    Return the first words of an error of the platform, without what it quotes: that may be a client's.
    """
    found = _REASON.match(description.lower())
    return found.group().strip() if found else "unnamed"


def units(value: str) -> int:
    """
    Count UTF-16 units, as Telegram does.
    """
    return len(value.encode("utf-16-le", "replace")) // 2


def cut(value: str, longest: int = LONGEST) -> str:
    """
    Return the text within so many UTF-16 units, never half a character.
    """
    return value if units(value) <= longest else value.encode("utf-16-le", "replace")[: longest * 2].decode("utf-16-le", "ignore")


def plain(value: str, offers: tuple[tuple[str, str], ...], language: str) -> str:
    """
    Return a text without buttons: its offers are a numbered menu below it, and it fits one message.
    """
    mark = "\u200f" if language.split("-")[0] in RIGHT_TO_LEFT else ""
    menu = "\n".join(f"{mark}{number}. {label}" for number, (_, label) in enumerate(offers, 1))
    return cut(f"{cut(value, LONGEST - units(menu) - 2)}\n\n{menu}" if menu and units(menu) < LONGEST else value)


@lru_cache(1024)
def extras_of(offers: tuple[tuple[str, str], ...]) -> dict[str, Any]:
    """
    Return what goes with a text: its buttons, one a row, and no link previews. The same menu is built once; change nothing in it.
    """
    rows = [[{"text": label, "callback_data": choice}] for choice, label in offers[:MOST_BUTTONS]]
    markup = {"reply_markup": {"inline_keyboard": rows}} if rows else {}
    return {"link_preview_options": {"is_disabled": True}, **markup}


def answer_of(payload: bytes) -> dict[str, Any]:
    """
    Return an answer of the Bot API, or raise ValueError.
    """
    try:
        answer = json.loads(payload)
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(answer, dict):
        raise ValueError("not an object")
    return answer


def message_id_of(answer: dict[str, Any]) -> int:
    """
    Return the id of the message that this answer shows, or 0.
    """
    result = answer.get("result")
    number = result.get("message_id") if isinstance(result, dict) else 0
    return number if isinstance(number, int) else 0


def wait_of(status: int, payload: bytes) -> int:
    """
    Return the seconds that an error tells us to wait, at least 1 with the status 429; 0 if it tells none.
    """
    try:
        seconds = int(json.loads(payload)["parameters"]["retry_after"]) if b"retry_after" in payload else 0
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        seconds = 0
    return max(1 if status == 429 else 0, min(seconds, 86_400))


async def moved_to(bot: Any, group: str) -> str:
    """
    Return the new id of a group that Telegram made a supergroup (switching its topics on does), or "" where it did not; raise what the bot
    raises when nobody can tell. Only a call that would show something in the group is told of it.
    """
    try:
        await bot.send_chat_action(int(group), "typing")
    except Exception as error:
        moved = getattr(error, "new_chat_id", 0)
        if not moved and type(error).__name__ not in ("BadRequest", "Forbidden"):
            raise
        return str(moved or "")
    return ""


async def followed(bot: Any, group: str) -> str:
    """
    Return the id that a group has now, or the one we know where there is none or nobody can tell soon.
    """
    try:
        async with asyncio.timeout(SOON):
            return (await moved_to(bot, group) if group else "") or group
    except Exception:
        return group


class Busy(OSError):
    """
    Another process polls this bot, or a webhook is set.
    """


class Line:
    """
    One pool of connections to Telegram. It follows no redirect, and every exchange has a time-out.
    """

    def __init__(self, pool: int, seconds: float = 20.0) -> None:
        self.seconds = seconds
        self._pool = pool
        self._timeout = aiohttp.ClientTimeout(total=seconds, connect=5)
        self._session: aiohttp.ClientSession | None = None

    def open(self) -> None:
        """
        Open the pool; inside the running loop.
        """
        connector = aiohttp.TCPConnector(limit=self._pool, keepalive_timeout=30)    # let go before the server does
        skip = ("Accept", "Accept-Encoding", "User-Agent")
        self._session = aiohttp.ClientSession(connector=connector, skip_auto_headers=skip, cookie_jar=aiohttp.DummyCookieJar())

    async def close(self) -> None:
        """
        Close every connection.
        """
        if self._session:
            await self._session.close()

    async def post(self, url: str, body: bytes | aiohttp.FormData, seconds: float | None = None) -> tuple[int, bytes]:
        """
        Post JSON, or a form, and return status and answer; raise what aiohttp raises, `NOT_SENT` among it, or TimeoutError.
        """
        if self._session is None:
            raise ConnectionError("not open")
        timeout = aiohttp.ClientTimeout(total=seconds, connect=5) if seconds else self._timeout
        headers = JSON if isinstance(body, bytes) else None         # a form names its own boundary
        async with self._session.post(url, data=body, headers=headers, timeout=timeout, allow_redirects=False) as response:
            return response.status, await response.read()

    async def download(self, url: str, limit: int) -> bytes:
        """
        Return what stands at this address; raise `Gone`, `TooLarge`, or OSError to try again.

        The address holds the token: no error carries it.
        """
        if self._session is None:
            raise ConnectionError("not open")
        timeout = aiohttp.ClientTimeout(total=120, connect=5, sock_read=20)
        try:
            async with self._session.get(url, allow_redirects=False, timeout=timeout) as response:
                return await _content(response, limit)
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OSError(f"the download broke off: {type(error).__name__}") from None


async def _content(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if response.status in (404, 410):
        raise Gone("the file is not at Telegram any more")
    if response.status != 200:
        raise OSError(f"the file server answered {response.status}")
    if (response.content_length or 0) > limit:
        raise TooLarge(f"more than {limit} bytes")
    content = bytearray()
    async for chunk in response.content.iter_chunked(65536):
        content += chunk
        if len(content) > limit:
            raise TooLarge(f"more than {limit} bytes")
    return bytes(content)


async def waiting(line: Line, url: str, offset: int, seconds: int, kinds: Sequence[str]) -> list[dict[str, Any]]:
    """
    Return the updates from `offset` on, each with a whole `update_id`, waiting up to `seconds` for the first.

    Raise `Busy` where another polls, OSError for all else. The library's own `get_updates` would lose a whole batch over one
    update that it cannot read, and write it into the log.
    """
    body = json.dumps({"offset": offset, "limit": 100, "timeout": seconds, "allowed_updates": kinds}).encode()
    try:
        status, payload = await line.post(url, body, seconds + 15.0)
        found = json.loads(payload).get("result") if status == 200 else None
    except (aiohttp.ClientError, ValueError, AttributeError, RecursionError) as error:
        raise OSError(type(error).__name__) from None
    if status == 409:
        raise Busy("another process polls this bot, or a webhook is set")
    if not isinstance(found, list):
        raise OSError(f"Telegram answered {status}")
    return [raw for raw in found if isinstance(raw, dict) and type(raw.get("update_id")) is int]
