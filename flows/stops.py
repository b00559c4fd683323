"""
Stops: what says that something is done counts for the card, the move or the bill it was about, and not for the next one.

A record keeps both: the card of May 2027 was asked for in January 2027, and the card that came of it ends in 2032.
"""

from dataclasses import replace
from datetime import timedelta

from flows.days import add_months
from flows.facts import Child, Facts

REPORTED = timedelta(days=28)           # before moving: from then on it can be reported
POSTED = timedelta(days=28)             # before the day that is printed on it: from then on a bill may have come
ASKED, CLAIMED = 9, 6                   # months: no card is asked for so long before it ends, nor childcare before it begins


def still(facts: Facts) -> Facts:
    """
    Return the facts without those that say that something earlier is done; children's too.
    """
    changed: dict[str, object] = {}
    if any(map(_is_of_another, facts.children)):
        changed["children"] = tuple(map(_child, facts.children))
    if _is_of_another(facts):
        changed["permit_applied_on"] = None
    if facts.address_reported_on and facts.moved_on and facts.address_reported_on + REPORTED < facts.moved_on:
        changed["address_reported_on"] = None
    if facts.childcare_claimed_on and facts.childcare_started_on and add_months(facts.childcare_claimed_on, CLAIMED) < facts.childcare_started_on:
        changed["childcare_claimed_on"] = None
    if facts.guidance_ended_on and facts.guidance_started_on and facts.guidance_ended_on < facts.guidance_started_on:
        changed["guidance_ended_on"] = None
    for name, before in (("bsgr_paid_on", timedelta()), ("remission_requested_on", POSTED)):        # there is a bill every year
        if facts.bsgr_bill_on and (getattr(facts, name) or facts.bsgr_bill_on) + before < facts.bsgr_bill_on:
            changed[name] = None
    return replace(facts, **changed) if changed else facts       # type: ignore[arg-type]


def _child(child: Child) -> Child:
    return replace(child, permit_applied_on=None) if _is_of_another(child) else child


def _is_of_another(holder: Facts | Child) -> bool:
    asked_on, ends_on = holder.permit_applied_on, holder.permit_expires_on
    return asked_on is not None and ends_on is not None and add_months(asked_on, ASKED) < ends_on
