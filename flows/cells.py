"""
Cells: what people write into a list of clients, read as the value of a fact. What cannot be read is said without repeating what may be a name.
"""

import json
import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from typing import Any

from flows.columns import KINDS_OF_PERMIT, Column, plain
from flows.deadlines import KINDS
from flows.facts import YEARS, WrongFact
from flows.facts import read as read_facts
from flows.remarks import Remark, near, remark

Cell = str | float | int | bool | date | datetime
EXCEL = date(1899, 12, 30)              # the day that a spreadsheet counts its days from
SERIALS = range(14_611, 73_051)         # its numbers of the days from 1940 to 2099
LONGEST = 2000                          # characters of a cell that are looked at
DAY, NO_DAY, CHOOSE = "write a day that exists, such as {day}", "{found} is not a day", "choose from {words}"
CHILD = "geldig tot 31-12-2026, geboren 01-02-2020"
_RANGE = re.compile(r"write a whole number from (\d+) to (\d+)")
_MONTHS = (
    "jan januari january", "feb februari february febr", "mrt maart march mar", "apr april", "mei may", "jun juni june", "jul juli july",
    "aug augustus august", "sep september sept", "okt oktober october oct", "nov november", "dec december",
)
MONTHS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{1,2})(?:[T ]00:00(?::00)?(?:\.0+)?)?")
_BY_NAME = re.compile(r"(?:[^\W\d_]+\.?,?\s+)?(\d{1,2})\.?[\s-]+([^\W\d_]+)\.?[\s-]+(\d{4})")
_SHORT_YEAR = re.compile(r"\d{1,2}\s*[-/. ]\s*\d{1,2}\s*[-/. ]\s*\d{2}")
_WEEKS = re.compile(r"(.*?)[\s,]*\(?\s*(\d{1,3})\s*(?:w|wk|weken|week|weeks)\.?\s*\)?", re.IGNORECASE)
TRUE, FALSE = {"ja", "yes", "j", "y", "true", "waar", "1", "x"}, {"nee", "no", "n", "false", "onwaar", "0"}
_CHILD: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("permit_expires_on", ("geldig tot", "valid until")), ("permit_applied_on", ("aangevraagd op", "requested on", "aangevraagd", "requested")),
    ("born_on", ("geboren op", "born on", "geboren", "born")), ("registered", ("aangegeven", "registered")), ("permit_kind", ("soort", "kind")),
)


class WrongCell(ValueError):
    """
    A cell that cannot be read: what was found, told so that no name or number is repeated, and what is right.
    """

    def __init__(self, found: Remark, right: Remark) -> None:
        super().__init__(f"{found}; {right}")
        self.found, self.right = found, right


def read(column: Column, cell: Cell) -> object:
    """
    Return the value of JSON that a cell of a fact stands for. Raise `WrongCell`.
    """
    value = _READERS[column.kind](column, cell)
    try:
        read_facts({column.name: value})
    except WrongFact as wrong:
        raise WrongCell(remark("a value that cannot be"), _right(str(wrong).rpartition("; ")[2])) from None
    return value


def _right(told: str) -> Remark:
    found = _RANGE.search(told)
    return remark("write a whole number from {first} to {last}", first=found[1], last=found[2]) if found else remark("{right}", right=told)


def seen(cell: Cell) -> Remark:
    """
    Say what was found in a cell without repeating what may be somebody's name or number: of a text its length, a day as it stands.
    """
    text = text_of(cell)
    digits = sum(sign.isdigit() for sign in text)
    if 0 < digits <= 8 and len(text) <= 20 and (digits + sum(text.count(sign) for sign in "-/. ") == len(text) or _BY_NAME.fullmatch(text)):
        return remark('"{text}"', text=text)
    return remark("a number of {n} digits", n=digits) if digits * 2 > len(text) else remark("a text of {n} signs", n=len(text))


def text_of(cell: Cell) -> str:
    """
    Return a cell as text: a whole number without its point, digits of every script as ours, nothing invisible.
    """
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    kept = (sign for sign in str(cell)[:LONGEST] if unicodedata.category(sign) != "Cf")
    return " ".join("".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in kept).split())


def a_day(cell: Cell) -> date:
    """
    Read a day: one of a spreadsheet, 31-12-2026, 2026-12-31 or 31 december 2026, in Dutch or English. Raise `WrongCell`.
    """
    day = _of_spreadsheet(cell)
    if day is None:
        text = text_of(cell)
        parts = _parts(text)
        if parts is None:
            right = remark("write the year in four digits, such as {day}" if _SHORT_YEAR.fullmatch(text) else DAY, day="31-12-2026")
            raise WrongCell(remark(NO_DAY, found=seen(cell)), right)
        day = _made(cell, *parts)
    if day.year not in YEARS:
        right = remark("the year is from {first} to {last}", first=YEARS[0], last=YEARS[-1])
        raise WrongCell(remark("{found} is not a day of our time", found=seen(cell)), right)
    return day


def _of_spreadsheet(cell: Cell) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    is_serial = not isinstance(cell, bool | str) and float(cell).is_integer() and int(cell) in SERIALS
    return EXCEL + timedelta(days=int(cell)) if is_serial else None


def _parts(text: str) -> tuple[int, int, int] | None:
    if found := _DAY_FIRST.fullmatch(text):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _YEAR_FIRST.fullmatch(text):
        return int(found[1]), int(found[2]), int(found[3])
    if (found := _BY_NAME.fullmatch(text)) and (month := MONTHS.get(found[2].casefold())):
        return int(found[3]), month, int(found[1])
    return None


def _made(cell: Cell, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        exists = year in YEARS and 1 <= month <= 12
        last = date(year, month, monthrange(year, month)[1]) if exists else date(2026, 12, 31)
        raise WrongCell(remark(NO_DAY, found=seen(cell)), remark(DAY, day=f"{last:%d-%m-%Y}")) from None


def a_truth(cell: Cell) -> bool:
    """
    Read yes or no. Raise `WrongCell`.
    """
    said = plain(text_of(cell))
    if said in TRUE or said in FALSE:
        return said in TRUE
    raise WrongCell(seen(cell), remark("write ja or nee"))


def one_of(words: Mapping[str, tuple[str, ...]], cell: Cell) -> str:
    """
    Read a word that stands for one of a few. Raise `WrongCell`, which names the word that is nearest.
    """
    known = {plain(text): word for word, also in words.items() for text in (*also, word)}
    said = plain(text_of(cell))
    if said in known:
        return known[said]
    close = get_close_matches(said, known, 1)
    if close:
        raise WrongCell(remark('"{text}"', text=text_of(cell)), near(close[0]))
    raise WrongCell(seen(cell), remark(CHOOSE, words=", ".join(words)))


def a_count(cell: Cell) -> int:
    """
    Read a whole number. Raise `WrongCell`.
    """
    text = text_of(cell)
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise WrongCell(seen(cell), remark("write a whole number"))
    return int(text)


def _listed(cell: Cell, one: Callable[[str], object]) -> list[object]:
    """
    Read a list: its parts are parted by semicolons, or it is JSON.
    """
    text = str(cell).strip()
    if text.startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise WrongCell(seen(cell), remark("part what belongs to the list by semicolons")) from None
        return list(found)
    return [one(part) for part in re.split(r"[;\n]", str(cell)) if part.strip()]


def _decision(part: str) -> object:
    found = _WEEKS.fullmatch(part.strip())
    if not found:
        return {"dated_on": a_day(part).isoformat()}
    return {"dated_on": a_day(found[1].strip()).isoformat(), "weeks": int(found[2])}


def _child(part: str) -> object:
    child: dict[str, object] = {}
    for one in filter(str.strip, part.split(",")):
        said = text_of(one)
        name, word = next(((name, word) for name, words in _CHILD for word in words if said.casefold().startswith(word)), ("", ""))
        rest = said[len(word):].strip(" :")
        if not name:
            raise WrongCell(seen(one), remark('write it as "{example}"; the next child after a semicolon', example=CHILD))
        if name in child:
            raise WrongCell(remark('"{word}" twice', word=word), remark("part two children by a semicolon"))
        child[name] = _of_child(name, rest)
    return child


def _of_child(name: str, rest: str) -> object:
    if name == "permit_kind":
        return one_of(KINDS_OF_PERMIT, rest)
    return a_truth(rest) if name == "registered" else a_day(rest).isoformat()


def _done(part: str) -> object:
    kind, _space, rest = text_of(part).partition(" ")
    if kind not in KINDS:
        close = get_close_matches(kind, KINDS, 1)
        right = near(close[0]) if close else remark(CHOOSE, words=", ".join(sorted(KINDS)))
        raise WrongCell(remark('"{text}"', text=kind) if close else seen(part), right)
    return {"kind": kind, "due_on": a_day(rest).isoformat()} if rest else {"kind": kind}


_READERS: Mapping[str, Callable[[Column, Any], object]] = {
    "day": lambda column, cell: a_day(cell).isoformat(),
    "truth": lambda column, cell: a_truth(cell),
    "word": lambda column, cell: one_of(column.words or {}, cell),
    "count": lambda column, cell: a_count(cell),
    "years": lambda column, cell: [a_count(part) for part in re.split(r"[;,\s]+", text_of(cell)) if part],
    "days": lambda column, cell: _listed(cell, lambda part: {"due_on": a_day(part).isoformat()}),
    "decisions": lambda column, cell: _listed(cell, _decision),
    "children": lambda column, cell: _listed(cell, _child),
    "done": lambda column, cell: _listed(cell, _done),
}
