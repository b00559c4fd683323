"""
Decipher: the rows of a list as clients with facts, and every cell that cannot be one, by row and column.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bot.unpack import Row, Sheet, WrongFile, letter
from flows.cells import Cell, WrongCell, a_count, read, seen, text_of
from flows.columns import FACTS, HEADINGS, Column, plain
from flows.language import NAMES, OWN_NAMES, named
from flows.remarks import Remark, near, remark

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber

COUNTRY = "NL"                  # of a number that names none
HIGHEST = 99_999_999            # client number
LONGEST = 100                   # characters of a name
HINT = "wegwijs import --template FILE writes an example"


@dataclass(slots=True)
class Listed:
    """
    A client as a row tells of them. `row` is the one in the file; what it does not tell is empty.
    """

    row: int
    number: int = 0
    name: str = ""
    language: str = ""
    phone: str = ""                             # +31612345678
    location_id: int = 0
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wrong:
    """
    What is wrong in a row: the heading of its column ("" for the whole row), what was found, what is right. Never a client's name or number.
    """

    row: int
    column: str
    found: Remark
    right: Remark

    def __str__(self) -> str:
        """
        The line as it is printed.
        """
        return f"row {self.row}: {self.found}{f' (column {self.column})' if self.column else ''}; {self.right}"


def decipher(sheet: Sheet, places: Mapping[str, int]) -> tuple[list[Listed], list[Wrong]]:
    """
    Return the clients of a list, and what is wrong with it. `places` are the locations by name. Raise `WrongFile` where no heading is known.
    """
    columns, wrong = _headed(sheet.head)
    if not columns:
        raise WrongFile(f"row {sheet.head[0]} heads no column we know, such as cliëntnummer, voornaam or geldig tot; {HINT}")
    names = {plain(name): id for name, id in places.items()}
    listed: list[Listed] = []
    for row in sheet.rows:
        one, theirs = _row(row, columns, names)
        wrong += theirs
        if not theirs:
            listed.append(one)
    listed, twice = _once(listed)
    return listed, sorted([*wrong, *twice], key=lambda one: one.row)


def _headed(head: Row) -> tuple[dict[int, tuple[Column, str]], list[Wrong]]:
    """
    Return the columns by their place with the heading as it was written; an unknown or second heading is wrong.
    """
    number, cells = head
    found: dict[int, tuple[Column, str]] = {}
    wrong: list[Wrong] = []
    taken: dict[str, str] = {}
    for place, cell in enumerate(cells):
        heading = text_of(cell)
        column = HEADINGS.get(plain(heading))
        if column is None and heading:
            wrong.append(Wrong(number, letter(place), *_unknown(heading)))
        elif column is not None and column.name in taken:
            wrong.append(Wrong(number, letter(place), remark(
                '"{heading}" means the same as "{other}"', heading=heading, other=taken[column.name]), remark("leave one of the two out")))
        elif column is not None:
            found[place], taken[column.name] = (column, heading), heading
    return found, wrong


def _unknown(heading: str) -> tuple[Remark, Remark]:
    close = get_close_matches(plain(heading), HEADINGS, 1, 0.75)
    if close:
        return remark('there is no column "{heading}"', heading=heading[:40]), near(close[0])
    return remark("a heading we do not know"), remark("leave this column out, or head it as in the example")


def _row(row: Row, columns: Mapping[int, tuple[Column, str]], places: Mapping[str, int]) -> tuple[Listed, list[Wrong]]:
    number, cells = row
    one, wrong = Listed(number), []
    for place, cell in enumerate(cells):
        if isinstance(cell, str) and not text_of(cell):
            continue
        column, heading = columns.get(place, (None, letter(place)))
        try:
            if column is None:
                raise WrongCell(seen(cell), remark("this column has no heading that we know"))
            _take(one, column, cell, places)
        except WrongCell as told:
            wrong.append(Wrong(number, heading, told.found, told.right))
    if not wrong and not one.number and not one.phone:
        wrong.append(Wrong(number, "", remark("neither client number nor phone"), remark("write one of them, by which we know the client again")))
    return one, wrong


def _take(one: Listed, column: Column, cell: Cell, places: Mapping[str, int]) -> None:
    match column.kind:
        case "number":
            one.number = _number(cell)
        case "name":
            one.name = _name(cell)
        case "language":
            one.language = _language(cell)
        case "phone":
            one.phone = phone(cell)
        case "location":
            one.location_id = _place(cell, places)
        case _ if column.name in FACTS:
            one.facts[column.name] = read(column, cell)


def _number(cell: Cell) -> int:
    try:
        number = a_count(cell)
    except WrongCell:
        number = 0
    if not 1 <= number <= HIGHEST:
        right = remark("write a whole number from {first} to {last}", first=1, last=HIGHEST)
        raise WrongCell(remark("something else than a client number"), right)
    return number


def _name(cell: Cell) -> str:
    name = text_of(cell)
    if not isinstance(cell, str) or not any(sign.isalpha() for sign in name) or len(name) > LONGEST:
        raise WrongCell(remark("something that is no name"), remark("write a first name of at most {n} letters", n=LONGEST))
    return name


def _language(cell: Cell) -> str:
    said = text_of(cell)
    code = said.casefold() if said.casefold() in OWN_NAMES else named(said)
    if code:
        return code
    close = get_close_matches(plain(said), NAMES, 1)
    raise WrongCell(seen(cell), near(close[0]) if close else remark("write a language as Arabisch, or as {words}", words=", ".join(OWN_NAMES)))


def phone(cell: Cell) -> str:
    """
    Read a mobile number, Dutch unless it names a country; a spreadsheet may have taken its 0 or + away. Raise `WrongCell`, which does not
    repeat it.
    """
    from phonenumbers import PhoneNumberFormat, PhoneNumberType, format_number, number_type  # a megabyte, which nobody needs before the first list

    said = text_of(cell)
    digits = "".join(sign for sign in said if sign.isdigit())
    found = next(_numbers(said, digits), None)
    if found is None:
        what = remark("a number of {n} digits that cannot be", n=len(digits)) if digits else remark("a text of {n} signs", n=len(said))
        raise WrongCell(what, remark("write it as 06 12345678 or +31 6 12345678"))
    if number_type(found) not in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE):
        raise WrongCell(remark("a number that is no mobile one"),
                        remark("WhatsApp needs a mobile number; leave the phone empty where there is none"))
    return str(format_number(found, PhoneNumberFormat.E164))


def _numbers(said: str, digits: str) -> Iterator["PhoneNumber"]:
    from phonenumbers import NumberParseException, is_valid_number, parse

    for text in (said, f"+{digits}"):
        try:
            found = parse(text[:40], COUNTRY)
        except NumberParseException:
            continue
        if is_valid_number(found):
            yield found


def _place(cell: Cell, places: Mapping[str, int]) -> int:
    said = plain(text_of(cell))
    if said not in places:
        close = get_close_matches(said, places, 1)
        raise WrongCell(remark("a location we do not have"), near(close[0]) if close else remark("there are: {words}", words=", ".join(places)))
    return places[said]


def _once(listed: Sequence[Listed]) -> tuple[list[Listed], list[Wrong]]:
    """
    Return the rows without those whose client or phone stands in an earlier one.
    """
    kept, wrong = [], []
    numbers: dict[int, int] = {}
    phones: dict[str, int] = {}
    for one in listed:
        if one.number in numbers:
            wrong.append(Wrong(one.row, "", remark("the client number of row {n}", n=numbers[one.number]), remark("a client stands in one row")))
        elif one.phone in phones:
            right = remark("leave the phone of one of them empty and link a shared phone at the desk")
            wrong.append(Wrong(one.row, "", remark("the phone of row {n}", n=phones[one.phone]), right))
        else:
            kept.append(one)
        if one.number:
            numbers.setdefault(one.number, one.row)
        if one.phone:
            phones.setdefault(one.phone, one.row)
    return kept, wrong
