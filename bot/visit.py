"""
Visit: what a turn knows of the client's appointment and of the office's free moments, and the place that is taken with it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.app import App
from flows import engine, picking, safe_contact, visit
from flows.appointment import APPOINTMENT
from flows.events import Booked, Cancelled, Event, Heard, Knows
from flows.session import Session
from flows.sharing import AFTER, SHARING
from storage import appointments, clients
from storage.database import Tx
from storage.sessions import Standing


def turn(app: App, tx: Tx, standing: Standing, session: Session | None, heard: Heard) -> tuple[Session, list[Event]]:
    """
    Take a turn, and take or give back the place at the office as it decides; who is a moment too late hears that instead.
    """
    flow = APPOINTMENT.name if picking.is_about(heard.choice) else _flow(session) if session else ""
    heard = replace(heard, knows=known(app, tx, standing, heard.knows, flow))
    after, events = engine.turn(session, heard, app.tongues)
    if any(isinstance(event, Cancelled) for event in events):
        appointments.cancel(tx, standing.client_id, app.now())
    booked = next((event for event in events if isinstance(event, Booked)), None)
    if booked is None or take(app, tx, standing.client_id, standing.location_id, booked):
        return after, events
    free = tuple(moment for moment in heard.knows.free if moment != booked.starts_at)
    return engine.turn(session, replace(heard, knows=replace(heard.knows, free=free)), app.tongues)


def _flow(session: Session) -> str:
    """
    Return the conversation a client is in, or wants to go to once they said their word on a shared phone.
    """
    return session.data.get(AFTER, "").partition(".")[0] if session.flow == SHARING.name else session.flow


def known(app: App, tx: Tx, standing: Standing, knows: Knows, flow: str) -> Knows:
    """
    Return what a flow may know; in the conversation about coming to the office also the client's appointment and when they could come.
    """
    if flow != APPOINTMENT.name:
        return knows
    coming = appointments.coming(tx, standing.client_id, app.now())
    at = coming.starts_at.astimezone(app.settings.timezone) if coming else None
    return replace(knows, visit=at, free=tuple(free(app, tx, standing.location_id)))


def free(app: App, tx: Tx, location_id: int) -> Sequence[datetime]:
    """
    Return when somebody could come to an office, in its time zone.
    """
    now = app.now().astimezone(app.settings.timezone)
    return appointments.free(tx, location_id, visit.moments(app.place(location_id).hours, now))


def take(app: App, tx: Tx, client_id: int, location_id: int, booked: Booked, made_by: appointments.MadeBy = "client") -> bool:
    """
    Take the place, if there is one; the client is reminded of it.
    """
    now = app.now().astimezone(app.settings.timezone)
    safe = safe_contact.read(clients.safe_contact_of(tx, client_id))
    return appointments.book(tx, client_id, location_id, booked.starts_at, made_by, now, booked.interpreter,
                             visit.remind_at(booked.starts_at, now, safe.days))
