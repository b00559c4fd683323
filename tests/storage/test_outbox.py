"""
The outbox: what became of a send is written down by the process that has it in hand, and nothing stays in nobody's hand.
"""

from datetime import timedelta

from sqlalchemy import select

from storage import addresses, outbox
from storage.addresses import Sender
from storage.database import Database, Tx
from storage.tables import messages
from tests.storage.lives import NOW


def queue(tx: Tx) -> int:
    """One message waits."""
    address = addresses.resolve(tx, [Sender("memory", "amina")], NOW)[Sender("memory", "amina")]
    id = tx.ids.next()
    outbox.queue(tx, [outbox.Queued(id, address, "memory", None, "dag", NOW)])
    return id


def take(database: Database, process: str) -> None:
    database.submit(lambda tx: outbox.claim(tx, process, ["memory"], 1, NOW)).result()


def state(database: Database) -> str:
    row = database.look(lambda tx: tx.one(select(messages.c.state)))
    assert row is not None
    return str(row.state)


def test_slow_process_undoes_nothing_of_the_one_that_took_over(database: Database) -> None:
    """A process was taken for dead and another sends its message: what the first says of it afterwards sends nothing twice."""
    id = database.submit(queue).result()
    take(database, "slow")
    database.submit(lambda tx: outbox.abandon(tx, ["slow"], NOW)).result()
    database.submit(lambda tx: outbox.claim_unknown(tx, "other", ["memory"], 1, NOW, NOW)).result()
    database.submit(lambda tx: outbox.back(tx, "other", [(id, "queued", NOW, 1, "")])).result()
    take(database, "other")

    database.submit(lambda tx: outbox.back(tx, "slow", [(id, "queued", NOW, 1, "")])).result()
    assert database.submit(lambda tx: outbox.failed(tx, "slow", [(id, "63016")], NOW)).result() == set()

    assert state(database) == "sending"


def test_what_a_lost_answer_took_is_put_back(database: Database) -> None:
    """A commit was done and its answer lost, so nobody sends what it took: it is queued again, and what is in hand is left alone."""
    id = database.submit(queue).result()
    take(database, "one")

    assert database.submit(lambda tx: outbox.put_back(tx, "other", set())).result() == 0
    assert database.submit(lambda tx: outbox.put_back(tx, "one", {id})).result() == 0
    assert state(database) == "sending"
    assert database.submit(lambda tx: outbox.put_back(tx, "one", set())).result() == 1
    assert state(database) == "queued"


def test_only_what_is_held_for_a_safe_day_lets_another_pass(database: Database) -> None:
    """What is tried again later, or was never tried, keeps its place before what is said after it; what waits for a safe day does not."""
    later = NOW + timedelta(hours=1)
    first = database.submit(queue).result()
    second = database.submit(queue).result()
    for why in (None, "", "429", outbox.HELD):
        database.submit(lambda tx, why=why: tx.run(messages.update().where(messages.c.id == first).values(ready_at=later, error=why))).result()
        passed = database.submit(lambda tx: outbox.claim(tx, "one", ["memory"], 2, NOW)).result()
        assert [one.id for one in passed] == ([second] if why == outbox.HELD else [])

    assert database.submit(lambda tx: outbox.claim(tx, "one", ["memory"], 2, later)).result() == []      # one in flight at a time
    database.submit(lambda tx: outbox.sent(tx, [(second, "1", "sent")], NOW)).result()
    assert [one.id for one in database.submit(lambda tx: outbox.claim(tx, "one", ["memory"], 2, later)).result()] == [first]
