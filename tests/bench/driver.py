"""
The other side of the benchmark, as light as Python gets: a Bot API that takes everything, and clients who post updates.

It runs in a process of its own on a core of its own. Every connection is kept alive; requests and answers are cut out by httptools.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import httptools

SECRET = "the-secret-of-the-webhook"
TOKEN = "123456789:AAtestTESTtestTESTtestTESTtestTESTte"
CONNECTIONS = 64            # as many as Telegram opens to a webhook
ME = {"id": 123456789, "is_bot": True, "first_name": "Wegwijs", "username": "wegwijs_bench_bot"}
KNOWN = "ik zoek een huis"                              # a question that our phrases know …
FREE = "hoe schrijf ik me in voor een huis?"            # … and one that the language model reads
PATIENCE = 300.0            # seconds for one conversation, on a machine that others use
ASK = ""                                                # in its place stands the question of this driver
LINES = ("/start", ">Nederlands", ">Ja", ">Wonen", ASK, ">vrijwilliger", "dank u")


class Peer(asyncio.Protocol):
    """
    One connection to our Bot API: each sendMessage is taken and answered, after a delay if one is asked for.
    """

    def __init__(self, driver: "Driver") -> None:
        self.driver = driver
        self.parser = httptools.HttpRequestParser(self)
        self.url, self.body = b"", b""

    def connection_made(self, transport: Any) -> None:
        """Keep the transport."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Cut requests out."""
        self.parser.feed_data(data)

    def on_url(self, url: bytes) -> None:
        """A request begins."""
        self.url, self.body = url, b""

    def on_body(self, body: bytes) -> None:
        """More of a body."""
        self.body += body

    def on_message_complete(self) -> None:
        """Take the request."""
        if self.url.endswith(b"/sendMessage"):
            if self.driver.delay:
                asyncio.get_running_loop().call_later(self.driver.delay, self._take, self.body)
            else:
                self._take(self.body)
        elif not self.url.endswith(b"/getUpdates"):
            self._answer(ME if self.url.endswith(b"/getMe") else True)

    def _take(self, body: bytes) -> None:
        sent = json.loads(body)
        number = self.driver.take(sent)
        self._answer({"message_id": number, "date": int(time.time()), "chat": {"id": sent["chat_id"], "type": "private"}, "text": sent["text"]})

    def _answer(self, result: Any) -> None:
        body = json.dumps({"ok": True, "result": result}).encode()
        self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))


class Hook(asyncio.Protocol):
    """
    One connection to the webhook: a request at a time.
    """

    def __init__(self, driver: "Driver") -> None:
        self.driver = driver
        self.parser = httptools.HttpResponseParser(self)
        self.is_ours = False            # the end of it

    def connection_made(self, transport: Any) -> None:
        """Join those who are free."""
        self.transport = transport
        self.driver.freed(self)

    def data_received(self, data: bytes) -> None:
        """Cut answers out."""
        self.parser.feed_data(data)

    def on_message_complete(self) -> None:
        """An answer: free again."""
        if self.parser.get_status_code() != 200:
            self.driver.refused += 1
        self.driver.freed(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Remember that one broke."""
        self.driver.broken += not (self.driver.is_over or self.is_ours)


@dataclass
class Chat:
    """
    One client in the middle of the conversation.
    """

    id: int
    at: int = 0                                 # of LINES
    asked_at: float = 0.0
    choices: dict[str, str] = field(default_factory=dict)


class Driver:
    """
    Clients of one bot. `latencies` are the seconds from a post to its reply; `turns` counts the replies since measuring began.
    """

    def __init__(self, hook_port: int, delay: float = 0.0, first_chat: int = 1000, question: str = KNOWN) -> None:
        self.delay, self.question = delay, question
        self.turns, self.all_turns, self.refused, self.broken, self.is_over = 0, 0, 0, 0, False
        self.latencies: list[float] = []
        self.hooks: list[Hook] = []
        self.free: deque[Hook] = deque()
        self.waiting: deque[bytes] = deque()
        self.chats: dict[int, Chat] = {}
        self.labels: dict[int, dict[str, str]] = {}         # by line: what a button with this label carries
        self.on_reply: Callable[[Chat], None] = lambda chat: None
        self._chat_ids, self._updates, self._messages = count(first_chat), count(first_chat * 100), count(1)
        self.point_at(hook_port)

    def point_at(self, hook_port: int) -> None:
        """
        Post to this port.
        """
        self.hook_port = hook_port
        self._head = (f"POST /webhooks/telegram HTTP/1.1\r\nHost: 127.0.0.1:{hook_port}\r\nContent-Type: application/json\r\n"
                      f"X-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: ").encode()  # fmt: skip

    async def listen(self, port: int) -> None:
        """
        Be the Bot API.
        """
        self._server = await asyncio.get_running_loop().create_server(lambda: Peer(self), "127.0.0.1", port, backlog=512)

    async def connect(self) -> None:
        """
        Open the connections to the webhook.
        """
        loop = asyncio.get_running_loop()
        for _ in range(CONNECTIONS):
            self.hooks.append((await loop.create_connection(lambda: Hook(self), "127.0.0.1", self.hook_port))[1])

    def disconnect(self) -> None:
        """
        Close the connections: whoever listens there would, after a while without a request.
        """
        for hook in self.hooks:
            hook.is_ours = True
            hook.transport.close()
        self.hooks.clear()
        self.free.clear()

    def new_chat(self) -> Chat:
        """
        Return a client who has never written.
        """
        chat = Chat(next(self._chat_ids))
        self.chats[chat.id] = chat
        return chat

    def write(self, chat: Chat) -> None:
        """
        Let a client write the next line.
        """
        chat.asked_at = time.perf_counter()
        body = json.dumps(self._update(chat)).encode()
        request = b"%b%d\r\n\r\n%b" % (self._head, len(body), body)
        if self.free:
            self.free.popleft().transport.write(request)
        else:
            self.waiting.append(request)

    def freed(self, hook: Hook) -> None:
        """
        Give a connection to who waits longest.
        """
        if self.waiting:
            hook.transport.write(self.waiting.popleft())
        else:
            self.free.append(hook)

    def take(self, sent: dict[str, Any]) -> int:
        """
        Take a reply, and let its client go on.
        """
        chat = self.chats.get(int(sent["chat_id"]))
        if chat is None:                        # said twice, or of an earlier load on this database
            return next(self._messages)
        self.latencies.append(time.perf_counter() - chat.asked_at)
        self.turns += 1
        self.all_turns += 1
        if chat.at not in self.labels:
            rows = (sent.get("reply_markup") or {}).get("inline_keyboard", [])
            self.labels[chat.at] = {button["text"]: button["callback_data"] for row in rows for button in row if "callback_data" in button}
        chat.at += 1
        if chat.at == len(LINES):
            del self.chats[chat.id]
        self.on_reply(chat)
        return next(self._messages)

    async def rest(self) -> None:
        """
        Wait until nothing was replied to for a while.
        """
        before = -1
        while before != self.all_turns:
            before = self.all_turns
            await asyncio.sleep(0.3)

    def _update(self, chat: Chat) -> dict[str, Any]:
        line, now = LINES[chat.at] or self.question, int(time.time())
        person = {"id": chat.id, "is_bot": False, "first_name": "Amina", "language_code": "nl"}
        message = {"message_id": next(self._messages), "chat": {"id": chat.id, "type": "private", "first_name": "Amina"}, "date": now}
        if line.startswith(">"):
            labels = self.labels[chat.at - 1]
            data = next(data for label, data in labels.items() if line[1:].lower() in label.lower())
            query = {"id": str(next(self._messages)), "from": person, "chat_instance": "1", "data": data, "message": message | {"text": "?"}}
            return {"update_id": next(self._updates), "callback_query": query}
        return {"update_id": next(self._updates), "message": message | {"from": person, "text": line}}


async def converse_once(driver: Driver) -> None:
    """
    Let one client have the whole conversation, so that the buttons are known.
    """
    done = asyncio.Event()

    def go_on(chat: Chat) -> None:
        if chat.at == len(LINES):
            done.set()
        else:
            driver.write(chat)

    driver.on_reply = go_on
    driver.write(driver.new_chat())
    async with asyncio.timeout(PATIENCE):
        await done.wait()


async def full_load(driver: Driver, people: int, seconds: float) -> float:
    """
    Let so many people talk at once, each line after the reply to the last; who is done gives way to somebody new. Return the
    seconds that were measured, after the warming up.
    """
    driver.on_reply = lambda chat: None if driver.is_over else driver.write(chat if chat.at < len(LINES) else driver.new_chat())
    for _ in range(people):
        driver.write(driver.new_chat())
    await asyncio.sleep(min(1.0, seconds))
    driver.turns, driver.latencies = 0, []
    began = time.perf_counter()
    await asyncio.sleep(seconds)
    took, measured = time.perf_counter() - began, (driver.turns, driver.latencies)
    driver.is_over = True
    await driver.rest()
    driver.turns, driver.latencies = measured
    return took


async def talk(driver: Driver, people: int, how_many: int) -> float:
    """
    The same until so many lines were replied to, and everybody who waits has a reply: what little of a crowded processor is ours does
    not change what is measured. Return the seconds.
    """
    is_over, talking = asyncio.Event(), people

    def go_on(chat: Chat) -> None:
        nonlocal talking
        if driver.turns < how_many:
            driver.write(chat if chat.at < len(LINES) else driver.new_chat())
        else:
            talking -= 1
            if not talking:
                is_over.set()

    driver.on_reply, driver.turns, driver.latencies = go_on, 0, []
    began = time.perf_counter()
    for _ in range(people):
        driver.write(driver.new_chat())
    await is_over.wait()
    return time.perf_counter() - began


async def calm(driver: Driver, a_second: float, seconds: float, people: int = 200) -> float:
    """
    Let so many messages come a second, whatever the replies do, from people in turn. Return the seconds that were measured.
    """
    resting: deque[Chat] = deque(driver.new_chat() for _ in range(people))
    driver.on_reply = lambda chat: resting.append(chat if chat.at < len(LINES) else driver.new_chat())
    driver.turns, driver.latencies = 0, []
    began = time.perf_counter()
    for number in range(int(a_second * seconds)):
        await asyncio.sleep(max(0.0, began + number / a_second - time.perf_counter()))
        if resting:
            driver.write(resting.popleft())
    await driver.rest()
    return time.perf_counter() - began


def quantiles(values: list[float], *shares: float) -> Iterator[float]:
    """
    Yield the values below which these shares of all lie.
    """
    ordered = sorted(values)
    for share in shares:
        yield ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")
