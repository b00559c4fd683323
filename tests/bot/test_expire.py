"""
What we promise when we ask for consent: texts are kept for 12 months.
"""

import logging
from dataclasses import replace

import pytest
from sqlalchemy import func, select, text

from bot.channels import Attachment
from bot.expire import expire
from storage import questions, tickets
from storage.tables import attempts, clients, facts, media, messages, moments, statuses
from storage.tables import tickets as tickets_table
from tests.people import MovedClock, Person, World
from tests.photos import taken


def count(world: World, table: object) -> int:
    """Return how many rows a table has."""
    return int(world.app.database.look(lambda tx: tx.run(select(func.count()).select_from(table)).scalar()))


async def test_texts_are_kept_for_twelve_months(world: World, olena: Person, amina: Person, now: MovedClock) -> None:
    """After 12 months a text is deleted here and at the platform, its voice too; the moment stays, and newer texts."""
    world.channel.media = {"voice": b"OggS" + b"\0" * 300}
    await olena.says("/start", "Nederlands", "Ja")
    await olena.sends("voice", Attachment("voice", "audio/ogg"))
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


async def closes(world: World) -> None:
    """Close every question that is open."""
    for ticket in world.app.database.look(tickets.open_ones):
        await world.app.database.write(lambda tx, id=ticket.id: questions.close(tx, id, "answered", world.now()))


async def test_pictures_go_thirty_days_after_closing(world: World, olena: Person, now: MovedClock) -> None:
    """A picture and a document go 30 days after their question was closed, their texts and voices stay; an open question keeps its own."""
    world.channel.media = {"letter": taken(), "paper": b"%PDF-1.7" + b"\0" * 300, "voice": b"OggS" + b"\0" * 300}
    await olena.says("/start", "Nederlands", "Ja")
    for kind, reference in (("photo", "letter"), ("document", "paper"), ("voice", "voice")):
        await olena.sends(kind, Attachment(reference, "application/pdf"))
    await world.fetch()
    texts = count(world, messages)
    now.move(days=60)
    await expire(world.app)
    assert count(world, media) == 3
    await closes(world)

    now.move(days=29)
    await expire(world.app)
    assert count(world, media) == 3
    now.move(days=2)
    await expire(world.app)

    assert world.app.database.look(lambda tx: [row.content_type for row in tx.all(select(media.c.content_type))]) == ["audio/ogg"]
    assert count(world, messages) == texts


async def test_a_picture_of_a_question_that_goes_on_stays(world: World, olena: Person, now: MovedClock) -> None:
    """Who is not helped and asks again in the same exchange has the picture looked at again: it goes 30 days after that was closed."""
    world.channel.media = {"letter": taken()}
    await olena.says("/start", "Nederlands", "Ja")
    await olena.sends("photo", Attachment("letter", "image/jpeg"))
    await world.fetch()
    await closes(world)
    await olena.says("vrijwilliger")
    now.move(days=40)
    await expire(world.app)
    assert count(world, media) == 1
    await closes(world)
    now.move(days=31)
    await expire(world.app)

    assert count(world, media) == 0


async def test_a_picture_that_joined_an_older_question_goes_with_it(world: World, olena: Person, now: MovedClock) -> None:
    """A picture sent days later, in another exchange, goes when the question that was open then has been closed for 30 days."""
    world.channel.media = {"letter": taken()}
    await olena.says("/start", "Nederlands", "Ja", "vrijwilliger")
    now.move(days=3)
    await olena.sends("photo", Attachment("letter", "image/jpeg"))
    await world.fetch()
    now.move(days=1)
    await closes(world)
    now.move(days=31)
    await expire(world.app)

    assert count(world, media) == 0


async def test_how_long_pictures_are_kept_is_a_setting(world: World, olena: Person, now: MovedClock) -> None:
    """An office that wants them gone sooner says so."""
    world.app.settings = replace(world.app.settings, kept={**world.app.settings.kept, "pictures": 7})
    world.channel.media = {"letter": taken()}
    await olena.says("/start", "Nederlands", "Ja")
    await olena.sends("photo", Attachment("letter", "image/jpeg"))
    await world.fetch()
    await closes(world)
    now.move(days=8)
    await expire(world.app)

    assert count(world, media) == 0


async def test_what_went_is_logged_as_counts(world: World, olena: Person, now: MovedClock, caplog: pytest.LogCaptureFixture) -> None:
    """Years later nothing of Olena is left but a count of what she asked; the log says how much went, and nothing of it."""
    await olena.says("/start", "Nederlands", "Ja", "Wonen", "vrijwilliger")
    await closes(world)
    with caplog.at_level(logging.INFO, "wegwijs"):
        now.move(days=366)
        await expire(world.app)
        assert (count(world, clients), count(world, moments)) == (1, 1)
        assert world.app.database.look(lambda tx: tx.one(select(moments.c.client_id, moments.c.topics)))[0] is None
        now.move(days=4 * 366)
        await expire(world.app)
        await world.forget()

    assert (count(world, clients), count(world, facts), count(world, tickets_table), count(world, moments)) == (0, 0, 0, 0)
    told = [record.getMessage() for record in caplog.records if record.getMessage().startswith("expired ")]
    assert "expired what=untied how_many=1" in told
    assert told[-3:] == [f"expired what={what} how_many=1" for what in ("tickets", "moments", "clients")]


async def test_expiring_goes_on_where_it_was_stopped(world: World, olena: Person, now: MovedClock) -> None:
    """Told to stop after a commit, it leaves the rest, whole, to the next hour."""
    await olena.says("/start", "Nederlands", "Ja", "Wonen", "menu", "Wonen")
    now.move(days=366)
    world.app.stopping.set()
    await expire(world.app)
    left = count(world, messages)
    world.app.stopping.clear()
    await expire(world.app)

    assert left > 0
    assert count(world, messages) == 0


async def test_an_hour_in_which_nothing_is_over_costs_little(world: World, olena: Person) -> None:
    """Where nothing is over, all tables are looked at in one commit beside that of the texts: fewer to stand before a client's message."""
    await olena.says("/start", "Nederlands", "Ja")
    before = world.app.database.commits
    await expire(world.app)

    assert world.app.database.commits - before == 2


async def test_one_table_that_cannot_be_swept_keeps_no_other(world: World, now: MovedClock) -> None:
    """Where one table cannot be swept, those before it have gone all the same, and the error is told."""
    database = world.app.database
    row = {"id": 1, "login_key": "a", "source_key": "b", "at": now(), "is_right": False}
    await database.write(lambda tx: tx.many(_ATTEMPT, [row]))
    await database.write(lambda tx: tx.run(text("alter table views rename to other_views")) and None)
    now.move(days=3 * 366)
    with pytest.raises(Exception, match="views"):
        await expire(world.app)

    assert count(world, attempts) == 0


_ATTEMPT = attempts.insert()
