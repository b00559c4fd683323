"""
The simulated phones: pages, posts and the stream, over real HTTP and the real app.
"""

import asyncio
import io
from dataclasses import replace
from datetime import datetime, timedelta

import aiohttp
import pytest

from bot.app import Clock
from bot.channels import Accepted, Later, Outbound, Pin
from bot.channels.phone import Phones, read_form
from bot.rehearse import furnish
from bot.serve import serve as serve_app
from bot.web.notes import MomentNote, Notes
from bot.web.server import listen, serve_web
from bot.web.views import asking, render, said
from bot.web.words import WORDS, date_of, language_of
from flows.catalogue import FLOWS
from storage import recordings, volunteers
from storage.corrections import hash_of
from tests.people import AMSTERDAM, until

NL = {"accept-language": "nl"}
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40


@pytest.fixture
async def phones(make_app, serve):
    """
    Phones whose app takes turns and sends, and the address of their pages.
    """
    clock = Clock()
    phones = Phones(clock)
    app = make_app(phones)
    app.now = clock
    phones.add("olena", "Olena", "olena")
    await app.database.write(lambda tx: furnish(tx, app.now()))
    phones.app = app
    phones.address = await serve(app)
    running = asyncio.create_task(serve_app(app, frozenset({"turns", "delivery"})))
    yield phones
    app.stopping.set()
    await running


async def page(http, phones, path="/phone/olena", language="nl"):
    """
    Return a page's text.
    """
    async with http.get(f"{phones.address}{path}", headers={"accept-language": language}) as answer:
        assert answer.status == 200
        return await answer.text()


async def post(http, phones, data, path="/phone/olena", **headers):
    """
    Post a form as a browser without JavaScript does, and return status and final text.
    """
    async with http.post(f"{phones.address}{path}", data=data, headers={**NL, **headers}) as answer:
        return answer.status, await answer.text()


async def answered(http, phones, data):
    """
    Post as Olena and return the page once her answer is there: a busy machine may take longer than the post waits.
    """
    await post(http, phones, data)
    await until(lambda: phones.phones["olena"].bubbles[-1].is_ours)
    return await page(http, phones)


async def test_the_pages_say_how_far_the_year_is(http, phones):
    """While the year before is played, a page says how much of it is; once it is there, nothing."""
    phones.played = 43
    assert "43 %" in await page(http, phones, "/phone/")
    phones.played = None
    assert "%" not in await page(http, phones, "/phone/")


async def test_phone_works_without_script(phones, http):
    """A post is answered with the page on which the reply stands already."""
    status, text = await post(http, phones, {"text": "/start"})

    assert status == 200
    assert "Nederlands" in text
    assert 'name="choice"' in text


async def test_phone_presses_buttons(phones, http):
    """A press carries the button's id, and shows its label as what the client said."""
    await answered(http, phones, {"text": "/start"})
    choice = next(id for id, label in phones.phones["olena"].bubbles[-1].offers if label == "Nederlands")

    text = await answered(http, phones, {"choice": choice})
    assert [bubble.text for bubble in phones.phones["olena"].bubbles if not bubble.is_ours] == ["/start", "Nederlands"]
    assert ">✅ Ja</button>" in text


async def test_phone_sends_pictures_and_voice(phones, http):
    """A picture and a voice note reach the app as media, and the phone shows them."""
    form = aiohttp.FormData()
    form.add_field("photo", PNG, filename="brief.png", content_type="image/png")
    status, text = await post(http, phones, form)

    assert status == 200
    assert 'src="/phone/olena/media/' in text
    reference = next(iter(phones.media))
    assert await phones.fetch(reference, 1000) == PNG
    async with http.get(f"{phones.address}/phone/olena/media/{reference}") as answer:
        assert (await answer.read(), answer.content_type) == (PNG, "image/png")


async def test_phone_shows_no_foreign_kinds(phones, http):
    """What calls itself a picture and is a page is never served as one."""
    form = aiohttp.FormData()
    form.add_field("photo", b"<script>alert(1)</script>", filename="x.html", content_type="text/html")
    await post(http, phones, form)

    async with http.get(f"{phones.address}/phone/olena/media/{next(iter(phones.media))}") as answer:
        assert answer.status == 404


async def test_phone_sends_its_place(phones, http):
    """A location is heard as one."""
    await answered(http, phones, {"place": "here"})

    assert phones.phones["olena"].bubbles[0].kind == "location"
    assert phones.phones["olena"].bubbles[-1].is_ours


async def test_phone_escapes_what_clients_write(phones, http):
    """Markup from a client stays text, and every line finds its own direction."""
    await post(http, phones, {"text": "<b>hallo</b>\nمرحبا"})

    text = await page(http, phones)
    assert "&lt;b&gt;hallo" in text
    assert '<span class="line" dir="auto">مرحبا</span>' in text


async def test_phone_ignores_empty_posts(phones, http):
    """Nothing typed, nothing sent."""
    for data in ({"text": "  "}, {}, {"unknown": "5"}):
        assert (await post(http, phones, data))[0] == 200
    assert phones.phones["olena"].bubbles == []


async def test_phone_refuses_large_files(phones, http):
    """Over 5 MB is refused in words, and the phone goes on."""
    form = aiohttp.FormData()
    form.add_field("photo", io.BytesIO(b"a" * (5 * 1024 * 1024 + 1)), filename="x.png", content_type="image/png")

    status, text = await post(http, phones, form)
    assert (status, text) == (413, WORDS["nl"]["too_large"])
    assert (await post(http, phones, {"text": "/start"}))[0] == 200


async def test_phone_refuses_other_sites(phones, http):
    """Another site's page can post nothing here."""
    for path in ("/phone/olena", "/phone/new", "/phone/clock"):
        assert (await post(http, phones, {"text": "hallo"}, path, origin="https://example.org"))[0] == 403
    assert (await post(http, phones, {"text": "/start"}, origin=phones.address))[0] == 200


async def test_phone_takes_back_what_was_not_received(make_app, serve, http):
    """With the database away the page says so, and the message does not stand there as if it were sent."""
    phones = Phones(Clock())
    phones.add("olena", "Olena")
    phones.address = await serve(make_app(phones, database_url="postgresql://nobody:x@127.0.0.1:1/nothing"))

    status, text = await post(http, phones, {"text": "hallo"})
    assert (status, text) == (503, WORDS["nl"]["not_received"])
    assert phones.phones["olena"].bubbles == []


async def test_phones_table_lists_and_adds(phones, http):
    """The table shows every phone and adds a new one, with nothing chosen."""
    assert "Olena" in await page(http, phones, "/phone/")

    status, text = await post(http, phones, {}, "/phone/new")
    assert status == 200
    assert "Telefoon 2" in text
    assert 'value="/start"' in text


async def test_unknown_phone_is_not_found(phones, http):
    """There is no phone but those on the table."""
    async with http.get(f"{phones.address}/phone/nobody") as answer:
        assert answer.status == 404
    assert (await post(http, phones, {"text": "hallo"}, "/phone/nobody"))[0] == 404


async def test_pages_speak_dutch_and_english(phones, http):
    """The page's own words follow the browser, Dutch for whoever asks for neither."""
    assert 'lang="en"' in await page(http, phones, language="en-GB,nl;q=0.5")
    assert 'lang="nl"' in await page(http, phones, language="fr,de;q=0.9")
    assert WORDS["nl"].keys() == WORDS["en"].keys()


async def test_pages_allow_nothing_from_elsewhere(phones, http):
    """No inline script or style, nothing from another server, and the policy says so."""
    for path in ("/phone/", "/phone/olena"):
        async with http.get(f"{phones.address}{path}") as answer:
            policy, text = answer.headers["content-security-policy"], await answer.text()
        assert "default-src 'none'" in policy
        assert "unsafe-inline" not in policy
        assert " style=" not in text
        assert text.count("<script") == text.count('<script src="/static/phone.js" defer></script>')
        assert "http" not in text.replace(phones.address, "").split("<main")[0].replace("http-equiv", "")


async def test_clock_moves_forward_only(phones, http):
    """The page's clock goes on by a step or to a day, and never back."""
    before = phones.now()
    await post(http, phones, {"step": "week", "back": "/phone/olena"}, "/phone/clock")
    assert timedelta(days=7) <= phones.now() - before < timedelta(days=7, minutes=1)

    later = phones.now()
    for day in ("2020-01-01", "no day", "", "9999-99-99"):
        assert (await post(http, phones, {"day": day}, "/phone/clock"))[0] == 200
    assert phones.now() - later < timedelta(minutes=1)
    day = later.astimezone(AMSTERDAM).date() + timedelta(days=40)
    await post(http, phones, {"day": day.isoformat()}, "/phone/clock")
    assert phones.now().astimezone(AMSTERDAM).date() == day


async def test_clock_leads_back_to_our_pages_only(phones, http):
    """A forged way back leads to the table."""
    for back in ("https://example.org/phone/", "//example.org", "/phone//example.org", "/phone/\\example.org"):
        async with http.post(f"{phones.address}/phone/clock", data={"step": "hour", "back": back}, allow_redirects=False) as answer:
            assert answer.headers["location"] == "/phone/"


async def test_stream_tells_of_changes_and_ends(phones, http):
    """Whoever looks at a phone hears of the client's message and of the reply."""
    async with http.get(f"{phones.address}/phone/events") as stream:
        assert stream.content_type == "text/event-stream"
        first = await stream.content.readuntil(b"\n\n")
        await post(http, phones, {"text": "/start"})
        second = await stream.content.readuntil(b"\n\n")
    assert b"data: " in first
    assert second != first


async def test_stream_ends_when_we_stop(make_app, http):
    """An open stream holds up no stop."""
    phones, stopped, listening = Phones(Clock()), asyncio.Event(), listen("127.0.0.1", 0)
    serving = asyncio.create_task(serve_web(make_app(phones), stopped, listening))
    async with http.get(f"http://127.0.0.1:{listening.getsockname()[1]}/phone/events") as stream:
        await stream.content.readuntil(b"\n\n")
        stopped.set()
        await asyncio.wait_for(serving, 60)
        await stream.content.read()


async def test_phone_shows_what_was_written_down(phones, http):
    """The contact moment stands beside the phone as soon as the reply does, and the open ticket with its time."""
    await answered(http, phones, {"text": "/start"})
    for label in ("Nederlands", "✅ Ja"):
        await answered(http, phones, {"choice": next(id for id, shown in phones.phones["olena"].bubbles[-1].offers if shown == label)})
    await answered(http, phones, {"text": "hoe schrijf ik me in voor een huis?"})
    text = await answered(http, phones, {"text": "vrijwilliger"})

    assert "Woning zoeken" in text
    assert "Cliënt 1001" in text
    assert 'class="ticket is-' in text
    assert "Antwoord voor" in text


def test_log_counts_one_message():
    """Of a moment with one message the log says "1 bericht", of one with two "2 berichten"."""
    moments = [MomentNote(1001, "nu", "phone", "nl", "Wonen", "", count, False) for count in (1, 2)]
    text = render("side.html", "nl", datetime.now(AMSTERDAM), notes=Notes([], moments), path="/phone/", view="", report="", played=None)

    assert [f"{count} bericht" + end in text for count, end in ((1, "<"), (2, "en<"))] == [True, True]


async def test_phones_are_a_channel(phones):
    """A message is shown once, however often it is sent, and can be asked after."""
    message = Outbound(5, "phone", "olena", "Dag", phones.now())
    assert isinstance(await phones.settle(message), Later)
    first, second = await phones.send(message), await phones.send(message)
    assert first == second == await phones.settle(message)
    assert isinstance(first, Accepted)
    assert [bubble.text for bubble in phones.phones["olena"].bubbles] == ["Dag"]


def test_read_form_survives_anything():
    """Broken forms give fewer fields, never an error."""
    whole = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a;b.png"\r\nContent-Type: image/png\r\n\r\n\r\n--\r\n--x--\r\n'

    assert read_form("multipart/form-data; boundary=x", whole)["photo"].value == b"\r\n--"
    for body in (b"", b"--x", b"--x\r\n\r\n", b"\xff" * 99, whole[:40]):
        for kind in ("multipart/form-data; boundary=x", "multipart/form-data", "", "text/plain"):
            assert isinstance(read_form(kind, body), dict)


def test_language_of_reads_preferences():
    """The best liked of Dutch and English wins."""
    assert [language_of(told) for told in ("", "en", "en;q=0.2,nl;q=0.8", "ar,en-US;q=0.7", "nl;q=x,en")] == ["nl", "en", "nl", "en", "en"]


def test_date_of_says_days_in_full():
    """Days have their names."""
    assert date_of(datetime(2026, 11, 24), "nl") == "dinsdag 24 november 2026"
    assert date_of(datetime(2026, 11, 24), "en") == "Tuesday 24 November 2026"


def test_dates_and_links_are_marked_up_and_a_clients_marks_are_not() -> None:
    """A date keeps together and a link can be followed; what a client types stays text."""
    shown = said("<b>op 24-11-2026</b>\nhttps://ind.nl/x")

    assert '&lt;b&gt;op <span class="kept">24-11-2026</span>&lt;/b&gt;' in shown
    assert '<a href="https://ind.nl/x"' in shown


async def test_what_we_say_aloud_plays_on_the_phone(http, phones):
    """Our text, its recording with a player, and the choices still below."""
    sound = b"OggS" + b"\0" * 24 + b"OpusHead"
    source = FLOWS["menu"].first.text
    joke = await phones.app.database.write(lambda tx: volunteers.add(tx, "Joke", "volunteer", 1, phones.now()))
    await phones.app.database.write(lambda tx: recordings.add(tx, hash_of(source), "nl", sound, 1, joke, phones.now()))
    await phones.app.database.read(phones.app.learn_texts)
    for text in ("hallo", "nederlands", "ja", "stuur mij spraak"):
        await answered(http, phones, {"text": text})
    await post(http, phones, {"text": "menu"})
    await until(lambda: phones.phones["olena"].bubbles[-1].kind == "voice")
    shown = await page(http, phones)
    medium = phones.phones["olena"].bubbles[-1].medium

    assert f'src="/phone/olena/media/{medium}"' in shown
    assert 'value="menu.main:housing"' in shown
    async with http.get(f"{phones.address}/phone/olena/media/{medium}") as answer:
        assert await answer.read() == sound


async def test_a_phone_shows_a_place_and_an_entry_for_the_calendar():
    """A pin can be opened by a map and a visit by a calendar; the answers of the confirmation before them stay on offer."""
    phones = Phones(Clock())
    phones.add("amina", "Amina")
    booked = Outbound(1, "phone", "amina", "You come on Wednesday", Clock()(), offers=(("a:b", "Another time"),))
    pin, file = Pin(52.1601, 4.497, "Leiden", "Straat 1"), "BEGIN:VCALENDAR\r\n"
    for message in (booked, replace(booked, id=2, text="📍 Leiden", offers=(), pin=pin), replace(booked, id=3, text="📅", offers=(), calendar=file)):
        await phones.send(message)
    bubbles = phones.phones["amina"].bubbles

    assert [bubble.kind for bubble in bubbles] == ["text", "location", "document"]
    assert bubbles[1].medium == "geo:52.160100,4.497000"
    assert phones.media[bubbles[2].medium] == ("text/calendar", file.encode())
    assert asking(bubbles) is bubbles[0]
