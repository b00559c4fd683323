"""
Bring: after a visit was made the client gets a pin on the map and an entry for their own calendar; after it was called off the entry goes.
"""

from typing import Any

from bot.app import App
from bot.calendar import appointment_event, file_of
from bot.exchange import Exchange
from storage import appointments, locations
from storage.appointments import Appointment
from storage.database import Tx
from storage.outbox import Queued

FILE = "📅"                              # what stands where no file can be shown


def bring(app: App, tx: Tx, exchange: Exchange) -> None:
    """
    Gather what belongs to the visit that this client's turns made or called off, after what they say of it; as far as the channel takes it.
    """
    if not exchange.visit or exchange.standing.channel not in app.channels.on:
        return
    takes, is_off = app.channels.on[exchange.standing.channel].brings, exchange.visit == "called_off"
    which = appointments.last_cancelled if is_off else appointments.coming
    visit = which(tx, exchange.standing.client_id, app.now())
    if visit is None:
        return
    if "pin" in takes and not is_off and (pin := locations.pin(tx, visit.location_id)):
        place = app.place(visit.location_id)
        _queue(app, tx, exchange, "pin", f"📍 {place.name}\n{place.address}", (*pin, place.name, place.address or place.municipality))
    if "calendar" in takes and visit.uid:
        _queue(app, tx, exchange, "calendar", FILE, _file(app, visit, is_off))


def _file(app: App, visit: Appointment, is_off: bool) -> str:
    place, starts_at = app.place(visit.location_id), visit.starts_at.astimezone(app.settings.timezone)
    event = appointment_event(visit.uid, starts_at, app.now(), f"Wegwijs · {place.name}", place.address, visit.sequence, is_off)
    return file_of([event], is_cancelled=is_off)


def _queue(app: App, tx: Tx, exchange: Exchange, kind: str, text: str, what: Any) -> None:
    standing, extra = exchange.standing, dict[str, Any]({kind: what})
    standing.said_id = tx.ids.next(after=standing.said_id)
    if exchange.moment is not None:
        exchange.moment.outbound += 1
    exchange.turns.queued.append(Queued(
        standing.said_id, standing.address_id, standing.channel, standing.moment_id, text, app.now(), kind=kind, extra=extra,
        waits=exchange.is_withheld, until=exchange.until))
