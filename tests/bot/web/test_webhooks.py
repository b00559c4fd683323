"""
The webhooks: what is taken is written down first, and nothing that is sent to them stops the process.
"""

import asyncio
import json

import aiohttp

from bot.web.webhooks import LIMIT
from storage import messages
from tests.bot.web.conftest import SECRET

UPDATE = {"sender": "5", "text": "hallo", "at": "2026-11-24T10:00:00+01:00"}
RIGHT = {"x-memory-secret": SECRET}


def waiting(app):
    """
    Return how many messages wait for a turn.
    """
    return len(app.database.look(lambda tx: messages.waiting(tx, messages.waiting_addresses(tx, app.now()))))


async def test_webhook_commits_before_200(make_app, serve, http, telegram):
    """A message that is acknowledged is in the database."""
    app = make_app(telegram)
    address = await serve(app)

    async with http.post(f"{address}/webhooks/telegram", json=UPDATE, headers=RIGHT) as answer:
        assert answer.status == 200
    assert waiting(app) == 1


async def test_webhook_refuses_forged(make_app, serve, http, telegram):
    """Without the right secret: 403, and nothing is written."""
    app = make_app(telegram)
    address = await serve(app)

    for headers in ({}, {"x-memory-secret": "guessed"}):
        async with http.post(f"{address}/webhooks/telegram", json=UPDATE, headers=headers) as answer:
            assert answer.status == 403
    assert waiting(app) == 0


async def test_webhook_of_channel_that_is_off(make_app, serve, http, telegram):
    """A channel without its token has no door: 404 for Twilio while only Telegram is on."""
    address = await serve(make_app(telegram))

    for path in ("/webhooks/twilio", "/webhooks/twilio/status?message=5", "/webhooks/other"):
        async with http.post(f"{address}{path}", data={"From": "whatsapp:+31612345678"}) as answer:
            assert answer.status == 404


async def test_webhook_takes_only_post(make_app, serve, http, telegram):
    """A visitor who looks at a webhook is told 405."""
    address = await serve(make_app(telegram))

    async with http.get(f"{address}/webhooks/telegram", headers=RIGHT) as answer:
        assert answer.status == 405


async def test_webhook_refuses_large_bodies(make_app, serve, http, telegram):
    """One megabyte is refused with 413, announced or streamed, also with the right secret; the next request is served."""
    address = await serve(make_app(telegram))
    large = json.dumps({**UPDATE, "text": "a" * 1_000_000}).encode()

    async def stream():
        for start in range(0, len(large), 50_000):
            yield large[start : start + 50_000]

    for body in (large, stream()):
        async with http.post(f"{address}/webhooks/telegram", data=body, headers=RIGHT) as answer:
            assert answer.status == 413
    async with http.post(f"{address}/webhooks/telegram", json=UPDATE, headers=RIGHT) as answer:
        assert answer.status == 200


async def test_webhook_gives_up_on_endless_bodies(make_app, serve, telegram):
    """A body announced as 100 MB is refused before it is read."""
    address = await serve(make_app(telegram))
    host, _, port = address.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))

    writer.write(b"POST /webhooks/telegram HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n")
    line = await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert b" 413 " in line


async def test_webhook_takes_bodies_up_to_the_limit(make_app, serve, http, telegram):
    """A body just under 256 kB, in pieces, is read whole."""
    app = make_app(telegram)
    address = await serve(app)
    body = json.dumps({**UPDATE, "text": "a" * (LIMIT - 200)}).encode()

    async def stream():
        yield body[:100_000]
        yield body[100_000:]

    async with http.post(f"{address}/webhooks/telegram", data=stream(), headers=RIGHT) as answer:
        assert answer.status == 200
    assert waiting(app) == 1


async def test_webhook_survives_broken_bodies(make_app, serve, http, telegram):
    """Broken JSON, nothing, bytes of no alphabet: answered, never kept, and the process goes on."""
    app = make_app(telegram)
    address = await serve(app)

    for body in (b"{", b"", b"\xff\xfe\x00", b"[]", b"null", b"{}" * 1000, b'{"at": 5}'):
        async with http.post(f"{address}/webhooks/telegram", data=body, headers=RIGHT) as answer:
            assert answer.status == 200
    assert waiting(app) == 0


async def test_webhook_says_503_when_database_is_away(make_app, serve, http, telegram):
    """Nothing could be written, so the platform is asked to keep the message."""
    address = await serve(make_app(telegram, database_url="postgresql://nobody:x@127.0.0.1:1/nothing"))

    async with http.post(f"{address}/webhooks/telegram", json=UPDATE, headers=RIGHT) as answer:
        assert answer.status == 503


async def test_webhook_takes_many_at_once(make_app, serve, http, telegram):
    """Two hundred messages that arrive together are all kept, in far fewer commits."""
    app = make_app(telegram)
    address = await serve(app)

    async def send(number):
        async with http.post(f"{address}/webhooks/telegram", json={**UPDATE, "sender": str(number)}, headers=RIGHT) as answer:
            return answer.status

    assert set(await asyncio.gather(*(send(number) for number in range(200)))) == {200}
    assert app.database.commits < 100


async def test_web_has_no_door_it_does_not_need(make_app, serve, http, telegram):
    """Without the demo there are no phones, only the desk is at home, and nobody learns what serves this address."""
    address = await serve(make_app(telegram))

    async with http.get(address, allow_redirects=False) as answer:
        assert answer.headers["location"] == "/desk/"
    for path in ("/phone/", "/phone/amina", "/docs"):
        async with http.get(f"{address}{path}") as answer:
            assert answer.status == 404
            assert "server" not in answer.headers


async def test_web_stops_with_requests_finished(make_app, serve, telegram):
    """A stop closes the door; whoever comes then is refused by the network, not left waiting."""
    address = await serve(make_app(telegram))
    async with aiohttp.ClientSession() as session, session.get(f"{address}/healthz") as answer:
        assert answer.status == 200
