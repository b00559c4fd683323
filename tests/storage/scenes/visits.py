"""
Appointments at the office.
"""

from datetime import timedelta

from storage import appointments, clients, locations
from storage.database import Tx
from tests.storage.lives import NOW

SOON = NOW + timedelta(days=1)


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What a turn, the clock and the desk ask of these nouns."""
    clients.lock(tx, [client_id])
    appointments.make_room(tx, 1, 4)
    appointments.free(tx, 1, [NOW, SOON])
    appointments.book(tx, client_id, 1, SOON, "client", NOW, "ar", NOW)
    appointments.between(tx, 1, NOW, SOON + timedelta(days=1))
    for one in appointments.due(tx, SOON, 10):
        appointments.remind_next(tx, one.id, one.remind_at, SOON)
    appointments.coming(tx, client_id, NOW)
    appointments.cancel(tx, client_id, NOW)
    appointments.last_cancelled(tx, client_id, NOW)
    locations.put_pin(tx, 1, (52.16, 4.497))
    locations.pin(tx, 1)
