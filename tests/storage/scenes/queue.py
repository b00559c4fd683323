"""
Tickets in the hands of volunteers: roster, alerts, notes, drafts, replies.
"""

from storage.database import Tx


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk asks of these nouns."""
