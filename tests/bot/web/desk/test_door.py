"""
The door of the desk: nobody reads what is not theirs, on any page, in any role, from any place.
"""

import re
from pathlib import Path

import pytest
from starlette.routing import Router

from bot.channels import Attachment
from bot.web.desk import door
from bot.web.desk.door import HEADERS, Page, routes
from bot.web.desk.pages import PAGES
from storage import clients, locations, views
from storage.database import Database
from storage.tables import messages
from tests.bot.web.desk.conftest import Desk
from tests.people import make_world

ROLES = ("nobody", "half", "volunteer", "coordinator", "administrator")
DESK = Path(door.__file__).parent
RANK = {"nobody": 0, "half": 1, "volunteer": 2, "coordinator": 3, "administrator": 4}
OF_A_CLIENT = ("/desk/tickets/", "/desk/clients/{", "/desk/media/")       # only of the own location


def filled(path, question, client):
    """Return the path of a page with somebody's numbers in it."""
    number = {"/desk/media": 1, "/desk/team": 999, "/desk/roster": 1}
    id = next((value for head, value in number.items() if path.startswith(head)), question.id)
    return path.replace("{id:int}", str(id)).replace("{number:int}", str(client.number)).replace("{code}", "a-code")


@pytest.fixture
async def asked(world, olena):
    """A question of Olena in Leiden, and her record."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(world.volunteer("Marja", "coordinator", ()))
    return question, world.app.database.look(lambda tx: clients.by_ids(tx, [question.client_id]))[0]


@pytest.fixture
def elsewhere(world):
    """Another location of ours."""
    return world.app.database.submit(lambda tx: locations.put(tx, "Gouda")).result()


def kept(desk):
    """Return everything that is kept of clients and their questions."""
    tables = messages.metadata.tables
    return desk.world.app.database.look(lambda tx: {name: tx.all(tables[name].select()) for name in (
        "clients", "tickets", "moments", "messages", "facts", "notes", "drafts", "reminders", "appointments", "addresses", "files", "looks")})


@pytest.mark.parametrize("place", ["here", "elsewhere"])
@pytest.mark.parametrize("role", ROLES)
async def test_every_page_is_for_whom_it_says(desk: Desk, asked, elsewhere, role, place):
    """Every route, every role, the own and another location: below the role it answers nothing, elsewhere there is no client and nothing changes."""
    location, before = 1 if place == "here" else elsewhere, kept(desk)
    for page in PAGES:
        if page.path == "/desk/events":
            continue
        if role in ("nobody", "half"):
            browser = desk.browser() if role == "nobody" else desk.browser(desk.world.volunteer("Half", "coordinator", (), location), is_whole=False)
        else:
            browser = desk.somebody(f"One {role}", role, ("social", "legal"), location)
        path = filled(page.path, *asked)
        answer = await (browser.get(path) if page.method == "GET" else browser.post(path, outcome="answered", text="dag", phrase="hello"))
        where = f"{page.method} {page.path} as {role} {place}: {answer.status}"
        assert {name: value for name, value in HEADERS.items() if name not in answer.headers} == {}, where
        assert answer.status != 500, where
        if RANK[role] < RANK[page.needs]:
            goes_to_login = (answer.headers.get("location", "").startswith("/desk/login")
                             or (answer.status == 401 and 'name="password"' in answer.text))
            assert goes_to_login if RANK[role] < 2 else answer.status == 404, where
        elif page.path.startswith(OF_A_CLIENT) and place == "elsewhere":
            assert answer.status == 404, where
        assert "Olena" not in answer.text or place == "here", where
    assert (kept(desk) == before) is (place == "elsewhere" or RANK[role] < 2)


async def test_a_team_reads_its_own_questions(desk: Desk, asked):
    """A volunteer of another team finds no question, and cannot tell it from one that is not there."""
    question, _ = asked
    stranger = desk.somebody("Kees", teams=("legal",))

    there, nowhere = await stranger.get(f"/desk/tickets/{question.id}"), await stranger.get("/desk/tickets/12345")
    assert (there.status, nowhere.status) == (404, 404)
    assert there.text == nowhere.text


async def test_a_post_needs_a_form_of_ours(desk: Desk, asked):
    """Without what our forms carry, from another login's form or from another site, nothing happens."""
    question, _ = asked
    joke, other = desk.somebody("Joke"), desk.somebody("Ans")
    path = f"/desk/tickets/{question.id}/take"

    for csrf in ("", other.csrf, "é"):
        assert (await joke.post(path, csrf=csrf)).status == 403
    foreign = await desk.ask("POST", path, joke, f"csrf={joke.csrf}".encode(), {"origin": "https://evil.example"})
    sites = await desk.ask("POST", path, joke, f"csrf={joke.csrf}".encode(), {"sec-fetch-site": "cross-site"})
    assert (foreign.status, sites.status) == (403, 403)
    assert desk.world.tickets(joke.who)[0].state == "open"
    assert (await joke.post(path)).headers["location"].endswith("said=taken")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_what_is_no_page_is_behind_the_door_too(desk: Desk, method):
    """An address of no page, and a method that a page has not, answer with every header and the same page as what is not theirs."""
    for path in ("/desk/nothing", "/desk/team/../.env", "/desk/tickets/abc"):
        answer = await desk.ask(method, path, desk.browser(), b"", {})
        assert answer.status == 404
        assert {name: value for name, value in HEADERS.items() if answer.headers.get(name) != value} == {}


async def test_a_page_that_breaks_says_so(desk: Desk, caplog):
    """A fault of ours is a page with every header, and a line in the log without what was asked."""
    async def broken(visit):
        raise ValueError("Olena")

    desk.router = Router(routes(desk.world.app, [Page("/desk/broken", broken, "nobody")], desk.closing))
    answer = await desk.browser().get("/desk/broken?q=Olena")

    assert answer.status == 500
    assert answer.headers["content-security-policy"] == HEADERS["content-security-policy"]
    assert "Olena" not in answer.text + caplog.text
    assert "desk_page_failed path=/desk/broken error=ValueError" in caplog.text


async def test_the_log_of_looks_is_found_by_colleague(desk: Desk, asked):
    """A coordinator sees what one colleague looked at."""
    _, client = asked
    joke, ans, leader = desk.somebody("Joke"), desk.somebody("Ans"), desk.somebody("Marja", "coordinator", ())
    await joke.get(f"/desk/clients/{client.number}")
    await ans.get(f"/desk/clients/{client.number}")

    page = await leader.get(f"/desk/audit?by={joke.who.id}")
    assert "<bdi>Joke</bdi>" in page.text
    assert "<bdi>Ans</bdi>" not in page.text


HUGE = ("2147483648", "99999999999999999", "9223372036854775807", "9223372036854775808", "9999999999999999999", "9" * 30, "٣", "²", "-1")


@pytest.mark.parametrize("kind", ["sqlite_url", "postgres_url"])
async def test_no_number_is_too_large(request, keys, tmp_path, kind):
    """Whatever number stands in an address or a form, what is not there is not there, on both databases, and nothing breaks."""
    database = Database(request.getfixturevalue(kind)(), keys)
    desk = Desk(make_world(database, tmp_path))
    leader = desk.somebody("Marja", "administrator", ())
    await desk.world.person("olena").says("/start", "Nederlands", "ja", "vrijwilliger")
    here = f"/desk/tickets/{desk.world.tickets(leader.who)[0].id}"

    for number in HUGE:
        forms = {f"{here}/assign": "to", f"{here}/undo": "message", "/desk/clients/1001/second": "binding", "/desk/team": "location"}
        answers = [await leader.post(path, **{name: number}) for path, name in forms.items()]
        answers += [await leader.get(path) for path in (f"{here}?before={number}", f"/desk/audit?client={number}&before={number}&by={number}")]
        assert 500 not in [one.status for one in answers], number
        if number.isascii() and number.isdigit():
            for path in ("tickets", "clients", "media"):
                assert (await leader.get(f"/desk/{path}/{number}")).status == 404, number
            for path, there in {f"team/{number}": 404, f"team/{number}/dismiss": 404, f"roster/{number}": 303}.items():
                assert (await leader.post(f"/desk/{path}")).status == there, number
    database.close()


async def test_what_is_too_large_is_refused(desk: Desk):
    """A form has at most 64 kB."""
    answer = await desk.somebody("Joke").post("/desk/account", reads="n" * 70_000)

    assert answer.status == 413


async def test_every_look_at_a_client_is_written_down(desk: Desk, asked):
    """Card and conversation leave a line that a coordinator reads; a volunteer does not."""
    question, client = asked
    joke, leader = desk.somebody("Joke"), desk.somebody("Marja", "coordinator", ())
    await joke.get(f"/desk/tickets/{question.id}")
    await joke.get(f"/desk/clients/{client.number}")

    seen = desk.world.app.database.look(lambda tx: views.latest(tx, 1))
    assert [(one.volunteer, one.number, one.what) for one in seen] == [("Joke", client.number, "card"), ("Joke", client.number, "conversation")]
    page = await leader.get(f"/desk/audit?client={client.number}")
    assert page.text.count("<bdi>Joke</bdi>") == 2
    assert (await joke.get("/desk/audit")).status == 404


async def test_looks_of_one_moment_are_all_listed(desk: Desk, asked):
    """Who looks at many records at once, as an import does, leaves more lines of one time than a page holds: each is on some page, once."""
    _, client = asked
    joke, leader = desk.somebody("Joke"), desk.somebody("Marja", "coordinator", ())
    looked = [(client.id, 1)] * (views.PAGE + 20)
    desk.world.app.database.submit(lambda tx: views.look_at_many(tx, joke.who.id, looked, "import", desk.world.now())).result()

    first = (await leader.get("/desk/audit")).text
    earlier = first.partition('href="?client=')[2].partition('"')[0].replace("&amp;", "&")
    second = (await leader.get(f"/desk/audit?client={earlier}")).text
    assert [page.count("<bdi>Joke</bdi>") for page in (first, second)] == [views.PAGE, 20]


async def test_pages_are_light_and_run_nothing_from_elsewhere(desk: Desk, asked):
    """No page is over 100 kB, none has a script or style in it, nothing comes from another server."""
    question, client = asked
    leader = desk.somebody("Marja", "administrator", ())
    await leader.post(f"/desk/tickets/{question.id}/take")
    for path in ("/desk/", f"/desk/tickets/{question.id}", "/desk/clients", f"/desk/clients/{client.number}", "/desk/team", "/desk/places",
                 "/desk/roster", "/desk/audit", "/desk/account", "/desk/health", "/desk/due", "/desk/visits", "/desk/trajectories",
                 "/desk/contacts?rows=many", "/desk/report",
                 "/desk/report/moments?figure=contacts.total&by=total", "/desk/files", "/desk/totals", "/desk/manage", "/desk/texts",
                 "/desk/broadcasts", "/desk/register", "/desk/downloads", "/desk/import", f"/desk/clients/{client.number}/everything"):
        answer = await leader.get(path)
        assert answer.status == 200, path
        assert len(answer.body) < 100_000, path
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';"), path
        assert "unsafe" not in policy, path
        assert not re.search(r"<script(?! src=\"/static/)|<style|style=\"|onclick|javascript:|(?:src|href)=\"https?:", answer.text), path
        assert not re.search(r">[a-z_]+\.[a-z_]+<|\{\{|Undefined", answer.text), path


async def test_media_never_run_here(desk: Desk, asked, olena):
    """A document is a file to keep, sandboxed; a drawing that could run is not there at all."""
    desk.world.channel.media |= {"pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>"}
    await olena.sends("document", Attachment("pdf", "application/pdf", 15))
    await olena.sends("document", Attachment("svg", "image/svg+xml", 41))
    await desk.world.fetch()
    kept = desk.world.app.database.look(lambda tx: tx.all(messages.metadata.tables["media"].select()))
    document, drawing = [row.id for row in sorted(kept, key=lambda row: row.id)]
    joke = desk.somebody("Joke")

    answer = await joke.get(f"/desk/media/{document}")
    assert answer.status == 200
    assert answer.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert (await joke.get(f"/desk/media/{drawing}")).status == 404
    assert "er kan in staan wie het maakte" in (await joke.get(f"/desk/tickets/{asked[0].id}")).text
