"""
Guidance: the year in which somebody of ours walks along with a client, and the domains of life that are looked at as it closes.
"""

from collections.abc import Mapping

KINDS = ("guidance_review", "guidance_closing")         # of reminders: talks that our own people hold
DOMAINS = ("living", "money", "health", "work_study", "language_course", "family", "network", "law_papers")
HOWS = ("well", "attention", "help")                    # how it goes there; "" where it was not spoken of
LONGEST = 500                                           # characters of a note


def look(given: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """
    Read a form (`how_<domain>`, `note_<domain>`): how it goes in each domain that was spoken of, and a note; nothing that is no answer.
    """
    found = {}
    for domain in DOMAINS:
        how, note = given.get(f"how_{domain}", ""), given.get(f"note_{domain}", "").strip()[:LONGEST]
        if how in HOWS or note:
            found[domain] = (how if how in HOWS else "", note)
    return found
