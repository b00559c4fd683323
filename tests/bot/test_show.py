"""
A person's own data: everything we hold, and nothing of another.
"""

import pytest

from bot.show import UnknownClient, show
from tests.people import AMSTERDAM, Person, World


async def shown(world: World, client: str) -> str:
    """Return what `wegwijs show` prints."""
    return await world.app.database.read(lambda tx: show(tx, client, AMSTERDAM))


async def test_show_holds_what_a_client_told(world: World, amina: Person, yonas: Person):
    """Amina's own words, our answers and her question are there; what Yonas wrote is not."""
    await amina.says("/start", "Nederlands", "ja", "hoe schrijf ik me in voor een huis?", "vrijwilliger")
    await yonas.says("/start", "English", "my rent is too high")

    text = await shown(world, "memory:amina")
    assert "Client 1001" in text
    assert "language     nl" in text
    assert "consent      yes, 2026-11-23 10:00" in text
    assert "memory  amina" in text
    assert "client  hoe schrijf ik me in voor een huis?" in text
    assert "housing_search" in text
    assert "Questions for a volunteer (1)" in text
    assert "rent is too high" not in text
    assert text == await shown(world, "1001")


@pytest.mark.parametrize("client", ["1", "memory:joke", "amina", "", "٣", "9" * 40, "telegram:"])
async def test_show_refuses_whom_it_does_not_know(world: World, client: str):
    """Whoever is not there is refused in words that show how a client is written, and repeat no address."""

    with pytest.raises(UnknownClient, match="write it as 1001, telegram:5 or whatsapp:"):
        await shown(world, client)


async def test_show_shows_nobody_after_forget_me(world: World, amina: Person):
    """Who was erased is a stranger."""
    await amina.says("/start", "English", "yes", "forget me")
    await amina.says("yes")
    await world.forget()

    with pytest.raises(UnknownClient):
        await shown(world, "memory:amina")
