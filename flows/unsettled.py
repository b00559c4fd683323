"""
Unsettled: the days in our rules on which sources differ or the law is moving, each with where it was read, and when.

Every year somebody reads them again: a test fails when one is older than 13 months.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Unsettled:
    """
    A value that may be another next year.
    """

    value: str
    source: str
    read_on: date


RENEWAL_WINDOW = Unsettled(                     # how long before the end of a card its renewal can be asked for
    "3m", "ind.nl, Renew asylum residence document (2026): 3 months; until June 2026 it was 6 for asylum. Regular: 3, ind.nl", date(2026, 11, 24))

TOESLAGEN_CLAIM = {                             # the last month and day of the next year to ask for a year's toeslagen, from that year on
    2000: Unsettled("09-01", "rijksoverheid.nl, 16 July 2025; a bill of June 2025 says 31 December, not known to be in force", date(2026, 11, 24)),
}


def toeslagen_claim(year: int) -> date:
    """
    Return the last day on which the toeslagen of a year can still be asked for.
    """
    first = max(known for known in TOESLAGEN_CLAIM if known <= year)
    return date.fromisoformat(f"{year + 1}-{TOESLAGEN_CLAIM[first].value}")
