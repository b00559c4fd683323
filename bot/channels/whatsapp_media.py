"""
Media from Twilio: behind our login, then by redirects to a storage that must not see it, and never to an address inside our walls.
"""

import ipaddress
import socket
from urllib.parse import urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot.channels import Gone, TooLarge
from bot.settings import TWILIO_API

REDIRECTS = 5
PIECE = 64 * 1024           # bytes read at once
TIMEOUT = aiohttp.ClientTimeout(total=60, connect=10, sock_read=20)


class Inside(OSError):
    """
    An address that media never come from.
    """


class Media:
    """
    Fetches media of one API address. Only when that address is on loopback itself may media come from loopback, and without https.
    """

    def __init__(self, api: str, authorization: str) -> None:
        self._base = api.rstrip("/")
        self._api = urlsplit(api)
        self._authorization = authorization
        self._is_local = is_loopback(self._api.hostname or "")
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """
        Open the pool.
        """
        connector = aiohttp.TCPConnector(limit=8, resolver=Resolver(self._is_local), use_dns_cache=False, keepalive_timeout=4)
        self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar(), timeout=TIMEOUT)

    async def close(self) -> None:
        """
        Close the pool.
        """
        if self._session:
            await self._session.close()

    def is_ours(self, address: str) -> bool:
        """
        Tell whether an address lies at the API, so that it may see our login.
        """
        try:
            told = urlsplit(address)
            is_api = (told.scheme, told.hostname, told.port) == (self._api.scheme, self._api.hostname, self._api.port)
        except ValueError:
            return False
        host = told.hostname or ""
        return is_api or (told.scheme == "https" and told.port is None and host.endswith(".twilio.com") and "@" not in told.netloc)

    async def fetch(self, address: str, limit: int) -> bytes:
        """
        Return what lies at an address of the API; raises as `Channel.fetch` says. Where another server stands in the place of Twilio's,
        Twilio's own addresses are asked there: no rehearsal reaches the real one.
        """
        if address.startswith(f"{TWILIO_API}/"):
            address = self._base + address.removeprefix(TWILIO_API)
        if not self.is_ours(address):
            raise Gone
        try:
            return await self._follow(URL(address), limit)
        except Inside:
            raise Gone from None
        except (aiohttp.ClientError, ValueError) as error:
            if isinstance(error.__cause__, Inside):
                raise Gone from None
            raise OSError(type(error).__name__) from None

    async def _follow(self, url: URL, limit: int) -> bytes:
        assert self._session is not None
        headers = {"Authorization": self._authorization}
        for _ in range(REDIRECTS + 1):
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                if response.status not in (301, 302, 303, 307, 308):
                    return await _body(response, limit)
                url = url.join(URL(response.headers.get("Location", "")))
            headers = {}
            self._check(url)
        raise Gone

    def _check(self, url: URL) -> None:
        if url.scheme != "https" and not (self._is_local and url.scheme == "http" and is_loopback(url.host or "")):
            raise Inside
        host = (url.host or "").strip("[]")
        if looks_like_ip(host) and not may_visit(host, self._is_local):
            raise Inside                    # of a name the resolver checks what it stands for


async def _body(response: aiohttp.ClientResponse, limit: int) -> bytes:
    if response.status in (404, 410):
        raise Gone
    if response.status != 200:
        raise OSError(f"HTTP {response.status}")
    if (response.content_length or 0) > limit:
        raise TooLarge
    content = bytearray()
    async for piece in response.content.iter_chunked(PIECE):
        content += piece
        if len(content) > limit:
            raise TooLarge
    return bytes(content)


class Resolver(AbstractResolver):
    """
    Names to addresses, at the moment of connecting: what was checked is what is visited.
    """

    def __init__(self, is_local: bool) -> None:
        self._inner = aiohttp.ThreadedResolver()
        self._is_local = is_local

    async def resolve(self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET) -> list[ResolveResult]:
        """
        Look a name up; refuse it when any of its addresses lies inside our walls.
        """
        found = await self._inner.resolve(host, port, family)
        if not all(may_visit(one["host"], self._is_local) for one in found):
            raise Inside
        return found

    async def close(self) -> None:
        """
        Let go of the resolver behind it.
        """
        await self._inner.close()


def looks_like_ip(host: str) -> bool:
    """
    Tell whether the resolver would not be asked: aiohttp takes 127.1 and 2130706433 for addresses too, and so does the system.
    """
    return ":" in host or host.replace(".", "").isdigit()


def is_loopback(host: str) -> bool:
    """
    Tell whether a host is this machine itself.
    """
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def may_visit(address: str, is_local: bool) -> bool:
    """
    Tell whether media may come from an IP address: a public one, or loopback if the API itself is there.
    """
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return False
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return (ip.is_global and not ip.is_multicast) or (is_local and ip.is_loopback)
