"""
Clients at the desk: found though names are encrypted, added, changed, invited.
"""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import unquote

import pytest

from bot.translate import desk as desk_texts
from bot.web.desk.entry import drawn
from bot.web.desk.told import FACTS, guidance
from flows.safe_contact import SafeContact, read
from storage import clients, facts, locations, search_keys, views
from storage.addresses import Sender, resolve
from storage.database import Tx
from tests.bot.web.desk.conftest import Desk


def number_in(location):
    """Return the client number of an address."""
    return location.split("/desk/clients/")[1].split("?")[0]


@pytest.mark.parametrize(("typed", "is_found"), [
    ("Amina", True), ("amina", True), ("AMINA", True), ("El-Sayed", True), ("elsayed", False), ("sayed amina", True), ("Ámina", True),
    ("Ami", False), ("Yonas", False), ("Amina Yonas", False), ("1001", True), ("100", False), ("", False), ("' or 1=1 --", False),
])
async def test_a_client_is_found_by_whole_words_and_numbers(desk: Desk, typed, is_found):
    """Every word counts, accents and capitals do not; a part of a word finds nobody."""
    joke = desk.somebody("Joke")
    added = await joke.post("/desk/clients", name="Amina El-Sayed", language="ar")
    assert number_in(added.headers["location"]) == "1001"

    page = (await joke.post("/desk/clients/found", q=typed)).text
    assert ("· 1001 ·" in page) is is_found


async def test_a_client_is_found_by_telephone_number(desk: Desk):
    """However the number is written."""
    sender = Sender("whatsapp", "whatsapp:+31612345678")
    desk.world.app.database.submit(lambda tx: resolve(tx, [sender], desk.world.now())).result()
    joke = desk.somebody("Joke")

    for typed in ("06-123 45 678", "0612345678", "+31612345678", "0031 6 1234 5678"):
        assert "· 1001 ·" in (await joke.post("/desk/clients/found", q=typed)).text, typed
    assert "· 1001 ·" not in (await joke.post("/desk/clients/found", q="12345678")).text


async def test_the_card_links_what_there_is(desk: Desk):
    """No link to change what has no page of its own, and one to the client's files for who keeps them."""
    def add(tx):
        (id,) = clients.add(tx, 1, desk.world.now(), "Amina", "ar", 1)
        facts.learn(tx, [(id, "voice", "yes"), (id, "permit_expires_on", "2027-05-31")], "client", desk.world.now())

    desk.world.app.database.submit(add).result()
    social, legal = desk.somebody("Joke"), desk.somebody("Kees", teams=("legal",))
    page = (await social.get("/desk/clients/1001")).text

    assert "fact=permit_expires_on" in page
    assert "fact=voice" not in page
    assert "/desk/files?client=1001" not in page
    assert "/desk/files?client=1001" in (await legal.get("/desk/clients/1001")).text


async def test_nobody_is_found_from_another_location(desk: Desk):
    """Search ends at the door of the location."""
    gouda = desk.world.app.database.submit(lambda tx: locations.put(tx, "Gouda")).result()
    joke, other = desk.somebody("Joke"), desk.somebody("Kees", location_id=gouda)
    await joke.post("/desk/clients", name="Amina", language="ar")

    assert "1001" not in (await other.post("/desk/clients/found", q="Amina")).text
    assert (await other.get("/desk/clients/1001")).status == 404


async def test_a_changed_name_is_the_only_one_found(desk: Desk):
    """The old name finds nobody any more; wishes and safe contact are kept."""
    joke = desk.somebody("Joke", is_woman=True)
    await joke.post("/desk/clients", name="Amina", language="ar")
    changed = await joke.post("/desk/clients/1001", name="Samira", language="nl", how="here", day_0="1", woman="1")
    assert changed.headers["location"].endswith("said=changed")

    find = desk.world.app.database.look
    assert find(lambda tx: search_keys.find(tx, "Amina", 1)) == []
    (id,) = find(lambda tx: search_keys.find(tx, "Samira", 1))
    client = find(lambda tx: clients.by_ids(tx, [id]))[0]
    assert (client.name, client.language, client.wants_woman) == ("Samira", "nl", True)
    page = (await joke.get("/desk/clients/1001")).text
    assert "ma </dd>" in page
    assert "vraagt om een vrouw" in page


@pytest.mark.parametrize(("fact", "value", "is_right"), [
    ("permit_expires_on", "2027-02-28", True), ("permit_expires_on", "31-02-2027", False), ("permit_kind", "asylum", True),
    ("permit_kind", "x", False), ("family_abroad", "true", True), ("toeslagen_unclaimed_years", "[2025]", True), ("children",
        '[{"permit_expires_on": "2027-03-01"}]', True),
    ("children", "[", False), ("nonsense", "1", False),
    ("decisions", "[" * 900, False), ("decisions", "[" * 900 + "]" * 900, False), ("decisions", "[" * 9_000, False), ("letters", "²", False),
    ("permit_kind", "9" * 5000, False),
])
async def test_a_fact_is_checked_and_gives_deadlines(desk: Desk, fact, value, is_right):
    """What cannot be is refused in words; what can be stands on the card with who said it."""
    joke = desk.somebody("Joke")
    await joke.post("/desk/clients", name="Amina", language="ar")

    answer = await joke.post("/desk/clients/1001/facts", fact=fact, value=value)
    assert answer.headers["location"].endswith("said=changed" if is_right else "said=no_fact")
    page = (await joke.get("/desk/clients/1001")).text
    assert (f"<td>{desk_texts('nl').get(FACTS.get(fact, ''), fact)}</td>" in page) is is_right
    if fact == "permit_expires_on" and is_right:
        assert "Vergunning verlengen" in page
        await joke.post("/desk/clients/1001/facts", fact=fact, value="")
        assert "Vergunning verlengen" not in (await joke.get("/desk/clients/1001")).text


async def test_an_invitation_is_printed_with_its_code(desk: Desk):
    """Without a channel that has links, the words to send; the code works."""
    joke = desk.somebody("Joke")
    await joke.post("/desk/clients", name="Amina", language="ar")
    page = (await joke.post("/desk/clients/1001/invite")).text
    code = page.split("<b>code ")[1].split("</b>")[0]

    amina = desk.world.person("amina")
    await amina.says(f"code {code}")
    assert "memory" in (await joke.get("/desk/clients/1001")).text


async def test_an_invitation_has_its_qr(desk: Desk):
    """On WhatsApp the page to print holds a link to our number that brings the code, and the same as a QR."""
    app = desk.world.app
    app.channels.on["whatsapp"], app.settings = desk.world.channel, replace(app.settings, twilio_from="whatsapp:+31600000009")
    joke = desk.somebody("Joke")
    await joke.post("/desk/clients", name="Amina", language="ar")
    page = (await joke.post("/desk/clients/1001/invite")).text

    (link,) = re.findall(r'href="(https://wa\.me/31600000009\?text=[^"]+)"', page)
    assert drawn(unescape(link)) in page
    amina = desk.world.person("amina")
    await amina.says(unquote(link.partition("text=")[2]))
    assert "memory" in (await joke.get("/desk/clients/1001")).text


async def test_what_we_hold_is_for_who_leads(desk: Desk):
    """A coordinator prints it; a volunteer does not."""
    joke, leader = desk.somebody("Joke"), desk.somebody("Marja", "coordinator", ())
    await joke.post("/desk/clients", name="Amina", language="ar")

    assert (await joke.get("/desk/clients/1001/everything")).status == 404
    text = (await leader.get("/desk/clients/1001/everything")).text
    assert "Cliënt 1001" in text
    assert "Amina" in text


async def test_a_clients_wishes_hide_the_card(desk: Desk):
    """Who asks for a woman is not found by a man; who avoids the own community not by one of it, coordinator or not."""
    joke, kees = desk.somebody("Joke", is_woman=True), desk.somebody("Kees")
    samir = desk.somebody("Samir", "coordinator", communities=["ar"])
    await joke.post("/desk/clients", name="Amina", language="ar")
    await joke.post("/desk/clients/1001", name="Amina", language="ar", how="here", woman="1", community="1")

    assert [(await browser.get("/desk/clients/1001")).status for browser in (joke, kees, samir)] == [200, 404, 404]
    assert ["· 1001 ·" in (await browser.post("/desk/clients/found", q="amina")).text for browser in (joke, kees, samir)] == [True, False, False]


async def test_a_wish_that_is_noted_at_the_desk_holds_for_the_open_question(desk: Desk):
    """A colleague ticks that Olena asks for a woman: a man has her question no longer, is not told of it, and sees it again once it is unticked."""
    await desk.world.person("olena").says("/start", "Nederlands", "ja", "vrijwilliger")
    ans, kees = desk.somebody("Ans", is_woman=True), desk.somebody("Kees")
    (question,) = desk.world.tickets(kees.who)
    await kees.post(f"/desk/tickets/{question.id}/take")
    await ans.post("/desk/clients/1001", name="Olena", language="nl", how="here", woman="1")

    assert [len(desk.world.tickets(one.who, "free")) for one in (ans, kees)] == [1, 0]
    assert (await kees.get(f"/desk/tickets/{question.id}")).status == 404
    await ans.post("/desk/clients/1001", name="Olena", language="nl", how="here")         # of a page that was opened before
    assert desk.world.tickets(kees.who) == []
    assert 'name="was_woman" value="1"' in (await ans.get("/desk/clients/1001")).text
    await ans.post("/desk/clients/1001", name="Olena", language="nl", how="here", was_woman="1")
    assert len(desk.world.tickets(kees.who, "free")) == 1


async def test_a_card_that_was_opened_before_takes_no_safety_back(desk: Desk):
    """A client says meanwhile that writing is not safe: a name that is mended on an older page leaves that as it is; ticking it anew changes it."""
    joke = desk.somebody("Joke")
    await joke.post("/desk/clients", name="Amina", language="ar")
    card = (await joke.get("/desk/clients/1001")).text
    was = unescape(re.search(r'name="was_safe" value="([^"]+)"', card)[1])
    said = SafeContact("call").to_json()
    desk.world.app.database.submit(lambda tx: clients.set_safe_contact(tx, clients.by_number(tx, 1001).id, said)).result()
    for given, kept in (({"how": "here", "was_safe": was}, said), ({"how": "here", "was_safe": said}, "")):
        await joke.post("/desk/clients/1001", name="Aminah", language="ar", **given)
        assert desk.world.app.database.look(lambda tx: clients.safe_contact_of(tx, clients.by_number(tx, 1001).id)) == kept


async def test_a_card_that_was_opened_before_leaves_what_the_client_says_meanwhile(desk: Desk):
    """They say: call only, English, in the evening. A day that is ticked on an older page is that day, and nothing else of the page is new."""
    joke, database = desk.somebody("Joke"), desk.world.app.database
    await joke.post("/desk/clients", name="Amina", language="ar")
    card = (await joke.get("/desk/clients/1001")).text
    was = {name: unescape(re.search(f'name="{name}" value="([^"]*)"', card)[1]) for name in ("was_safe", "was_language", "was_hour")}

    def says(tx: Tx) -> None:
        id = clients.by_number(tx, 1001).id
        clients.set_safe_contact(tx, id, SafeContact("call").to_json())
        clients.change(tx, id, "Amina", "en", False, False)
        facts.learn(tx, [(id, "reminder_hour", "evening")], "client", desk.world.now())

    def known(tx: Tx) -> tuple[SafeContact, str, str]:
        client = clients.by_number(tx, 1001)
        return read(clients.safe_contact_of(tx, client.id)), client.language, clients.facts_of(tx, client.id)["reminder_hour"]

    database.submit(says).result()
    await joke.post("/desk/clients/1001", name="Amina", language="ar", how="here", hour="any", day_0="1", **was)
    assert database.look(known) == (SafeContact("call", (0,)), "en", "evening")
    await joke.post("/desk/clients/1001", name="Amina", language="nl", how="nothing", hour="morning", **was)
    assert database.look(known) == (SafeContact("nothing", (0,)), "nl", "morning")


async def test_a_broken_form_changes_nothing_odd(desk: Desk):
    """A day that does not exist is no day."""
    joke = desk.somebody("Joke")
    await joke.post("/desk/clients", name="Amina", language="ar")
    answer = await joke.post("/desk/clients/1001", name="Amina", language="ar", how="here", day_="1", day_12="1", day_3="1")

    assert answer.headers["location"].endswith("said=changed")
    kept = desk.world.app.database.look(lambda tx: clients.safe_contact_of(tx, clients.by_number(tx, 1001).id))
    assert '"days": [3]' in kept


async def test_the_card_tells_what_happened_and_where_the_guidance_stands(desk: Desk):
    """Moments, questions, facts and consent stand in one line of time; the guidance of twelve months has its month."""
    await desk.world.person("olena").says("/start", "Nederlands", "ja", "vrijwilliger")
    desk.world.now.move(days=1)
    joke = desk.somebody("Joke")
    await joke.post("/desk/clients/1001/facts", fact="guidance_started_on", value="2026-05-01")
    page = (await joke.get("/desk/clients/1001")).text.partition("Wat er gebeurde")[2]
    places = [page.find(word) for word in ("Begeleiding begon op", "Vraag 1", "contactmoment", "Bekend sinds")]
    assert all(place > 0 for place in places)
    assert places[0] == min(places)
    assert "Maand 7 van 12." in (await joke.get("/desk/clients/1001")).text


@pytest.mark.parametrize(("started_on", "today", "month", "is_over"), [
    ("2026-01-31", date(2026, 1, 31), 1, False), ("2026-01-31", date(2026, 2, 28), 2, False), ("2026-01-31", date(2027, 1, 30), 12, False),
    ("2026-01-31", date(2027, 1, 31), 12, True),
])
def test_guidance_lasts_twelve_months(started_on: str, today: date, month: int, is_over: bool):
    """Months are counted by the calendar, and the last day of a short month counts."""
    found = guidance({"guidance_started_on": started_on}, today)
    assert found is not None
    assert (found.month, found.is_over) == (month, is_over)
    assert guidance({"guidance_started_on": "2030-01-01"}, today) is None
    assert guidance({}, today) is None


async def test_volunteer_makes_and_cancels_an_appointment(desk: Desk) -> None:
    """The week shows who comes; another location's client is not there, and a time that is taken is refused."""
    amina = desk.world.person("amina")
    await amina.says("/start", "Nederlands", "ja")
    gouda = desk.world.app.database.submit(lambda tx: locations.put(tx, "Gouda")).result()
    joke, far = desk.somebody("Joke"), desk.somebody("Ver", location_id=gouda)
    page = await joke.get("/desk/visits?client=1001")
    assert "Deze week komt er niemand." in page.text
    at = re.findall(r'<option value="([^"]+T[^"]+)">', page.text)

    made = await joke.post("/desk/visits", client="1001", at=at[0], interpreter="ti")
    await desk.world.go_on()
    assert "said=booked" in made.headers["location"]
    assert "\n\n✅ U komt op" in amina.heard[-1]
    week = (await joke.get("/desk/visits")).text
    assert "Tigrinya" in week
    assert "1001" in week

    assert "1001" not in (await far.get("/desk/visits")).text
    assert "no_no_client" in (await far.post("/desk/visits", client="1001", at=at[1])).headers["location"]
    assert "no_full" in (await joke.post("/desk/visits", client="1001", at="31-12")).headers["location"]
    assert "said=cancelled" in (await joke.post("/desk/visits/cancel", client="1001")).headers["location"]
    assert "1001" not in (await joke.get("/desk/visits")).text
async def test_a_fact_is_filled_in_by_its_fields(desk: Desk):
    """A day has a field for days, a list has rows; the card reads in words, and nothing filled in takes it back."""
    joke = desk.somebody("Joke")
    await joke.post("/desk/clients", name="Amina", language="ar")
    assert '<input type="date" name="row0_value" value="">' in (await joke.get("/desk/clients/1001/fact?fact=permit_expires_on")).text

    await joke.post("/desk/clients/1001/facts", fact="permit_expires_on", row0_value="2027-12-31")
    await joke.post("/desk/clients/1001/facts", fact="family_abroad", row0_value="nee")
    await joke.post("/desk/clients/1001/facts", fact="toeslagen_unclaimed_years", row0_value="2025", row1_value="", row2_value="2026")
    await joke.post("/desk/clients/1001/facts", fact="children", row1_born_on="2020-02-01", row1_permit_kind="asylum", row3_registered="nee")
    known = desk.world.app.database.look(lambda tx: clients.facts_of(tx, clients.by_number(tx, 1001).id))
    assert known == {"permit_expires_on": "2027-12-31", "family_abroad": "false", "toeslagen_unclaimed_years": "[2025, 2026]",
                     "children": '[{"permit_kind": "asylum", "born_on": "2020-02-01"}, {"registered": false}]'}
    card = (await joke.get("/desk/clients/1001")).text
    for text in ("31-12-2027", ">nee<", "2025; 2026", "asiel, bepaalde tijd, Geboren op 01-02-2020; Geboorte aangegeven nee"):
        assert text in card
    page = (await joke.get("/desk/clients/1001/fact?fact=children")).text
    assert '<input type="date" name="row0_born_on" value="2020-02-01">' in page
    assert "row3_born_on" in page
    await joke.post("/desk/clients/1001/facts", fact="children")
    assert "01-02-2020" not in (await joke.get("/desk/clients/1001")).text


async def test_a_wrong_field_keeps_what_was_typed(desk: Desk):
    """What cannot be is refused on the same page, with the rest still there."""
    joke = desk.somebody("Joke")
    await joke.post("/desk/clients", name="Amina", language="ar")
    answer = await joke.post("/desk/clients/1001/facts", fact="decisions", row0_dated_on="2027-01-12", row0_weeks="99")

    assert answer.status == 400
    assert 'name="row0_dated_on" value="2027-01-12"' in answer.text
    assert (await joke.get("/desk/clients/1001/fact?fact=nonsense")).status == 404


async def test_what_differs_is_shown_and_settled(desk: Desk):
    """The client said another day: a ticket and the card tell it, until somebody says which is right."""
    joke, lawyer = desk.somebody("Joke"), desk.somebody("Marja", teams=("legal",))
    await joke.post("/desk/clients", name="Amina", language="ar")
    database = desk.world.app.database
    id = database.look(lambda tx: clients.by_number(tx, 1001).id)
    database.submit(lambda tx: facts.learn(tx, [(id, "permit_expires_on", "2027-03-01")], "client", desk.world.now())).result()
    await joke.post("/desk/clients/1001/facts", fact="permit_expires_on", row0_value="2027-05-01")

    (question,) = desk.world.tickets(lawyer.who)
    assert (question.reason, question.topics) == ("differs", ("permit_renewal",))
    assert "verschilt" in (await joke.get("/desk/clients/1001")).text
    assert (await lawyer.get(f"/desk/tickets/{question.id}")).status == 200
    await joke.post("/desk/clients/1001/settle", fact="permit_expires_on", whose="theirs")
    assert "verschilt" not in (await joke.get("/desk/clients/1001")).text
    assert database.look(lambda tx: clients.facts_of(tx, id)) == {"permit_expires_on": "2027-03-01"}
    await joke.post("/desk/clients/1001/facts", fact="permit_expires_on", row0_value="2027-05-01")
    await joke.post("/desk/clients/1001/settle", fact="permit_expires_on", whose="ours")
    assert database.look(lambda tx: facts.driving(tx, [id])) == {id: {"permit_expires_on": "2027-05-01"}}


async def test_everything_of_a_client_is_a_page_to_print(desk: Desk):
    """Who leads prints what is kept of a client, in Dutch whatever they read themselves; that they looked is written down."""
    marja = desk.somebody("Marja", "coordinator", (), reads="en")
    desk.world.app.database.submit(lambda tx: clients.add(tx, 1, desk.world.now(), "Amina <b>", "ar", 1)).result()
    page = await marja.get("/desk/clients/1001/everything")

    assert page.status == 200
    assert "Cliënt 1001" in page.text
    assert "Amina &lt;b&gt;" in page.text
    assert "Wanneer iemand van ons keek" in page.text
    assert "Marja" not in page.text.partition("<h1>")[2].partition("</main>")[0]
    assert "export" in [one.what for one in desk.world.app.database.look(lambda tx: views.latest(tx, 1))]


async def test_what_the_client_said_is_taken_back_at_the_desk(desk: Desk):
    """The client told something that is not so: without a word of ours there is nothing to settle, so it is taken back."""
    joke = desk.somebody("Joke")
    await joke.post("/desk/clients", name="Amina", language="ar")
    database = desk.world.app.database
    id = database.look(lambda tx: clients.by_number(tx, 1001).id)
    database.submit(lambda tx: facts.learn(tx, [(id, "permit_applied_on", "2026-11-02")], "client", desk.world.now())).result()
    assert "Terugnemen wat de cliënt zei" in (await joke.get("/desk/clients/1001/fact?fact=permit_applied_on")).text

    await joke.post("/desk/clients/1001/facts", fact="permit_applied_on", whose="theirs")

    assert database.look(lambda tx: clients.facts_of(tx, id)) == {}
