"""
Contents and their approval at the local Twilio, by the published interface and WhatsApp's rules.
"""

import re
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.peers.twilio_spec import Wrong, check, check_content

PATH = "/v1/Content"


@dataclass
class Shelf:
    """
    What was made and submitted. `verdicts` maps a content's id to (status, reason); `drops` names the calls ("POST /v1/Content" …) after
    which the connection breaks once though the work is done.
    """

    contents: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: dict[str, dict[str, str]] = field(default_factory=dict)
    verdicts: dict[str, tuple[str, str]] = field(default_factory=dict)
    drops: deque[str] = field(default_factory=deque)
    page: int = 3

    async def answer(self, name: str, parts: dict[str, str], request: web.BaseRequest, url: str) -> web.StreamResponse:
        """
        Answer one request about contents.
        """
        if name == f"GET {PATH}":
            return self._list(request, url)
        told = await self._json(request) if request.method == "POST" else {}
        check(name, told, is_form=False)
        sid = parts.get("ContentSid", parts.get("Sid", ""))
        if sid and sid not in self.contents:
            raise Wrong(404, 20404, "no such content")
        answer, status = self._do(name, sid, told), 201 if request.method == "POST" else 200
        if self.drops and self.drops[0] == name and request.transport:
            self.drops.popleft()
            request.transport.abort()
        return web.json_response(answer, status=status)

    def _do(self, name: str, sid: str, told: dict[str, Any]) -> dict[str, Any]:
        if name == f"POST {PATH}":
            check_content(told)
            sid = "HX" + uuid.uuid4().hex
            self.contents[sid] = told
            return {"sid": sid, **told}
        if name.startswith("POST"):
            return self._submit(sid, told)
        status, reason = self.verdicts.get(sid, ("received" if sid in self.requests else "unsubmitted", ""))
        return {"sid": sid, "whatsapp": {"type": "whatsapp", "status": status, "rejection_reason": reason, **self.requests.get(sid, {})}}

    def _submit(self, sid: str, told: dict[str, Any]) -> dict[str, Any]:
        if not re.fullmatch(r"[a-z0-9_]{1,512}", told["name"]) or told["category"] not in ("UTILITY", "MARKETING", "AUTHENTICATION"):
            raise Wrong(400, 63040, "the name or the category is none")
        if sid in self.requests or any(one["name"] == told["name"] and self.contents[other]["language"] == self.contents[sid]["language"]
                                       for other, one in self.requests.items()):
            raise Wrong(400, 63040, "submitted before")
        if any("twilio/list-picker" in one for one in (self.contents[sid]["types"],)):
            raise Wrong(400, 63040, "a list is never approved")
        self.requests[sid] = told
        return {**told, "status": "received", "rejection_reason": ""}

    def approve(self, *sids: str) -> None:
        """
        Let WhatsApp approve these, or all that were submitted.
        """
        self.verdicts |= dict.fromkeys(sids or self.requests, ("approved", ""))

    def is_approved(self, sid: str) -> bool:
        """
        Tell whether a content may be sent outside the 24 hours.
        """
        return self.verdicts.get(sid, ("", ""))[0] == "approved"

    def _list(self, request: web.BaseRequest, url: str) -> web.Response:
        size, page = min(self.page, int(request.query.get("PageSize", "50"))), int(request.query.get("Page", "0"))
        shown = [{"sid": sid, **told} for sid, told in self.contents.items()][page * size:(page + 1) * size]
        more = f"{url}{PATH}?PageSize={size}&Page={page + 1}" if len(self.contents) > (page + 1) * size else None
        return web.json_response({"contents": shown, "meta": {"page": page, "next_page_url": more, "key": "contents"}})

    async def _json(self, request: web.BaseRequest) -> dict[str, Any]:
        try:
            told = await request.json()
        except ValueError:
            raise Wrong(400, 20001, "not JSON") from None
        return told if isinstance(told, dict) else {}
