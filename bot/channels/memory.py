"""
The channel of tests and of `talk`: it keeps what was sent, and does with a message what it is told to do.
"""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.channels import Accepted, Attachment, Forged, Gone, Inbound, Later, Outbound, Outcome, Reading, Refused, TooLarge, Unknown
from flows.events import HeardKind


class Memory:
    """
    A platform in memory. `sent` holds what was accepted, per recipient and in order; `outcomes` are given to the next sends
    instead of accepting them; `media` is what `fetch` finds; `listed` is what `missed` finds.
    """

    rate = 0.0
    can_be_asked = True
    brings: Sequence[str] = ("pin", "calendar")
    speaks: Sequence[str] = ("audio/ogg", "audio/mpeg")
    is_forgetful = False

    def __init__(self, name: str = "memory", secret: str = "") -> None:
        self.name = name
        self.secret = secret
        self.sent: defaultdict[str, list[Outbound]] = defaultdict(list)
        self.outcomes: list[Outcome] = []
        self.media: dict[str, bytes] = {}
        self.listed: list[Inbound] = []
        self.forgotten: list[str] = []
        self.left: list[str] = []
        self._accepted: dict[int, str] = {}
        self._heard = 0

    async def open(self) -> None:
        """
        Nothing to open.
        """

    async def close(self) -> None:
        """
        Nothing to close.
        """

    def hear(
        self, sender: str, at: datetime, text: str = "", choice: str = "", kind: HeardKind = "text",
        media: tuple[Attachment, ...] = (), hint: str = "",
    ) -> Inbound:
        """
        Return the next message of a sender, numbered as a platform would.
        """
        self._heard += 1
        kind = "choice" if choice else kind
        return Inbound(self.name, f"{self.name}-{self._heard}", sender, self._heard, kind, at, text, choice, media, hint)

    def read(self, headers: Mapping[str, str], body: bytes, url: str) -> Reading:
        """
        Read `{"sender", "text", "choice", "at", "id"}`; `Forged` without the secret in `x-memory-secret`.
        """
        if headers.get("x-memory-secret", "") != self.secret:
            raise Forged
        try:
            told = json.loads(body)
            at = datetime.fromisoformat(told["at"])
            heard = self.hear(str(told["sender"]), at, str(told.get("text", "")), str(told.get("choice", "")))
        except (ValueError, KeyError, TypeError):
            return Reading(status=200)
        return Reading((heard,))

    async def send(self, message: Outbound) -> Outcome:
        """
        Keep the message, or give back the next of `outcomes`.
        """
        if self.outcomes:
            outcome = self.outcomes.pop(0)
            if not isinstance(outcome, Accepted):
                return outcome
        self.sent[message.recipient].append(message)
        self._accepted[message.id] = f"out-{message.id}"
        return Accepted(self._accepted[message.id])

    async def settle(self, message: Outbound) -> Outcome:
        """
        Say whether the message was kept; a platform that `is_forgetful` cannot tell.
        """
        if self.is_forgetful:
            return Unknown("cannot tell")
        external_id = self._accepted.get(message.id)
        return Accepted(external_id) if external_id else Later(0.0)

    def verdict(self, error: str) -> Outcome:
        """
        Refuse: a simulated platform has no codes worth another try.
        """
        return Refused(error)

    async def fetch(self, reference: str, limit: int) -> bytes:
        """
        Return what `media` holds.
        """
        content = self.media.get(reference)
        if content is None:
            raise Gone
        if len(content) > limit:
            raise TooLarge
        return content

    async def missed(self, since: datetime) -> Sequence[Inbound]:
        """
        Return what is listed since then.
        """
        return [inbound for inbound in self.listed if inbound.at >= since]

    async def forget(self, reference: str) -> None:
        """
        Note that the platform was asked to delete it.
        """
        self.forgotten.append(reference)
        self.media.pop(reference, None)

    async def leave(self, chat: str) -> None:
        """
        Note that the group was left.
        """
        self.left.append(chat)

    async def check(self) -> str:
        """
        Always well.
        """
        return f"{self.name}: in memory"
