"""
Book: a volunteer makes an appointment for a client, or cancels one; the client is told.
"""

from datetime import datetime
from typing import Literal

from bot import visit
from bot.announce import reached
from bot.app import App
from bot.bring import bring
from bot.converse import keep
from bot.exchange import Exchange
from bot.gather import Turns
from flows.appointment import APPOINTMENT
from flows.broadcast import OPENING
from flows.events import Booked
from storage import appointments, clients
from storage.clients import Client
from storage.database import Tx
from storage.sessions import Standing

Made = Literal["told", "not_told", "full"]


async def book(app: App, client: Client, starts_at: datetime, interpreter: str = "") -> Made:
    """
    Take a place for a client, in the stead of the one they had; tell whether the client could be told, or that no place is left.

    The place and the message are one commit.
    """
    def run(tx: Tx) -> Made:
        standing = _locked(app, tx, client.id)
        is_free = starts_at in visit.free(app, tx, client.location_id)
        if not is_free or not visit.take(app, tx, client.id, client.location_id, Booked(starts_at, interpreter), "staff"):
            return "full"
        return _tell(app, tx, standing, "booked")

    return await app.database.write(run)


async def cancel(app: App, client: Client) -> Made | None:
    """
    Give back the place of a client; tell whether the client could be told, None if there was no place.
    """
    def run(tx: Tx) -> Made | None:
        standing = _locked(app, tx, client.id)
        if not appointments.cancel(tx, client.id, app.now()):
            return None
        return _tell(app, tx, standing, "called_off")

    return await app.database.write(run)


def _locked(app: App, tx: Tx, client_id: int) -> Standing | None:
    """
    Lock the client, so that nobody books for them meanwhile; return where they may be told.
    """
    standing = reached(app, tx, client_id, app.now().astimezone(app.settings.timezone))
    if standing is None:
        clients.lock(tx, [client_id])
    return standing


def _tell(app: App, tx: Tx, standing: Standing | None, node: Literal["booked", "called_off"]) -> Made:
    if standing is None:
        return "not_told"
    turns = Turns()
    exchange = Exchange(app, turns, standing)
    exchange.opening = app.tongues(standing.language)(OPENING)
    exchange.begin(tx, APPOINTMENT, node)
    exchange.visit = node
    bring(app, tx, exchange)
    exchange.close()
    keep(app, tx, turns, app.now())
    return "told"
