"""
WhatsApp's 24 hours: what may not leave waits, a knock asks the client to write, and then it is delivered.
"""

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot import deliver, wait
from bot.channels import Closed, Outbound, Outcome, Registry, content
from bot.channels.memory import Memory
from bot.converse import take_all
from bot.receive import receive
from bot.reply import reply
from bot.take import take
from flows.approvals import APPROVALS, KNOCK, NOTHING, READ
from flows.language import OWN_NAMES, SECOND
from flows.phrasebook import PHRASES, say
from storage import clients, erasures, outbox, sessions, templates, tickets
from storage.database import Database, Tx
from storage.outbox import Queued
from storage.secrets import Keys
from storage.tables import messages
from storage.templates import Template
from tests.bot.test_speak import record
from tests.people import MovedClock, Person, World, make_world

ADDRESS = "amina"
WHY = re.compile(r"\b(ind|coa|duo|uwv|svb|permit|residence|money|debts?|health|doctor|vergunning|verblijf\w*|geld|schulden|dokter|gemeente)\b"
                 r"|إقامة|تصريح|نقود|\b(ال)?مال\b|ديون|صحة|طبيب|بلدية|ፍቓድ|ገንዘብ|ዕዳ|ጥዕና|ሓኪም|ምምሕዳር", re.IGNORECASE)      # what nobody else may read


class Windowed(Memory):
    """
    A platform that takes nothing but knocks later than 24 hours after the client's last word.
    """

    def __init__(self, now: MovedClock) -> None:
        super().__init__()
        self.now = now

    async def send(self, message: Outbound) -> Outcome:
        """
        Refuse what comes too late.
        """
        if message.kind != "knock" and (message.heard_at is None or self.now() - message.heard_at > timedelta(hours=23, minutes=55)):
            return Closed("window")
        return await super().send(message)


@dataclass
class Late:
    """
    A world whose channel has a window, and what a volunteer does in it.
    """

    world: World
    channel: Windowed
    replies: list[str] = field(default_factory=list)

    def approve(self, tongue: str) -> None:
        """
        Let the best template of a tongue be approved.
        """
        app = self.world.app
        wording = wait.wordings(app, KNOCK, tongue)[0]
        kept = Template(wording.name, wording.language, wait.shaped(wording).hash, "HX" + "0" * 32, "approved")
        app.database.submit(lambda tx: templates.keep(tx, kept, app.now())).result()

    def reply(self, text: str) -> None:
        """
        Queue what a volunteer answers.
        """
        app = self.world.app

        def run(tx: Tx) -> None:
            address_id = tx.all(messages.select().where(messages.c.direction == "in"))[0].address_id
            (standing,) = sessions.lock(tx, [address_id], waits=True)
            id = tx.ids.next(after=standing.said_id)
            sessions.said(tx, address_id, id)
            outbox.queue(tx, [Queued(id, address_id, standing.channel, standing.moment_id, text, app.now(), language=standing.language)])

        app.database.submit(run).result()
        self.replies.append(text)

    def states(self) -> dict[str, int]:
        """
        Count the outbound messages that did not arrive, by state.
        """
        query = messages.select().where(messages.c.direction == "out", messages.c.state != "sent")
        found: dict[str, int] = {}
        for row in self.world.app.database.look(lambda tx: tx.all(query)):
            found[row.state] = found.get(row.state, 0) + 1
        return found

    @property
    def knocks(self) -> list[Outbound]:
        """
        The knocks that went out.
        """
        return [message for message in self.channel.sent[ADDRESS] if message.kind == "knock"]

    @property
    def delivered(self) -> list[str]:
        """
        The volunteer's replies as they arrived.
        """
        return [message.text for message in self.channel.sent[ADDRESS] if message.text in self.replies]


def make_late(database: Database, folder: Path) -> Late:
    """
    Return such a world over an open database.
    """
    world = make_world(database, folder)
    channel = Windowed(world.now)
    world.app.channels, world.channel = Registry({"memory": channel}), channel
    return Late(world, channel)


@pytest.fixture
def late(database: Database, tmp_path: Path) -> Late:
    """
    The world with a window, on each kind of database.
    """
    return make_late(database, tmp_path)


@pytest.fixture
def amina(late: Late) -> Person:
    """
    Amina, whom the channel knows.
    """
    return late.world.person(ADDRESS)


async def test_wait_until_the_client_writes(late: Late, amina: Person) -> None:
    """A reply after a day waits, one knock goes out, and the press delivers what waited, in order and with nothing else."""
    await amina.says("hallo", "nederlands")
    late.approve("nl")
    late.world.now.move(hours=25)
    late.reply("Het eerste.")
    late.reply("Het tweede.")
    await late.world.go_on()
    was_held = late.states()
    await amina.presses(READ)

    assert was_held == {"waiting": 2}
    assert [one.offers for one in late.knocks] == [((READ, "Lezen"),)]
    assert amina.heard[-2:] == ["Het eerste.", "Het tweede."]
    assert late.states() == {}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("has_template", [True, False])
async def test_the_recording_of_a_phrase_waits_with_its_text(late: Late, amina: Person, has_template: bool) -> None:
    """Who asked for voice gets a phrase's text and then its recording once they write again; the recording neither knocks nor asks for a person."""
    app, joke = late.world.app, late.world.volunteer("Joke")
    record(late.world, PHRASES["more"].text)
    await amina.says("hallo", "nederlands", "ja", "stuur mij spraak", "vrijwilliger")
    (question,) = late.world.tickets(joke)
    await take(app, question.id, joke)
    if has_template:
        late.approve("nl")
    late.world.now.move(hours=25)
    before = len(amina.messages)
    await reply(app, question.id, joke, say(PHRASES["more"], {}, app.tongues("nl"), app.place(1), late.world.now().date()))
    late.world.now.move(seconds=11)
    await late.world.go_on()
    assert late.states() == {"waiting": 2}
    assert [message.kind for message in amina.messages[before:]] == ["knock"] * has_template
    assert [one.reason for one in late.world.tickets(joke)] == ["asked"] if has_template else ["asked", "undeliverable"]

    await amina.says("ja?")
    answered = amina.messages[before + has_template:][:2]
    assert [(one.text, bool(one.voice)) for one in answered] == [(app.tongues("nl")(PHRASES["more"].text), False), ("", True)]
    assert late.states() == {}


async def test_wait_comes_before_the_bots_answer(late: Late, amina: Person) -> None:
    """A text delivers what waited too, before the bot answers it; the label of the button is a press."""
    await amina.says("hallo", "nederlands")
    late.approve("nl")
    late.world.now.move(hours=25)
    late.reply("Van de vrijwilliger.")
    await late.world.go_on()
    await amina.says("menu")
    answered = amina.heard[-2]
    late.world.now.move(hours=25)
    late.reply("Nog iets.")
    await late.world.go_on()
    await amina.says("Lezen")

    assert answered == "Van de vrijwilliger."
    assert amina.heard[-1] == "Nog iets."


async def test_wait_says_when_nothing_waits(late: Late, amina: Person) -> None:
    """A press on an old button is no question: it is told that nothing is new, and counts as no misunderstanding."""
    await amina.says("hallo", "nederlands")
    answer = await amina.presses(READ)

    assert answer == late.world.app.tongues("nl")(NOTHING)


async def test_knock_at_most_once_a_day(late: Late, amina: Person) -> None:
    """However many replies wait, a client is knocked at once in 24 hours, and after those again for what is new."""
    await amina.says("hallo", "nederlands")
    late.approve("nl")
    late.world.now.move(hours=30)
    for hour in range(3):
        late.reply(f"Bericht {hour}.")
        await late.world.go_on()
        late.world.now.move(hours=5)
    once = len(late.knocks)
    late.world.now.move(hours=20)
    late.reply("Later.")
    await late.world.go_on()

    assert (once, len(late.knocks)) == (1, 2)


async def test_knock_in_a_language_that_whatsapp_has(late: Late, amina: Person) -> None:
    """Tigrinya has no templates: the knock is Arabic, and its button names Tigrinya."""
    await amina.says("hallo", "ትግርኛ")
    late.approve("ti")
    late.world.now.move(hours=25)
    late.reply("ሰላም")
    await late.world.go_on()

    assert [(one.language, one.offers[0][1]) for one in late.knocks] == [("ar", "▶ ትግርኛ")]


async def test_wait_without_a_template_tells_a_person_once(late: Late, amina: Person) -> None:
    """With nothing approved a volunteer is told once to call; the replies still wait, and are delivered if the client writes."""
    await amina.says("hallo", "nederlands")
    late.world.now.move(hours=25)
    late.reply("Een.")
    late.reply("Twee.")
    await late.world.go_on()
    reasons = [ticket.reason for ticket in late.world.app.database.look(tickets.open_ones)]
    await amina.says("menu")

    assert (reasons, late.knocks) == (["undeliverable"], [])
    assert late.delivered == ["Een.", "Twee."]


async def test_wait_knocks_in_the_second_language_of_the_client(late: Late, amina: Person) -> None:
    """Somali has no templates: who said to read Dutch too gets a Dutch knock, though English comes first for others."""
    await amina.says("hallo", "soomaali", "haa", "nederlands")
    late.approve("so")
    late.world.app.database.submit(lambda tx: templates.keep(tx, _approved(late, "nl"), late.world.now())).result()
    late.world.now.move(hours=25)
    late.reply("Jawaab.")
    await late.world.go_on()

    assert [(one.language, one.offers[0][1]) for one in late.knocks] == [("nl", "▶ Soomaali")]


def _approved(late: Late, second: str) -> Template:
    wording = wait.wordings(late.world.app, KNOCK, "so", second)[0]
    return Template(wording.name, wording.language, wait.shaped(wording).hash, "HX" + "1" * 32, "approved")


def test_who_has_no_template_is_asked_for_a_second_language() -> None:
    """Each language of ours that WhatsApp has no texts in names what its readers read besides."""

    assert {*OWN_NAMES} - {*content.LANGUAGES} == {*SECOND} - {"om"}


async def test_wait_sends_again_to_who_wrote_meanwhile(late: Late, amina: Person) -> None:
    """A client who writes while the refusal is on its way back gets the reply: it is not left waiting."""
    await amina.says("hallo", "nederlands")
    late.approve("nl")
    late.world.now.move(hours=25)
    late.reply("Net op tijd.")
    app = late.world.app
    claimed, _ = await app.database.write(lambda tx: deliver.step(app, tx, [], 10))
    outcome = await late.channel.send(deliver._outbound(claimed[0]))
    await receive(app, [late.channel.hear(ADDRESS, late.world.now(), "menu")])
    await take_all(app)
    await app.database.write(lambda tx: deliver.step(app, tx, [(claimed[0], outcome)], 0))
    await late.world.go_on()

    assert outcome == Closed("window")
    assert late.delivered == ["Net op tijd."]
    assert late.states() == {}


async def test_wait_does_not_hold_up_an_erasure(late: Late, amina: Person) -> None:
    """Who asks to be forgotten is, though something waited for them."""
    await amina.says("hallo", "nederlands")
    late.world.now.move(hours=25)
    late.reply("Te laat.")
    await late.world.go_on()
    app = late.world.app
    client_id = app.database.look(lambda tx: tx.all(clients.clients.select()))[0].id
    await app.database.write(lambda tx: erasures.ask(tx, client_id, late.world.now()))
    await late.world.forget()

    assert app.database.look(lambda tx: tx.all(messages.select())) == []


def test_knocks_say_nothing_of_why(late: Late) -> None:
    """Others read along: no text to be approved names a permit, money, health or an authority, and every button fits."""
    app = late.world.app
    told = [one for approval in APPROVALS for tongue in app.tongues.languages for one in wait.wordings(app, approval, tongue)]

    assert all(0 < len(one.button) <= 20 and len(one.text) <= 100 for one in told)
    assert [one.text for one in told if WHY.search(one.text)] == []
    for text in ("From the IND, today", "Uw vergunning.", "بخصوص الإقامة", "من البلدية", "ብዛዕባ ፍቓድ", "ካብ *gemeente*"):
        assert WHY.search(text), text


STEPS = some.lists(some.sampled_from(("writes", "hours", "day", "reply", "send", "die before", "die after", "turn")), max_size=20)


def test_wait_keeps_order_over_any_history(sqlite_url: Callable[[], str], keys: Keys, tmp_path: Path) -> None:
    """Whatever is written, queued and killed between any two steps: every reply arrives once, in order, with one knock a day."""
    async def live(late: Late, steps: list[str]) -> None:
        app, now = late.world.app, late.world.now
        amina = late.world.person(ADDRESS)
        await amina.says("hallo", "nederlands")
        late.approve("nl")
        for number, step in enumerate(steps):
            now.move(minutes=1)
            if step == "writes":
                await receive(app, [late.channel.hear(ADDRESS, now(), "menu")])
            elif step == "turn":
                await take_all(app)
            elif step in ("hours", "day"):
                now.move(hours=5 if step == "hours" else 25)
            elif step == "reply":
                late.reply(f"Antwoord {number}.")
            elif step == "send":
                await deliver.drain(app)
            else:
                claimed, _ = await app.database.write(lambda tx: deliver.step(app, tx, [], 10))
                for one in claimed if step == "die after" else ():
                    await late.channel.send(deliver._outbound(one))
                await app.database.write(lambda tx: outbox.abandon(tx, [app.process], now()))
        await amina.says_nothing_back("menu")
        for _ in range(3):
            now.move(minutes=10)
            await late.world.go_on()
        knocked = [one.attempt_at for one in late.knocks]
        assert late.delivered == late.replies
        assert all(later - earlier > timedelta(hours=20) for earlier, later in pairwise(knocked))

    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(STEPS)
    def over(steps: list[str]) -> None:
        database = Database(sqlite_url(), keys)
        try:
            asyncio.run(live(make_late(database, tmp_path), steps))
        finally:
            database.close()

    over()
