"""
The inbox: what waits together is written together, and told together when it cannot be.
"""

import asyncio

import pytest
from sqlalchemy.exc import OperationalError

from storage.database import Tx
from tests.people import World


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
