"""
Reminders follow from facts as the deadlines page says: its worked cases (A to D), and more of the kind, reckoned by hand (E, F).
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.days import DAY, add_months, is_sending_day, sending_day_from, within
from flows.deadlines import KINDS, RULES, Handover, Reminder, handovers, reminders
from flows.facts import WrongFact, read, written
from flows.unsettled import claimable, everything

CASES = [json.loads(line) for line in (Path(__file__).parent / "deadlines.jsonl").read_text().splitlines()]
TODAY = date(2026, 11, 24)
OVERDUE = {rule.overdue for rule in RULES.values() if rule.overdue}
assert is_sending_day(TODAY)                    # loads the calendar, which takes longer than a property may


def planned(facts: dict[str, Any], today: date = TODAY) -> tuple[Reminder, ...]:
    """Return the reminders that follow from facts as they are written."""
    return reminders(read(facts), today)


def stepped_in(facts: dict[str, Any], today: str) -> list[tuple[str, str, str, bool]]:
    """Return when a person must step in, in writing."""
    return [(one.kind, str(one.due_on), str(one.open_on), one.is_certain) for one in handovers(read(facts), date.fromisoformat(today))]


@pytest.mark.parametrize("case", CASES, ids=[f"{case['id']} {case['shows']}" for case in CASES])
def test_worked_case(case: dict[str, Any]):
    """Every worked case comes out to the day."""

    found: dict[str, list[str]] = {}
    for one in planned(case["facts"], date.fromisoformat(case["today"])):
        found.setdefault(f"{one.kind} {one.due_on}", []).append(f"{one.send_on} {one.send_on:%a}")
    assert found == case["reminders"]


def test_the_next_reminder_comes_first():
    """Reminders are sorted by the day to send, then the due day, then the kind."""

    found = planned({"permit_expires_on": "2026-12-20", "letters": [{"due_on": "2026-12-20"}], "moved_on": "2026-12-01"})
    assert [(str(one.send_on), str(one.due_on), one.kind) for one in found][:4] == [
        ("2026-11-24", "2026-12-20", "permit_renewal"), ("2026-12-01", "2026-12-06", "address_change"),
        ("2026-12-04", "2026-12-06", "address_change"), ("2026-12-05", "2026-12-20", "letter_deadline")]
    assert list(found) == sorted(found)


@pytest.mark.parametrize(("day", "months", "later"), [
    ("2026-08-31", 3, "2026-11-30"), ("2026-11-30", 3, "2027-02-28"), ("2027-11-30", 3, "2028-02-29"), ("2026-12-31", 1, "2027-01-31"),
    ("2027-05-31", -3, "2027-02-28"), ("2028-05-31", -3, "2028-02-29"), ("2027-01-31", -1, "2026-12-31"), ("2024-02-29", 12, "2025-02-28"),
    ("2024-02-29", 48, "2028-02-29"), ("2026-12-15", -12, "2025-12-15"), ("2026-06-30", -18, "2024-12-30"), ("2026-01-15", 0, "2026-01-15"),
])
def test_months_are_calendar_months(day: str, months: int, later: str):
    """So many months later is the same day number, or the last day of a month that is shorter."""

    assert add_months(date.fromisoformat(day), months) == date.fromisoformat(later)


def test_within_counts_the_first_day():
    """Within three months of a day ends the day before its number comes round."""

    assert within(date(2026, 11, 30), 3) == date(2027, 2, 27)
    assert within(date(2021, 3, 1), 36) == date(2024, 2, 29)


WRONG = [
    ({"permit_expires": "2027-02-28"}, 'there is no fact "permit_expires"; did you mean permit_expires_on?'),
    ({"shoe_size": 41}, 'there is no fact "shoe_size"; there are: known_on, permit_kind'),
    ({"permit_expires_on": "31-02-2027"}, "permit_expires_on is '31-02-2027'; write a day that exists as 2027-02-28"),
    ({"permit_expires_on": "2027-02-29"}, "permit_expires_on is '2027-02-29'; write"),
    ({"permit_expires_on": "20270228"}, "permit_expires_on is '20270228'"),
    ({"permit_expires_on": "2027-W08-7"}, "permit_expires_on is '2027-W08-7'"),
    ({"permit_expires_on": "2027-02-28T10:00"}, "permit_expires_on is"),
    ({"permit_expires_on": "٢٠٢٧-٠٢-٢٨"}, "permit_expires_on is"),
    ({"permit_expires_on": " 2027-02-28"}, "permit_expires_on is"),
    ({"permit_expires_on": "0207-02-28"}, "in the years 1900 to 2099"),
    ({"permit_expires_on": None}, "permit_expires_on is None"),
    ({"permit_expires_on": ""}, "permit_expires_on is ''"),
    ({"known_on": 20261124}, "known_on is 20261124"),
    ({"permit_kind": "Asylum"}, "permit_kind is 'Asylum'; choose from asylum, regular, permanent, ukraine"),
    ({"inburgering_law": 2021}, "inburgering_law is 2021; choose from wi2013, wi2021"),
    ({"inburgering_route": ["z"]}, "inburgering_route is ['z']; choose from b1, onderwijs, z"),
    ({"family_abroad": "yes"}, "family_abroad is 'yes'; write true or false"),
    ({"inburgering_extra_months": -1}, "inburgering_extra_months is -1; write a whole number from 0 to"),
    ({"inburgering_extra_weeks": 2.5}, "inburgering_extra_weeks is 2.5"),
    ({"inburgering_extra_weeks": True}, "inburgering_extra_weeks is True"),
    ({"tax_return_years": 2026}, "tax_return_years is 2026; write a list"),
    ({"toeslagen_unclaimed_years": [2025, "2026"]}, "toeslagen_unclaimed_years[1] is '2026'"),
    ({"decisions": [{"weeks": 6}]}, "decisions[0].dated_on is missing"),
    ({"decisions": [{"dated_on": "2026-12-21", "weeks": 0}]}, "decisions[0].weeks is 0; write a whole number from 1 to 52"),
    ({"letters": [{}]}, "letters[0].due_on is missing"),
    ({"letters": {"due_on": "2027-01-02"}}, "letters is {'due_on': '2027-01-02'}; write a list"),
    ({"children": [{}, {"born_on": "2008-02-30"}]}, "children[1].born_on is '2008-02-30'"),
    ({"children": [{"known_on": "2026-11-24"}]}, 'there is no fact "children[0].known_on"'),
    ({"children": ["Yonas"]}, "children[0] is 'Yonas'; write an object"),
    ({"children": [{"registered": 0}]}, "children[0].registered is 0; write true or false"),
    ({"done": [{"due_on": "2027-01-02"}]}, "done[0].kind is missing"),
    ({"done": [{"kind": "permit"}]}, 'done has the kind "permit"; choose from address_change'),
    (["permit_expires_on"], "facts is ['permit_expires_on']; write an object"),
]


@pytest.mark.parametrize(("facts", "line"), WRONG, ids=[str(facts)[:60] for facts, _ in WRONG])
def test_a_wrong_fact_says_what_is_right(facts: Any, line: str):
    """What cannot be used is never skipped: the error names the fact, what was found and what is right."""

    with pytest.raises(WrongFact) as refused:
        planned(facts)
    assert line in str(refused.value)


def test_facts_nested_too_deep_are_wrong_facts():
    """However deep somebody nests what they write of a fact, it is refused like any other that cannot be."""

    for depth in (*range(2, 1100, 7), 100_000):
        with pytest.raises(WrongFact):
            read({"decisions": written("decisions", "[" * depth + "]" * depth)})


@pytest.mark.parametrize(("today", "facts", "expected"), [
    ("2026-12-26", {"permit_expires_on": "2026-12-27"}, [("permit_renewal", "2026-12-27", "2026-12-26", True)]),
    ("2026-11-24", {"permit_expires_on": "2027-08-31"}, [("permit_renewal", "2027-08-31", "2027-08-01", False),
                                                         ("permit_renewal", "2027-08-31", "2027-08-24", False)]),
    ("2026-11-24", {"permit_expires_on": "2026-12-03"}, [("permit_renewal", "2026-12-03", "2026-11-24", False),
                                                         ("permit_renewal", "2026-12-03", "2026-11-26", False)]),
    ("2026-11-24", {"permit_expires_on": "2026-11-01"}, [("permit_renewal", "2026-11-01", "2026-11-24", True)]),
    ("2026-11-29", {"permit_expires_on": "2026-11-28", "known_on": "2026-01-01"}, [("permit_renewal", "2026-11-28", "2026-11-29", True)]),
    ("2026-11-24", {"permit_expires_on": "2026-11-01", "permit_applied_on": "2026-10-01"}, []),
    ("2026-12-01", {"asylum_granted_on": "2026-11-30", "family_abroad": True}, [("nareis_application", "2027-02-27", "2026-12-01", True)]),
    ("2026-11-24", {"asylum_granted_on": "2026-08-24", "family_abroad": True}, [("nareis_application", "2026-11-23", "2026-11-24", True)]),
    ("2026-12-22", {"decisions": [{"dated_on": "2026-12-21"}]}, [("objection", "None", "2026-12-22", True)]),
    ("2026-12-22", {"decisions": [{"dated_on": "2026-10-01", "weeks": 1}]}, [("objection", "2026-10-08", "2026-12-22", True)]),
    ("2026-11-24", {"toeslagen_unclaimed_years": [2024]}, [("toeslagen_claim", "2025-09-01", "2026-11-24", True)]),
    ("2026-11-24", {"permit_kind": "permanent", "permit_expires_on": "2026-11-01"}, []),
    ("2026-12-26", {"permit_kind": "permanent", "permit_expires_on": "2026-12-27"}, [("permit_card_renewal", "2026-12-27", "2026-12-26", True)]),
    ("2027-01-05", {"permit_expires_on": "2027-08-31", "known_on": "2026-11-24", "done": [{"kind": "permit_renewal"}]}, []),
])
def test_a_person_steps_in(today: str, facts: dict[str, Any], expected: list[tuple[str, str, str, bool]]):
    """A ticket opens at once for what needs a person, what no message can reach and what is overdue; else on the days of the rule."""

    assert stepped_in(facts, today) == expected


DAYS = st.dates(date(2005, 1, 1), date(2032, 12, 31))
WRITTEN = DAYS.map(date.isoformat)
PERMITS = st.sampled_from(["asylum", "regular", "permanent", "ukraine"])
YEARS = st.lists(st.integers(2020, 2030), max_size=3)
CHILD = st.fixed_dictionaries({}, optional={"permit_expires_on": WRITTEN, "permit_kind": PERMITS, "permit_applied_on": WRITTEN,
                                            "born_on": WRITTEN, "registered": st.booleans()})
FACTS = st.fixed_dictionaries({}, optional={
    **dict.fromkeys(("permit_expires_on", "asylum_granted_on", "lawful_residence_since_on", "travel_document_expires_on", "duo_letter_on",
                     "municipality_registered_on", "pip_on", "inburgering_started_on", "inburgering_ends_on", "pvt_done_on", "map_done_on",
                     "insurance_duty_on", "childcare_started_on", "moved_on", "bsgr_bill_on", "bsgr_paid_on", "guidance_started_on"), WRITTEN),
    "permit_kind": PERMITS, "family_abroad": st.booleans(), "inburgering_law": st.sampled_from(["wi2013", "wi2021"]),
    "inburgering_extra_months": st.integers(0, 24), "inburgering_extra_weeks": st.integers(0, 32),
    "inburgering_route": st.sampled_from(["b1", "onderwijs", "z"]), "toeslagen_unclaimed_years": YEARS, "tax_return_years": YEARS,
    "decisions": st.lists(st.fixed_dictionaries({"dated_on": WRITTEN}, optional={"weeks": st.integers(1, 6)}), max_size=3),
    "letters": st.lists(st.fixed_dictionaries({"due_on": WRITTEN}), max_size=3), "children": st.lists(CHILD, max_size=3),
    "done": st.lists(st.fixed_dictionaries({"kind": st.sampled_from(sorted(KINDS))}, optional={"due_on": WRITTEN}), max_size=2),
})
STOPS = {
    "permit_applied_on": {"permit_renewal", "permit_expired", "permit_card_renewal"},
    "nareis_applied_on": {"nareis_application", "nareis_late"},
    "naturalisation_applied_on": {"naturalisation_possible"},
    "inburgering_done_on": {"pip_missing", "inburgering_term", "inburgering_overdue", "inburgering_exams", "inburgering_parts"},
    "health_insured_on": {"health_insurance", "health_insurance_late"},
    "childcare_claimed_on": {"childcare_claim"},
    "address_reported_on": {"address_change"},
    "remission_requested_on": {"local_tax_remission"},
    "guidance_ended_on": {"guidance_review", "guidance_closing"},
}


@given(FACTS, DAYS, DAYS)
def test_reminders_keep_the_rules(facts: dict[str, Any], known_on: date, today: date):
    """Whatever the facts: each reminder once, sorted, on a sending day, not before today or before we knew, and in time unless overdue."""
    found = planned({**facts, "known_on": known_on.isoformat()}, today)

    assert list(found) == sorted(set(found))
    for one in found:
        assert is_sending_day(one.send_on)
        assert max(today, known_on) <= one.send_on
        assert (one.send_on > one.due_on) is (one.kind in OVERDUE)


@given(FACTS, DAYS, st.integers(0, 60))
def test_the_plan_is_the_same_tomorrow(facts: dict[str, Any], known_on: date, days: int):
    """Evaluated later, the same reminders come out, less those that were sent; new are only those of what is overdue by then."""
    facts = {**facts, "known_on": known_on.isoformat()}
    later = known_on + timedelta(days=days)

    then, now = planned(facts, known_on), planned(facts, later)
    assert set(now) >= {one for one in then if one.send_on >= later}
    assert {one.kind for one in set(now) - set(then)} <= OVERDUE


@given(FACTS, DAYS)
def test_every_due_day_is_spoken_of(facts: dict[str, Any], known_on: date):
    """What is due from the day we learn of it on has a reminder up to its day, or a person at once: never silence."""
    read_facts = read({**facts, "known_on": known_on.isoformat(), "done": []})

    spoken = {(one.kind, one.due_on) for one in reminders(read_facts, known_on)}
    called = {(one.kind, one.due_on) for one in handovers(read_facts, known_on) if one.is_certain and one.open_on == known_on}
    due = {(rule.kind, day) for rule in RULES.values() for day in rule.due(read_facts) if day >= known_on}
    assert due <= spoken | called


@pytest.mark.parametrize("stop", STOPS)
@given(facts=FACTS, today=DAYS)
def test_a_stop_is_silence(stop: str, facts: dict[str, Any], today: date):
    """A stop fact ends the reminders of its kinds, and no others; those of children go on."""
    facts = {**facts, "children": []}

    stopped, before = planned({**facts, stop: "2026-11-24"}, today), planned(facts, today)
    assert stopped == tuple(one for one in before if one.kind not in STOPS[stop])


@given(FACTS, DAYS)
def test_done_is_silence(facts: dict[str, Any], today: date):
    """Done with a due day silences that one, the overdue message too, and nothing else."""
    facts = {**facts, "done": []}
    for kind, due_on in {(one.kind, one.due_on) for one in planned(facts, today)}:
        of = next(name for name, rule in RULES.items() if kind in (name, rule.overdue))
        without = planned({**facts, "done": [{"kind": of, "due_on": due_on.isoformat()}]}, today)
        gone = {of, RULES[of].overdue}

        assert without == tuple(one for one in planned(facts, today) if one.kind not in gone or one.due_on != due_on)


@given(WRITTEN, PERMITS, DAYS)
def test_a_child_with_its_parents_date_is_one_message(day: str, kind: str, today: date):
    """A child whose card is as its parent's adds no message; alone it is reminded on the same days."""
    card = {"permit_expires_on": day, "permit_kind": kind}

    assert planned({**card, "children": [card, card]}, today) == planned(card, today) == planned({"children": [card]}, today)


@given(DAYS)
def test_an_overdue_message_goes_once(due_on: date):
    """Of a card that ended unnoticed the client hears on one day: the first sending day after it."""
    facts = {"permit_expires_on": due_on.isoformat(), "known_on": (due_on - 300 * DAY).isoformat()}

    heard = [one.send_on for days in range(1, 10) for one in planned(facts, due_on + days * DAY)]
    assert set(heard) == {sending_day_from(due_on + DAY)}


def test_rules_are_well_formed():
    """Each kind is its function's name, its offsets run towards the due day, and its source stands in its docstring."""
    ends_on = date(2027, 8, 31)
    for kind, rule in RULES.items():
        counted = [add_months(ends_on, -int(offset[:-1])) if offset[-1] == "m" else ends_on - int(offset[:-1]) * DAY
                   for offset in rule.offsets.split()]

        assert rule.due.__name__ == kind
        assert counted == sorted(set(counted))
        assert "Source:" in (rule.due.__doc__ or "")


def test_what_may_change_is_looked_up_every_year():
    """No unsettled day was read more than thirteen months ago: look it up, and write down where and when."""

    old = [one.source for one in everything() if add_months(one.read_on, 13) < date.today()]
    assert old == [], f"Read {' and '.join(old)} again. Correct what changed, and write today into its `read_on` in flows/unsettled.py."
    assert all(one.source and one.value for one in everything())


@pytest.mark.parametrize(("today", "year"), [(date(2026, 9, 1), 2025), (date(2026, 9, 2), 2026), (date(2027, 1, 1), 2026)])
def test_a_year_of_toeslagen_is_named_while_it_can_be_asked_for(today: date, year: int):
    """The year that an answer names is the earliest that can still be asked for, and its last day is not past."""

    assert claimable(today) == (year, date(year + 1, 9, 1))


def test_a_decision_without_weeks_is_one_call():
    """Two decisions whose weeks nobody knows are one ticket, beside those that have a day."""
    facts = read({"decisions": [{"dated_on": "2026-12-21"}, {"dated_on": "2026-12-22"}, {"dated_on": "2026-12-21", "weeks": 4}]})

    assert handovers(facts, date(2026, 12, 22)) == (
        Handover("objection", None, date(2026, 12, 22), True), Handover("objection", date(2027, 1, 18), date(2026, 12, 22), True))
