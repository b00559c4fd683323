"""
Volunteers, their logins, links and what they looked at.
"""

from storage import volunteers
from storage.database import Tx
from tests.storage.lives import NOW


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk asks of these nouns."""
    volunteer_id = volunteers.add(tx, "Joke", "volunteer", 1, NOW, ["legal"])
    volunteers.by_id(tx, volunteer_id)
    volunteers.at(tx, 1)
