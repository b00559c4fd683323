"""
Clients as the desk finds, shows and changes them.
"""

from storage import clients, conversations, facts, search_keys
from storage.database import Tx
from tests.storage.lives import NOW


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk asks of these nouns."""
    search_keys.renew(tx, 0, 10)
    search_keys.renew(tx, 0, 10, is_missing=True)
    search_keys.index(tx, client_id, "Amina")
    for typed in ("Amina", "1001", "06-12345678", "Amina Yonas"):
        search_keys.find(tx, typed, 1)
    clients.by_ids(tx, [client_id])
    clients.by_number(tx, 1001)
    clients.change(tx, client_id, "Amina", "ar", False, False)
    clients.told(tx, client_id)
    facts.learn(tx, [(client_id, "permit_expires_on", "2027-03-02")], "staff", NOW)
    facts.would_change(tx, [(client_id, "permit_expires_on", "2027-03-02")], "staff")
    facts.differences(tx, [client_id])
    facts.driving(tx, [client_id])
    facts.driving(tx, [client_id], ["permit_kind"])
    facts.settle(tx, client_id, "permit_expires_on", NOW)
    facts.unlearn(tx, client_id, "permit_expires_on")
    conversations.of_client(tx, client_id)
    conversations.of_client(tx, client_id, 1)
    conversations.owner_of(tx, 1)
