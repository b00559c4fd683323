"""
Agenda: the appointments of one's office in one's own calendar, at a secret address that is shown once and can be ended.
"""

from datetime import timedelta

from starlette.responses import Response

from bot.web.desk import account
from bot.web.desk.door import Page, Visit
from bot.web.desk.words import d_, language_named, sentence
from storage import appointments, feeds
from storage.appointments import Appointment

HERE = "/desk/account/calendar"
PAST, AHEAD = timedelta(days=31), timedelta(days=366)


async def make(visit: Visit) -> Response:
    """
    Make a new address, show it this once, and end the one before.
    """
    me, now = visit.me.id, visit.app.now()
    token = await visit.app.database.write(lambda tx: feeds.make(tx, me, now))
    return await account.page(visit, calendar=f"{visit.app.home}/desk/calendar/{token}.ics")


async def end(visit: Visit) -> Response:
    """
    End the address.
    """
    me = visit.me.id
    await visit.app.database.write(lambda tx: feeds.end(tx, me))
    return visit.go(account.HERE, "calendar_ended")


async def show(visit: Visit) -> Response:
    """
    Give the appointments of the office of whoever made this address: when, where, and for which language an interpreter comes. No
    client is in it.
    """
    from bot.calendar import KIND, appointment_event, file_of  # takes a fifth of a second and some megabytes, and few ever need it

    app, token, now = visit.app, str(visit.request.path_params["token"]), visit.app.now()
    who = await app.database.read(lambda tx: feeds.look(tx, token))
    if who is None:
        return visit.missing()
    found = await app.database.read(lambda tx: appointments.between(tx, who.location_id, now - PAST, now + AHEAD))
    place, zone = app.place(who.location_id), app.settings.timezone
    events = [appointment_event(app.database.keys.hash("calendar", str(one.id)), one.starts_at.astimezone(zone), now,
                                _title(one, place.name, who.reads), place.address) for one in found]
    return Response(file_of(events, f"Wegwijs {place.name}"), media_type=KIND)


def _title(one: Appointment, place: str, language: str) -> str:
    if not one.interpreter:
        return sentence(language, d_("Appointment {place}"), place=place)
    spoken = language_named(language, one.interpreter)
    return sentence(language, d_("Appointment {place}, interpreter {language}"), place=place, language=spoken)


PAGES = (
    Page("/desk/calendar/{token}.ics", show, "nobody"), Page(HERE, make, method="POST"), Page(f"{HERE}/end", end, method="POST"),
)
