"""
Delivery: one message of a client in flight, in order, and every answer of a platform has its outcome.
"""

from dataclasses import replace

from sqlalchemy import select

from bot import deliver
from bot.channels import Accepted, Halted, Later, Refused, Unknown
from bot.converse import take_all
from storage import channels, outbox
from storage.outbox import Queued
from storage.tables import addresses, messages, sessions, tickets
from storage.tables import channels as rows
from tests.people import MovedClock, Person, World


def states(world: World) -> list[str]:
    query = select(messages.c.state).where(messages.c.direction == "out").order_by(messages.c.id)
    return [row.state for row in world.app.database.look(lambda tx: tx.all(query))]


async def queue(world: World, *texts: str, kind: str = "reply") -> None:
    def run(tx):
        row = tx.one(select(sessions))
        ids = [tx.ids.next(after=row.said_id) for _ in texts]
        outbox.queue(tx, [Queued(id, row.address_id, "memory", None, text, world.now(), kind=kind) for id, text in zip(ids, texts, strict=True)])

    await world.app.database.write(run)


async def queue_to_all(world: World, kind: str) -> None:
    def run(tx):
        rows = tx.all(select(sessions))
        outbox.queue(tx, [Queued(tx.ids.next(after=row.said_id), row.address_id, "memory", None, kind, world.now(), kind=kind) for row in rows])

    await world.app.database.write(run)


async def test_messages_of_one_client_leave_in_order(world: World, olena: Person) -> None:
    """The next message leaves after the last was accepted, also when the platform put that one off."""
    await olena.says("/start")
    world.channel.outcomes = [Later(5.0)]
    await queue(world, "one", "two", "three")
    await deliver.drain(world.app)
    assert olena.heard[1:] == []

    world.now.move(seconds=6)
    await deliver.drain(world.app)

    assert olena.heard[1:] == ["one", "two", "three"]


async def test_only_the_first_of_an_address_is_claimed(world: World, olena: Person) -> None:
    """However many wait, one message of an address is in flight."""
    await olena.says("/start")
    await queue(world, "one", "two")

    claimed, _ = await world.app.database.write(lambda tx: deliver.step(world.app, tx, [], 64))

    assert [message.text for message in claimed] == ["one"]
    again, _ = await world.app.database.write(lambda tx: deliver.step(world.app, tx, [], 64))
    assert again == []


async def test_a_rate_is_drawn_for_what_leaves_alone(world: World, olena: Person) -> None:
    """A look that finds nothing to send writes nothing; two messages of which one may leave now take one send of the rate."""
    def tokens() -> list[int]:
        return [row.tokens for row in world.app.database.look(lambda tx: tx.all(select(rows.c.tokens).where(rows.c.name == "memory")))]

    await olena.says("/start")
    world.channel.rate = 30.0
    await deliver.drain(world.app)
    assert tokens() == []

    await queue(world, "one", "two")
    claimed, _ = await world.app.database.write(lambda tx: deliver.step(world.app, tx, [], 64))

    assert [message.text for message in claimed] == ["one"]
    assert tokens() == [29]


async def test_a_crowd_of_reminders_leaves_a_few_at_a_time(world: World, olena: Person) -> None:
    """Of many reminders that may leave at once one commit takes a few, so that a client's answer waits for no more; answers are taken whole."""
    world.channel.rate = 40.0
    everybody = [olena, *(world.person(f"amina{number}") for number in range(deliver.UNASKED + 1))]
    for one in everybody:
        await one.says("/start")

    claimed = {}
    for kind in ("reply", "reminder"):
        await queue_to_all(world, kind)
        claimed[kind] = await world.app.database.write(lambda tx: deliver._claim_rated(world.app, tx, "memory", 64, world.now()))
        await world.app.database.write(lambda tx, kind=kind: outbox.sent(tx, [(one.id, "", "sent") for one in claimed[kind]], world.now()))

    assert (len(claimed["reply"]), len(claimed["reminder"])) == (len(everybody), deliver.UNASKED)


async def test_a_crowd_of_reminders_leaves_room_for_answers(world: World, olena: Person) -> None:
    """Behind answers few reminders are taken too, and never the last of the rate; an answer that waits for the rate alone wakes."""
    async def take() -> list[outbox.Claimed]:
        claimed = await world.app.database.write(lambda tx: deliver._claim_rated(world.app, tx, "memory", 64, world.now()))
        await world.app.database.write(lambda tx: outbox.sent(tx, [(one.id, "", "sent") for one in claimed], world.now()))
        return claimed

    crowd = [olena, *(world.person(f"amina{number}") for number in range(21))]
    for one in crowd:
        await one.says("/start")
    world.channel.rate = 24.0
    await queue_to_all(world, "reminder")
    yonas = [world.person(f"yonas{number}") for number in range(4)]
    for one in yonas:
        await one.writes_without_waiting(["/start"])
    await take_all(world.app)

    kinds = [[one.kind for one in await take()] for _ in range(4)]
    assert kinds == [["reply"] * 4 + ["reminder"] * deliver.UNASKED, ["reminder"] * deliver.UNASKED, ["reminder"], []]

    late = [world.person(f"joke{number}") for number in range(4)]
    for one in late:
        await one.writes_without_waiting(["/start"])
    await take_all(world.app)
    assert await world.app.stages.woken("delivery", 60)
    assert [one.kind for one in await take()] == ["reply"] * 3
    assert await world.app.stages.woken("delivery", 60)


async def test_results_of_reminders_come_together(world: World, olena: Person) -> None:
    """What became of an answer, of what is never sent twice and of a channel is written down at once; of a reminder with others a moment later."""
    await olena.says("/start")
    await queue(world, "one")
    (answer,), _ = await world.app.database.write(lambda tx: deliver.step(world.app, tx, [], 64))
    delivery, reminder = deliver.Delivery(), replace(answer, is_unasked=True)
    world.app.stages.open()
    await world.app.stages.woken("delivery", 0)

    deliver._note(world.app, delivery, reminder, Accepted("1", "sent"))
    deliver._note(world.app, delivery, reminder, Accepted("2", "sent"))
    assert not await world.app.stages.woken("delivery", 0)
    assert await world.app.stages.woken("delivery", 60)
    assert len(delivery.results) == 2

    at_once = [(answer, Accepted("3", "sent")), (replace(reminder, kind="broadcast"), Accepted("4", "sent")), (reminder, Halted("401")),
               (reminder, Later(5.0, is_channel=True))]
    for message, outcome in at_once:
        deliver._note(world.app, delivery, message, outcome)
        assert await world.app.stages.woken("delivery", 0)


async def test_replies_go_before_reminders(world: World, olena: Person, amina: Person) -> None:
    """Between clients a reply leaves before a reminder."""
    await olena.says("/start")
    await queue(world, "a reminder", kind="reminder")
    await amina.writes_without_waiting(["/start"])
    await take_all(world.app)

    claimed, _ = await world.app.database.write(lambda tx: deliver.step(world.app, tx, [], 1))

    assert claimed[0].kind == "reply"


async def test_paused_channel_waits_and_counts_no_attempt(world: World, olena: Person) -> None:
    """After a 429 the whole channel waits as long as it was told to, and nothing is lost."""
    world.channel.outcomes = [Later(30.0, is_channel=True)]
    await olena.says_nothing_back("/start")
    assert states(world) == ["queued"]

    world.now.move(seconds=31)
    await deliver.drain(world.app)

    assert states(world) == ["sent"]


async def test_halted_channel_keeps_its_queue(world: World, olena: Person) -> None:
    """A refused token stops the channel; once it is put right the queue leaves."""
    world.channel.outcomes = [Halted("InvalidToken")]
    await olena.says_nothing_back("/start")
    await deliver.drain(world.app)
    assert states(world) == ["queued"]

    await world.app.database.write(lambda tx: channels.resume(tx, "memory"))
    await deliver.drain(world.app)

    assert states(world) == ["sent"]


async def test_refused_message_is_told_to_a_volunteer(world: World, olena: Person) -> None:
    """A blocked bot: the message fails, the address is unreachable, a volunteer knows."""
    world.channel.outcomes = [Refused("blocked", is_unreachable=True)]
    await olena.says_nothing_back("/start")

    assert states(world) == ["failed"]
    assert world.app.database.look(lambda tx: tx.one(select(tickets.c.reason)))[0] == "undeliverable"
    assert world.app.database.look(lambda tx: tx.one(select(addresses.c.unreachable_at)))[0] is not None


async def test_ambiguous_send_is_asked_about(world: World, olena: Person, now: MovedClock) -> None:
    """Where the platform can be asked, an ambiguous send is adopted if it arrived: no double."""
    await olena.says("/start")
    world.channel.outcomes = [Unknown("ServerDisconnectedError")]
    await queue(world, "perhaps")
    await deliver.drain(world.app)
    assert states(world)[-1] == "unknown"

    now.move(minutes=3)
    await deliver.drain(world.app)

    assert states(world)[-1] == "sent"
    assert olena.heard.count("perhaps") == 1


async def test_ambiguous_send_is_sent_again_where_nobody_can_be_asked(world: World, olena: Person, now: MovedClock) -> None:
    """On a platform without history an ambiguous reply is sent once more: a double is an annoyance, a miss is harm."""
    world.channel.can_be_asked = False
    await olena.says("/start")
    world.channel.outcomes = [Unknown("ServerDisconnectedError"), Unknown("asked"), Accepted("9")]
    await queue(world, "perhaps")
    await deliver.drain(world.app)
    now.move(minutes=3)
    await deliver.drain(world.app)
    now.move(minutes=3)
    await deliver.drain(world.app)

    assert states(world)[-1] == "sent"


async def test_sends_of_a_dead_process_are_unknown(world: World, olena: Person) -> None:
    """What a killed process had in hand may have been sent: it is settled, not forgotten and not blindly repeated."""
    await olena.says("/start")
    await queue(world, "in hand")
    await world.app.database.write(lambda tx: outbox.claim(tx, "a dead process", ["memory"], 5, world.now()))
    assert states(world)[-1] == "sending"

    assert await deliver.recover(world.app) == 1

    assert states(world)[-1] == "unknown"


async def test_send_that_is_never_settled_is_told_to_a_volunteer(world: World, olena: Person, now: MovedClock) -> None:
    """A platform that cannot say for an hour what became of a message holds up the client's next one no longer."""
    await olena.says("/start")
    await queue(world, "perhaps", "next")
    world.channel.outcomes = [Unknown("ServerDisconnectedError")]
    world.channel.is_forgetful = True
    await deliver.drain(world.app)
    now.move(minutes=30)
    await deliver.drain(world.app)
    assert states(world)[1:] == ["unknown", "queued"]

    now.move(minutes=31)
    await deliver.drain(world.app)

    assert olena.heard[-1] == "next"
    assert world.app.database.look(lambda tx: tx.one(select(tickets.c.reason)))[0] == "undeliverable"


async def test_halted_channel_sends_again_once_the_platform_knows_us(world: World, olena: Person) -> None:
    """The token was put right and we were started again: the clock asks the platform, and the queue leaves."""
    world.channel.outcomes = [Halted("InvalidToken")]
    await olena.says_nothing_back("/start")

    await deliver.resume(world.app)
    await deliver.drain(world.app)

    assert states(world) == ["sent"]
