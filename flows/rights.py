"""
Who of us may do what: roles, and whose ticket is whose to see.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Role = Literal["volunteer", "coordinator", "administrator"]


@dataclass(frozen=True, slots=True)
class Volunteer:
    """
    One of us who answers. `teams` are those whose tickets they see; `languages` they speak; `communities` are the languages of
    the communities they belong to: a client may ask for nobody of the own one. `reads` is the language of their desk.
    """

    id: int
    name: str
    role: Role
    location_id: int
    teams: Collection[str] = ()
    languages: Collection[str] = ("nl",)
    communities: Collection[str] = ()
    is_woman: bool = False
    is_interpreter: bool = False
    reads: str = "nl"

    @property
    def leads(self) -> bool:
        """
        Tell whether this is a coordinator or an administrator.
        """
        return self.role != "volunteer"


@dataclass(frozen=True, slots=True)
class Case:
    """
    What of a ticket decides whose it is: place and team, the client's language and wishes, who has it in hand, and the language in
    which an interpreter is asked for.
    """

    location_id: int
    team: str
    language: str = ""
    wants_woman: bool = False
    avoids_community: bool = False
    volunteer_id: int | None = None
    interpreter: str = ""


def may_lead(who: Volunteer, location_id: int) -> bool:
    """
    Tell whether somebody leads a location: its tickets of every team, clients, volunteers, texts, audit and reports.
    """
    return who.leads and who.location_id == location_id


def may_administer(who: Volunteer) -> bool:
    """
    Tell whether somebody manages locations, the channels' health and the volunteers of every location; it opens no client's record.
    """
    return who.role == "administrator"


def may_see_client(who: Volunteer, location_id: int, language: str = "", wants_woman: bool = False, avoids_community: bool = False) -> bool:
    """
    Tell whether somebody may look at the record of a client of a location. What a client asks for holds for the record as for
    their tickets: a woman, or nobody of the own community.
    """
    if who.location_id != location_id or (avoids_community and language in who.communities):
        return False
    return who.leads or who.is_woman or not wants_woman


def may_see_ticket(who: Volunteer, case: Case) -> bool:
    """
    Tell whether a ticket is somebody's to see: of the own location, and of the own team or in their hands. A client who asks for
    a woman, or for nobody of the own community, is kept from the others; a coordinator sees it to assign it, unless they are
    of that community themselves. An interpreter sees the tickets of every team that ask for one in their language.
    """
    if who.location_id != case.location_id or (case.avoids_community and case.language in who.communities):
        return False
    if who.leads or case.volunteer_id == who.id:
        return True
    is_asked = who.is_interpreter and bool(case.interpreter) and case.interpreter in who.languages
    return (case.team in who.teams or is_asked) and (who.is_woman or not case.wants_woman)


def may_answer(who: Volunteer, case: Case) -> bool:
    """
    Tell whether somebody may take or answer a ticket: it is theirs to see, and a client who asks for a woman gets one.
    """
    return may_see_ticket(who, case) and (who.is_woman or not case.wants_woman)
