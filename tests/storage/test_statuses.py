"""
Statuses: what is told of an earlier attempt changes nothing of the next.
"""

import pytest
from sqlalchemy import select

from storage import addresses, erasures, outbox, statuses
from storage.addresses import Sender
from storage.database import Database, Tx
from storage.statuses import Told
from storage.tables import addresses as address_rows
from storage.tables import deletions, messages
from tests.storage.lives import NOW


def fail_once(tx: Tx) -> int:
    """A message that its platform took and could not deliver waits to be sent again."""
    address = addresses.resolve(tx, [Sender("whatsapp", "amina")], NOW)[Sender("whatsapp", "amina")]
    id = tx.ids.next()
    outbox.queue(tx, [outbox.Queued(id, address, "whatsapp", None, "dag", NOW)])
    outbox.claim(tx, "one", ["whatsapp"], 1, NOW)
    outbox.sent(tx, [(id, "SMfirst", "sent")], NOW)
    assert len(statuses.apply(tx, [Told("whatsapp", id, "SMfirst", "failed", "63012")], NOW)) == 1
    outbox.again(tx, id, NOW)
    return id


def state(tx: Tx) -> tuple[str, str]:
    """How the message stands, and under which id at its platform."""
    row = tx.one(select(messages.c.state, messages.c.external_id))
    assert row is not None
    return row.state, row.external_id


@pytest.mark.parametrize("late", ["sent", "failed"])
def test_late_status_of_a_failed_attempt_changes_nothing(database: Database, late: str) -> None:
    """Reordered or repeated callbacks of the attempt that failed: the message is neither taken for sent nor sent twice."""
    id = database.submit(fail_once).result()

    assert database.submit(lambda tx: statuses.apply(tx, [Told("whatsapp", id, "SMfirst", late, "63012")], NOW)).result() == []
    assert database.look(state) == ("queued", None)

    database.submit(lambda tx: outbox.claim(tx, "one", ["whatsapp"], 1, NOW)).result()
    assert database.submit(lambda tx: statuses.apply(tx, [Told("whatsapp", id, "SMfirst", late, "63012")], NOW)).result() == []
    assert database.look(state) == ("sending", None)


def test_callback_faster_than_our_commit_counts(database: Database) -> None:
    """The second attempt's own callback arrives before we wrote down that it was taken: it is believed."""
    id = database.submit(fail_once).result()
    database.submit(lambda tx: outbox.claim(tx, "one", ["whatsapp"], 1, NOW)).result()
    database.submit(lambda tx: statuses.apply(tx, [Told("whatsapp", id, "SMsecond", "delivered")], NOW)).result()
    database.submit(lambda tx: outbox.sent(tx, [(id, "SMsecond", "sent")], NOW)).result()

    assert database.look(state) == ("delivered", "SMsecond")


def test_every_attempt_is_deleted_at_the_platform(database: Database) -> None:
    """The platform keeps the text of an attempt that failed too: forget me deletes it there."""
    database.submit(fail_once).result()

    def erase(tx: Tx) -> list[str]:
        row = tx.one(select(address_rows.c.client_id))
        assert row is not None
        erasures.erase(tx, row.client_id, NOW)
        return [tx.keys.text("deletions.reference", one.id, one.reference) for one in tx.all(select(deletions))]

    assert database.submit(erase).result() == ["SMfirst"]
