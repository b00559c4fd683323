"""
The script of a year adds up to its figures before anything is played.
"""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest

from flows.contacts import LEGAL_LINES
from flows.first_names import NAMES, SPOKEN
from flows.hours import is_holiday
from flows.newcomers import working_days
from flows.script import Chat, Script, Talk, script
from flows.topics import TOPICS
from flows.year import Figures, expected, persons, scaled

FIRST, LAST = date(2020, 1, 1), date(2020, 12, 31)
# As the annual report of Leiden for 2020 prints them.
PRINTED = {
    "info_point.total": 650, "info_point.social": 296, "info_point.legal": 354, "legal_lines.family_reunification": 46,
    "legal_lines.permit_renewal": 205, "legal_lines.naturalisation": 11, "legal_lines.permit_withdrawal": 3, "legal_lines.undocumented": 20,
    "legal_lines.other_legal": 116, "legal_lines.subjects": 401, "guidance.total": 1367, "trajectories.started": 67, "family.opened": 13,
    "family.open_at_end": 52, "family.closed": 25, "family.granted": 20, "renewals.approached": 100, "housing.housed_persons": 97,
    "housing.housed_homes": 48, "volunteers.volunteers": 40, "courses.course_members": 126,
}


@pytest.fixture(scope="module")
def year() -> Script:
    """
    The script of all of 2020.
    """
    return script(FIRST, LAST, Figures(), 2020)


def talks(year: Script) -> list[Talk]:
    """Every call, visit and mail."""
    return [talk for day in year.days.values() for talk in day.talks]


def chats(year: Script) -> list[Chat]:
    """Every question that is written."""
    return [chat for day in year.days.values() for chat in day.chats]


def test_figures_are_those_of_2020():
    """What a whole year is held to is what the annual report prints."""
    wanted = expected(Figures())
    assert {line: wanted[line] for line in PRINTED} == PRINTED
    assert persons(Figures()) == {"family.opened": 5, "family.closed": 8, "family.open_at_end": 24}


def test_script_adds_up(year):
    """Chats that want a person and contacts written down are together the contacts of the info point, beside those of our reminders."""
    by_person = [chat.topics for chat in chats(year) if chat.wants_person]
    by_person += [talk.topics for talk in talks(year) if talk.programme in ("info_point", "legal_hour")]
    reminded = year.figures.renewals["helped"] + year.figures.renewals["called"]
    legal = [topics for topics in by_person if TOPICS[topics[0]].group == "legal"] + [("permit_renewal",)] * reminded
    subjects = Counter(topic for topics in legal for topic in topics)

    assert len(by_person) + reminded == 650
    assert len(legal) == 354
    assert {line: sum(subjects[topic] for topic in LEGAL_LINES[line]) for line in LEGAL_LINES} == dict(year.figures.lines)
    assert len([topics for topics in legal if len(topics) == 2]) == 47
    assert Counter(talk.programme for talk in talks(year))["guidance"] == 1300
    assert sum(not chat.wants_person for chat in chats(year)) == year.figures.by_bot


def test_social_contacts_have_social_subjects(year):
    """A contact counts by its main subject, so no legal one hides behind a social one."""
    social = [one.topics for one in (*chats(year), *talks(year)) if one.topics and TOPICS[one.topics[0]].group == "social"]
    assert all(TOPICS[topic].group == "social" for topics in social for topic in topics)


def test_script_is_the_same_for_its_seed(year):
    """The same seed writes the same year, another one another."""
    assert script(FIRST, LAST, Figures(), 2020) == year
    assert script(FIRST, LAST, Figures(), 2021) != year


def test_everything_happens_on_working_days(year):
    """No weekend and no holiday has a plan; nobody is spoken to before they are on a list, or after their guidance ended."""
    assert all(day.weekday() < 5 and not is_holiday(day) for day in year.days)
    listed: dict[str, date] = {}
    for day, planned in year.days.items():
        for row in planned.lists:
            listed.setdefault(row["client number"], day)
        assert all(listed[str(talk.number)] < day for talk in planned.talks if talk.number)
        assert all(listed[str(one.number)] < day for one, _ in (*planned.closed, *((one, n) for one, n, _ in planned.opened)))


def test_questions_of_one_person_lie_apart(year):
    """So that each is an exchange of its own."""
    asked: dict[int, list[date]] = {}
    for day, planned in year.days.items():
        for chat in planned.chats:
            asked.setdefault(id(chat.who), []).append(day)
    assert all(later - earlier > timedelta(days=1) for days in asked.values() for earlier, later in pairwise(days))


def test_all_languages_are_spoken(year):
    """Names and shares are there for each of the ten languages, and people of each come."""
    assert set(NAMES) == set(SPOKEN) == {one.language for one in year.people}
    assert sum(SPOKEN.values()) == 100


@pytest.mark.parametrize("scale", [0.005, 0.01, 0.02, 0.1, 0.37])
def test_a_smaller_year_adds_up_too(scale):
    """Of a smaller year everything happens at least once, and its script can be written."""
    figures = scaled(scale)
    smaller = script(date(2025, 11, 26), date(2026, 11, 25), figures, 1)
    by_person = sum(chat.wants_person for chat in chats(smaller)) + sum(talk.programme in ("info_point", "legal_hour") for talk in talks(smaller))
    assert by_person + figures.renewals["helped"] + figures.renewals["called"] == expected(figures)["info_point.total"]
    assert min(expected(figures)[line] for line in PRINTED) > 0


def test_working_days_leave_holidays_out():
    """King's Day and Easter Monday are none."""
    days = working_days(date(2020, 4, 10), date(2020, 4, 30))
    assert date(2020, 4, 13) not in days
    assert date(2020, 4, 27) not in days
    assert date(2020, 4, 28) in days
