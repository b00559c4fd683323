"""
No query of a noun reads a table that grows from end to end.
"""

import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from types import CodeType

import pytest
from sqlalchemy import text

import storage
from storage import (
    addresses,
    channels,
    clients,
    contents,
    deletions,
    erasures,
    invites,
    locations,
    media,
    messages,
    moments,
    outbox,
    questions,
    rates,
    recordings,
    records,
    retention,
    sessions,
    statuses,
    sweeps,
    tickets,
)
from storage.addresses import Sender
from storage.database import Database, Tx
from tests.conftest import dropped_at_last
from tests.storage.lives import AMINA, NOW, YONAS, address_of, live
from tests.storage.plans import captured, found_by, scans
from tests.storage.scenes import approvals, broadcast, cards, counted, due, group, lists, queue, sharers, texts, visits
from tests.storage.scenes import volunteers as team

LATER = NOW + timedelta(hours=1)
OFFLINE = {"dump", "faults", "seals", "migrations", "extracts"}       # whole tables are their work


@pytest.fixture
def postgres_spares(postgres_server: str) -> Iterator[list[str]]:
    """None to begin with: the planner looks at how many pages a table has, and rows that an earlier test deleted leave theirs."""
    with dropped_at_last(postgres_server) as names:
        yield names


def a_moment(tx: Tx, client_id: int) -> moments.Moment:
    """An exchange of this client."""
    return moments.Moment(tx.ids.next(), client_id, 1, "Leiden", "whatsapp", NOW, date(2026, 11, 23), NOW)


def talk(tx: Tx, address: int, client_id: int) -> None:
    """Messages in and out, and the turns between."""
    heard = [messages.Received(address, "whatsapp", f"SM{number}", "text", number, NOW, "dag") for number in range(3)]
    new = messages.record(tx, heard)
    messages.wording(tx, address, "5")
    messages.waiting_addresses(tx, LATER)
    messages.waiting(tx, [address])
    for first in messages.first_waiting(tx, address, 1):
        messages.call(tx, [(first.id, LATER)])
    messages.defer(tx, [(address, NOW)], LATER)
    standing = sessions.lock(tx, [address])
    sessions.keep(tx, [(one, NOW) for one in standing])
    moment = a_moment(tx, client_id)
    moments.begin(tx, [moment])
    moments.go_on(tx, [moment])
    messages.answered(tx, [(id, moment.id) for id in new.values()])
    said = [tx.ids.next() for _ in range(3)]
    outbox.queue(tx, [outbox.Queued(id, address, "whatsapp", moment.id, "dag", NOW) for id in said])
    sessions.said(tx, address, said[-1])
    send(tx, said)


def send(tx: Tx, said: list[int]) -> None:
    """The ways of messages out."""
    for id in said:
        outbox.claim(tx, "one", ["whatsapp"], 64, LATER)
        outbox.in_hand(tx)
        outbox.back(tx, "one", [(id, "queued", NOW, 0, "later")])
        outbox.claim(tx, "one", ["whatsapp"], 64, LATER)
        outbox.abandon(tx, ["one"], NOW)
        outbox.claim_unknown(tx, "one", ["whatsapp"], 64, LATER, LATER)
        outbox.sent(tx, [(id, f"SMsaid{id}", "sent")], NOW)
    statuses.apply(tx, [statuses.Told("whatsapp", said[0], f"SMsaid{said[0]}", "failed"),
                        statuses.Told("whatsapp", 0, f"SMsaid{said[1]}", "read")], NOW)
    outbox.failed(tx, "one", [(said[2], "63016")], NOW)
    outbox.again(tx, said[2], LATER)
    outbox.put_back(tx, "one", said)
    recordings.recording_of(tx, said[0])


def keep_channels(tx: Tx) -> None:
    """What every process knows of a channel and a platform."""
    channels.pause(tx, "whatsapp", NOW)
    channels.halt(tx, "whatsapp", "20003")
    channels.resume(tx, "whatsapp")
    channels.reconciled(tx, "whatsapp", NOW)
    channels.state(tx, "whatsapp")
    channels.adopted(tx, "whatsapp", ["SM1"])
    channels.asked(tx, [one.id for one in channels.unconfirmed(tx, "whatsapp", NOW - timedelta(days=1), LATER, 50)], NOW)
    channels.doomed(tx, "whatsapp")
    rates.ready(tx, ["whatsapp"], NOW)
    rates.wanted(tx, "whatsapp", 10, 8, NOW)
    rates.draw(tx, "whatsapp", 80, 10, NOW, 2)
    rates.give_back(tx, "whatsapp", 1)
    contents.keep(tx, "hash", "HX1", NOW)
    contents.find(tx, "hash")
    contents.drop(tx, "hash")


def look_around(tx: Tx, address: int, client_id: int) -> None:
    """What commands and pages read."""
    records.find(tx, "1001")
    records.find(tx, f"whatsapp:{AMINA.number}")
    records.probe(tx)
    records.of_client(tx, client_id)
    records.numbers_among(tx, ["1002", "huur"])
    clients.facts_of(tx, client_id)
    clients.tell_safe(tx, [(client_id, "call")])
    clients.name_of(tx, client_id)
    clients.number_of(tx, client_id)
    clients.default_location(tx)
    addresses.client_of(tx, address)
    moments.of_client(tx, client_id)
    moments.latest(tx, 10)
    locations.rename(tx, locations.put(tx, "Gouda"), "Alphen")
    locations.put(tx, "Alphen", phone="0172 000000")
    locations.all_of(tx)
    locations.silent_kinds(tx)
    locations.show_text(tx, 1, True)


def bind(tx: Tx, client_id: int) -> None:
    """Invites and second addresses."""
    second = addresses.resolve(tx, [Sender("telegram", "5")], NOW)[Sender("telegram", "5")]
    addresses.mark(tx, [second], NOW)
    clients.learn(tx, [{"client_id": client_id, "language": "ti"}])
    invites.make(tx, client_id, "a code", NOW)
    invites.language_of(tx, "code")
    invites.look(tx, "a code", second, NOW)
    invites.use(tx, "a code", second, NOW)
    for binding, _ in invites.undecided(tx):
        invites.decide(tx, binding, True, NOW)


def work(tx: Tx) -> None:
    """Tickets and their media."""
    for ticket in tickets.open_ones(tx):
        media.of_ticket(tx, ticket.id)
        questions.close(tx, ticket.id, "answered", NOW, ["work"])
    waiting = media.claim(tx, ["whatsapp", "telegram", "memory"], 10, LATER, LATER)
    for one in waiting:
        media.again(tx, one.id, LATER)
        media.refuse(tx, one.id, "gone")
    media.content(tx, 1)
    media.lent(tx, media.lend(tx.keys, 1, LATER), NOW)


def scenario(tx: Tx) -> None:
    """A life at the office, in which every function of the nouns is used."""
    amina = live(tx, AMINA)
    yonas = live(tx, YONAS)
    address = address_of(tx, amina)
    talk(tx, address, amina)
    message = next(iter(messages.record(tx, [messages.Received(address, "whatsapp", "SMx", "photo", 9, NOW)]).values()))
    media.announce(tx, [(message, "m", "image/jpeg", 9)], NOW)
    keep_channels(tx)
    look_around(tx, address, amina)
    for scene in (team, queue, cards, counted, due, group, texts, approvals, lists, visits, sharers, broadcast):
        scene.play(tx, amina, address)
    work(tx)
    bind(tx, yonas)
    erasures.ask(tx, amina, NOW)
    erasures.due(tx, NOW)
    retention.expire(tx, NOW, 5, LATER)
    retention.delete_pictures(tx, retention.old_pictures(tx, LATER, 5))
    for sweep in sweeps.SWEEPS.values():
        sweep(tx, NOW, 5)
    some = sweeps.some_clients(tx, 0, 5)
    sweeps.strangers(tx, some, NOW)
    sweeps.untie(tx, some, LATER + timedelta(days=9999))
    sweeps.bygone(tx, some, NOW)
    erasures.erase(tx, amina, NOW)
    erasures.replay(tx, erasures.all_of(tx), {}, NOW)
    deletions.is_due(tx, LATER)
    for one in deletions.claim(tx, 10, LATER, LATER):
        deletions.put_off(tx, one.id, LATER)
        deletions.done(tx, one.id)


def nouns() -> dict[CodeType, str]:
    """Every public function of a noun that takes `tx` first."""
    found: dict[CodeType, str] = {}
    for module in pkgutil.iter_modules(storage.__path__):
        if module.name not in OFFLINE:
            for name, function in inspect.getmembers(importlib.import_module(f"storage.{module.name}"), inspect.isfunction):
                parameters = list(inspect.signature(function).parameters)
                if function.__module__ == f"storage.{module.name}" and parameters[:1] == ["tx"] and not name.startswith("_"):
                    found[function.__code__] = f"{module.name}.{name}"
    return found


def seen(run: Callable[[], None]) -> set[CodeType]:
    """Run this and return the code of every function that it called."""
    codes: set[CodeType] = set()
    sys.setprofile(lambda frame, what, argument: codes.add(frame.f_code) if what == "call" else None)
    try:
        run()
    finally:
        sys.setprofile(None)
    return codes


def test_every_query_of_the_nouns_has_its_index(database: Database) -> None:
    """Each statement that any function of a noun runs finds its rows by an index, however many there are."""
    with captured(database) as (tx, statements):
        called = seen(lambda: scenario(tx))

    assert sorted(name for code, name in nouns().items() if code not in called) == []
    assert len(statements) > 60
    assert scans(database, statements) == []


def test_what_leaves_by_one_channel_is_found_past_a_crowd_on_another(database: Database) -> None:
    """A look at a channel finds what is due on it by its name: what is queued for another, however much, is not read."""
    def crowd(tx: Tx) -> None:
        address = address_of(tx, live(tx, AMINA))
        outbox.queue(tx, [outbox.Queued(tx.ids.next(), address, "whatsapp", None, "dag", NOW, kind="reminder") for _ in range(500)])

    database.submit(crowd).result()
    database.submit(lambda tx: tx.run(text("analyze"))).result()
    with captured(database) as (tx, statements):
        assert rates.wanted(tx, "telegram", 64, 8, LATER) == (0, 0)
        assert outbox.claim(tx, "one", ["telegram"], 8, LATER) == []
        outbox.put_back(tx, "one", [])

    found = found_by(database, statements, "ix_messages_due")
    assert len([one for one in found if "channel" in one and "state" in one]) == 2
    assert any("channel" not in one and "state" in one for one in found)


def test_a_scan_is_found(database: Database) -> None:
    """The test above would see a query without an index."""
    with captured(database) as (tx, statements):
        tx.run(text("select id from messages where error = :code"), {"code": "63016"})
        tx.run(text("select id from moments"))
        tx.run(text("select id from messages where direction = 'out' and channel = 'whatsapp'"))
        tx.run(text("select count(*) from messages where state = 'received'"))

    assert len(scans(database, statements)) == 3
