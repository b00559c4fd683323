"""
The pace of the volunteers' group.
"""

from datetime import timedelta

from storage import rates
from tests.storage.lives import NOW


def test_pace_never_lets_more_than_twenty_through_in_any_minute(database):
    """Asked every second for five minutes, no window of a minute holds more than twenty, and it goes on to the end."""
    taken = [second for second in range(300)
             if database.submit(lambda tx, at=NOW + timedelta(seconds=second): rates.pace(tx, "group", 20, 5, at)).result()]

    assert max(sum(start <= one < start + 60 for one in taken) for start in range(300)) <= 20
    assert len(taken) >= 75
