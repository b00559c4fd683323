"""
Settings: what there is to manage, locations and their hours, the roster, the channels' health, and who looked at what.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from starlette.responses import Response

from bot import check
from bot.enrol import TEAMS
from bot.web.desk.door import Page, Visit
from bot.web.desk.visit import SHORT, whole
from bot.web.desk.words import CHECKED, DAYS, MARKS
from flows import hours, place
from flows.rights import may_administer, may_lead
from storage import appointments, duties, locations, views, volunteers
from storage.database import Tx

MICROSECONDS = 56               # bits of the latest moment that a page of the log can begin at, in the year 4253
MANAGE, PLACES, ROSTER, HEALTH, AUDIT = "/desk/manage", "/desk/places", "/desk/roster", "/desk/health", "/desk/audit"


async def show_manage(visit: Visit) -> Response:
    """
    Show what there is to manage, in groups.
    """
    return visit.page("desk/manage.html")


async def show_places(visit: Visit) -> Response:
    """
    Show the locations that somebody may change.
    """
    places = await visit.app.database.read(locations.all_of)
    mine = [one for one in places if may_administer(visit.me) or may_lead(visit.me, one.id)]
    days = hours.DUTCH if visit.language == "nl" else hours.WEEKDAYS
    return visit.page("desk/places.html", places=mine, may_add=may_administer(visit.me), written=lambda text: hours.write(hours.parse(text), days))


async def change_place(visit: Visit) -> Response:
    """
    Change what clients are told of a location, or add one.
    """
    given = {name: visit.value(name)[:200] for name in ("municipality", "address", "phone", "hours")}
    try:
        given["hours"] = hours.write(hours.parse(given["hours"]))
    except hours.WrongHours:
        return visit.go(PLACES, "no_hours")
    try:
        at = place.read(visit.value("pin"))
    except place.WrongPlace:
        return visit.go(PLACES, "no_pin")
    name = visit.value("name")[:100]
    known = {one.name: one for one in await visit.app.database.read(locations.all_of)}
    if not name or (name not in known and not may_administer(visit.me)):
        return visit.missing()
    if name in known and not (may_administer(visit.me) or may_lead(visit.me, known[name].id)):
        return visit.missing()

    def run(tx: Tx) -> None:
        location_id = locations.put(tx, name, **given)
        locations.put_pin(tx, location_id, at)
        locations.show_text(tx, location_id, bool(visit.value("shows_text")))
        appointments.make_room(tx, location_id, min(whole(visit.value("capacity"), SHORT), 99))

    await visit.app.database.write(run)
    await visit.app.database.read(visit.app.learn_places)
    return visit.go(PLACES, "changed")


async def show_roster(visit: Visit) -> Response:
    """
    Show who is on duty when.
    """
    place = visit.me.location_id
    shown: dict[str, Any] = {
        "duties": await visit.app.database.read(lambda tx: duties.of_location(tx, place)),
        "team": await visit.app.database.read(lambda tx: volunteers.at(tx, place)),
        "may_change": may_lead(visit.me, place), "clock": lambda minute: f"{minute // 60:02}:{minute % 60:02}"}
    return visit.page("desk/roster.html", **shown)


async def add_duty(visit: Visit) -> Response:
    """
    Put somebody on the roster.
    """
    try:
        starts, ends = (_minutes(visit.value(name)) for name in ("starts", "ends"))
        day = date.fromisoformat(visit.value("day")) if visit.value("day") else None
        weekday = None if day else int(visit.value("weekday"))
        volunteer_id, team = int(visit.value("volunteer")), visit.value("team")
        if weekday not in (None, *range(len(DAYS))) or team not in ("", *TEAMS):
            raise ValueError
    except ValueError:
        return visit.go(ROSTER, "no_duty")

    def run(tx: Tx) -> bool:
        if volunteer_id not in {one.id for one in volunteers.at(tx, visit.me.location_id)}:
            return False
        duties.add(tx, visit.me.location_id, volunteer_id, starts, ends, weekday, day, team)
        return True

    try:
        return visit.go(ROSTER, "added" if await visit.app.database.write(run) else "no_no_such")
    except ValueError:
        return visit.go(ROSTER, "no_duty")


def _minutes(text: str) -> int:
    at = time.fromisoformat(text)
    return at.hour * 60 + at.minute


async def remove_duty(visit: Visit) -> Response:
    """
    Take a duty off the roster.
    """
    await visit.app.database.write(lambda tx: duties.remove(tx, visit.id(bits=SHORT), visit.me.location_id))
    return visit.go(ROSTER, "changed")


async def show_health(visit: Visit) -> Response:
    """
    Show in words whether the channels and the rest are well, how many texts wait to be read and spoken, and, for whoever keeps the
    machine, what `wegwijs check` says of this process, a line each.
    """
    lines, on = await check.look_at(visit.app), visit.app.channels
    names = {*on.on, *on.off}
    of_channels = [line for line in lines if line.what in names]
    rest = [line for line in lines if line.what in CHECKED and line.what not in names]
    languages = [(code, _mark(lines, f"language {code}"), _mark(lines, f"voice {code}")) for code in visit.app.tongues.languages]
    return visit.page("desk/health.html", lines=lines, channels=of_channels, rest=rest, languages=languages, checked=CHECKED, marks=MARKS)


def _mark(lines: Sequence[check.Line], what: str) -> str:
    return next((line.mark for line in lines if line.what == what), "–")


async def show_audit(visit: Visit) -> Response:
    """
    Show who looked at whose record.
    """
    asked, (at, _, id) = visit.query("client"), visit.query("before").partition(".")
    until = (datetime.fromtimestamp(before / 1_000_000, UTC), whole(id)) if (before := whole(at, MICROSECONDS)) else None
    number, by = whole(asked, SHORT), whole(visit.query("by"), SHORT)
    place = visit.me.location_id
    found, team = await visit.app.database.read(lambda tx: (views.latest(tx, place, until, number, by), volunteers.at(tx, place)))
    last = found[-1] if len(found) == views.PAGE else None
    more = f"{round(last.at.timestamp() * 1_000_000)}.{last.id}" if last else ""
    return visit.page("desk/audit.html", views=found, more=more, asked=asked, team=team, by=by)


PAGES = (
    Page(MANAGE, show_manage, "coordinator"),
    Page(PLACES, show_places, "coordinator"), Page(PLACES, change_place, "coordinator", "POST"),
    Page(ROSTER, show_roster), Page(ROSTER, add_duty, "coordinator", "POST"), Page(f"{ROSTER}/{{id:int}}", remove_duty, "coordinator", "POST"),
    Page(HEALTH, show_health, "coordinator"), Page(AUDIT, show_audit, "coordinator"),
)
