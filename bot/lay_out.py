"""
Lay out: an example of a list of clients as .xlsx or .csv, with every column, what belongs in it, and one invented row.
"""

import csv
import io
from typing import Any

from flows.columns import COLUMNS, Column
from flows.language import OWN_NAMES

SHOWN = 2000                    # rows with drop-down lists and the form of days
WIDTH = 24
EXAMPLE = {
    "client number": 999, "first name": "Voorbeeld", "language": "ar", "permit_expires_on": "31-12-2027",
    "permit_kind": "asylum", "letters": "15-03-2027; 1 april 2027", "decisions": "12-01-2027 (6 weken)",
    "toeslagen_unclaimed_years": "2025, 2026", "children": "geldig tot 31-12-2027, geboren 01-02-2020; geboren 03-04-2026, aangegeven nee",
    "done": "income_tax; permit_renewal 31-12-2027",
}
HINTS = {
    "number": "heel getal · whole number", "name": "alleen de voornaam · first name only", "phone": "06 … / +31 … (mobiel · mobile)",
    "location": "naam van een locatie · name of a location", "day": "31-12-2027", "count": "heel getal · whole number",
    "years": "2025, 2026", "days": "31-12-2027; 15-01-2028", "decisions": "31-12-2027 (6 weken)",
    "children": "geldig tot 31-12-2027, geboren 01-02-2020", "done": "permit_renewal 31-12-2027",
}
EXPLAINED = (
    "Vul een rij per cliënt in; een leeg vak betekent: niet bekend. Laat weg wat u niet heeft, ook hele kolommen.",
    "Een cliënt herkennen we aan het cliëntnummer, of zonder nummer aan de telefoon. Haal de voorbeeldrij weg.",
    "Fill in a row per client; an empty cell means: not known. Leave out what you do not have, whole columns too.",
    "A client is known again by the client number, or without one by the phone. Remove the example row.",
)


def lay_out(language: str = "nl") -> bytes:
    """
    Return the example file: the list, whose headings are in Dutch or English, and a sheet that explains each column.
    """
    import xlsxwriter  # some megabytes, which nobody needs before the first example

    made = io.BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True}) as book:
        bold, day, plain = book.add_format({"bold": True}), book.add_format({"num_format": "dd-mm-yyyy"}), book.add_format({"num_format": "@"})
        sheet = book.add_worksheet("cliënten" if language == "nl" else "clients")
        for place, column in enumerate(COLUMNS):
            sheet.set_column(place, place, WIDTH, plain if column.kind == "phone" else day if column.kind == "day" else None)
            sheet.write_string(0, place, column.dutch if language == "nl" else column.english, bold)
            if column.name in EXAMPLE:
                sheet.write(1, place, EXAMPLE[column.name])
            if choices := _choices(column):
                sheet.data_validation(1, place, SHOWN, place, {"validate": "list", "source": choices, "error_type": "warning"})
        sheet.freeze_panes(1, 0)
        _explain(book.add_worksheet("uitleg · help"), bold)
    return made.getvalue()


def lay_out_csv(language: str = "nl") -> bytes:
    """
    Return the same list as .csv, as a Dutch Excel opens it: by semicolons, and marked as UTF-8.
    """
    made = io.StringIO()
    csv.writer(made, delimiter=";").writerows((
        [column.dutch if language == "nl" else column.english for column in COLUMNS], [EXAMPLE.get(column.name, "") for column in COLUMNS]))
    return made.getvalue().encode("utf-8-sig")


def _explain(sheet: Any, bold: Any) -> None:
    sheet.set_column(0, 2, 40)
    for row, text in enumerate(EXPLAINED):
        sheet.write_string(row, 0, text)
    for row, column in enumerate(COLUMNS, len(EXPLAINED) + 1):
        sheet.write_string(row, 0, column.dutch, bold)
        sheet.write_string(row, 1, column.english)
        sheet.write_string(row, 2, ", ".join(_choices(column)) or HINTS.get(column.kind, ""))


def _choices(column: Column) -> list[str]:
    if column.kind == "truth":
        return ["ja", "nee"]
    if column.kind == "language":
        return list(OWN_NAMES)
    return list(column.words or ())
