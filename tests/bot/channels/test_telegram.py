"""
Telegram through the real library, against a local Bot API server that checks every request.
"""

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Update

from bot.calendar import appointment_event, file_of
from bot.channels import (
    Accepted,
    Attachment,
    Forged,
    Gone,
    Halted,
    Inbound,
    Later,
    Outbound,
    Pin,
    Reach,
    Reading,
    Refused,
    Stray,
    TooLarge,
    Unknown,
    Voice,
)
from bot.channels.telegram import Telegram
from bot.channels.telegram_http import Busy, language_tag, media_type, pause, plain, reason, units
from bot.channels.telegram_read import directly, reading
from bot.given import WrongSetting
from bot.settings import Settings
from tests.peers.telegram import TOKEN, BotApi, Trouble, flood
from tests.peers.telegram_spec import TYPES, fields
from tests.peers.telegram_updates import Updates
from tests.people import AMSTERDAM

SECRET = "not-a-real-secret"
RIGHT = {"x-telegram-bot-api-secret-token": SECRET}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
GROUP = -1001234567890
SOMETHING = r"\w"
MENU = (("menu.main:housing", "🏠 Wonen"), ("menu.main:person", "🙋 Ik wil een vrijwilliger"))
HELLO = Outbound(1, "telegram", "5", "Goedemorgen", NOW)


def make(api: str, folder: Path, **environ: str) -> Telegram:
    """
    Return the channel as `serve` makes it.
    """
    given = {
        "WEGWIJS_DATA_DIR": str(folder), "WEGWIJS_SECRET_KEY": "the secret key of the tests", "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_WEBHOOK_SECRET": SECRET, "TELEGRAM_API_URL": api, **environ,
    }  # fmt: skip
    return Telegram(Settings.read(given, folder), lambda: NOW)


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """
    A Bot API server that in the end has seen no request it would refuse, unless the test says so.
    """
    async with BotApi() as server:
        yield server


@pytest.fixture
async def telegram(api: BotApi, tmp_path: Path) -> AsyncIterator[Telegram]:
    """
    The channel, open.
    """
    channel = make(api.url, tmp_path)
    await channel.open()
    yield channel
    await channel.close()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Telegram:
    """
    A channel that only reads.
    """
    return make("http://127.0.0.1:9", tmp_path_factory.mktemp("reader"), TELEGRAM_VOLUNTEERS_CHAT_ID="-100777")


def read(channel: Telegram, update: Any) -> Reading:
    """
    Read an update as the webhook brings it.
    """
    return channel.read(RIGHT, json.dumps(update).encode(), "/webhooks/telegram")


def only(reading: Reading) -> Inbound:
    """
    Return the one message of a reading.
    """
    (item,) = reading.items
    assert isinstance(item, Inbound)
    return item


async def test_send_reaches_the_chat(api: BotApi, telegram: Telegram) -> None:
    """A text arrives as it is, with one button a row and no link preview, and its id is unique among all chats."""

    outcome = await telegram.send(replace(HELLO, text="Kies <één> *ding* _nu_", offers=MENU))

    (sent,) = api.sent
    assert outcome == Accepted(f"{sent.message_id}.1")
    assert (sent.chat, sent.text, sent.buttons) == (5, "Kies <één> *ding* _nu_", MENU)
    assert [len(row) for row in sent.raw["reply_markup"]["inline_keyboard"]] == [1, 1]
    assert sent.raw["link_preview_options"] == {"is_disabled": True}
    assert "parse_mode" not in sent.raw
    assert api.wrong == []


async def test_send_takes_the_longest_text(api: BotApi, telegram: Telegram) -> None:
    """4096 UTF-16 units go in one message; an emoji is two of them."""

    assert isinstance(await telegram.send(replace(HELLO, text="🏠" * 2048)), Accepted)

    assert api.wrong == []
    assert units(api.sent[0].text) == 4096


@pytest.mark.parametrize("content_type", Telegram.speaks)
async def test_send_a_voice(api: BotApi, telegram: Telegram, content_type: str) -> None:
    """A recording goes as a voice message, its bytes as they are; what becomes of it is told as of a text."""

    outcome = await telegram.send(replace(HELLO, text="", voice=Voice(content_type, b"OggS\x00\xff\r\n--")))

    (sent,) = api.sent
    assert outcome == Accepted(f"{sent.message_id}.1")
    assert (sent.chat, sent.raw["voice"]["content"]) == (5, b"OggS\x00\xff\r\n--")
    assert api.wrong == []
    api.script(Trouble(429, "Too Many Requests: retry after 3", {"retry_after": 3}), Trouble(drop="after"), method="sendVoice")
    assert isinstance(await telegram.send(replace(HELLO, id=2, text="", voice=Voice(content_type, b"a"))), Later)
    assert isinstance(await telegram.send(replace(HELLO, id=2, text="", voice=Voice(content_type, b"a"))), Unknown)
    api.blocked.add(5)
    assert await telegram.send(replace(HELLO, id=3, text="", voice=Voice(content_type, b"a"))) == Refused("forbidden", is_unreachable=True)


async def test_send_a_place_and_a_file(api: BotApi, telegram: Telegram) -> None:
    """A pin goes as a venue and a visit as a file for the calendar; Telegram takes both as they are."""
    event = appointment_event("a1", datetime(2026, 11, 25, 11, tzinfo=AMSTERDAM), datetime(2026, 11, 24, tzinfo=UTC), "Wegwijs · Leiden", "Straat 1")

    assert isinstance(await telegram.send(replace(HELLO, pin=Pin(52.1601, 4.497, "Leiden", "Voorbeeldstraat 1"))), Accepted)
    assert isinstance(await telegram.send(replace(HELLO, id=2, calendar=file_of([event]))), Accepted)

    venue, file = (one.raw for one in api.sent)
    assert (venue["latitude"], venue["longitude"], venue["title"]) == (52.1601, 4.497, "Leiden")
    assert (file["document"]["file_name"], file["document"]["mime_type"]) == ("wegwijs.ics", "text/calendar")
    assert b"DTSTART;TZID=Europe/Amsterdam:20261125T110000" in file["document"]["content"]
    assert api.wrong == []


REFUSED = [
    (Trouble(403, "Forbidden: bot was blocked by the user"), True),
    (Trouble(403, "Forbidden: user is deactivated"), True),
    (Trouble(400, "Bad Request: chat not found"), True),
    (Trouble(400, "Bad Request: user is deactivated"), True),
    (Trouble(400, "Bad Request: not enough rights to send text messages to the chat"), False),
    (Trouble(400, "Bad Request: message text is empty"), False),
]


@pytest.mark.parametrize(("trouble", "is_unreachable"), REFUSED)
async def test_send_gives_up_what_is_refused(api: BotApi, telegram: Telegram, trouble: Trouble, is_unreachable: bool) -> None:
    """What Telegram will never take is refused, and a client who cannot be reached is known as such."""

    api.script(trouble)

    outcome = await telegram.send(HELLO)

    assert isinstance(outcome, Refused)
    assert outcome.is_unreachable is is_unreachable
    assert api.sent == []


@pytest.mark.parametrize("status", [429, 400, 503])
async def test_send_waits_as_long_as_it_is_told(api: BotApi, telegram: Telegram, status: int) -> None:
    """Too many requests: the whole channel waits, whatever the status that says so."""

    api.script(replace(flood(17), status=status))

    assert await telegram.send(HELLO) == Later(17, is_channel=True, error="too many requests")


async def test_send_waits_after_a_429_without_a_number(api: BotApi, telegram: Telegram) -> None:
    """A 429 that says no time is waited for all the same."""

    api.script(Trouble(429, "Too Many Requests"))

    assert await telegram.send(HELLO) == Later(1, is_channel=True, error="too many requests")


OURS = [
    "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 4",
    "Bad Request: message is too long",
    "Bad Request: BUTTON_DATA_INVALID",
]


@pytest.mark.parametrize("description", OURS)
async def test_send_goes_on_without_markup(api: BotApi, telegram: Telegram, description: str) -> None:
    """A mistake of ours in text or buttons: it is sent once more, plain, the buttons as a numbered list."""

    api.script(Trouble(400, description))

    outcome = await telegram.send(replace(HELLO, offers=MENU))

    assert isinstance(outcome, Accepted)
    assert api.said_to(5) == ["Goedemorgen\n\n1. 🏠 Wonen\n2. 🙋 Ik wil een vrijwilliger"]
    assert api.sent[0].buttons == ()


async def test_send_gives_up_after_one_plain_try(api: BotApi, telegram: Telegram) -> None:
    """If the plain text is refused as well, it is given up."""

    api.script(Trouble(400, OURS[2]), Trouble(400, OURS[2]))

    assert await telegram.send(replace(HELLO, offers=MENU)) == Refused("button_data_invalid")
    assert api.sent == []


async def test_send_cuts_what_is_too_long(api: BotApi, telegram: Telegram) -> None:
    """A text over the limit, which our tests forbid, still arrives: cut, its answers below it."""

    outcome = await telegram.send(replace(HELLO, text="🏠" * 3000, offers=MENU))

    assert isinstance(outcome, Accepted)
    assert api.sent[0].text.endswith("🏠\n\n1. 🏠 Wonen\n2. 🙋 Ik wil een vrijwilliger")
    assert units(api.sent[0].text) <= 4096


async def test_send_follows_a_migrated_chat(api: BotApi, telegram: Telegram) -> None:
    """A group that became a supergroup gets the message at its new id, at once; one that migrates for ever is given up."""

    moved = Trouble(400, "Bad Request: group chat was upgraded to a supergroup chat", {"migrate_to_chat_id": GROUP})
    api.script(moved)
    assert isinstance(await telegram.send(replace(HELLO, recipient="-5")), Accepted)
    assert [sent.chat for sent in api.sent] == [GROUP]

    api.script(moved, moved)
    assert isinstance(await telegram.send(replace(HELLO, recipient="-5")), Refused)


@pytest.mark.parametrize("status", [401, 404])
async def test_send_halts_on_a_wrong_token(api: BotApi, telegram: Telegram, status: int) -> None:
    """A token that is not taken stops the channel: the queue is kept, nothing is refused."""

    api.script(Trouble(status, "Unauthorized" if status == 401 else "Not Found"))

    assert isinstance(await telegram.send(HELLO), Halted)


async def test_send_retries_what_never_left(tmp_path: Path) -> None:
    """Nobody listens at the address: surely not sent, tried again after a pause that grows."""

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        channel = make(f"http://127.0.0.1:{free.getsockname()[1]}", tmp_path)
    await channel.open()

    first, later = await channel.send(HELLO), await channel.send(replace(HELLO, attempts=6))
    await channel.close()

    assert isinstance(first, Later)
    assert isinstance(later, Later)
    assert not first.is_channel
    assert 0 < first.seconds < 2 < later.seconds < 100


AMBIGUOUS = [
    Trouble(drop="before"),
    Trouble(drop="after"),
    Trouble(500, "Internal Server Error"),
    Trouble(502, "Bad Gateway"),
    Trouble(502, body=b"<html>Bad Gateway</html>"),
    Trouble(504, body=b""),
    Trouble(body=b"<html>what?</html>"),
    Trouble(body=b"[]"),
    Trouble(body=b'{"ok":true}'),
    Trouble(body=b'{"ok":true,"result":{}}'),
    Trouble(body=b'{"ok":true,"result":{"message_id":"x"}}'),
    Trouble(body=b'{"ok":true,"result":[1]}'),
    Trouble(body=b"[" * 100_000),
]


@pytest.mark.parametrize("trouble", AMBIGUOUS)
async def test_send_owns_that_it_does_not_know(api: BotApi, telegram: Telegram, trouble: Trouble) -> None:
    """The connection broke or the answer is unreadable: nobody can say whether it was sent, and Telegram cannot be asked."""

    api.script(trouble)

    outcome = await telegram.send(HELLO)

    assert isinstance(outcome, Unknown)
    assert not telegram.can_be_asked
    assert isinstance(await telegram.settle(HELLO), Unknown)


async def test_send_tells_apart_what_is_sent_at_once(api: BotApi, telegram: Telegram) -> None:
    """Of many sends at the same time each gets its own outcome and id."""

    api.blocked, api.unknown = {6}, {7}
    chats = [5, 6, 7, 8] * 40
    sends = (telegram.send(replace(HELLO, id=id, recipient=str(chat), text=f"{id}")) for id, chat in enumerate(chats))
    outcomes = await asyncio.gather(*sends)

    for id, (chat, outcome) in enumerate(zip(chats, outcomes, strict=True)):
        if chat in (6, 7):
            assert isinstance(outcome, Refused)
        else:
            sent = next(sent for sent in api.sent if sent.text == f"{id}")
            assert outcome == Accepted(f"{sent.message_id}.{id}")


async def test_nothing_secret_is_logged(api: BotApi, telegram: Telegram, caplog: pytest.LogCaptureFixture) -> None:
    """Neither token nor text nor chat is in any log, whatever goes wrong."""

    caplog.set_level(logging.DEBUG)
    troubles = [*AMBIGUOUS, *(trouble for trouble, _ in REFUSED), *(Trouble(400, text) for text in OURS)]
    api.script(*troubles)
    outcomes = [await telegram.send(replace(HELLO, recipient="4711", text="mijn geheim")) for _ in troubles]
    read(telegram, {"update_id": 1, "message": {"text": "mijn geheim", "chat": {"id": 4711}}})
    read(telegram, "mijn geheim")
    told = caplog.text + repr(outcomes)

    assert "telegram_update_unreadable" in told
    for secret in (TOKEN, TOKEN.split(":")[1], "geheim", "4711", SECRET):
        assert secret not in told


@pytest.mark.parametrize("secret", [None, "", "é", "\udcff", SECRET + "x", SECRET[:-1]])
@pytest.mark.parametrize("body", [b"", b"{", b'{"update_id": 1}'])
def test_read_refuses_a_wrong_secret(reader: Telegram, secret: str | None, body: bytes) -> None:
    """Without the right secret nothing of the body is looked at."""

    headers = {} if secret is None else {"x-telegram-bot-api-secret-token": secret}

    with pytest.raises(Forged):
        reader.read(headers, body, "/webhooks/telegram")


def test_read_text(reader: Telegram) -> None:
    """A text, who wrote it, in which order, and the language of the app as a hint."""

    update = Updates().text(5, "  مرحبا ")

    said = only(read(reader, update))

    assert (said.channel, said.kind, said.text, said.sender, said.hint) == ("telegram", "text", "  مرحبا ", "5", "ar")
    assert (said.external_id, said.sequence) == (str(update["update_id"]), update["update_id"])
    assert said.at.timestamp() == update["message"]["date"]
    assert said.at.tzinfo is not None


def test_read_start_with_an_invite(reader: Telegram) -> None:
    """A deep link brings its code in the text."""

    assert only(read(reader, Updates().text(5, "/start x7Kq-9"))).text == "/start x7Kq-9"


def test_read_press(reader: Telegram) -> None:
    """A press brings what our button carried, and is answered in the answer to the webhook."""

    update = Updates().press(5, "menu.main:housing")

    reading = read(reader, update)

    assert (only(reading).kind, only(reading).choice, only(reading).text, only(reading).at) == ("choice", "menu.main:housing", "", NOW)
    assert reading.content_type == "application/json"
    assert json.loads(reading.answer) == {"method": "answerCallbackQuery", "callback_query_id": update["callback_query"]["id"]}


@pytest.mark.parametrize("message", [None, {"chat": {"id": 5, "type": "private"}, "message_id": 3, "date": 0}])
def test_read_press_on_an_old_button(reader: Telegram, message: dict[str, Any] | None) -> None:
    """A button of a message that Telegram no longer shows is pressed like any other."""

    update = Updates().press(5, "menu.main:housing")
    update["callback_query"]["message"] = message

    assert only(read(reader, update)).sender == "5"


@pytest.mark.parametrize("data", [None, "", "x" * 65, "ا" * 33])
def test_read_press_that_is_not_ours(reader: Telegram, data: str | None) -> None:
    """A press without our data, or with more than a button holds, is answered and no more."""

    update = Updates().press(5, "")
    update["callback_query"]["data"] = data

    reading = read(reader, update)

    assert reading.items == ()
    assert reading.answer


def test_read_directly_what_the_library_reads() -> None:
    """A text and a press are read as the library would; nothing else is read without it."""

    people = Updates()
    start = [{"type": "bot_command", "offset": 0, "length": 6}]
    answer = people.text(7, "ja", reply_to_message=people.text(7, "?")["message"])
    texts = (people.text(5, "مرحبا"), people.text(6, "/start x7Kq-9", entities=start), answer)
    others = (people.text(GROUP, "hallo"), people.press(GROUP, "x"), people.photo(5, "big", "brief"), people.edited(5, "nieuw"), people.location(5),
              people.message(5, text="x", pinned_message={}), people.member(5, "kicked"), {**people.text(5, "x"), "poll": {}})

    for update in (*texts, people.press(5, "menu.main:housing"), people.press(7, "")):
        assert directly(update, lambda: NOW) == reading(Update.de_json(update, None), "", lambda: NOW)[0]
    assert [directly(update, lambda: NOW) for update in others] == [None] * len(others)


def test_read_media(reader: Telegram) -> None:
    """Media come with the id to fetch them by, their type and size: of a photo the largest."""

    people = Updates()
    photo, voice = only(read(reader, people.photo(5, "big", "mijn brief"))), only(read(reader, people.voice(5, "hum")))
    document = only(read(reader, people.document(5, "doc", caption="dit")))

    assert (photo.kind, photo.text, photo.media) == ("photo", "mijn brief", (Attachment("big", "image/jpeg", 90_000),))
    assert (voice.kind, voice.text, voice.media) == ("voice", "", (Attachment("hum", "audio/ogg", 20_000),))
    assert (document.kind, document.text, document.media) == ("document", "dit", (Attachment("doc", "application/pdf", 50_000),))


def test_read_an_unlikely_document(reader: Telegram) -> None:
    """A type and a size that are none are left out: the sender's app chose them."""

    update = Updates().document(5, "doc", mime_type="text/html\x00<script>", size=2**40)

    (found,) = only(read(reader, update)).media

    assert (found.content_type, found.size) == ("", 2**31 - 1)


def test_read_other_content(reader: Telegram) -> None:
    """A place, a card and whatever else a person can send are told apart; what nobody said is passed over."""

    people = Updates()

    assert (only(read(reader, people.location(5))).kind, only(read(reader, people.location(5))).text) == ("location", "52.37000, 4.90000")
    assert (only(read(reader, people.contact(5))).kind, only(read(reader, people.contact(5))).text) == ("contact", "Joke +31612345678")
    assert only(read(reader, people.sticker(5))).kind == "other"
    assert only(read(reader, people.message(5, hologram={"of": "the future"}))).kind == "other"
    assert read(reader, people.message(5, message_auto_delete_timer_changed={"message_auto_delete_time": 86400})).items == ()
    assert read(reader, people.message(5, migrate_to_chat_id=GROUP)).items == ()


def test_read_what_the_library_cannot(reader: Telegram) -> None:
    """A message with something on it that the library cannot read is heard without it: nobody is left without an answer."""

    people = Updates()
    voice = people.message(5, voice={"file_id": "v", "file_unique_id": "u", "duration": 3}, forward_origin={"type": "user"})

    assert only(read(reader, people.message(5, text="hallo", via_bot={}))).text == "hallo"
    assert [(one.kind, len(one.media)) for one in (only(read(reader, voice)), only(read(reader, people.message(5, voice={}))))] == [
        ("voice", 1), ("other", 0)]
    assert only(read(reader, people.message(5, poll={"id": "1", "question": "of an older server"}))).kind == "other"
    assert read(reader, people.message(5, text="x", pinned_message=5)).items == ()


def test_read_edited(reader: Telegram) -> None:
    """A changed text comes as such; a live location that moves is no message."""

    people = Updates()
    moved = people.location(5)

    assert (only(read(reader, people.edited(5, "nieuw"))).kind, only(read(reader, people.edited(5, "nieuw"))).text) == ("edited", "nieuw")
    assert read(reader, {"update_id": 9, "edited_message": moved["message"]}).items == ()
    assert only(read(reader, people.message(5, message_id=77, text="oud"))).origin == "77"


def test_read_blocked(reader: Telegram) -> None:
    """Who blocks the bot is out of reach until they let it in again."""

    people = Updates()

    assert read(reader, people.member(5, "kicked")).items == (Reach("telegram", "5", False),)
    assert read(reader, people.member(5, "member")).items == (Reach("telegram", "5", True),)


def test_read_groups(reader: Telegram) -> None:
    """A group that is not ours is left; the volunteers' group and a group we are out of are not."""

    people = Updates()

    post = {"update_id": 8, "channel_post": people.text(GROUP, "x")["message"]}
    for update in (people.text(GROUP, "hallo"), people.member(GROUP, "member"), people.press(GROUP, "x"), post):
        assert read(reader, update).items == (Stray("telegram", str(GROUP)),)
    gone = people.message(GROUP, migrate_to_chat_id=-7)
    for update in (people.message(-100777, forum_topic_closed={}), people.member(-100777, "member"), people.member(GROUP, "left"), gone):
        assert read(reader, update).items == ()


def test_read_long_and_broken_texts(reader: Telegram) -> None:
    """A text is cut at 10,000 characters, and every text that is read can be written down."""

    people = Updates()

    assert only(read(reader, people.text(5, "ሀ" * 12_000))).text == "ሀ" * 10_000
    assert only(read(reader, people.text(5, "half \ud83c an emoji"))).text == "half ? an emoji"


@pytest.mark.parametrize("update", [
    {"update_id": 3}, {"update_id": 3, "poll": {"id": "1"}}, {"update_id": -1, "message": {}}, {"update_id": 2**70}, {}, [], None, 5, "x",
    {"update_id": 3, "message": {"message_id": 1, "date": 1, "chat": {"id": "5", "type": "private"}, "text": "x"}},
    {"update_id": 3, "message": {"message_id": 1, "date": 10**18, "chat": {"id": 5, "type": "private"}, "text": "x"}},
    {"update_id": 3, "callback_query": {"id": 3}}, {"update_id": 3, "my_chat_member": True},
])  # fmt: skip
def test_read_passes_over_what_is_no_update(reader: Telegram, update: Any) -> None:
    """What we cannot understand is answered 200 all the same: Telegram would bring it back for a day."""

    reading = read(reader, update)

    assert (reading.items, reading.status) == ((), 200)


BROKEN = [b"", b"{", b"\xff\xfe", b"[" * 100_000, b"1" * 5000, b'{"update_id": 1, "message": {"text": "' + b"x" * 1_000_000]


@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_read_passes_over_broken_bodies(reader: Telegram, body: bytes) -> None:
    """A broken body with the right secret is answered 200 and brings nothing."""

    assert reader.read(RIGHT, body, "/webhooks/telegram") == Reading()


NAMES = st.sampled_from([
    "id", "chat", "type", "text", "date", "photo", "voice", "from", "message", "data", "location", "contact", "document", "file_id",
    "new_chat_member", "status", "message_id", "first_name", "is_bot", "caption", "user",
])  # fmt: skip
WORDS = st.sampled_from(["private", "member", "kicked", "supergroup"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=20,
)
KINDS = st.sampled_from(["message", "edited_message", "callback_query", "my_chat_member", "channel_post", "poll", "unheard_of"])


@settings(max_examples=200, deadline=None)
@given(update=st.fixed_dictionaries({"update_id": st.integers()}) | ANYTHING, kind=KINDS, content=ANYTHING)
def test_read_raises_nothing(reader: Telegram, update: Any, kind: str, content: Any) -> None:
    """Whatever the body, a reading comes of it, and what it brings can be stored."""

    if isinstance(update, dict):
        update[kind] = content

    for item in read(reader, update).items:
        if isinstance(item, Inbound):
            item.text.encode()
            assert 0 <= item.sequence < 2**63


@settings(max_examples=100, deadline=None)
@given(body=st.binary(max_size=300))
def test_read_raises_nothing_for_bytes(reader: Telegram, body: bytes) -> None:
    """Whatever the bytes, a reading comes of them."""

    assert reader.read(RIGHT, body, "/webhooks/telegram").status == 200


def test_sample_updates_follow_the_specification() -> None:
    """The updates of these tests have the published fields, each of its type."""

    people = Updates()
    samples = (
        people.text(5, "x"), people.photo(5, "x", "y"), people.voice(5, "x"), people.document(5, "x"), people.location(5),
        people.contact(5), people.sticker(5), people.edited(5, "x"), people.press(5, "x"), people.member(5, "kicked"),
        people.member(GROUP, "member"),
    )  # fmt: skip
    for update in samples:
        assert fields("Update", TYPES["Update"], update) == ""


async def test_updates_are_confirmed_by_the_next_call(api: BotApi, telegram: Telegram) -> None:
    """A batch comes again until a call with a higher offset confirms it: a crash in between loses nothing."""

    first, second = api.text(5, "een"), api.press(5, "menu.main:housing")
    api.queue(first, second)

    once = await telegram.updates(0, 0)
    again = await telegram.updates(0, 0)
    after = await telegram.updates(second["update_id"] + 1, 0)

    assert once == again
    assert [number for number, _ in once] == [first["update_id"], second["update_id"]]
    assert [only(reading).kind for _, reading in once] == ["text", "choice"]
    assert after == []
    assert api.wrong == []


async def test_updates_pass_over_one_that_is_unreadable(api: BotApi, telegram: Telegram) -> None:
    """One broken update neither hides its neighbours nor comes again."""

    api.queue({"update_id": 1, "message": "broken"}, {"no": "id"}, api.text(5, "heel"))

    found = await telegram.updates(0, 0)

    assert [len(reading.items) for _, reading in found] == [0, 1]


async def test_updates_tell_that_another_polls(api: BotApi, telegram: Telegram) -> None:
    """A webhook that is set, or another poller, is told apart from Telegram being away."""

    api.hook = {"url": "https://elsewhere.example.org"}
    with pytest.raises(Busy):
        await telegram.updates(0, 0)
    api.hook = {}
    for trouble in (Trouble(502, body=b"<html>"), Trouble(drop="before"), Trouble(body=b"what?"), Trouble(401, "Unauthorized")):
        api.script(trouble, method="getUpdates")
        with pytest.raises(OSError, match=SOMETHING) as told:
            await telegram.updates(0, 0)
        assert not isinstance(told.value, Busy)
        assert TOKEN not in repr(told.value)


async def test_acknowledge_answers_a_press(api: BotApi, telegram: Telegram) -> None:
    """When polling, a press is answered by a call of its own; that it comes too late changes nothing."""

    press = api.press(5, "menu.main:housing")
    api.script(Trouble(400, "Bad Request: query is too old and response timeout expired"), method="answerCallbackQuery")

    await telegram.acknowledge(read(telegram, press))
    await telegram.acknowledge(read(telegram, press))
    await telegram.acknowledge(read(telegram, api.text(5, "x")))

    assert api.calls == [("answerCallbackQuery", {"callback_query_id": press["callback_query"]["id"]})]
    assert api.wrong == []


async def test_announce_sets_the_webhook(api: BotApi, tmp_path: Path) -> None:
    """With a public address the webhook is set, with its secret and the kinds we read; Telegram being away only delays it."""

    channel = make(api.url, tmp_path, WEGWIJS_PUBLIC_URL="https://bot.example.org/")
    await channel.open()
    api.script(Trouble(drop="before"), method="setWebhook")
    await channel.announce()
    await channel.close()

    assert not channel.is_polled
    assert api.hook == {
        "url": "https://bot.example.org/webhooks/telegram", "secret_token": SECRET, "max_connections": 64,
        "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
    }  # fmt: skip
    assert api.wrong == []


async def test_announce_removes_the_webhook(api: BotApi, telegram: Telegram) -> None:
    """Without a public address a webhook of before is removed, and what waits is kept."""

    api.hook = {"url": "https://old.example.org"}
    api.queue(api.text(5, "wacht"))

    await telegram.announce()

    assert telegram.is_polled
    assert api.hook == {}
    assert len(await telegram.updates(0, 0)) == 1
    assert api.wrong == []


async def test_fetch_returns_the_file(api: BotApi, telegram: Telegram) -> None:
    """A file is fetched from Telegram's own address."""

    api.files["files/doc"] = b"%PDF-1.7" + b"x" * 100_000

    assert await telegram.fetch("doc", 200_000) == api.files["files/doc"]
    assert api.wrong == []


async def test_fetch_stops_at_the_limit(api: BotApi, telegram: Telegram) -> None:
    """A file over the limit is not taken, whether Telegram says its size or not, or has it too big for bots."""

    api.files["files/doc"] = b"x" * 100_001
    with pytest.raises(TooLarge):
        await telegram.fetch("doc", 100_000)
    silent = json.dumps({"ok": True, "result": {"file_id": "doc", "file_unique_id": "u", "file_path": "files/doc"}}).encode()
    api.script(Trouble(body=silent), Trouble(400, "Bad Request: file is too big"), method="getFile")
    with pytest.raises(TooLarge):
        await telegram.fetch("doc", 100_000)
    with pytest.raises(TooLarge):
        await telegram.fetch("doc", 100_000)


@pytest.mark.parametrize("path", ["../../../etc/passwd", "/etc/passwd", "files/none", ""])
async def test_fetch_asks_nowhere_else(api: BotApi, telegram: Telegram, path: str) -> None:
    """A path that leads elsewhere, or to nothing, is a file that is gone."""

    answer = {"ok": True, "result": {"file_id": "doc", "file_unique_id": "u", "file_path": path}}
    api.script(Trouble(body=json.dumps(answer).encode()), method="getFile")

    with pytest.raises(Gone):
        await telegram.fetch("doc", 1000)


async def test_fetch_tells_gone_from_later(api: BotApi, telegram: Telegram) -> None:
    """An unknown file is gone; a file or a Telegram that is away is asked again; no error shows the token."""

    with pytest.raises(Gone):
        await telegram.fetch("never", 1000)
    api.files["files/doc"] = b"%PDF-1.7"
    away = (Trouble(400, "Bad Request: wrong file_id or the file is temporarily unavailable"), Trouble(500, "x"), Trouble(drop="before"),
            Trouble(body=b'{"ok":true,"result":{}}'), flood(3))
    for trouble in away:
        api.script(trouble, method="getFile")
        with pytest.raises(OSError, match=SOMETHING) as told:
            await telegram.fetch("doc", 1000)
        assert TOKEN not in repr(told.value)


async def test_leave_leaves(api: BotApi, telegram: Telegram) -> None:
    """A group is left; being out already is well; Telegram being away is for another time."""

    await telegram.leave(str(GROUP))
    api.script(Trouble(403, "Forbidden: bot is not a member of the supergroup chat"), Trouble(500, "x"), method="leaveChat")
    await telegram.leave(str(GROUP))
    with pytest.raises(OSError, match=SOMETHING):
        await telegram.leave(str(GROUP))

    assert api.calls == [("leaveChat", {"chat_id": GROUP})]
    assert api.wrong == []


async def test_check_names_the_bot(api: BotApi, telegram: Telegram) -> None:
    """`check` says who we are and how updates come, or what is wrong and what to do."""

    assert await telegram.check() == "@wegwijs_test_bot, polling, 0 waiting"
    api.script(Trouble(401, "Unauthorized"), Trouble(502, "x"), method="getMe")
    with pytest.raises(OSError, match="TELEGRAM_BOT_TOKEN"):
        await telegram.check()
    with pytest.raises(OSError, match="does not answer"):
        await telegram.check()


async def test_what_telegram_does_by_itself(telegram: Telegram) -> None:
    """Telegram repeats what was not acknowledged, has no statuses, and nothing of ours to delete."""

    assert await telegram.missed(NOW - timedelta(days=1)) == ()
    assert isinstance(telegram.verdict("x"), Refused)
    await telegram.forget("x")


def test_only_a_safe_api_is_taken(tmp_path: Path) -> None:
    """An API that is not https is taken on this machine only, and only the public one has a rate."""

    assert make("http://127.0.0.1:9090", tmp_path).rate == 0
    assert make("https://api.telegram.org", tmp_path).rate == 30
    with pytest.raises(WrongSetting):
        make("http://api.telegram.org", tmp_path)


def test_plain_lists_the_offers() -> None:
    """Without buttons the offers stand numbered below the text, from the right in languages that are written so."""

    assert plain("Kies", (("a", "Een"), ("b", "Twee")), "nl") == "Kies\n\n1. Een\n2. Twee"
    assert plain("اختر", (("a", "سكن"),), "ar") == "اختر\n\n\u200f1. سكن"
    assert plain("Kies", (), "nl") == "Kies"


def test_cleaned_values() -> None:
    """What an app may choose freely is taken only in the shape it should have; a reason quotes nobody."""

    assert (media_type("Image/JPEG"), media_type("x" * 300 + "/y"), media_type(None)) == ("image/jpeg", "", "")
    assert (language_tag("pt-br"), language_tag("x\x00"), language_tag(5)) == ("pt-br", "", "")
    assert reason('Can\'t parse entities: unsupported start tag "geheim"') == "can't parse entities"
    assert reason("123") == "unnamed"
    assert 240 <= pause(100) <= 360
