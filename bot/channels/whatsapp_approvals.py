"""
Templates at Twilio: made once, handed to WhatsApp for approval once, and asked after.

Every step can be done again: what was made before a crash is found by its name, which holds the hash of its text.
"""

import asyncio
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import aiohttp

from bot.channels.content import Content
from bot.channels.whatsapp_form import SID
from bot.channels.whatsapp_login import Login
from bot.settings import Settings

SECONDS = 20.0
PAGE = 500
STATES = {"unsubmitted": "made", "received": "submitted", "pending": "submitted", "approved": "approved", "rejected": "rejected",
          "paused": "paused", "disabled": "paused"}


class Approvals:
    """
    The approvals of one account, as a context: `async with Approvals(settings) as approvals`. Every call raises OSError where it fails.
    """

    def __init__(self, settings: Settings) -> None:
        self._base = settings.twilio_content.rstrip("/")
        self._headers = {"Authorization": Login(settings.twilio_account, settings.twilio_token).authorization}

    async def __aenter__(self) -> Self:
        """
        Open the pool.
        """
        self._session = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), headers=self._headers)
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """
        Close the pool.
        """
        await self._session.close()

    async def made(self) -> dict[str, str]:
        """
        Return the ids of the contents that Twilio has, by their names; of two with one name, the same one each time.
        """
        found: dict[str, str] = {}
        path = f"/v1/Content?PageSize={PAGE}"
        while path:
            page = await self._call("GET", path)
            for one in page.get("contents", ()):
                name, sid = str(one.get("friendly_name")), str(one.get("sid"))
                found[name] = min(sid, found.get(name, sid))
            following = urlsplit(str((page.get("meta") or {}).get("next_page_url") or ""))
            path = f"{following.path}?{following.query}" if following.path else ""
        return found

    async def make(self, content: Content) -> str:
        """
        Make a content and return its id.
        """
        sid = str((await self._call("POST", "/v1/Content", content.request)).get("sid"))
        if not SID.fullmatch(sid):
            raise OSError("Twilio told no id of the content")
        return sid

    async def state(self, sid: str) -> tuple[str, str]:
        """
        Return how a content stands with WhatsApp, in our word, and why it was rejected.
        """
        told = (await self._call("GET", f"/v1/Content/{sid}/ApprovalRequests")).get("whatsapp") or {}
        return STATES.get(str(told.get("status", "unsubmitted")), "submitted"), str(told.get("rejection_reason") or "")

    async def submit(self, sid: str, name: str, category: str) -> None:
        """
        Ask WhatsApp to approve a content under this name.
        """
        await self._call("POST", f"/v1/Content/{sid}/ApprovalRequests/whatsapp", {"name": name, "category": category})

    async def _call(self, method: str, path: str, told: object = None) -> dict[str, Any]:
        try:
            async with asyncio.timeout(SECONDS), self._session.request(method, self._base + path, json=told, allow_redirects=False) as answer:
                body = await answer.json() if answer.status in (200, 201) else None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise OSError(f"Twilio does not answer for templates: {type(error).__name__}") from None
        if not isinstance(body, dict):
            raise OSError(f"Twilio refused {method} of a template with HTTP {answer.status}")
        return body
