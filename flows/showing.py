"""
Whether a client's words may be shown in the volunteers' Telegram group: Telegram keeps them, and everybody there reads them.
"""

from collections.abc import Collection

from flows.emergency import alarm
from flows.topics import TOPICS
from flows.understand import Phrases

NEVER = frozenset({"undocumented", "permit_withdrawal"})       # whoever reads this can do harm


def may_show(topics: Collection[str], urgency: str, is_on: bool) -> bool:
    """
    Tell whether words of a ticket may be shown: its location wants it, we know what it is about, and none of that is among `NEVER`.
    An emergency, violence among them, is urgent now and never shown; so is a ticket about nothing we know.
    """
    return is_on and urgency != "now" and bool(topics) and all(topic in TOPICS and topic not in NEVER for topic in topics)


def is_harmless(text: str, phrases: Phrases) -> bool:
    """
    Tell whether one message may be shown in a ticket whose words may be: it tells of no emergency.
    """
    return bool(text) and alarm(text, phrases) is None
