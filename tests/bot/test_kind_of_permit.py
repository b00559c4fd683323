"""
The kind of permit that nobody told us: a reminder says nothing of costs, and who answers it is asked which permit they have, once.
"""

from datetime import date

import pytest

from flows.permit_notices import COSTS
from flows.remind import ASK_KIND, KIND_KEPT
from storage import facts
from tests.bot.reminding import agreed, clock, learn, planned, rows
from tests.people import Person, World

MAY = "2027-05-31"
PREPARE, ASK, THIRTY = date(2027, 1, 30), date(2027, 2, 27), date(2027, 5, 1)
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)      # where the kind of database changes nothing


def costs_in(world: World, text: str) -> list[str]:
    """Return for which kinds of permit a text names the cost."""
    return [kind for kind, said in COSTS.items() if world.app.tongues("nl")(said) in text]


def known(world: World, client_id: int) -> dict[str, str]:
    """Return the facts that count."""
    return world.app.database.look(lambda tx: facts.driving(tx, [client_id]))[client_id]


async def reminded(world: World, who: Person, **told: str) -> int:
    """Let a person agree, and be reminded of a card that ends on 31 May 2027."""
    client_id = await agreed(who)
    learn(world, client_id, permit_expires_on=MAY, **told)
    await clock(world, PREPARE)
    return client_id


async def test_unknown_says_nothing_of_costs_and_asks(world, olena):
    """Neutral words; after the answer the kind is asked by button, kept as the client's word, and the next reminder names the cost."""
    client_id = await reminded(world, olena)
    assert "31 mei 2027" in olena.last.text
    assert costs_in(world, olena.last.text) == []
    said = await olena.presses(olena.last.offers[1][0])
    assert said.endswith(world.app.tongues("nl")(ASK_KIND))
    assert [id for id, _label in olena.last.offers] == [f"remind.kind:{kind}" for kind in ("asylum", "regular", "permanent", "ukraine", "unknown")]
    assert {row.answer for row in rows(world, client_id)} == {"", "will_do"}

    assert await olena.presses("remind.kind:regular") == world.app.tongues("nl")(KIND_KEPT)
    assert known(world, client_id)["permit_kind"] == "regular"
    assert "2027-02-27" in planned(world, client_id)
    await clock(world, ASK)
    assert costs_in(world, olena.last.text) == ["regular"]
    assert world.app.tongues("nl")(ASK_KIND) not in await olena.presses(olena.last.offers[1][0])


@on_sqlite
async def test_who_is_known_is_not_asked(world, olena):
    """Staff said that it is asylum: the reminder says that it is free, and the answer is the answer."""
    await reminded(world, olena, permit_kind="asylum")
    assert costs_in(world, olena.last.text) == ["asylum"]

    assert world.app.tongues("nl")(ASK_KIND) not in await olena.presses(olena.last.offers[1][0])


@on_sqlite
async def test_the_kind_is_a_digit_or_a_word_and_asked_once(world, olena):
    """On WhatsApp the kinds stand in the text. Who does not know says so, is not asked again, and still hears nothing of costs."""
    client_id = await reminded(world, olena)
    await olena.says("2", "5")
    assert "permit_kind" not in known(world, client_id)
    await clock(world, ASK)
    assert costs_in(world, olena.last.text) == []
    await olena.says("2")

    assert world.app.tongues("nl")(ASK_KIND) not in olena.last.text
    await clock(world, THIRTY)
    assert costs_in(world, olena.last.text) == []


@on_sqlite
async def test_done_days_later_is_heard_though_the_kind_was_asked(world, olena):
    """The question about the kind takes no answer away: *done* and its day, days later, are those of the reminder."""
    client_id = await reminded(world, olena)
    await olena.says("2")
    world.now.move(days=3)
    await olena.says("gedaan", "1-2-2027")
    assert known(world, client_id)["permit_applied_on"] == "2027-02-01"
    assert planned(world, client_id) == []


@on_sqlite
async def test_the_day_can_be_said_better_where_the_kind_is_asked(world, olena):
    """After the day the kind is asked in the same message; another day corrects the first, and the kind still counts."""
    client_id = await reminded(world, olena)
    await olena.presses(olena.last.offers[0][0])
    assert (await olena.says("29-01-2027")).endswith(world.app.tongues("nl")(ASK_KIND))
    assert "28 januari 2027" in await olena.says("28-1-2027")
    await olena.presses("remind.kind:asylum")

    assert known(world, client_id) == {"permit_expires_on": MAY, "permit_applied_on": "2027-01-28", "permit_kind": "asylum"}


@on_sqlite
async def test_who_has_another_permit_is_reminded_by_its_rules(world, olena):
    """Of a permanent permit the card alone is reminded of; of Ukraine no day is, and a person looks whether that is so."""
    marja = world.volunteer("Marja", "coordinator", ())
    client_id = await reminded(world, olena)
    await olena.presses(olena.last.offers[1][0])
    await olena.presses("remind.kind:permanent")
    assert {row.kind for row in rows(world, client_id) if row.ready_at is not None} == {"permit_card_renewal"}
    assert world.tickets(marja) == []
    await olena.presses("remind.kind:ukraine")

    assert {row.kind for row in rows(world, client_id) if row.ready_at is not None} == set()
    [question] = world.tickets(marja)
    assert (question.team, question.topics) == ("legal", ("permit_renewal",))


@on_sqlite
async def test_a_childs_card_is_said_by_its_own_kind(world, olena):
    """The parent's kind says nothing of a child's card: its cost is said where the child's kind is known, and nobody is asked for the parent's."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", children='[{"permit_expires_on": "2027-05-31"}]')
    await clock(world, PREPARE)
    assert costs_in(world, olena.last.text) == []
    assert world.app.tongues("nl")(ASK_KIND) not in await olena.presses(olena.last.offers[1][0])
    learn(world, client_id, children='[{"permit_expires_on": "2027-05-31", "permit_kind": "regular"}]')
    await clock(world, ASK)

    assert costs_in(world, olena.last.text) == ["regular"]
