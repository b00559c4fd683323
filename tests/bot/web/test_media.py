"""
A volunteer's voice on WhatsApp: Twilio fetches it from an address of ours, and nobody else can.
"""

import base64
from collections.abc import Callable
from datetime import timedelta

import aiohttp
import pytest

from bot.app import App
from bot.channels.memory import Memory
from bot.forget import forget, forget_client
from bot.record import to_opus
from bot.reply import reply_voice, undo
from bot.take import Refused
from flows.emergency import DANGER
from storage import media, recordings
from storage.corrections import hash_of
from tests.bot.test_record import a_wave
from tests.bot.web.line import Line, line
from tests.peers.twilio import Trouble

__all__ = ["line"]


async def test_a_voice_is_fetched_as_it_was_recorded(line: Line) -> None:
    """Twilio fetches exactly what was said; what a phone records otherwise becomes a voice note first."""
    sound, _ = await to_opus(a_wave(2))
    await reply_voice(line.app, line.question.id, line.joke, sound)
    await line.goes_on(10)
    await reply_voice(line.app, line.question.id, line.joke, a_wave(1))
    await line.goes_on(10)

    assert line.twilio.spoken[0] == ("audio/ogg; codecs=opus", sound)
    assert line.twilio.spoken[1][1].startswith(b"OggS")
    assert [one["_validity"] for one in line.twilio.sent[-2:]] == ["3300", "3300"]


async def test_a_text_of_ours_is_fetched_spoken(line: Line) -> None:
    """Who asked for voice gets the text, then its recording, which Twilio fetches the same way as what a volunteer says."""
    sound, seconds = await to_opus(a_wave(1))
    await line.app.database.write(lambda tx: recordings.add(tx, hash_of(DANGER.text), "nl", sound, seconds, line.joke.id, line.app.now()))
    await line.app.database.read(line.app.learn_texts)
    for text in ("stuur mij spraak", "112"):
        await line.twilio.push(text=text)
        await line.goes_on()

    assert line.twilio.spoken == [("audio/ogg; codecs=opus", sound)]
    assert str(line.twilio.sent[-2]["body"]).startswith("112\n")


async def test_a_voice_that_was_not_fetched_is_sent_again(line: Line) -> None:
    """When Twilio could not fetch it, it goes again later, at another address."""
    line.twilio.script(Trouble(status_error="63019"))
    await reply_voice(line.app, line.question.id, line.joke, (await to_opus(a_wave(1)))[0])
    await line.goes_on(10)
    before = line.path
    await line.goes_on(1201)

    assert len(line.twilio.spoken) == 1
    assert line.path != before


async def test_the_address_is_for_nobody_else(line: Line, http: aiohttp.ClientSession, caplog) -> None:
    """It plays and is kept nowhere; any other token is not there; after an hour this one is not either; and nothing of it is logged."""
    await reply_voice(line.app, line.question.id, line.joke, (await to_opus(a_wave(1)))[0])
    await line.goes_on(10)
    token = line.path.removeprefix("/media/")
    sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))

    async def ask(given: str, method: str = "GET") -> aiohttp.ClientResponse:
        async with http.request(method, f"{line.address}/media/{given}") as answer:
            await answer.read()
            return answer

    right = await ask(token)
    assert (right.status, right.headers["content-type"]) == (200, "audio/ogg; codecs=opus")
    assert (right.headers["cache-control"], right.headers["x-content-type-options"]) == ("no-store", "nosniff")
    assert (await ask(token, "HEAD")).status == 200
    assert (await ask(token, "POST")).status == 405
    for place in range(0, len(sealed), 7):
        other = bytes(byte ^ (at == place) for at, byte in enumerate(sealed))
        assert (await ask(base64.urlsafe_b64encode(other).decode().rstrip("="))).status == 404
    for wrong in ("1", "é", "a" * 5000, token[:-3], token + "A" * 8, f"{token}/x", "%00"):
        assert (await ask(wrong)).status == 404
    line.app.now.move(timedelta(hours=1))  # type: ignore[attr-defined]
    assert (await ask(token)).status == 404
    assert token not in caplog.text


async def test_what_is_erased_is_at_no_address(line: Line, http: aiohttp.ClientSession) -> None:
    """Who is forgotten is heard nowhere any more: not at the address, and not at Twilio, which fetched it."""
    await reply_voice(line.app, line.question.id, line.joke, (await to_opus(a_wave(1)))[0])
    await line.goes_on(10)
    path = line.path
    assert len(line.twilio.media) == 1

    await forget_client(line.app, line.question.client_id)
    await forget(line.app)
    async with http.get(line.address + path) as answer:
        assert answer.status == 404
    assert line.twilio.media == {}


async def test_what_is_undone_was_at_no_address(line: Line) -> None:
    """Within the ten seconds Twilio is told nothing, and afterwards a token for it opens nothing."""
    sent = await reply_voice(line.app, line.question.id, line.joke, (await to_opus(a_wave(1)))[0])
    await undo(line.app, sent.message_id, line.joke)
    await line.goes_on(10)
    now = line.app.now()
    token = media.lend(line.app.database.keys, sent.message_id, now + timedelta(hours=1))

    assert line.twilio.spoken == []
    assert await line.app.database.read(lambda tx: media.lent(tx, token, now)) is None


async def test_without_the_channel_it_is_refused(line: Line) -> None:
    """Where WhatsApp is off (it needs the public address), a recording is refused in words."""
    del line.app.channels.on["whatsapp"]

    with pytest.raises(Refused, match="no_voice_here"):
        await reply_voice(line.app, line.question.id, line.joke, (await to_opus(a_wave(1)))[0])


async def test_without_a_public_address_there_is_no_route(make_app: Callable[..., App], serve, http: aiohttp.ClientSession) -> None:
    """Nothing is lent then, so nothing is there."""
    address = await serve(make_app(Memory()))

    async with http.get(f"{address}/media/{'a' * 66}") as answer:
        assert answer.status == 404
