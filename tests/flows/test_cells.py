"""
Cells: what people write into a list, and how a wrong one is told.
"""

from datetime import date, datetime

import pytest

from flows.cells import WrongCell, read
from flows.columns import BY_NAME, COLUMNS, FACTS, HEADINGS, plain
from flows.facts import readers

DAYS = ("31-12-2026", "31/12/2026", "31.12.2026", "2026-12-31", "31 december 2026", "31 Dec 2026", "31 dec. 2026", "do 31 december 2026",
        "٣١-١٢-٢٠٢٦", "2026-12-31 00:00:00", 46387, 46387.0, date(2026, 12, 31), datetime(2026, 12, 31))
RIGHT = (
    ("permit_kind", "Asiel bepaalde tijd", "asylum"), ("inburgering_law", 2021.0, "wi2021"), ("inburgering_route", "B1-route", "b1"),
    ("family_abroad", "ja", True), ("family_abroad", False, False), ("inburgering_extra_months", 6.0, 6),
    ("toeslagen_unclaimed_years", "2024, 2025", [2024, 2025]), ("toeslagen_unclaimed_years", 2024.0, [2024]),
    ("letters", "1-2-2027; 3 maart 2027", [{"due_on": "2027-02-01"}, {"due_on": "2027-03-03"}]),
    ("decisions", "12-01-2027 (6 weken); 13-02-2027", [{"dated_on": "2027-01-12", "weeks": 6}, {"dated_on": "2027-02-13"}]),
    ("children", "geldig tot 31-12-2026, geboren 01-02-2020, soort asiel; geboren 03-04-2026, aangegeven nee",
     [{"permit_expires_on": "2026-12-31", "born_on": "2020-02-01", "permit_kind": "asylum"}, {"born_on": "2026-04-03", "registered": False}]),
    ("done", "permit_renewal 31-12-2026; income_tax", [{"kind": "permit_renewal", "due_on": "2026-12-31"}, {"kind": "income_tax"}]),
    ("children", '[{"born_on": "2020-02-01"}]', [{"born_on": "2020-02-01"}]),
)
WRONG = (
    ("permit_expires_on", "31-02-2027", '"31-02-2027" is not a day', "28-02-2027"),
    ("permit_expires_on", "31-12-26", '"31-12-26" is not a day', "four digits"),
    ("permit_expires_on", "Amina Hassan", "a text of 12 signs", "31-12-2026"),
    ("permit_expires_on", "0612345678", "a number of 10 digits", "31-12-2026"),
    ("permit_expires_on", "31-12-1405", "not a day of our time", "1900"),
    ("permit_expires_on", 2027.0, '"2027" is not a day', "31-12-2026"),
    ("permit_expires_on", True, "a text of 4 signs", "31-12-2026"),
    ("permit_kind", "assiel", '"assiel"', "did you mean asiel?"),
    ("permit_kind", "Amina", "a text of 5 signs", "choose from asylum"),
    ("family_abroad", "misschien", "a text of 9 signs", "ja or nee"),
    ("inburgering_extra_months", "999", "a value that cannot be", "from 0 to 520"),
    ("children", "Yonas 5 jaar", "a text of 12 signs", "geldig tot 31-12-2026"),
    ("done", "permit_renewl", '"permit_renewl"', "did you mean permit_renewal?"),
    ("decisions", "[{}]", "a value that cannot be", "without it this says nothing"),
    ("letters", "[", "a text of 1 signs", "semicolons"),
)


@pytest.mark.parametrize("cell", DAYS, ids=str)
def test_days_are_read_as_people_write_them(cell):
    """Dutch and English, digits of every script, and the days of a spreadsheet are the same day."""

    assert read(BY_NAME["permit_expires_on"], cell) == "2026-12-31"


@pytest.mark.parametrize(("name", "cell", "value"), RIGHT)
def test_every_kind_of_cell_is_read(name, cell, value):
    """Words, numbers, years and lists are read as their facts take them."""

    assert read(BY_NAME[name], cell) == value


@pytest.mark.parametrize(("name", "cell", "found", "right"), WRONG)
def test_a_wrong_cell_says_what_is_right(name, cell, found, right):
    """What was found and what is right are named; a name or number that slipped into the wrong column is not repeated."""

    with pytest.raises(WrongCell) as told:
        read(BY_NAME[name], cell)
    assert found in str(told.value.found)
    assert right in str(told.value.right)


def test_every_fact_has_a_column():
    """Every fact can be imported, and no heading means two of them."""

    assert set(FACTS) == readers()
    headings = [plain(text) for one in COLUMNS for text in {one.english, one.dutch, one.name, *one.also}]
    assert all(HEADINGS[plain(text)] is one for one in COLUMNS for text in (one.english, one.dutch, one.name, *one.also))
    assert len(HEADINGS) <= len(headings)
