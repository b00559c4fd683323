"""
Downloads: the tables of the own location as files for a spreadsheet, and the contact moments for other systems; each is written down.
"""

from collections.abc import AsyncIterator
from datetime import date

from starlette.responses import Response, StreamingResponse

from bot.extract import FIRST, LAST, TABLES, asked, extract
from bot.pass_on import NAME, shared
from bot.pour import stream
from bot.web.desk.door import Page, Visit
from storage import views
from storage.reports import Span

HERE = "/desk/downloads"


async def show(visit: Visit) -> Response:
    """
    Show what can be taken along.
    """
    today = visit.now.date()
    return visit.page("desk/downloads.html", tables=TABLES, first=date(today.year, 1, 1), last=today)


async def take(visit: Visit) -> Response:
    """
    Give a file; before its first line leaves it is written down who took it.
    """
    what = visit.value("what")
    try:
        first, last = sorted(max(FIRST, min(LAST, date.fromisoformat(visit.value(name)))) for name in ("from", "to"))
    except ValueError:
        return visit.go(HERE, "no_days")
    if what not in (*TABLES, NAME):
        return visit.missing()
    me, now, app = visit.me, visit.app.now(), visit.app
    await app.database.write(lambda tx: views.look(tx, me.id, None, me.location_id, f"file_of_{what}", now))
    zone = app.settings.timezone
    pieces: AsyncIterator[bytes]
    if what == NAME:
        pieces, kind, ending = shared(app, Span(first, last, me.location_id)), "application/json", "json"
    else:
        wanted = asked(first, last, me.location_id, zone, me)
        pieces, kind, ending = stream(app.database, extract(what, wanted, visit.language, zone)), "text/csv; charset=utf-8", "csv"
    name = f"wegwijs-{what}-{first}-{last}.{ending}"
    return StreamingResponse(pieces, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


PAGES = (Page(HERE, show, "coordinator"), Page(HERE, take, "coordinator", "POST"))
