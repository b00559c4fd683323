"""
The report at the desk: a period is chosen, its page read and taken along, and each figure opens the moments behind it.
"""

import asyncio
from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup
from starlette.responses import Response

from bot.compose import BY, Words, weigh
from bot.hand_over import NotHandedOver, around, changes, hand_over, hidden_in, refuse, thaw
from bot.hide import Key
from bot.name import names
from bot.publish import LANGUAGES, Paper, as_file, may_leave, publish
from bot.report import Report, UnknownLocation, count, report
from bot.web.desk.door import Page, Visit
from bot.web.desk.visit import LONG, SHORT, whole
from bot.web.sheet import DOWNLOADS
from bot.wonder import CLIENTS, wonder
from flows.contacts import PROGRAMMES
from flows.rights import may_administer, may_lead, may_see_client
from storage import frozen, locations, notes, reports, revisions, views
from storage.database import Tx
from storage.locations import Location
from storage.reports import Span, cell_of

HOME = "/desk/report"
FORMATS = ("html", "xlsx", "md", "json")
SHOWN = 50                      # moments of a page behind a figure
BLOCK, BLOCKS = 1000, 40        # moments that are looked at for a page, in so many steps at most
Place = tuple[date, int, int]   # day, location and id of a moment


def _days(visit: Visit) -> tuple[date, date]:
    """
    Return the days that are asked for; the year until now where there is no sense in them.
    """
    today = visit.now.date()
    try:
        first, last = date.fromisoformat(visit.query("from")), date.fromisoformat(visit.query("to"))
    except ValueError:
        first, last = date(today.year, 1, 1), today
    return (first, last) if first <= last else (last, first)


def _asked(visit: Visit) -> dict[str, str]:
    """
    Return what is asked for, as it stands in an address.
    """
    first, last = _days(visit)
    programme = visit.query("programme")
    asked = {"from": first.isoformat(), "to": last.isoformat(), "location": visit.query("location")[:100],
             "municipality": visit.query("municipality")[:100], "programme": programme if programme in PROGRAMMES else "",
             "outgoing": "1" if visit.query("outgoing") else ""}
    return {name: value for name, value in asked.items() if value}


def _places(visit: Visit, known: list[Location]) -> list[Location]:
    return [one for one in known if may_administer(visit.me) or may_lead(visit.me, one.id)]


async def _found(visit: Visit) -> tuple[Report, list[Location]]:
    """
    Count for what is asked; raise `UnknownLocation` for a place that is not theirs: a coordinator reads the own location.
    """
    first, last = _days(visit)
    asked = _asked(visit)

    def look(tx: Tx) -> tuple[Report, list[Location]]:
        places = _places(visit, locations.all_of(tx))
        location, municipality = asked.get("location", ""), asked.get("municipality", "")
        if not may_administer(visit.me):
            location = location or places[0].name
        if location and location not in {one.name for one in places}:
            raise UnknownLocation(location)
        return report(tx, first, last, location, municipality, asked.get("programme", ""), visit.app.settings.timezone), places

    return await visit.app.database.read(look)


def _refused(visit: Visit, asked: dict[str, str], format: str) -> Response | None:
    """
    Return where to go instead of a report to hand out that may not leave: not of these days, or not of one place, or not yet.
    """
    def without(name: str) -> str:
        return f"{HOME}?{urlencode({key: value for key, value in asked.items() if key != name})}"

    if not may_leave(*_days(visit), asked.get("programme", "")):
        return visit.go(without("outgoing"), "no_outgoing")
    if asked.get("municipality") and (asked.get("location") or not may_administer(visit.me)):
        return visit.go(without("municipality"))
    return visit.go(f"{HOME}?{urlencode(asked)}", "no_early") if format in FORMATS and _days(visit)[1] >= visit.now.date() else None


async def show(visit: Visit) -> Response:
    """
    Show the report of a period, or give it as a file; one to hand out only of what may leave.
    """
    asked, format = _asked(visit), visit.query("format")
    if "outgoing" in asked and (refused := _refused(visit, asked, format)):
        return refused
    try:
        found, places = await _found(visit)
    except UnknownLocation:
        return visit.missing()
    language, is_outgoing = _language(visit), "outgoing" in asked
    if is_outgoing and (before := await visit.app.database.read(lambda tx: frozen.of_span(tx, found.span))):
        return visit.go(f"{HOME}/frozen/{before.id}" + (f"?{urlencode({'format': format, 'language': language})}" if format in FORMATS else ""))
    hidden = await _hidden(visit, found.span) if is_outgoing else None
    paper = await asyncio.to_thread(publish, found, visit.app.tongues, language, is_outgoing, hidden)      # clients' turns go on meanwhile
    return await asyncio.to_thread(_file, paper, format) if format in FORMATS else await _page(visit, asked, paper, places)


def _language(visit: Visit) -> str:
    return visit.query("language") if visit.query("language") in LANGUAGES else visit.language


async def _hidden(visit: Visit, span: Span) -> Collection[Key]:
    """
    Return what must not be told of a period, by all that was told of it and around it.
    """
    told = await visit.app.database.read(lambda tx: around(tx, span, visit.app.settings.timezone))
    return await asyncio.to_thread(hidden_in, told, span)


async def _page(visit: Visit, asked: dict[str, str], paper: Paper, places: list[Location]) -> Response:
    found, span = paper.report, paper.report.span

    def where(figure: str, by: str) -> str:
        return f"{HOME}/moments?{urlencode({**asked, 'figure': figure, 'by': by})}"

    mine = None if may_administer(visit.me) else [one.id for one in places]
    is_open = not paper.is_outgoing and span.location_id is not None and may_lead(visit.me, span.location_id)
    shown: dict[str, Any] = {
        "wondered": await visit.app.database.read(lambda tx: wonder(tx, span)) if is_open else [], "CLIENTS": CLIENTS,
        "handed": await visit.app.database.read(lambda tx: frozen.latest(tx, mine)), "is_over": found.to_on < visit.now.date(),
        "place_names": {one.id: one.name for one in places},
        "paper": paper, "places": places, "asked": asked, "chart": lambda section: Markup(paper.chart(section)), "where": where if is_open else None,
        "municipalities": sorted({one.municipality for one in places}), "programmes": PROGRAMMES, "formats": FORMATS, "location": found.location,
        "address": urlencode(asked), "is_everywhere": may_administer(visit.me)}
    return visit.page("desk/report.html", **shown)


def _file(paper: Paper, format: str) -> Response:
    written, kind = as_file(paper, format)
    name = f"wegwijs-{paper.report.from_on}-{paper.report.to_on}{'-outgoing' if paper.is_outgoing else ''}.{format}"
    return Response(written, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"', **(
        {"content-security-policy": DOWNLOADS} if format == "html" else {})})


async def _keep(visit: Visit, found: Report) -> bool:
    """
    Hand a report over as it is now, unless it was; tell whether it is. What must not be told is found aside, and clients' turns go on meanwhile.
    """
    span, zone, who, now = found.span, visit.app.settings.timezone, visit.me.id, visit.app.now()
    if await visit.app.database.read(lambda tx: frozen.of_span(tx, span)):
        return True
    refuse(span, visit.now.date())
    near = await visit.app.database.read(lambda tx: around(tx, span, zone))
    hidden = await asyncio.to_thread(hidden_in, near, span)
    return await visit.app.database.write(lambda tx: hand_over(tx, found, near, hidden, who, visit.now.date(), now))


async def freeze(visit: Visit) -> Response:
    """
    Hand a report over: it is kept as it is now, and is opened as that from now on.
    """
    try:
        found, _ = await _found(visit)
        while not await _keep(visit, found):
            pass
    except UnknownLocation:
        return visit.missing()
    except NotHandedOver as reason:
        return visit.go(f"{HOME}?{urlencode(_asked(visit))}", f"no_{reason}")
    kept = await visit.app.database.read(lambda tx: frozen.of_span(tx, found.span))
    return visit.go(f"{HOME}/frozen/{kept.id}", "handed_over") if kept else visit.missing()


async def handed(visit: Visit) -> Response:
    """
    Show a report as it was handed over, beside it what happened since; or give it as a file, without that.
    """
    id, format, app = whole(visit.request.path_params["id"], LONG), visit.query("format"), visit.app
    kept = await app.database.read(lambda tx: frozen.one(tx, id))
    if kept is None or not (may_administer(visit.me) or (kept.span.location_id and may_lead(visit.me, kept.span.location_id))):
        return visit.missing()
    language = _language(visit)
    paper = await asyncio.to_thread(thaw, kept, app.tongues, language, app.settings.timezone)
    if format in FORMATS:
        return await asyncio.to_thread(_file, paper, format)
    span, zone = kept.span, app.settings.timezone
    since, now = await app.database.read(lambda tx: (frozen.since(tx, span, kept.at), count(tx, span, None, zone)))
    changed = await asyncio.to_thread(changes, kept, now, app.tongues, language)
    return visit.page("desk/frozen.html", paper=paper, kept=kept, since=since, changed=changed, formats=FORMATS,
                      chart=lambda section: Markup(paper.chart(section)))


async def moments(visit: Visit) -> Response:
    """
    Show the moments behind a figure, the last first: of the own location, each client only to who may see their record.
    """
    figure, by, asked = visit.query("figure")[:60], visit.query("by"), _asked(visit)
    try:
        weight = weigh(figure if by in BY else "")
    except KeyError:
        return visit.missing()
    span = Span(*_days(visit), visit.me.location_id, asked.get("municipality", ""), asked.get("programme", ""))

    def is_counted(row: Any) -> bool:
        cell = cell_of(row)
        return cell.is_contact and weight(cell) > 0 and (by == "total" or (by == "by_person") is cell.is_by_person)

    def look(tx: Tx) -> tuple[list[Any], Place | None, dict[int, list[str]]]:
        rows, after = _behind(tx, span, is_counted, _after(visit))
        return rows, after, _noted(visit, tx, rows)

    rows, after, told = await visit.app.database.read(look)
    revised = set(await visit.app.database.read(lambda tx: revisions.of_moments(tx, [row.id for row in rows])))
    now, who = visit.app.now(), visit.me
    theirs = {row.client_id for row in rows if _sees(visit, row)}
    await visit.app.database.write(lambda tx: views.look_at_many(tx, who.id, [(id, who.location_id) for id in sorted(theirs)], "moments", now))
    words = Words(visit.say, visit.app.tongues(visit.language), names(visit.language))
    more = urlencode({**asked, "figure": figure, "by": by, "after": f"{after[0]}_{after[1]}_{after[2]}"}) if after else ""
    shown: dict[str, Any] = {"rows": rows, "notes": told, "revised": revised,
                             "figure": words.line(figure), "by": by, "more": more, "back": urlencode(asked),
                             "words": words, "sees": lambda row: _sees(visit, row)}
    return visit.page("desk/moments.html", **shown)


def _behind(tx: Tx, span: Span, is_counted: Callable[[Any], bool], after: Place | None) -> tuple[list[Any], Place | None]:
    """
    Return a page of the moments that are counted, and where the next one begins, None at the end; so many are looked at, at most.
    """
    rows = list[Any]()
    for _ in range(BLOCKS):
        block = reports.behind(tx, span, after, BLOCK)
        for row in block:
            after = (row.began_on, row.location_id, row.id)
            rows += [row] if is_counted(row) else []
            if len(rows) == SHOWN:
                return rows, after
        if len(block) < BLOCK:
            return rows, None
    return rows, after


def _after(visit: Visit) -> Place | None:
    day, _, rest = visit.query("after").partition("_")
    place, _, id = rest.partition("_")
    try:
        return date.fromisoformat(day), whole(place, SHORT), whole(id, LONG)
    except ValueError:
        return None


def _sees(visit: Visit, row: Any) -> bool:
    return row.number is not None and may_see_client(visit.me, row.location_id, row.language, row.wants_woman, row.avoids_community)


def _noted(visit: Visit, tx: Tx, rows: list[Any]) -> dict[int, list[str]]:
    return notes.of_moments(tx, [row.id for row in rows if row.number is None or _sees(visit, row)])


PAGES = (Page(HOME, show, "coordinator"), Page(f"{HOME}/freeze", freeze, "coordinator", "POST"), Page(f"{HOME}/frozen/{{id}}", handed, "coordinator"),
          Page(f"{HOME}/moments", moments, "coordinator"))
