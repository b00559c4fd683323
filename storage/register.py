"""
The register of processing: for each table what the maps of privacy and of terms say of it, as a page can print it.
"""

from dataclasses import dataclass
from typing import Literal

from storage.privacy import OWNERS, RULES
from storage.tables import Sealed, metadata
from storage.terms import TERMS, Term

Erasing = Literal["goes", "untied", "stays"]


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One table: its term, what *forget me* does to it, and whether what it says is encrypted.
    """

    table: str
    term: Term
    erasing: Erasing
    is_sealed: bool


def entries() -> list[Entry]:
    """
    Return every table, in the order of the map of terms.
    """
    return [Entry(name, term, _erasing(name), any(isinstance(column.type, Sealed) for column in metadata.tables[name].columns))
            for name, term in TERMS.items()]


def _erasing(name: str) -> Erasing:
    ways = {RULES[f"{name}.{column.name}"].erasing for column in metadata.tables[name].columns}
    if name not in OWNERS:
        return "stays"
    return "goes" if ways == {"row"} else "untied"
