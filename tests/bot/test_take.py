"""
Taking a question: one pair of hands, and a bot that is silent meanwhile.
"""

import asyncio
from dataclasses import replace

import pytest

from bot.alert import alert
from bot.close import close
from bot.enrol import dismiss
from bot.reply import Sent, reply
from bot.take import Refused, assign, change, free, take
from flows.events import Said
from flows.rights import Case, may_see_ticket
from storage import alerts, locations, questions
from storage.database import Database
from storage.questions import seen_by
from storage.tables import tickets


async def asks(person):
    """Come in and ask for a volunteer; return the only question on the list of a coordinator."""
    await person.says("/start", "Nederlands", "ja", "vrijwilliger")


async def test_take_puts_a_question_into_one_pair_of_hands(world, olena, joke):
    """Of two volunteers who take at once, one gets it."""
    await asks(olena)
    piet = world.volunteer("Piet")
    (question,) = world.tickets(joke)

    took = await asyncio.gather(take(world.app, question.id, joke), take(world.app, question.id, piet))
    assert sorted(took) == [False, True]
    (question,) = world.tickets(joke)
    assert question.state == "taken"
    assert question.volunteer == ("Joke" if took[0] else "Piet")


async def test_take_pressed_twice_is_taken_once(world, olena, joke):
    """Who presses twice, or in a second tab, has the question: nobody was before them."""
    await asks(olena)
    (question,) = world.tickets(joke)

    assert await take(world.app, question.id, joke)
    assert await take(world.app, question.id, joke)
    await close(world.app, question.id, joke, "answered", (), "", "")
    assert not await take(world.app, question.id, joke)


async def test_two_processes_never_take_the_same(world, olena, joke, keys):
    """Two processes over one database, many times at once: each question is in exactly one pair of hands."""
    other = Database(world.app.database.url.render_as_string(hide_password=False), keys)
    app, piet = replace(world.app, database=other, tasks=set()), world.volunteer("Piet")
    try:
        for round in range(10):
            person = world.person(f"client {round}")
            await asks(person)
            question = next(one for one in world.tickets(joke, "free"))
            took = await asyncio.gather(take(world.app, question.id, joke), take(app, question.id, piet))
            assert sorted(took) == [False, True]
            held = world.app.database.look(lambda tx, id=question.id: questions.one(tx, id))
            assert held.volunteer_id == (joke.id if took[0] else piet.id)
    finally:
        other.close()


async def test_an_answer_and_another_pair_of_hands_at_once(world, olena, joke, keys):
    """While a coordinator gives the question away in another process, an answer either came before, or is refused."""
    other = Database(world.app.database.url.render_as_string(hide_password=False), keys)
    app, leader = replace(world.app, database=other, tasks=set()), world.volunteer("Marja", "coordinator", ())
    await asks(olena)
    (question,) = world.tickets(joke)
    try:
        for _ in range(10):
            await assign(world.app, question.id, joke.id, leader)
            said, given = await asyncio.gather(
                reply(world.app, question.id, joke, Said("Kom.", language="nl")), assign(app, question.id, leader.id, leader), return_exceptions=True)
            assert given is True
            assert isinstance(said, Sent) or (isinstance(said, Refused) and said.reason == "not_yours")
    finally:
        other.close()


async def test_taken_keeps_the_bot_silent_but_for_danger(world, olena, joke):
    """While a volunteer has it the client's words reach the question and nobody answers; an emergency number still comes."""
    await asks(olena)
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    said = len(olena.heard)

    await olena.says_nothing_back("huurtoeslag")
    assert len(olena.heard) == said
    (question,) = world.tickets(joke)
    assert question.heard_at == world.now()
    assert question.is_new

    await olena.says("mijn man slaat mij")
    assert olena.heard[-1].startswith("112")


async def test_forget_me_works_while_a_volunteer_has_the_question(world, olena, joke):
    """Silence ends for *forget me* and its yes: the client is erased."""
    await asks(olena)
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)

    await olena.says("vergeet mij")
    await olena.says("ja")
    await world.forget()
    assert world.app.database.look(lambda tx: questions.one(tx, question.id)).client_id == 0


async def test_free_gives_the_client_back_to_the_bot(world, olena, joke):
    """A question that is given back waits for anybody, and the bot answers another one meanwhile."""
    await asks(olena)
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)

    assert await free(world.app, question.id, joke)
    assert [one.state for one in world.tickets(joke, "free")] == ["open"]
    assert "huur" in await olena.says("huurtoeslag")


async def test_what_a_dismissed_volunteer_had_is_free(world, olena, joke):
    """Nobody's question goes with a colleague who leaves: it is told of at once."""
    await asks(olena)
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    leader = world.volunteer("Marja", "coordinator", ())

    await dismiss(world.app, leader, joke.id)
    await alert(world.app)
    (question,) = world.tickets(leader)
    assert (question.state, question.volunteer_id) == ("open", None)
    assert [one.ticket_id for one in world.app.database.look(lambda tx: alerts.waiting(tx, 1).get(leader.id, []))] == [question.id]


async def test_an_interpreter_who_is_asked_for_is_told(world, olena, joke):
    """Those of the place who interpret that language find it on their list, once; who else speaks it, or is to be avoided, does not."""
    await asks(olena)
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)
    hana = world.volunteer("Hana", teams=(), languages=["nl", "ar"], is_interpreter=True)
    for name, more in (("Kees", {}), ("Rim", {"languages": ["ar"]}), ("Lien", {"languages": ["fr"], "is_interpreter": True})):
        world.volunteer(name, teams=(), **more)
    for _ in range(2):
        await change(world.app, question.id, joke, interpreter="ar")
    told = world.app.database.look(lambda tx: alerts.waiting(tx, 1))

    assert {id: [one.ticket_id for one in found] for id, found in told.items()} == {hana.id: [question.id]}
    assert [one.id for one in world.tickets(hana)] == [question.id]


async def test_a_wish_holds_for_interpreters_too(world, olena, joke):
    """Of the interpreters only a woman of another community is told, sees it and stays on it, whenever the client says so."""
    await asks(olena)
    ans = world.volunteer("Ans", is_woman=True)
    (question,) = world.tickets(joke)
    hana, rim, omar = (world.volunteer(name, teams=(), languages=["nl", "ar"], is_interpreter=True, **more) for name, more in (
        ("Hana", {"is_woman": True}), ("Rim", {"is_woman": True, "communities": ["nl"]}), ("Omar", {})))
    await change(world.app, question.id, joke, interpreter="ar")
    assert [len(world.tickets(one)) for one in (hana, rim, omar)] == [1, 1, 1]
    await olena.presses("person.open:woman")
    await olena.presses("person.open:community")

    assert [len(world.tickets(one)) for one in (hana, rim, omar)] == [1, 0, 0]
    for language in ("", "ar"):
        await change(world.app, question.id, ans, interpreter=language)
    assert world.app.database.look(lambda tx: alerts.waiting(tx, 1)).keys() == {hana.id}


async def test_nobody_touches_what_is_not_theirs(world, olena, joke):
    """A question of another team or place is as if it were not there; one in other hands is only looked at."""
    await asks(olena)
    (question,) = world.tickets(joke)
    stranger, elsewhere = world.volunteer("Kees", teams=["legal"]), replace(joke, id=99, location_id=2)
    for who in (stranger, elsewhere):
        with pytest.raises(Refused, match="no_such"):
            await take(world.app, question.id, who)
    await take(world.app, question.id, joke)
    colleague = world.volunteer("Ans")

    with pytest.raises(Refused, match="not_yours"):
        await free(world.app, question.id, colleague)
    with pytest.raises(Refused, match="not_yours"):
        await assign(world.app, question.id, colleague.id, colleague)


async def test_a_coordinator_assigns(world, olena, joke):
    """Who leads puts a question into hands, and that volunteer is told; the one who has it may hand it on too."""
    await asks(olena)
    leader = world.volunteer("Marja", "coordinator", ())
    (question,) = world.tickets(leader)

    assert await assign(world.app, question.id, joke.id, leader)
    assert [one.id for one in world.tickets(joke, "mine")] == [question.id]
    assert await assign(world.app, question.id, leader.id, joke)
    assert not await take(world.app, question.id, joke)


async def test_a_client_who_wants_a_woman_gets_one(world, olena, joke):
    """After that wish men do not see the question, and a later one neither; nobody can put it into a man's hands."""
    await asks(olena)
    ans = world.volunteer("Ans", is_woman=True)
    leader = world.volunteer("Marja", "coordinator", ())
    await olena.presses("person.open:woman")

    assert world.tickets(joke) == []
    (question,) = world.tickets(ans)
    assert question.wants_woman
    with pytest.raises(Refused, match="wants_woman"):
        await assign(world.app, question.id, joke.id, leader)
    assert await take(world.app, question.id, ans)


async def test_nobody_of_the_own_community_sees_who_asked_so(world, amina):
    """The question is hidden from those who belong to it, whatever their role."""
    ours = world.volunteer("Rana", "coordinator", (), communities=["ar"])
    other = world.volunteer("Joke")
    await amina.says("/start", "العربية", "نعم", "0")
    assert len(world.tickets(ours)) == 1

    await amina.presses("person.open:community")
    assert world.tickets(ours) == []
    assert len(world.tickets(other)) == 1


async def test_an_interpreter_sees_what_is_asked_in_their_language(world, amina, joke):
    """Asked for, an interpreter of that language sees the question, of whatever team; nobody else more than before."""
    await amina.says("/start", "العربية", "نعم", "0")
    interpreter = world.volunteer("Samir", teams=(), languages=["nl", "ar"], is_interpreter=True)
    (question,) = world.tickets(joke)
    assert world.tickets(interpreter) == []

    await change(world.app, question.id, joke, interpreter="ar")
    assert [one.id for one in world.tickets(interpreter)] == [question.id]


async def test_the_list_shows_what_the_rights_allow(world, olena, amina, joke):
    """The query of the list and `may_see_ticket` agree for every kind of volunteer and ticket."""
    await asks(olena)
    await amina.says("/start", "العربية", "نعم", "0")
    team = [world.volunteer(f"volunteer {number}", role, teams, is_woman=woman, communities=communities, is_interpreter=woman, languages=["nl", "ar"])
            for number, (role, teams, woman, communities) in enumerate(
                (role, teams, woman, communities) for role in ("volunteer", "coordinator") for teams in ((), ("social",), ("legal", "housing"))
                for woman in (False, True) for communities in ((), ("ar",)))]
    for case in (
        {"team": "legal"}, {"team": "social", "wants_woman": True}, {"team": "social", "avoids_community": True}, {"interpreter": "ar"},
        {"team": "legal", "wants_woman": True, "avoids_community": True}, {"location_id": 2}, {"volunteer_id": team[0].id},
    ):
        if "location_id" in case:
            world.app.database.submit(lambda tx: locations.put(tx, "Gouda")).result()
        world.app.database.submit(lambda tx, case=case: tx.run(tickets.update().values(**case))).result()
        for who in team:
            rows = world.app.database.look(lambda tx, who=who: tx.all(tickets.select().where(seen_by(who))))
            everything = world.app.database.look(lambda tx: tx.all(tickets.select()))
            allowed = [row.id for row in everything if may_see_ticket(who, Case(
                row.location_id, row.team, row.language, row.wants_woman, row.avoids_community, row.volunteer_id, row.interpreter))]
            assert [row.id for row in rows] == allowed


@pytest.mark.parametrize(("wish", "more"), [("woman", {"is_woman": False}), ("community", {"communities": ["nl"], "is_woman": True})])
async def test_who_is_not_wanted_lets_go_at_once(world, olena, joke, wish, more):
    """A client who presses the wish while the wrong person has the question is free of them: it waits for somebody else."""
    await asks(olena)
    piet, leader = world.volunteer("Piet", **more), world.volunteer("Marja", "coordinator", (), is_woman=True)
    (question,) = world.tickets(leader)
    assert await take(world.app, question.id, piet)

    await olena.presses(f"person.open:{wish}")

    (question,) = world.tickets(leader)
    assert (question.state, question.volunteer_id) == ("open", None)
    with pytest.raises(Refused):
        await reply(world.app, question.id, piet, Said("Dag", (), "nl"))


async def test_who_is_wanted_keeps_the_question(world, olena):
    """A woman who has the question, of another community, goes on with it."""
    await asks(olena)
    marja = world.volunteer("Marja", is_woman=True, communities=["ar"])
    (question,) = world.tickets(marja)
    assert await take(world.app, question.id, marja)

    await olena.presses("person.open:woman")
    await olena.presses("person.open:community")

    (question,) = world.tickets(marja)
    assert (question.state, question.volunteer_id, question.wants_woman, question.avoids_community) == ("taken", marja.id, True, True)
