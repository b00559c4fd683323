"""
What is due at the desk: a page of it, the card, and which reminders a location sends.
"""

from datetime import date

from bot.remind import remind
from storage import clients, locations
from tests.bot.reminding import agreed, learn, rows
from tests.bot.web.desk.conftest import Desk


async def test_the_desk_shows_what_is_due_and_what_became_of_it(desk: Desk):
    """What was sent, what is planned and what was answered; of the own location alone."""
    olena, world = desk.world.person("olena"), desk.world
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on="2027-05-31")
    world.now.move_to(date(2027, 1, 30))
    await remind(world.app)
    await world.go_on()
    gouda = world.app.database.submit(lambda tx: locations.put(tx, "Gouda")).result()
    joke, other = desk.somebody("Joke"), desk.somebody("Kees", location_id=gouda)

    page = (await joke.get("/desk/due")).text
    assert "31-05-2027 · Vergunning verlengen" in page
    assert "verstuurd: verstuurd" in page
    assert "27-02-2027" in page
    assert page.count("/desk/clients/1001") == 11
    assert "/desk/clients/1001" not in (await other.get("/desk/due")).text
    assert (await joke.get("/desk/due?show=held")).text.count("/desk/clients/1001") == 0
    assert (await joke.get("/desk/due?from=2027-05-25")).text.count("/desk/clients/1001") == 3
    assert "30-01-2027: verstuurd" in (await joke.get("/desk/clients/1001")).text


async def test_pages_of_what_is_due_go_on(desk: Desk):
    """Fifty on a page, and the next begins where it ended."""
    world = desk.world
    ids = world.app.database.submit(lambda tx: clients.add(tx, 20, world.now(), "Amina", "ar")).result()
    for id in ids:
        learn(world, id, travel_document_expires_on="2027-05-31", moved_on="2026-11-23")
    joke = desk.somebody("Joke")

    pages, there = [(await joke.get("/desk/due")).text], sum(len(rows(world, id)) for id in ids)
    while "Verder" in pages[-1]:
        further = pages[-1].split('href="?from=')[1].split('"')[0].replace("&amp;", "&")
        pages.append((await joke.get(f"/desk/due?from={further}")).text)
    counts = [page.count("/desk/clients/10") for page in pages]

    assert counts == [50] * (there // 50) + [there % 50]


async def test_what_is_not_done_never_leaves_the_page(desk: Desk):
    """What was to be done weeks ago and is not stands first, however long ago; what is done goes after a week."""
    olena, world = desk.world.person("olena"), desk.world
    client_id = await agreed(olena)
    learn(world, client_id, travel_document_expires_on="2027-05-31")
    world.now.move_to(date(2027, 4, 20))
    joke = desk.somebody("Joke")

    page = (await joke.get("/desk/due")).text
    assert page.index("27-02-2027</td>") < page.index("01-05-2027</td>")
    assert "27-02-2027</td>" not in (await joke.get("/desk/due?from=2027-04-13")).text
    await remind(world.app)
    assert "27-02-2027</td>" not in (await joke.get("/desk/due")).text


async def test_a_coordinator_chooses_what_is_sent(desk: Desk):
    """Which kinds are sent is the coordinator's choice; strange words in the address are no error."""
    joke, marja = desk.somebody("Joke"), desk.somebody("Marja", role="coordinator")
    assert 'name="kind_' not in (await joke.get("/desk/due?from=x&after=y&id=z&show=w")).text
    assert (await joke.post("/desk/due/kinds", kind_permit_renewal="1")).status in (403, 404)

    await marja.post("/desk/due/kinds", kind_permit_renewal="1", kind_income_tax="1")

    (leiden, *_) = desk.world.app.database.look(locations.all_of)
    assert not leiden.silent_kinds & {"permit_renewal", "income_tax"}
    assert "travel_document" in leiden.silent_kinds
    assert 'name="kind_income_tax" value="1" checked' in (await marja.get("/desk/due")).text
