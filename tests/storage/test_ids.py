"""
Row ids rise.
"""

from storage.ids import Ids


def test_ids_rise() -> None:
    """Every id is larger than the one before it and fits a signed 64-bit column, however fast they are drawn."""
    ids = Ids()
    drawn = [ids.next() for _ in range(20_000)]

    assert drawn == sorted(set(drawn))
    assert 0 < drawn[0] < drawn[-1] < 2**63


def test_an_id_comes_after_the_one_given() -> None:
    """The next message of a client has a larger id than its last, even one that another process made with a faster clock."""
    ids = Ids()
    ahead = ids.next() + 2**40

    assert ids.next(after=ahead) == ahead + 1
    assert ids.next() > ahead + 1
