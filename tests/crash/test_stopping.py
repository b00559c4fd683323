"""
SIGTERM: what is in hand is finished within 10 seconds, and nothing is lost.
"""

import asyncio
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.deliver import GRACE
from tests.crash.crowd import answered, count, doubles
from tests.crash.killing import IN_FLIGHT, disturb, peers, undisturbed

STOPS, SLOW = 3, 0.3        # how often it is told to stop, and the seconds a send takes
AT_ONCE = 3.0       # seconds a process may take that has nothing to finish


@pytest.mark.timeout(600)
async def test_stopping_finishes_what_is_in_hand(tmp_path: Path, sqlite_url: Callable[[], str]):
    """Told to stop under load, it ends by itself within 10 seconds; started again, all is answered once, and nothing came twice."""
    url = sqlite_url()
    async with peers() as world:
        serving = world.serving(tmp_path, url).start()
        started = [await serving.ready()]
        played = await undisturbed(world)
        world.api.delay = world.twilio.delay = SLOW
        chats, numbers = [world.on_telegram(100 + one) for one in range(30)], [world.on_whatsapp(100 + one) for one in range(10)]
        ends: list[tuple[int, float]] = []
        lasted: list[float] = []

        async def stop() -> None:
            ends.append(await serving.stop())
            lasted.append(serving.lasted)

        async def trouble() -> None:
            for _ in range(STOPS):
                await asyncio.sleep(random.uniform(0.3, 1.0))
                await stop()
                serving.start()
                started.append(await serving.ready())

        await disturb(world, [*chats, *numbers], 0.02, trouble)
        await answered(*chats, *numbers)
        await stop()

        assert [code for code, _ in ends] == [0] * (STOPS + 1)
        slow = max(started)                     # a machine that others use takes as long to end a process as to start one
        assert max(seconds for _, seconds in ends) < 10 + slow
        assert ends[-1][1] < AT_ONCE + slow
        cut_off = sum(seconds >= GRACE for seconds in lasted)      # what a crowded machine does not send in that time is sent once more
        assert sum(doubles(one, played["telegram"]) for one in chats) <= IN_FLIGHT * cut_off
        assert sum(doubles(one, played["whatsapp"]) for one in numbers) == 0
        rows = count(url)
        assert rows["heard"] == rows["answered"] == rows["said"] == rows["left"]
        assert rows["moments"] == rows["tickets"] == len(chats) + len(numbers) + 2
