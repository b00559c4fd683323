"""
Telegram's requests: python-telegram-bot over our aiohttp line; its own httpx costs eight times the CPU.
"""

from contextvars import ContextVar
from datetime import timedelta
from typing import Any

import aiohttp
from telegram.error import NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData

from bot.channels.telegram_http import Line, answer_of, message_id_of, wait_of
from bot.channels.telegram_voice import body_of

TAKEN: ContextVar[int] = ContextVar("taken")               # the message_id that this task's send was given


class Paused(RetryAfter):
    """
    Telegram asks for a pause.
    """

    @property
    def retry_after(self) -> timedelta:                     # the library's own warns, at every reading, of the type to come
        """
        Return how long.
        """
        return self._retry_after


class Request(BaseRequest):
    """
    The library's requests, over our line.
    """

    def __init__(self, pool: int) -> None:
        self.line = Line(pool)

    @property
    def read_timeout(self) -> float | None:
        """
        Return how long an answer may take, in seconds.
        """
        return self.line.seconds

    async def initialize(self) -> None:
        """
        Open the line.
        """
        self.line.open()

    async def shutdown(self) -> None:
        """
        Close it.
        """
        await self.line.close()

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, read_timeout: Any = None,
        write_timeout: Any = None, connect_timeout: Any = None, pool_timeout: Any = None,
    ) -> tuple[int, bytes]:  # fmt: skip
        """
        Post one request; raise what the library expects.
        """
        try:
            status, payload = await self.line.post(url, body_of(request_data), read_timeout if isinstance(read_timeout, int | float) else None)
        except (aiohttp.ClientError, OSError) as error:     # TimeoutError is one; the message may hold the address, so the token
            raise NetworkError(type(error).__name__) from error
        if status >= 400 and (seconds := wait_of(status, payload)):
            raise Paused(seconds)
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """
        Return the answer, and keep the message's id out of it.
        """
        try:
            answer = answer_of(payload)
        except ValueError:                                  # the library would write the whole answer into the log
            raise TelegramError("invalid server response") from None
        if taken := message_id_of(answer):
            TAKEN.set(taken)
            answer["result"] = True                        # else the library builds the whole message anew
        return answer
