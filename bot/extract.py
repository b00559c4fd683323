"""
Extract: a table that a coordinator may see, as a file for a spreadsheet.

Cells are parted by semicolons, as a Dutch Excel expects, lines end as on Windows and the file says that it is UTF-8; days are written
2026-11-26 and times 2026-11-26 10:00, on the office's clock. Codes stay codes, those of the report's JSON. What could be read as a
formula is written as plain text.
"""

import csv
import io
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.app import App
from bot.pour import BLOCK, Place, Step, into
from bot.report import location_named
from bot.tabulate import defused
from bot.web.desk.headings import HEADINGS
from bot.web.desk.words import sentence
from flows.rights import Volunteer
from storage import extracts, locations
from storage.database import Tx
from storage.extracts import EXTRACTS, Asked

MARK = "\ufeff"                 # by which Excel knows UTF-8
FIRST, LAST = date(2000, 1, 1), date(2100, 1, 1)        # no row of ours lies beyond them
TABLES = tuple(EXTRACTS)
CLOCK = ("starts", "ends")      # minutes after midnight


def asked(first: date, last: date, location_id: int | None, zone: ZoneInfo, who: Volunteer | None = None) -> Asked:
    """
    Return what is asked for, by somebody of ours or on the command line.
    """
    first, last = max(first, FIRST), min(last, LAST)
    return Asked(location_id, first, last, datetime.combine(first, time(), zone), datetime.combine(last + timedelta(days=1), time(), zone),
                 tuple(who.communities) if who else ())


def extract(name: str, wanted: Asked, language: str, zone: ZoneInfo, block: int = BLOCK) -> Step:
    """
    Return how the file of a table is written, its headings in Dutch or English.
    """
    headings = extracts.headings(name)

    def step(tx: Tx, place: Place) -> tuple[bytes, Place]:
        found, after = extracts.block(tx, name, wanted, place.after, block)
        written = io.StringIO()
        writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
        if place.after is None:
            written.write(MARK)
            writer.writerow([sentence(language, HEADINGS[heading]) for heading in headings])
        writer.writerows([_cell(heading, value, language, zone) for heading, value in zip(headings, row, strict=True)] for row in found)
        return written.getvalue().encode(), Place(after, place.rows + len(found), after is None)

    return step


def _cell(heading: str, value: object, language: str, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return sentence(language, "yes" if value else "no")
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%d %H:%M}"
    if isinstance(value, int) and heading in CLOCK:
        return f"{value // 60:02}:{value % 60:02}"
    return defused(str(value))


def extract_into(app: App, file: Path, name: str, first: date, last: date, location: str, language: str) -> int:
    """
    Write a table into a file and return its number of rows; of every location if none is named. Raise `UnknownLocation`.
    """
    place = location_named(app.database.look(locations.all_of), location).id if location else None
    zone = app.settings.timezone
    return into(app.database, extract(name, asked(first, last, place, zone), language, zone), file)
