"""
Corrections and recordings of our texts.
"""

from storage import corrections, recordings, volunteers
from storage.database import Tx
from tests.storage.lives import NOW


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk asks of these nouns."""
    joke = volunteers.add(tx, "Joke", "volunteer", 1, NOW)
    corrections.add(tx, "ar", "Yes", "نعم", "live", True, joke, NOW)
    corrections.decide(tx, corrections.add(tx, "ar", "No", "لا", "waiting", True, joke, NOW), joke + 1, True, NOW)
    corrections.live(tx)
    corrections.waiting(tx)
    corrections.history(tx, corrections.hash_of("Yes"), "ar")
    recordings.add(tx, corrections.hash_of("Yes"), "ar", b"OggS", 1, joke, NOW)
    recordings.of(tx, corrections.hash_of("Yes"), "ar")
    recordings.content(tx, recordings.newest(tx)[0].id)
    corrections.wordings(tx)
