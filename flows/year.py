"""
A year at an office: what it adds up to, as the annual report of Leiden for 2020 prints it, and how much of it a smaller one has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

LINES = {"family_reunification": 46, "permit_renewal": 205, "naturalisation": 11, "permit_withdrawal": 3, "undocumented": 20, "other_legal": 116}
# What became of those who were approached about their card. Each is a way to answer our reminders (flows/newcomers.py).
RENEWALS = {"renewed": 52, "helped": 24, "called": 10, "reached": 6, "silent": 5, "unlinked": 3}
# What is counted elsewhere and typed in.
TOTALS = {
    "housed_persons": 97, "housed_men": 32, "housed_women": 35, "housed_children": 30, "housed_homes": 48, "housing_target": 95, "volunteers": 40,
    "language_volunteers": 58, "course_members": 126, "course_integration": 57, "course_literacy": 69, "course_ona": 14,
}


@dataclass(frozen=True, slots=True)
class Figures:
    """
    What a year adds up to. Contacts are those with a person; `two_legal` of the legal ones have two legal subjects, and `two_social` of
    the social ones two. Files are of family reunification: how many each person has, open before the year, opened and closed in it.
    """

    social: int = 296
    lines: Mapping[str, int] = field(default_factory=lambda: LINES)
    two_legal: int = 47
    two_social: int = 160
    chats: int = 220                    # of these contacts, beside the renewals, so many were written; the others were calls, mails, visits
    by_bot: int = 430                   # questions that needed nobody
    guidance: int = 1300
    housing: int = 67
    family: int = 65                    # talks about a file that are no contacts of the info point
    visits: int = 40                    # of those in guidance, with an appointment
    started: int = 67                   # trajectories …
    ended: int = 58                     # … and those that began the year before
    askers: int = 200                   # people who write to the info point
    renewals: Mapping[str, int] = field(default_factory=lambda: RENEWALS)
    files_stay: int = 39                # open before the year and after it, of so many persons
    stay_persons: int = 19
    files_opened: int = 13
    opened_persons: int = 5
    files_closed: int = 25
    closed_persons: int = 8
    refused: int = 3
    withdrawn: int = 2

    @property
    def legal(self) -> int:
        """
        Return the legal contacts of the info point: fewer than their subjects, for some have two.
        """
        return sum(self.lines.values()) - self.two_legal

    @property
    def approached(self) -> int:
        """
        Return how many people are approached about their card.
        """
        return sum(self.renewals.values())


def scaled(scale: float) -> Figures:
    """
    Return the figures of a year of which everything is so much smaller, and of nothing that happens is less than one.
    """
    whole = Figures()
    if scale == 1:
        return whole

    def part(number: int) -> int:
        return max(1, round(number * scale))

    numbers = {one.name: part(value) for one in fields(whole) if isinstance(value := getattr(whole, one.name), int)}
    smaller = replace(whole, **numbers, lines={line: part(number) for line, number in LINES.items()},
                      renewals={way: part(number) for way, number in RENEWALS.items()})
    cards = max(smaller.lines["permit_renewal"], smaller.renewals["helped"] + smaller.renewals["called"] + 1)
    return replace(smaller, chats=min(smaller.chats, smaller.social), two_legal=min(smaller.two_legal, cards // 4 + 1),
                   lines={**smaller.lines, "permit_renewal": cards}, visits=min(smaller.visits, smaller.guidance),
                   files_stay=max(smaller.files_stay, smaller.stay_persons), files_opened=max(smaller.files_opened, smaller.opened_persons),
                   files_closed=max(smaller.files_closed, smaller.closed_persons, 3), refused=1, withdrawn=1)


def expected(figures: Figures) -> dict[str, int]:
    """
    Return the lines of the report that follow, by a person where they count contacts, as (line, number).
    """
    ways = figures.renewals
    files = figures.files_stay, figures.files_opened, figures.files_closed
    return {
        "info_point.total": figures.social + figures.legal, "info_point.social": figures.social, "info_point.legal": figures.legal,
        "info_point.without_topic": 0,
        **{f"legal_lines.{line}": number for line, number in figures.lines.items()},
        "legal_lines.subjects": sum(figures.lines.values()), "legal_lines.contacts": figures.legal, "legal_lines.two": figures.two_legal,
        "guidance.total": figures.guidance + figures.housing, "guidance.housing": figures.housing,
        "trajectories.started": figures.started, "trajectories.running": figures.started, "trajectories.ended": figures.ended,
        "family.open_at_start": files[0] + files[2], "family.opened": files[1], "family.closed": files[2],
        "family.granted": files[2] - figures.refused - figures.withdrawn, "family.refused": figures.refused,
        "family.withdrawn": figures.withdrawn, "family.open_at_end": files[0] + files[1],
        "renewals.approached": figures.approached, "renewals.renewed": ways["renewed"], "renewals.helped": ways["helped"] + ways["called"],
        "renewals.reached": ways["reached"], "renewals.not_reached": ways["silent"] + ways["unlinked"],
        "housing.housed_persons": TOTALS["housed_persons"], "housing.housed_homes": TOTALS["housed_homes"],
        "volunteers.volunteers": TOTALS["volunteers"], "courses.course_members": TOTALS["course_members"],
    }



def persons(figures: Figures) -> dict[str, int]:
    """
    Return whose files of family reunification these are, by line: persons are never added up.
    """
    return {"family.opened": figures.opened_persons, "family.closed": figures.closed_persons,
            "family.open_at_end": figures.stay_persons + figures.opened_persons}
