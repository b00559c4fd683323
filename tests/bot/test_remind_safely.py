"""
When reminders may not go out as they are: two in a week, no messages, no safety, no delivery, no window; and never lost, never twice.
"""

import asyncio
import random
from collections import Counter
from datetime import date, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest

from bot import book, visit, wait
from bot.channels import Refused, Registry
from bot.plan import listing
from bot.remind import LEAST, remind, step
from flows import notices
from flows.approvals import READ
from flows.approvals import REMIND as TEMPLATE
from flows.safe_contact import SafeContact
from storage import clients, invites, locations, moments, notes, questions, reminders, templates
from storage.database import Database, Tx
from storage.tables import messages, sessions
from storage.templates import Template
from tests.bot.reminding import Dying, agreed, clock, learn, planned, rows
from tests.bot.test_window import Windowed
from tests.people import make_world

MAY = "2027-05-31"
DAY = date(2027, 1, 30)


def told(world, who):
    """The notes of the one open question."""
    (question,) = world.tickets(who)
    return question, [note.text for note in world.app.database.look(lambda tx: notes.of_ticket(tx, question.id))]


@pytest.fixture
def marja(world):
    """Marja leads."""
    return world.volunteer("Marja", "coordinator", ())


async def test_one_message_for_what_is_of_one_family(world, olena):
    """A card and a passport on one day are one message, the nearest due first; a letter and money are others; a third one that week waits."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY, travel_document_expires_on="2027-04-30", insurance_duty_on="2027-01-01",
          letters='[{"due_on": "2027-02-06"}]')
    now = len(olena.heard)
    await clock(world, DAY)

    sent = [row for row in rows(world, client_id) if row.send_on == DAY]
    assert {(row.kind, row.state) for row in sent} == {
        ("letter_deadline", "sent"), ("health_insurance", "sent"), ("permit_renewal", "held"), ("travel_document", "held")}
    assert len(olena.heard) == now + 2
    (held_at,) = {row.ready_at for row in sent if row.state == "held"}
    assert held_at == world.now() + timedelta(days=7)
    await clock(world, date(2027, 2, 6))
    assert len(olena.heard) == now + 4                      # the letter once more: it is due today
    first, second = (olena.last.text.index(text) for text in ("30 april 2027", "31 mei 2027"))
    assert first < second


async def test_what_is_held_too_long_is_a_call(world, olena, marja):
    """What would be too late once a week is over is handed to a person at once."""
    client_id = await agreed(olena)
    learn(world, client_id, travel_document_expires_on="2027-04-30", insurance_duty_on="2026-12-31", moved_on="2027-01-28",
          letters='[{"due_on": "2027-02-02"}]')
    await clock(world, date(2027, 1, 29), DAY)

    assert [row.state for row in rows(world, client_id) if row.kind == "travel_document" and row.send_on == DAY] == ["held"]
    assert "reminder" in {question.reason for question in world.tickets(marja)}


async def test_who_wants_no_messages_is_called(world, olena, marja):
    """STOP holds: a person calls instead, once for what is due and not for each reminder."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await olena.says("stop")
    before = len(olena.heard)
    await clock(world, DAY, date(2027, 2, 27))

    assert len(olena.heard) == before
    question, texts = told(world, marja)
    assert (question.reason, len(texts)) == ("reminder", 1)
    assert "wil geen berichten" in texts[0]


@pytest.mark.parametrize("how", ["call", "nothing"])
async def test_unsafe_writing_is_a_call(world, olena, marja, how):
    """Where writing is not safe nothing is written: a person is told to look at the card."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    world.app.database.submit(lambda tx: clients.set_safe_contact(tx, client_id, SafeContact(how).to_json())).result()
    before = len(olena.heard)
    await clock(world, DAY)

    assert len(olena.heard) == before
    assert "niet veilig" in told(world, marja)[1][0]


async def test_only_on_safe_days(world, olena):
    """A Saturday that is not safe waits for the Tuesday that is."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    world.app.database.submit(lambda tx: clients.set_safe_contact(tx, client_id, SafeContact("here", (1,)).to_json())).result()
    before = len(olena.heard)
    await clock(world, DAY, date(2027, 2, 1))
    assert len(olena.heard) == before
    await clock(world, date(2027, 2, 2))
    assert len(olena.heard) == before + 1


async def test_who_has_no_phone_is_called(world, marja):
    """A record that staff made, and no client ever linked, is a call."""
    client_id = world.app.database.submit(lambda tx: clients.add(tx, 1, world.now(), "Amina", "ar")[0]).result()
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY)

    question, texts = told(world, marja)
    assert (question.client_number, question.team) == (1001, "legal")
    assert "geen telefoon" in texts[0]


async def test_what_is_not_delivered_is_a_call(world, olena, marja):
    """Blocked: the question says what is due, and the desk that it did not arrive."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    world.channel.outcomes.append(Refused("403", is_unreachable=True))
    await clock(world, DAY)

    question, texts = told(world, marja)
    assert question.reason == "undeliverable"
    assert "31-05-2027" in texts[0]
    assert [row.state for row in rows(world, client_id) if row.send_on == DAY] == ["failed"]


async def test_outside_the_window_the_template_goes_first(database: Database, tmp_path: Path):
    """After 24 hours of silence the approved text asks to press, and the press brings the reminder, whose answers count."""
    world = make_world(database, tmp_path)
    channel = Windowed(world.now)
    world = type(world)(world.app, channel, world.now, world.people)
    world.app.channels = Registry({"memory": channel})
    olena = world.person("olena")
    client_id = await agreed(olena)
    wording = wait.wordings(world.app, TEMPLATE, "nl")[0]
    kept = Template(wording.name, wording.language, wait.shaped(wording).hash, "HX" + "0" * 32, "approved")
    world.app.database.submit(lambda tx: templates.keep(tx, kept, world.now())).result()
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)

    await clock(world, DAY)
    assert (olena.last.kind, olena.last.text) == ("knock", wording.text)
    await olena.presses(READ)
    assert olena.last.kind == "reminder"
    await olena.says("4")

    assert {row.answer for row in rows(world, client_id)} == {"not_mine"}


async def test_a_fact_that_changes_replaces_the_plan(world, olena):
    """A new date takes back what was not sent; what was sent stays, and is not sent again when the old date returns."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY)
    learn(world, client_id, permit_expires_on="2030-05-31")
    assert planned(world, client_id)[0] == "2030-01-31"
    assert {row.due_on.year for row in rows(world, client_id) if row.state == "planned"} == {2030}

    learn(world, client_id, permit_expires_on=MAY)
    assert await remind(world.app) == 0
    assert planned(world, client_id)[0] == "2027-02-27"


async def test_who_contradicts_us_opens_a_question(world, olena, marja):
    """A client names a new date that is not ours: a person looks at the earlier one until one of us settles it on the card."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY)
    await olena.presses(olena.last.offers[0][0])
    await olena.says("31-05-2030")

    assert {question.reason for question in world.tickets(marja)} == {"differs"}
    assert {(row.due_on.year, row.what, row.kind) for row in rows(world, client_id) if row.ready_at} == {
        (2027, "check", "permit_renewal"), (2027, "certain", "permit_renewal")}
    world.now.move(minutes=1)
    learn(world, client_id, permit_expires_on="2030-05-31")
    assert {row.due_on.year for row in rows(world, client_id) if row.ready_at} == {2030}


async def test_what_is_ours_is_a_question_for_the_team(world, olena, marja):
    """A PIP that is missing is our work: the client hears nothing, the team does."""
    client_id = await agreed(olena)
    learn(world, client_id, inburgering_law="wi2021", duo_letter_on="2026-10-05", municipality_registered_on="2026-10-19")
    before = len(olena.heard)
    await clock(world, date(2026, 11, 30))

    assert len(olena.heard) == before
    question, texts = told(world, marja)
    assert (question.team, "28-12-2026" in texts[0]) == ("social", True)


async def test_a_decision_without_weeks_is_a_call_that_names_no_last_day(world, olena, marja):
    """Nobody knows until when one may object: the note says of which day the decision is, and not that this was the last one."""
    client_id = await agreed(olena)
    learn(world, client_id, decisions='[{"dated_on": "2026-11-20"}]')
    await clock(world, date(2026, 11, 24))

    question, (text,) = told(world, marja)
    assert (question.team, question.urgency) == ("legal", "today")
    assert "van 20-11-2026" in text
    assert not {word for word in ("uiterlijk", "voorbij") if word in text}


@pytest.mark.parametrize("asks", [True, False])
async def test_an_objection_is_for_the_legal_team(world, olena, marja, asks):
    """As soon as we know of it a lawyer looks, and who needs help with it gets one, though a letter is else for the social team."""
    client_id = await agreed(olena)
    learn(world, client_id, decisions='[{"dated_on": "2026-11-20", "weeks": 6}]')
    if asks:
        await clock(world, date(2026, 12, 4))
        for question in world.tickets(marja):
            world.app.database.submit(lambda tx, id=question.id: questions.close(tx, id, "answered", world.now())).result()
        await olena.says("hulp")
    else:
        await clock(world, date(2026, 11, 24))

    assert [one.team for one in world.tickets(marja)] == ["legal"]


async def test_silent_kinds_are_not_sent(world, olena):
    """Some kinds are off at first; a location switches others off and on."""
    client_id = await agreed(olena)
    learn(world, client_id, tax_return_years="[2026]")
    before = len(olena.heard)
    await clock(world, date(2027, 3, 16))
    assert len(olena.heard) == before
    world.app.database.submit(lambda tx: locations.silence(tx, 1, [])).result()
    await clock(world, date(2027, 4, 16))
    assert len(olena.heard) == before + 1


async def test_who_is_writing_is_not_interrupted(world, olena):
    """Who wrote minutes ago gets the reminder half an hour later."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    world.now.move_to(DAY)
    await olena.says("huurtoeslag")
    before = len(olena.heard)
    await remind(world.app)
    await world.go_on()
    assert len(olena.heard) == before
    world.now.move(minutes=31)
    await remind(world.app)
    await world.go_on()
    assert len(olena.heard) == before + 1


async def test_the_list_names_nobody(world, olena):
    """What is due is listed by number and kind, until any moment, and nothing is done."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    until = world.now() + timedelta(days=69)
    zone = world.app.settings.timezone

    assert world.app.database.look(lambda tx: listing(tx, world.now().astimezone(zone))) == "Nothing is due.\n"
    assert world.app.database.look(lambda tx: listing(tx, until.astimezone(zone))) == (
        "2027-01-30 10:00  client 1001  permit_renewal  due 2027-05-31  client\n")
    assert len(planned(world, client_id)) == 8


async def test_killed_at_every_step_nothing_is_lost_or_doubled(world, olena, marja):
    """Killed at any statement, nothing of it is there, and the next run sends once and asks a person once."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY, duo_letter_on="2026-10-05", municipality_registered_on="2026-11-23",
          inburgering_law="wi2021", insurance_duty_on="2026-12-31")
    world.now.move_to(DAY)
    before = len(olena.heard)
    for after in count():
        try:
            world.app.database.submit(lambda tx, after=after: step(world.app, Dying(tx, after))).result()
            break
        except KeyboardInterrupt:
            assert world.tickets(marja) == []
    assert after > 8
    assert await remind(world.app) == 0
    await world.go_on()

    assert Counter(row.state for row in rows(world, client_id) if row.send_on <= DAY)["sent"] == 2
    assert len(olena.heard) == before + 2
    assert len({row.message_id for row in rows(world, client_id) if row.message_id}) == 2


async def test_killed_at_fifty_moments_each_client_has_theirs_once(world):
    """Many clients at once, killed at fifty moments that luck chooses: each has their reminder exactly once."""
    luck, ids = random.Random(5), [await agreed(world.person(f"person{number}")) for number in range(12)]
    for id in ids:
        learn(world, id, permit_kind="asylum", permit_expires_on=MAY)
    world.now.move_to(DAY)
    for killed in range(50):
        if killed % 6 == 5:             # now and then one gets through
            world.app.database.submit(lambda tx: step(world.app, tx, how_many=1)).result()
            await world.go_on()
        with pytest.raises(KeyboardInterrupt):
            world.app.database.submit(lambda tx: step(world.app, Dying(tx, luck.randrange(9)), how_many=2)).result()
    await remind(world.app)
    await world.go_on()

    assert [sum(one.kind == "reminder" for one in world.person(f"person{number}").messages) for number in range(12)] == [1] * 12
    assert len({row.message_id for id in ids for row in rows(world, id) if row.state == "sent"}) == 12


@pytest.mark.parametrize("seed", range(4))
async def test_never_twice_and_never_more_than_two_in_seven_days(sqlite_url, keys, tmp_path: Path, seed: int):
    """Whatever is known, whenever it changes and whatever is answered: no day's reminder twice, no third message within seven days."""
    database, luck = Database(sqlite_url(), keys), random.Random(seed)
    world = make_world(database, tmp_path)
    olena = world.person("olena")
    client_id = await agreed(olena)
    names = ("permit_expires_on", "travel_document_expires_on", "insurance_duty_on", "moved_on", "childcare_started_on", "bsgr_bill_on",
             "asylum_granted_on", "inburgering_ends_on")
    for _ in range(30):
        world.now.move(days=luck.choice((0, 1, 1, 2)), hours=luck.choice((0, 1, 3)))
        if luck.random() < 0.4:
            learn(world, client_id, **{luck.choice(names): (world.now().date() + timedelta(days=luck.randint(-60, 130))).isoformat()})
        await remind(world.app)
        await world.go_on()
        if olena.last.kind == "reminder" and luck.random() < 0.3:
            await olena.presses(luck.choice(olena.last.offers)[0])

    sent = database.look(lambda tx: tx.all(messages.select().where(messages.c.kind == "reminder").order_by(messages.c.at)))
    said = [(row.kind, row.due_on, row.settled_at.date()) for row in rows(world, client_id) if row.message_id]
    assert len(sent) > 2
    assert max(Counter(said).values()) == 1
    assert all(later.at - first.at >= timedelta(days=7) for first, later in zip(sent, sent[2:], strict=False))
    assert all(first.id < later.id for first, later in pairwise(sent))
    database.close()


def test_every_kind_that_is_said_has_its_words():
    """Whatever the plan says to a client has a notice, with a topic and a team."""
    from flows.deadlines import RULES

    said = {kind for rule in RULES.values() if "client" in rule.to for kind in (rule.kind, rule.overdue) if kind}
    assert said == notices.NOTICES.keys()
    assert questions.OUTCOMES


async def test_who_comes_with_a_code_takes_their_reminders_along(world, olena):
    """What was planned for a phone goes to the record it is linked to, once."""
    old = await agreed(olena)
    learn(world, old, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, DAY)
    new = world.app.database.submit(lambda tx: clients.add(tx, 1, world.now(), "Olena", "nl")[0]).result()
    learn(world, new, permit_kind="asylum", permit_expires_on=MAY)
    world.app.database.submit(lambda tx: invites.make(tx, new, "een-code-die-klopt", world.now())).result()

    await olena.says("/start een-code-die-klopt")

    assert rows(world, old) == []
    found = rows(world, new, "client")
    assert len(found) == len({(row.kind, row.send_on) for row in found}) == 8
    before = len(olena.heard)
    await clock(world, DAY, date(2027, 2, 1))
    assert len(olena.heard) == before


async def test_two_who_do_it_at_once_send_once(database_url, keys, tmp_path: Path):
    """The clock of one process and the command of another: each reminder leaves once, each person is asked once."""
    here, there = (Database(database_url, keys) for _ in range(2))
    world = make_world(here, tmp_path)
    app = make_world(there, tmp_path).app
    app.now = world.now
    olena = world.person("olena")
    known = await agreed(olena)
    unlinked = here.submit(lambda tx: clients.add(tx, 5, world.now(), "Amina", "ar")).result()
    for id in (known, *unlinked):
        learn(world, id, permit_kind="asylum", permit_expires_on=MAY, travel_document_expires_on="2027-04-30")
    world.now.move_to(DAY)

    queued = await asyncio.gather(*(remind(one) for one in (world.app, app, world.app, app)))

    assert sum(queued) == 1
    marja = world.volunteer("Marja", "coordinator", ())
    assert [len(here.look(lambda tx, one=one: notes.of_ticket(tx, one.id))) for one in world.tickets(marja)] == [1] * 5
    here.close()
    there.close()


async def test_who_cannot_be_reminded_holds_up_nobody(world, olena):
    """One client whose session cannot be read is tried again an hour later; everybody else is reminded today."""
    amina = world.person("amina")
    ids = [await agreed(olena), await agreed(amina)]
    for client_id in ids:
        learn(world, client_id, permit_kind="asylum", permit_expires_on="2027-05-31")
    address = world.app.database.look(lambda tx: reminders.reach(tx, ids))[ids[0]].address_id
    sealed = world.app.database.keys.seal("sessions.state", address, "no session")
    world.app.database.submit(lambda tx: tx.run(sessions.update().where(sessions.c.address_id == address).values(state=sealed))).result()
    before = len(olena.heard), len(amina.heard)
    await clock(world, date(2027, 1, 30))

    assert (len(olena.heard), len(amina.heard)) == (before[0], before[1] + 1)
    assert "2027-01-30" in planned(world, ids[0])


async def test_who_writes_ends_a_round_early(world, olena):
    """While somebody waits for the writer a commit of reminders takes a few clients; the others are still due, and reminded by the next."""
    app, everybody = world.app, [olena, *(world.person(f"amina{number}") for number in range(LEAST + 1))]
    for one in everybody:
        learn(world, await agreed(one), permit_kind="asylum", permit_expires_on="2027-05-31")
    world.now.move_to(date(2027, 1, 30), 10)

    def while_awaited(tx: Tx, least: int) -> tuple[int, int]:
        app.database.submit(lambda tx: None)
        return step(app, tx, least=least)

    assert app.database.submit(lambda tx: while_awaited(tx, 1)).result() == (1, 1)
    assert app.database.submit(lambda tx: while_awaited(tx, LEAST)).result() == (LEAST, LEAST)
    assert app.database.submit(lambda tx: step(app, tx)).result() == (1, 1)
    assert app.database.submit(lambda tx: step(app, tx)).result() == (0, 0)
    await world.go_on()
    assert [one.last.text.count("31 mei 2027") for one in everybody] == [1] * len(everybody)


async def test_visit_leaves_a_reminder_unanswered(world, olena):
    """What else we send meanwhile does not make a reminder reached: only the client's own word does."""
    client_id = await agreed(olena)
    learn(world, client_id, permit_kind="asylum", permit_expires_on="2027-05-31")
    await clock(world, date(2027, 1, 30))
    client = world.app.database.look(lambda tx: clients.by_ids(tx, [client_id]))[0]
    at = world.app.database.look(lambda tx: visit.free(world.app, tx, 1))[0]
    assert await book.book(world.app, client, at) == "told"
    await world.go_on()

    found = world.app.database.look(lambda tx: moments.of_client(tx, client_id))
    assert [(one.began_by, one.is_reached, one.outcome) for one in found[:2]] == [("us", False, "not_reached")] * 2
    await olena.says("1")
    found = world.app.database.look(lambda tx: moments.of_client(tx, client_id))
    assert sorted(one.is_reached for one in found[:2]) == [False, True]
