"""
Contents at Twilio: each made once and remembered; one that cannot be made never holds up a reply.
"""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

import aiohttp

from bot.channels.content import Content
from bot.channels.whatsapp_form import SID
from storage import contents, templates
from storage.database import Database

log = logging.getLogger("wegwijs")
SECONDS = 5.0               # for making one: after that the menu goes as numbers
REST = 600.0                # seconds before one that could not be made is tried again


class Contents:
    """
    The contents of one account. The twilio client would form-encode what must be JSON, so they are made by a plain call.
    """

    def __init__(self, api: str, authorization: str, database: Database, now: Callable[[], datetime]) -> None:
        self._url = f"{api.rstrip('/')}/v1/Content"
        self._headers = {"Authorization": authorization}
        self._database = database
        self._now = now
        self._session: aiohttp.ClientSession | None = None
        self._known: dict[str, str] = {}                    # by hash; "" while one cannot be made
        self._making: dict[str, asyncio.Lock] = {}

    async def open(self) -> None:
        """
        Open the pool.
        """
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())

    async def close(self) -> None:
        """
        Close the pool.
        """
        if self._session:
            await self._session.close()

    async def sid(self, content: Content) -> str:
        """
        Return Twilio's id of a content, made now if it was never made; "" if that fails.
        """
        known = self._known.get(content.hash)
        if known is not None:
            return known
        async with self._making.setdefault(content.hash, asyncio.Lock()):
            if content.hash not in self._known:
                self._known[content.hash] = await self._find_or_make(content)
        self._making.pop(content.hash, None)
        return self._known.get(content.hash, "")

    async def approved(self, content: Content) -> str:
        """
        Return Twilio's id of an approved template, or "".
        """
        return await self._database.read(lambda tx: templates.approved(tx, content.hash))

    async def drop(self, content: Content) -> None:
        """
        Forget a content that Twilio does not take any more.
        """
        self._known.pop(content.hash, None)
        await self._database.write(lambda tx: contents.drop(tx, content.hash))

    async def _find_or_make(self, content: Content) -> str:
        sid = await self._database.read(lambda tx: contents.find(tx, content.hash))
        if sid:
            return sid
        made = await self._make(content)
        if not made:
            asyncio.get_running_loop().call_later(REST, self._known.pop, content.hash, None)
            return ""
        return await self._database.write(lambda tx: contents.keep(tx, content.hash, made, self._now()))

    async def _make(self, content: Content) -> str:
        assert self._session is not None
        sid, status = "", 0
        try:
            async with asyncio.timeout(SECONDS), self._session.post(
                self._url, json=content.request, headers=self._headers, allow_redirects=False) as answer:
                status = answer.status
                sid = str((await answer.json())["sid"]) if status == 201 else ""
        except (aiohttp.ClientError, OSError, ValueError, KeyError, TypeError) as error:
            log.warning("content_not_made error=%s", type(error).__name__)
        if SID.fullmatch(sid):
            return sid
        log.warning("content_not_made status=%s", status)
        return ""
