"""
A bot that does nothing but answer: with it the driver shows how fast it could drive. Run as `python -m tests.bench.stub PORT API_PORT`.
"""

import asyncio
import json
import sys
from typing import Any

import httptools

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
BUTTONS = [[{"text": label, "callback_data": label}] for label in ("Nederlands", "Ja", "Wonen", "vrijwilliger")]
LINES = 64


class Out(asyncio.Protocol):
    """
    A connection to the Bot API; answers are not read.
    """

    def connection_made(self, transport: Any) -> None:
        """Keep the transport."""
        self.transport = transport


class In(asyncio.Protocol):
    """
    A connection from the platform: each update is answered with 200 and with a message.
    """

    def __init__(self, outs: list[Out]) -> None:
        self.outs = outs
        self.parser = httptools.HttpRequestParser(self)
        self.body = b""

    def connection_made(self, transport: Any) -> None:
        """Keep the transport."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Cut requests out."""
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        """More of a body."""
        self.body += body

    def on_message_complete(self) -> None:
        """Answer."""
        self.transport.write(ANSWER)
        if self.body:
            update = json.loads(self.body)
            self.body = b""
            chat = update["message"]["chat"]["id"] if "message" in update else update["callback_query"]["from"]["id"]
            body = json.dumps({"chat_id": chat, "text": "x" * 200, "reply_markup": {"inline_keyboard": BUTTONS}}).encode()
            request = b"POST /bot1:x/sendMessage HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)
            self.outs[chat % LINES].transport.write(request)


async def main(port: int, api_port: int) -> None:
    """
    Serve until the process is ended.
    """
    loop = asyncio.get_running_loop()
    outs = [(await loop.create_connection(Out, "127.0.0.1", api_port))[1] for _ in range(LINES)]
    server = await loop.create_server(lambda: In(outs), "127.0.0.1", port, backlog=512)
    await server.serve_forever()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2])))
