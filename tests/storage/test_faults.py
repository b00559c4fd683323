"""
What must never be true is counted, on both databases; that each rule is seen when broken stands in tests/bot/test_simulate.py.
"""

from datetime import date, timedelta

from storage import faults, tickets
from storage.database import Database
from tests.storage.lives import NOW, populate


def test_an_empty_database_has_no_faults(database: Database):
    """Nobody is in it, and nothing breaks a rule."""
    assert not database.look(faults.is_used)
    assert set(database.look(lambda tx: faults.counted(tx, NOW)).values()) == {0}
    assert set(database.look(faults.sizes).values()) == {0}


def test_what_waits_is_a_fault(database: Database):
    """Two lives at an office, in the middle of something: open questions and messages on their way are counted."""
    populate(database)
    broken, there = (database.look(look) for look in (lambda tx: faults.counted(tx, NOW + timedelta(days=1)), faults.sizes))

    assert database.look(faults.is_used)
    assert broken["ticket_without_outcome"] >= len(database.look(tickets.open_ones)) > 0
    assert all(0 <= broken[rule] <= sum(there.values()) for rule in broken)
    assert all(step.due_on <= date(2030, 1, 1) for step in database.look(lambda tx: faults.steps(tx, date(2030, 1, 1))))
