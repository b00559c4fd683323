"""
After an outage: what clients wrote meanwhile is fetched once, and what became of unreported messages is asked.
"""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.app import App
from bot.channels import Registry, Status
from bot.channels.whatsapp import WhatsApp
from bot.converse import take_all
from bot.deliver import drain
from bot.receive import receive
from bot.reconcile import ASKED, poll_statuses, reconcile
from bot.translate import load
from storage import channels, contents, locations, tickets
from storage.database import Database
from storage.secrets import Keys
from storage.tables import deletions, messages
from tests.peers.twilio import ACCOUNT, PUBLIC, TOKEN, US, Twilio
from tests.people import MovedClock, make_world, settings_for
from tests.warm import open_warm


@dataclass
class Office:
    """
    The app with WhatsApp alone, beside its Twilio.
    """

    app: App
    twilio: Twilio
    now: MovedClock

    async def go_on(self) -> None:
        """
        Do all that waits.
        """
        await take_all(self.app)
        await drain(self.app)

    def states(self) -> list[str]:
        """
        Return the states of what was sent, oldest first.
        """
        query = messages.select().where(messages.c.direction == "out").order_by(messages.c.id)
        return [row.state for row in self.app.database.look(lambda tx: tx.all(query))]


@pytest.fixture
async def office(sqlite_url: Callable[[], str], keys: Keys, tmp_path: Path) -> AsyncIterator[Office]:
    """
    An office whose clock starts at the real time.
    """
    now, database = MovedClock(datetime.now(UTC)), open_warm(sqlite_url(), keys)
    async with Twilio() as twilio:
        settings = settings_for(
            tmp_path, database.url.render_as_string(hide_password=False), TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_AUTH_TOKEN=TOKEN,
            TWILIO_WHATSAPP_FROM=US, TWILIO_API_URL=twilio.url, TWILIO_CONTENT_URL=twilio.url, WEGWIJS_PUBLIC_URL=PUBLIC)
        channel = WhatsApp(settings, database, now)
        app = App(settings, database, Registry({"whatsapp": channel}), load(), now)
        await database.write(lambda tx: locations.put(tx, "Leiden", "Leiden", "Voorbeeldstraat 1", "071-000 00 00", "mo-fr 09:00-17:00"))
        database.look(app.learn_places)
        await channel.open()
        yield Office(app, twilio, now)
        await channel.close()
        assert not twilio.outside
    database.close()


async def test_reconcile_answers_what_was_missed(office: Office) -> None:
    """Who wrote while we were down is answered, once, however often we look."""
    office.twilio.write(text="hallo")
    for _ in range(3):
        await reconcile(office.app)
        await office.go_on()

    assert len(office.twilio.sent) == 1
    assert not office.twilio.wrong


async def test_reconcile_repeats_nothing(office: Office) -> None:
    """What a webhook brought is not answered again when the list brings it too."""
    form = office.twilio.write(text="hallo")
    headers, body = office.twilio.hooks.signed("/webhooks/twilio", form)
    await receive(office.app, office.app.channels.on["whatsapp"].read(headers, body, "/webhooks/twilio").items)
    await reconcile(office.app)
    await office.go_on()

    assert len(office.twilio.sent) == 1


async def test_reconcile_looks_back_to_where_it_was(office: Office) -> None:
    """The first look goes back a day, every other a little before the last, also after a long outage."""
    start = office.now()
    office.twilio.write(text="lang geleden", at=start - timedelta(hours=25))
    await reconcile(office.app)
    state = await office.app.database.read(lambda tx: channels.state(tx, "whatsapp"))
    office.twilio.write(text="tijdens de storing", at=start)
    await reconcile(office.app)
    await office.go_on()

    assert state.reconciled_at == start
    assert len(office.twilio.sent) == 1


async def test_reconcile_keeps_the_window(office: Office) -> None:
    """Who wrote almost a day ago gets no free text after their 24 hours: it waits, and without a template a volunteer is told."""
    office.twilio.write(text="hallo", at=office.now() - timedelta(hours=23, minutes=56))
    await reconcile(office.app)
    await office.go_on()

    assert not office.twilio.sent
    assert office.states() == ["waiting"]
    assert [ticket.reason for ticket in office.app.database.look(tickets.open_ones)] == ["undeliverable"]


async def test_reconcile_brings_nobody_back(office: Office) -> None:
    """A message that is still to be deleted at Twilio, because its client was forgotten, is not taken for a new one."""
    form = office.twilio.write(text="vergeet mij")
    await office.app.database.write(lambda tx: tx.run(deletions.insert(), {
        "id": 1, "channel": "whatsapp", "reference": tx.keys.seal("deletions.reference", 1, form["MessageSid"]), "ready_at": office.now()}))
    await reconcile(office.app)
    await office.go_on()

    assert not office.twilio.sent


async def test_reconcile_outlives_media_that_are_gone(office: Office) -> None:
    """One missed picture was deleted at Twilio: its message is answered, and so is everybody else."""
    form = office.twilio.write(media=[office.twilio.store(b"x", "image/png")])
    office.twilio.messages[form["MessageSid"]]["sid"] = "MM" + "0" * 32
    office.twilio.write(text="hallo", sender="whatsapp:+31600000009")
    await reconcile(office.app)
    await office.go_on()

    assert len(office.twilio.sent) == 2


async def test_reconcile_tries_again(office: Office) -> None:
    """While Twilio does not answer, the moment to look back to stays where it was."""
    office.twilio.write(text="hallo")
    port = office.twilio.port
    await office.twilio.__aexit__()
    await reconcile(office.app)
    assert (await office.app.database.read(lambda tx: channels.state(tx, "whatsapp"))).reconciled_at is None

    office.twilio.port = port
    await office.twilio.__aenter__()
    await reconcile(office.app)
    await office.go_on()
    assert len(office.twilio.sent) == 1


async def test_reconcile_works_for_any_channel(database: Database, tmp_path: Path) -> None:
    """Whatever a channel lists is received, on both databases."""
    world = make_world(database, tmp_path)
    world.channel.listed.append(world.channel.hear("Amina", world.now(), "hallo"))
    for _ in range(2):
        await reconcile(world.app)
        await world.go_on()

    assert len(world.person("Amina").heard) == 1
    assert (await database.read(lambda tx: channels.state(tx, "memory"))).reconciled_at == world.now()


async def test_poll_asks_what_became(office: Office) -> None:
    """A message without a report for an hour is asked about, and moves up to what Twilio says; before that nothing is asked."""
    office.twilio.write(text="hallo")
    await reconcile(office.app)
    await office.go_on()
    office.twilio.sent[0]["status"] = "delivered"
    office.twilio.calls.clear()
    await poll_statuses(office.app)
    assert not office.twilio.calls

    office.now.move(minutes=61)
    await poll_statuses(office.app)
    assert office.states() == ["delivered"]


async def test_poll_learns_of_a_failure(office: Office) -> None:
    """A failure whose report was lost is acted on as if it had come."""
    office.twilio.write(text="hallo")
    await reconcile(office.app)
    await office.go_on()
    office.twilio.sent[0] |= {"status": "failed", "error_code": 63024}
    office.now.move(minutes=61)
    await poll_statuses(office.app)

    assert office.states() == ["failed"]


async def test_poll_asks_a_few_at_a_time(office: Office) -> None:
    """However many phones are off, a run asks about a few, and the next run about others."""
    people = [f"whatsapp:+3161234{n:04d}" for n in range(ASKED + 5)]
    for person in people:
        office.twilio.write(text="hallo", sender=person)
    await reconcile(office.app)
    await office.go_on()
    assert len(office.twilio.sent) == len(people)
    office.twilio.calls.clear()
    office.now.move(minutes=61)
    await poll_statuses(office.app)
    first = set(office.twilio.calls)
    assert len(first) == ASKED

    office.twilio.calls.clear()
    await poll_statuses(office.app)
    assert len(office.twilio.calls) == 5
    assert not first & set(office.twilio.calls)


async def test_statuses_in_any_order_change_nothing(office: Office) -> None:
    """Late and repeated reports move a message up and never down."""
    office.twilio.write(text="hallo")
    await reconcile(office.app)
    await office.go_on()
    key = office.twilio.sent[0]["sid"]
    (row,) = office.app.database.look(lambda tx: tx.all(messages.select().where(messages.c.external_id == key)))
    for state in ("read", "sent", "delivered", "read", "failed"):
        await receive(office.app, [Status("whatsapp", row.id, key, state, "30008" if state == "failed" else "")])

    assert office.states() == ["read"]


async def test_channel_rows_say_how_a_channel_stands(database: Database) -> None:
    """Pause, halt and resume are rows that every process sees."""
    at = datetime(2026, 11, 23, 10, tzinfo=UTC)
    await database.write(lambda tx: channels.pause(tx, "whatsapp", at))
    await database.write(lambda tx: channels.halt(tx, "whatsapp", "20003"))
    await database.write(lambda tx: channels.reconciled(tx, "whatsapp", at))
    assert await database.read(lambda tx: channels.state(tx, "whatsapp")) == channels.State(at, "20003", at)

    await database.write(lambda tx: channels.resume(tx, "whatsapp"))
    assert await database.read(lambda tx: channels.state(tx, "whatsapp")) == channels.State(None, "", at)
    assert await database.read(lambda tx: channels.state(tx, "telegram")) == channels.State()


async def test_contents_are_kept_once(database: Database) -> None:
    """If two processes make the same content at the same moment, both use the first one kept."""
    at = datetime(2026, 11, 23, 10, tzinfo=UTC)

    assert await database.write(lambda tx: contents.keep(tx, "hash", "HX1", at)) == "HX1"
    assert await database.write(lambda tx: contents.keep(tx, "hash", "HX2", at)) == "HX1"
    await database.write(lambda tx: contents.drop(tx, "hash"))
    assert await database.read(lambda tx: contents.find(tx, "hash")) == ""


async def test_doomed_and_adopted_know_rows_of_their_channel(database: Database) -> None:
    """Nothing is adopted or doomed in an empty database, on both kinds."""
    assert await database.read(lambda tx: channels.adopted(tx, "whatsapp", ["SM1"])) == set()
    assert await database.read(lambda tx: channels.doomed(tx, "whatsapp")) == set()
    ever = datetime(2026, 1, 1, tzinfo=UTC)
    assert await database.read(lambda tx: channels.unconfirmed(tx, "whatsapp", ever, datetime.now(UTC), 5)) == []
