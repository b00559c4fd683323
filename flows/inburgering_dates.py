"""
When inburgering is due: the plan of the municipality, the term, its exams and its parts.

Law: Wi2021 is the Wet inburgering 2021, in force on 1 January 2022; Wi2013 the one before. The sources were read on 24 November 2026.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from flows.days import add_months, add_years, within
from flows.facts import Facts


def pip_missing(facts: Facts) -> Iterator[date]:
    """
    Wi2021: the municipality makes the PIP within 10 weeks of DUO's notice, or of the registration in the BRP if that is later.

    Source: Besluit inburgering 2021 art. 5.3 (compilation checked against wetten.overheid.nl on 19 August 2026). Without a PIP the
    three years do not run.
    """
    is_open = facts.inburgering_law == "wi2021" and not facts.pip_on and not facts.inburgering_done_on
    if is_open and facts.duo_letter_on and facts.municipality_registered_on:
        yield max(facts.duo_letter_on, facts.municipality_registered_on) + timedelta(weeks=10)


def inburgering_term(facts: Facts) -> Iterator[date]:
    """
    The last day of the term: as DUO says; else three years from the PIP (Wi2021) or from DUO's first day (Wi2013), and what DUO added.

    Source: Wet inburgering 2021 art. 11 (three years from the day after the date on the PIP); inburgeren.nl/extra-tijd for extensions.
    All Wi2013 terms have passed on paper: only an extension, or two years after a fine, still runs.
    """
    if facts.inburgering_done_on:
        return
    if facts.inburgering_ends_on:
        yield facts.inburgering_ends_on
    elif by_law := _by_law(facts):
        yield add_months(by_law, facts.inburgering_extra_months) + timedelta(weeks=facts.inburgering_extra_weeks)


def _by_law(facts: Facts) -> date | None:
    if facts.inburgering_law == "wi2021" and facts.pip_on:
        return add_years(facts.pip_on, 3)
    if facts.inburgering_law == "wi2013" and facts.inburgering_started_on:
        return within(facts.inburgering_started_on, 36)
    return None


def inburgering_exams(facts: Facts) -> Iterator[date]:
    """
    Six months before the end of the term exams are booked, or an extension is asked for; the Z-route has none. No legal date.

    Source: inburgeren.nl as compiled on 28 July and 19 August 2026: places weeks ahead, marks after 8 to 16 weeks.
    """
    if facts.inburgering_route != "z":
        for ends_on in inburgering_term(facts):
            yield add_months(ends_on, -6)


def inburgering_parts(facts: Facts) -> Iterator[date]:
    """
    Wi2021: the participation statement (PVT), and the labour-market module (MAP) but in the onderwijsroute, before the term ends.

    Source: Wet inburgering 2021 art. 11; Besluit inburgering 2021 (compilation checked on 19 August 2026).
    """
    needs_map = not facts.map_done_on and facts.inburgering_route != "onderwijs"
    if facts.inburgering_law == "wi2021" and (not facts.pvt_done_on or needs_map):
        yield from inburgering_term(facts)
