"""
Telegram: the real python-telegram-bot `Bot` and `Update`, over aiohttp (the only door of `telegram`).

Over its default, httpx, it costs eight times the CPU. Webhook and polling are read in one way; `_outcome` says what became of a send.

One window no code can close: Telegram took a message, and we died (or the connection broke) before we could note it. It has no idempotency key
for sending and cannot be asked what it has, so `settle` says `Unknown` and the reply is then sent once more: a reply said twice is an
annoyance, one never said is harm. At most as many messages as were in flight can be doubled so.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from telegram import Bot, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.request import BaseRequest, RequestData

from bot.channels import Accepted, Forged, Gone, Halted, Inbound, Later, Outbound, Outcome, Reading, Refused, TooLarge, Unknown
from bot.channels.telegram_http import NOT_SENT, Line, answer_of, extras_of, followed, message_id_of, moved_to, pause, plain, reason, wait_of, waiting
from bot.channels.telegram_read import directly, early, reading, update_of, versions
from bot.channels.telegram_voice import VOICES, body_of, hand_over
from bot.given import WrongSetting, is_loopback
from bot.settings import TELEGRAM_API, Settings

log = logging.getLogger("wegwijs")
logging.getLogger("telegram").setLevel(logging.CRITICAL)    # it writes whole messages and addresses with the token

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
MOST_MET = 1000                                             # groups that are remembered; one that is not is brought once more
IN_FLIGHT = 64                                              # connections for sending, and updates Telegram may hand us at once
UNREACHABLE = ("chat not found", "user is deactivated", "peer_id_invalid", "user not found")
_TAKEN: ContextVar[int] = ContextVar("taken")              # the message_id that this task's send was given


class _Paused(RetryAfter):
    @property
    def retry_after(self) -> timedelta:                     # the library's own warns, at every reading, of the type to come
        return self._retry_after


class _Request(BaseRequest):
    def __init__(self, pool: int) -> None:
        self.line = Line(pool)

    @property
    def read_timeout(self) -> float | None:
        return self.line.seconds

    async def initialize(self) -> None:
        self.line.open()

    async def shutdown(self) -> None:
        await self.line.close()

    async def do_request(self, url: str, method: str, request_data: RequestData | None = None, read_timeout: Any = None,
                         write_timeout: Any = None, connect_timeout: Any = None, pool_timeout: Any = None) -> tuple[int, bytes]:
        try:
            status, payload = await self.line.post(url, body_of(request_data), read_timeout if isinstance(read_timeout, int | float) else None)
        except (aiohttp.ClientError, OSError) as error:     # TimeoutError is one; the message may hold the address, so the token
            raise NetworkError(type(error).__name__) from error
        if status >= 400 and (seconds := wait_of(status, payload)):
            raise _Paused(seconds)
        return status, payload

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        try:
            answer = answer_of(payload)
        except ValueError:                                  # the library would write the whole answer into the log
            raise TelegramError("invalid server response") from None
        if taken := message_id_of(answer):
            _TAKEN.set(taken)
            answer["result"] = True                        # else the library builds the whole message anew
        return answer


class Telegram:
    """
    The Telegram bot of this organisation.
    """

    name, can_be_asked = "telegram", False
    speaks: Sequence[str] = tuple(VOICES)
    brings: Sequence[str] = ("pin", "calendar")

    def __init__(self, settings: Settings, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        api = settings.telegram_api.rstrip("/")
        if not (api.startswith("https://") or is_loopback(api)):
            raise WrongSetting("TELEGRAM_API_URL must be https, or on loopback: for example https://api.telegram.org")
        self.rate = 30.0 if api == TELEGRAM_API else 0.0
        self._now, self._secret, self._volunteers = now, settings.telegram_secret, settings.telegram_volunteers
        self._hook = f"{settings.public_url.rstrip('/')}/webhooks/telegram" if settings.public_url else ""
        self._methods, self._files = f"{api}/bot{settings.telegram_token}", f"{api}/file/bot{settings.telegram_token}"
        self._sending, self._polling = _Request(IN_FLIGHT), Line(1)
        self._met: list[str] = []                           # groups of which `leave` found out whose they are
        self._bot = Bot(settings.telegram_token, f"{api}/bot", f"{api}/file/bot", self._sending, self._sending)

    @property
    def is_polled(self) -> bool:
        """
        Whether updates are fetched, because no public address is known to which Telegram could bring them.
        """
        return not self._hook

    async def open(self) -> None:
        """
        Open connections; needs no answer from Telegram.
        """
        await self._sending.initialize()
        self._polling.open()

    async def close(self) -> None:
        """
        Let go of every connection.
        """
        await asyncio.gather(self._sending.shutdown(), self._polling.close())

    async def announce(self) -> None:
        """
        Tell Telegram where its updates go; try again for as long as it is away.
        """
        for attempt in range(1_000_000):
            try:
                known, found = self._volunteers, await followed(self._bot, self._volunteers)      # or what they wrote would be a stranger's
                self._volunteers = found if self._volunteers == known else self._volunteers       # what came meanwhile is newer
                if self._hook:
                    await self._bot.set_webhook(self._hook, secret_token=self._secret, allowed_updates=ALLOWED, max_connections=IN_FLIGHT)
                else:
                    await self._bot.delete_webhook(drop_pending_updates=False)
                return
            except Exception as error:
                log.warning("telegram_not_announced error=%s", _named(error))
            await asyncio.sleep(pause(attempt, 60.0))

    def read(self, headers: Mapping[str, str], body: bytes, url: str) -> Reading:
        """
        Check a webhook request and read it; raise `Forged` without the right secret, and nothing else.
        """
        given = headers.get("x-telegram-bot-api-secret-token", "").encode("utf-8", "replace")
        if not self._secret or not hmac.compare_digest(given, self._secret.encode()):
            raise Forged("the secret of the webhook is not ours")
        raw = update_of(body)
        return self._read(raw) if raw else Reading()

    async def updates(self, offset: int, seconds: int) -> list[tuple[int, Reading]]:
        """
        Wait up to `seconds` for updates and return them by update_id. This confirms all below `offset`: they must be committed.

        Raise `Busy` where another polls, OSError for all else.
        """
        found = await waiting(self._polling, f"{self._methods}/getUpdates", offset, seconds, ALLOWED)
        return [(raw["update_id"], self._read(raw)) for raw in found]

    async def acknowledge(self, reading: Reading) -> None:
        """
        Send, once, what would have ridden in the webhook's answer: the press was heard. Its failing changes nothing.
        """
        if reading.answer:
            try:
                await self._bot.answer_callback_query(json.loads(reading.answer)["callback_query_id"])
            except Exception as error:
                log.info("telegram_press_unanswered error=%s", _named(error))

    async def send(self, message: Outbound) -> Outcome:
        """
        Hand one message to Telegram and say what became of it.
        """
        outcome = await self._send(message, message.recipient, message.text, extras_of(message.offers))
        if isinstance(outcome, Refused) and not outcome.is_unreachable:
            bare = plain(message.text, message.offers, message.language)
            if bare != message.text:        # our own mistake in the text or its buttons: once more without
                log.error("telegram_markup_refused message=%d error=%s", message.id, outcome.error)
                return await self._send(message, message.recipient, bare, extras_of(()))
        return outcome

    async def _send(self, message: Outbound, recipient: str, text: str, extras: dict[str, Any]) -> Outcome:
        _TAKEN.set(0)
        try:
            await hand_over(self._bot, int(recipient), text, message, extras)
        except ChatMigrated as error:
            if recipient != str(error.new_chat_id) and recipient == message.recipient:
                return await self._send(message, str(error.new_chat_id), text, extras)
            return Refused("the chat migrates without end", is_unreachable=True)
        except TelegramError as error:
            return _outcome(error, message.attempts)
        except Exception as error:                          # an answer no one can read: Telegram may have taken the message
            return Unknown(type(error).__name__)
        return Accepted(f"{taken}.{message.id}") if (taken := _TAKEN.get()) else Unknown("no message_id")      # a chat's own number, with our id

    async def settle(self, message: Outbound) -> Outcome:
        """
        Say that nobody can tell: Telegram has neither history nor search for bots.
        """
        return Unknown("Telegram cannot be asked")

    def verdict(self, error: str) -> Outcome:
        """
        Refuse: Telegram sends no statuses.
        """
        return Refused(error)

    async def fetch(self, reference: str, limit: int) -> bytes:
        """
        Return a file by its id; raise `Gone`, `TooLarge`, or OSError to try again. Only Telegram's own host is asked.
        """
        try:
            file = await self._bot.get_file(reference)
        except BadRequest as error:
            if "too big" in error.message.lower():
                raise TooLarge(f"more than {limit} bytes") from None
            raise (OSError if "temporarily" in error.message.lower() else Gone)(_named(error)) from None
        except Exception as error:
            raise OSError(_named(error)) from None
        if not (file.file_path or "").startswith(f"{self._files}/") or "/../" in str(file.file_path):
            raise Gone("the file is not at Telegram's own address")
        if (file.file_size or 0) > limit:
            raise TooLarge(f"more than {limit} bytes")
        return await self._sending.line.download(str(file.file_path), limit)

    async def missed(self, since: datetime) -> Sequence[Inbound]:
        """
        Return nothing: Telegram repeats by itself what we did not acknowledge.
        """
        return ()

    async def forget(self, reference: str) -> None:
        """
        Do nothing: what a client wrote is theirs to delete in their app.
        """

    async def leave(self, chat: str) -> None:
        """
        Leave a group, unless it is the volunteers' own under a new id; raise OSError to try again.
        """
        try:
            if self._volunteers and chat in (self._volunteers, await moved_to(self._bot, self._volunteers)):
                self._volunteers = chat
                return
            await self._bot.leave_chat(int(chat))
        except (Forbidden, BadRequest, ChatMigrated):
            pass                                            # we are out already
        except Exception as error:
            raise OSError(_named(error)) from None
        self._met = [*self._met[1 - MOST_MET:], chat]

    async def check(self) -> str:
        """
        Ask Telegram who we are; raise OSError with what is wrong.
        """
        try:
            me, hook = await self._bot.get_me(), await self._bot.get_webhook_info()
        except InvalidToken:
            raise OSError("Telegram refuses TELEGRAM_BOT_TOKEN: make a new one with @BotFather") from None
        except Exception as error:
            raise OSError(f"Telegram does not answer: {_named(error)}") from None
        trouble = f", last error: {reason(hook.last_error_message)}" if hook.last_error_message else ""
        return f"@{me.username}, {'webhook' if hook.url else 'polling'}, {hook.pending_update_count} waiting{trouble}"

    def _read(self, raw: Any) -> Reading:
        if found := directly(raw, self._now):
            return found
        for told in versions(raw):
            try:
                found, self._volunteers = reading(Update.de_json(told, None), self._volunteers, self._now)
                return early(found, self._met) if self._hook and self._volunteers else found
            except Exception as error:                      # answered 200 all the same: it would come back for a day
                log.warning("telegram_update_unreadable error=%s", type(error).__name__)
        return Reading()


def _named(error: Exception) -> str:
    cause = error.__cause__ if isinstance(error, NetworkError) else None
    return reason(error.message) if isinstance(error, TelegramError) and not cause else type(cause or error).__name__


def _outcome(error: TelegramError, attempts: int) -> Outcome:
    """
    Say what an error means. `BadRequest` is a NetworkError too, so it stands before it.
    """
    match error:
        case RetryAfter():
            wait = error.retry_after
            return Later(wait.total_seconds() if isinstance(wait, timedelta) else float(wait), is_channel=True, error="too many requests")
        case Forbidden():
            return Refused(_named(error), is_unreachable=True)
        case BadRequest():
            return Refused(_named(error), is_unreachable=_named(error) in UNREACHABLE)
        case InvalidToken():
            return Halted("Telegram refuses TELEGRAM_BOT_TOKEN")
        case NetworkError() if isinstance(error.__cause__, NOT_SENT):
            return Later(pause(attempts), error=_named(error))
        case _:
            return Unknown(_named(error))
