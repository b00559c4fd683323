"""
What we know of a client, in words: facts, deadlines, guidance and what happened, the newest first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot.web.desk.words import d_
from flows.days import add_months, within
from flows.hour import FACT as HOUR
from flows.voice import FACT
from storage.clients import Client, Told
from storage.questions import Question

LASTS = 12          # months that the guidance of a client lasts
SHOWN = 40          # lines of a timeline

FACTS = {
    "permit_expires_on": d_("Card valid until"), "permit_kind": d_("Kind of permit"), "permit_applied_on": d_("New card asked for on"),
    "asylum_granted_on": d_("Date of the asylum decision"), "family_abroad": d_("Family abroad"),
    "nareis_applied_on": d_("Family reunification asked for on"), "lawful_residence_since_on": d_("Permit without a gap since"),
    "naturalisation_applied_on": d_("Asked to become Dutch on"), "travel_document_expires_on": d_("Travel document valid until"),
    "inburgering_law": d_("Law of inburgering"), "duo_letter_on": d_("Letter of DUO about inburgering"),
    "municipality_registered_on": d_("Registered at the gemeente on"), "pip_on": d_("Date printed on the PIP"),
    "inburgering_started_on": d_("Inburgering began on"), "inburgering_ends_on": d_("Last day for inburgering"),
    "inburgering_extra_months": d_("Extra months for inburgering"), "inburgering_extra_weeks": d_("Extra weeks for inburgering"),
    "inburgering_route": d_("Route of inburgering"), "pvt_done_on": d_("Participation statement signed on"), "map_done_on": d_("MAP done on"),
    "inburgering_done_on": d_("Inburgering done on"), "decisions": d_("Decisions one may object to"), "letters": d_("Letters with a date"),
    "insurance_duty_on": d_("Must have health insurance since"), "health_insured_on": d_("Insured for health on"),
    "toeslagen_unclaimed_years": d_("Years without toeslagen"), "childcare_started_on": d_("Childcare began on"),
    "childcare_claimed_on": d_("Childcare allowance asked for on"), "moved_on": d_("Moved on"),
    "address_reported_on": d_("New address reported on"), "children": d_("Children"), "bsgr_bill_on": d_("Date of the BSGR bill"),
    "remission_requested_on": d_("Remission asked for on"), "bsgr_paid_on": d_("BSGR bill paid on"),
    "tax_return_years": d_("Years of a tax return"), "guidance_started_on": d_("Guidance began on"), "guidance_ended_on": d_("Guidance ended on"),
    "done": d_("Done already"), FACT: d_("Likes voice messages"), HOUR: d_("Wants our reminders"),
    "second_language": d_("Reads besides the own language"),
    "born_on": d_("Born on"), "registered": d_("Birth registered"),
    "dated_on": d_("Dated"),
    "weeks": d_("Weeks to object"), "due_on": d_("Last day"), "value": d_("Value"), "kind": d_("Deadline"),
}
KINDS = {
    "permit_renewal": d_("Renew the permit"), "permit_expired": d_("The permit has ended"), "permit_card_renewal": d_("A new card"),
    "nareis_application": d_("Ask for family reunification"), "nareis_late": d_("Family reunification: too late"),
    "naturalisation_possible": d_("May become Dutch"), "travel_document": d_("A new travel document"), "pip_missing": d_("There is no PIP yet"),
    "inburgering_term": d_("End of the inburgering term"), "inburgering_overdue": d_("The inburgering term has ended"),
    "inburgering_exams": d_("Book the exams"), "inburgering_parts": d_("Parts of inburgering to do"), "objection": d_("Object to a decision"),
    "letter_deadline": d_("Date in a letter"), "health_insurance": d_("Take out health insurance"),
    "health_insurance_late": d_("Health insurance: too late"), "toeslagen_claim": d_("Ask for toeslagen"),
    "childcare_claim": d_("Ask for childcare allowance"), "address_change": d_("Report the new address"),
    "birth_registration": d_("Register a birth"), "turning_18": d_("Turns 18"), "local_tax_remission": d_("Ask for remission of local tax"),
    "income_tax": d_("Tax return"), "guidance_review": d_("Talk about the guidance"), "guidance_closing": d_("Close the guidance"),
    "decision": d_("Decision: find out until when one may object"), "card_awaited": d_("The new card: has it come?"),
}


@dataclass(frozen=True, slots=True)
class Guidance:
    """
    Where a client is in the guidance of twelve months: `month` counts from 1 and stays 12 when it is over.
    """

    started_on: date
    ends_on: date
    month: int
    is_over: bool


@dataclass(frozen=True, slots=True)
class Happening:
    """
    A line of a client's timeline. `kind` is moment, asked, closed, told, agreed or known; `what` a topic, a fact or an outcome.
    """

    at: datetime
    kind: str
    what: tuple[str, ...] = ()
    number: int = 0
    id: int = 0


def guidance(known: dict[str, str], today: date) -> Guidance | None:
    """
    Return where a client is in their guidance, or None for one whose guidance has not begun.
    """
    try:
        started_on = date.fromisoformat(known.get("guidance_started_on", ""))
        ended_on = date.fromisoformat(known["guidance_ended_on"]) if "guidance_ended_on" in known else None
    except ValueError:
        return None
    ends_on = ended_on or within(started_on, LASTS)
    months = sum(add_months(started_on, month) <= today for month in range(LASTS))
    return Guidance(started_on, ends_on, max(1, months), today > ends_on) if started_on <= today else None


def timeline(client: Client, told: Sequence[Told], moments: Sequence[Any], questions: Sequence[Question]) -> list[Happening]:
    """
    Return what happened with a client, the newest first.
    """
    found = sorted(_happened(client, told, moments, questions), key=lambda one: one.at, reverse=True)
    return found[:SHOWN]


def _happened(client: Client, told: Sequence[Told], moments: Sequence[Any], questions: Sequence[Question]) -> Iterator[Happening]:
    yield Happening(client.created_at, "known")
    if client.consented_at is not None:
        yield Happening(client.consented_at, "agreed", (client.consent,))
    for one in told:
        yield Happening(one.said_at, "told", (one.name, one.said_by))
    for moment in moments:
        yield Happening(moment.began_at, "moment", tuple(filter(None, moment.topics.split(","))))
    for question in questions:
        yield Happening(question.opened_at, "asked", question.topics, question.number, question.id)
        if question.closed_at is not None:
            yield Happening(question.closed_at, "closed", (question.outcome,), question.number, question.id)
