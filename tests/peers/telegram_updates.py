"""
Updates as Telegram makes them, for people of the tests: a chat is a number, in a private chat the person's own.
"""

import time
from itertools import count
from typing import Any

Update = dict[str, Any]
PEOPLE = {5: ("Amina", "ar"), 6: ("Yonas", "ti"), 7: ("Olena", "uk")}


class Updates:
    """
    Builds updates with rising ids; sends nothing.
    """

    def __init__(self) -> None:
        self._ids = count(500_000_001)
        self._messages = count(1)

    def text(self, chat: int, text: str, **more: Any) -> Update:
        """
        A text.
        """
        return self.message(chat, text=text, **more)

    def press(self, chat: int, data: str, **more: Any) -> Update:
        """
        A press on a button of ours.
        """
        said = {"message_id": next(self._messages), "chat": _chat(chat), "date": int(time.time()), "text": "?"}
        query = {"id": f"4382{next(self._messages)}", "from": _person(chat), "chat_instance": "1", "data": data, "message": said, **more}
        return {"update_id": next(self._ids), "callback_query": query}

    def photo(self, chat: int, file_id: str, caption: str = "", size: int = 90_000) -> Update:
        """
        A photo in three sizes, the largest last.
        """
        sizes = [_file(f"{file_id}-{width}", size // 9, width=width, height=width) for width in (90, 320)]
        return self.message(chat, photo=[*sizes, _file(file_id, size, width=1280, height=1280)], **_with(caption=caption))

    def voice(self, chat: int, file_id: str, size: int = 20_000) -> Update:
        """
        A voice note.
        """
        return self.message(chat, voice=_file(file_id, size, duration=7, mime_type="audio/ogg"))

    def document(self, chat: int, file_id: str, mime_type: str = "application/pdf", caption: str = "", size: int = 50_000) -> Update:
        """
        A document.
        """
        return self.message(chat, document=_file(file_id, size, mime_type=mime_type, file_name="brief.pdf"), **_with(caption=caption))

    def location(self, chat: int, latitude: float = 52.37, longitude: float = 4.9) -> Update:
        """
        A place on the map.
        """
        return self.message(chat, location={"latitude": latitude, "longitude": longitude})

    def contact(self, chat: int, number: str = "+31612345678", name: str = "Joke") -> Update:
        """
        A card of someone.
        """
        return self.message(chat, contact={"phone_number": number, "first_name": name})

    def sticker(self, chat: int) -> Update:
        """
        A sticker.
        """
        return self.message(chat, sticker=_file("sticker", 9_000, type="regular", width=512, height=512, is_animated=False, is_video=False))

    def edited(self, chat: int, text: str) -> Update:
        """
        A text that was changed.
        """
        update = self.message(chat, text=text, edit_date=int(time.time()))
        return {"update_id": update["update_id"], "edited_message": update["message"]}

    def member(self, chat: int, status: str) -> Update:
        """
        The bot was blocked ("kicked") or let in ("member") by a person, or put into a group ("member") or out of it ("left").
        """
        bot = {"id": 1, "is_bot": True, "first_name": "Wegwijs"}
        new = {"status": status, "user": bot, **({"until_date": 0} if status == "kicked" else {})}
        old = {"status": "left", "user": bot}
        change = {"chat": _chat(chat), "from": _person(abs(chat)), "date": int(time.time()), "old_chat_member": old, "new_chat_member": new}
        return {"update_id": next(self._ids), "my_chat_member": change}

    def message(self, chat: int, **content: Any) -> Update:
        """
        A message with any content; a chat below zero is a group.
        """
        head = {"message_id": next(self._messages), "from": _person(abs(chat)), "chat": _chat(chat), "date": int(time.time())}
        return {"update_id": next(self._ids), "message": {**head, **content}}


def _chat(chat: int) -> dict[str, Any]:
    if chat < 0:
        return {"id": chat, "type": "supergroup", "title": "A group"}
    return {"id": chat, "type": "private", "first_name": PEOPLE.get(chat, ("Amina", ""))[0]}


def _person(chat: int) -> dict[str, Any]:
    name, language = PEOPLE.get(chat, ("Amina", "nl"))
    return {"id": chat, "is_bot": False, "first_name": name, "language_code": language}


def _file(file_id: str, size: int, **more: Any) -> dict[str, Any]:
    return {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": size, **more}


def _with(**given: str) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}
