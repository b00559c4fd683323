"""
When the papers of a stay are due: cards, family reunification, naturalisation, the travel document.

The sources were read on 24 November 2026.
"""

from collections.abc import Iterator
from datetime import date

from flows.days import add_years, within
from flows.facts import Child, Facts


def _cards(facts: Facts, *kinds: str) -> Iterator[date]:
    """
    Yield the last valid day of the cards of these kinds, of the client and the children, for which no renewal was handed in.
    """
    holders: tuple[Facts | Child, ...] = (facts, *facts.children)
    for holder in holders:
        if holder.permit_expires_on and not holder.permit_applied_on and (holder.permit_kind or "asylum") in kinds:
            yield holder.permit_expires_on


def permit_renewal(facts: Facts) -> Iterator[date]:
    """
    A temporary permit, asylum or regular: the last valid day on the card. It is never computed from the day of issue.

    Source: ind.nl, Renew asylum residence document (2026); Verlengen verblijfsvergunning. Temporary protection (Ukraine) has no day of its own.
    """
    return _cards(facts, "asylum", "regular")


def permit_card_renewal(facts: Facts) -> Iterator[date]:
    """
    The card of a permanent permit: the right does not end, the card does.

    Source: ind.nl, Vernieuwen verblijfsdocument onbepaalde tijd (an old page).
    """
    return _cards(facts, "permanent")


def nareis_application(facts: Facts) -> Iterator[date]:
    """
    Family on easy terms: within three months of the decision that granted asylum; who may come is for the legal team.

    Source: Vreemdelingenwet 2000 art. 29; ind.nl, Nareizigers (13 June 2022); asylumineurope.org (10 July 2024).
    """
    if facts.family_abroad and facts.asylum_granted_on and not facts.nareis_applied_on:
        yield within(facts.asylum_granted_on, 3)


def naturalisation_possible(facts: Facts) -> Iterator[date]:
    """
    Five years of unbroken residence with a permit: the first possible day, not a deadline.

    Source: vluchtelingenwerk.nl.
    """
    if facts.lawful_residence_since_on and not facts.naturalisation_applied_on:
        yield add_years(facts.lawful_residence_since_on, 5)


def travel_document(facts: Facts) -> Iterator[date]:
    """
    The last day of a refugee's or alien's passport.

    Source: pages of municipalities on the refugee passport (various years).
    """
    if facts.travel_document_expires_on:
        yield facts.travel_document_expires_on
