"""
Belong: which contact moment a turn is part of. It is the one that goes on, until hours of silence; while a ticket is open, that ticket's;
the one we began, however late its first answer comes; and for a thank-you the last one, whenever that was.
"""

from datetime import datetime
from typing import Literal

from bot.app import App
from storage.database import Tx
from storage.moments import Moment
from storage.sessions import Standing


def waits(standing: Standing) -> bool:
    """
    Tell whether a client's moment waits for somebody: its ticket is open, or we began it and nobody answered yet.
    """
    has_ticket = standing.ticket_id is not None and standing.ticket_moment_id == standing.moment_id
    return has_ticket or (standing.moment_by == "us" and standing.moment_outcome == "not_reached")


def standing_moment(standing: Standing, last_at: datetime) -> Moment:
    """
    Return the moment a client has, with what it was about until now; who was not reached is, now that it goes on.
    """
    outcome = "" if standing.moment_outcome == "not_reached" else standing.moment_outcome
    return Moment(
        standing.moment_id or 0, standing.client_id, standing.location_id, "", standing.channel, last_at, last_at.date(), last_at,
        standing.moment_by, _listed(standing.moment_languages), _listed(standing.moment_topics), standing.moment_answered_by, outcome)


def new_moment(app: App, tx: Tx, standing: Standing, at: datetime, by: Literal["us", "client"]) -> Moment:
    """
    Return a moment that begins; one that we begin is not reached until the client answers.
    """
    is_ours = by == "us"
    return Moment(
        tx.ids.next(), standing.client_id, standing.location_id, app.place(standing.location_id).municipality, standing.channel,
        at, at.astimezone(app.settings.timezone).date(), at, by, outcome="not_reached" if is_ours else "", is_reached=not is_ours)


def _listed(text: str) -> list[str]:
    return text.split(",") if text else []
