"""
Corrections and recordings of our texts.
"""

from storage.database import Tx


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk asks of these nouns."""
