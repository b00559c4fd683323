"""
What kinds of contact there are beside messages, the programmes they count for, and in which legal line of the report a topic stands.
"""

from flows.topics import TOPICS

KINDS = ("call", "office", "mail", "visit", "video")
ON_SITE = frozenset({"office", "visit"})        # every other kind and channel is digital
PROGRAMMES = ("info_point", "legal_hour", "family_file", "guidance", "housing", "lessons", "money_course")
INFO_POINT = frozenset({"info_point", "legal_hour"})
GUIDANCE = frozenset({"guidance", "housing"})
NEEDS_TOPIC = INFO_POINT | {"family_file"}      # a talk in guidance can be about nothing in particular
OUTCOMES = ("answered", "referred", "appointment", "advice", "no_contact")
LONGEST = 600                                   # minutes of a contact
LEGAL_LINES = {
    "family_reunification": ("family_reunification",),
    "permit_renewal": ("permit_renewal",),
    "naturalisation": ("naturalisation",),
    "permit_withdrawal": ("permit_withdrawal",),
    "undocumented": ("undocumented",),
    "other_legal": ("permit_lost", "travel_abroad", "tracing_family", "asylum_procedure"),
}


def group_of(topics: tuple[str, ...]) -> str:
    """
    Return whether a contact counts as social or legal, by its main topic; "" while it has none.
    """
    if not topics:
        return ""
    main = TOPICS.get(topics[0])
    return main.group if main else "social"         # a topic that this version does not know any more


def is_legal(topic: str) -> bool:
    """
    Tell whether a topic is a legal one.
    """
    return topic in TOPICS and TOPICS[topic].group == "legal"


def is_minutes(typed: str) -> bool:
    """
    Tell whether this is a number of minutes that a contact can take; nothing at all is right too.
    """
    return not typed or (typed.isascii() and typed.isdigit() and 0 < int(typed[:9]) <= LONGEST)
