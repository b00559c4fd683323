"""
When insurance, toeslagen and taxes are due.

The sources were read on 24 November 2026.
"""

from collections.abc import Iterator
from datetime import date

from flows.days import DAY, add_months, within
from flows.facts import Facts
from flows.unsettled import toeslagen_claim as last_day_to_claim


def health_insurance(facts: Facts) -> Iterator[date]:
    """
    Insured within four months of the day the duty began, which is the day of the decision on asylum.

    Source: movisie.nl (19 December 2018); fines after that: a court ruling of 2022.
    """
    if facts.insurance_duty_on and not facts.health_insured_on:
        yield within(facts.insurance_duty_on, 4)


def toeslagen_claim(facts: Facts) -> Iterator[date]:
    """
    Toeslagen of a year, asked for with hindsight.

    Source: the table in `flows/unsettled.py`.
    """
    yield from map(last_day_to_claim, facts.toeslagen_unclaimed_years)


def childcare_claim(facts: Facts) -> Iterator[date]:
    """
    Childcare allowance: before the end of the third month after the month in which the childcare began; later only three months back.

    Source: belastingdienst.nl (its example of 2019).
    """
    if facts.childcare_started_on and not facts.childcare_claimed_on:
        yield add_months(facts.childcare_started_on.replace(day=1), 4) - DAY


def local_tax_remission(facts: Facts) -> Iterator[date]:
    """
    Remission of local taxes: within three months of paying, or within two of a bill that is not paid.

    Source: bsgr.nl; gemeente.leiden.nl.
    """
    if facts.remission_requested_on:
        return
    if facts.bsgr_paid_on:
        yield within(facts.bsgr_paid_on, 3)
    elif facts.bsgr_bill_on:
        yield within(facts.bsgr_bill_on, 2)


def income_tax(facts: Facts) -> Iterator[date]:
    """
    The tax return of a year for which an invitation came: 30 April of the next.

    Source: from memory, to be confirmed.
    """
    for year in facts.tax_return_years:
        yield date(year + 1, 4, 30)
