"""
Nobody answers a reminder: the next one is shorter, tries the client's other channel, and near the day a recording goes after it.
"""

from datetime import date, timedelta

import pytest

from bot import wait
from bot.channels import Outcome
from bot.channels.memory import Memory
from bot.deliver import _outbound, drain, write_down
from bot.remind import remind
from flows.approvals import REMIND
from flows.notices import AGAIN, ALOUD, HURRY
from flows.safe_contact import SafeContact
from storage import clients, deliveries, moments, outbox, templates
from storage.outbox import Claimed
from storage.tables import addresses
from storage.templates import Template
from tests.bot.reminding import agreed, client_of, clock, learn
from tests.bot.sharing import WORDS, family
from tests.bot.test_speak import SOUND, record, spoken
from tests.bot.test_window import Windowed
from tests.people import Person, World

MAY = "2027-05-31"
PREPARE, ASK, SIXTY, THIRTY, FOURTEEN, SEVEN, LAST = (
    date(2027, 1, 30), date(2027, 2, 27), date(2027, 4, 1), date(2027, 5, 1), date(2027, 5, 15), date(2027, 5, 24), date(2027, 5, 29))
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)      # where the kind of database changes nothing


async def with_card(world: World, who: Person) -> int:
    """Let somebody agree whose card ends on 31 May 2027."""
    client_id = await agreed(who)
    learn(world, client_id, permit_kind="asylum", permit_expires_on=MAY)
    return client_id


async def left(world: World, who: Person) -> tuple[Claimed, Outcome]:
    """Let the reminder of fourteen days before leave, and return what became of it before that is written down."""
    await with_card(world, who)
    world.now.move_to(FOURTEEN)
    await remind(world.app)
    [claimed] = await world.app.database.write(lambda tx: outbox.claim(tx, world.app.process, ["memory"], 5, world.now()))
    return claimed, await world.channel.send(_outbound(claimed))


@on_sqlite
async def test_the_next_is_shorter(world, olena):
    """What was said whole is said shorter until the day is so near that there is more to say; all name the day, none is a second message."""
    await with_card(world, olena)
    said = olena.world.app.tongues("nl")
    heard = []
    for day in (PREPARE, ASK, SIXTY, THIRTY, FOURTEEN, SEVEN, LAST):
        before = len(olena.heard)
        await clock(world, day)
        assert len(olena.heard) == before + 1
        heard.append(olena.last.text)

    assert [said(AGAIN) in text for text in heard] == [False, False, True, False, True, True, True]
    assert [said(HURRY) in text for text in heard] == [False] * 5 + [True] * 2
    assert all("31 mei 2027" in text for text in heard)
    assert len(olena.last.offers) == 5


async def test_a_recording_follows_near_the_day(world, olena, amina, yonas):
    """From fourteen days before, who never asked hears it too, after the text; who asked hears it from the first, who wants text never."""
    record(world, ALOUD)
    ids = [await with_card(world, who) for who in (olena, amina, yonas)]
    await amina.says("stuur mij spraak")
    await yonas.says("tekst")
    await clock(world, PREPARE, ASK, SIXTY, THIRTY)
    assert [len(spoken(who)) for who in (olena, amina, yonas)] == [0, 4, 0]
    await clock(world, FOURTEEN)
    text, voice = olena.messages[-2:]
    assert (voice.text, voice.offers, voice.voice and voice.voice.content) == ("", (), SOUND)
    assert "31 mei 2027" in text.text

    await clock(world, SEVEN, LAST)
    assert [len(spoken(who)) for who in (olena, amina, yonas)] == [3, 7, 0]
    assert world.app.database.look(lambda tx: moments.of_client(tx, ids[0]))[0].outbound == 2


@on_sqlite
async def test_without_a_recording_nothing_is_said_aloud(world, olena):
    """Nobody recorded the words in this language: the text alone goes."""
    record(world, ALOUD, language="ar")
    await with_card(world, olena)
    await clock(world, FOURTEEN)

    assert "31 mei 2027" in olena.last.text
    assert spoken(olena) == []


@on_sqlite
async def test_stop_silences_the_recording_too(world, olena):
    """The client says STOP between the text and its recording: nothing more goes out."""
    record(world, ALOUD)
    claimed, outcome = await left(world, olena)
    client_id = client_of(olena)
    world.app.database.submit(lambda tx: clients.learn(tx, [{"client_id": client_id, "stopped_at": world.now()}])).result()
    world.app.database.submit(lambda tx: write_down(world.app, tx, [(claimed, outcome)], world.now())).result()
    await drain(world.app)

    assert "31 mei 2027" in olena.last.text
    assert spoken(olena) == []


async def test_a_result_written_twice_speaks_once(world, olena):
    """The commit that took a result was done and we never heard: the same result again queues no second recording."""
    record(world, ALOUD)
    claimed, outcome = await left(world, olena)
    for _ in range(2):
        world.app.database.submit(lambda tx: write_down(world.app, tx, [(claimed, outcome)], world.now())).result()
    await drain(world.app)

    assert len(spoken(olena)) == 1


@on_sqlite
async def test_outside_the_window_no_recording_goes(world, olena):
    """WhatsApp takes no text after 24 hours: the knock goes alone; once the client has written, the text comes and then its recording."""
    record(world, ALOUD)
    world.channel = world.app.channels.on["memory"] = Windowed(world.now)
    await with_card(world, olena)
    wording = wait.wordings(world.app, REMIND, "nl")[0]
    kept = Template(wording.name, wording.language, wait.shaped(wording).hash, "HX" + "0" * 32, "approved")
    world.app.database.submit(lambda tx: templates.keep(tx, kept, world.now())).result()
    await clock(world, FOURTEEN)
    assert olena.last.kind == "knock"
    assert spoken(olena) == []

    await olena.presses(olena.last.offers[0][0])
    kinds = [message.kind for message in olena.messages]
    assert kinds.index("reminder") < kinds.index("voice")
    assert len(spoken(olena)) == 1


@on_sqlite
async def test_on_a_shared_phone_nothing_is_said_aloud(world):
    """Who reads there proves who they are, and then reads: a recording would be heard by all."""
    record(world, ALOUD)
    home = await family(world)
    learn(world, home.amina, permit_kind="asylum", permit_expires_on=MAY)
    await clock(world, FOURTEEN)
    await home.phone.says("1")

    assert "31 mei 2027" in await home.phone.says(WORDS["amina"])
    assert spoken(home.phone) == []


async def other_phone(world: World, who: Person, client_id: int) -> Person:
    """Let a person write on another channel too, which staff linked to the same client."""
    second = world.app.channels.on["second"] = Memory("second")
    second.brings = ()
    phone = Person(World(world.app, second, world.now), who.name)
    await phone.says("/start", "Nederlands", "ja")
    theirs = addresses.c.channel == "second"
    world.app.database.submit(lambda tx: tx.run(addresses.update().where(theirs).values(client_id=client_id))).result()
    return phone


async def test_the_other_channel_is_tried(world, olena):
    """Nobody answers where they wrote last: the next goes to their other channel, whole, and back again; who answers stays where they are."""
    client_id = await with_card(world, olena)
    world.now.move_to(date(2027, 1, 29))
    other = await other_phone(world, olena, client_id)
    await olena.says("menu")
    before = len(olena.heard), len(other.heard)
    await clock(world, PREPARE)
    assert (len(olena.heard), len(other.heard)) == (before[0] + 1, before[1])
    await clock(world, ASK)
    assert (len(olena.heard), len(other.heard)) == (before[0] + 1, before[1] + 1)
    assert world.app.tongues("nl")(AGAIN) not in other.last.text
    await clock(world, SIXTY)
    assert (len(olena.heard), len(other.heard)) == (before[0] + 2, before[1] + 1)

    await olena.presses(olena.last.offers[1][0])
    told = len(other.heard)
    await clock(world, THIRTY)
    assert len(other.heard) == told


@on_sqlite
async def test_what_went_to_both_channels_counts(world, olena):
    """Two messages in seven days, one to each channel: the third waits, though either place alone got one."""
    client_id = await agreed(olena)
    world.now.move_to(date(2027, 5, 20))
    learn(world, client_id, letters='[{"due_on": "2027-06-12"}]')
    other = await other_phone(world, olena, client_id)
    await olena.says("menu")
    await clock(world, date(2027, 5, 29))                 # unanswered here: from now on the two take turns
    before = len(olena.heard), len(other.heard)
    await clock(world, date(2027, 6, 5), date(2027, 6, 9))
    assert (len(olena.heard), len(other.heard)) == (before[0] + 1, before[1] + 1)
    await clock(world, date(2027, 6, 11))
    assert (len(olena.heard), len(other.heard)) == (before[0] + 1, before[1] + 1)
    await clock(world, date(2027, 6, 12))
    assert len(olena.heard) + len(other.heard) == sum(before) + 3


@on_sqlite
async def test_the_other_channel_is_tried_only_where_that_is_safe(world, olena):
    """Who said where it is safe to write is not looked for elsewhere, nor who has long written no more there: it may be somebody else's by now."""
    client_id = await with_card(world, olena)
    world.now.move_to(FOURTEEN - timedelta(days=1))
    other = await other_phone(world, olena, client_id)
    await olena.says("menu")
    await clock(world, FOURTEEN)
    told = world.app.database.look(lambda tx: deliveries.told(tx, [client_id]))[-1]
    assert told.is_silent
    assert told.is_lively("second", told.at - timedelta(days=179))
    assert not told.is_lively("second", told.at - timedelta(days=181))
    safe = SafeContact("here", ()).to_json()
    world.app.database.submit(lambda tx: clients.set_safe_contact(tx, client_id, safe)).result()
    before = len(other.heard)
    await clock(world, SEVEN)
    assert len(other.heard) == before
