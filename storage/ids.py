"""
Row ids: 63-bit numbers that rise with time, made here so that a value can be sealed for its row before it is inserted.
"""

import os
import random
import time
from collections.abc import Callable
from datetime import datetime

EPOCH_MS = 1_577_836_800_000        # 2020-01-01
RANDOM_BITS = 22


class Ids:
    """
    A source of ids: milliseconds since 2020 and 22 random bits, never falling within a process.

    Two processes can make the same id in the same millisecond (1 in 4 million): the insert then fails, and the transaction that
    is run again makes new ones. Only the writer thread draws from it.
    """

    def __init__(self) -> None:
        self.clock: Callable[[], float] = time.time         # seconds since 1970; a played year has its own
        self._last = 0
        self._random = random.Random(os.urandom(16))        # nothing secret, and a system call for each id would cost more

    def next(self, after: int = 0) -> int:
        """
        Return a new id, larger than every earlier one of this process and larger than `after`.
        """
        now = int(self.clock() * 1000) - EPOCH_MS
        drawn = now << RANDOM_BITS | self._random.getrandbits(RANDOM_BITS)
        self._last = max(drawn, self._last + 1, after + 1)
        return self._last


def first_of(at: datetime) -> int:
    """
    Return the smallest id that is made at a time or later.
    """
    return max(0, int(at.timestamp() * 1000) - EPOCH_MS) << RANDOM_BITS
