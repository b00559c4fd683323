"""
A week of appointments at one's location: who comes when, with which interpreter; one is made or cancelled for a client.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from starlette.responses import Response

from bot import book
from bot.visit import free
from bot.web.desk.clients import may_see
from bot.web.desk.door import Page, Visit
from bot.web.desk.visit import SHORT, whole
from storage import appointments, clients, views
from storage.appointments import Appointment
from storage.clients import Client
from storage.database import Tx

HOME = "/desk/visits"
WEEK = timedelta(days=7)


async def show(visit: Visit) -> Response:
    """
    Show a week, this one or that of the day in the address; with `client`, the form to make an appointment for them.
    """
    monday = _monday(visit)
    since, until = (datetime.combine(day, time(), visit.app.settings.timezone) for day in (monday, monday + WEEK))

    def look(tx: Tx) -> dict[str, Any]:
        found = appointments.between(tx, visit.me.location_id, since, until)
        people = {client.id: client for client in clients.by_ids(tx, sorted({one.client_id for one in found})) if may_see(visit, client)}
        return {"days": _by_day(visit, found), "people": people, "free": free(visit.app, tx, visit.me.location_id)}

    shown = await visit.app.database.read(look)
    return visit.page("desk/visits.html", monday=monday, before=monday - WEEK, after=monday + WEEK, typed=visit.query("client"),
                      languages=visit.app.tongues.languages, **shown)


def _monday(visit: Visit) -> date:
    try:
        day = date.fromisoformat(visit.query("week"))
    except ValueError:
        day = visit.now.date()
    day = min(max(day, date(2020, 1, 1)), date(2099, 1, 1))
    return day - timedelta(days=day.weekday())


def _by_day(visit: Visit, found: list[Appointment]) -> dict[date, list[tuple[time, Appointment]]]:
    days: dict[date, list[tuple[time, Appointment]]] = {}
    for one in found:
        at = one.starts_at.astimezone(visit.app.settings.timezone)
        days.setdefault(at.date(), []).append((at.time(), one))
    return days


async def _client(visit: Visit) -> Client | None:
    """
    Return the client whose number was posted, if that is somebody's to see, and write down who changes something.
    """
    def run(tx: Tx) -> Client | None:
        client = clients.by_number(tx, whole(visit.value("client"), SHORT))
        if client is None or not may_see(visit, client):
            return None
        views.look(tx, visit.me.id, client.id, client.location_id, "change", visit.app.now())
        return client

    return await visit.app.database.write(run)


async def add(visit: Visit) -> Response:
    """
    Make an appointment for a client.
    """
    client = await _client(visit)
    if client is None:
        return visit.go(HOME, "no_no_client")
    try:
        starts_at = datetime.fromisoformat(visit.value("at"))
    except ValueError:
        return visit.go(HOME, "no_full")
    if starts_at.tzinfo is None:
        return visit.go(HOME, "no_full")
    interpreter = visit.value("interpreter")
    made = await book.book(visit.app, client, starts_at, interpreter if interpreter in visit.app.tongues.languages else "")
    if made == "full":
        return visit.go(f"{HOME}?client={client.number}", "no_full")
    return visit.go(f"{HOME}?week={starts_at:%Y-%m-%d}", "booked" if made == "told" else "booked_untold")


async def remove(visit: Visit) -> Response:
    """
    Cancel a client's appointment.
    """
    client = await _client(visit)
    if client is None:
        return visit.missing()
    made = await book.cancel(visit.app, client)
    return visit.go(HOME, {"told": "cancelled", "not_told": "cancelled_untold"}.get(str(made), "no_no_such"))


PAGES = (Page(HOME, show), Page(HOME, add, method="POST"), Page(f"{HOME}/cancel", remove, method="POST"))
