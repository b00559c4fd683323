"""
The team: volunteers of a location, invited, changed and let go by those who lead.
"""

from collections.abc import Awaitable
from typing import Any, cast

from starlette.responses import Response

from bot import enrol
from bot.enrol import ROLES, TEAMS, NotEnrolled
from bot.web.desk.door import Page, Visit
from bot.web.desk.entry import drawn
from bot.web.desk.visit import SHORT, whole
from flows.rights import Role, may_administer
from storage import locations, volunteers
from storage.links import Kind

HOME = "/desk/team"


async def show(visit: Visit) -> Response:
    """
    Show the volunteers whom somebody leads.
    """
    return await _page(visit)


async def _page(visit: Visit, **more: Any) -> Response:
    who = visit.me
    team = await visit.app.database.read(lambda tx: volunteers.everyone(tx) if may_administer(who) else volunteers.at(tx, who.location_id))
    places = await visit.app.database.read(locations.all_of)
    shown: dict[str, Any] = {
        "team": team, "places": [one for one in places if may_administer(who) or one.id == who.location_id],
        "roles": ROLES if may_administer(who) else ROLES[:2], "languages": visit.app.tongues.languages, "link": "", "picture": "", **more}
    return visit.page("desk/team.html", **shown)


def _role(visit: Visit) -> Role:
    return cast(Role, visit.value("role") if visit.value("role") in ROLES else "volunteer")


def _place(visit: Visit) -> int:
    return whole(visit.value("location"), SHORT) or visit.me.location_id


async def add(visit: Visit) -> Response:
    """
    Invite somebody: the link and its QR are shown once, to hand over.
    """
    try:
        link = await enrol.add(visit.app, visit.me, visit.value("name")[:100], _role(visit), _place(visit), _teams(visit), _languages(visit,
            "speaks_"))
    except NotEnrolled as wrong:
        return visit.go(HOME, f"no_{wrong}")
    return await _page(visit, link=link, picture=drawn(link))


def _teams(visit: Visit) -> list[str]:
    return [team for team in TEAMS if team in visit.ticked("team_")]


def _languages(visit: Visit, head: str) -> list[str]:
    return [code for code in visit.app.tongues.languages if code in visit.ticked(head)]


async def _doing(visit: Visit, done: Awaitable[None], said: str) -> Response:
    try:
        await done
    except NotEnrolled as wrong:
        return visit.missing() if str(wrong) in ("no_such", "not_yours") else visit.go(HOME, f"no_{wrong}")
    return visit.go(HOME, said)


async def change(visit: Visit) -> Response:
    """
    Change a volunteer's name, role, teams, languages and who they are.
    """
    values: dict[str, Any] = {
        "role": _role(visit), "teams": _teams(visit), "languages": _languages(visit, "speaks_") or ["nl"],
        "communities": _languages(visit, "community_"), "is_woman": bool(visit.value("woman")), "is_interpreter": bool(visit.value("interpreter"))}
    if visit.value("name"):
        values["name"] = visit.value("name")[:100]
    return await _doing(visit, enrol.change(visit.app, visit.me, visit.id(bits=SHORT), **values), "changed")


async def link(visit: Visit) -> Response:
    """
    Make a link for a new password, or a new invitation.
    """
    kind: Kind = "invite" if visit.value("kind") == "invite" else "reset"
    try:
        made = await enrol.link(visit.app, visit.me, visit.id(bits=SHORT), kind)
    except NotEnrolled:
        return visit.missing()
    return await _page(visit, link=made, picture=drawn(made))


async def dismiss(visit: Visit) -> Response:
    """
    Let somebody go.
    """
    return await _doing(visit, enrol.dismiss(visit.app, visit.me, visit.id(bits=SHORT)), "dismissed")


async def second(visit: Visit) -> Response:
    """
    Let somebody who lost their phone set the second factor up anew.
    """
    return await _doing(visit, enrol.forget_second(visit.app, visit.me, visit.id(bits=SHORT)), "changed")


PAGES = (
    Page(HOME, show, "coordinator"), Page(HOME, add, "coordinator", "POST"), Page(f"{HOME}/{{id:int}}", change, "coordinator", "POST"),
    Page(f"{HOME}/{{id:int}}/second", second, "coordinator", "POST"), Page(f"{HOME}/{{id:int}}/link", link, "coordinator", "POST"),
    Page(f"{HOME}/{{id:int}}/dismiss", dismiss, "coordinator", "POST"),
)
