"""
Downloads at the desk: for coordinators, of the own location, and written down.
"""

import json

import pytest

from bot.extract import TABLES
from storage import contacts, locations, views
from storage.contacts import Contact
from tests.bot.web.desk.conftest import Desk

HERE = "/desk/downloads"
DAYS = {"from": "2026-01-01", "to": "2026-12-31"}


@pytest.fixture(autouse=True)
def two_places(desk: Desk) -> None:
    """A contact at each of two offices."""
    def write(tx):
        now, gouda = desk.world.now(), locations.put(tx, "Gouda", municipality="Gouda")
        contacts.log(tx, [Contact(tx.ids.next(), None, place, "x", "call", now, now.date(), [topic], "info_point", "answered", 1)
                          for place, topic in ((1, "work"), (gouda, "study_duo"))], now)

    desk.world.app.database.submit(write).result()


async def test_a_coordinator_takes_files_of_the_own_place(desk: Desk):
    """Both forms hold the own office's contact alone, come as a file, and stand in the log of who looked."""
    marja = desk.somebody("Marja", "coordinator", (), reads="en")
    page = (await marja.get(HERE)).text

    table = await marja.post(HERE, what="contacts", **DAYS)
    assert table.status == 200
    assert table.headers["content-disposition"] == 'attachment; filename="wegwijs-contacts-2026-01-01-2026-12-31.csv"'
    assert table.headers["x-content-type-options"] == "nosniff"
    assert "work" in table.text
    assert "study_duo" not in table.text
    told = json.loads((await marja.post(HERE, what="klantinteracties", **DAYS)).text)
    assert [one["metadata"]["locatie"] for one in told["results"]] == ["Leiden"]
    seen = desk.world.app.database.look(lambda tx: views.latest(tx, 1))
    assert [(one.volunteer, one.what) for one in seen] == [("Marja", "file_of_klantinteracties"), ("Marja", "file_of_contacts")]
    audit = (await marja.get("/desk/audit")).text
    assert "a file: contact moments" in audit
    assert "nobody by name" not in audit           # a file is of no client
    assert all(f'value="{name}"' in page and "table_" not in page for name in TABLES)


async def test_every_table_can_be_taken(desk: Desk):
    """Each button of the page gives a file."""
    marja = desk.somebody("Marja", "coordinator", ())

    for name in TABLES:
        answer = await marja.post(HERE, what=name, **DAYS)
        assert answer.status == 200
        assert answer.body.startswith(b"\xef\xbb\xbf")


async def test_nobody_else_takes_a_file(desk: Desk):
    """A volunteer, who comes without a form of ours, and who asks for what there is not get none, and nothing is written down."""
    joke, marja = desk.somebody("Joke"), desk.somebody("Marja", "coordinator", (), reads="en")

    assert (await joke.get(HERE)).status == 404
    assert (await joke.post(HERE, what="contacts", **DAYS)).status == 404
    assert (await marja.post(HERE, csrf="wrong", what="contacts", **DAYS)).status == 403
    assert (await marja.post(HERE, what="messages", **DAYS)).status == 404
    assert (await marja.post(HERE, what="contacts", **{"from": "soon", "to": ""})).headers["location"].endswith("said=no_days")
    assert desk.world.app.database.look(lambda tx: views.latest(tx, 1)) == []
