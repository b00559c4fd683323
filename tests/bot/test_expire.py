"""
What we promise when we ask for consent: texts are kept for 12 months.
"""

from sqlalchemy import func, select

from bot.channels import Attachment
from bot.expire import expire
from storage import questions, tickets
from storage.tables import media, messages, moments, statuses
from storage.tables import tickets as tickets_table
from tests.people import MovedClock, Person, World


def count(world: World, table: object) -> int:
    """Return how many rows a table has."""
    return int(world.app.database.look(lambda tx: tx.run(select(func.count()).select_from(table)).scalar()))


async def test_texts_are_kept_for_twelve_months(world: World, olena: Person, amina: Person, now: MovedClock) -> None:
    """After 12 months a text is deleted here and at the platform, its picture too; the moment stays, and newer texts."""
    world.channel.media = {"letter": b"\xff\xd8\xff\xe0" + b"\0" * 300}
    await olena.says("/start", "Nederlands", "Ja")
    await olena.sends("photo", Attachment("letter", "image/jpeg"))
    await olena.says("vrijwilliger")
    await world.fetch()
    [ticket] = world.app.database.look(tickets.open_ones)
    await world.app.database.write(lambda tx: questions.close(tx, ticket.id, "answered", now()))
    now.move(days=200)
    await amina.says("/start")
    held = count(world, moments)
    now.move(days=164)
    await expire(world.app)
    assert count(world, media) == 1

    now.move(days=2)
    await expire(world.app)
    await world.forget()

    assert (count(world, messages), count(world, media), count(world, statuses), count(world, moments)) == (2, 0, 0, held)
    assert world.app.database.look(lambda tx: tx.one(select(tickets_table.c.question)))[0] is None
    assert len(world.channel.forgotten) >= 8


async def test_client_who_comes_back_after_a_year_is_known(world: World, olena: Person, now: MovedClock) -> None:
    """Who writes again after their texts are gone is answered in their language, without choosing it again."""
    await olena.says("/start", "Nederlands", "Ja")
    now.move(days=400)
    await expire(world.app)

    await olena.says("Wonen")

    assert "hureninhollandrijnland" in olena.last.text
