"""
Trajectories at the desk: one's own talks first, held or moved there; and a look at each domain of life.
"""

from datetime import date

from bot.show import show
from storage import looks
from storage.tables import looks as look_rows
from tests.bot.reminding import agreed, clock, learn
from tests.bot.web.desk.conftest import Desk


async def test_talks_stand_on_the_list_of_who_guides(desk: Desk):
    """A guide is chosen on the card; the talk stands under *mine*, and is gone once it was held."""
    world = desk.world
    client_id = await agreed(world.person("olena"))
    learn(world, client_id, guidance_started_on="2026-08-31", known_on="2026-08-31")
    joke, kees = desk.somebody("Joke"), desk.somebody("Kees", communities=["nl"])
    card = (await joke.get("/desk/clients/1001")).text
    mine = card.split('">Joke</option>')[0].rpartition('value="')[2]
    await joke.post("/desk/clients/1001/guide", guide=mine)
    await clock(world, date(2026, 11, 23))

    page = (await joke.get("/desk/trajectories")).text
    ours, others = page.split("Van anderen")
    assert (ours.count("/desk/clients/1001"), others.count("/desk/clients/1001")) == (5, 0)
    assert "30-11-2026" in ours
    assert (await kees.get("/desk/trajectories")).text.split("Van anderen")[0].count("/desk/clients/1001") == 0
    talk = ours.split('action="/desk/trajectories/')[1].split('"')[0]
    assert (await joke.post(f"/desk/trajectories/{talk}", move="1", until="x")).status == 303
    await joke.post(f"/desk/trajectories/{talk}", note="Goed gesprek")
    assert "30-11-2026" not in (await joke.get("/desk/trajectories")).text
    assert (await joke.post(f"/desk/trajectories/{talk}", note="nog eens")).status == 404


async def test_a_look_is_kept_sealed_and_shown(desk: Desk):
    """What was seen in each domain stands on the client's page and in what we hold of them, and nowhere readable."""
    world = desk.world
    await agreed(world.person("olena"))
    joke, other = desk.somebody("Joke"), desk.somebody("Kees", location_id=desk.world.app.database.submit(_gouda).result())
    assert "Geld" in (await joke.get("/desk/clients/1001/look")).text
    await joke.post("/desk/clients/1001/look", how_money="attention", note_money="Spaart voor een wasmachine", how_health="strange")

    page = (await joke.get("/desk/clients/1001/look")).text
    assert "Spaart voor een wasmachine" in page
    assert (await other.get("/desk/clients/1001/look")).status == 404
    assert (await other.post("/desk/clients/1001/look", how_money="well")).status == 404
    assert "Spaart voor een wasmachine" in world.app.database.look(lambda tx: show(tx, "1001", world.app.settings.timezone, world.app.tongues("nl")))
    (row,) = world.app.database.look(lambda tx: tx.all(look_rows.select()))
    assert b"wasmachine" not in row.body
    (look,) = world.app.database.look(lambda tx: looks.of_client(tx, row.client_id))
    assert look.domains == {"money": ("attention", "Spaart voor een wasmachine")}


def _gouda(tx):
    from storage import locations

    return locations.put(tx, "Gouda")
