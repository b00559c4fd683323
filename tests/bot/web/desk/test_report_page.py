"""
The report at the desk: chosen, read, taken along, and opened down to the moments; files and totals typed in beside it.
"""

import html
import io
import re
import zipfile
from datetime import date

import pytest

from bot.compose import BY, Words, compose
from bot.report import report
from storage import clients, contacts, locations, notes, views, volunteers
from storage.contacts import Contact
from storage.tables import moments
from tests.bot.web.desk.conftest import Desk

DAYS = "from=2026-01-01&to=2026-12-31"
HERE = f"/desk/report?{DAYS}"


@pytest.fixture
def year(desk: Desk) -> dict[str, int]:
    """Contacts of Leiden: of Amina, of Yonas who asks for a woman, of nobody by name; and one of Gouda."""
    def write(tx):
        now = desk.world.now()
        joke = volunteers.add(tx, "Joke", "volunteer", 1, now, ["social"])
        amina, yonas = clients.add(tx, 2, now, "Amina", "ar", 1)
        clients.change(tx, yonas, "Yonas", "ti", True, False)
        gouda = locations.put(tx, "Gouda", municipality="Gouda")

        def said(client, topics, kind="call", programme="info_point", location=1):
            place = "Leiden" if location == 1 else "Gouda"
            return Contact(tx.ids.next(), client, location, place, kind, now, date(2026, 3, 2), topics, programme, "answered", joke)

        rows = [said(amina, ["permit_renewal", "permit_lost"]), said(yonas, ["work"], "office"), said(None, [], "visit", "guidance"),
                *(said(None, ["debts_money"]) for _ in range(60)), said(None, ["work"], location=gouda)]
        contacts.log(tx, rows, now)
        notes.add(tx, None, amina, joke, "belt over Amina", now, rows[0].id)
        notes.add(tx, None, yonas, joke, "over Yonas", now, rows[1].id)
        return {"amina": amina, "yonas": yonas, "gouda": gouda}

    return desk.world.app.database.submit(write).result()


async def test_each_figure_opens_as_many_moments_as_it_counts(desk: Desk, year):
    """For every figure of contacts, by a person, by the bot and in all: the moments behind it are those that were counted."""
    marja = desk.somebody("Marja", "coordinator", (), is_woman=True)
    page = html.unescape((await marja.get(HERE)).text)
    links = re.findall(r'<a href="(/desk/report/moments\?[^"]+)">(\d+)</a>', page)

    assert len(links) > 20
    for link, number in links:
        listed, rows = link, 0
        while listed:
            shown = html.unescape((await marja.get(listed)).text)
            rows += len(re.findall(r"<tr><td>(?:<a [^>]*>)?0", shown))
            more = re.search(r'href="(/desk/report/moments\?[^"]+after=[^"]+)"', shown)
            listed = more[1] if more else ""
        assert rows == int(number) or "legal_lines.subjects" in link, link


async def test_moments_name_a_client_to_who_may_see_them(desk: Desk, year):
    """A client who asks for a woman is not named to others, nor is what was noted; whoever is named was looked at."""
    bas = desk.somebody("Bas", "coordinator", (), reads="en")
    amina = desk.world.app.database.look(lambda tx: clients.by_ids(tx, [year["amina"], year["yonas"]]))
    desk.world.app.database.submit(lambda tx: clients.change(tx, year["yonas"], "Yonas", "ti", False, True)).result()
    of_community = desk.somebody("Hagos", "coordinator", (), communities=["ti"], reads="en")
    link = f"/desk/report/moments?{DAYS}&figure=contacts.total&by=total"

    seen = (await bas.get(f"/desk/report/moments?{DAYS}&figure=topics.work&by=total")).text
    assert str(amina[1].number) in seen
    hidden = (await of_community.get(f"/desk/report/moments?{DAYS}&figure=topics.work&by=total")).text
    assert str(amina[1].number) not in hidden
    assert "over Yonas" not in hidden
    assert "not for you" in hidden
    await bas.get(link)
    log = desk.world.app.database.look(lambda tx: views.latest(tx, 1))
    assert {(one.volunteer, one.number, one.what) for one in log} == {("Bas", amina[1].number, "moments")}


async def test_a_coordinator_reads_the_own_location(desk: Desk, year):
    """Another location is not there for them, and all together neither; an administrator reads each, without opening moments elsewhere."""
    marja = desk.somebody("Marja", "coordinator", ())
    assert (await marja.get(f"{HERE}&location=Gouda")).status == 404
    assert "61" in re.findall(r">(\d+)</a>", (await marja.get(HERE)).text)
    assert (await desk.somebody("Joke").get(HERE)).status == 404

    ada = desk.somebody("Ada", "administrator", ())
    everything, gouda = (await ada.get(HERE)).text, (await ada.get(f"{HERE}&location=Gouda")).text
    assert "/desk/report/moments" not in everything + gouda
    assert ">64</td>" in everything
    assert (await ada.get(f"{HERE}&municipality=Delft")).status == 404


@pytest.mark.parametrize(("format", "kind"), [
    ("html", "text/html"), ("xlsx", "application/vnd.openxmlformats"), ("md", "text/markdown"), ("json", "application/json")])
async def test_the_report_is_taken_along(desk: Desk, year, format, kind):
    """Each form is a file with a name of its days, and holds what the page shows; the outgoing one no small count, and only of days that are over."""
    marja = desk.somebody("Marja", "coordinator", ())
    answer = await marja.get(f"{HERE}&format={format}")
    early = await marja.get(f"{HERE}&format={format}&outgoing=1")
    desk.world.now.move_to(date(2027, 1, 4), 10)
    outgoing = await desk.somebody("Ada", "coordinator", ()).get(f"{HERE}&format={format}&outgoing=1")
    text = answer.text if format != "xlsx" else "".join(
        zipfile.ZipFile(io.BytesIO(answer.body)).read(f"xl/worksheets/sheet{n}.xml").decode() for n in range(2, 8))

    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["content-disposition"] == f'attachment; filename="wegwijs-2026-01-01-2026-12-31.{format}"'
    assert early.status == 303
    assert "-outgoing." in outgoing.headers["content-disposition"]
    assert "63" in text
    assert outgoing.body != answer.body


async def test_the_page_holds_what_the_query_says(desk: Desk, year):
    """Page, chart and tables come from the same figures: those of `wegwijs report`."""
    marja = desk.somebody("Marja", "coordinator", (), reads="en")
    found = desk.world.app.database.look(lambda tx: report(tx, date(2026, 1, 1), date(2026, 12, 31), "Leiden"))
    words = Words(lambda text: text, desk.world.app.tongues("en"), {})
    page = (await marja.get(HERE)).text

    for section in compose(found, words):
        for line in section.lines:
            numbers = [str(value) for value in line.values if isinstance(value, int)]
            row = re.search(rf'<section class="card figures" id="{section.id}">.*?</section>', page, re.DOTALL)
            assert row, section.id
            assert section.columns[:3] != BY or all(f">{number}<" in row[0] for number in numbers), line.id


async def test_files_are_opened_and_closed(desk: Desk, year):
    """The legal team opens files for a client and closes each; the report counts files and persons apart; others may not."""
    joke, kees = desk.somebody("Joke", teams=("legal",)), desk.somebody("Kees", teams=("social",))
    assert (await kees.get("/desk/files")).status == 404
    assert (await kees.post("/desk/files", client="1001", how_many="2", opened_on="2026-02-01")).status == 404
    assert "said=added" in (await joke.post("/desk/files", client="1001", how_many="3", opened_on="2026-02-01")).headers["location"]
    ids = re.findall(r'action="/desk/files/(\d+)"', (await joke.get("/desk/files")).text)

    async def change(id: str, what: str, on: str = "2026-05-01") -> str:
        return str((await joke.post(f"/desk/files/{id}", what=what, closed_on=on)).headers["location"])

    assert "said=changed" in await change(ids[0], "granted")
    assert "no_file_change" in await change(ids[0], "refused")                 # once only
    assert "no_file_change" in await change(ids[1], "refused", "2026-01-31")   # before it was opened
    assert "no_file_change" in await change(ids[1], "flown")
    assert "said=changed" in await change(ids[1], "remove")
    found = desk.world.app.database.look(lambda tx: report(tx, date(2026, 1, 1), date(2026, 12, 31), "Leiden"))
    assert {name: both for name, both in found.files.items() if any(both)} == {
        "opened": (2, 1), "closed": (1, 1), "granted": (1, 1), "open_at_end": (1, 1)}
    assert "said=changed" in await change(ids[0], "reopen")


@pytest.mark.parametrize("form", [
    {"client": "1001", "how_many": "0", "opened_on": "2026-02-01"}, {"client": "1001", "how_many": "21", "opened_on": "2026-02-01"},
    {"client": "1001", "how_many": "1", "opened_on": "2030-02-01"}, {"client": "1001", "how_many": "1", "opened_on": "soon"},
    {"client": "9999", "how_many": "1", "opened_on": "2026-02-01"}])
async def test_a_wrong_file_is_refused(desk: Desk, year, form):
    """Nobody's file, no number of relatives, or a day to come: nothing is opened, and the page says why."""
    joke = desk.somebody("Joke", teams=("legal",))

    assert "said=no_" in (await joke.post("/desk/files", **form)).headers["location"]
    assert "action=\"/desk/files/" not in (await joke.get("/desk/files")).text


async def test_totals_are_typed_in(desk: Desk, year):
    """For exactly these days: entered, changed, emptied again; what is missing says so, and nonsense is refused."""
    marja = desk.somebody("Marja", "coordinator", ())
    period = {"from": "2026-01-01", "to": "2026-12-31"}
    await marja.post("/desk/totals", **period, total_volunteers="41", total_housed_homes="48")
    await marja.post("/desk/totals", **period, total_volunteers="40", total_housed_homes="")
    refused = await marja.post("/desk/totals", **period, total_volunteers="many")

    assert "said=no_total" in refused.headers["location"]
    assert 'value="40"' in (await marja.get(f"/desk/totals?{DAYS}")).text
    assert 'value="40"' not in (await marja.get("/desk/totals?from=2026-01-01&to=2026-06-30")).text
    page = (await marja.get(HERE)).text
    section = re.search(r'id="volunteers">.*?</section>', page, re.DOTALL)[0]
    assert ">40<" in section
    assert "niet ingevuld" in re.search(r'id="housing">.*?</section>', page, re.DOTALL)[0]
    assert (await desk.somebody("Joke").get("/desk/totals")).status == 404


async def test_what_was_not_understood_is_told_by_words_of_many(desk: Desk, year):
    """A word that five clients used is shown with their number; one of four, a client's name and a number are not, nor in any file."""
    people = [desk.world.person(name) for name in ("anna", "bilal", "chen", "dina", "emre")]
    desk.world.app.database.submit(lambda tx: clients.add(tx, 1, desk.world.now(), "Zoroaster", "nl", 1)).result()
    for place, person in enumerate(people):
        await person.says("/start", "Nederlands", "ja", f"Zoroaster glimwurmpje 0612345678{'' if place else ' kwispelstaart'}")
    not_understood = moments.update().where(moments.c.channel == "memory").values(outcome="not_understood")
    desk.world.app.database.submit(lambda tx: tx.run(not_understood)).result()
    marja = desk.somebody("Marja", "coordinator", ())
    page = (await marja.get("/desk/report?from=2026-11-01&to=2026-11-30")).text

    section = re.search(r'id="wondered">.*?</section>', page, re.DOTALL)[0]
    assert "<bdi>glimwurmpje</bdi> · 5" in section
    assert "kwispelstaart" not in page
    assert "zoroaster" not in page.lower()
    assert "0612345678" not in page
    for more in ("&format=html", "&format=json", "&outgoing=1"):
        taken = await marja.get(f"/desk/report?from=2026-10-01&to=2026-12-31{more}")
        assert taken.status == 200
        assert "glimwurmpje" not in taken.text


async def test_two_reports_to_hand_out_cannot_be_subtracted(desk: Desk, year):
    """A year, and the same year but a day or of one programme: the second is not given, on the page nor as a file, with a sentence why."""
    marja = desk.somebody("Marja", "coordinator", (), reads="en")
    assert (await marja.get(f"{HERE}&outgoing=1")).status == 200
    for other in ("from=2026-01-01&to=2026-12-30", "from=2026-01-02&to=2026-12-31", "from=2026-01-01&to=2026-09-30", f"{DAYS}&programme=guidance"):
        for more in ("", "&format=json"):
            refused = await marja.get(f"/desk/report?{other}{more}&outgoing=1")
            assert (refused.status, refused.body) == (303, b""), other
    shown = (await marja.get(refused.headers["location"])).text

    assert "one whole quarter or one whole year" in shown
    assert "Internal version" in shown


async def test_a_file_of_another_client_is_not_changed(desk: Desk, year):
    """Who may not see a client has no buttons at the client's file, and what they post changes nothing; a change of others is a look."""
    joke = desk.somebody("Joke", teams=("legal",))
    hagos = desk.somebody("Hagos", teams=("legal",), communities=["ti"])
    desk.world.app.database.submit(lambda tx: clients.change(tx, year["yonas"], "Yonas", "ti", False, True)).result()
    await joke.post("/desk/files", client="1002", how_many="1", opened_on="2026-02-01")
    id = re.search(r'action="/desk/files/(\d+)"', (await joke.get("/desk/files")).text)[1]

    assert "/desk/files/" not in (await hagos.get("/desk/files")).text
    for what in ("granted", "remove"):
        assert "no_file_change" in (await hagos.post(f"/desk/files/{id}", what=what, closed_on="2026-05-01")).headers["location"]
    assert "said=changed" in (await joke.post(f"/desk/files/{id}", what="granted", closed_on="2026-05-01")).headers["location"]
    log = desk.world.app.database.look(lambda tx: views.latest(tx, 1))
    assert next((one.volunteer, one.what) for one in log if one.number == 1002) == ("Joke", "change")


async def test_a_report_is_handed_over(desk: Desk, year):
    """A coordinator hands a quarter over; from then on it opens as it was, also as a file, and what came later is listed beside it."""
    marja, ans = (desk.somebody(name, "coordinator", (), place, reads="en") for name, place in (("Marja", 1), ("Ans", year["gouda"])))
    quarter = "from=2026-01-01&to=2026-03-31&outgoing=1"
    assert "Hand over" in (await marja.get(f"/desk/report?{quarter}")).text
    page = (await marja.post(f"/desk/report/freeze?{quarter}")).headers["location"].partition("?")[0]
    assert (await marja.post(f"/desk/report/freeze?{quarter}")).headers["location"].partition("?")[0] == page
    before = (await marja.get(f"{page}?format=json")).text
    desk.world.now.move(hours=1)
    later = desk.world.now()
    rows = [Contact(desk.world.app.database.ids.next(), None, 1, "Leiden", "call", later, date(2026, 2, 2), ["work"], "info_point", "answered", 1)]
    desk.world.app.database.submit(lambda tx: contacts.log(tx, rows, later)).result()

    assert (await marja.get(f"/desk/report?{quarter}")).headers["location"] == page
    shown = (await marja.get(page)).text
    assert "Handed over by Marja" in shown
    assert 'written down late</th><td class="number">1<' in shown
    assert '<td>total</td><td class="number">63</td><td class="number">64</td>' in shown
    assert (await marja.get(f"{page}?format=json")).text == before
    for format in ("html", "xlsx", "md"):
        assert (await marja.get(f"{page}?format={format}")).status == 200
    assert (await ans.get(page)).status == 404
    assert page in (await marja.get("/desk/report")).text
    assert "/desk/report/frozen/" not in (await ans.get("/desk/report")).text


async def test_days_that_are_not_over_are_not_handed_over(desk: Desk, year):
    """The quarter that goes on can be looked at, and is refused."""
    marja = desk.somebody("Marja", "coordinator", (), reads="en")
    refused = await marja.post("/desk/report/freeze?from=2026-10-01&to=2026-12-31&outgoing=1")

    assert "no_early" in refused.headers["location"]
    assert (await marja.get("/desk/report/frozen/1")).status == 404
