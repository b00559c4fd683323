"""
WhatsApp, through the real twilio client against a local Twilio that checks every request.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from yarl import URL

from bot.channels import Accepted, Closed, Forged, Gone, Halted, Inbound, Later, Outbound, Pin, Refused, Status, TooLarge, Unknown
from bot.channels.content import plain
from bot.channels.whatsapp import WhatsApp
from bot.channels.whatsapp_media import Inside, Media, Resolver, may_visit
from storage import channels, outbox
from storage.addresses import Sender, resolve
from storage.database import Database
from storage.locations import put
from storage.secrets import Keys
from tests.peers import twilio_webhooks as forms
from tests.peers.twilio import ACCOUNT, AMINA, PUBLIC, TOKEN, US, Trouble, Twilio, sid
from tests.people import MovedClock, settings_for
from tests.warm import open_warm

YES_NO = (("consent.ask:yes", "Ja"), ("consent.ask:no", "Nee"))
TOPICS = tuple((f"menu.main:{n}", f"Onderwerp {n}") for n in range(7))


def whatsapp_for(url: str, database: Database, folder: Path, now: Callable[[], datetime], **environ: str) -> WhatsApp:
    """
    Return the channel as its settings make it.
    """
    return WhatsApp(settings_for(
        folder, database.url.render_as_string(hide_password=False), TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_AUTH_TOKEN=TOKEN,
        TWILIO_WHATSAPP_FROM=US, TWILIO_API_URL=url, TWILIO_CONTENT_URL=url, WEGWIJS_PUBLIC_URL=PUBLIC, **environ), database, now)


@pytest.fixture
async def twilio() -> AsyncIterator[Twilio]:
    """
    A Twilio that Amina just wrote to.
    """
    async with Twilio() as server:
        server.write(text="hallo")
        yield server
        assert not server.outside


@pytest.fixture
def now() -> MovedClock:
    """
    A clock that starts at the real time.
    """
    return MovedClock(datetime.now(UTC))


@pytest.fixture
def one_database(sqlite_url: Callable[[], str], keys: Keys) -> Iterator[Database]:
    """
    A database of one kind: what is tested here does not depend on it.
    """
    opened = open_warm(sqlite_url(), keys)
    yield opened
    opened.close()


@pytest.fixture
async def whatsapp(twilio: Twilio, one_database: Database, tmp_path: Path, now: MovedClock) -> AsyncIterator[WhatsApp]:
    """
    The channel, open.
    """
    channel = whatsapp_for(twilio.url, one_database, tmp_path, now)
    await channel.open()
    yield channel
    await channel.close()


@pytest.fixture
def closed(one_database: Database, tmp_path: Path, now: MovedClock) -> WhatsApp:
    """
    The channel for reading alone; it accepts the token of before, too.
    """
    return whatsapp_for("http://127.0.0.1:1", one_database, tmp_path, now, TWILIO_AUTH_TOKEN_OLD="the-token-of-before")


def message(now: MovedClock, text: str = "Dag Amina", **fields: Any) -> Outbound:
    """
    Return a reply to Amina, who just wrote.
    """
    return replace(Outbound(7, "whatsapp", AMINA, text, now(), language="nl", heard_at=now()), **fields)


def read(channel: WhatsApp, fields: dict[str, str], path: str = "/webhooks/twilio", token: str = TOKEN) -> Any:
    """
    Return the item of a signed form, or None.
    """
    headers, body = forms.Webhooks(token, PUBLIC, "").signed(path, fields)
    items = channel.read(headers, body, path).items
    return items[0] if items else None


def heard(fields: dict[str, str] | None = None, text: str = "", sender: str = AMINA) -> dict[str, str]:
    """
    Return the form of a message of Amina.
    """
    return forms.message(ACCOUNT, sender, US, sid("SM"), text) | (fields or {})


# reading

def test_read_takes_a_signed_message(closed: WhatsApp, now: MovedClock) -> None:
    """A text with the right signature is read whole, and the answer says nothing to the client."""
    form = heard(text="hoe gaat het? أهلا")
    headers, body = forms.Webhooks(TOKEN, PUBLIC, "").signed("/webhooks/twilio", form)

    reading = closed.read(headers, body, "/webhooks/twilio")
    assert (reading.status, reading.answer, reading.content_type) == (200, b"<Response/>", "text/xml")
    (item,) = reading.items
    assert item == Inbound("whatsapp", form["MessageSid"], AMINA, item.sequence, "text", now(), "hoe gaat het? أهلا")
    assert item.sequence == int(now().timestamp() * 1_000_000)


@pytest.mark.parametrize("fields", [{}, {"Body": ""}, {"NewField": ""}, {"Body": "a+b&c=d é 😀", "Z": " "}])
@pytest.mark.parametrize("algorithm", ["", "HMAC_SHA256", "HMAC_SHA1"])
@pytest.mark.parametrize("token", [TOKEN, "the-token-of-before"])
def test_read_checks_all_fields(closed: WhatsApp, fields: dict[str, str], algorithm: str, token: str) -> None:
    """Blank, unknown and odd fields are in the signature; the token of before is good too; the rule's algorithm is used."""
    headers, body = forms.Webhooks(token, PUBLIC, "").signed("/webhooks/twilio", heard(fields), algorithm)

    assert len(closed.read(headers, body, "/webhooks/twilio").items) == 1


def test_read_takes_repeated_fields(closed: WhatsApp) -> None:
    """A field that comes twice is signed with both its values."""
    fields = [*heard(text="hallo").items(), ("Tag", "b"), ("Tag", "a"), ("Tag", "a")]
    headers = {"x-twilio-signature": forms.sign(TOKEN, f"{PUBLIC}/webhooks/twilio", fields)}

    assert len(closed.read(headers, urlencode(fields).encode(), "/webhooks/twilio").items) == 1


@pytest.mark.parametrize("change", [
    {"x-twilio-signature": ""}, {"x-twilio-signature": "AAAA"}, {"x-twilio-signature": "é"},
    {"x-twilio-webhooks-signature-settings": "key=x,algorithm=NONE"}, {"x-twilio-webhooks-signature-settings": "algorithm=HMAC_SHA256"},
])
def test_read_refuses_wrong_signatures(closed: WhatsApp, change: dict[str, str]) -> None:
    """A missing, wrong or otherwise made signature is a forgery."""
    headers, body = forms.Webhooks(TOKEN, PUBLIC, "").signed("/webhooks/twilio", heard(text="hallo"))

    with pytest.raises(Forged):
        closed.read(headers | change, body, "/webhooks/twilio")


def test_read_trusts_no_host(closed: WhatsApp) -> None:
    """The signature is over our own address: what a request says of its host changes nothing, another address or path is a forgery."""
    headers, body = forms.Webhooks(TOKEN, PUBLIC, "").signed("/webhooks/twilio", heard(text="hallo"))
    stranger = {"host": "evil.example", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http"}
    elsewhere, same = forms.Webhooks(TOKEN, "https://evil.example", "").signed("/webhooks/twilio", heard(text="hallo"))

    assert closed.read(headers | stranger, body, "/webhooks/twilio").items
    for bad in ("/webhooks/twilio/", "/webhooks/twilio?a=1", "/webhooks/twilio/status?message=1"):
        with pytest.raises(Forged):
            closed.read(headers, body, bad)
    with pytest.raises(Forged):
        closed.read(elsewhere | stranger, same, "/webhooks/twilio")
    with pytest.raises(Forged):
        closed.read(headers, body + b"&Body=more", "/webhooks/twilio")


@pytest.mark.parametrize(("fields", "kind", "text", "choice"), [
    (forms.button("menu.main:housing", "Wonen"), "choice", "Wonen", "menu.main:housing"),
    (forms.row("menu.main:3", "Schulden"), "choice", "Schulden", "menu.main:3"),
    ({"MessageType": "button", "ButtonText": "Ja", "Body": ""}, "text", "Ja", ""),
    (forms.location("52.16", "4.49", "Station", "Plein 1"), "location", "Station · Plein 1 · 52.16, 4.49", ""),
    ({"MessageType": "contacts"}, "contact", "", ""),
    ({"MessageType": "reaction"}, "other", "", ""),
    ({"Body": ""}, "text", "", ""),
    ({"Body": "x" * 10_000}, "text", "x" * 10_000, ""),
])
def test_read_knows_every_kind(closed: WhatsApp, fields: dict[str, str], kind: str, text: str, choice: str) -> None:
    """Buttons, lists, places, contacts, empty and very long texts are read as what they are."""
    item = read(closed, heard(fields))

    assert (item.kind, item.text, item.choice) == (kind, text, choice)


@pytest.mark.parametrize(("content_type", "kind"), [
    ("audio/ogg; codecs=opus", "voice"), ("image/jpeg", "photo"), ("application/pdf", "document"), ("video/mp4", "document"),
    ("text/vcard", "contact"), ("", "document"),
])
def test_read_takes_media(closed: WhatsApp, content_type: str, kind: str) -> None:
    """Media come with their address and content type, all of them."""
    item = read(closed, heard(forms.media([("https://api.twilio.com/1", content_type), ("https://api.twilio.com/2", "image/png")], "kijk")))

    assert (item.kind, item.text) == (kind, "kijk")
    assert [one.reference for one in item.media] == ["https://api.twilio.com/1", "https://api.twilio.com/2"]
    assert item.media[0].content_type == content_type.split(";")[0]


def test_read_takes_senders_without_a_number(closed: WhatsApp) -> None:
    """A client with a user name has no number; one with both brings the other id as alias."""
    scoped = "whatsapp:NL.1A2B3C"

    hidden = read(closed, heard({"ExternalUserId": scoped}, sender=scoped))
    both = read(closed, heard({"ExternalUserId": scoped}))
    assert (hidden.sender, hidden.alias) == (scoped, "")
    assert (both.sender, both.alias) == (AMINA, scoped)


def test_read_orders_what_comes_at_once(closed: WhatsApp) -> None:
    """Messages read in the same microsecond keep their order."""
    sequences = [read(closed, heard(text=str(n))).sequence for n in range(5)]

    assert sequences == sorted(set(sequences))


@pytest.mark.parametrize(("path", "fields", "found"), [
    ("?message=42", {"MessageStatus": "delivered"}, (42, "delivered", "")),
    ("?message=42", {"MessageStatus": "read", "EventType": "READ"}, (42, "read", "")),
    ("?message=42", {"MessageStatus": "failed", "ErrorCode": "63016"}, (42, "failed", "63016")),
    ("?message=42", {"MessageStatus": "undelivered"}, (42, "failed", "undelivered")),
    ("", {"MessageStatus": "sent"}, (0, "sent", "")),
    ("?message=" + "9" * 30, {"MessageStatus": "sent"}, (0, "sent", "")),
    ("?message=1", {"MessageStatus": "queued"}, None),
    ("?message=1", {"MessageStatus": "of tomorrow"}, None),
])
def test_read_takes_statuses(closed: WhatsApp, path: str, fields: dict[str, str], found: tuple[int, str, str] | None) -> None:
    """A status brings our own id and its code; a state that tells nothing brings nothing."""
    item = read(closed, {"MessageSid": "SM1", "To": AMINA, "From": US, **fields}, f"/webhooks/twilio/status{path}")

    assert item == (Status("whatsapp", found[0], "SM1", found[1], found[2]) if found else None)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(body=some.binary(max_size=300), url=some.text(max_size=50), headers=some.dictionaries(some.sampled_from(
    ["x-twilio-signature", "x-twilio-webhooks-signature-settings", "host"]), some.text(max_size=30)))
def test_read_raises_nothing_but_forged(closed: WhatsApp, body: bytes, url: str, headers: dict[str, str]) -> None:
    """Garbage without a signature is a forgery, whatever it is."""
    with pytest.raises(Forged):
        closed.read(headers, body, url)


FIELDS = ["MessageSid", "From", "Body", "MessageType", "NumMedia", "MediaUrl0", "MediaContentType0", "ListId", "Latitude", "Longitude",
          "ExternalUserId", "MessageStatus", "ErrorCode", "ButtonPayload"]  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(fields=some.dictionaries(some.sampled_from(FIELDS), some.text(some.characters(exclude_categories=["Cs"]), max_size=40)),
       path=some.sampled_from(["/webhooks/twilio", *(f"/webhooks/twilio/status{query}" for query in ("", "?message=-1", "?message=٣"))]))
def test_read_takes_any_signed_form(closed: WhatsApp, fields: dict[str, str], path: str) -> None:
    """A signed form with anything in its fields is read or passed over; no id of ours holds what a database cannot keep."""
    item = read(closed, fields, path)

    assert item is None or (item.external_id.isalnum() and item.external_id.isascii())


# sending

async def test_send_hands_over_text(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock) -> None:
    """A text goes out as it is, with our message id in the address of its status."""
    outcome = await whatsapp.send(message(now, "regel één\n\nأهلا 😀"))

    (sent,) = twilio.sent
    assert outcome == Accepted(sent["sid"])
    assert (sent["body"], sent["to"], sent["_callback"]) == ("regel één\n\nأهلا 😀", AMINA, f"{PUBLIC}/webhooks/twilio/status?message=7")
    assert not twilio.wrong


@pytest.mark.parametrize(("age", "is_open"), [
    (None, False), (timedelta(hours=23, minutes=54), True), (timedelta(hours=23, minutes=55), False),
    (timedelta(hours=24), False), (timedelta(days=9), False),
])
async def test_send_keeps_the_window(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock, age: timedelta | None, is_open: bool) -> None:
    """Free text waits from five minutes before the end of the 24 hours on, and nothing is asked of Twilio."""
    outcome = await whatsapp.send(message(now, heard_at=None if age is None else now() - age, offers=YES_NO, is_static=True))

    assert isinstance(outcome, Accepted) if is_open else outcome == Closed("window")
    assert bool(twilio.calls) == is_open


SLOW = timedelta(minutes=20)     # by which the real clock may run ahead of one that stands still
STEPS = some.lists(some.one_of(
    some.tuples(some.just("writes"), some.just(0)), some.tuples(some.just("waits"), some.integers(0, 26 * 60)),
    some.tuples(some.just("queues"), some.integers(0, 1)), some.tuples(some.just("sends"), some.just(0))), max_size=25)


def test_send_never_leaves_the_window(sqlite_url: Callable[[], str], keys: Keys, tmp_path: Path) -> None:
    """Over any history of writing, waiting, queueing and sending late, no free text is handed to WhatsApp outside its 24 hours."""
    now, database = MovedClock(datetime.now(UTC)), Database(sqlite_url(), keys)

    async def live(twilio: Twilio, channel: WhatsApp, steps: list[tuple[str, int]]) -> None:
        twilio.heard.clear()
        heard_at, queue = None, []
        for step, how in steps:
            if step == "writes":
                heard_at = now()
                twilio.heard[AMINA] = now()
            elif step == "waits":
                now.move(minutes=how)
            elif step == "queues":
                queue.append(message(now, heard_at=heard_at, offers=YES_NO, is_static=bool(how)))
            else:
                for one in queue:
                    await channel.send(replace(one, heard_at=heard_at))
                    await channel.send(replace(one, attempts=1))
                queue = []

    with asyncio.Runner() as runner:
        twilio = runner.run(Twilio().__aenter__())
        twilio.now = now
        channel = whatsapp_for(twilio.url, database, tmp_path, now)
        runner.run(channel.open())

        @settings(max_examples=60, deadline=None)
        @given(STEPS)
        def holds(steps: list[tuple[str, int]]) -> None:
            runner.run(live(twilio, channel, steps))
            assert not twilio.outside

        holds()
        assert twilio.sent
        runner.run(channel.close())
        runner.run(twilio.__aexit__())
    database.close()


async def test_send_lets_twilio_keep_nothing_past_the_window(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock) -> None:
    """What still waits at Twilio when the window closes is thrown away there."""
    await whatsapp.send(message(now, heard_at=now() - timedelta(hours=23, minutes=28)))

    assert twilio.sent[0]["_validity"] == "1620"


@pytest.mark.parametrize(("offers", "kind"), [(YES_NO, "twilio/quick-reply"), (TOPICS, "twilio/list-picker")])
async def test_send_makes_buttons_once(
    twilio: Twilio, whatsapp: WhatsApp, now: MovedClock, offers: tuple[tuple[str, str], ...], kind: str,
) -> None:  # fmt: skip
    """Up to three answers are buttons, up to ten a list; the Content is made once, however many send it at once."""
    await asyncio.gather(*(whatsapp.send(message(now, "Kies maar", id=n, offers=offers, is_static=True)) for n in range(5)))

    ((content),) = twilio.contents.values()
    assert list(content["types"]) == [kind]
    assert len(twilio.sent) == 5
    assert all(twilio.buttons_of(one) == list(offers) and one["body"] == "Kies maar" for one in twilio.sent)
    assert not twilio.wrong


async def test_send_remembers_contents(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock, one_database: Database, tmp_path: Path) -> None:
    """After a restart the Content of before is used; another text or language has its own."""
    await whatsapp.send(message(now, offers=YES_NO, is_static=True))
    again = whatsapp_for(twilio.url, one_database, tmp_path, now)
    await again.open()
    await again.send(message(now, offers=YES_NO, is_static=True))
    await again.send(message(now, "Iets anders", offers=YES_NO, is_static=True))
    await again.send(message(now, offers=YES_NO, is_static=True, language="en"))
    await again.close()

    assert len(twilio.contents) == 3
    assert len({one["_content"] for one in twilio.sent[:2]}) == 1


@pytest.mark.parametrize("fields", [
    {"is_static": False}, {"language": "ti"}, {"language": ""}, {"attempts": 1}, {"text": "x" * 1025}, {"text": "{{1}}"},
    {"offers": tuple((f"a:{n}", f"A {n}") for n in range(11))}, {"offers": (("a:b", "x" * 25),)}, {"offers": (("a:b", "A"), ("a:c", "A"))},
])
async def test_send_falls_back_to_numbers(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock, fields: dict[str, Any]) -> None:
    """Where limits or language allow no buttons, or the text is somebody's own, the answers are numbered below it."""
    told = message(now, **({"offers": YES_NO, "is_static": True} | fields))

    assert isinstance(await whatsapp.send(told), Accepted)
    assert twilio.sent[0]["body"] == plain(told)
    assert f"\n\n1. {told.offers[0][1]}" in plain(told)
    assert not twilio.contents


def test_plain_reads_right_to_left(now: MovedClock) -> None:
    """In Arabic every line of the menu begins with a right-to-left mark."""
    told = message(now, "هل توافق؟", language="ar", offers=(("a:yes", "نعم"), ("a:no", "لا")))

    assert plain(told) == "هل توافق؟\n\n\u200f1. نعم\n\u200f2. لا"


async def test_send_goes_on_without_contents(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock) -> None:
    """If no Content can be made, the reply goes with numbers, and the next does not try again at once."""
    twilio.refuse_contents = True
    for _ in range(2):
        assert isinstance(await whatsapp.send(message(now, offers=YES_NO, is_static=True)), Accepted)

    assert [one["body"] for one in twilio.sent] == ["Dag Amina\n\n1. Ja\n2. Nee"] * 2
    assert twilio.calls.count("POST /v1/Content") == 1


async def test_send_replaces_a_content_that_is_gone(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock) -> None:
    """A Content somebody deleted is met with numbers at once, and made anew the next time."""
    await whatsapp.send(message(now, offers=YES_NO, is_static=True))
    twilio.contents.clear()
    await whatsapp.send(message(now, offers=YES_NO, is_static=True))
    await whatsapp.send(message(now, offers=YES_NO, is_static=True))

    assert [bool(one["_content"]) for one in twilio.sent] == [True, False, True]


async def test_send_refuses_what_is_too_long(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock) -> None:
    """Over 1600 characters nothing is sent, and 1600 are."""
    assert await whatsapp.send(message(now, "x" * 1601)) == Refused("21617")
    assert isinstance(await whatsapp.send(message(now, "x" * 1600)), Accepted)


# what became of it

@pytest.mark.parametrize(("code", "outcome"), [
    *((code, Refused(code, is_unreachable=True)) for code in ("21211", "63003", "63024")),
    ("21610", Refused("21610", has_opted_out=True)), ("63014", Refused("63014", has_opted_out=True)),
    ("63016", Closed("63016")), ("63005", Refused("63005")), ("21408", Refused("21408")),
    ("20003", Halted("20003")), ("63007", Halted("63007")), ("63051", Halted("63051")), ("21606", Halted("21606")),
    ("63018", Later(300.0, error="63018")), ("63038", Later(3600.0, is_channel=True, error="63038")),
    ("63010", Later(1200.0, error="63010")), ("63012", Later(1200.0, error="63012")), ("30008", Later(1200.0, error="30008")),
    ("500", Later(1200.0, error="500")), ("undelivered", Later(1200.0, error="undelivered")),
    *((code, Later(1.0, error=code)) for code in ("63013", "63021", "21655", "21656", "63027", "63030", "63040", "63049")),
])
def test_verdict_follows_the_table(closed: WhatsApp, code: str, outcome: Any) -> None:
    """Every code of a status callback has its outcome."""
    assert closed.verdict(code) == outcome


@pytest.mark.parametrize(("status", "code", "outcome"), [
    (400, 21211, Refused("21211", is_unreachable=True)), (400, 21610, Refused("21610", has_opted_out=True)), (400, 63016, Closed("63016")),
    (401, 20003, Halted("20003")), (403, 0, Halted("403")), (404, 20404, Halted("20404")), (403, 21408, Refused("21408")),
    (400, 21619, Refused("21619")), (400, 63013, Refused("63013")), (400, 63007, Halted("63007")),
    (429, 63018, Later(300.0, error="63018")),
    (500, 20500, Unknown("20500")), (502, 0, Unknown("502")), (503, 20429, Unknown("20429")),
])
async def test_send_knows_every_refusal(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock, status: int, code: int, outcome: Any) -> None:
    """An HTTP error at the call is told apart by its code, and after a 5xx nobody knows."""
    twilio.script(Trouble(status, code))

    assert await whatsapp.send(message(now)) == outcome


async def test_send_waits_longer_each_time(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock) -> None:
    """Too many requests: the whole channel waits, longer and longer, until something is accepted."""
    twilio.script(*[Trouble(429, 20429)] * 4)
    outcomes = [await whatsapp.send(message(now)) for _ in range(4)]
    assert isinstance(await whatsapp.send(message(now)), Accepted)
    twilio.script(Trouble(429, 0))
    first = await whatsapp.send(message(now))

    pauses = [one.seconds for one in outcomes if isinstance(one, Later) and one.is_channel]
    assert len(pauses) == 4
    assert pauses == sorted(pauses)
    assert 2 <= pauses[0] <= 3
    assert pauses[3] >= 16
    assert isinstance(first, Later)
    assert first.seconds <= 3


@pytest.mark.parametrize("trouble", [
    Trouble(drop="before"), Trouble(drop="after"), Trouble(502, body=b"<html>Bad Gateway</html>"),
    Trouble(201, body=b"not json", is_taken=True),
    Trouble(201, body=b"[]", is_taken=True), Trouble(201, body=b"{}", is_taken=True), Trouble(504, is_taken=True),
])
async def test_send_says_when_nobody_knows(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock, trouble: Trouble) -> None:
    """A dropped connection, a 5xx, an answer that is none: it may have been sent."""
    twilio.script(trouble)

    assert isinstance(await whatsapp.send(message(now)), Unknown)


async def test_send_knows_that_nothing_left(one_database: Database, tmp_path: Path, now: MovedClock) -> None:
    """Without a connection nothing was sent: later, as long as it takes."""
    channel = whatsapp_for("http://127.0.0.1:1", one_database, tmp_path, now)
    await channel.open()
    outcome = await channel.send(message(now))
    await channel.close()

    assert isinstance(outcome, Later)
    assert outcome.is_channel


async def test_settle_adopts_what_went(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock) -> None:
    """A send that broke after it was taken is found in the list a minute later."""
    twilio.script(Trouble(drop="after"))
    told = message(now, offers=YES_NO)
    await whatsapp.send(told)

    assert isinstance(await whatsapp.settle(told), Unknown)
    now.move(seconds=61)
    assert await whatsapp.settle(told) == Accepted(twilio.sent[0]["sid"])


async def test_settle_sends_again_what_did_not_go(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock) -> None:
    """What is not in the list was not sent; an older message of the same words, or one to another client, does not count."""
    twilio.heard["whatsapp:+31687654321"] = now()
    await whatsapp.send(message(now, recipient="whatsapp:+31687654321"))
    twilio.messages["SMold"] = twilio._row("SMold", US, AMINA, "Dag Amina", "outbound-api", "sent", now() - timedelta(minutes=5))
    twilio.write(text="Dag Amina")
    twilio.script(Trouble(drop="before"))
    told = message(now)
    await whatsapp.send(told)
    now.move(seconds=61)

    assert await whatsapp.settle(told) == Later(0.0)


async def test_settle_takes_no_message_of_another(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock, one_database: Database) -> None:
    """The same words sent a moment before have their own row: they prove nothing."""
    earlier = await whatsapp.send(message(now))
    assert isinstance(earlier, Accepted)

    def keep(tx: Any) -> None:
        put(tx, "Leiden", "Leiden", "Voorbeeldstraat 1", "071-000 00 00", "mo-fr 09:00-17:00")
        address = resolve(tx, [Sender("whatsapp", AMINA)], now())[Sender("whatsapp", AMINA)]
        outbox.queue(tx, [outbox.Queued(1, address, "whatsapp", None, "Dag Amina", now())])
        outbox.claim(tx, "one", ["whatsapp"], 1, now())
        outbox.sent(tx, [(1, earlier.external_id, "sent")], now())

    await one_database.write(keep)
    twilio.script(Trouble(drop="before"))
    told = message(now)
    await whatsapp.send(told)
    now.move(seconds=61)

    assert await one_database.read(lambda tx: channels.adopted(tx, "whatsapp", [earlier.external_id, "SMother"])) == {earlier.external_id}
    assert await whatsapp.settle(told) == Later(0.0)


async def test_settle_knows_a_moved_clock(twilio: Twilio, one_database: Database, tmp_path: Path) -> None:
    """A clock set a year ahead for a rehearsal settles as well."""
    ahead = MovedClock(datetime.now(UTC) + timedelta(days=365))
    channel = whatsapp_for(twilio.url, one_database, tmp_path, ahead)
    await channel.open()
    twilio.script(Trouble(drop="after"))
    told = message(ahead)
    await channel.send(told)
    ahead.move(seconds=61)
    outcome = await channel.settle(told)
    await channel.close()

    assert outcome == Accepted(twilio.sent[0]["sid"])


async def test_settle_does_not_guess(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock) -> None:
    """While Twilio cannot be asked, nobody knows."""
    told = message(now, attempt_at=now() - timedelta(minutes=2))
    await twilio.__aexit__()

    assert isinstance(await whatsapp.settle(told), Unknown)


# media, lists, deletions

async def test_fetch_follows_to_the_storage(twilio: Twilio, whatsapp: WhatsApp) -> None:
    """Media lie behind our login, and the storage they redirect to never sees it."""
    form = twilio.write(media=[twilio.store(b"OggS voice", "audio/ogg")])

    assert await whatsapp.fetch(form["MediaUrl0"], 100) == b"OggS voice"
    assert not twilio.wrong


async def test_fetch_in_a_rehearsal_asks_the_local_server(twilio: Twilio, whatsapp: WhatsApp) -> None:
    """A recorded message names Twilio's own address: where another server stands in its place, that one is asked."""
    form = twilio.write(media=[twilio.store(b"OggS voice", "audio/ogg")])

    assert await whatsapp.fetch(form["MediaUrl0"].replace(twilio.url, "https://api.twilio.com"), 100) == b"OggS voice"


async def test_fetch_stops_at_the_limit(twilio: Twilio, whatsapp: WhatsApp) -> None:
    """Media over the limit are not taken; media that are gone are gone."""
    key = twilio.store(b"x" * 101, "image/png")
    form = twilio.write(media=[key])

    with pytest.raises(TooLarge):
        await whatsapp.fetch(form["MediaUrl0"], 100)
    twilio.media.clear()
    with pytest.raises(Gone):
        await whatsapp.fetch(form["MediaUrl0"], 100)


@pytest.mark.parametrize("place", [
    "http://10.0.0.1/secret", "https://10.0.0.1/secret", "https://192.168.1.1/", "https://169.254.169.254/x", "https://[fe80::1]/",
    "https://[::ffff:10.0.0.1]/", "http://example.org/", "ftp://example.org/x", "file:///etc/passwd", "https://[fd00::1]/",
    "https://0.0.0.0/", "",
])
async def test_fetch_visits_nobody_inside(twilio: Twilio, whatsapp: WhatsApp, place: str) -> None:
    """A redirect into our own network, or without https, is not followed."""
    key = twilio.store(b"x", "image/png")
    form = twilio.write(media=[key])
    twilio.places[key] = place

    with pytest.raises((Gone, OSError)):
        await whatsapp.fetch(form["MediaUrl0"], 100)


async def test_fetch_resolves_names_with_care() -> None:
    """A name that stands for this machine is refused, unless the API itself is here; no other inner address ever is allowed."""
    with pytest.raises(Inside):
        await Resolver(is_local=False).resolve("localhost", 80)
    assert await Resolver(is_local=True).resolve("localhost", 80)

    for host in ("127.1", "2130706433", "0.0.0.0", "[::1]", "[::ffff:127.0.0.1]"):      # aiohttp asks no resolver about these
        with pytest.raises(Inside):
            Media("https://api.twilio.com", "")._check(URL(f"https://{host}/secret"))
    assert not may_visit("127.0.0.1", is_local=False)
    assert not may_visit("10.0.0.1", is_local=True)
    assert not may_visit("::ffff:10.0.0.1", is_local=True)
    assert may_visit("8.8.8.8", is_local=False)


@pytest.mark.parametrize("address", [
    "https://evil.example/2010-04-01/x", "http://api.twilio.com/x", "https://api.twilio.com.evil.example/", "https://eviltwilio.com/x",
    "https://x@api.twilio.com/", "https://api.twilio.com:8443/", "https://[bad", "", "file:///etc/passwd",
])
async def test_fetch_shows_our_login_to_nobody_else(whatsapp: WhatsApp, address: str) -> None:
    """An address that is not Twilio's is not visited."""
    with pytest.raises(Gone):
        await whatsapp.fetch(address, 100)


async def test_missed_lists_what_came(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock) -> None:
    """All inbound messages since then come as their webhooks would have brought them, oldest first, over several pages, with media."""
    start = now() - timedelta(hours=2)
    twilio.write(text="te oud", at=start - timedelta(hours=1))
    forms_ = [twilio.write(text=f"bericht {n}", at=start + timedelta(seconds=n // 2)) for n in range(230)]
    key = twilio.store(b"OggS", "audio/ogg")
    voice = twilio.write(media=[key], at=start + timedelta(minutes=30))
    await whatsapp.send(message(now))

    found = await whatsapp.missed(start - SLOW)
    assert sorted(one.external_id for one in found[:230]) == sorted(one["MessageSid"] for one in forms_)
    assert [one.sequence for one in found] == sorted({one.sequence for one in found})
    assert [one.kind for one in found[229:]] == ["text", "voice", "text"]
    assert found[230].media[0].reference == voice["MediaUrl0"]
    assert all(one.is_late for one in found)
    assert found[0].at.tzinfo is not None
    assert abs(found[0].at - start) < SLOW


async def test_missed_says_when_it_cannot_ask(twilio: Twilio, whatsapp: WhatsApp, now: MovedClock) -> None:
    """Without an answer it is an OSError: asked again the next time."""
    await twilio.__aexit__()

    asking = (lambda: whatsapp.missed(now()), whatsapp.check, lambda: whatsapp.forget("SM1"), lambda: whatsapp.fetch(f"{twilio.url}/x", 10))
    for ask in asking:
        with pytest.raises(OSError, match="Error"):
            await ask()


async def test_forget_deletes_messages_and_media(twilio: Twilio, whatsapp: WhatsApp) -> None:
    """A message and its media are deleted at Twilio; deleting twice, or what never was, is no error."""
    key = twilio.store(b"x", "image/png")
    form = twilio.write(media=[key])
    for reference in (form["MediaUrl0"], form["MediaUrl0"], form["MessageSid"], form["MessageSid"], "", "../../Accounts"):
        await whatsapp.forget(reference)

    assert key not in twilio.media
    assert form["MessageSid"] not in twilio.messages


async def test_check_names_the_sender(whatsapp: WhatsApp) -> None:
    """`check` says who we are, and shows neither token nor whole account."""
    told = await whatsapp.check()

    assert US in told
    assert TOKEN not in told
    assert ACCOUNT not in told


async def test_send_a_place(whatsapp: WhatsApp, twilio: Twilio, now: MovedClock) -> None:
    """A pin goes beside its words, with a label that parts nothing."""
    pin = Pin(52.1601, 4.497, "Leiden", "Voorbeeldstraat 1|2\nLeiden")
    assert isinstance(await whatsapp.send(message(now, "📍 Leiden", pin=pin, kind="pin")), Accepted)

    assert twilio.wrong == []
    assert twilio.sent[-1]["body"] == "📍 Leiden"
    assert twilio.sent[-1]["_places"] == ["geo:52.160100,4.497000|Leiden Voorbeeldstraat 1 2 Leiden"]
