"""
Clients of before names could be searched.
"""

from bot.index import index
from storage import clients, search_keys
from storage.tables import search_keys as keys_table


async def test_who_has_no_search_keys_gets_them(world, now):
    """Also when others have theirs already, as after a start that was killed half-way; and a second time changes nothing."""
    database = world.app.database
    amina, yonas, _ = [database.submit(lambda tx, name=name: clients.add(tx, 1, now(), name)).result()[0] for name in ("Amina", "Yonas", "")]
    database.submit(lambda tx: tx.run(keys_table.delete().where(keys_table.c.client_id == yonas))).result()
    assert database.look(lambda tx: search_keys.find(tx, "yonas", 1)) == []

    for _ in range(2):
        await index(world.app)
        assert database.look(lambda tx: search_keys.find(tx, "yonas", 1)) == [yonas]
        assert database.look(lambda tx: search_keys.find(tx, "amina", 1)) == [amina]
