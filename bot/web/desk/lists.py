"""
Lists at the desk: a coordinator imports clients, looks first at what would happen, and then says yes.

Between the two the file is nowhere with us: it lies in the coordinator's own page, sealed with our key for them alone, for one hour.
"""

import asyncio
import base64
import binascii
from datetime import datetime, timedelta

from starlette.responses import Response

from bot.import_ import Result, WrongList, keep_list, read_list
from bot.lay_out import lay_out
from bot.unpack import WrongFile
from bot.web.desk.door import Page, Visit
from bot.web.desk.remarks import told
from storage.secrets import WrongKey

HOME = "/desk/import"
LARGEST = 1024 * 1024           # bytes of a file here; a larger one is for `wegwijs import`
POSTED = 2 * LARGEST            # with base64 and what is around it
ROWS = 2000
SHOWN = 100                     # rows of a preview
LASTS = timedelta(hours=1)
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


async def show(visit: Visit) -> Response:
    """
    Ask for the file.
    """
    return _page(visit)


def _page(visit: Visit, status: int = 200, why: str = "", result: Result | None = None, done: Result | None = None, file: str = "") -> Response:
    return visit.page("desk/import.html", status, why=why, result=result, done=done, file=file, shown=SHOWN, told=told)


async def example(visit: Visit) -> Response:
    """
    Give an example to fill in.
    """
    made = await asyncio.to_thread(lay_out, visit.language)
    return Response(made, media_type=SPREADSHEET, headers={"content-disposition": 'attachment; filename="wegwijs.xlsx"'})


async def preview(visit: Visit) -> Response:
    """
    Read a file and show what importing it would do; nothing is stored.
    """
    part = visit.form.get("file")
    content = part.value if part else b""
    if not content:
        return _page(visit, 400, "no_empty")
    if len(content) > LARGEST:
        return _page(visit, 413, "no_too_large")
    return await _shown(visit, content)


async def _shown(visit: Visit, content: bytes) -> Response:
    try:
        result = await _read(visit, content)
    except WrongFile:
        return _page(visit, 400, "no_list")
    if len({one.row for one in result.rows} | {one.row for one in result.wrong}) > ROWS:
        return _page(visit, 413, "no_too_large")
    return _page(visit, result=result, file=_seal(visit, content))


async def keep(visit: Visit) -> Response:
    """
    Store what was looked at, all of it or nothing.
    """
    content = _open(visit)
    if content is None:
        return _page(visit, 400, "no_stale_file")
    skips_bad, place, me = bool(visit.value("skip")), visit.me.location_id, visit.me.id
    result = await _read(visit, content)
    if result.wrong and not skips_bad:
        return await _shown(visit, content)
    try:
        done = await visit.app.database.write(lambda tx: keep_list(visit.app, tx, result.rows, place, me, skips_bad))
    except WrongList:               # somebody changed a client meanwhile
        return await _shown(visit, content)
    return _page(visit, done=done)


async def _read(visit: Visit, content: bytes) -> Result:
    return await asyncio.to_thread(read_list, visit.app, content, visit.me.location_id)


def _seal(visit: Visit, content: bytes) -> str:
    until = (visit.app.now() + LASTS).isoformat()
    return base64.b64encode(visit.app.database.keys.seal("lists.file", visit.me.id, f"{until}\n".encode() + content)).decode()


def _open(visit: Visit) -> bytes | None:
    """
    Return the file that lay in the page; None if it is not this coordinator's, was changed, or lay there for too long.
    """
    try:
        opened = visit.app.database.keys.open("lists.file", visit.me.id, base64.b64decode(visit.value("file"), validate=True))
    except (binascii.Error, ValueError, WrongKey):
        return None
    until, _line, content = opened.partition(b"\n")
    return content if visit.app.now() < datetime.fromisoformat(until.decode()) else None


PAGES = (
    Page(HOME, show, "coordinator"), Page(f"{HOME}/example", example, "coordinator"),
    Page(HOME, preview, "coordinator", "POST", POSTED), Page(f"{HOME}/keep", keep, "coordinator", "POST", POSTED),
)
