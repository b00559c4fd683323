"""
Turns: what a client brings is answered, logged and escalated, in one commit.
"""

from datetime import date

import pytest
from sqlalchemy import event, select, text

from bot import reach
from bot.converse import SLOW_DOWN, one_by_one
from bot.exchange import NEVER
from bot.receive import receive
from storage import moments, questions, sessions, tickets
from storage.database import Database, Tx
from storage.tables import addresses, messages
from storage.tables import moments as moments_table
from storage.tables import tickets as tickets_table
from tests.people import MovedClock, Person, World


def rows(database: Database, table: object) -> list:
    return list(database.look(lambda tx: tx.all(select(table))))


async def start_in_dutch(person: Person) -> None:
    await person.says("/start", "Nederlands", "Ja")


async def test_seven_messages_are_one_moment(world: World, olena: Person) -> None:
    """From the first word to the thanks is one moment, with its topics, and each message is answered once."""
    await olena.says("/start", "Nederlands", "Ja", "Wonen", "hoe schrijf ik me in voor een huis?", "vrijwilliger", "dank u")

    assert len(olena.heard) == 7
    [moment] = rows(world.app.database, moments_table)
    assert (moment.topics.split(",")[0], moment.outcome, moment.channel, moment.began_by) == ("housing_search", "escalated", "memory", "client")
    assert (moment.inbound, moment.outbound, moment.languages) == (7, 7, "nl")
    assert (moment.began_on, moment.municipality) == (date(2026, 11, 23), "Leiden")


async def test_a_greeting_in_our_language_is_not_theirs(world: World, amina: Person) -> None:
    """Before they choose, clients are greeted in Dutch; the moment is in the language that they chose, and in none until then."""
    await amina.says("/start")
    assert [moment.languages for moment in rows(world.app.database, moments_table)] == [""]

    await amina.says("العربية", "نعم")
    assert [moment.languages for moment in rows(world.app.database, moments_table)] == ["ar"]


async def test_labels_name_housing_and_the_volunteer(olena: Person) -> None:
    """In Dutch the first menu has Wonen and vrijwilliger in its labels, and at most four choices and more."""
    await start_in_dutch(olena)

    assert any("Wonen" in label for label in olena.labels)
    assert any("vrijwilliger" in label.lower() for label in olena.labels)
    assert len(olena.labels) <= 5


async def test_human_opens_one_ticket(world: World, olena: Person) -> None:
    """Asking for a human twice is one ticket, due within office hours."""
    await start_in_dutch(olena)
    await olena.says("vrijwilliger", "vrijwilliger")

    [ticket] = world.app.database.look(tickets.open_ones)
    assert ticket.state == "open"
    assert ticket.due_at > world.now()


async def test_thanks_after_silence_add_no_moment(world: World, olena: Person, now: MovedClock) -> None:
    """A thank-you the next day joins yesterday's moment; a question begins a new one."""
    await start_in_dutch(olena)
    await olena.says("Wonen")
    now.move(hours=20)
    await olena.says("dank u")
    assert len(rows(world.app.database, moments_table)) == 1

    await olena.says("huurtoeslag")

    assert len(rows(world.app.database, moments_table)) == 2


async def test_four_hours_of_silence_end_a_moment(world: World, olena: Person, now: MovedClock) -> None:
    """What comes within four hours joins, what comes after begins anew."""
    await start_in_dutch(olena)
    await olena.says("Wonen")
    now.move(hours=3, minutes=59)
    await olena.says("huurtoeslag")
    assert len(rows(world.app.database, moments_table)) == 1

    now.move(hours=4, minutes=1)
    await olena.says("Wonen")

    assert len(rows(world.app.database, moments_table)) == 2


async def test_open_ticket_keeps_the_moment_open(world: World, olena: Person, now: MovedClock) -> None:
    """While a ticket is open the exchange stays one moment; once it is closed a new question begins another."""
    await start_in_dutch(olena)
    await olena.says("vrijwilliger")
    now.move(hours=30)
    await olena.says("Wonen")
    assert len(rows(world.app.database, moments_table)) == 1

    [ticket] = world.app.database.look(tickets.open_ones)
    await world.app.database.write(lambda tx: questions.close(tx, ticket.id, "answered", now()))
    now.move(hours=5)
    await olena.says("Wonen")

    assert len(rows(world.app.database, moments_table)) == 2


async def test_answer_reaches_a_moment_we_began(world: World, olena: Person, now: MovedClock) -> None:
    """A reminder nobody answers is not reached; the first answer joins it, however late, and makes it reached."""
    await start_in_dutch(olena)
    now.move(days=2)

    def remind(tx: Tx) -> None:
        [standing] = sessions.lock(tx, [row.id for row in tx.all(select(addresses.c.id))])
        moment = reach.begin(world.app, tx, standing, [], now())
        assert moment is not None
        moments.begin(tx, [moment])
        sessions.keep(tx, [(standing, NEVER)])

    await world.app.database.write(remind)
    assert [moment.is_reached for moment in rows(world.app.database, moments_table)] == [True, False]

    now.move(days=9)
    await olena.says("Wonen")

    assert [moment.is_reached for moment in rows(world.app.database, moments_table)] == [True, True]


async def test_moment_belongs_to_the_day_in_amsterdam(world: World, olena: Person, now: MovedClock) -> None:
    """A moment that begins after midnight in Amsterdam belongs to that day, whatever day it is in Greenwich."""
    now.move_to(date(2026, 11, 24), 0)
    await olena.says("/start")

    [moment] = rows(world.app.database, moments_table)
    assert moment.began_on == date(2026, 11, 24)


async def test_every_message_belongs_to_one_moment(world: World, olena: Person, now: MovedClock) -> None:
    """No message, in or out, is without a moment."""
    await start_in_dutch(olena)
    await olena.says("Wonen", "blablabla", "xyz", "0")

    assert all(message.moment_id for message in rows(world.app.database, messages))


async def test_failing_flow_becomes_a_ticket(world: World, olena: Person, amina: Person) -> None:
    """A session that cannot be read touches its client alone: they get a next step, a volunteer a ticket, others their answer."""
    await start_in_dutch(olena)

    def spoil(tx: Tx) -> None:
        from storage.tables import sessions

        [row] = tx.all(select(sessions))
        tx.run(sessions.update().values(state=tx.keys.seal("sessions.state", row.address_id, '{"data": 5}')))

    await world.app.database.write(spoil)
    await receive(world.app, [world.channel.hear("olena", world.now(), "Wonen"), world.channel.hear("amina", world.now(), "/start")])
    await world.go_on()

    assert amina.heard
    assert len(olena.heard) == 4
    assert [ticket.reason for ticket in rows(world.app.database, tickets_table)] == ["turn_failed"]


async def test_flood_is_slowed_told_once_and_loses_nothing(world: World, olena: Person, amina: Person, now: MovedClock) -> None:
    """A hundred messages at once: all are answered, the sender is told once, and another client need not wait."""
    await start_in_dutch(olena)
    before = len(olena.heard)
    await olena.writes_without_waiting("1" for _ in range(100))
    await amina.says("/start")
    assert len(amina.heard) == 1
    assert len(olena.heard) - before < 80

    for _ in range(60):
        now.move(seconds=1)
        await world.go_on()

    assert len(olena.heard) - before == 101
    assert {message.state for message in rows(world.app.database, messages) if message.direction == "in"} == {"answered"}


@pytest.mark.parametrize(("hint", "languages"), [("", ["nl", "en", "ar", "ti", "fa"]), ("ar-EG", ["ar"]), ("sv", ["nl", "en", "ar", "ti", "fa"])])
async def test_who_chose_no_language_can_read_that_they_are_slowed(world: World, olena: Person, hint: str, languages: list[str]) -> None:
    """Before a language is chosen a flood is told so in the language of the client's app, or else in each that the welcome shows."""
    await receive(world.app, [world.channel.hear("olena", world.now(), "/start", hint=hint) for _ in range(70)])
    await world.go_on()

    assert olena.heard[-1].splitlines() == [world.app.tongues(language).alone(SLOW_DOWN) for language in languages]


async def test_double_press_is_one_answer_and_one_question(world: World, olena: Person, now: MovedClock) -> None:
    """Two presses that come together, or seconds apart, are answered once, and both are in the moment; a minute later it is asked again."""
    await start_in_dutch(olena)
    before = len(olena.heard)
    await receive(world.app, [world.channel.hear("olena", world.now(), choice="menu.main:person") for _ in range(2)])
    await world.go_on()
    assert len(olena.heard) == before + 1
    await receive(world.app, [world.channel.hear("olena", world.now(), choice="menu.main:housing") for _ in range(2)])
    await world.go_on()
    now.move(seconds=9)
    await olena.presses("menu.main:housing")

    assert len(olena.heard) == before + 2
    now.move(seconds=60)
    await olena.presses("menu.main:housing")
    assert len(olena.heard) == before + 3
    [moment] = rows(world.app.database, moments_table)
    assert (moment.inbound, len(rows(world.app.database, tickets_table))) == (9, 1)
    assert {message.state for message in rows(world.app.database, messages) if message.direction == "in"} == {"answered"}


async def test_messages_of_one_client_are_answered_in_order(world: World, olena: Person) -> None:
    """Webhooks that arrive in the wrong order are answered in the order they were written."""
    hello, dutch, yes = (world.channel.hear("olena", world.now(), text) for text in ("/start", "Nederlands", "Ja"))
    await receive(world.app, [yes, hello, dutch])
    await world.go_on()

    assert any("Wonen" in label for label in olena.labels)


async def test_flood_costs_the_others_no_more_as_it_grows(world: World, olena: Person, now: MovedClock) -> None:
    """Each new message of a client who is slowed touches no other message that waits behind."""
    await start_in_dutch(olena)
    await olena.writes_without_waiting("1" for _ in range(200))
    await world.go_on()
    query = select(messages.c.id, messages.c.ready_at).where(messages.c.state == "received")
    before = {row.id: row.ready_at for row in world.app.database.look(lambda tx: tx.all(query))}
    await olena.writes_without_waiting(["1"])
    await world.go_on()
    after = {row.id: row.ready_at for row in world.app.database.look(lambda tx: tx.all(query))}
    assert len(after) == len(before) + 1 > 100
    assert {id: after[id] for id in before} == before

    for _ in range(40):
        now.move(seconds=1)
        await world.go_on()
    assert world.app.database.look(lambda tx: tx.all(query)) == []


async def test_database_that_takes_no_writes_stops_no_turns_for_good(world: World, olena: Person) -> None:
    """A full disk, a database that is away: nothing is raised, nobody is put off, and the turn is taken afterwards."""
    database = world.app.database
    setting = "default_transaction_read_only" if database.is_postgres else "query_only"
    await olena.writes_without_waiting(["/start"])
    await database.write(lambda tx: tx.run(text(f"{'set' if database.is_postgres else 'pragma'} {setting} = on")))

    assert await one_by_one(world.app) == 0

    database.writer.dispose()
    await world.go_on()
    assert olena.heard


async def test_an_ordinary_message_runs_only_prepared_statements(world: World, olena: Person) -> None:
    """Every statement on the way of an ordinary message is compiled once and kept: what it costs stays small."""
    await start_in_dutch(olena)
    compiled: list[str] = []
    event.listen(world.app.database.writer, "before_cursor_execute", lambda connection, cursor, statement, *more: compiled.append(statement))
    await olena.says("Wonen", "ik zoek een huis")

    assert [statement for statement in compiled if "pg_notify" not in statement] == []
