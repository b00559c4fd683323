"""
Messages to many at the desk: chosen, written, looked at, sent off once, followed, and whom they did not reach.
"""

import re
from html import unescape

import pytest

from bot.broadcast import broadcast
from flows.unsettled import PRICES
from storage import broadcasts, clients, locations, postings, views, volunteers
from tests.bot.reminding import agreed
from tests.bot.web.desk.conftest import Answer, Browser, Desk

ARABIC = "المكتب مغلق"


@pytest.fixture
def marja(desk: Desk) -> Browser:
    """Marja leads in Leiden."""
    return desk.somebody("Marja", "coordinator", ())


async def begun(marja: Browser, kind: str = "text", **chosen: str) -> str:
    """The address of a new draft."""
    page = (await marja.get("/desk/broadcasts")).text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    answer = await marja.post("/desk/broadcasts", key=key[1], kind=kind, until="2026-12-01", **({"place_1": "1"} | chosen))
    assert answer.status == 303, answer.text
    return answer.headers["location"]


async def half_an_hour(desk: Desk) -> None:
    """Let half an hour go by, after which nobody is in the middle of a conversation, and send what is to be sent."""
    desk.world.now.move(minutes=31)
    await broadcast(desk.world.app)
    await desk.world.go_on()


async def confirmed(marja: Browser, here: str) -> Answer:
    """What sending it off answers, with the mark that stands on its page."""
    mark = re.search(r'name="mark" value="([^"]+)"', (await marja.get(here)).text)
    assert mark
    return await marja.post(f"{here}/send", mark=mark[1])


async def test_from_the_choice_to_what_became_of_it(desk: Desk, marja, olena, amina, yonas):
    """For each language that occurs there is a field; what is missing is named beforehand; it is shown as it is sent, each from its side."""
    await agreed(olena)
    await agreed(amina, "العربية")
    await agreed(yonas, "ትግርኛ")
    here = await begun(marja)
    page = (await marja.get(here)).text
    assert re.findall(r'name="text_(\w+)"', page) == ["nl", "ar", "ti"]
    assert "Ja, verstuur" not in page
    assert (await marja.post(f"{here}/write", text_ar=ARABIC)).status == 400

    await marja.post(f"{here}/write", text_nl="Wij zijn dicht.", text_ar=ARABIC)
    page = (await marja.get(here)).text
    assert "<dt>geen tekst in hun taal</dt><dd>1</dd>" in page
    assert "<dt>memory</dt><dd>2</dd>" in page
    assert re.search(rf'class="said" lang="ar" dir="rtl">.*{ARABIC}', page)
    assert "Ja, verstuur dit aan 2 cliënten" in page
    assert "Raming van 26-11-2026" in page
    assert all(price.source.split(":")[0] in unescape(page) for price in PRICES)

    assert (await confirmed(marja, here)).headers["location"].endswith("said=sent_off")
    assert "De cliënten worden opgezocht." in (await marja.get(here)).text
    await half_an_hour(desk)
    page = (await marja.get(here)).text
    assert "<dt>verstuurd</dt><dd>2</dd>" in page
    assert "<dt>niet verstuurd: geen tekst in hun taal</dt><dd>1</dd>" in page
    assert "klaar" in page
    assert olena.last.text.endswith("Wij zijn dicht.")


async def test_a_form_sent_twice_sends_once(desk: Desk, marja, olena):
    """The form of the choice and that of the yes can come again, late too: there is one broadcast, and one message."""
    await agreed(olena)
    page = (await marja.get("/desk/broadcasts")).text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    form = {"key": key[1], "kind": "checkin", "until": "2026-12-01", "place_1": "1"}
    first, again = [await marja.post("/desk/broadcasts", **form) for _ in range(2)]
    here = first.headers["location"]
    assert again.headers["location"] == here
    mark = re.search(r'name="mark" value="([^"]+)"', (await marja.get(here)).text)
    assert mark
    for _ in range(2):
        assert (await marja.post(f"{here}/send", mark=mark[1])).headers["location"].endswith("said=sent_off")
        await half_an_hour(desk)
    assert (await marja.post("/desk/broadcasts", **form)).headers["location"] == here

    assert sum(message.kind == "broadcast" for message in olena.messages) == 1
    assert len(desk.world.app.database.look(lambda tx: broadcasts.page(tx, 1))) == 1


async def test_a_draft_that_changed_is_looked_at_again(desk: Desk, marja, olena):
    """What somebody else wrote meanwhile does not go out unseen; what is too long stays in the form."""
    await agreed(olena)
    here = await begun(marja)
    await marja.post(f"{here}/write", text_nl="Wij zijn dicht.")
    mark = re.search(r'name="mark" value="([^"]+)"', (await marja.get(here)).text)
    assert mark
    await marja.post(f"{here}/write", text_nl="Wij zijn open.")
    assert (await marja.post(f"{here}/send", mark=mark[1])).headers["location"].endswith("said=no_changed")

    answer = await marja.post(f"{here}/write", text_nl="x" * 1001)
    assert answer.status == 400
    assert "x" * 1001 in answer.text
    assert "langer dan 1000 tekens" in answer.text


async def test_a_sentence_is_there_in_every_language(desk: Desk, marja, olena, yonas):
    """A sentence of the phrasebook with its day is shown, and sent, in each language."""
    await agreed(olena)
    await agreed(yonas, "ትግርኛ")
    here = await begun(marja, "phrase")
    assert (await marja.post(f"{here}/write", phrase="closed_on", slot_date="2026-11-01")).status == 400
    await marja.post(f"{here}/write", phrase="closed_on", slot_date="2026-12-24")
    page = (await marja.get(here)).text
    assert "24 december 2026" in page
    assert 'lang="ti"' in page
    await confirmed(marja, here)
    await half_an_hour(desk)

    assert "24 december 2026" in olena.last.text
    assert yonas.last.language == "ti"


async def test_trying_goes_to_the_own_telegram(desk: Desk, marja, olena):
    """Without a linked Telegram it is refused with what to do; with one it goes there, faces as lines."""
    await agreed(olena)
    here = await begun(marja, "checkin")
    assert (await marja.post(f"{here}/test", language="nl")).headers["location"].endswith("said=no_own_telegram")
    database, on = desk.world.app.database, desk.world.app.channels.on
    on["telegram"] = on["memory"]
    who = marja.who
    assert who
    database.submit(lambda tx: volunteers.link(tx, who.id, "4711")).result()
    assert (await marja.post(f"{here}/test", language="ar")).headers["location"].endswith("said=tried_on")
    (said,) = database.look(lambda tx: postings.next_ones(tx, "private", desk.world.now()))

    assert said.body["chat"] == "4711"
    assert said.body["text"].splitlines()[-3].startswith("[😀")
    assert len(olena.heard) == 3


async def test_pause_go_on_and_stop(desk: Desk, marja, olena):
    """A coordinator holds it, goes on with it, and stops it; a draft is thrown away."""
    await agreed(olena)
    here = await begun(marja, "checkin")
    await confirmed(marja, here)
    assert (await marja.post(f"{here}/pause")).headers["location"].endswith("said=paused")
    assert "Verder versturen" in (await marja.get(here)).text
    await marja.post(f"{here}/resume")
    assert "wordt verstuurd" in (await marja.get("/desk/broadcasts")).text
    assert (await marja.post(f"{here}/stop")).headers["location"].endswith("said=halted")
    other = await begun(marja, "checkin")
    await marja.post(f"{other}/stop")
    assert (await marja.get("/desk/broadcasts")).text.count("<td>gestopt</td>") == 2


async def test_who_was_not_reached_is_looked_at_and_written_down(desk: Desk, marja, olena):
    """The list names who, and why; that somebody looked is in the log; of who asks for a woman only a woman or who leads sees it."""
    client_id = await agreed(olena)
    await olena.says("stop")
    here = await begun(marja, "checkin")
    await confirmed(marja, here)
    await half_an_hour(desk)
    page = (await marja.get(f"{here}/missed")).text
    assert "1001" in page
    assert "wil geen berichten" in page
    assert "missed" in {one.what for one in desk.world.app.database.look(lambda tx: views.latest(tx, 1))}

    ours = desk.somebody("Sami", "coordinator", (), communities=["nl"])
    desk.world.app.database.submit(lambda tx: clients.change(tx, client_id, "", "nl", False, True)).result()
    assert "1001" not in (await ours.get(f"{here}/missed")).text


async def test_each_location_has_its_own(desk: Desk, marja, olena):
    """Another location's coordinator finds nothing; an administrator may write to several, a coordinator to the own one alone."""
    await agreed(olena)
    gouda = desk.world.app.database.submit(lambda tx: locations.put(tx, "Gouda")).result()
    desk.world.app.database.look(desk.world.app.learn_places)
    here = await begun(marja, "checkin")
    kees, bas = desk.somebody("Kees", "coordinator", (), gouda), desk.somebody("Bas", "administrator", ())
    for path in ("", "/missed"):
        assert (await kees.get(f"{here}{path}")).status == 404
    for path in ("write", "send", "test", "pause", "resume", "stop"):
        assert (await kees.post(f"{here}/{path}")).status == 404
    forged = await marja.post("/desk/broadcasts", key="k", kind="checkin", until="2026-12-01", **{f"place_{gouda}": "1"})
    assert forged.status == 400
    assert "Gouda" in (await bas.get(await begun(bas, "checkin", **{f"place_{gouda}": "1"}))).text
    assert (await marja.post("/desk/broadcasts", key="k", kind="x", until="x")).status == 400


async def test_faces_are_counted(desk: Desk, marja, olena, amina):
    """What clients answered to a check-in stands as numbers, without who."""
    await agreed(olena)
    await agreed(amina, "العربية")
    here = await begun(marja, "checkin")
    await confirmed(marja, here)
    await half_an_hour(desk)
    await olena.says("3")
    await amina.says("😀")

    page = (await marja.get(here)).text
    assert "<dt>🙁 Niet goed</dt><dd>1</dd>" in page
    assert "<dt>😀 Goed</dt><dd>1</dd>" in page
    assert "100" not in page.partition("Wat zij antwoordden")[2].partition("</section>")[0]
