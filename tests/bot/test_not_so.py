"""
What a client says is done and is not: a date that ours contradicts, a promise not kept, the parent's day that is no child's.
"""

from datetime import date

import pytest

from bot.learn import learn as tell_of
from bot.learn import settle, unlearn
from storage import clients, facts, invites, locations, questions
from tests.bot.reminding import agreed, clock, learn, planned, rows
from tests.people import World, make_world

MAY, DAY = "2027-05-31", date(2027, 1, 30)


@pytest.fixture
def world(sqlite_database, tmp_path) -> World:
    """The app on SQLite, for what no database decides."""
    return make_world(sqlite_database, tmp_path)


@pytest.fixture
def marja(world):
    """Marja coordinates, so that every question is on her list."""
    return world.volunteer("Marja", "coordinator", ())


async def said_done(world, olena, day: str, **more: str) -> int:
    """Let Olena's card end in May, remind her and hear that it is done, on a day or until one; return who she is."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY, **more)
    await clock(world, DAY)
    await olena.presses(olena.last.offers[0][0])
    await olena.says(day)
    return client_id


def close_all(world, marja) -> None:
    """Close every question on the list, whatever it asked."""
    for one in world.tickets(marja):
        world.app.database.submit(lambda tx, id=one.id: questions.close(tx, id, "answered", world.now())).result()


async def test_a_date_that_nobody_settled_is_looked_at_again(world, olena, marja):
    """A question closed without looking at the two dates ends nothing: a person is asked again before the earlier one."""
    client_id = await said_done(world, olena, "31-05-2030")
    close_all(world, marja)

    assert planned(world, client_id, "check") == ["2027-02-13"]
    await clock(world, date(2027, 2, 13))
    assert [one.reason for one in world.tickets(marja)] == ["reminder"]


async def test_ours_is_right_reminds_again(world, olena, marja):
    """The client misread the card and one of us says so: the reminders of the day that counts go on, and none is sent twice."""
    client_id = await said_done(world, olena, "31-05-2030")
    close_all(world, marja)
    world.app.database.submit(lambda tx: settle(world.app, tx, client_id, "permit_expires_on", world.now())).result()

    assert planned(world, client_id)[0] == "2027-02-27"
    assert planned(world, client_id, "person") == ["2027-05-01", "2027-05-24"]
    before = len(olena.heard)
    await clock(world, DAY, date(2027, 2, 27))
    assert len(olena.heard) == before + 1


async def test_what_the_client_said_is_taken_back(world, olena):
    """The request was never sent, as it turns out at the office: once that is taken back, the reminders and calls go on."""
    client_id = await said_done(world, olena, "29-01-2027")
    assert planned(world, client_id) == []

    world.app.database.submit(lambda tx: unlearn(world.app, tx, client_id, "permit_applied_on", world.now(), "client")).result()

    assert planned(world, client_id)[0] == "2027-02-27"
    assert planned(world, client_id, "person") == ["2027-05-01", "2027-05-24"]
    assert "card_awaited" not in {row.kind for row in rows(world, client_id) if row.ready_at}


async def test_a_proof_of_something_else_stays(world, olena):
    """The card of May was asked for and came: that the client misread the day of the new one makes the request no less true."""
    client_id = await said_done(world, olena, "29-01-2027")
    learn(world, client_id, permit_expires_on="2032-05-31")
    tell = [(client_id, "permit_expires_on", "2032-06-01")]
    world.app.database.submit(lambda tx: tell_of(world.app, tx, tell, "client", world.now())).result()
    world.app.database.submit(lambda tx: settle(world.app, tx, client_id, "permit_expires_on", world.now())).result()

    assert [row.answer for row in rows(world, client_id) if row.proof_on] == ["done"]


async def test_not_mine_said_again_asks_nobody_again(world, olena, marja):
    """One of us looked at it and closed the question: the same press hours later is no new one."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY)
    button = olena.last.offers[3][0]
    await olena.presses(button)
    assert len(world.tickets(marja)) == 1
    close_all(world, marja)
    world.now.move(hours=5)

    await olena.presses(button)
    assert world.tickets(marja) == []


async def test_a_child_with_the_same_day_is_looked_at(world, olena, marja):
    """The parent asked for the own card: of the child's, which ends on the same day, a person finds out."""
    client_id = await said_done(world, olena, "29-01-2027", children=f'[{{"permit_expires_on": "{MAY}"}}]')

    assert planned(world, client_id, "check") == ["2027-02-13"]
    assert ("certain", "permit_renewal") in {(row.what, row.kind) for row in rows(world, client_id) if row.ready_at}
    await clock(world, date(2027, 2, 13))
    assert [one.topics for one in world.tickets(marja)] == [("permit_renewal",)]


@pytest.mark.parametrize(("promised_on", "calls"), [(DAY, 1), (date(2027, 5, 1), 0)])
async def test_an_old_promise_is_not_for_ever(world, olena, marja, promised_on, calls):
    """*I will do it*, and then silence for months: before the day a person calls all the same. Who promised it lately is not called."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, promised_on)
    await olena.says("2")
    close_all(world, marja)
    await clock(world, *(day for day in (date(2027, 2, 27), date(2027, 4, 1), date(2027, 5, 1), date(2027, 5, 15)) if day > promised_on))
    assert world.tickets(marja) == []

    await clock(world, date(2027, 5, 24))
    assert len(world.tickets(marja)) == calls


async def test_the_newer_word_comes_along_with_a_phone(world, olena):
    """On a new phone the client told the day of the new card: linked to the record, which knew an older word of theirs, it counts."""
    old = await agreed(olena)
    tell = facts.learn
    new = world.app.database.submit(lambda tx: clients.add(tx, 1, world.now(), "Olena", "nl")[0]).result()
    world.app.database.submit(lambda tx: tell(tx, [(new, "permit_expires_on", MAY)], "client", world.now())).result()
    world.now.move(days=1)
    world.app.database.submit(lambda tx: tell(tx, [(old, "permit_expires_on", "2030-05-31")], "client", world.now())).result()
    world.app.database.submit(lambda tx: invites.make(tx, new, "een-code-die-klopt", world.now())).result()

    await olena.says("/start een-code-die-klopt")

    assert world.app.database.look(lambda tx: clients.facts_of(tx, new)) == {"permit_expires_on": "2030-05-31"}
    assert planned(world, new)[0] == "2030-01-31"


@pytest.mark.parametrize("said", ["29-01-2027", "1"])
async def test_an_answer_to_a_day_that_was_corrected_counts(world, olena, said):
    """Staff corrected the day of the card after it was said: *done* below the old message is about the same card; without a day a person looks."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY)
    learn(world, client_id, permit_expires_on="2027-06-30")

    await olena.presses(olena.last.offers[0][0])
    await olena.says(said)

    known = world.app.database.look(lambda tx: clients.facts_of(tx, client_id))
    assert known.get("permit_applied_on") == ("2027-01-29" if said != "1" else None)
    checks = {str(row.due_on) for row in rows(world, client_id, "check") if row.ready_at}
    assert checks == (set() if said != "1" else {"2027-06-30"})


@pytest.mark.parametrize(("said", "heard"), [("31-05-2032", "Wij bewaren deze dag"), ("1", "Dat geeft niet")])
async def test_an_answer_about_the_old_card_is_not_about_the_next(world, olena, said, heard):
    """The new card stands in the record already: its day is right below the reminder of the old one, and nobody looks whether 2032 is done."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY)
    world.now.move(days=60)
    learn(world, client_id, permit_expires_on="2032-05-31")

    await olena.presses(olena.last.offers[0][0])
    assert heard in await olena.says(said)
    assert rows(world, client_id, "check") == []


@pytest.mark.parametrize(("pressed", "goes_on"), [((0,), False), ((1,), True), ((1, 0), False), ((0, 2), True)])
async def test_an_answer_counts_for_the_day_as_it_is_now(world, olena, pressed, goes_on):
    """*Done* below the old day ends the reminders and calls of the right one, and a promise is kept with it; what was said last counts."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY)
    offers = olena.last.offers
    learn(world, client_id, permit_expires_on="2027-06-30")
    for at in pressed:
        await olena.presses(offers[at][0])

    assert planned(world, client_id)[:2] == (["2027-03-02", "2027-03-30"] if goes_on else [])
    assert planned(world, client_id, "person") == (["2027-05-31", "2027-06-23"] if goes_on else [])
    said = {0: "done", 1: "will_do", 2: "need_help"}[pressed[-1]]
    assert {(str(row.due_on), row.answer) for row in rows(world, client_id) if row.answer} == {(MAY, said), ("2027-06-30", said)}


async def test_later_below_a_day_that_was_corrected_is_kept(world, olena):
    """*Ask me later* is about the day as it is now: we ask on the day that was promised, and say the right one."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY)
    learn(world, client_id, permit_expires_on="2027-06-30")

    assert "2 februari 2027" in await olena.presses(olena.last.offers[4][0])
    await clock(world, date(2027, 2, 2))
    assert "30 juni 2027" in olena.last.text


async def test_an_unknown_deed_takes_no_plan_along(world, olena):
    """One of the things done is of a kind that there is not: it says nothing, and the reminders stay."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY, done='[{"kind": "nonsense"}, {"kind": "income_tax"}]')

    assert planned(world, client_id)[0] == "2027-01-30"


async def test_an_office_that_is_open_once_a_week_hurries(world, olena, marja):
    """Two of its days from now would leave too few to act: the question is for its next day."""
    world.app.database.submit(lambda tx: locations.put(tx, "Leiden", hours="mo 09:00-17:00")).result()
    world.app.database.look(world.app.learn_places)
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on="2026-12-10")
    await clock(world, date(2026, 11, 24))

    assert [one.urgency for one in world.tickets(marja)] == ["today"]
