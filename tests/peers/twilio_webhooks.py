"""
What Twilio sends us: inbound messages and statuses as signed forms. The signature is computed here, not by twilio's library.
"""

import base64
import hashlib
import hmac
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp

from tests.peers.twilio_spec import Wrong

ALGORITHMS = {"": hashlib.sha1, "HMAC_SHA1": hashlib.sha1, "HMAC_SHA256": hashlib.sha256}
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
Fields = dict[str, str]
LARGEST = 16 * 1024 * 1024
TAKEN = ("audio/ogg; codecs=opus", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "image/jpeg", "image/png", "application/pdf")


def sign(token: str, url: str, fields: list[tuple[str, str]], algorithm: str = "") -> str:
    """
    Return the signature of a form: the address, then every field name and value, sorted by name, nothing between.
    """
    told = url + "".join(name + value for name, value in sorted(set(fields)))
    return base64.b64encode(hmac.new(token.encode(), told.encode(), ALGORITHMS[algorithm]).digest()).decode()


def message(account: str, sender: str, to: str, sid: str, text: str = "", name: str = "Amina") -> Fields:
    """
    Return the form of a text.
    """
    number = sender.removeprefix("whatsapp:")
    return {
        "SmsMessageSid": sid, "NumMedia": "0", "ProfileName": name, "MessageType": "text", "SmsSid": sid, "WaId": number.lstrip("+"),
        "SmsStatus": "received", "Body": text, "To": to, "NumSegments": "1", "ReferralNumMedia": "0", "MessageSid": sid,
        "AccountSid": account, "From": sender, "ApiVersion": "2010-04-01",
        "ChannelMetadata": json.dumps({"type": "whatsapp", "data": {"context": {"ProfileName": name, "WaId": number.lstrip("+")}}}),
    }


def button(id: str, label: str) -> Fields:
    """
    Return what a press adds.
    """
    return {"MessageType": "button", "ButtonPayload": id, "ButtonText": label, "Body": label}


def row(id: str, label: str) -> Fields:
    """
    Return what a choice from a list adds.
    """
    return {"MessageType": "interactive", "ListId": id, "ListTitle": label, "Body": label}


def location(latitude: str, longitude: str, label: str = "", address: str = "") -> Fields:
    """
    Return what a shared place adds.
    """
    return {"MessageType": "location", "Latitude": latitude, "Longitude": longitude, "Label": label, "Address": address}


def media(urls: list[tuple[str, str]], caption: str = "") -> Fields:
    """
    Return what media add: pairs of address and content type.
    """
    kind = urls[0][1].partition("/")[0]
    told = {"MessageType": kind if kind in ("image", "audio", "video") else "contacts" if "vcard" in urls[0][1] else "document",
            "NumMedia": str(len(urls)), "Body": caption}
    for at, (url, content_type) in enumerate(urls):
        told |= {f"MediaUrl{at}": url, f"MediaContentType{at}": content_type}
    return told


class Webhooks:
    """
    Posts forms. Signatures are over the public address; the post goes to the same path at `hook`, where the bot really listens.
    """

    def __init__(self, token: str, public: str, hook: str) -> None:
        self.token = token
        self.public = public.rstrip("/")
        self.hook = hook.rstrip("/")
        self.client: aiohttp.ClientSession | None = None

    def signed(self, path: str, fields: Fields, algorithm: str = "") -> tuple[dict[str, str], bytes]:
        """
        Return headers (lower case) and body of a request.
        """
        signature = sign(self.token, self.public + path, list(fields.items()), algorithm)
        headers = {"x-twilio-signature": signature, "content-type": FORM, "user-agent": "TwilioProxy/1.1"}
        if algorithm:
            headers["x-twilio-webhooks-signature-settings"] = f"key=webhooks_sharedkey_1,algorithm={algorithm}"
        return headers, urlencode(fields).encode()

    async def post(self, path: str, fields: Fields) -> int:
        """
        Post a form and return the status of the answer, 0 if there was none: Twilio does not try again.
        """
        assert self.client is not None
        headers, body = self.signed(path, fields)
        try:
            async with self.client.post(self.hook + path, headers=headers, data=body, timeout=aiohttp.ClientTimeout(15)) as answer:
                said = await answer.text()
                if answer.status == 200 and not said.lstrip().startswith("<"):
                    raise AssertionError("plain text in a 200 is sent to the client as a message")
                return answer.status
        except (aiohttp.ClientError, TimeoutError):
            return 0


    async def fetch(self, url: str) -> tuple[str, bytes]:
        """
        Fetch a medium from its public address, really at `hook`; `Wrong` where WhatsApp would not take it.
        """
        assert self.client is not None
        if not url.startswith(f"{self.public}/"):
            raise Wrong(400, 63019, "the address of a medium is not the bot's public one")
        async with self.client.get(self.hook + url.removeprefix(self.public)) as answer:
            content, told = await answer.read(), answer.headers.get("content-type", "")
        if answer.status != 200 or told not in TAKEN or not 0 < len(content) <= LARGEST:
            raise Wrong(400, 63019, f"a medium answered {answer.status} {told}, {len(content)} bytes")
        if told.startswith("audio/ogg") and not (content.startswith(b"OggS") and b"OpusHead" in content[:64]):
            raise Wrong(400, 63021, "OGG without Opus")
        return told, content


def path_of(url: str) -> str:
    """
    Return path and query of an address.
    """
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def status(account: str, sent: dict[str, Any], state: str, error: str = "") -> Fields:
    """
    Return the form of a status.
    """
    told = {"MessageSid": sent["sid"], "SmsSid": sent["sid"], "MessageStatus": state, "SmsStatus": state,
            "To": sent["to"], "From": sent["from"], "AccountSid": account,
            "ApiVersion": "2010-04-01", "ChannelPrefix": "whatsapp", "StructuredMessage": "FALSE"}
    if error:
        told |= {"ErrorCode": error, "ChannelStatusMessage": ""}
    return told | ({"EventType": "READ"} if state == "read" else {})
