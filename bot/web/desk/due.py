"""
Due: what is due at a location and what became of it, and which kinds of reminders it does not send.
"""

from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from bot.web.desk.door import Page, Visit
from bot.web.desk.told import KINDS
from bot.web.desk.visit import whole
from flows.deadlines import RULES
from flows.rights import may_lead, may_see_client
from storage import locations, reminders
from storage.database import Tx
from storage.reminders import PAGE

HOME = "/desk/due"
STATES = ("planned", "held", "sent", "answered", "called", "told", "failed", "cancelled")
BACK = timedelta(days=7)                # of what is done the page shows so many days


async def show(visit: Visit) -> Response:
    """
    Show what is due from a day on, a page of it; of clients whom somebody may see. Without a day all that is not done yet comes first.
    """
    only = visit.query("show") if visit.query("show") in STATES else ""
    chosen, place = _day(visit.query("from")), visit.me.location_id
    from_on = chosen or visit.now.date() - BACK
    after_on, after_id = _day(visit.query("after")), whole(visit.query("id"))
    after = (after_on, after_id) if after_on else None

    def look(tx: Tx) -> tuple[list[reminders.Listed], frozenset[str]]:
        silent = next((one.silent_kinds for one in locations.all_of(tx) if one.id == place), frozenset())
        return reminders.page(tx, place, from_on, after, only, is_all=chosen is None), silent

    found, silent = await visit.app.database.read(look)
    theirs = [one for one in found[:PAGE] if may_see_client(visit.me, place, one.language, one.wants_woman, one.avoids_community)]
    shown: dict[str, Any] = {
        "found": theirs, "states": STATES, "only": only, "from_on": chosen, "more": found[PAGE - 1].row if len(found) > PAGE else None,
        "kinds": [kind for kind in RULES if kind in KINDS], "silent": silent, "may_change": may_lead(visit.me, place)}
    return visit.page("desk/due.html", **shown)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


async def choose(visit: Visit) -> Response:
    """
    Choose which kinds of reminders the own location sends.
    """
    loud = visit.ticked("kind_")
    await visit.app.database.write(lambda tx: locations.silence(tx, visit.me.location_id, [kind for kind in RULES if kind not in loud]))
    return visit.go(HOME, "changed")


PAGES = (Page(HOME, show), Page(f"{HOME}/kinds", choose, "coordinator", "POST"))
