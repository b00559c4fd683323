"""
Broadcasts as clients and a coordinator live them: each in their own language, once, at the right hour; and what comes back.
"""

import asyncio
import threading
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from bot import book, broadcast, prepare, visit, wait
from bot.channels import Refused, Registry
from bot.close import close
from bot.prepare import NotPrepared
from bot.remind import remind
from bot.reply import reply
from bot.take import take
from bot.translate import Catalogue, Languages
from flows.approvals import KNOCK, READ
from flows.broadcast import segment
from flows.events import Said
from flows.rights import Volunteer
from flows.safe_contact import SafeContact
from storage import broadcasts, clients, locations, moments, recipients, templates
from storage.database import Database
from storage.tables import messages
from storage.templates import Template
from tests.bot.reminding import agreed, learn, rows
from tests.bot.test_remind_safely import Dying
from tests.bot.test_window import Windowed
from tests.people import AMSTERDAM, World

TUESDAY = date(2026, 11, 24)
TEXTS = {"nl": "Het kantoor is vrijdag dicht.", "ar": "المكتب مغلق يوم الجمعة."}
KEYS = count()


@pytest.fixture
def marja(world: World) -> Volunteer:
    """Marja leads."""
    return world.volunteer("Marja", "coordinator", ())


@pytest.fixture
def windowed(world: World) -> World:
    """A world whose channel takes our own words for 24 hours after a client's."""
    channel = Windowed(world.now)
    world.app.channels = Registry({"memory": channel})
    return World(world.app, channel, world.now, world.people)


async def prepared(world: World, who: Volunteer, kind: str = "text", days: int = 7, **chosen: list[str]) -> int:
    """A draft to everybody of Leiden, or to a part of them."""
    picked = segment(chosen.get("languages", []), [1], chosen.get("programmes", []), chosen.get("topics", []))
    id = await prepare.begin(world.app, who, f"form {next(KEYS)}", kind, picked, world.now().astimezone(AMSTERDAM).date() + timedelta(days=days))
    if kind == "text":
        await prepare.write(world.app, id, who, TEXTS)
    return id


async def sent(world: World, who: Volunteer, kind: str = "text", days: int = 7, **chosen: list[str]) -> int:
    """A broadcast that was looked at and sent off."""
    id = await prepared(world, who, kind, days, **chosen)
    await prepare.send(world.app, id, who, mark(world, id))
    return id


def mark(world: World, id: int) -> str:
    """What the page of a draft carries."""
    one = world.app.database.look(lambda tx: broadcasts.one(tx, id))
    assert one
    return prepare.mark_of(one)


async def clock(world: World, day: date = TUESDAY, hour: int = 10) -> int:
    """Let the clock come to an hour of a day; return how many messages were queued."""
    world.now.move_to(day, hour)
    queued = await broadcast.broadcast(world.app)
    await world.go_on()
    return queued


def counts(world: World, id: int) -> dict[str, int]:
    """What became of a broadcast."""
    return {" ".join(filter(None, (one.state, one.reason))): one.how_many for one in world.app.database.look(lambda tx: recipients.counts(tx, id))}


def state(world: World, id: int) -> str:
    """Where a broadcast is."""
    one = world.app.database.look(lambda tx: broadcasts.one(tx, id))
    return one.state if one else ""


def last_moment(world: World, client_id: int) -> tuple[str, bool, str]:
    """Who began a client's last moment, whether it is reached, and its outcome."""
    one = world.app.database.look(lambda tx: moments.of_client(tx, client_id))[0]
    return one.began_by, one.is_reached, one.outcome


async def test_each_client_hears_it_once_in_their_language(world, olena, amina, yonas, marja):
    """Who has no text in their language is counted and hears nothing; however often the clock looks, nobody hears it twice."""
    ids = [await agreed(olena), await agreed(amina, "العربية"), await agreed(yonas, "ትግርኛ")]
    id = await sent(world, marja)
    before = [len(one.heard) for one in (olena, amina, yonas)]
    assert await clock(world) == 2
    assert await clock(world, hour=11) == 0

    assert [len(one.heard) - had for one, had in zip((olena, amina, yonas), before, strict=True)] == [1, 1, 0]
    assert olena.last.text.endswith(TEXTS["nl"])
    assert amina.last.text.endswith(TEXTS["ar"])
    assert (olena.last.kind, olena.last.language) == ("broadcast", "nl")
    assert counts(world, id) == {"barred no_text": 1, "sent": 2}
    assert state(world, id) == "done"
    assert last_moment(world, ids[0]) == ("us", False, "not_reached")
    assert [one.number for one in world.app.database.look(lambda tx: recipients.missed(tx, id))] == [1003]


async def test_an_answer_days_later_joins_the_moment(world, olena, marja):
    """What a client writes to it days later makes its moment a contact; nothing they were in the middle of is lost."""
    client_id = await agreed(olena)
    await olena.says("brief")
    await sent(world, marja)
    await clock(world)
    world.now.move(days=3)
    await olena.says("dank u")

    assert last_moment(world, client_id) == ("us", True, "")
    assert len(world.app.database.look(lambda tx: moments.of_client(tx, client_id))) == 2


async def test_a_segment_is_by_language_and_topic(world, olena, amina, marja):
    """Only who speaks it and had a contact about it."""
    await agreed(amina, "العربية")
    await agreed(olena)
    await olena.says("huurtoeslag")
    for chosen, hear in (({"languages": ["ar"]}, [amina]), ({"topics": ["benefits_rent"]}, [olena]), ({"topics": ["work"]}, []),
                         ({"languages": ["ar"], "topics": ["benefits_rent"]}, [])):
        one = await prepared(world, marja, **chosen)
        found = world.app.database.look(lambda tx, one=one: prepare.count(tx, prepare.found(tx, one, marja), world.now()))
        assert found.reached == len(hear)
        await prepare.stop(world.app, one, marja)


async def test_hours_sundays_and_safe_contact(world, olena, amina, yonas, marja):
    """Nothing leaves at night or on a Sunday; who is not safe, wants no messages or has not agreed is not written to, and named."""
    await agreed(olena)
    amina_id = await agreed(amina, "العربية")
    world.app.database.submit(lambda tx: clients.set_safe_contact(tx, amina_id, SafeContact("call").to_json())).result()
    await yonas.says("/start", "Nederlands")
    bas = world.person("bas")
    await agreed(bas)
    await bas.says("stop")
    world.now.move_to(date(2026, 11, 28), 20)
    id = await sent(world, marja)
    assert await clock(world, date(2026, 11, 28), 20) == 0
    assert await clock(world, date(2026, 11, 29)) == 0
    assert await clock(world, date(2026, 11, 30), 9) == 0
    assert await clock(world, date(2026, 11, 30), 10) == 1

    assert olena.last.kind == "broadcast"
    assert counts(world, id) == {"barred no_consent": 1, "barred stopped": 1, "barred unsafe": 1, "sent": 1}
    assert world.tickets(marja) == []


async def test_two_in_a_week_and_reminders_first(world, olena, marja):
    """A third message within seven days waits and stands as held back; a reminder that comes soon goes before it."""
    client_id = await agreed(olena)
    for _ in range(2):
        await sent(world, marja)
        await clock(world)
    third = await sent(world, marja, days=20)
    assert await clock(world) == 0
    assert counts(world, third) == {"held": 1}
    assert [one.state for one in world.app.database.look(lambda tx: recipients.missed(tx, third))] == ["held"]
    learn(world, client_id, insurance_duty_on="2026-12-31")          # reminded on 1 December too
    assert await clock(world, date(2026, 12, 1)) in (0, 1)
    await remind(world.app)
    for day in range(2, 14):
        await clock(world, date(2026, 12, day))
        await remind(world.app)

    assert counts(world, third) == {"sent": 1}
    at = world.app.database.look(lambda tx: [row.at for row in tx.all(
        messages.select().where(messages.c.kind.in_(("reminder", "broadcast"))).order_by(messages.c.at))])
    assert all(later - first >= timedelta(days=7) for first, later in zip(at, at[2:], strict=False))


async def test_what_is_held_too_long_is_not_sent(world, olena, marja):
    """After its last day a broadcast goes to nobody: who did not get it is named."""
    await agreed(olena)
    for _ in range(2):
        await sent(world, marja)
        await clock(world)
    short = await sent(world, marja, days=2)
    await clock(world)
    assert counts(world, short) == {"barred held_back": 1}
    late = await sent(world, marja, days=9)
    await prepare.pause(world.app, late, marja)
    world.now.move(days=12)
    await prepare.go_on(world.app, late, marja)
    await clock(world, date(2026, 12, 7))
    assert counts(world, late) == {"barred too_late": 1}
    assert state(world, late) == "done"


async def test_pause_and_stop(world, olena, amina, marja):
    """What is paused sends nothing until it goes on; what is stopped never does, and lets go of what has not left."""
    await agreed(olena)
    await agreed(amina, "العربية")
    id = await sent(world, marja)
    await prepare.pause(world.app, id, marja)
    assert await clock(world) == 0
    await prepare.go_on(world.app, id, marja)
    world.now.move_to(TUESDAY)
    assert await broadcast.broadcast(world.app) == 2
    assert counts(world, id) == {"queued": 2}
    other = await sent(world, marja)
    await broadcast.broadcast(world.app)
    before = len(olena.heard)
    await prepare.stop(world.app, other, marja)
    await world.go_on()

    assert len(olena.heard) == before + 1
    assert counts(world, other) == {"dropped": 2}
    assert await clock(world, hour=11) == 0
    assert (state(world, id), state(world, other)) == ("done", "stopped")


async def test_what_is_not_delivered_asks_nobody(world, olena, marja):
    """Who blocked us is on the list of those not reached; no question opens for each of hundreds."""
    await agreed(olena)
    id = await sent(world, marja)
    world.channel.outcomes.append(Refused("403", is_unreachable=True))
    await clock(world)

    assert counts(world, id) == {"failed": 1}
    assert world.tickets(marja) == []
    assert [one.state for one in world.app.database.look(lambda tx: recipients.missed(tx, id))] == ["failed"]


async def test_outside_the_window_a_template_goes_first(windowed: World):
    """After 24 hours of silence an approved text asks to press, and the press brings the broadcast; until then it waits, and is named so."""
    olena, marja = windowed.person("olena"), windowed.volunteer("Marja", "coordinator", ())
    await agreed(olena)
    wording = wait.wordings(windowed.app, KNOCK, "nl")[0]
    kept = Template(wording.name, wording.language, wait.shaped(wording).hash, "HX" + "0" * 32, "approved")
    windowed.app.database.submit(lambda tx: templates.keep(tx, kept, windowed.now())).result()
    id = await sent(windowed, marja)
    await clock(windowed, date(2026, 11, 26))
    assert (olena.last.kind, olena.last.text) == ("knock", wording.text)
    assert counts(windowed, id) == {"waiting": 1}
    await olena.presses(READ)
    assert olena.last.text.endswith(TEXTS["nl"])
    assert counts(windowed, id) == {"sent": 1}


async def test_a_sad_face_opens_a_question(world, olena, amina, yonas, marja):
    """Faces are counted by broadcast; a sad one is a social question, told by when; an answer days later counts, and joins its moment."""
    ids = [await agreed(olena), await agreed(amina, "العربية"), await agreed(yonas, "ትግርኛ")]
    id = await sent(world, marja, "checkin")
    assert await clock(world) == 3
    assert [label[0] for label in yonas.labels] == ["😀", "😐", "🙁"]
    world.now.move(days=2)
    assert "26 november 2026" not in await olena.presses(olena.last.offers[2][0])
    await amina.says("1")
    await yonas.says("😐")

    assert world.app.database.look(lambda tx: recipients.answers(tx, id)) == {"good": 1, "so_so": 1, "bad": 1}
    (question,) = world.tickets(marja)
    assert (question.team, question.reason, question.client_id) == ("social", "asked", ids[0])
    assert [last_moment(world, one)[:2] for one in ids] == [("us", True)] * 3
    await olena.says("mijn zoon is ziek")
    assert len(world.tickets(marja)) == 1


async def test_an_old_face_counts_for_its_own_check_in(world, olena, marja):
    """The button of the first of two check-ins answers the first; a number answers the last."""
    await agreed(olena)
    first = await sent(world, marja, "checkin")
    await clock(world)
    face = olena.last.offers[0][0]
    second = await sent(world, marja, "checkin", days=20)
    await clock(world, hour=11)
    await olena.presses(face)
    assert world.app.database.look(lambda tx: recipients.answers(tx, second)) == {}
    await olena.presses(olena.messages[-2].offers[1][0])

    assert world.app.database.look(lambda tx: recipients.answers(tx, first)) == {"good": 1}
    assert world.app.database.look(lambda tx: recipients.answers(tx, second)) == {"so_so": 1}


@pytest.mark.parametrize(("what", "word"), [
    ("text", "niet voor mij"), ("text", "1"), ("checkin", "niet voor mij"), ("visit", "niet voor mij"), ("closed", "niet voor mij"),
])
async def test_a_word_below_what_came_later_answers_no_reminder(world, olena, joke, marja, what, word):
    """What a client writes below an announcement, a check-in, a visit or the end of a question is about that; the reminder's buttons still count."""
    client_id = await agreed(olena)
    if what == "closed":
        await olena.says("vrijwilliger")
        (question,) = world.tickets(joke)
        await take(world.app, question.id, joke)
        await reply(world.app, question.id, joke, Said("Kom morgen.", language="nl"))
    learn(world, client_id, permit_kind="asylum", permit_expires_on="2027-05-31")
    world.now.move_to(date(2027, 1, 30))
    await remind(world.app)
    await world.go_on()
    reminder = olena.last
    assert reminder.kind == "reminder"
    if what == "closed":
        await close(world.app, question.id, joke, "answered")
    elif what == "visit":
        (client,) = world.app.database.look(lambda tx: clients.by_ids(tx, [client_id]))
        at = world.app.database.look(lambda tx: visit.free(world.app, tx, 1))[0]
        assert await book.book(world.app, client, at) == "told"
    else:
        await sent(world, marja, what)
        await clock(world, date(2027, 2, 1))
    await world.go_on()
    assert olena.last is not reminder
    await olena.says(word)
    assert {row.answer for row in rows(world, client_id)} == {""}

    await olena.presses(reminder.offers[3][0])
    assert {row.answer for row in rows(world, client_id)} == {"not_mine"}


async def test_killed_at_every_step_each_hears_it_once(world, olena, amina, marja):
    """Killed at any statement of planning or sending, nothing of it is there; afterwards each client has one message."""
    await agreed(olena)
    await agreed(amina, "العربية")
    id = await sent(world, marja)
    world.now.move_to(TUESDAY)
    for run in (lambda tx: broadcast.plan(world.app, tx, id), lambda tx: broadcast.step(world.app, tx, id, 100)):
        for after in count():
            try:
                world.app.database.submit(lambda tx, after=after, run=run: run(Dying(tx, after))).result()
                break
            except KeyboardInterrupt:
                assert not world.app.database.look(lambda tx: tx.all(messages.select().where(messages.c.kind == "broadcast")))
        assert after > 2
    assert await broadcast.broadcast(world.app) == 0
    await world.go_on()

    assert counts(world, id) == {"sent": 2}
    assert [sum(message.kind == "broadcast" for message in one.messages) for one in (olena, amina)] == [1, 1]
    assert state(world, id) == "done"


async def test_two_processes_send_once(world, keys, marja):
    """Two processes whose clocks strike together plan and send each client's message once."""
    people = [world.person(f"olena{number}") for number in range(4)]
    for one in people:
        await agreed(one)
    id = await sent(world, marja)
    world.now.move_to(TUESDAY)
    other = Database(world.app.database.url.render_as_string(hide_password=False), keys)
    theirs = replace(world.app, database=other, process="two")
    other.look(theirs.learn_places)
    await asyncio.gather(*(broadcast.broadcast(app) for app in (world.app, theirs, world.app, theirs)))
    await broadcast.broadcast(world.app)
    await world.go_on()
    other.close()

    assert counts(world, id) == {"sent": 4}
    assert [sum(message.kind == "broadcast" for message in one.messages) for one in people] == [1] * 4


async def test_without_an_approved_template_it_waits_for_their_word(windowed: World):
    """Where no template may go they are named as not reached, and nobody is asked to call; their next word brings it all the same."""
    olena, marja = windowed.person("olena"), windowed.volunteer("Marja", "coordinator", ())
    await agreed(olena)
    id = await sent(windowed, marja)
    await clock(windowed, date(2026, 11, 26))
    assert counts(windowed, id) == {"failed": 1}
    assert windowed.tickets(marja) == []
    assert [one.state for one in windowed.app.database.look(lambda tx: recipients.missed(tx, id))] == ["failed"]
    await olena.says("dag")

    assert counts(windowed, id) == {"sent": 1}
    assert windowed.app.database.look(lambda tx: recipients.missed(tx, id)) == []


async def test_planned_in_sets_and_spread(world, marja):
    """A set after the other is planned, each noted in its commit; a run of the clock queues so many and no more."""
    people = [world.person(f"olena{number}") for number in range(5)]
    for one in people:
        await agreed(one)
    id = await sent(world, marja)
    assert [world.app.database.submit(lambda tx: broadcast.plan(world.app, tx, id, 2)).result() for _ in range(4)] == [True, True, False, False]

    world.now.move_to(TUESDAY)
    assert [await broadcast.broadcast(world.app, 3) for _ in range(3)] == [3, 2, 0]
    await world.go_on()
    assert [one.last.kind for one in people] == ["broadcast"] * 5
    assert state(world, id) == "done"


async def test_a_draft_must_be_whole(world, marja):
    """Dutch is needed; a text has its length, a sentence its day, a broadcast an end; what was changed meanwhile is looked at again."""
    gouda = world.app.database.submit(lambda tx: locations.put(tx, "Gouda")).result()
    world.app.database.look(world.app.learn_places)
    today, chief = world.now().astimezone(AMSTERDAM).date(), world.volunteer("Bas", "administrator", ())

    async def why(doing) -> str:
        with pytest.raises(NotPrepared) as refused:
            await doing
        return refused.value.reason

    begin = prepare.begin
    assert await why(begin(world.app, marja, "k", "text", segment([], [gouda], [], []), today)) == "no_such"
    assert await why(begin(world.app, marja, "k", "text", segment([], [], [], []), today)) == "nobody"
    assert await why(begin(world.app, marja, "k", "text", segment([], [1], [], []), today - timedelta(days=1))) == "until"
    assert await begin(world.app, chief, "k", "text", segment([], [1, gouda], [], []), today)
    id = await begin(world.app, marja, "l", "text", segment([], [1], [], []), today)
    assert await why(prepare.write(world.app, id, marja, {"ar": "x"})) == "nothing_said"
    assert await why(prepare.write(world.app, id, marja, {"nl": "x" * 1001})) == "too_long"
    assert await why(prepare.send(world.app, id, marja, mark(world, id))) == "nothing_said"
    phrase = await begin(world.app, marja, "m", "phrase", segment([], [1], [], []), today + timedelta(days=3))
    for given in ({}, {"date": "2026-11-01"}, {"date": "x"}):
        assert await why(prepare.write(world.app, phrase, marja, {}, "closed_on", given)) == "slot"
    assert await why(prepare.write(world.app, phrase, marja, {}, "closed_on", {"date": today.isoformat()})) == "until"
    assert await why(prepare.write(world.app, phrase, marja, {}, "lawyer")) == "nothing_said"
    await prepare.write(world.app, phrase, marja, {}, "closed_on", {"date": "2026-12-24"})
    seen = mark(world, phrase)
    await prepare.write(world.app, phrase, marja, {}, "closed_on", {"date": "2026-12-25"})
    assert await why(prepare.send(world.app, phrase, marja, seen)) == "changed"
    await prepare.send(world.app, phrase, marja, mark(world, phrase))
    await prepare.send(world.app, phrase, marja, "an old form")
    assert await why(prepare.write(world.app, phrase, marja, {}, "where")) == "not_draft"
    stranger = world.volunteer("Kees", "coordinator", (), gouda)
    assert await why(prepare.stop(world.app, phrase, stranger)) == "no_such"


async def test_who_is_counted_before(world, olena, amina, yonas, marja):
    """Channels, languages and who would not get it are counted beforehand, as sending then finds them."""
    await agreed(olena)
    await agreed(amina, "العربية")
    await agreed(yonas, "ትግርኛ")
    world.app.database.submit(lambda tx: clients.add(tx, 1, world.now(), "Bas", "nl")).result()
    id = await prepared(world, marja)
    found = world.app.database.look(lambda tx: prepare.count(tx, prepare.found(tx, id, marja), world.now()))

    assert (found.reached, dict(found.channels), found.templates) == (2, {"memory": 2}, 0)
    assert dict(found.barred) == {"no_text": 1, "unlinked": 1}
    await prepare.send(world.app, id, marja, mark(world, id))
    await clock(world)
    assert counts(world, id) == {"barred no_text": 1, "barred unlinked": 1, "sent": 2}


class Noted(Languages):
    """Languages that tell which thread read the texts of each."""

    def __init__(self) -> None:
        super().__init__()
        self.read_by: dict[str, str] = {}

    def _open(self, code: str) -> Catalogue:
        self.read_by[code] = threading.current_thread().name
        return super()._open(code)


async def test_no_write_waits_for_the_texts_of_a_language(world: World, marja: Volunteer) -> None:
    """The first message in a language finds its texts read: other clients' turns are not held up by that."""
    await world.person("amina").says("/start", "العربية", "نعم")
    await sent(world, marja)
    world.app.tongues = noted = Noted()

    assert await clock(world) == 1
    assert noted.read_by.keys() >= {"ar"}
    assert "writer" not in noted.read_by.values()
