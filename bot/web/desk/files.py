"""
Files of family reunification, and the totals that are typed in for the report: both by hand, both only of the own location.
"""

from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from bot.web.desk.clients import may_see
from bot.web.desk.door import Page, Visit
from bot.web.desk.figures import LINES
from bot.web.desk.visit import SHORT, whole
from flows.rights import may_see_client
from storage import clients, files, totals, views
from storage.database import Tx
from storage.files import OUTCOMES, File
from storage.reports import Span

FILES, TOTALS = "/desk/files", "/desk/totals"
MOST = 20                       # files that are opened at once
SHOWN = timedelta(days=400)     # for which closed files are shown


def _may(visit: Visit) -> bool:
    return visit.me.leads or "legal" in visit.me.teams


def _day(visit: Visit, name: str) -> date | None:
    """
    Return a day that was typed, if it is not in the future.
    """
    try:
        day = date.fromisoformat(visit.value(name))
    except ValueError:
        return None
    return day if date(1990, 1, 1) <= day <= visit.now.date() else None


async def show(visit: Visit) -> Response:
    """
    Show the files that are open, and those closed lately.
    """
    if not _may(visit):
        return visit.missing()
    since, place = visit.now.date() - SHOWN, visit.me.location_id
    found = await visit.app.database.read(lambda tx: files.of_location(tx, place, since))
    shown: dict[str, Any] = {"files": found, "outcomes": OUTCOMES, "today": visit.now.date(), "MOST": MOST,
                             "sees": lambda one: one.client_number and _sees(visit, one), "may_change": lambda one: _may_change(visit, one),
                             "asked": whole(visit.query("client"), SHORT)}
    return visit.page("desk/files.html", **shown)


def _sees(visit: Visit, one: File) -> bool:
    return may_see_client(visit.me, one.location_id, one.language, one.wants_woman, one.avoids_community)


def _may_change(visit: Visit, one: File) -> bool:
    """
    Tell whether a file is theirs to change: one whose client was forgotten is anybody's of the location.
    """
    return not one.client_number or _sees(visit, one)


async def add(visit: Visit) -> Response:
    """
    Open files for a client, one for each relative who shall come.
    """
    if not _may(visit):
        return visit.missing()
    on, how_many, number = _day(visit, "opened_on"), whole(visit.value("how_many"), SHORT), whole(visit.value("client"), SHORT)
    if on is None or not 1 <= how_many <= MOST:
        return visit.go(FILES, "no_file_day")
    who, place, now = visit.me, visit.app.place(visit.me.location_id), visit.app.now()

    def run(tx: Tx) -> bool:
        client = clients.by_number(tx, number)
        if client is None or not may_see(visit, client):
            return False
        files.open_ones(tx, who.location_id, place.municipality, client.id, on, how_many, who.id)
        views.look(tx, who.id, client.id, client.location_id, "change", now)
        return True

    return visit.go(FILES, "added" if await visit.app.database.write(run) else "no_no_such")


async def change(visit: Visit) -> Response:
    """
    Close a file with its outcome, open it again, or delete one that was opened by mistake.
    """
    if not _may(visit):
        return visit.missing()
    id, place, who, what, on, now = visit.id(), visit.me.location_id, visit.me.id, visit.value("what"), _day(visit, "closed_on"), visit.app.now()

    def run(tx: Tx) -> bool:
        one = files.one(tx, id, place)
        if one is None or not _may_change(visit, one):
            return False
        if one.client_id is not None:
            views.look(tx, who, one.client_id, one.location_id, "change", now)
        if what in OUTCOMES:
            return on is not None and files.close(tx, id, place, on, what, who)
        if what == "remove":
            return files.remove(tx, id, place)
        return what == "reopen" and files.reopen(tx, id, place, who)

    return visit.go(FILES, "changed" if await visit.app.database.write(run) else "no_file_change")


async def show_totals(visit: Visit) -> Response:
    """
    Show what was entered for a period.
    """
    first, last = _period(visit, visit.query("from"), visit.query("to"))
    span = Span(first, last, visit.me.location_id)
    found = await visit.app.database.read(lambda tx: totals.of_period(tx, span))
    labels = {name: next(text for id, text in LINES.items() if id.partition(".")[2] == name) for name in totals.NAMES}
    return visit.page("desk/totals.html", first=first, last=last, found=found, labels=labels, largest=totals.LARGEST)


def _period(visit: Visit, first: str, last: str) -> tuple[date, date]:
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        days = date(visit.now.year, 1, 1), date(visit.now.year, 12, 31)
    return min(days), max(days)


async def enter_totals(visit: Visit) -> Response:
    """
    Keep what was typed in for a period; an empty field is not entered.
    """
    first, last = _period(visit, visit.value("from"), visit.value("to"))
    typed = {name: visit.value(f"total_{name}") for name in totals.NAMES}
    where = f"{TOTALS}?from={first}&to={last}"
    if any(text and not (text.isascii() and text.isdigit() and int(text[:9]) <= totals.LARGEST and len(text) < 9) for text in typed.values()):
        return visit.go(where, "no_total")
    values = {name: int(text) if text else None for name, text in typed.items()}
    now, who = visit.app.now(), visit.me
    await visit.app.database.write(lambda tx: totals.put(tx, who.location_id, first, last, values, who.id, now))
    return visit.go(where, "changed")


PAGES = (
    Page(FILES, show), Page(FILES, add, method="POST"), Page(f"{FILES}/{{id:int}}", change, method="POST"),
    Page(TOTALS, show_totals, "coordinator"), Page(TOTALS, enter_totals, "coordinator", "POST"),
)
