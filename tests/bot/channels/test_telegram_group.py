"""
The volunteers' group through its calls, against a local Bot API server that checks every request; and what Telegram brings of it.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channels import Colleague, Reading, Stray
from bot.channels.telegram import Telegram
from bot.channels.telegram_group import Group, NotDone, Slow
from bot.settings import Settings
from tests.peers.telegram import TOKEN, BotApi, Trouble, flood
from tests.peers.telegram_forum import GROUP
from tests.peers.telegram_updates import Updates

SECRET = "not-a-real-secret"
CHAT = {"id": GROUP, "type": "supergroup", "title": "Team", "is_forum": True}
JOKE = {"id": 77, "is_bot": False, "first_name": "Joke"}


def settings(url: str, folder: Path) -> Settings:
    """Return settings with a group."""
    given = {
        "WEGWIJS_DATA_DIR": str(folder), "WEGWIJS_SECRET_KEY": "the secret key of the tests", "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": SECRET, "TELEGRAM_API_URL": url, "TELEGRAM_VOLUNTEERS_CHAT_ID": str(GROUP),
    }  # fmt: skip
    return Settings.read(given, folder)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """A Bot API server that in the end has seen no request it would refuse for its form."""
    async with BotApi() as server:
        yield server
        assert server.wrong == []


@pytest.fixture
async def group(api: BotApi, tmp_path: Path) -> AsyncIterator[Group]:
    """The group, open."""
    async with Group(settings(api.url, tmp_path)) as line:
        yield line


async def test_a_group_that_moved_is_followed(api: BotApi, group: Group) -> None:
    """Topics switched on make another group of it for Telegram: what we say goes there, and it is told which id belongs in the settings."""
    api.script(Trouble(400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -1007}), method="sendMessage")
    await group.say(0, "dag")

    assert [sent.chat for sent in api.sent] == [group.moved_to] == [-1007]


async def test_the_own_group_is_not_left(api: BotApi, tmp_path: Path) -> None:
    """The volunteers' group under its new id is ours; every other is left still."""
    telegram = Telegram(settings(api.url, tmp_path))
    await telegram.open()
    moved = Trouble(400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -1007})
    api.script(moved, moved, method="sendChatAction")
    await telegram.leave("-1008")
    await telegram.leave("-1007")
    await telegram.close()

    assert [given for method, given in api.calls if method == "leaveChat"] == [{"chat_id": -1008}]


async def test_the_moved_group_is_known_before_it_writes(api: BotApi, tmp_path: Path) -> None:
    """A process that begins with the old id asks first: what volunteers wrote while it was down is theirs, and no stranger's."""
    telegram = Telegram(settings(api.url, tmp_path))
    await telegram.open()
    api.script(Trouble(400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -1007}), method="sendChatAction")
    await telegram.announce()
    await telegram.leave("-1007")
    await telegram.close()

    assert [method for method, _ in api.calls if method == "leaveChat"] == []


def brings(telegram: Telegram, update: dict[str, Any]) -> Reading:
    """Return what a webhook makes of an update."""
    return telegram.read({"x-telegram-bot-api-secret-token": SECRET}, json.dumps(update).encode(), "")


async def test_what_comes_before_the_new_id_is_known_comes_again(api: BotApi, tmp_path: Path) -> None:
    """With a webhook already set Telegram may bring a group's words before we asked: it is told to bring them again, clients are heard."""
    telegram = Telegram(replace(settings(api.url, tmp_path), public_url="https://bot.example.org"))
    wrote = Updates().message(-1007, text="/note dag")
    await telegram.open()
    assert [brings(telegram, update).status for update in (wrote, Updates().text(5, "hallo"))] == [503, 200]

    api.script(Trouble(400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -1007}), method="sendChatAction")
    await telegram.announce()
    assert [type(item) for item in brings(telegram, wrote).items] == [Colleague]
    assert [type(item) for item in brings(telegram, Updates().message(-1008, text="dag")).items] == [Stray]
    await telegram.close()


async def test_a_group_that_moved_while_we_run_loses_no_word(api: BotApi, tmp_path: Path) -> None:
    """Another process may be told of the new id: whose a group is that is new to us is found out first, and what it wrote comes again."""
    telegram = Telegram(replace(settings(api.url, tmp_path), public_url="https://bot.example.org"))
    moved = Trouble(400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": -1007})
    await telegram.open()
    await telegram.announce()
    for chat, then in ((-1007, (200, Colleague)), (-1008, (200, Stray))):
        first = brings(telegram, Updates().message(chat, text="/note dag"))
        api.script(moved, method="sendChatAction")
        await telegram.leave(first.items[0].chat)  # type: ignore[union-attr]
        again = brings(telegram, Updates().message(chat, text="/note dag"))
        assert (first.status, first.items, again.status, type(again.items[0])) == (503, (Stray("telegram", str(chat)),), *then)
    await telegram.close()


async def test_an_id_that_comes_while_we_ask_is_the_newer_one(api: BotApi, tmp_path: Path) -> None:
    """Telegram answers late at start, and the group tells its new id meanwhile: that is the one we keep."""
    telegram = Telegram(settings(api.url, tmp_path))
    await telegram.open()
    asking = asyncio.ensure_future(telegram.announce())
    await asyncio.sleep(0)              # it has asked, and has no answer yet
    brings(telegram, Updates().message(GROUP, migrate_to_chat_id=-1007))
    await asking
    await telegram.close()

    assert [type(item) for item in brings(telegram, Updates().message(-1007, text="/note dag")).items] == [Colleague]


def test_a_group_that_tells_its_new_id_is_followed(tmp_path: Path) -> None:
    """The last thing said in the old group names the new one, which is ours from then on; another group that moves is not."""
    telegram = Telegram(settings("http://127.0.0.1:1", tmp_path))
    for group, new in ((-1009, -1008), (GROUP, -1007)):
        assert brings(telegram, Updates().message(group, migrate_to_chat_id=new)).items == ()

    assert [type(brings(telegram, Updates().message(group, text="/note dag")).items[0]) for group in (-1008, -1007)] == [Stray, Colleague]


async def test_a_topic_from_its_making_to_its_end(api: BotApi, group: Group) -> None:
    """Made with at most 128 characters, said in, edited, closed and deleted; an edit that changes nothing is no error."""
    topic = await group.open_topic("#1 · " + "x" * 200)
    said = await group.say(topic, "dag", [("take:1", "Ik neem deze")])
    for _ in range(2):
        await group.edit(said, "dag Joke", [])
    (shown,) = api.forum.topics.values()

    assert (len(shown.name), shown.messages, shown.buttons) == (128, {said: "dag Joke"}, {said: []})
    await group.close_topic(topic)
    assert shown.is_closed
    await group.delete_topic(topic)
    assert api.forum.topics == {}


async def test_what_is_gone_is_told_as_gone(api: BotApi, group: Group) -> None:
    """A topic that is not there any more is not tried again; a missing right is something else."""
    with pytest.raises(NotDone) as gone:
        await group.say(4, "dag")
    assert gone.value.is_gone
    with pytest.raises(NotDone) as gone:
        await group.delete_topic(4)
    assert gone.value.is_gone
    api.forum.rights["can_manage_topics"] = False
    with pytest.raises(NotDone) as refused:
        await group.open_topic("#1")
    assert not refused.value.is_gone


@pytest.mark.parametrize("trouble", [Trouble(drop="before"), Trouble(drop="after"), Trouble(502, "Bad Gateway"), Trouble(body=b"<html>"),
                                     Trouble(500, body=b"[]")], ids=repr)
async def test_what_nobody_can_tell_is_an_oserror(api: BotApi, group: Group, trouble: Trouble) -> None:
    """A broken connection or an unreadable answer is told as such, without the address, which holds the token."""
    api.script(trouble, method="createForumTopic")
    with pytest.raises(OSError, match=r"^(Telegram answered \d+|\w+)$") as error:
        await group.open_topic("#1")

    assert TOKEN not in str(error.value)


async def test_a_flood_says_how_long(api: BotApi, group: Group) -> None:
    """Telegram's pause is handed on."""
    api.script(flood(17))
    with pytest.raises(Slow) as slow:
        await group.say(0, "dag")

    assert slow.value.seconds == 17


async def test_members_come_and_go(api: BotApi, group: Group) -> None:
    """Who is banned is out until unbanned."""
    await group.ban(77)
    assert api.forum.banned == {77}
    await group.unban(77)
    assert api.forum.banned == set()


async def test_standing_names_what_is_missing(api: BotApi, group: Group) -> None:
    """As a mere member the bot has none of the rights that it needs."""
    assert (await group.standing()).missing == ()
    api.forum.is_admin = False

    assert (await group.standing()).missing == Group.RIGHTS


def test_what_is_read_of_the_group(tmp_path: Path) -> None:
    """Who, in which topic, and which message it answers; the first message of the topic is no message that was answered."""
    channel, people = Telegram(settings("http://127.0.0.1:9", tmp_path)), Updates()

    def read(**content: Any) -> Any:
        update = people.message(GROUP, **{"from": JOKE, "message_thread_id": 50, "is_topic_message": True, **content})
        update["message"]["chat"] = CHAT
        if "edit_date" in content:
            update["edited_message"] = update.pop("message")
        return channel.read({"x-telegram-bot-api-secret-token": SECRET}, json.dumps(update).encode(), "").items

    def answered(number: int) -> dict[str, Any]:
        return {"message_id": number, "chat": CHAT, "date": 1, "from": JOKE}

    (said,) = read(text="/take", reply_to_message=answered(50))
    assert isinstance(said, Colleague)
    assert (said.sender, said.topic, said.text, said.answers, said.is_edited) == ("77", 50, "/take", 0, False)
    (reply,) = read(text="Kom morgen", reply_to_message=answered(60))
    assert (reply.answers, reply.text) == (60, "Kom morgen")
    (edited,) = read(text="Kom vrijdag", edit_date=5)
    assert edited.is_edited
    (spoken,) = read(voice={"file_id": "v", "file_unique_id": "v", "duration": 3})
    assert spoken.voice == "v"
    assert read(forum_topic_closed={}) == ()
    assert read(new_chat_members=[JOKE]) == ()
