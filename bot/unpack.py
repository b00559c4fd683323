"""
Unpack: a list of clients, .xlsx or .csv, as rows of cells, each with the number that a spreadsheet shows beside it.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flows.cells import Cell

LARGEST = 10 * 1024 * 1024      # bytes of a file
UNFOLDED = 200 * 1024 * 1024    # bytes that an .xlsx may unfold to
ROWS = 20_000
XLSX, OLD = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
Row = tuple[int, Sequence[Cell]]


class WrongFile(Exception):
    """
    A file that is no list of clients: one line that says why and what to do.
    """


@dataclass(frozen=True, slots=True)
class Sheet:
    """
    The first row, which heads the columns, and the rows below that are not empty.
    """

    head: Row
    rows: Iterable[Row]


def unpack(content: bytes) -> Sheet:
    """
    Return what a file holds; raise `WrongFile`. What it is is seen from what is in it.
    """
    if len(content) > LARGEST:
        raise WrongFile(f"the file is larger than {LARGEST // 1024 // 1024} MB; split it")
    if content.startswith(OLD):
        raise WrongFile("this is an old .xls, or a file with a password; save it as .xlsx without one")
    filled = [(number, row) for number, row in enumerate(_xlsx(content) if content.startswith(XLSX) else _csv(content), 1) if _is_filled(row)]
    if len(filled) > ROWS:
        raise WrongFile(f"there are more than {ROWS} rows; split the file")
    if not filled:
        raise WrongFile("the file is empty; wegwijs import --template FILE writes an example")
    return Sheet(filled[0], filled[1:])


def _is_filled(row: Sequence[Cell]) -> bool:
    return any(not isinstance(cell, str) or cell.strip() for cell in row)


def _xlsx(content: bytes) -> list[list[Cell]]:
    from python_calamine import CalamineError, load_workbook  # a megabyte, which nobody needs before the first list

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as folder:
            if sum(part.file_size for part in folder.infolist()) > UNFOLDED:
                raise WrongFile("the file unfolds to too much; save what matters as .csv")
        sheet = load_workbook(io.BytesIO(content)).get_sheet_by_index(0)
        return [[_plain(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (zipfile.BadZipFile, CalamineError, ValueError, IndexError) as error:
        raise WrongFile("the file cannot be read as .xlsx; save it again, or as .csv") from error


def _plain(cell: object) -> Cell:
    return cell if isinstance(cell, str | float | int | bool | date | datetime) else str(cell)


def _csv(content: bytes) -> list[list[Cell]]:
    text = _decoded(content)
    first, _line, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return [[], *_split(rest, first.strip()[4])]        # the line counts in the spreadsheet's numbers
    return _split(text, max(";,\t", key=first.count))


def _split(text: str, between: str) -> list[list[Cell]]:
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=between)]
    except csv.Error as error:
        raise WrongFile("the file cannot be read as .csv; save it as .xlsx") from error


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise WrongFile("the file is neither .xlsx nor text; save it as .xlsx or .csv")


def letter(column: int) -> str:
    """
    Return what a spreadsheet calls a column: A, B … AA; 0 is the first.
    """
    return (letter(column // 26 - 1) if column >= 26 else "") + chr(ord("A") + column % 26)
