"""
WhatsApp: the real twilio client, asynchronous (the only door of `twilio`).

No free text is handed over outside WhatsApp's 24 hours: `send` refuses it five minutes before they end, and what Twilio still has in
its own queue by then it must throw away (`validity_period`). A send that broke off is never repeated blindly: `settle` asks for the
list of messages. Our message id rides in the address of the status callback.
"""

import asyncio
import logging
import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, get_signature_algorithm
from twilio.rest import Client

from bot.channels import Accepted, Closed, Forged, Gone, Inbound, Later, Outbound, Outcome, Reading, Refused, Unknown, whatsapp_codes, whatsapp_form
from bot.channels import content as shaping
from bot.channels.whatsapp_contents import Contents
from bot.channels.whatsapp_login import Login
from bot.channels.whatsapp_media import Media
from bot.channels.whatsapp_voice import FETCHED, MEDIA_SID, TAKEN, address
from bot.settings import TWILIO_API, Settings
from storage import channels
from storage.database import Database

log = logging.getLogger("wegwijs")
logging.getLogger("twilio").setLevel(logging.CRITICAL)      # it writes whole requests, with numbers and texts

WINDOW = timedelta(hours=24) - timedelta(minutes=5)         # what we hand over must reach WhatsApp in time
QUEUED = 14_400             # seconds that Twilio may keep a message of ours in its queue
SECONDS = 20.0              # for one call: the client itself has no time-out
SETTLED = timedelta(seconds=60)                             # after that Twilio's list shows what it took
DIFFERENCE = timedelta(minutes=1)                           # between their clock and ours
LAST = timedelta(milliseconds=999)                          # the end of a second, which Twilio does not tell
PAGE = 100                  # messages of one page of Twilio's list
SLOWEST = 120.0             # seconds: the longest pause of the channel
MEDIUM = re.compile(r"/Messages/(\w+)/Media/(\w+)$", re.ASCII)
NO_ENVIRONMENT = {"TWILIO": ""}                             # or the client would move to an edge that the environment names


class WhatsApp:
    """
    The WhatsApp number at Twilio. `now` is the app's clock, which may be moved; Twilio's times are real ones.
    """

    name, can_be_asked = whatsapp_form.NAME, True
    brings: Sequence[str] = ("pin",)

    def __init__(self, settings: Settings, database: Database, now: Callable[[], datetime]) -> None:
        self.rate = 80.0 if settings.twilio_api == TWILIO_API else 0.0
        self._settings = settings
        self._database = database
        self._now = now
        self._public = settings.public_url.rstrip("/")
        self.speaks: Sequence[str] = TAKEN if self._public else ()      # Twilio fetches a voice from an address of ours
        self._login = Login(settings.twilio_account, settings.twilio_token)
        self._validators = [RequestValidator(token) for token in (settings.twilio_token, settings.twilio_token_old) if token]
        self._media = Media(settings.twilio_api, self._login.authorization)
        self._session: aiohttp.ClientSession | None = None
        self._client: Any = None
        self._contents = Contents(settings.twilio_content, self._login.authorization, database, now)
        self._pauses = self._sequence = 0

    async def open(self) -> None:
        """
        Open one pool for all calls. A connection that rests is let go before the other side does it: a send on a dead one is ambiguous.
        """
        connector = aiohttp.TCPConnector(limit=self._settings.sends_in_flight + 8, keepalive_timeout=4)
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        http = AsyncTwilioHttpClient(pool_connections=False)
        http.session = self._session
        self._client = Client(
            self._settings.twilio_account, self._settings.twilio_token, http_client=http, environment=NO_ENVIRONMENT,
            credential_provider=self._login)
        self._client.api.base_url = self._settings.twilio_api
        self._client.content.base_url = self._settings.twilio_content
        await self._contents.open()
        await self._media.open()

    async def close(self) -> None:
        """
        Close the pools.
        """
        await self._contents.close()
        await self._media.close()
        if self._session:
            await self._session.close()

    def read(self, headers: Mapping[str, str], body: bytes, url: str) -> Reading:
        """
        Check the signature over our own public address, never over what a request says of its host, and read the form.
        """
        form = whatsapp_form.Form(body)
        if not self._is_signed(headers, form, url):
            raise Forged
        if url.split("?")[0].endswith("/status"):
            status = whatsapp_form.status(form, url)
            return Reading((status,) if status else (), status=204)
        at = self._now()
        self._sequence = max(self._sequence + 1, int(at.timestamp() * 1_000_000))
        inbound = whatsapp_form.inbound(form, at, self._sequence)
        return Reading((inbound,) if inbound else (), b"<Response/>", "text/xml")

    def _is_signed(self, headers: Mapping[str, str], form: whatsapp_form.Form, url: str) -> bool:
        signature = headers.get("x-twilio-signature", "")
        algorithm = get_signature_algorithm(headers.get("x-twilio-webhooks-signature-settings", "")).upper()
        if not signature or algorithm not in (HMAC_SHA1, HMAC_SHA256):
            return False
        try:
            return any(validator.validate(self._public + url, form, signature, algorithm) for validator in self._validators)
        except ValueError:          # an address that is none
            return False

    async def send(self, message: Outbound) -> Outcome:
        """
        Send within the 24 hours, with buttons where they fit; a refusal of the buttons is met with plain text at once.
        """
        if message.kind == "knock":
            sid = await self._contents.approved(shaping.knock(message))
            return self._paced(_final(await self._create(message, sid) if sid else Refused("no_template")))
        content = shaping.content(message)
        sid = await self._contents.sid(content) if content and self._left(message) > 0 else ""
        outcome = await self._create(message, sid)
        if content and sid and isinstance(outcome, Later) and outcome.error in whatsapp_codes.CONTENT:
            log.warning("content_refused error=%s", outcome.error)
            await self._contents.drop(content)
            outcome = await self._create(message, "")
        return self._paced(_final(outcome))

    def _left(self, message: Outbound) -> float:
        if message.kind == "knock":     # an approved template goes at any time
            return QUEUED
        if message.heard_at is None:
            return 0.0
        return (WINDOW - (self._now() - message.heard_at)).total_seconds()

    async def _create(self, message: Outbound, content_sid: str) -> Outcome:
        text, left = shaping.plain(message), self._left(message)
        if left < 1:
            return Closed("window")
        if not content_sid and len(text) > shaping.LONGEST:
            return Refused("21617")
        told: dict[str, Any] = {"content_sid": content_sid} if content_sid else {"body": text}
        if message.pin:
            told["persistent_action"] = [whatsapp_codes.action(message.pin)]
        if message.voice:
            told = {"media_url": [address(self._public, self._database.keys, message.id, self._now())]}
            left = min(left, FETCHED)
        try:
            async with asyncio.timeout(SECONDS):
                made = await self._client.messages.create_async(
                    to=message.recipient, from_=self._settings.twilio_from, validity_period=int(min(QUEUED, left)),
                    status_callback=f"{self._public}/webhooks/twilio/status?message={message.id}", **told)
        except Exception as error:  # whatever a platform or a network can do
            return whatsapp_codes.outcome_of(error)
        if not isinstance(made.sid, str) or not whatsapp_form.SID.fullmatch(made.sid):
            return Unknown("no sid")
        return whatsapp_codes.standing(made.sid, str(made.status), str(made.error_code or ""))

    def _paced(self, outcome: Outcome) -> Outcome:
        if not (isinstance(outcome, Later) and outcome.is_channel):
            self._pauses = 0 if isinstance(outcome, Accepted) else self._pauses
            return outcome
        grown = min(SLOWEST, outcome.seconds * 2**self._pauses)
        self._pauses = min(self._pauses + 1, 8)
        return Later(max(outcome.seconds, grown) * random.uniform(1, 1.5), True, outcome.error)

    async def settle(self, message: Outbound) -> Outcome:
        """
        Look for an ambiguous send in Twilio's list, a minute after it at the earliest; with an `external_id`, ask how that message stands.
        """
        since = self._real(message.attempt_at) - DIFFERENCE
        if not message.external_id and self._now() - message.attempt_at < SETTLED:
            return Unknown("too early")
        try:
            if message.external_id:
                return await self._standing(message.external_id)
            async with asyncio.timeout(SECONDS):
                listed = await self._client.messages.list_async(to=message.recipient, from_=self._settings.twilio_from, limit=PAGE)
        except Exception as error:
            return Unknown(whatsapp_codes.name_of(error))
        texts = ["", *(_flat(text) for text in (message.text, shaping.plain(message)))]
        found = [one.sid for one in listed if whatsapp_form.sent_at(one) >= since and one.direction != "inbound" and _flat(one.body or "") in texts]
        adopted = await self._database.read(lambda tx: channels.adopted(tx, self.name, found))
        mine = next((sid for sid in found if sid not in adopted), None)
        return Accepted(mine) if mine else Later(0.0)

    async def _standing(self, external_id: str) -> Outcome:
        async with asyncio.timeout(SECONDS):
            message = await self._client.messages(external_id).fetch_async()
        return whatsapp_codes.standing(external_id, str(message.status), str(message.error_code or ""))

    def verdict(self, error: str) -> Outcome:
        """
        Say what the error of a failed status means.
        """
        return whatsapp_codes.verdict(error)

    async def fetch(self, reference: str, limit: int) -> bytes:
        """
        Return media, from Twilio's addresses only.
        """
        return await self._media.fetch(reference, limit)

    async def missed(self, since: datetime) -> Sequence[Inbound]:
        """
        Return what Twilio lists as received since then, oldest first; of a press it keeps the label alone.
        """
        found: list[Any] = []
        page = await self._call(self._client.messages.page_async(
            to=self._settings.twilio_from, date_sent_after=self._real(since).astimezone(UTC), page_size=PAGE))
        while page is not None:
            found += [one for one in page if one.direction == "inbound"]
            page = await self._call(page.next_page_async())
        found.reverse()                                     # the newest came first, and times are whole seconds
        found.sort(key=whatsapp_form.sent_at)
        ahead, listed, sequence = self._ahead(), [], 0
        for message in found:
            at = whatsapp_form.sent_at(message) + ahead                  # a message of the same second that came live was written before
            sequence = max(sequence + 1, int((at + LAST).timestamp() * 1_000_000))
            if one := await self._listed(message, at, sequence):
                listed.append(one)
        return listed

    async def _listed(self, message: Any, at: datetime, sequence: int) -> Inbound | None:
        form = whatsapp_form.Form(b"")
        form |= {"MessageSid": [message.sid or ""], "From": [message.from_ or ""], "Body": [message.body or ""]}
        if str(message.num_media or "0") != "0":
            try:
                media = await self._call(self._client.messages(message.sid).media.list_async(limit=whatsapp_form.MOST_MEDIA))
            except Gone:                                    # one that was deleted must not keep the others from us
                media = []
            for number, medium in enumerate(media):
                form[f"MediaUrl{number}"] = [self._settings.twilio_api.rstrip("/") + str(medium.uri).removesuffix(".json")]
                form[f"MediaContentType{number}"] = [medium.content_type or ""]
        inbound = whatsapp_form.inbound(form, at, sequence)
        return replace(inbound, is_late=True) if inbound else None

    async def forget(self, reference: str) -> None:
        """
        Delete a message, or media by its address; what is gone already is deleted.
        """
        medium = MEDIUM.search(reference)
        if not medium and not whatsapp_form.SID.fullmatch(reference):
            return
        message = self._client.messages(medium[1] if medium else reference)
        try:
            if not medium and reference.startswith(MEDIA_SID):       # a voice of ours: what Twilio fetched lies there too
                for one in await self._call(message.media.list_async(limit=whatsapp_form.MOST_MEDIA)):
                    await self._call(message.media(one.sid).delete_async())
            await self._call((message.media(medium[2]) if medium else message).delete_async())
        except Gone:
            return

    async def leave(self, chat: str) -> None:
        """
        Nothing to leave: the number is in no group.
        """

    async def check(self) -> str:
        """
        Ask for the newest message, which shows that account and token are right.
        """
        try:
            await self._call(self._client.messages.page_async(page_size=1))
        except Gone:
            raise OSError("Twilio does not know this account: is TWILIO_ACCOUNT_SID right?") from None
        return f"{self._settings.twilio_from} on Twilio account {self._settings.twilio_account[:6]}…"

    async def _call(self, call: Any) -> Any:
        try:
            async with asyncio.timeout(SECONDS):
                return await call
        except Exception as error:
            if whatsapp_codes.status_of(error) == 404:
                raise Gone from None
            raise OSError(whatsapp_codes.name_of(error)) from None

    def _ahead(self) -> timedelta:
        return self._now() - datetime.now(UTC)

    def _real(self, at: datetime) -> datetime:
        return at - self._ahead()


def _final(outcome: Outcome) -> Outcome:
    if isinstance(outcome, Later) and outcome.error in whatsapp_codes.CONTENT:
        return Refused(outcome.error)       # in its plainest form, and still refused
    return outcome


def _flat(text: str) -> str:
    return " ".join(text.split())
