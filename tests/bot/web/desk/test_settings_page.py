"""
Settings at the desk: who is on duty, what clients are told of a location, and whether all is well.
"""

import re

from bot.alert import alert
from storage import alerts, channels, duties, locations


def told(desk):
    """Return whom we told of a question that waits."""
    return list(desk.world.app.database.look(lambda tx: alerts.waiting(tx, 1)))


async def test_who_is_put_on_the_roster_is_told(desk, olena):
    """A coordinator puts Kees on duty on Mondays: he is told of what is urgent, and nobody any more once he is taken off."""
    marja, kees = desk.somebody("Marja", "coordinator", ()), desk.somebody("Kees")
    given = {"volunteer": str(kees.who.id), "weekday": "0", "starts": "09:00", "ends": "17:00", "team": ""}
    assert (await marja.post("/desk/roster", **given)).headers["location"].endswith("said=added")
    assert "ma · 09:00–17:00 · <bdi>Kees</bdi> · elk team" in (await kees.get("/desk/roster")).text
    await olena.says("/start", "Nederlands", "ja", "mijn man slaat mij")
    await alert(desk.world.app)
    assert told(desk) == [kees.who.id]

    (duty,) = desk.world.app.database.look(lambda tx: duties.of_location(tx, 1))
    await marja.post(f"/desk/roster/{duty.id}")
    assert "Kees" not in (await marja.get("/desk/roster")).text.partition("<ul")[2].partition("</ul>")[0]


async def test_a_wrong_duty_is_refused(desk):
    """It ends before it begins, is of a team or a volunteer we do not have, or of a volunteer of elsewhere: nothing is kept."""
    gouda = desk.world.app.database.submit(lambda tx: locations.put(tx, "Gouda")).result()
    marja, kees = desk.somebody("Marja", "coordinator", ()), desk.somebody("Kees", location_id=gouda)
    right = {"volunteer": str(marja.who.id), "weekday": "0", "starts": "09:00", "ends": "17:00", "team": ""}
    for wrong in ({"ends": "08:00"}, {"starts": "9"}, {"weekday": "7"}, {"team": "music"}, {"volunteer": str(kees.who.id)}, {"volunteer": "x"},
                  {"day": "2026-02-31"}):
        assert "said=no_" in (await marja.post("/desk/roster", **right | wrong)).headers["location"], wrong

    assert desk.world.app.database.look(lambda tx: duties.of_location(tx, 1)) == []
    assert (await kees.post("/desk/roster", **right)).status == 404


async def test_clients_are_told_what_a_coordinator_changed(desk, olena):
    """Hours that are changed are those by which the next client hears when an answer comes; wrong ones are refused with what is kept."""
    marja = desk.somebody("Marja", "coordinator", ())
    place = desk.world.app.database.look(locations.all_of)[0]
    given = {"name": place.name, "address": "Voorbeeldstraat 9", "phone": "071-000 00 00", "hours": "wo 10:00-12:00", "capacity": "4", "pin": ""}
    assert (await marja.post("/desk/places", **given | {"hours": "always"})).headers["location"].endswith("said=no_hours")
    assert (await marja.post("/desk/places", **given)).headers["location"].endswith("said=changed")
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")

    assert desk.world.app.database.look(locations.all_of)[0].hours == "we 10:00-12:00"
    assert 'value="wo 10:00-12:00"' in (await marja.get("/desk/places")).text
    assert "woensdag" in olena.heard[-1]
    assert "Voorbeeldstraat 9" in (await marja.get("/desk/places")).text


async def test_a_location_is_its_coordinators_and_a_new_one_the_administrators(desk):
    """A coordinator changes no other location and adds none; an administrator does."""
    desk.world.app.database.submit(lambda tx: locations.put(tx, "Gouda", phone="0182-1")).result()
    marja, root = desk.somebody("Marja", "coordinator", ()), desk.somebody("Root", "administrator", ())
    given = {"address": "", "phone": "0182-2", "hours": "mo-fr 09:00-17:00", "capacity": "4", "pin": ""}
    assert "Gouda" not in (await marja.get("/desk/places")).text
    assert [(await marja.post("/desk/places", name=name, **given)).status for name in ("Gouda", "Delft")] == [404, 404]

    for name in ("Gouda", "Delft"):
        assert (await root.post("/desk/places", name=name, **given)).headers["location"].endswith("said=changed")
    assert {one.name: one.phone for one in desk.world.app.database.look(locations.all_of)}.items() >= {("Gouda", "0182-2"), ("Delft", "0182-2")}


async def test_health_says_how_the_channels_are(desk):
    """In words: a channel that answers is well, one whose sending was stopped is to be looked at; what is for machines is folded away."""
    marja = desk.somebody("Marja", "coordinator", ())

    async def told():
        page = (await marja.get("/desk/health")).text.partition("<main")[2].partition("<details")[0]
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))

    first = await told()
    assert "memory: ✓ goed" in first
    assert "Wat wij bewaren: ✓ goed" in first
    assert "Tigrinya: een deel wacht op een eerste lezer" in first
    assert "wegwijs" not in first
    desk.world.app.database.submit(lambda tx: channels.halt(tx, "memory", "the token is refused")).result()
    assert "memory: ! kijk hiernaar" in await told()
