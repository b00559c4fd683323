"""
A client's plan is what reminders and handovers say, and goes beyond the due day.
"""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from flows.deadlines import AWAITED, OVERDUE, UNREAD, Planned, handovers, plan, reminders
from flows.facts import read
from flows.remind import act_by, free_at, later_on, next_at
from flows.stops import still
from tests.flows.test_deadlines import CASES

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']} {case['shows']}" for case in CASES])
def test_plan_is_what_follows(case: dict[str, Any]):
    """Every worked case is planned to the day; what is overdue is planned before it is, and comes out so on the day after."""
    facts, today = read(case["facts"]), date.fromisoformat(case["today"])
    known_on = facts.known_on or today
    dues, steps = plan(facts, {}, today) if facts.known_on is None else plan(facts, dict.fromkeys(plan(facts, {}, today)[0], known_on), today)

    said = {(step.on, step.due_on, step.kind) for step in steps if step.what in ("client", "staff") and step.due_on != facts.guidance_started_on}
    now = {(one.send_on, one.due_on, one.kind) for one in reminders(facts, today)}
    assert now <= said
    assert {kind for _, _, kind in said - now} <= OVERDUE.keys()
    for on, due_on, kind in said - now:
        later = reminders(replace(facts, known_on=known_on), max(due_on, today) + timedelta(days=1))
        assert (on, due_on, kind) in {(one.send_on, one.due_on, one.kind) for one in later}
    stepped = {(step.on, step.due_on, step.kind) for step in steps if step.what in ("person", "certain") and step.kind not in (UNREAD, AWAITED)}
    assert {(one.open_on, one.due_on, one.kind) for one in handovers(facts, today) if one.due_on is not None} <= stepped
    assert {(OVERDUE.get(step.kind, step.kind), step.due_on) for step in steps} <= dues


def test_a_decision_without_weeks_is_a_persons_at_once():
    """How long one may object stands in a letter that somebody must read now."""

    _, steps = plan(read({"decisions": [{"dated_on": "2026-11-20"}]}), {}, MONDAY)
    assert steps == {Planned(MONDAY, date(2026, 11, 20), UNREAD, "certain")}


def test_what_we_learn_later_does_not_move_what_we_knew():
    """A second date that is learned late has its one reminder that day; the first date has none again."""
    facts = read({"permit_expires_on": "2026-12-20", "travel_document_expires_on": "2026-12-10"})

    _, steps = plan(facts, {("permit_renewal", date(2026, 12, 20)): date(2026, 6, 1)}, MONDAY)
    assert {step.kind for step in steps if step.on == MONDAY} == {"travel_document"}


@pytest.mark.parametrize(("at", "days", "expected"), [
    ("2026-11-24T08:00+01:00", (), "2026-11-24T09:00+01:00"), ("2026-11-24T12:30+01:00", (), "2026-11-24T12:30+01:00"),
    ("2026-11-24T20:00+01:00", (), "2026-11-25T10:00+01:00"), ("2026-11-28T21:00+01:00", (), "2026-11-30T10:00+01:00"),
    ("2026-12-24T22:00+01:00", (), "2026-12-28T10:00+01:00"), ("2026-11-24T12:30+01:00", (3,), "2026-11-26T10:00+01:00"),
])
def test_next_at_is_when_we_may_send(at: str, days: tuple[int, ...], expected: str):
    """Between nine and eight, on no Sunday and holiday, on the days that are safe."""
    from datetime import datetime

    assert next_at(datetime.fromisoformat(at), days) == datetime.fromisoformat(expected)


def test_two_in_seven_days_are_enough():
    """A third waits until the first of the last two is a week old."""
    from datetime import UTC, datetime

    first, second, now = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (20, 23, 24))
    assert free_at([], now) is None
    assert free_at([second], now) is None
    assert free_at([first, second], now) == first + timedelta(days=7)
    assert free_at([first, second], first + timedelta(days=7)) is None


@pytest.mark.parametrize(("due_on", "next_on", "expected"), [
    ("2027-02-20", None, "2026-11-26"), ("2027-02-20", "2026-11-24", "2026-11-24"), ("2026-11-25", None, "2026-11-25"),
    ("2026-11-23", None, "2026-11-24"), ("2026-11-20", None, "2026-11-24"),
])
def test_later_is_never_after_the_next(due_on: str, next_on: str | None, expected: str):
    """In three days, or with the next reminder if that is sooner, and not after the day itself."""

    assert later_on(MONDAY, date.fromisoformat(due_on), date.fromisoformat(next_on) if next_on else None) == date.fromisoformat(expected)


@pytest.mark.parametrize(("known", "stop"), [
    ({"permit_applied_on": "2027-01-29", "permit_expires_on": "2032-05-31"}, "permit_applied_on"),
    ({"permit_applied_on": "2027-01-29", "permit_expires_on": "2028-01-28"}, "permit_applied_on"),
    ({"address_reported_on": "2026-11-26", "moved_on": "2027-03-01"}, "address_reported_on"),
    ({"remission_requested_on": "2027-03-08", "bsgr_bill_on": "2028-02-28"}, "remission_requested_on"),
    ({"bsgr_paid_on": "2027-03-08", "bsgr_bill_on": "2028-02-28"}, "bsgr_paid_on"),
    ({"childcare_claimed_on": "2025-01-10", "childcare_started_on": "2026-11-15"}, "childcare_claimed_on"),
    ({"guidance_ended_on": "2026-08-31", "guidance_started_on": "2026-11-01"}, "guidance_ended_on"),
])
def test_what_is_done_is_not_done_for_the_next_one(known: dict[str, str], stop: str):
    """A new card, move, bill, child or year of guidance is reminded of, though the record says that the one before it was seen to."""

    assert getattr(still(read(known)), stop) is None
    assert getattr(still(read({stop: known[stop]})), stop) is not None


@pytest.mark.parametrize("known", [
    {"permit_applied_on": "2026-11-02", "permit_expires_on": "2027-01-15"}, {"permit_applied_on": "2026-07-15", "permit_expires_on": "2027-01-15"},
    {"address_reported_on": "2026-11-01", "moved_on": "2026-11-28"}, {"remission_requested_on": "2027-03-08", "bsgr_bill_on": "2027-02-28"},
    {"remission_requested_on": "2027-02-22", "bsgr_bill_on": "2027-02-28"},
    {"bsgr_paid_on": "2026-11-30", "bsgr_bill_on": "2026-02-27"}, {"childcare_claimed_on": "2026-08-10", "childcare_started_on": "2026-11-15"},
    {"guidance_ended_on": "2026-11-30", "guidance_started_on": "2026-11-01"},
    {"children": [{"permit_applied_on": "2026-11-02", "permit_expires_on": "2027-01-15"}]},
])
def test_what_is_done_stays_done(known: dict[str, Any]):
    """What was done for this card, move, bill, child or year is not asked again."""

    assert still(read(known)) == read(known)


def test_a_child_is_reminded_of_its_next_card_too():
    """Of two children the one whose new card is known is reminded of it; the other's was just asked for."""
    known = {"children": [{"permit_applied_on": "2027-01-29", "permit_expires_on": "2030-05-31"},
                          {"permit_applied_on": "2027-01-29", "permit_expires_on": "2027-05-31"}]}

    assert {one.due_on.year for one in reminders(still(read(known)), date(2027, 2, 1))} == {2030}


def test_a_card_that_was_asked_for_is_asked_after():
    """Eight weeks after the request somebody asks whether the card came, and once more eight weeks later, on days on which we work."""
    asked_on, last_on = date(2027, 1, 29), date(2027, 5, 21)
    facts = read({"permit_applied_on": "2027-01-29", "permit_expires_on": "2027-05-31"})

    dues, steps = plan(facts, {}, date(2027, 1, 30))
    assert dues == {(AWAITED, last_on)}
    assert steps == {Planned(day, last_on, AWAITED, "certain") for day in (date(2027, 3, 25), last_on)}      # 26 March is Good Friday
    assert (last_on - asked_on).days == 16 * 7
    _, late = plan(facts, {}, date(2027, 9, 1))
    assert late == {Planned(date(2027, 9, 1), last_on, AWAITED, "certain")}


@pytest.mark.parametrize(("today", "on"), [
    ("2026-08-20", "2026-08-31"), ("2026-09-06", "2026-09-07"), ("2026-09-30", "2026-09-30"), ("2026-10-02", ""),
])
def test_a_year_of_guidance_begins_with_a_talk(today: str, on: str):
    """On the day it starts, or on which we learn of it within a month, its guide has a talk; one that was held does not come again."""
    facts = read({"guidance_started_on": "2026-08-31"})

    def talks(known: dict[tuple[str, date], date], day: str = today) -> list[str]:
        _, steps = plan(facts, known, date.fromisoformat(day))
        return [step.on.isoformat() for step in steps if step.due_on == date(2026, 8, 31)]

    assert talks({}) == ([on] if on else [])
    assert talks({("guidance_review", date(2026, 8, 31)): date(2026, 8, 20)}, "2026-12-01") == []
    ended = read({"guidance_started_on": "2026-08-31", "guidance_ended_on": "2026-09-01"})
    assert plan(ended, {}, date(2026, 8, 31)) == (set(), set())


@pytest.mark.parametrize(("due_on", "by"), [("2027-05-31", "2027-05-24"), ("2028-04-24", "2028-04-13"), ("2027-01-02", "2026-12-24")])
def test_a_person_has_five_working_days(due_on: str, by: str):
    """Saturdays, Sundays and feasts are not counted, nor the day itself."""
    assert act_by(date.fromisoformat(due_on)) == date.fromisoformat(by)
