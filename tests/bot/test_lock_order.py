"""
Two processes on one PostgreSQL want the same clients at the same instant: they lock in one order, and neither has to give way.
"""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.channels import Refused, Registry
from bot.channels.memory import Memory
from bot.converse import take_turns
from bot.import_ import keep_list, read_list
from bot.plan import plan
from bot.receive import receive, undeliverable
from bot.reply import answer, reply, take_back
from bot.take import take
from flows.events import Said
from flows.rights import Volunteer
from flows.safe_contact import SafeContact
from storage import addresses, alerts, channels, clients, outbox, phones, questions, sessions
from storage.addresses import Sender
from storage.database import Database, Tx
from storage.locks import connect
from storage.secrets import Keys
from tests.bot.sharing import answered, family
from tests.bot.test_announce import announced, comes
from tests.people import World, make_world
from tests.warm import close_warm, open_warm

GONE = Refused("gone", is_unreachable=True)
HELD = text("select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")


@pytest.fixture
def world(postgres_url: Callable[[], str], keys: Keys, tmp_path: Path) -> Iterator[World]:
    """The app over PostgreSQL: on SQLite one writer has everything locked."""
    database = open_warm(postgres_url(), keys)
    yield make_world(database, tmp_path)
    close_warm(database)


@pytest.fixture
def theirs(world: World, keys: Keys) -> Iterator[Database]:
    """The same database as another process has it."""
    database = Database(world.app.database.url.render_as_string(hide_password=False), keys)
    yield database
    database.close()


def cross(ours: Database, theirs: Database, held: str, first: Callable[[Tx], object], second: Callable[[Tx], object]) -> list[str]:
    """Let the first come as far as a row that somebody else holds, then the second begin, then both end; return who ran, each time."""
    ran: list[str] = []

    def noted(name: str, run: Callable[[Tx], object]) -> Callable[[Tx], object]:
        return lambda tx: (ran.append(name), run(tx))

    with connect(ours) as other:
        with other.transaction():
            other.execute(held.encode())
            one = ours.submit(noted("first", first))
            stands(ours, 1)
            two = theirs.submit(noted("second", second))
            stands(ours, 2)
        one.result(60)
        two.result(60)
    return ran


def stands(database: Database, how_many: int) -> None:
    """Return once so many wait for a lock."""
    until = time.monotonic() + 60
    while database.look(lambda tx: tx.run(HELD).scalar_one()) < how_many:
        assert time.monotonic() < until, "nobody waits"
        time.sleep(0.01)


async def test_a_reply_and_a_question_of_the_door_that_fails(world: World, theirs: Database, joke: Volunteer):
    """Joke answers Amina on a shared phone while the question who reads cannot be delivered: both happen, one after the other."""
    home = await family(world)
    question = await answered(world, home, joke)
    door, now = home.door, world.now()
    [asked] = world.app.database.look(lambda tx: tx.all(
        text("select id from messages where address_id = :door and state = 'queued'"), {"door": door}))

    ran = cross(world.app.database, theirs, "select 1 from tickets for update",
                lambda tx: answer(world.app, tx, question.id, joke, Said("Belt u ons.", (), "nl")),
                lambda tx: undeliverable(world.app, tx, door, asked.id, GONE, now))

    assert ran == ["first", "second"]
    assert world.app.database.look(lambda tx: phones.withheld(tx, door)) == []


async def test_who_writes_again_just_as_a_message_fails(world: World, theirs: Database, joke: Volunteer):
    """A client whom nothing reached writes while another message of ours fails: the turn is taken, and the failure told after it."""
    amina = world.person("amina")
    await amina.says("/start", "English", "yes", "human")
    [address] = world.app.database.look(lambda tx: [row.id for row in tx.all(text("select id from addresses"))])
    [message] = world.app.database.look(lambda tx: [row.id for row in tx.all(text("select max(id) as id from messages"))])
    await world.app.database.write(lambda tx: addresses.mark(tx, [address], world.now()))
    await receive(world.app, [world.channel.hear("amina", world.now(), "are you there?")])

    ran = cross(world.app.database, theirs, "select 1 from tickets for update",
                lambda tx: take_turns(world.app, tx), lambda tx: undeliverable(world.app, tx, address, message, GONE, world.now()))

    assert ran == ["first", "second"]
    assert world.app.database.look(lambda tx: tx.run(text("select count(*) from messages where state = 'received'")).scalar()) == 0


async def test_a_list_and_a_plan(world: World, theirs: Database):
    """A list binds a phone that wrote to us to a client while both are planned anew: neither waits for what the other has."""
    world.app.channels = Registry({"whatsapp": Memory("whatsapp")})
    database, now = world.app.database, world.now()

    def make(tx: Tx) -> tuple[int, int]:
        phone = addresses.resolve(tx, [Sender("whatsapp", "whatsapp:+31612345678")], now).popitem()[1]
        stranger = addresses.client_of(tx, phone)
        assert stranger
        clients.set_safe_contact(tx, stranger, SafeContact("call").to_json())
        [amina] = clients.add(tx, 1, now, "Amina")
        return stranger, amina

    stranger, amina = database.submit(make).result()
    [number] = [one.number for one in database.look(lambda tx: clients.by_ids(tx, [amina]))]
    read = read_list(world.app, f"cliëntnummer;voornaam;telefoon\n{number};Amina;0612345678\n".encode())
    assert [(one.binds > 0, one.known and one.known.id) for one in read.matches] == [(True, amina)]

    ran = cross(database, theirs, "select 1 from addresses for update",
                lambda tx: keep_list(world.app, tx, read.rows, 0, None), lambda tx: plan(world.app, tx, [stranger, amina], now))

    assert ran == ["first", "second"]
    assert [client.name for client in database.look(lambda tx: clients.by_ids(tx, [amina]))] == ["Amina"]


async def test_an_answer_is_taken_back_as_its_question_is_closed(world: World, theirs: Database, joke: Volunteer):
    """Who closes a question lets its last answer leave at once; who takes the answer back in that instant waits, and is too late or not."""
    await world.person("amina").says("/start", "English", "yes", "human")
    [question] = world.tickets(joke)
    await take(world.app, question.id, joke)
    sent = await reply(world.app, question.id, joke, Said("Good morning.", (), "en"))
    now = world.now()
    await world.app.database.write(lambda tx: alerts.tell(tx, question.id, [joke.id], 1, now))

    def close(tx: Tx) -> None:
        sessions.lock(tx, [question.address_id], waits=True)
        questions.lock(tx, question.id)
        alerts.see(tx, question.id, now)
        outbox.hasten(tx, question.id, now)

    ran = cross(world.app.database, theirs, "select 1 from alerts for update", close, lambda tx: take_back(world.app, tx, sent.message_id, joke))

    assert ran == ["first", "second"]
    assert world.app.database.look(lambda tx: outbox.undoable(tx, question.id, joke.id, now)) is None


async def test_what_is_dropped_does_not_wait_for_a_turn(world: World, theirs: Database):
    """Who said STOP is not reminded of a visit any more; while another process has them in hand, that is looked at again a moment later."""
    amina = await comes(world.person("amina"))
    database, is_held, is_free = world.app.database, threading.Event(), threading.Event()
    [address] = database.look(lambda tx: [row.id for row in tx.all(text("select id from addresses"))])
    world.now.move_to(date(2026, 11, 24), 10)
    database.submit(lambda tx: channels.pause(tx, "memory", world.now() + timedelta(minutes=1))).result()
    await announced(world)
    await amina.says("stop")
    world.now.move(minutes=2)

    held = theirs.submit(lambda tx: (sessions.lock(tx, [address]), is_held.set(), is_free.wait(60)))
    assert is_held.wait(60)
    await world.go_on()
    assert database.look(states) == ["queued"]
    is_free.set()
    held.result()
    world.now.move(seconds=10)
    await world.go_on()
    assert database.look(states) == ["failed"]


def states(tx: Tx) -> list[str]:
    """What became of what was to be said of a visit."""
    return [row.state for row in tx.all(text("select state from messages where kind = 'announcement'"))]
