"""
What an update of Telegram means to us. The objects are the library's `Update` and `Message`; it checks no types, so we do.

What nearly every update is, a text in a private chat or a press there, is read as it came (`directly`): the library makes a hundred fields of
each message, which takes a twentieth of what a turn does.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.channels import Attachment, Colleague, Inbound, Item, Reach, Reading, Stray
from bot.channels.telegram_http import answer_of, language_tag, media_type, text
from flows.events import HeardKind

log = logging.getLogger("wegwijs")
LARGEST_ID = 2**63
SERVICE = (                                                 # what a private chat tells that nobody said
    "pinned_message", "message_auto_delete_timer_changed", "chat_background_set", "write_access_allowed", "boost_added", "new_chat_photo",
    "new_chat_title", "delete_chat_photo", "migrate_to_chat_id", "migrate_from_chat_id", "forum_topic_created", "forum_topic_edited",
    "forum_topic_closed", "forum_topic_reopened", "connected_website", "proximity_alert_triggered", "giveaway_created",
    "giveaway_completed", "new_chat_members", "left_chat_member", "video_chat_scheduled", "video_chat_started", "video_chat_ended",
    "successful_payment", "refunded_payment", "group_chat_created", "supergroup_chat_created", "channel_chat_created",
)  # fmt: skip
MEDIA: tuple[tuple[str, HeardKind, str], ...] = (           # field, kind, what it surely is
    ("voice", "voice", "audio/ogg"),
    ("audio", "voice", ""),
    ("video", "document", ""),
    ("video_note", "document", "video/mp4"),
    ("document", "document", ""),
)

SPOKEN = frozenset({"message_id", "date", "edit_date", "chat", "from", "text", "caption"})
BROUGHT = SPOKEN | {"photo", "location", "contact", *(field for field, *_ in MEDIA)}
PLAIN = frozenset({"message_id", "date", "chat", "from", "text"})
UNREAD = frozenset({"entities", "reply_to_message", "link_preview_options", "external_reply", "quote"})      # of a text; the words are enough


def update_of(body: bytes) -> dict[str, Any]:
    """
    Return the update in the body of a webhook; empty where there is none.
    """
    try:
        return answer_of(body)
    except ValueError:
        log.warning("telegram_body_unreadable bytes=%d", len(body))
        return {}


def versions(raw: Any) -> Iterator[Any]:
    """
    Yield an update, and then, for one that the library cannot read, its private message without what hangs on it, and with the words alone:
    whoever writes is answered.
    """
    yield raw
    for name in ("message", "edited_message"):
        message = raw.get(name) if isinstance(raw, dict) else None
        if isinstance(message, dict) and _is_private(message) and message.keys().isdisjoint(SERVICE):
            for known in (BROUGHT, SPOKEN):
                yield {"update_id": raw.get("update_id"), name: {key: value for key, value in message.items() if key in known}}


def _is_private(message: dict[str, Any]) -> bool:
    chat = message.get("chat")
    return isinstance(chat, dict) and chat.get("type") == "private"


def directly(raw: Any, now: Callable[[], datetime]) -> Reading | None:
    """
    Read a text in a private chat or a press there, as `reading` would; None for any other update, and for one that is not as Telegram makes them.
    """
    try:
        number, query = raw["update_id"], raw.get("callback_query")
        told = query["message"] if query else raw["message"]
        if len(raw) != 2 or _whole(number) < 0 or told["chat"]["type"] != "private":
            return None
        if query:
            who = query["from"]
            return _chosen(number, who["id"], who.get("language_code"), query["data"], query["id"], now())
        if not told["text"] or not told.keys() - UNREAD <= PLAIN:
            return None
        at, hint = datetime.fromtimestamp(_whole(told["date"]), UTC), language_tag(told["from"].get("language_code"))
        return Reading((Inbound("telegram", str(number), str(_whole(told["chat"]["id"])), number, "text", at, text(told["text"]), hint=hint,
                                origin=str(_whole(told["message_id"]))),))
    except (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError):
        return None


def reading(update: Any, volunteers: str, now: Callable[[], datetime]) -> tuple[Reading, str]:
    """
    Read one update; `volunteers` is the group we know. Return its id after this update too: the last thing told in a group that becomes a
    supergroup is the new one. Raise anything for an update that is not as Telegram makes them.
    """
    message = update.message
    is_move = message is not None and message.migrate_to_chat_id and str(message.chat.id) == volunteers
    return _reading(update, volunteers, now), str(_whole(message.migrate_to_chat_id)) if is_move else volunteers


def early(found: Reading, met: Collection[str]) -> Reading:
    """
    Return what to answer before we know whose a group is: a stranger's may be the volunteers' own under a new id, so Telegram is to bring it
    again, until `leave` found that out.
    """
    is_new = any(isinstance(item, Stray) and item.chat not in met for item in found.items)
    return Reading(found.items, status=503) if is_new else found


def _reading(update: Any, volunteers: str, now: Callable[[], datetime]) -> Reading:
    number = _whole(update.update_id)
    if number < 0:
        raise ValueError("an update_id below zero")
    if update.callback_query:
        return _pressed(number, update.callback_query, volunteers, now())
    if update.my_chat_member:
        return Reading(_membership(update.my_chat_member, volunteers))
    message = update.message or update.edited_message or update.channel_post or update.edited_channel_post
    if message is None:
        return Reading()
    if message.chat.type != "private" and str(message.chat.id) == volunteers and message.from_user:
        return Reading(_of_group(number, message, update.edited_message is not None))
    if message.chat.type != "private":
        return Reading(_strays(message.chat, volunteers) if message.migrate_to_chat_id is None else ())
    return Reading(_said(number, message, is_edited=update.edited_message is not None, now=now))


def _pressed(number: int, query: Any, volunteers: str, at: datetime) -> Reading:
    chat, who = query.message.chat if query.message else None, query.from_user
    read = _chosen(number, who.id, who.language_code, query.data, query.id, at)
    if not chat or chat.type == "private":
        return read
    if str(chat.id) != volunteers:
        return replace(read, items=_strays(chat, volunteers))
    under, by = query.message, str(_whole(who.id))
    return replace(read, items=tuple(Colleague("telegram", number, by, _topic(under), _whole(under.message_id), choice=item.choice)
                                     for item in read.items if isinstance(item, Inbound)))


def _chosen(number: int, who: Any, hint: Any, data: Any, query: Any, at: datetime) -> Reading:
    """
    Read a press: whose it is, what our button carried, and the answer that lets the button go.
    """
    query_id, choice = text(query, 100), text(data, 65)
    answer = json.dumps({"method": "answerCallbackQuery", "callback_query_id": query_id}).encode() if query_id else b""
    is_ours = 0 < len(choice.encode()) <= 64                # else a game, or not from our button
    items = (Inbound("telegram", str(number), str(_whole(who)), number, "choice", at, choice=choice, hint=language_tag(hint)),) if is_ours else ()
    return Reading(items, answer, "application/json" if query_id else "text/plain")


def _membership(change: Any, volunteers: str) -> tuple[Item, ...]:
    status = change.new_chat_member.status
    if change.chat.type != "private":
        return _strays(change.chat, volunteers) if status in ("member", "administrator", "restricted", "creator") else ()
    if status not in ("member", "kicked"):
        return ()
    return (Reach("telegram", str(_whole(change.chat.id)), status == "member"),)


def _strays(chat: Any, volunteers: str) -> tuple[Item, ...]:
    known = str(_whole(chat.id))
    return () if known == volunteers else (Stray("telegram", known),)


def _topic(message: Any) -> int:
    topic = getattr(message, "message_thread_id", None)         # a message that is too old to be seen has none
    return _whole(topic) if topic is not None and getattr(message, "is_topic_message", False) else 0


def _of_group(number: int, message: Any, is_edited: bool) -> tuple[Item, ...]:
    if any(getattr(message, field, None) for field in SERVICE):
        return ()
    answered = message.reply_to_message
    answers = _whole(answered.message_id) if answered else 0
    topic = _topic(message)
    if answers == topic:                                    # every message of a topic "answers" the one that opened it
        answers = 0
    return (Colleague("telegram", number, str(_whole(message.from_user.id)), topic, _whole(message.message_id), text(message.text), "", answers,
                      is_edited, text(message.voice.file_id, 500) if message.voice else ""),)


def _said(number: int, message: Any, is_edited: bool, now: Callable[[], datetime]) -> tuple[Item, ...]:
    if any(getattr(message, field, None) for field in SERVICE):
        return ()
    kind, words, media = _content(message)
    if is_edited:
        kind, words, media = "edited", text(message.text or message.caption), ()
        if not words:                                       # a live location that moves, a preview that arrives
            return ()
    at = (message.edit_date if is_edited else message.date) or now()
    hint = language_tag(message.from_user.language_code) if message.from_user else ""
    return (Inbound("telegram", str(number), str(_whole(message.chat.id)), number, kind, at, words, media=media, hint=hint,
                    origin=str(_whole(message.message_id))),)


def _content(message: Any) -> tuple[HeardKind, str, tuple[Attachment, ...]]:
    if message.text:
        return "text", text(message.text), ()
    words = text(message.caption)
    if message.photo:
        return "photo", words, _attachment(max(message.photo, key=lambda size: size.width * size.height), "image/jpeg")
    for field, kind, sure in MEDIA:
        if found := getattr(message, field):
            return kind, words, _attachment(found, sure)
    if message.location:
        return "location", f"{message.location.latitude:.5f}, {message.location.longitude:.5f}", ()
    if message.contact:
        return "contact", f"{text(message.contact.first_name, 100)} {text(message.contact.phone_number, 30)}".strip(), ()
    return "other", words, ()


def _attachment(found: Any, sure: str) -> tuple[Attachment, ...]:
    size = found.file_size if isinstance(found.file_size, int) else 0
    return (Attachment(text(found.file_id, 500), sure or media_type(found.mime_type), min(max(size, 0), 2**31 - 1)),)


def _whole(value: Any) -> int:
    if type(value) is not int or not -LARGEST_ID < value < LARGEST_ID:
        raise ValueError("not an id")
    return value
