"""
Deadlines: from the facts about a client to the reminders that follow, and to the days on which a person must step in.

All of it is plain days in Europe/Amsterdam. A rule is a line here; the function that finds its due days names the source.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from flows import inburgering_dates as inburgering
from flows import life_dates as life
from flows import money_dates as money
from flows import permit_dates as permit
from flows.days import DAY, before, sending_day_from, sending_day_until
from flows.facts import Child, Facts, WrongFact
from flows.unsettled import RENEWAL_WINDOW

Family = Literal["permit", "family", "inburgering", "letters", "money", "home", "guidance"]
To = Literal["client", "staff"]
CLIENT: tuple[To, ...] = ("client",)
STAFF: tuple[To, ...] = ("staff",)
BOTH: tuple[To, ...] = ("client", "staff")


@dataclass(frozen=True, slots=True)
class Rule:
    """
    One kind of reminder. `offsets` before the due day, `120d` or `3m`, is when it is sent; `overdue` the kind that follows a due day missed.

    `ticket_at`: how long before the due day a person calls a client who has not answered; `planning` is as soon as we know.
    Reminders of one family that fall on one day are one message.
    """

    kind: str
    family: Family
    due: Callable[[Facts], Iterable[date]]
    offsets: str
    to: tuple[To, ...]
    ticket_at: str = ""
    overdue: str = ""


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """
    What is sent on a day, about what is due on another; in this order they are sorted.
    """

    send_on: date
    due_on: date
    kind: str


@dataclass(frozen=True, slots=True)
class Handover:
    """
    A day on which a ticket opens for what is due; `due_on` is None for a decision whose weeks nobody knows.

    `is_certain`: it opens whatever the client says; else only if the client has not answered *done* or *will do* by then.
    """

    kind: str
    due_on: date | None
    open_on: date
    is_certain: bool


What = Literal["client", "staff", "person", "certain"]


class Planned(NamedTuple):
    """
    A step of a client's plan: on `on` the client or our staff is reminded, or a person steps in (`person`, unless the client has
    answered *done* or *will do* by then; `certain`, whatever they say).
    """

    on: date
    due_on: date
    kind: str
    what: What


AWAITED = "card_awaited"        # the kind of a step about a card that was asked for: somebody asks whether it came, and until when it is valid
ARRIVES = 8 * 7 * DAY           # the IND decides within so long (ind.nl, 2026); we ask then, and once more after as long again
STARTS = 31 * DAY               # within so many days of its start a year of guidance has a first talk; of a year learned later it was held
UNREAD = "decision"             # the kind of a step about a decision whose weeks nobody knows; it is "due" on the day of the decision
TERM = "12m 6m 3m 60d 30d 14d 7d 1d"
RENEWAL = f"120d {RENEWAL_WINDOW.value} 60d 30d 14d 7d 1d"
_ALL = (
    Rule("permit_renewal", "permit", permit.permit_renewal, RENEWAL, CLIENT, "30d 7d", "permit_expired"),
    Rule("permit_card_renewal", "permit", permit.permit_card_renewal, "3m 30d 7d", CLIENT),
    Rule("nareis_application", "family", permit.nareis_application, "85d 60d 30d 14d 7d 3d 1d", BOTH, "planning", "nareis_late"),
    Rule("naturalisation_possible", "permit", permit.naturalisation_possible, "90d 0d", CLIENT),
    Rule("travel_document", "permit", permit.travel_document, "3m 30d", CLIENT),
    Rule("pip_missing", "inburgering", inburgering.pip_missing, "28d 7d 0d", STAFF, "0d"),
    Rule("inburgering_term", "inburgering", inburgering.inburgering_term, TERM, CLIENT, "3m 30d", "inburgering_overdue"),
    Rule("inburgering_exams", "inburgering", inburgering.inburgering_exams, "90d 30d 0d", CLIENT, "0d"),
    Rule("inburgering_parts", "inburgering", inburgering.inburgering_parts, "18m 12m", BOTH, "12m"),
    Rule("objection", "letters", life.objection, "28d 14d 7d 3d 1d", CLIENT, "planning"),
    Rule("letter_deadline", "letters", life.letter_deadline, "14d 7d 3d 1d", CLIENT, "3d"),
    Rule("health_insurance", "money", money.health_insurance, "90d 60d 30d 14d 7d 1d", CLIENT, "30d", "health_insurance_late"),
    Rule("toeslagen_claim", "money", money.toeslagen_claim, "90d 30d 7d 1d", CLIENT, "7d"),
    Rule("childcare_claim", "money", money.childcare_claim, "60d 30d 7d", CLIENT, "7d"),
    Rule("address_change", "home", life.address_change, "5d 2d", CLIENT, "0d"),
    Rule("birth_registration", "family", life.birth_registration, "3d 1d", CLIENT, "1d"),
    Rule("turning_18", "family", life.turning_18, "90d 30d 0d", CLIENT),
    Rule("local_tax_remission", "money", money.local_tax_remission, "30d 14d 3d", CLIENT, "3d"),
    Rule("income_tax", "money", money.income_tax, "45d 14d 3d", CLIENT, "3d"),
    Rule("guidance_review", "guidance", life.guidance_review, "7d", STAFF),
    Rule("guidance_closing", "guidance", life.guidance_closing, "30d 7d", STAFF, "0d"),
)
RULES = {rule.kind: rule for rule in _ALL}
OVERDUE = {rule.overdue: rule.kind for rule in _ALL if rule.overdue}
KINDS = frozenset(RULES) | OVERDUE.keys()
_RULE_OF = RULES | {late: RULES[kind] for late, kind in OVERDUE.items()} | {UNREAD: RULES["objection"], AWAITED: RULES["permit_renewal"]}
_MATTER = {kind: rule.kind for kind, rule in _RULE_OF.items()} | {UNREAD: UNREAD, AWAITED: AWAITED}


def reminders(facts: Facts, today: date) -> tuple[Reminder, ...]:
    """
    Return every reminder that follows from the facts and is still to be sent, the next first. Raise `WrongFact` for a kind that is none.

    The same facts, with their `known_on`, give the same reminders tomorrow, less what has been sent. None is outside a sending day,
    and none but the overdue kinds after its due day.
    """
    known_on = facts.known_on or today
    planned: set[Reminder] = set()
    for rule, due_on in _open(facts):
        planned.update(Reminder(day, due_on, rule.kind) for day in _ahead(rule, due_on, known_on))
        if rule.overdue and due_on < max(today, known_on) and not _is_done(facts, rule.overdue, due_on):
            planned.add(Reminder(sending_day_from(max(due_on + DAY, known_on)), due_on, rule.overdue))
    return tuple(sorted(reminder for reminder in planned if reminder.send_on >= today))


def handovers(facts: Facts, today: date) -> tuple[Handover, ...]:
    """
    Return the days, from today, on which a person must step in, the next first. Raise `WrongFact` for a kind that is none.

    Certain are: what needs a person as soon as it is known, what no message can reach in time, what is overdue.
    """
    known_on = facts.known_on or today
    planned = {Handover("objection", None, known_on, True) for decision in facts.decisions if decision.weeks is None}
    for rule, due_on in _open(facts):
        planned.update(_stepping_in(rule, due_on, known_on, today, bool(_ahead(rule, due_on, known_on))))
    return tuple(sorted((one for one in planned if one.open_on >= today), key=lambda one: (one.open_on, one.due_on or one.open_on, one.kind)))


def rule_of(kind: str) -> Rule:
    """
    Return the rule of a kind, also of the one that follows when it is overdue.
    """
    return _RULE_OF[kind]


def matter(kind: str, due_on: date) -> tuple[str, date]:
    """
    Return what a reminder of a kind is about: what is overdue is about the same as what was said before it was.
    """
    return _MATTER[kind], due_on


def plan(facts: Facts, known: Mapping[tuple[str, date], date], today: date) -> tuple[set[tuple[str, date]], set[Planned]]:
    """
    Return what is due (kind, day), and every step from today that follows: those of `reminders` and of `handovers`, and beyond the due
    day already those of what is overdue then. `known` is the day on which we learned of each; of what is not in it we learn today.

    Raise `WrongFact` for a kind that is none.
    """
    steps: set[Planned] = set()
    dues: set[tuple[str, date]] = set()
    for rule, due_on in _open(facts):
        dues.add((rule.kind, due_on))
        steps.update(_steps(rule, due_on, known.get((rule.kind, due_on), today), facts))
    for decision in (decision for decision in facts.decisions if decision.weeks is None):
        dues.add((UNREAD, decision.dated_on))
        steps.add(Planned(known.get((UNREAD, decision.dated_on), today), decision.dated_on, UNREAD, "certain"))
    holders: tuple[Facts | Child, ...] = (facts, *facts.children)
    for asked_on in (one.permit_applied_on for one in holders if one.permit_applied_on):
        key = AWAITED, asked_on + 2 * ARRIVES
        dues.add(key)
        steps.update(Planned(max(sending_day_until(day), known.get(key, today)), key[1], AWAITED, "certain") for day in (asked_on + ARRIVES, key[1]))
    for step in _first_talk(facts, known, today):
        dues.add((step.kind, step.due_on))
        steps.add(step)
    return dues, {step for step in steps if step.on >= today}


def _first_talk(facts: Facts, known: Mapping[tuple[str, date], date], today: date) -> Iterator[Planned]:
    """
    Yield the talk with which a year of guidance begins, for who guides; it is none of the reminders of the deadlines page.
    """
    kind, started_on = "guidance_review", facts.guidance_started_on
    if started_on and not facts.guidance_ended_on and not _is_done(facts, kind, started_on):
        on = sending_day_from(max(started_on, known.get((kind, started_on), today)))
        if on <= started_on + STARTS:
            yield Planned(on, started_on, kind, "staff")


def _steps(rule: Rule, due_on: date, known_on: date, facts: Facts) -> Iterator[Planned]:
    ahead = _ahead(rule, due_on, known_on) if due_on >= known_on else set()
    for to in rule.to:
        yield from (Planned(day, due_on, rule.kind, to) for day in ahead)
    late_on = max(due_on + DAY, known_on)
    if rule.overdue and not _is_done(facts, rule.overdue, due_on):
        yield Planned(sending_day_from(late_on), due_on, rule.overdue, "client")
    if rule.ticket_at:
        yield Planned(late_on, due_on, rule.kind, "certain")
    if due_on >= known_on:
        for one in _stepping_in(rule, due_on, known_on, known_on, bool(ahead)):
            yield Planned(one.open_on, due_on, rule.kind, "certain" if one.is_certain else "person")


def _open(facts: Facts) -> Iterator[tuple[Rule, date]]:
    """
    Yield what is due, with its rule, as far as nothing silences it.
    """
    for done in facts.done:
        if done.kind not in KINDS:
            raise WrongFact(f'done has the kind "{done.kind[:60]}"; choose from {", ".join(sorted(KINDS))}')
    for rule in RULES.values():
        for due_on in rule.due(facts):
            if not _is_done(facts, rule.kind, due_on):
                yield rule, due_on


def _is_done(facts: Facts, kind: str, due_on: date) -> bool:
    return any(done.kind == kind and done.due_on in (None, due_on) for done in facts.done)


def _ahead(rule: Rule, due_on: date, known_on: date) -> set[date]:
    """
    Return the days to send on, up to the due day: those we had missed when we learned of it become one, on that day if it is in time.
    """
    days = {sending_day_until(before(due_on, offset)) for offset in rule.offsets.split()}
    ahead = {day for day in days if day >= known_on}
    caught_up_on = sending_day_from(known_on)
    if ahead != days and caught_up_on <= due_on:
        ahead.add(caught_up_on)
    return ahead


def _stepping_in(rule: Rule, due_on: date, known_on: date, today: date, is_sent: bool) -> Iterator[Handover]:
    if due_on < max(today, known_on):
        if rule.ticket_at:
            yield Handover(rule.kind, due_on, max(due_on + DAY, known_on), True)
    elif rule.ticket_at == "planning" or not is_sent:
        yield Handover(rule.kind, due_on, known_on, True)
    else:
        for offset in rule.ticket_at.split():
            yield Handover(rule.kind, due_on, max(before(due_on, offset), known_on), False)
