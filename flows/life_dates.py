"""
When the rest is due: letters and decisions, a move, a birth, a child of eighteen, the year of guidance.

The sources were read on 24 November 2026.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from flows.days import DAY, add_months, add_years, within
from flows.facts import Facts


def objection(facts: Facts) -> Iterator[date]:
    """
    Objection to a decision: so many weeks from the day after its date, as its letter says (six in general, fewer at the IND and the courts).

    Source: Algemene wet bestuursrecht art. 6:7 and 6:8, from memory, to be confirmed. Without weeks there is no day, and a person looks at once.
    """
    for decision in facts.decisions:
        if decision.weeks:
            yield decision.dated_on + timedelta(weeks=decision.weeks)


def letter_deadline(facts: Facts) -> Iterator[date]:
    """
    The day that a letter names.

    Source: the letter.
    """
    for letter in facts.letters:
        yield letter.due_on


def address_change(facts: Facts) -> Iterator[date]:
    """
    A move is reported to the municipality at most five days after it.

    Source: Wet basisregistratie personen art. 2.39, from memory, to be confirmed.
    """
    if facts.moved_on and not facts.address_reported_on:
        yield facts.moved_on + 5 * DAY


def birth_registration(facts: Facts) -> Iterator[date]:
    """
    A birth is registered within three days.

    Source: Burgerlijk Wetboek 1 art. 19e, from memory, to be confirmed.
    """
    for child in facts.children:
        if child.born_on and child.registered is False:
            yield child.born_on + 3 * DAY


def turning_18(facts: Facts) -> Iterator[date]:
    """
    A child comes of age: insurance, allowances and DigiD become its own.

    Source: Burgerlijk Wetboek 1 art. 233, from memory; the deadlines page of the project, 24 November 2026.
    """
    for child in facts.children:
        if child.born_on:
            yield add_years(child.born_on, 18)


def guidance_review(facts: Facts) -> Iterator[date]:
    """
    Social guidance is looked at after three, six and nine months.

    Source: the organisation's way of working (the deadlines page of the project, 24 November 2026).
    """
    if facts.guidance_started_on and not facts.guidance_ended_on:
        for months in (3, 6, 9):
            yield add_months(facts.guidance_started_on, months)


def guidance_closing(facts: Facts) -> Iterator[date]:
    """
    Social guidance lasts twelve months.

    Source: the organisation's way of working (the deadlines page of the project, 24 November 2026).
    """
    if facts.guidance_started_on and not facts.guidance_ended_on:
        yield within(facts.guidance_started_on, 12)
