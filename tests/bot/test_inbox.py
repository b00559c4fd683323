"""
The inbox: what waits together is written together, and told together when it cannot be.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.app import Stages
from bot.converse import converse
from bot.deliver import deliver
from bot.ponder import Ponder
from bot.receive import receive
from storage.database import Tx
from storage.messages import Waiting
from storage.tables import messages
from tests.people import World, until


class Broken(Ponder):
    """One that breaks every group of turns."""

    def must_wait(self, messages: Sequence[Waiting], language: str, now: datetime) -> bool:
        """Raise."""
        raise RuntimeError("a bug")


class Patient(Stages):
    """Stages that wait until they are woken, and tell which of them do."""

    def __init__(self) -> None:
        super().__init__()
        self.at_rest: set[str] = set()

    async def woken(self, stage: str, seconds: float) -> bool:
        """Wait, without the net of a second."""
        self.at_rest.add(stage)
        try:
            return await super().woken(stage, 60)
        finally:
            self.at_rest.discard(stage)


class Hurried(Stages):
    """Stages whose net is so fine that they look all the time, though nobody wakes them."""

    async def woken(self, stage: str, seconds: float) -> bool:
        """Wait a hundredth of a second."""
        return await super().woken(stage, 0.01)


@contextlib.asynccontextmanager
async def serving(world: World) -> AsyncIterator[None]:
    """Turns and delivery, waiting to be woken."""
    world.app.stages = patient = Patient()
    stages = [asyncio.ensure_future(stage(world.app)) for stage in (converse, deliver)]
    await until(lambda: patient.at_rest == {"turns", "delivery"})
    yield
    world.app.stopping.set()
    world.app.stages.wake("turns", "delivery")
    await asyncio.gather(*stages)


def states(tx: Tx) -> list[tuple[str, str]]:
    """Every message: its direction, and how far it is."""
    return [(row.direction, row.state) for row in tx.all(select(messages.c.direction, messages.c.state).order_by(messages.c.id))]


async def test_database_that_is_away_is_tried_once_for_all(world: World) -> None:
    """While nothing can be written, whoever waits hears so at once: each one's own try would keep the others waiting."""
    tries = []

    def record(tx: Tx, items: object) -> None:
        tries.append(items)
        raise OperationalError("insert", {}, Exception("away"))

    waiting = [asyncio.ensure_future(world.app.inbox.put([world.channel.hear("amina", world.now())], record)) for _ in range(20)]
    for one in waiting:
        with pytest.raises(OperationalError):
            await one

    assert len(tries) <= 2


async def test_one_bad_item_fails_alone(world: World) -> None:
    """What cannot be written for a reason of its own is told to its own sender; the others are written."""
    written = []

    def record(tx: Tx, items: list[object]) -> None:
        if "bad" in items:
            raise ValueError("bad")
        written.extend(items)

    results = await asyncio.gather(*(world.app.inbox.put([item], record) for item in ("good", "bad", "fine")), return_exceptions=True)

    assert [type(result) for result in results] == [type(None), ValueError, type(None)]
    assert sorted(written) == ["fine", "good"]


async def test_a_turn_is_taken_in_the_commit_of_its_message(world: World) -> None:
    """When a message is written down it is answered already, and its reply may leave: that was one commit."""
    async with serving(world):
        before = world.app.database.commits
        await receive(world.app, [world.channel.hear("amina", world.now(), "/start")])
        commits, found = world.app.database.commits - before, await world.app.database.read(states)

    assert commits <= 2                     # what became of the reply may be written by now
    assert found[0] == ("in", "answered")
    assert found[1][0] == "out"
    assert found[1][1] in ("sending", "sent")


async def test_a_turn_that_fails_takes_no_message_along(world: World) -> None:
    """A message is written down and waits when the turns of its commit cannot be kept."""
    world.app.ponder = Broken(world.app.tongues.phrases, world.app.stages.wake)
    async with serving(world):
        await receive(world.app, [world.channel.hear("amina", world.now(), "/start")])
        found = await world.app.database.read(states)
    world.app.ponder.close()

    assert found == [("in", "received")]


async def test_looking_without_being_woken_is_no_writing(world: World) -> None:
    """Turns and delivery look every second whether something waits; work for many would go gently for ever if that counted as somebody who writes."""
    world.app.stages = Hurried()
    stages = [asyncio.ensure_future(stage(world.app)) for stage in (converse, deliver)]
    await until(lambda: world.app.database.commits >= 4)
    began, commits = time.monotonic(), world.app.database.commits
    await until(lambda: world.app.database.commits >= commits + 6)

    lasted = time.monotonic() - began
    assert world.app.database.quiet_for >= lasted

    world.app.stopping.set()
    await asyncio.gather(*stages)
