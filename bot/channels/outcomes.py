"""
Outcomes: what became of a message that was handed to a platform.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Accepted:
    """
    The platform took the message; `state` is "sent" (or "delivered" where the platform says so at once).
    """

    external_id: str
    state: str = "sent"


@dataclass(frozen=True, slots=True)
class Later:
    """
    Not sent; try again in `seconds`. `is_channel`: the whole channel waits, and it counts as no attempt.
    """

    seconds: float
    is_channel: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """
    Not sent and never will be. `is_unreachable`: this address cannot be reached any more (blocked, wrong number);
    `has_opted_out`: the platform says the client wants nothing from us.
    """

    error: str
    is_unreachable: bool = False
    has_opted_out: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """
    Not sent: the platform takes nothing unasked now, so it waits until the client writes again.
    """

    error: str


@dataclass(frozen=True, slots=True)
class Halted:
    """
    Not sent: the platform refuses us altogether (a wrong token). The channel stops, the queue is kept.
    """

    error: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """
    Nobody can say whether it was sent: the connection broke after the request had left.
    """

    error: str


Outcome = Accepted | Later | Refused | Closed | Halted | Unknown
