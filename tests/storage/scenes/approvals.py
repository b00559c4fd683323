"""
Templates that WhatsApp approves, and what waits for a client's next word.
"""

from datetime import timedelta

from storage import knocks, sessions, templates
from storage.database import Tx
from storage.templates import Template
from tests.storage.lives import NOW


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk asks of these nouns."""
    templates.keep(tx, Template("knock", "nl", "h", "HX1", "approved"), NOW)
    templates.all_of(tx)
    templates.approved(tx, "h")
    knocks.hold(tx, 1, "window", "one")
    sessions.heard_at(tx, address_id)
    knocks.has_knocked(tx, address_id, NOW - timedelta(days=1))
    knocks.waits(tx, address_id)
    knocks.drop(tx, [address_id])
    knocks.release(tx, [address_id], NOW)
