"""
A long conversation, recordings and pictures in it, and who looked.
"""

import re

from storage import clients, views
from tests.bot.test_reply import OGG
from tests.bot.web.desk.conftest import Desk


async def upload(desk, browser, path, content, content_type):
    """Post a form with a file, as a browser does."""
    head = f'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{browser.csrf}\r\n--b\r\n'
    head += f'Content-Disposition: form-data; name="voice"; filename="x"\r\nContent-Type: {content_type}\r\n\r\n'
    body = head.encode() + content + b"\r\n--b--\r\n"
    return await desk.ask("POST", path, browser, body, {"content-type": "multipart/form-data; boundary=b", "origin": "http://desk"})


async def held(desk, olena):
    """Let Olena ask and Joke take it."""
    joke = desk.somebody("Joke")
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = desk.world.tickets(joke.who)
    await joke.post(f"/desk/tickets/{question.id}/take")
    return joke, question


async def test_a_long_conversation_is_read_page_by_page(desk: Desk, olena):
    """Every message stands on one page only, though many have the same time; no page weighs 100 kB."""
    joke, question = await held(desk, olena)
    await olena.says(*[f"bericht {number} over de brief" for number in range(70)])
    path, seen = f"/desk/tickets/{question.id}", []
    for _page in range(4):
        page = await joke.get(path)
        assert len(page.body) < 100_000
        seen += re.findall(r"bericht (\d+) over", page.text.partition('<ol class="lines"')[2].partition("</ol>")[0])[::-1]
        earlier = re.search(r'href="([^"]+\?before=\d+)"', page.text)
        path = earlier[1] if earlier else path
        if earlier is None:
            break

    assert seen == [str(number) for number in reversed(range(70))]


async def test_a_live_page_is_one_look(desk: Desk, olena):
    """A page that looks again at every change leaves one line in ten minutes, however it asks; after that another."""
    joke, question = await held(desk, olena)
    for _again in range(3):
        await joke.get(f"/desk/tickets/{question.id}", **{"x-live": "1"})
    looks = desk.world.app.database.look(lambda tx: views.latest(tx, 1))
    desk.world.now.move(minutes=11)
    await joke.get(f"/desk/tickets/{question.id}")

    assert [(one.volunteer, one.what) for one in looks] == [("Joke", "conversation")]
    assert len(desk.world.app.database.look(lambda tx: views.latest(tx, 1))) == 2


async def test_an_answer_by_voice(desk: Desk, olena):
    """A recording goes to the client after ten seconds and is played in the thread; what is no recording says so."""
    joke, question = await held(desk, olena)
    path = f"/desk/tickets/{question.id}"
    assert 'accept="audio/' in (await joke.get(path)).text
    wrong = await upload(desk, joke, f"{path}/voice", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml")
    empty = await upload(desk, joke, f"{path}/voice", b"", "audio/ogg")
    sent = await upload(desk, joke, f"{path}/voice", OGG, "audio/ogg")
    desk.world.now.move(seconds=10)
    await desk.world.go_on()

    assert wrong.headers["location"].endswith("said=no_no_voice_here")
    assert empty.headers["location"].endswith("said=no_file")
    assert sent.headers["location"] == f"{path}#last"
    assert olena.last.voice is not None
    page = (await joke.get(path)).text
    heard = await joke.get(re.search(r'<audio[^>]*src="([^"]+)"', page)[1])
    assert (heard.status, heard.body, heard.headers["content-type"]) == (200, OGG, "audio/ogg")


async def test_media_are_for_who_may_read_the_conversation(desk: Desk, olena):
    """A volunteer of the same location, but of another team, gets no picture by its number; a coordinator does."""
    joke, question = await held(desk, olena)
    await upload(desk, joke, f"/desk/tickets/{question.id}/voice", OGG, "audio/ogg")
    source = re.search(r'<audio[^>]*src="([^"]+)"', (await joke.get(f"/desk/tickets/{question.id}")).text)[1]

    assert (await desk.somebody("Kees", teams=("legal",)).get(source)).status == 404
    assert (await desk.somebody("Marja", "coordinator", ()).get(source)).status == 200


async def test_who_likes_voice_is_known_to_the_volunteer(desk: Desk, olena):
    """The question and the card say so, once the client asked for voice; not for who asked for text again."""
    joke, question = await held(desk, olena)
    path = f"/desk/tickets/{question.id}"
    assert "krijgt graag spraakberichten" not in (await joke.get(path)).text
    await olena.says("stuur mij spraak")
    assert "krijgt graag spraakberichten" in (await joke.get(path)).text
    client = desk.world.app.database.look(lambda tx: clients.by_ids(tx, [question.client_id]))[0]
    assert "Krijgt graag spraakberichten" in (await joke.get(f"/desk/clients/{client.number}")).text
    await olena.says("tekst")

    assert "krijgt graag spraakberichten" not in (await joke.get(path)).text
