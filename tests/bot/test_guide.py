"""
The talks of a client's year: told once to who guides them, held or moved with a note, and a person steps in where the year ends without.
"""

import json
from datetime import date

import pytest
from sqlalchemy import select

from bot import guide
from bot.remind import remind
from storage import postings, trajectories, volunteers
from storage.tables import notes
from tests.bot.reminding import agreed, clock, learn, rows
from tests.people import World

START = "2026-08-31"                    # talks due on 30 November, 28 February and 31 May; the year ends on 30 August
TOLD = date(2026, 11, 23)


@pytest.fixture
def joke(world: World):
    """Joke guides clients."""
    return world.volunteer("Joke")


async def guided(world: World, who=None) -> int:
    """Let a client be guided since August, by somebody or by nobody."""
    client_id = await agreed(world.person("olena"))
    learn(world, client_id, guidance_started_on=START, known_on=START)
    world.app.database.submit(lambda tx: trajectories.give(tx, client_id, who.id if who else None)).result()
    return client_id


def said(world: World, kind: str) -> list[dict]:
    """What waits to be said in private, or in the group."""
    return [one.body for one in world.app.database.look(lambda tx: postings.next_ones(tx, kind, world.now()))]


def talks(world: World, client_id: int) -> list[tuple[str, str, str]]:
    """The plan of talks: day, what, state."""
    return [(row.send_on.isoformat(), row.what, row.state) for row in rows(world, client_id)]


async def test_a_talk_is_told_once_to_who_guides(world: World, joke):
    """Joke hears in her own Telegram that talks are due, how many and where, and nothing of anybody; no question opens."""
    world.app.database.submit(lambda tx: volunteers.link(tx, joke.id, "77")).result()
    client_id = await guided(world, joke)
    await clock(world, TOLD, date(2026, 11, 24))

    (body,) = said(world, "private")
    assert body["chat"] == "77"
    assert "Gesprekken van de begeleiding die nu nodig zijn: 1" in body["text"]
    assert "/desk/trajectories" in body["text"]
    assert "1001" not in json.dumps(body)
    assert world.tickets(joke) == []
    assert ("2026-11-23", "staff", "told") in talks(world, client_id)
    assert [one for one in world.person("olena").messages if one.kind == "reminder"] == []


async def test_nobody_guides_the_group_hears(world: World, joke):
    """Where nobody guides the client, or has no Telegram, the group hears that there are talks."""
    await guided(world, joke)
    await clock(world, TOLD)
    (body,) = said(world, "said")
    assert "nodig zijn: 1" in body["text"]
    assert said(world, "private") == []


async def test_a_talk_is_held(world: World, joke):
    """It is off the list, with who and a note on the client's card; what was planned for it besides goes."""
    client_id = await guided(world, joke)
    await clock(world, TOLD)
    (first, *others) = world.app.database.look(lambda tx: trajectories.of_location(tx, 1))

    assert await guide.hold(world.app, joke, first.row.id, "Het gaat goed met wonen") == "done"
    assert await guide.hold(world.app, joke, first.row.id) == "no_such"
    assert [one.row.id for one in world.app.database.look(lambda tx: trajectories.of_location(tx, 1))] == [one.row.id for one in others]
    (row,) = [row for row in rows(world, client_id) if row.answer]
    assert (row.answer, row.volunteer_id, row.proof_on) == ("done", joke.id, TOLD)
    (note,) = world.app.database.look(lambda tx: tx.all(select(notes).where(notes.c.client_id == client_id)))
    assert note.volunteer_id == joke.id


async def test_a_talk_is_moved(world: World, joke):
    """It comes again on that day, whatever the plan says in between; a day of the past, or twice the same, is refused."""
    client_id = await guided(world, joke)
    await clock(world, TOLD)
    (first, *_) = world.app.database.look(lambda tx: trajectories.of_location(tx, 1))
    assert await guide.hold(world.app, joke, first.row.id, until=TOLD) == "no_day"
    assert await guide.hold(world.app, joke, first.row.id, until=date(2026, 12, 7)) == "moved"
    learn(world, client_id, moved_on="2026-11-20")
    await clock(world, date(2026, 12, 7))

    assert ("2026-12-07", "moved", "told") in talks(world, client_id)
    (again, *_) = world.app.database.look(lambda tx: trajectories.of_location(tx, 1))
    assert await guide.hold(world.app, joke, again.row.id, until=date(2026, 12, 7)) == "no_day"


async def test_a_year_that_ends_without_its_talk_is_a_question(world: World, joke):
    """The last talk that nobody held by the last day is a question; one that was held is none."""
    await guided(world, joke)
    await clock(world, date(2027, 7, 31), date(2027, 8, 23), date(2027, 8, 30))
    assert {question.reason for question in world.tickets(joke)} == {"reminder"}


async def test_a_year_that_closed_is_no_question(world: World, joke):
    """Once the closing talk was held, its last day brings nobody."""
    await guided(world, joke)
    await clock(world, date(2027, 7, 31))
    closing = next(one for one in world.app.database.look(lambda tx: trajectories.of_location(tx, 1)) if one.row.kind == "guidance_closing")
    assert await guide.hold(world.app, joke, closing.row.id) == "done"
    await clock(world, date(2027, 8, 23), date(2027, 8, 30))
    assert world.tickets(joke) == []
    assert [one for one in world.app.database.look(lambda tx: trajectories.of_location(tx, 1)) if one.row.kind == "guidance_closing"] == []
    assert await remind(world.app) == 0


async def test_a_year_that_ended_early_leaves_nothing_on_the_list(world: World, joke):
    """Once the guidance has ended no talk of it is asked for, also one that was told already."""
    client_id = await guided(world, joke)
    await clock(world, TOLD)
    learn(world, client_id, guidance_ended_on="2026-11-23")
    assert world.app.database.look(lambda tx: trajectories.of_location(tx, 1)) == []


async def test_who_may_not_see_the_client_holds_no_talk(world: World, joke):
    """A colleague of another location changes nothing."""
    await guided(world, joke)
    await clock(world, TOLD)
    (first, *_) = world.app.database.look(lambda tx: trajectories.of_location(tx, 1))
    other = world.volunteer("Kees", location_id=1, communities=["nl"])
    stranger = type(other)(other.id, "Kees", "volunteer", 2, other.teams, other.languages, other.communities, False, False, "nl")
    assert await guide.hold(world.app, stranger, first.row.id) == "no_such"


async def test_a_year_begins_with_a_talk(world: World, joke):
    """On its first day who guides hears of a talk, in Telegram and on the list, once; it is off the list when it was held."""
    world.app.database.submit(lambda tx: volunteers.link(tx, joke.id, "77")).result()
    client_id = await agreed(world.person("olena"))
    world.app.database.submit(lambda tx: trajectories.give(tx, client_id, joke.id)).result()
    learn(world, client_id, guidance_started_on="2026-11-25")
    await clock(world, date(2026, 11, 24))
    assert said(world, "private") == []
    await clock(world, date(2026, 11, 25), date(2026, 11, 26))

    (body,) = said(world, "private")
    assert (body["chat"], "nodig zijn: 1" in body["text"]) == ("77", True)
    (first, *_) = world.app.database.look(lambda tx: trajectories.of_location(tx, 1))
    assert (first.row.due_on, first.row.state) == (date(2026, 11, 25), "told")
    assert await guide.hold(world.app, joke, first.row.id) == "done"
    learn(world, client_id, moved_on="2026-11-20")
    await clock(world, date(2026, 11, 27))
    assert [one for one in world.app.database.look(lambda tx: trajectories.of_location(tx, 1)) if one.row.due_on == date(2026, 11, 25)] == []
