"""
Our texts spoken: a recording goes out right after its text, to who asked for voice, once, and never with old words.
"""

import io
import shutil
import zipfile
from pathlib import Path

import pytest

from bot.channels import Accepted, Later, Refused, Unknown
from bot.converse import take_all
from bot.deliver import _outbound, drain, recover, step
from bot.reply import reply, undo
from bot.speak import Voices, export, file_of, listed
from bot.take import take
from flows.catalogue import FLOWS
from flows.emergency import DANGER
from flows.phrasebook import PHRASES, Phrase, say
from flows.stop import STOP
from flows.voice import VOICE
from storage import corrections, outbox, recordings
from storage.corrections import hash_of
from tests.people import Person, World

MENU, AFTER, STOPPED = (FLOWS["menu"].nodes["main"].text, FLOWS["menu"].nodes["after"].text, STOP.nodes["stopped"].text)
MORE = PHRASES["more"]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)      # where the kind of database changes nothing
SOUND = b"OggS" + b"\0" * 24 + b"OpusHead" + b"\1" * 40


def record(world: World, *sources: str, language: str = "nl", sound: bytes = SOUND) -> None:
    """Let Joke record these texts at the desk."""
    joke = world.volunteer(f"Joke {world.now().timestamp()} {sources[0][:5]}")
    for source in sources:
        world.app.database.submit(lambda tx, source=source: recordings.add(tx, hash_of(source), language, sound, 3, joke.id, world.now())).result()
    world.app.database.look(world.app.learn_texts)


def keep_file(folder: Path, source: str, said: str, language: str = "nl", sound: bytes = SOUND) -> None:
    """Put a recording into `locales/`."""
    file = folder / language / "audio" / f"{file_of(source, said)}.ogg"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(sound)


async def welcome(who: Person) -> Person:
    """Let somebody choose Dutch and agree."""
    await who.says("hallo")
    await who.presses("welcome.language:nl")
    await who.presses("welcome.consent:yes")
    return who


def spoken(who: Person) -> list[bytes]:
    """Return the voices that somebody was sent."""
    return [message.voice.content for message in who.messages if message.voice]


async def test_who_asks_for_voice_hears_our_texts(world: World, amina: Person):
    """The text comes first, then its recording, and nothing more for who never asked or asked for text again."""
    record(world, MENU)
    await welcome(amina)
    await amina.says("menu")
    assert spoken(amina) == []
    await amina.says("stuur mij spraak", "menu")
    last, before = amina.messages[-1], amina.messages[-2]

    assert (last.text, last.offers, last.voice and last.voice.content) == ("", (), SOUND)
    assert before.text == world.app.tongues("nl")(MENU)
    assert before.offers
    await amina.says("tekst", "menu")
    assert len(spoken(amina)) == 1


@on_sqlite
async def test_every_part_is_spoken_in_its_order(world: World, amina: Person):
    """A message of two texts is followed by two recordings, and by none where one is missing."""
    await welcome(amina)
    await amina.says("stuur mij spraak")
    record(world, STOPPED, sound=SOUND + b"1")
    await amina.says("stop")
    assert spoken(amina) == []
    record(world, AFTER, sound=SOUND + b"2")
    await amina.says("stop")

    assert spoken(amina) == [SOUND + b"1", SOUND + b"2"]


@on_sqlite
async def test_the_alarm_is_spoken(world: World, amina: Person):
    """The number and its sentence first, and then aloud."""
    record(world, DANGER.text)
    await welcome(amina)
    await amina.says("stuur mij spraak", "112")

    assert amina.messages[-2].text.startswith("112\n")
    assert spoken(amina) == [SOUND]


@on_sqlite
async def test_consent_is_spoken_before_anybody_can_ask(world: World, amina: Person):
    """Who did not answer the question of consent yet hears it where it was recorded; after the answer it is theirs to ask."""
    record(world, FLOWS["welcome"].nodes["consent"].text, MENU)
    await amina.says("hallo")
    await amina.presses("welcome.language:nl")
    assert len(spoken(amina)) == 1
    await amina.presses("welcome.consent:yes")

    assert len(spoken(amina)) == 1


@on_sqlite
async def test_a_correction_silences_the_old_words(world: World, amina: Person):
    """What was recorded before the words changed is not heard; a tick of the same words changes nothing; a new recording is heard."""
    said, joke = world.app.tongues("nl").raw(MENU), world.volunteer("Joke")

    def correct(words: str) -> None:
        world.now.move(minutes=1)
        world.app.database.submit(lambda tx: corrections.add(tx, "nl", MENU, words, "live", True, joke.id, world.now())).result()
        world.app.database.look(world.app.learn_texts)

    record(world, MENU)
    name = world.app.voices.name_of("nl", MENU, world.app.tongues)
    correct(said)
    assert world.app.voices.name_of("nl", MENU, world.app.tongues) == name
    correct("Wat wilt u weten?")
    assert world.app.voices.name_of("nl", MENU, world.app.tongues) == ""
    world.now.move(minutes=1)
    record(world, MENU)
    correct("Wat wilt u weten?")

    assert world.app.voices.name_of("nl", MENU, world.app.tongues) not in ("", name)


@on_sqlite
async def test_a_file_is_heard_until_the_desk_says_it_better(world: World, amina: Person, tmp_path: Path):
    """A recording of `locales/` counts while the words are its own; one of the desk comes before it; what is no voice is left out."""
    said = world.app.tongues("nl").raw(MENU)
    keep_file(tmp_path, MENU, said)
    keep_file(tmp_path, AFTER, "andere woorden")
    keep_file(tmp_path, STOPPED, world.app.tongues("nl").raw(STOPPED), sound=b"no sound")
    world.app.voices = Voices(tmp_path)
    await welcome(amina)
    await amina.says("stuur mij spraak", "menu")
    assert spoken(amina) == [SOUND]
    assert world.app.voices.name_of("nl", AFTER, world.app.tongues) == world.app.voices.name_of("nl", STOPPED, world.app.tongues) == ""
    assert list(world.app.voices.strays(world.app.tongues)) == [f"nl/{file_of(AFTER, 'andere woorden')}"]
    record(world, MENU, sound=SOUND + b"desk")
    await amina.says("menu")

    assert spoken(amina)[-1] == SOUND + b"desk"


async def test_what_was_recorded_at_the_desk_comes_back_to_locales(world: World, tmp_path: Path):
    """The zip holds the newest recording of each text under the name of its file; unpacked, it is heard without the desk."""
    record(world, MENU, sound=SOUND + b"old")
    world.now.move(minutes=1)
    record(world, MENU)
    record(world, DANGER.text, language="ar")
    said = world.app.tongues("nl").raw(MENU)
    keep_file(tmp_path, AFTER, world.app.tongues("nl").raw(AFTER))
    packed = zipfile.ZipFile(io.BytesIO(world.app.database.look(lambda tx: export(tx, world.app.voices, world.app.tongues))))
    assert sorted(packed.namelist()) == [f"ar/audio/{file_of(DANGER.text, world.app.tongues('ar').raw(DANGER.text))}.ogg",
                                         f"nl/audio/{file_of(MENU, said)}.ogg"]
    packed.extractall(tmp_path)
    voices = Voices(tmp_path)
    name = voices.name_of("nl", MENU, world.app.tongues)

    assert await voices.content(world.app.database, name) == ("audio/ogg", SOUND)
    assert [one.recorded for one in listed(voices, world.app.tongues, "nl") if one.recorded] == ["file", "file"]
    assert listed(voices, world.app.tongues, "ar")[1].recorded == "file"


async def test_a_phrase_of_a_volunteer_is_spoken_too(world: World, amina: Person):
    """Who asked for voice hears a phrase after its text; taken back, neither leaves. Others read it, and a filled-in day is only written."""
    joke = world.volunteer("Joke")
    record(world, MORE.text)
    await welcome(amina)
    await amina.says("vrijwilliger")
    (question,) = world.tickets(joke)
    await take(world.app, question.id, joke)

    async def send(phrase: Phrase, **given: str) -> int:
        sent = await reply(world.app, question.id, joke, say(phrase, given, world.app.tongues("nl"), world.app.place(1), world.now().date()))
        return sent.message_id

    async def leave() -> None:
        world.now.move(seconds=10)
        await world.go_on()

    await send(MORE)
    await leave()
    assert (spoken(amina), amina.last.text) == ([], world.app.tongues("nl")(MORE.text))
    await amina.says("stuur mij spraak")
    taken_back = await send(MORE)
    assert await undo(world.app, taken_back, joke) == world.app.tongues("nl")(MORE.text)
    await leave()
    assert spoken(amina) == []
    await send(MORE)
    await leave()
    assert [message.text for message in amina.messages[-2:]] == [world.app.tongues("nl")(MORE.text), ""]
    assert spoken(amina) == [SOUND]
    record(world, PHRASES["closed_on"].text)
    await send(PHRASES["closed_on"], date="2027-03-01")
    await leave()

    assert len(spoken(amina)) == 1


def test_every_phrase_that_is_the_same_for_all_can_be_recorded(world: World):
    """The desk lists the phrases among the texts to record, and none in which a volunteer fills something in."""
    sources = {one.source for one in listed(world.app.voices, world.app.tongues, "ar")}

    assert {phrase.text for phrase in PHRASES.values() if not phrase.slots and "{" not in phrase.text} <= sources
    assert {phrase.text for phrase in PHRASES.values() if phrase.slots or "{phone}" in phrase.text} & sources == set()


@on_sqlite
async def test_a_voice_that_cannot_go_troubles_nobody(world: World, amina: Person):
    """The text has arrived, so a refused recording opens no ticket, and what comes after it goes out."""
    record(world, MENU)
    await welcome(amina)
    await amina.says("stuur mij spraak")
    world.channel.outcomes += [Accepted("taken"), Refused("VOICE_MESSAGES_FORBIDDEN")]
    await amina.says("menu")
    world.channel.outcomes.clear()
    await amina.says("menu")

    assert len(spoken(amina)) == 1
    assert world.tickets(world.volunteer("Bas")) == []


@on_sqlite
async def test_a_recording_that_is_gone_is_not_sent_empty(world: World, amina: Person, tmp_path: Path):
    """A file taken away between the turn and the send leaves the text alone."""
    keep_file(tmp_path, MENU, world.app.tongues("nl").raw(MENU))
    world.app.voices = Voices(tmp_path)
    await welcome(amina)
    await amina.says("stuur mij spraak")
    shutil.rmtree(tmp_path / "nl")
    await amina.says("menu")

    assert amina.last.text == world.app.tongues("nl")(MENU)
    assert world.tickets(world.volunteer("Bas")) == []


@on_sqlite
async def test_a_voice_that_may_have_left_is_not_said_again(world: World, amina: Person):
    """On a platform that cannot be asked a text is sent once more, and a recording of it is not; what is said next goes out."""
    record(world, MENU)
    await welcome(amina)
    await amina.says("stuur mij spraak")
    before = len(amina.messages)
    world.channel.is_forgetful, world.channel.can_be_asked = True, False
    world.channel.outcomes += [Accepted("taken"), Unknown("broken off")]
    await amina.says_nothing_back("menu")
    world.now.move(minutes=5)
    await drain(world.app)
    assert [bool(message.voice) for message in amina.messages[before:]] == [False]
    await amina.says("tekst")

    assert amina.last.text.startswith(world.app.tongues("nl")(VOICE.nodes["off"].text))


@pytest.mark.parametrize("has_left", [False, True])
async def test_a_voice_is_said_once_whoever_dies(world: World, amina: Person, has_left: bool):
    """Text and recording are one commit; a process that dies with either in hand, before it left or after, loses and doubles nothing."""
    record(world, MENU)
    await welcome(amina)
    await amina.says("stuur mij spraak")
    before = len(amina.messages)
    await amina.writes_without_waiting(["menu"])
    await take_all(world.app)
    for _step in range(2):
        (taken,) = world.app.database.submit(lambda tx: outbox.claim(tx, "a process that dies", ["memory"], 1, world.now())).result()
        if has_left:
            await world.channel.send(_outbound(taken, await world.app.voices.content(world.app.database, taken.recording)))
        assert await recover(world.app) == 1
        claimed, unknown = world.app.database.submit(lambda tx: step(world.app, tx, [], 1)).result()
        assert (claimed, [one.id for one in unknown]) == ([], [taken.id])
        outcome = await world.channel.settle(_outbound(unknown[0]))
        left = outcome if isinstance(outcome, Accepted) else await world.channel.send(
            _outbound(taken, await world.app.voices.content(world.app.database, taken.recording)))
        world.app.database.submit(lambda tx, left=left, one=unknown[0]: step(world.app, tx, [(one, left)], 0)).result()
    await drain(world.app)

    assert [message.voice.content if message.voice else message.text for message in amina.messages[before:]] == [
        world.app.tongues("nl")(MENU), SOUND]


@on_sqlite
@pytest.mark.parametrize("outcome", [Later(0.0), Unknown("broken off")])
async def test_a_voice_that_was_put_off_is_said_once(world: World, amina: Person, outcome: Later | Unknown):
    """Refused for now, or broken off on the way: it arrives once, after its text."""
    record(world, MENU)
    await welcome(amina)
    await amina.says("stuur mij spraak")
    before = len(amina.messages)
    world.channel.outcomes += [Accepted("taken"), outcome]
    await amina.says_nothing_back("menu")
    world.now.move(minutes=2)
    await drain(world.app)

    assert [bool(message.voice) for message in amina.messages[before:]] == [False, True]
