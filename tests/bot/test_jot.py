"""
What is written down about an open question, beside a turn of the same client.
"""

import threading

from bot import jot
from storage import sessions
from storage.database import Database
from storage.tables import moments


async def test_a_contact_waits_for_the_turn_of_its_client(world, olena, joke, keys):
    """A turn writes its moment back as it read it: what a volunteer adds to that moment comes after it, and is not lost."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    (question,) = world.tickets(joke)
    theirs = Database(world.app.settings.database_url, keys)
    is_held, is_free = threading.Event(), threading.Event()

    def turn(tx):
        sessions.lock(tx, [question.address_id])
        is_held.set()
        is_free.wait(60)
        tx.run(moments.update().where(moments.c.id == question.moment_id).values(answered_by="bot"))

    turned = theirs.submit(turn)
    assert is_held.wait(60)
    joined = world.app.database.submit(lambda tx: jot.join(world.app, tx, question.id, joke, "call", "15"))
    threading.Timer(0.2, is_free.set).start()
    joined.result(60)
    turned.result(60)
    theirs.close()

    row = world.app.database.look(lambda tx: tx.one(moments.select().where(moments.c.id == question.moment_id)))
    assert (row.minutes, row.answered_by) == (15, "both")
