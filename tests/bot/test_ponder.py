"""
Free text is read before its turn: nobody else waits, nothing is lost when it fails or takes long.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest

from bot.converse import take_turns
from bot.ponder import AT_ONCE, PATIENCE, Ponder
from bot.receive import receive
from bot.recognise import Recogniser, Table
from storage.messages import Waiting
from tests.people import MONDAY, Person, World

UNKNOWN = "vertel eens iets over mijn toestand vandaag"
TABLE = Table.read()


class Slow(Recogniser):
    """A real recogniser by letters that waits until it is let go."""

    def __init__(self) -> None:
        super().__init__(TABLE)
        self.go = Event()

    def guess(self, text, language, parts=()):
        """Wait, then read."""
        self.go.wait(60)
        return super().guess(text, language, parts)


class Broken(Recogniser):
    """A recogniser that cannot read."""

    def guess(self, text, language, parts=()):
        """Raise."""
        raise ValueError(text)


@pytest.fixture
def pondering(world: World) -> Iterator[Callable[[Recogniser], Ponder]]:
    """Return what gives the world a ponder over a recogniser."""
    opened: list[Ponder] = []

    def begin(recogniser: Recogniser) -> Ponder:
        world.app.ponder = Ponder(world.app.tongues.phrases, world.app.stages.wake, lambda: recogniser)
        opened.append(world.app.ponder)
        world.app.ponder.settle()
        return world.app.ponder

    yield begin
    for one in opened:
        one.close()


def waiting(id: int, text: str = UNKNOWN, kind: str = "text", choice: str = "") -> Waiting:
    """Return a message that waits."""
    return Waiting(id, 1, kind, MONDAY, text, choice, "")


async def test_a_text_is_read_before_its_turn(world: World, olena: Person, pondering):
    """A text that our phrases do not know is read, and its turn is taken with what was made of it."""
    ponder = pondering(Recogniser(TABLE))
    await receive(world.app, [world.channel.hear("olena", world.now(), UNKNOWN)])

    assert await world.app.database.write(lambda tx: take_turns(world.app, tx)) == 0
    ponder.settle()
    assert await world.app.database.write(lambda tx: take_turns(world.app, tx)) == 1


async def test_nobody_waits_for_anothers_text(world: World, pondering):
    """While the model reads one client's text, another's turn is taken; and the first one's when it is done."""
    slow = Slow()
    ponder = pondering(slow)
    await receive(world.app, [world.channel.hear("olena", world.now(), UNKNOWN), world.channel.hear("yonas", world.now(), "1")])

    assert await world.app.database.write(lambda tx: take_turns(world.app, tx)) == 1
    slow.go.set()
    ponder.settle()
    assert await world.app.database.write(lambda tx: take_turns(world.app, tx)) == 1


def test_a_turn_waits_no_longer_than_patience(pondering):
    """A turn goes on without the model when it takes too long."""
    slow = Slow()
    ponder = pondering(slow)

    assert ponder.must_wait([waiting(1)], "nl", MONDAY)
    assert ponder.must_wait([waiting(1)], "nl", MONDAY + PATIENCE / 2)
    assert not ponder.must_wait([waiting(1)], "nl", MONDAY + PATIENCE + timedelta(seconds=1))
    slow.go.set()


def test_many_texts_at_once_go_on_without_the_model(pondering):
    """No more texts wait for the model than it can read soon."""
    slow = Slow()
    ponder = pondering(slow)

    waits = [ponder.must_wait([waiting(id)], "nl", MONDAY) for id in range(AT_ONCE + 5)]
    assert waits == [True] * AT_ONCE + [False] * 5
    slow.go.set()


@pytest.mark.parametrize("message", [
    waiting(1, "huurtoeslag"), waiting(1, "mijn man slaat mij"), waiting(1, "1"), waiting(1, "/start"), waiting(1, "", "choice", "menu:x"),
    waiting(1, UNKNOWN, "photo"), waiting(1, "Dank u wel!"), waiting(1, "vrijwilliger"), waiting(1, "Nederlands"),
])
def test_what_we_know_does_not_wait(pondering, message: Waiting):
    """A known phrase or word, a known danger, a number, the name of a language and a button skip the model."""

    assert not pondering(Recogniser(TABLE)).must_wait([message], "nl", MONDAY)


def test_of_danger_that_may_be_far_the_model_is_asked(pondering):
    """Danger on the news waits for the model, but never longer than it may take."""
    ponder = pondering(slow := Slow())
    far = waiting(1, "op het nieuws was een steekpartij, is er les?")

    assert ponder.must_wait([far], "nl", MONDAY)
    assert not ponder.must_wait([far], "nl", MONDAY + PATIENCE)
    slow.go.set()


def test_the_model_is_loaded_at_first_need(world: World):
    """What we know loads nothing; the first free text does, once."""
    loaded: list[Recogniser] = []
    ponder = Ponder(world.app.tongues.phrases, world.app.stages.wake, lambda: loaded.append(Recogniser(TABLE)) or loaded[0])
    ponder.must_wait([waiting(1, "huurtoeslag")], "nl", MONDAY)
    ponder.settle()

    assert loaded == []
    assert ponder.must_wait([waiting(2), waiting(3)], "nl", MONDAY)
    ponder.settle()
    assert (len(loaded), ponder.guess_of(3) is not None) == (1, True)
    ponder.close()


def test_a_model_that_does_not_load_holds_up_nobody(world: World):
    """The first text goes on when loading failed, and no later one waits."""
    ponder = Ponder(world.app.tongues.phrases, world.app.stages.wake, lambda: Recogniser(Table.read(Path("/nowhere"))))
    assert ponder.must_wait([waiting(1)], "nl", MONDAY)
    ponder.settle()

    assert not ponder.must_wait([waiting(1)], "nl", MONDAY)
    assert not ponder.must_wait([waiting(2)], "nl", MONDAY)
    ponder.close()


def test_what_cannot_be_read_goes_on(pondering, caplog: pytest.LogCaptureFixture):
    """An error in the model costs the client nothing, and the log does not say what they wrote."""
    ponder = pondering(Broken(TABLE))
    assert ponder.must_wait([waiting(1)], "nl", MONDAY)
    ponder.settle()

    assert not ponder.must_wait([waiting(1)], "nl", MONDAY)
    assert ponder.guess_of(1) is None
    assert "not_recognised" in caplog.text
    assert "toestand" not in caplog.text


async def test_a_whole_exchange_is_answered(world: World, olena: Person, pondering):
    """With the real table a question in free words is answered after consent, without the model too."""
    pondering(Recogniser(TABLE))
    await olena.says("Nederlands", "ja")
    await olena.says("Hoe kan ik huurtoeslag aanvragen bij de belastingdienst?")

    assert "toeslagen.nl" in olena.heard[-1]
