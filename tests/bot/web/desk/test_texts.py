"""
Texts at the desk: found in any language, corrected, ticked, spoken, taken out.
"""

import re
from html import unescape

from flows.catalogue import FLOWS
from flows.emergency import DANGER
from flows.phrasebook import PHRASES
from storage import recordings
from storage.corrections import hash_of
from tests.bot.test_record import a_wave
from tests.bot.web.desk.conftest import Desk

MENU = "What is your question? Choose, or write it in your own words."
CONSENT = FLOWS["welcome"].nodes["consent"].text
PAGE = f"/desk/texts/nl/{hash_of(MENU)}"


async def test_a_text_is_found_in_any_language(desk: Desk):
    """By its English, Dutch or own words; with where it is said."""
    joke = desk.somebody("Joke", languages=["nl", "ar"])

    for typed in ("your+own+words", "eigen+woorden"):
        assert f"/desk/texts/ar/{hash_of(MENU)}" in (await joke.get(f"/desk/texts?language=ar&q={typed}")).text
    page = (await joke.get(PAGE)).text
    assert "menu.main" in page
    assert (await joke.get("/desk/texts/nl/0000")).status == 404
    assert (await joke.get(f"/desk/texts/xx/{hash_of(MENU)}")).status == 404


async def test_every_text_is_reached_without_a_search(desk: Desk):
    """Page by page, each text of the language stands on one of them once."""
    leader, path, found = desk.somebody("Marja", "coordinator", (), languages=["nl"]), "/desk/texts?language=ti", []
    for _ in range(20):
        page = (await leader.get(path)).text
        found += re.findall(r'<li><a href="/desk/texts/ti/([^"]+)"', page)
        if not (more := re.search(r'href="\?([^"]+from=\d+)"', page)):
            break
        path = f"/desk/texts?{unescape(more[1])}"

    assert sorted(found) == sorted(hash_of(text) for text in desk.world.app.tongues.written("ti"))


async def test_a_text_is_corrected_and_ticked(desk: Desk, olena):
    """It counts for the next client; what fails lint comes back with what is wrong, and the words are not lost."""
    leader = desk.somebody("Marja", "coordinator", (), languages=["nl"])
    wrong = await leader.post(PAGE, said="Wat is uw vraag? {naam}")
    assert "slots" in wrong.text
    assert "Wat is uw vraag? {naam}" in wrong.text
    assert (await leader.post(PAGE, said="Wat wilt u vragen?")).headers["location"].endswith("said=changed")

    assert await olena.says("/start", "Nederlands", "ja") == "Wat wilt u vragen?"
    page = (await leader.get(PAGE)).text
    assert "geldt" in page
    assert (await leader.post(f"{PAGE}/tick", seen="Wat wilt u vragen?")).headers["location"].endswith("said=changed")
    assert "gelezen door een spreker" in (await leader.get("/desk/texts?language=nl&q=wilt+u+vragen")).text


async def test_a_second_person_agrees(desk: Desk):
    """A proposal waits, is shown to those who may agree, and not to its author."""
    joke, ans = desk.somebody("Joke", languages=["nl"]), desk.somebody("Ans", "coordinator", (), languages=["nl"])
    assert (await joke.post(PAGE, said="Wat wilt u vragen?")).headers["location"].endswith("said=proposed")
    page = (await ans.get(PAGE)).text
    correction = page.split('name="correction" value="')[1].split('"')[0]

    assert "Verbeteringen die op een tweede persoon wachten: 1." in (await ans.get("/desk/texts")).text
    assert 'name="yes"' not in (await joke.get(PAGE)).text
    assert (await joke.post(f"{PAGE}/decide", correction=correction, yes="1")).headers["location"].endswith("said=no_second")
    assert (await ans.post(f"{PAGE}/decide", correction=correction, yes="1")).headers["location"].endswith("said=changed")
    assert desk.world.app.tongues("nl").raw(MENU) == "Wat wilt u vragen?"


async def test_a_text_is_spoken(desk: Desk):
    """A recording is kept and played; a file that is none is refused in words."""
    joke = desk.somebody("Joke", languages=["nl"])

    async def upload(content: bytes):
        head = f'--x\r\ncontent-disposition: form-data; name="csrf"\r\n\r\n{joke.csrf}\r\n--x\r\ncontent-disposition: form-data; name="voice"; '
        body = head.encode() + b'filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\n' + content + b"\r\n--x--\r\n"
        return await desk.ask("POST", f"{PAGE}/voice", joke, body, {"content-type": "multipart/form-data; boundary=x"})

    assert (await joke.get(f"{PAGE}/sound")).status == 404
    assert (await upload(b"no sound")).headers["location"].endswith("said=no_file")
    assert (await upload(a_wave(1))).headers["location"].endswith("said=added")
    sound = await joke.get(f"{PAGE}/sound")
    assert sound.headers["content-type"] == "audio/ogg"
    assert sound.body.startswith(b"OggS")


async def test_old_words_are_not_heard(desk: Desk):
    """A recording is sent at once; after a correction the page says that it is not any more, and the text is among those to record."""
    leader, source = desk.somebody("Marja", "coordinator", (), languages=["nl"]), hash_of(MENU)
    app = desk.world.app
    await app.database.write(lambda tx: recordings.add(tx, source, "nl", b"OggS", 1, leader.who.id, desk.world.now()))
    await app.database.read(app.learn_texts)
    assert PAGE not in (await leader.get("/desk/texts?language=nl&only=unspoken&q=eigen+woorden")).text
    assert "gaat niet meer mee" not in (await leader.get(PAGE)).text
    desk.world.now.move(minutes=1)
    await leader.post(PAGE, said="Wat wilt u vragen?")

    assert "deze opname gaat niet meer mee" in (await leader.get(PAGE)).text
    assert PAGE in (await leader.get("/desk/texts?language=nl&only=unspoken&q=vragen")).text


async def test_those_to_record_begin_with_the_alarms(desk: Desk):
    """Labels and what names a day are not asked for, and say so on their page."""
    joke = desk.somebody("Joke", languages=["nl"])
    page = (await joke.get("/desk/texts?language=nl&only=unspoken")).text

    assert page.index(hash_of(DANGER.text)) < page.index(hash_of(CONSENT))
    assert hash_of("Yes") not in page
    assert "staat op een knop" in (await joke.get(f"/desk/texts/nl/{hash_of('Yes')}")).text
    assert hash_of(PHRASES["photo"].text) in (await joke.get("/desk/texts?language=nl&only=unspoken&q=foto")).text
    assert hash_of(PHRASES["closed_on"].text) not in (await joke.get("/desk/texts?language=nl&only=unspoken&q=kantoor")).text


async def test_texts_are_taken_out_by_who_leads(desk: Desk):
    """As a zip; a volunteer does not get it."""
    leader, joke = desk.somebody("Marja", "coordinator", ()), desk.somebody("Joke")

    assert (await leader.get("/desk/texts/export")).body.startswith(b"PK")
    assert (await joke.get("/desk/texts/export")).status == 404
