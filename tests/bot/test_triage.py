"""
Questions on the command line, and beside the simulated phones: whose they are.
"""

from bot.forget import forget_client
from bot.triage import waiting
from bot.web.notes import notes
from storage import records
from storage.tables import tickets
from tests.people import AMSTERDAM


async def test_a_question_is_called_by_its_clients_number(world, amina, olena):
    """The number beside a question is the client's, whatever the question's own is; who was erased has none."""
    await amina.says("/start", "العربية")
    await olena.says("/start", "Nederlands", "ja", "ik heb vandaag dringend hulp nodig", "vrijwilliger")
    olenas = world.app.database.look(lambda tx: records.find(tx, f"memory:{olena.name}"))

    assert "client 1002" in world.app.database.look(lambda tx: waiting(tx, AMSTERDAM))
    assert [note.client for note in (await notes(world.app, "nl")).tickets] == [1002]

    world.app.database.submit(lambda tx: tx.run(tickets.update().values(urgency="today"))).result()
    await forget_client(world.app, olenas)
    assert "a client who was erased" in world.app.database.look(lambda tx: waiting(tx, AMSTERDAM))
    assert [note.client for note in (await notes(world.app, "nl")).tickets] == [0]
