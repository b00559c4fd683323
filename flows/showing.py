"""
Showing: what of a client's words may stand in the volunteers' Telegram group, and of which contacts other organisations may know.
"""

from collections.abc import Collection

from flows.emergency import alarm
from flows.topics import TOPICS
from flows.understand import Phrases, is_grave, understand

NEVER = frozenset(("undocumented", "permit_withdrawal", "violence"))


def may_show(is_on: bool, topics: Collection[str], urgency: str, is_wished: bool) -> bool:
    """
    Tell whether the text of a ticket may be shown: only where the location switched it on, every topic is known and none is
    delicate, it is no emergency, and the client did not ask to be kept from some of us (`is_wished`).

    A ticket without a topic may be about anything, so it shows nothing.
    """
    is_known = bool(topics) and all(topic in TOPICS for topic in topics)
    return is_on and is_known and NEVER.isdisjoint(topics) and urgency != "now" and not is_wished


def may_leave(topics: Collection[str], is_emergency: bool) -> bool:
    """
    Tell whether a contact may be told of to another organisation, without names: every topic of it and of its tickets is known and
    none is delicate, and it is no emergency.
    """
    return not is_emergency and all(topic in TOPICS for topic in topics) and NEVER.isdisjoint(topics)


def is_delicate(text: str, language: str, phrases: Phrases) -> bool:
    """
    Tell whether a client's text is itself about what is never shown, whatever its ticket is about.
    """
    if alarm(text, phrases) is not None or is_grave(text, phrases):
        return True
    understood = understand(text, language, phrases)
    return not NEVER.isdisjoint(understood.topics)
