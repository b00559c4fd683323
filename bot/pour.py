"""
Pour: a file is written a block at a time, each block read in a transaction of its own, so that memory stays flat and nobody waits for it.
"""

import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from storage.database import Database, Tx

BLOCK = 1000                    # rows that are read at a time


@dataclass(frozen=True, slots=True)
class Place:
    """
    How far a file is written: after which row, how many rows so far, and whether that was all.
    """

    after: tuple[Any, ...] | None = None
    rows: int = 0
    is_end: bool = False


Step = Callable[[Tx, Place], tuple[bytes, Place]]       # from a place: what is written next, and the place after it


async def stream(database: Database, step: Step) -> AsyncIterator[bytes]:
    """
    Return the file, piece by piece.
    """
    place = Place()
    while not place.is_end:
        written, place = await database.read(lambda tx, at=place: step(tx, at))        # type: ignore[misc]
        yield written


def into(database: Database, step: Step, file: Path) -> int:
    """
    Write the file and return its number of rows; it has its name only once it is whole.
    """
    part, place = file.with_name(f"{file.name}.part"), Place()
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as writing:
        while not place.is_end:
            written, place = database.look(lambda tx, at=place: step(tx, at))          # type: ignore[misc]
            writing.write(written)
    part.replace(file)
    return place.rows
