"""
A supergroup with topics, as the Bot API shows it: what stands in each topic, who is banned, and which rights the bot has.
"""

import time
from dataclasses import dataclass, field
from typing import Any

GROUP = -1001234567890
SENDING = ("sendMessage", "editMessageText", "createForumTopic", "editForumTopic", "closeForumTopic", "deleteForumTopic")


@dataclass
class Topic:
    """
    One topic: its name and its messages by id, as they read now.
    """

    name: str
    messages: dict[int, str] = field(default_factory=dict)
    buttons: dict[int, list[str]] = field(default_factory=dict)
    is_closed: bool = False


class Forum:
    """
    The group. `times` are those at which it was asked to send, edit or change anything, by `clock`.
    """

    METHODS = ("createForumTopic", "closeForumTopic", "deleteForumTopic", "editForumTopic", "editMessageText", "banChatMember",
               "unbanChatMember", "getChatMember", "getChat")  # fmt: skip

    def __init__(self) -> None:
        self.chat = GROUP
        self.is_forum = True
        self.rights = {"can_manage_topics": True, "can_restrict_members": True, "can_delete_messages": True}
        self.is_admin = True
        self.topics: dict[int, Topic] = {}
        self.banned: set[int] = set()
        self.clock: Any = time.time
        self.times: list[Any] = []
        self._number = 999

    def next_message(self) -> int:
        """
        Return the id of the next message.
        """
        self._number += 1
        return self._number

    def wrong(self, method: str, given: dict[str, Any]) -> str:
        """
        Return how Telegram would refuse this call, or "".
        """
        if str(given.get("chat_id")) != str(self.chat):
            return ""
        if method in SENDING:
            self.times.append(self.clock())
        thread = given.get("message_thread_id")
        if thread is not None and thread not in self.topics:
            return "message thread not found" if method == "sendMessage" else "TOPIC_ID_INVALID"
        if method in ("createForumTopic", "closeForumTopic", "editForumTopic") and not (self.is_admin and self.rights["can_manage_topics"]):
            return "not enough rights to manage topics"
        if method == "banChatMember" and not self.rights["can_restrict_members"]:
            return "not enough rights to restrict/unrestrict chat member"
        if method == "createForumTopic" and not 1 <= len(given["name"]) <= 128:
            return "topic name is invalid"
        if method == "editMessageText":
            return self._wrong_edit(given)
        return ""

    def _wrong_edit(self, given: dict[str, Any]) -> str:
        topic = self.topic_of(given.get("message_id", 0))
        if topic is None:
            return "message to edit not found"
        number = given["message_id"]
        if topic.messages[number] == given["text"] and topic.buttons.get(number, []) == buttons_of(given):
            return "message is not modified: specified new message content and reply markup are exactly the same"
        return ""

    def topic_of(self, number: int) -> Topic | None:
        """
        Return the topic in which a message stands, or None.
        """
        return next((topic for topic in self.topics.values() if number in topic.messages), None)

    def take(self, number: int, given: dict[str, Any]) -> None:
        """
        Keep a message that was sent into a topic.
        """
        if topic := self.topics.get(given.get("message_thread_id", 0)):
            topic.messages[number], topic.buttons[number] = given["text"], buttons_of(given)

    def do(self, method: str, given: dict[str, Any]) -> Any:
        """
        Do what a call asks, and return its result.
        """
        thread = given.get("message_thread_id", 0)
        match method:
            case "createForumTopic":
                number = self.next_message()
                self.topics[number] = Topic(given["name"])
                return {"message_thread_id": number, "name": given["name"], "icon_color": 7322096}
            case "closeForumTopic":
                self.topics[thread].is_closed = True
            case "deleteForumTopic":
                del self.topics[thread]
            case "editMessageText":
                topic = self.topic_of(given["message_id"])
                assert topic
                topic.messages[given["message_id"]], topic.buttons[given["message_id"]] = given["text"], buttons_of(given)
                return {"message_id": given["message_id"], "chat": {"id": self.chat, "type": "supergroup", "title": "Team"}, "date": int(time.time())}
            case "banChatMember":
                self.banned.add(given["user_id"])
            case "unbanChatMember":
                self.banned.discard(given["user_id"])
            case "getChat":
                return {"id": self.chat, "type": "supergroup", "title": "Team", "is_forum": self.is_forum}
            case "getChatMember":
                user = {"id": given["user_id"], "is_bot": True, "first_name": "Wegwijs"}
                return {"status": "administrator", "user": user, **self.rights} if self.is_admin else {"status": "member", "user": user}
        return True


def buttons_of(given: dict[str, Any]) -> list[str]:
    """
    Return what the buttons of a message carry.
    """
    rows = given.get("reply_markup", {}).get("inline_keyboard", [])
    return [button.get("callback_data", "") for row in rows for button in row]
