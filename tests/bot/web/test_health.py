"""
What a machine may ask, and how little a stranger learns.
"""

import asyncio

from starlette.requests import Request

from bot.channels.memory import Memory
from bot.given import is_this_machine
from bot.web.health import Health
from bot.web.webhooks import PATHS, Webhooks


class Gone(Memory):
    """
    A platform that does not answer.
    """

    async def check(self) -> str:
        """Raise what a network raises."""
        raise OSError("no route to host 10.0.0.1")


async def ask(http, address, path, **headers):
    """
    Return status and text of a page.
    """
    async with http.get(f"{address}{path}", headers=headers) as answer:
        return answer.status, await answer.text()


async def test_healthz_says_alive(make_app, serve, http, telegram):
    """The process lives, whatever else does."""
    address = await serve(make_app(telegram, database_url="postgresql://nobody:x@127.0.0.1:1/nothing"))

    assert await ask(http, address, "/healthz") == (200, "alive\n")


async def test_readyz_says_ready(make_app, serve, http, telegram):
    """Database and channels answer: one word."""
    address = await serve(make_app(telegram))

    assert await ask(http, address, "/readyz") == (200, "ready\n")


async def test_readyz_hides_what_is_wrong(make_app, serve, http, telegram):
    """A database or a channel that does not answer makes 503 and two words, no reason, no address."""
    away = make_app(telegram, database_url="postgresql://nobody:x@127.0.0.1:1/nothing")
    for app in (away, make_app(Gone("telegram"))):
        address = await serve(app)

        assert await ask(http, address, "/readyz") == (503, "not ready\n")


async def test_readyz_tells_of_a_full_disk(make_app, telegram):
    """Who has no room for the next message is not ready for it."""
    app = make_app(telegram)
    anyone = Request({"type": "http"})

    assert [(await Health(app, Webhooks(app), least).readyz(anyone)).status_code for least in (0, 2**62)] == [200, 503]


async def test_readyz_asks_platforms_seldom(make_app, serve, http):
    """A stranger who asks often makes us ask a platform once."""
    asked = []

    class Counting(Memory):
        async def check(self):
            asked.append(1)
            return ""

    address = await serve(make_app(Counting("telegram")))

    await asyncio.gather(*(ask(http, address, "/readyz") for _ in range(20)))
    assert len(asked) == 1


async def test_metrics_count(make_app, serve, http, telegram):
    """Prometheus reads what was answered and committed, in its text."""
    address = await serve(make_app(telegram))
    async with http.post(f"{address}/webhooks/telegram", data=b"{}") as answer:
        assert answer.status == 403

    status, text = await ask(http, address, "/metrics")
    assert status == 200
    assert 'wegwijs_webhooks_total{channel="telegram",status="403"} 1' in text
    assert "wegwijs_commits_total " in text


async def test_metrics_tell_strangers_nothing(make_app, serve, http, telegram):
    """Behind a public address there is no such page."""
    address = await serve(make_app(telegram, WEGWIJS_PUBLIC_URL="https://bot.example.org"))

    assert (await ask(http, address, "/metrics"))[0] == 404


def test_this_machine_is_known():
    """Only this machine's own addresses are loopback."""

    assert all(map(is_this_machine, ("127.0.0.1", "127.9.9.9", "::1", "[::1]", "localhost")))
    assert not any(map(is_this_machine, ("", "10.0.0.1", "0.0.0.0", "192.168.1.2", "example.org", "2001:db8::1")))


def test_paths_are_those_of_the_interfaces_page():
    """Other programs post to these three."""

    assert PATHS == {"/webhooks/telegram": "telegram", "/webhooks/twilio": "whatsapp", "/webhooks/twilio/status": "whatsapp"}
