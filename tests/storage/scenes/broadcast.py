"""
A message to many, as a coordinator, the clock and the turns ask for it.
"""

from datetime import timedelta

from storage import broadcasts, recipients, reminders, volunteers
from storage.broadcasts import Broadcast
from storage.database import Tx
from tests.storage.lives import NOW

LATER = NOW + timedelta(hours=1)


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What is asked of these nouns."""
    marja = volunteers.add(tx, "Marja", "coordinator", 1, NOW, [])
    volunteers.telegram_of(tx, marja)
    draft = Broadcast(0, 1, "text", "draft", "{}", "{}", NOW.date(), 0, marja, NOW, None, None, None)
    id = broadcasts.begin(tx, "a form", draft)
    broadcasts.write(tx, id, '{"texts": {}}')
    broadcasts.one(tx, id)
    broadcasts.lock(tx, id)
    broadcasts.page(tx, 1)
    broadcasts.page(tx, 1, id)
    broadcasts.confirm(tx, id, marja, NOW)
    broadcasts.running(tx)
    found = [one for one, _language, _location in broadcasts.next_clients(tx, 0, 10)]
    broadcasts.who_had(tx, found, ["info_point"], ["housing_search", "work"])
    recipients.add(tx, id, [client_id], NOW)
    broadcasts.planned(tx, id, None)
    for who in recipients.due(tx, id, LATER, 10):
        recipients.put_off(tx, id, who, LATER)
    reminders.coming(tx, found, LATER)
    for row in recipients.standing(tx, id, found, LATER).values():
        row.state, row.ready_at, row.message_id = "sent", None, tx.ids.next()
        recipients.settle(tx, [row])
        recipients.answer(tx, [(client_id, row.message_id, "bad", NOW)])
        recipients.fail(tx, row.message_id)
    recipients.counts(tx, id)
    recipients.answers(tx, id)
    recipients.missed(tx, id)
    recipients.missed(tx, id, client_id)
    broadcasts.finish(tx, id, NOW)
    broadcasts.turn(tx, id, ["done"], "stopped", NOW)
    recipients.stop(tx, id, NOW)
