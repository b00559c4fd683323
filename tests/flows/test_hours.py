"""
Office hours are read and written, and a promised answer falls when the office is open.
"""

import sys
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.hours import DUTCH, Hours, WrongHours, answer_by, is_holiday, next_day_by, opens_at, parse, write

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LEIDEN = parse("mo-fr 09:00-17:00; we 09:00-12:00,13:00-17:00")


def at(text: str) -> datetime:
    """Return a moment in Amsterdam."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def test_hours_are_written_as_they_are_read():
    """Opening hours are the same after writing and reading; days that are alike share a part."""

    assert write(parse("mo-fr 09:00-17:00")) == "mo-fr 09:00-17:00"
    assert write(LEIDEN) == "mo-tu 09:00-17:00; we 09:00-12:00,13:00-17:00; th-fr 09:00-17:00"
    assert parse(write(LEIDEN)) == LEIDEN
    assert write(LEIDEN, DUTCH) == "ma-di 09:00-17:00; wo 09:00-12:00,13:00-17:00; do-vr 09:00-17:00"
    assert parse(write(LEIDEN, DUTCH)) == LEIDEN
    assert parse("") == Hours({})


@pytest.mark.parametrize(("asked", "opens"), [
    ("2026-11-24T10:00", None), ("2026-11-24T08:59", "2026-11-24T09:00"), ("2026-11-24T17:00", "2026-11-25T09:00"),
    ("2026-11-25T12:30", "2026-11-25T13:00"), ("2026-11-27T20:00", "2026-11-30T09:00"), ("2026-12-24T23:00", "2026-12-28T09:00"),
])
def test_an_office_opens_again(asked: str, opens: str | None):
    """In the evening, at noon, before a weekend and a holiday it is known when somebody is there again; while it is open there is nothing to say."""

    assert opens_at(LEIDEN, at(asked)) == (at(opens) if opens else None)


@pytest.mark.parametrize("text", [
    "mon 09:00-17:00", "mo 9-17", "mo 17:00-09:00", "fr-mo 09:00-12:00", "mo", "09:00-17:00", "mo 25:00-26:00",
    "mo 09:00:10-09:00:50", "mo 09:00-17:00:00.5", "mo 09:00+01:00-17:00+01:00", "mo 09:00+01:00-17:00",
])
def test_wrong_hours_say_what_is_right(text: str):
    """Hours that cannot be read are refused with an example."""

    with pytest.raises(WrongHours, match="write them as"):
        parse(text)


@pytest.mark.parametrize(("moment", "urgency", "answer"), [
    ("2026-11-24T10:00", "today", "2026-11-24T17:00"), ("2026-11-24T17:00", "today", "2026-11-25T17:00"),
    ("2026-11-24T07:00", "now", "2026-11-24T17:00"),
    ("2026-11-27T18:00", "today", "2026-11-30T17:00"), ("2026-11-28T12:00", "today", "2026-11-30T17:00"),
    ("2026-12-24T18:00", "today", "2026-12-28T17:00"), ("2027-04-26T18:00", "today", "2027-04-28T17:00"),
    ("2026-11-24T10:00", "week", "2026-11-26T17:00"), ("2026-11-24T10:00", "normal", "2026-11-27T17:00"),
    ("2026-11-27T18:00", "week", "2026-12-02T17:00"),
    ("2026-11-26T10:00", "normal", "2026-12-01T17:00"),
])
def test_answer_by(moment: str, urgency: str, answer: str):
    """An answer is promised for the end of a working day: this one, the next, or two or three later."""

    assert answer_by(LEIDEN, at(moment), urgency) == at(answer)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)), st.sampled_from(["now", "today", "week", "normal"]))
def test_answer_comes_later_and_while_open(moment: datetime, urgency: str):
    """Whatever the moment, the promised one lies after it and within two weeks, when the office closes on a day it works."""

    asked = moment.replace(tzinfo=AMSTERDAM)
    due = answer_by(LEIDEN, asked, urgency)
    assert asked < due < asked + timedelta(days=14)
    assert (due.hour, due.minute) == (17, 0)
    assert due.weekday() < 5
    assert not is_holiday(due.date())


def test_office_without_hours_still_answers():
    """A location whose hours nobody filled in promises a working day."""

    assert answer_by(Hours({}), at("2026-11-28T10:00"), "today") == at("2026-11-30T17:00")


def test_holidays_are_those_of_the_netherlands_alone() -> None:
    """King's Day and both Easter days are holidays, Liberation Day is one every five years, and no other country's days take memory."""
    assert [day for day in (date(2026, 4, 27), date(2026, 4, 6), date(2026, 5, 5), date(2025, 5, 5)) if is_holiday(day)] == [
        date(2026, 4, 27), date(2026, 4, 6), date(2025, 5, 5)]
    assert {name for name in sys.modules if name.startswith("holidays.countries.")} == {"holidays.countries.netherlands"}
    assert not {"holidays.calendars.hindu", "holidays.calendars.islamic", "holidays.groups.chinese"} & sys.modules.keys()


@pytest.mark.parametrize(("at", "day"), [("2026-11-24 10:00", 25), ("2026-11-24 18:00", 25), ("2026-11-27 10:00", 30), ("2026-11-28 10:00", 30)])
def test_the_next_working_day_ends_when_the_office_closes(at: str, day: int):
    """From any hour of a Tuesday it is Wednesday at five; from Friday and Saturday it is Monday."""

    assert next_day_by(parse("mo-fr 09:00-17:00"), datetime.fromisoformat(at)) == datetime(2026, 11, day, 17)
