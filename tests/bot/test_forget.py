"""
Forgetting by the clock: one client who cannot be erased holds up nobody else.
"""

from sqlalchemy import select

from bot.channels import Attachment
from bot.channels.memory import Memory
from bot.forget import forget
from storage import erasures
from storage.tables import clients, deletions, media, messages
from tests.people import MovedClock, Person, World


async def test_who_cannot_be_erased_holds_up_nobody(world: World, amina: Person, olena: Person) -> None:
    """A value of Amina's that no key opens: she stays on the list, and Olena is forgotten."""
    await amina.says("/start")
    await olena.says("/start")
    rows = world.app.database.look(lambda tx: tx.all(select(clients.c.id).order_by(clients.c.id)))
    first = world.app.database.look(lambda tx: tx.all(select(messages.c.id).order_by(messages.c.id)))[0].id
    await world.app.database.write(lambda tx: [
        tx.run(media.insert(), {"id": 1, "message_id": first, "state": "stored", "reference": b"\x01broken", "ready_at": world.now()}),
        *(erasures.ask(tx, row.id, world.now()) for row in rows)])

    await forget(world.app)

    assert world.app.database.look(lambda tx: tx.all(select(clients.c.id))) == [rows[0]]
    assert world.app.database.look(lambda tx: [done for _, done in erasures.all_of(tx).values()]).count(None) == 1


async def test_platform_is_asked_until_it_has_deleted(world: World, now: MovedClock) -> None:
    """However long a platform is away, what it holds of a forgotten client is deleted there in the end."""

    class Away(Memory):
        async def forget(self, reference: str) -> None:
            raise OSError("away")

    memory = world.app.channels.on["memory"]
    world.app.channels.on["memory"] = Away()
    await world.app.database.write(lambda tx: erasures.delete_there(tx, [("memory", "out-1")], now()))
    for _ in range(60):
        await forget(world.app)
        now.move(hours=13)
    world.app.channels.on["memory"] = memory
    now.move(days=1)
    await forget(world.app)

    assert world.channel.forgotten == ["out-1"]
    assert world.app.database.look(lambda tx: tx.all(select(deletions.c.id))) == []


async def test_nothing_of_a_picture_given_up_outlives_its_client(world: World, olena: Person) -> None:
    """Who is forgotten leaves no address of a picture behind, however it fared: each is deleted at the platform at once."""
    await olena.sends("photo", Attachment("nowhere", "image/jpeg"))
    await world.fetch()
    [client] = world.app.database.look(lambda tx: tx.all(select(clients.c.id)))
    await world.app.database.write(lambda tx: erasures.ask(tx, client.id, world.now()))
    await world.forget()

    assert "nowhere" in world.channel.forgotten
    assert world.app.database.look(lambda tx: tx.all(select(deletions.c.id))) == []
