"""
Reminders as the clock, the turns and the desk ask for them.
"""

from datetime import date, timedelta

from storage import approaches, clients, deliveries, locations, looks, notes, outbox, reminders, tickets, trajectories, volunteers
from storage.database import Tx
from tests.storage.lives import NOW

LATER = NOW + timedelta(hours=1)
DUE_ON = date(2027, 3, 1)


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What is asked of these nouns."""
    ids = clients.lock(tx, [client_id])
    clients.lock(tx, ids, waits=False)
    clients.locations_of(tx, ids)
    added = [reminders.Reminder(tx.ids.next(), client_id, 1, "permit_renewal", DUE_ON, date(2026, 11, day), "client", NOW.date(), NOW)
             for day in (23, 24)]
    reminders.add(tx, added)
    reminders.drop(tx, [added[1].id])
    reminders.due(tx, LATER, 10)
    reminders.listed_until(tx, LATER)
    approaches.unasked(tx, [address_id], NOW)
    deliveries.told(tx, ids)
    reminders.reach(tx, ids)
    reminders.known(tx, 0, 10)
    reminders.standing(tx, ids, LATER)
    first = reminders.of_clients(tx, ids)[0]
    first.message_id = tx.ids.next()
    reminders.put_off(tx, client_id, NOW, LATER)
    reminders.settle(tx, [first])
    reminders.of_message(tx, first.message_id)
    reminders.fail(tx, first.message_id)
    reminders.answer(tx, [first.id], "done", NOW, DUE_ON)
    for ticket_id in tickets.open_of(tx, ids).values():
        notes.tell(tx, [(ticket_id, client_id, "Bel.")], NOW)
        reminders.handed_over(tx, [first.id], ticket_id)
    reminders.page(tx, 1, NOW.date())
    reminders.page(tx, 1, NOW.date() + timedelta(days=300), (NOW.date(), 1), is_all=True)
    told = tx.ids.next()
    outbox.queue(tx, [outbox.Queued(told, address_id, "whatsapp", None, "dag", NOW, kind="reminder", until=LATER)])
    deliveries.follow(tx, told)
    approaches.open_to(tx, [address_id])
    approaches.ready(tx, [address_id])
    approaches.waiting(tx, [address_id])
    approaches.reword(tx, [(told, "{}")])
    approaches.withdraw(tx, [told])
    approaches.take_back(tx, [told])
    reminders.page(tx, 1, NOW.date(), (NOW.date(), 1), "sent")
    trajectories.of_location(tx, 1)
    trajectories.one(tx, first.id)
    trajectories.did(tx, first.id, 1)
    trajectories.give(tx, client_id, None)
    trajectories.guides(tx, ids)
    volunteers.chats(tx, [1])
    looks.add(tx, client_id, volunteers.add(tx, "Joke", "volunteer", 1, NOW), {"money": ("well", "")}, NOW)
    looks.of_client(tx, client_id)
    locations.silence(tx, 1, ["income_tax"])
