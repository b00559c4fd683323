"""
Tabulate: the report as a spreadsheet (.xlsx), one sheet a table. What could be read as a formula is written as plain text.
"""

import io
import re
from collections.abc import Sequence

from bot.compose import Section

FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST = 31                    # letters of a sheet's name
_REFUSED = re.compile(r"[\[\]:*?/\\']")


def defused(text: str) -> str:
    """
    Return a text that no spreadsheet takes for a formula.
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def as_xlsx(title: str, remarks: Sequence[str], sections: Sequence[Section], columns: dict[str, str], missing: str) -> bytes:
    """
    Return the spreadsheet: a first sheet with what the report is about, then a sheet for each table; `missing` stands where nothing was
    entered.
    """
    import xlsxwriter  # some megabytes, which nobody needs before the first spreadsheet

    written = io.BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    first = book.add_worksheet(_sheet("Wegwijs", ()))
    first.set_column(0, 0, 110)
    first.write_string(0, 0, defused(title), bold)
    for row, remark in enumerate(remarks, 2):
        first.write_string(row, 0, defused(remark))
    names: list[str] = ["Wegwijs"]
    for section in sections:
        names.append(_sheet(section.title, names))
        sheet = book.add_worksheet(names[-1])
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, len(section.columns), 18)
        for place, column in enumerate(section.columns, 1):
            sheet.write_string(0, place, defused(columns[column]), bold)
        for row, line in enumerate(section.lines, 1):
            sheet.write_string(row, 0, defused(line.label))
            for place, value in enumerate(line.values, 1):
                if isinstance(value, int | float):
                    sheet.write_number(row, place, value)
                else:
                    sheet.write_string(row, place, defused(missing if value is None else value))
        if section.note:
            sheet.write_string(len(section.lines) + 2, 0, defused(section.note))
    book.close()
    return written.getvalue()


def _sheet(title: str, taken: Sequence[str]) -> str:
    """
    Return a name for a sheet that a spreadsheet takes, and that no other sheet has.
    """
    name = _REFUSED.sub(" ", title)[:LONGEST].strip() or "-"
    known = {one.casefold() for one in taken}
    number = 2
    while name.casefold() in known:
        mark = f" {number}"
        name, number = _REFUSED.sub(" ", title)[:LONGEST - len(mark)].strip() + mark, number + 1
    return name
