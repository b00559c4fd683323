"""
Several `serve` processes on one PostgreSQL: they share the work, and one of them may die.
"""

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.crash.crowd import Client, answered, count, doubles
from tests.crash.killing import IN_FLIGHT, PATIENCE, Peers, disturb, peers, undisturbed
from tests.crash.serving import Serving
from tests.people import until

CHATS, NUMBERS = 24, 8
HALF = 5                    # messages of each client under load before one dies, and after


async def hold(world: Peers, url: str, servings: Sequence[Serving], trouble: Callable[[], object]) -> int:
    """Let a crowd write to all processes while trouble is made; hold the outcome; return how often Telegram was told something twice."""
    for serving in servings:
        serving.start()
    await asyncio.gather(*(serving.ready() for serving in servings))
    played = await undisturbed(world)
    chats: list[Client] = [world.on_telegram(100 + one) for one in range(CHATS)]
    numbers: list[Client] = [world.on_whatsapp(100 + one) for one in range(NUMBERS)]
    clients = [*chats, *numbers]

    async def half_way() -> None:
        await until(lambda: sum(one.sent for one in clients) >= HALF * len(clients), PATIENCE)
        trouble()
        await until(lambda: sum(one.sent for one in clients) >= 2 * HALF * len(clients), PATIENCE)

    await disturb(world, clients, 0.02, half_way)
    await answered(*clients)
    ends = [await serving.stop() for serving in servings if serving.is_running]
    assert all(code == 0 for code, _ in ends)
    rows = count(url)
    assert rows["heard"] == rows["answered"] == rows["said"] == rows["left"]
    assert rows["moments"] == rows["moments of their own"] == rows["tickets"] == rows["tickets of their own"] == CHATS + NUMBERS + 2
    assert sum(doubles(one, played["whatsapp"]) for one in numbers) == 0
    return sum(doubles(one, played["telegram"]) for one in chats)


@pytest.mark.timeout(600)
async def test_two_processes_share_the_work(tmp_path: Path, postgres_url: Callable[[], str]):
    """Two processes on one PostgreSQL answer every message once and in order, to whichever it comes."""
    url = postgres_url()
    async with peers(delay=0.005) as world:
        servings = [world.serving(tmp_path, url), world.serving(tmp_path, url)]

        assert await hold(world, url, servings, lambda: None) == 0


@pytest.mark.timeout(600)
async def test_one_of_two_may_die(tmp_path: Path, postgres_url: Callable[[], str]):
    """One of two processes is killed half-way: the other answers what it had in hand, and only what was being sent may come twice."""
    url = postgres_url()
    async with peers(delay=0.005) as world:
        servings = [world.serving(tmp_path, url), world.serving(tmp_path, url)]

        assert await hold(world, url, servings, servings[1].kill) <= IN_FLIGHT


@pytest.mark.timeout(600)
async def test_parts_split_over_processes(tmp_path: Path, postgres_url: Callable[[], str]):
    """With the web side in one process and turns, delivery and clock in another, all is answered once and in order."""
    url = postgres_url()
    async with peers(delay=0.005) as world:
        web = world.serving(tmp_path, url, only="web")
        rest = world.serving(tmp_path, url, only="turns,delivery,clock", is_web=False)
        try:
            assert await hold(world, url, [web, rest], lambda: None) == 0
        finally:
            rest.kill()
