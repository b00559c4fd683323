"""
The volunteers' group at Telegram: a supergroup with topics, read and written without the library, whose objects it does not need.
"""

import json
import re
from typing import Any

import aiohttp

from bot.channels import Ours, Reading
from bot.channels.telegram_http import NOT_SENT, Line, answer_of, reason, text, wait_of

LINK = re.compile(r"(?:/start link-|https?://\S+/desk/telegram/)([A-Za-z0-9_-]{20,59})")
LARGEST = 2**53
GONE_TOPIC = ("message thread not found", "topic_deleted", "topic deleted", "topic_id_invalid", "topic not found")
DONE_ALREADY = ("message is not modified", "topic_not_modified", "query is too old", "user not found", "participant_id_invalid",
                "user is not a member", "message to delete not found")


class Wait(Exception):
    """
    Telegram wants us to wait: `seconds`.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"{seconds} seconds")
        self.seconds = seconds


class NoTopic(Exception):
    """
    The topic, or its head, is not there any more.
    """


class NotDone(Exception):
    """
    Telegram will not do this: a few words of its own.
    """


class Group:
    """
    The group, by its chat id.
    """

    def __init__(self, chat: str, methods: str) -> None:
        self.chat = int(chat)
        self._methods = methods
        self._line = Line(2)

    def open(self) -> None:
        """
        Open connections of its own, so that clients' answers never wait for the group.
        """
        self._line.open()

    async def close(self) -> None:
        """
        Let go of every connection.
        """
        await self._line.close()

    async def call(self, method: str, **given: Any) -> Any:
        """
        Call a method in the group and return its result, True for what was so already; raise `Wait`, `NoTopic`, `NotDone`, or OSError
        where nobody knows.
        """
        return await self._call(method, {"chat_id": self.chat, **given})

    async def ask(self, method: str, **given: Any) -> Any:
        """
        The same for a method that is of no chat.
        """
        return await self._call(method, given)

    async def _call(self, method: str, given: dict[str, Any]) -> Any:
        try:
            status, payload = await self._line.post(f"{self._methods}/{method}", json.dumps(given).encode())
        except NOT_SENT as error:
            raise Wait(5) from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise OSError(type(error).__name__) from None       # the message may hold the address, so the token
        if status >= 400 and (seconds := wait_of(status, payload)):
            raise Wait(seconds)
        try:
            answer = answer_of(payload)
        except ValueError:
            raise OSError(f"Telegram answered {status}") from None
        return answer.get("result") if answer.get("ok") is True else self._refused(status, str(answer.get("description", "")))

    def _refused(self, status: int, description: str) -> Any:
        said = description.lower().removeprefix("bad request: ")
        if any(part in said for part in DONE_ALREADY):
            return True
        if any(part in said for part in GONE_TOPIC) or "message to edit not found" in said:
            raise NoTopic(reason(said))
        if status >= 500:
            raise OSError(f"Telegram answered {status}")
        raise NotDone(reason(said))

    async def check(self) -> str:
        """
        Return how the group stands for `wegwijs check`; raise OSError with what to do.
        """
        try:
            chat, me = await self.call("getChat"), await self.ask("getMe")
            member = await self.call("getChatMember", user_id=me["id"])
        except (NotDone, NoTopic):
            raise OSError("the bot is not in TELEGRAM_VOLUNTEERS_CHAT_ID: add it there and make it administrator") from None
        except (Wait, KeyError, TypeError):
            raise OSError("Telegram does not answer about the volunteers' group: try again later") from None
        if not chat.get("is_forum"):
            raise OSError("the volunteers' group has no topics: turn Topics on in the group's settings")
        missing = [name for name in ("can_manage_topics", "can_restrict_members") if not member.get(name)]
        if member.get("status") != "administrator" or missing:
            raise OSError("the bot may not do its work in the volunteers' group: make it administrator that may manage topics and ban users")
        return "a group with topics, in which the bot may manage them"


def reading_of(raw: Any, chat: str) -> Reading | None:
    """
    Read an update of the volunteers' group, or a private word by which one of us is to be known; None for every other.
    """
    if not isinstance(raw, dict) or not chat:
        return None
    query = raw.get("callback_query")
    if isinstance(query, dict):
        return _pressed(raw, query, chat)
    message = raw.get("message") or raw.get("edited_message")
    if not isinstance(message, dict) or not isinstance(message.get("chat"), dict):
        return None
    if message["chat"].get("type") == "private":
        return _linking(raw, message)
    return _said(raw, message) if str(message["chat"].get("id")) == chat else None


def _pressed(raw: dict[str, Any], query: dict[str, Any], chat: str) -> Reading | None:
    message = query.get("message")
    if not isinstance(message, dict) or not isinstance(message.get("chat"), dict) or str(message["chat"].get("id")) != chat:
        return None
    return Reading((Ours("telegram", _whole(raw.get("update_id")), _sender(query), "press", thread=_thread(message),
                         message=_whole(message.get("message_id")), choice=text(query.get("data"), 64), query=text(query.get("id"), 100)),))


def _linking(raw: dict[str, Any], message: dict[str, Any]) -> Reading | None:
    found = LINK.fullmatch(text(message.get("text"), 500).strip())
    if found is None or "message" not in raw:
        return None
    return Reading((Ours("telegram", _whole(raw.get("update_id")), _sender(message), "link", text=found[1]),))


def _said(raw: dict[str, Any], message: dict[str, Any]) -> Reading:
    voice = message.get("voice")
    words = text(message.get("text"), 4096)
    kind = "edited" if "edited_message" in raw else "voice" if isinstance(voice, dict) else "text"
    sender = _sender(message)
    if not sender or (kind == "text" and not words):             # an anonymous administrator, a service message, a sticker
        return Reading()
    reply = message.get("reply_to_message")
    reply_to = _whole(reply.get("message_id")) if isinstance(reply, dict) else 0
    return Reading((Ours("telegram", _whole(raw.get("update_id")), sender, kind, thread=_thread(message),
                         message=_whole(message.get("message_id")), text=words, reply_to=reply_to,
                         reference=text(voice.get("file_id"), 500) if isinstance(voice, dict) else ""),))


def _thread(message: dict[str, Any]) -> int:
    return _whole(message.get("message_thread_id")) if message.get("is_topic_message") else 0


def _sender(found: dict[str, Any]) -> str:
    person = found.get("from")
    return str(_whole(person.get("id"))) if isinstance(person, dict) and not person.get("is_bot") else ""


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < LARGEST:
        raise ValueError("not an id")
    return value
