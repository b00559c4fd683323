"""
Tickets as topics of the volunteers' Telegram group.
"""

from storage.database import Tx


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk asks of these nouns."""
