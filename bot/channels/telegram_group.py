"""
The volunteers' group at Telegram: its topics, what is said in them, and who is let in. Each call is one request, and tells plainly what
became of it; the pace is kept by whoever calls.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import aiohttp

from bot.channels.telegram_http import Line, answer_of, cut, reason, wait_of
from bot.settings import Settings

log = logging.getLogger("wegwijs")
Buttons = Sequence[tuple[str, str]]
NAME = 128                      # characters of a topic's name
GONE = ("message thread not found", "topic_id_invalid", "topic_deleted", "topic_not_found")


class Slow(Exception):
    """
    Telegram wants us to wait `seconds`.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class NotDone(Exception):
    """
    Telegram refuses; `reason` says why, without what it quotes.
    """

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.reason = why

    @property
    def is_gone(self) -> bool:
        """
        Tell whether the topic is not there any more.
        """
        return self.reason in GONE


@dataclass(frozen=True, slots=True)
class Standing:
    """
    How the bot stands in the group: whether that has topics, and which of the rights we need are missing.
    """

    is_forum: bool
    missing: tuple[str, ...]


class Group:
    """
    The group of these settings; `is_on` tells whether there is one. Use it in `async with`.

    Every call raises `Slow`, `NotDone`, or OSError where nobody can tell what became of it.
    """

    RIGHTS = ("can_manage_topics", "can_delete_messages", "can_restrict_members")

    def __init__(self, settings: Settings) -> None:
        self.is_on = bool(settings.telegram_token and settings.telegram_volunteers)
        self._chat = int(settings.telegram_volunteers or 0)
        self.moved_to = 0           # the id that Telegram gave the group since the settings were written
        self._methods = f"{settings.telegram_api.rstrip('/')}/bot{settings.telegram_token}"
        self._line = Line(2)

    async def __aenter__(self) -> Self:
        """
        Open connections.
        """
        self._line.open()
        return self

    async def __aexit__(self, *error: object) -> None:
        """
        Let go of them.
        """
        await self._line.close()

    async def open_topic(self, name: str) -> int:
        """
        Make a topic and return its id.
        """
        made = await self._call("createForumTopic", chat_id=self._chat, name=name[:NAME])
        return int(made["message_thread_id"])

    async def close_topic(self, topic: int) -> None:
        """
        Close a topic: it stays to be read.
        """
        await self._call("closeForumTopic", chat_id=self._chat, message_thread_id=topic)

    async def delete_topic(self, topic: int) -> None:
        """
        Delete a topic with everything in it.
        """
        await self._call("deleteForumTopic", chat_id=self._chat, message_thread_id=topic)

    async def say(self, topic: int, text: str, buttons: Buttons = ()) -> int:
        """
        Say something in a topic (0: the general one) and return its id.
        """
        where = {"message_thread_id": topic} if topic else {}
        said = await self._call("sendMessage", chat_id=self._chat, **where, **_shown(text, buttons))
        return int(said["message_id"])

    async def whisper(self, chat: int, text: str) -> None:
        """
        Say something to one volunteer, in their private chat.
        """
        await self._call("sendMessage", chat_id=chat, **_shown(text, ()))

    async def edit(self, message: int, text: str, buttons: Buttons = ()) -> None:
        """
        Let a message of ours read otherwise; one that reads so already is left.
        """
        try:
            await self._call("editMessageText", chat_id=self._chat, message_id=message, **_shown(text, buttons))
        except NotDone as refused:
            if refused.reason != "message is not modified":
                raise

    async def ban(self, person: int) -> None:
        """
        Remove somebody from the group, for good.
        """
        await self._call("banChatMember", chat_id=self._chat, user_id=person)

    async def unban(self, person: int) -> None:
        """
        Let somebody be added again who was removed.
        """
        await self._call("unbanChatMember", chat_id=self._chat, user_id=person, only_if_banned=True)

    async def standing(self) -> Standing:
        """
        Ask how the bot stands in the group.
        """
        await self._call("sendChatAction", chat_id=self._chat, action="typing")         # tells, as the others do not, that the group has moved
        me = await self._call("getMe")
        chat = await self._call("getChat", chat_id=self._chat)
        member = await self._call("getChatMember", chat_id=self._chat, user_id=me["id"])
        is_admin = member.get("status") == "administrator"
        return Standing(bool(chat.get("is_forum")), tuple(right for right in self.RIGHTS if not (is_admin and member.get(right))))

    async def _call(self, method: str, **given: Any) -> Any:
        try:
            status, payload = await self._line.post(f"{self._methods}/{method}", json.dumps(given).encode())
        except (aiohttp.ClientError, OSError) as error:         # the address in the message holds the token
            raise OSError(type(error).__name__) from None
        if seconds := wait_of(status, payload) if status >= 400 else 0:
            raise Slow(seconds)
        try:
            answer = answer_of(payload)
        except ValueError:
            raise OSError(f"Telegram answered {status}") from None
        if status >= 500 or (status == 200 and "result" not in answer):
            raise OSError(f"Telegram answered {status}")
        moved = answer["parameters"].get("migrate_to_chat_id") if isinstance(answer.get("parameters"), dict) else None
        if isinstance(moved, int) and not self.moved_to and given.get("chat_id") == self._chat:
            log.error("volunteers_group_moved to=%d", moved)
            self._chat = self.moved_to = moved
            return await self._call(method, **{**given, "chat_id": moved})
        if status != 200:
            raise NotDone(_reason(str(answer.get("description", ""))))
        return answer["result"]


def _reason(description: str) -> str:
    return reason(description.partition(": ")[2] or description)


def _shown(text: str, buttons: Buttons) -> dict[str, Any]:
    rows = [[{"text": label, "callback_data": choice}] for choice, label in buttons]
    return {"text": cut(text), "link_preview_options": {"is_disabled": True}, "reply_markup": {"inline_keyboard": rows}}
