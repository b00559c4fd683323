"""
Lists of clients, and the invitations of the numbers in them.
"""

from storage import clients, imports, invitations, views, volunteers
from storage.database import Tx
from tests.storage.lives import NOW


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What importing and inviting ask of these nouns."""
    new = imports.add(tx, [imports.Arrival(0, "Olena", "uk", 1), imports.Arrival(9001, "", "", 1)], NOW)
    imports.by_numbers(tx, [1001, 9001])
    imports.by_phones(tx, ["+31612345678", "+31699999999"])
    imports.change(tx, [(new[0], "Olena", "nl", 1)])
    imports.reach(tx, [(new[0], "+31699999999", NOW)], NOW)
    imports.last_invited_at(tx)
    views.look_at_many(tx, volunteers.add(tx, "Marja", "coordinator", 1, NOW), [(new[0], 1)], "import", NOW)
    for id in invitations.due(tx, NOW, 10):
        invitations.put_off(tx, id, NOW)
        invitations.sent(tx, id, NOW)
    invitations.last_sent_at(tx)
    invitations.waiting(tx)
    for one in invitations.over(tx, NOW, 10):
        invitations.drop(tx, one.address_id)
    invitations.drop(tx, address_id)
    clients.by_ids(tx, new)
