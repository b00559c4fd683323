"""
Remind: what follows from the facts comes near. The client hears what is due, when and what to do, and answers; days later too.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from flows import notices, stops
from flows.answers import a_date, key, reply
from flows.days import DAY, add_years, before, is_sending_day, sending_day_from, sending_day_until
from flows.deadlines import AWAITED, UNREAD, rule_of
from flows.events import Answered, Due, Heard, Learned, Team
from flows.facts import Child, Facts
from flows.hour import ANOTHER, ANY
from flows.node import Choice, Escalation, Flow, Node, Tongue, _
from flows.notices import ASK_DAY, DAY_KEPT, DAY_ODD, DAY_UNKNOWN, HELP_SAID, LATER_SAID, NOT_MINE_SAID, NOTICES, OPENING, WILL_DO_SAID

SENDS = time(10)                                        # when we send, unless the client wants another hour or something came between
IN_TALK = timedelta(minutes=30)                         # who wrote so lately is not interrupted
MOST, PER = 2, timedelta(days=7)                        # unasked messages to one address
LATER_DAYS = 3
ALOUD_FROM = "14d"                                      # before the day it is due, from when a recording goes with a reminder
CHECK_DAYS, CHECK_BEFORE = 14, 7                        # a person looks whether it was done: after so many days, so many before it is due
ACTING, SATURDAY = 5, 5                                 # working days that are left to act, at least
RECENT = "12m"                                          # before the day it is due, from when what is due now can have been asked for
LONGEST = 10                                            # years that a new card or passport is valid, at most
STAFF_TOPICS = {"pip_missing": "inburgering_start", UNREAD: "letter_check", AWAITED: "permit_renewal"}
STAFF_TEAMS: Mapping[str, Team] = {UNREAD: "legal", AWAITED: "legal"}        # a letter that one may object to is for a lawyer, whatever its topic
_MENU = (Choice("menu", _("↩ Menu"), "menu.main"),)

ASK_KIND = _("One more question. Which permit do you have? It stands on the back of your card.")
KIND_KEPT = _("Thank you. Do you have a question about your card? Write it to us.")
_KINDS = (("asylum", "🕊", _("Asylum or nareis")), ("regular", "💼", _("Work, study, family")), ("permanent", "📌", _("Permanent")))


def _weigh(day: str, heard: Heard) -> str:
    due = heard.knows.due
    return "odd" if due and is_odd(due, date.fromisoformat(day), heard.at.date()) else ""


_WEIGHED: dict[str, Any] = {"hear": a_date, "kept_as": "kept", "next": "kept", "sort": _weigh}
_NO_DATE = Choice("none", _("I see no date"), "unknown", emoji="❓", is_kept=False)
REMIND = Flow(
    "remind",
    Node("ask", OPENING, (
        Choice("done", notices.DONE, "day"),
        Choice("will_do", notices.WILL_DO, "will_do"),
        Choice("need_help", notices.NEED_HELP, "help"),
        Choice("not_mine", notices.NOT_MINE, "not_mine"),
        Choice("later", notices.LATER, "later"),
    )),
    Node("day", ASK_DAY, (_NO_DATE,), does=(Answered("done"),), ways={"odd": "sure"}, **_WEIGHED),
    Node("kept", DAY_KEPT, _MENU, does=(Answered("day"),), day=("kept", "day"), ways={"odd": "sure"}, **_WEIGHED),
    Node("sure", DAY_ODD, (Choice("yes", _("Yes"), "odd", emoji="✅", is_kept=False),
                           Choice("no", _("No"), "again", emoji="❌", is_kept=False, is_wrong=True)),
         day=("kept",), ways={"odd": "odd"}, **_WEIGHED),
    Node("again", ASK_DAY, (replace(_NO_DATE, next="odd"),), ways={"odd": "sure"}, **_WEIGHED),     # what they answered stays: not all said *done*
    Node("odd", DAY_UNKNOWN, escalate=Escalation("social", "week", asked=("kept",), urgent_by="due")),
    Node("unknown", DAY_UNKNOWN),
    Node("will_do", WILL_DO_SAID, _MENU, does=(Answered("will_do"),)),
    Node("kind", ASK_KIND, (*(Choice(name, label, "kind_kept", Learned("permit_kind", name), emoji=emoji, is_kept=False)
                              for name, emoji, label in _KINDS),
                            Choice("ukraine", _("Ukraine"), "looked_at", Learned("permit_kind", "ukraine"), emoji="🌻", is_kept=False),
                            Choice("unknown", _("I do not know"), "kind_kept", emoji="❓", is_kept=False)),
         ways={"odd": "sure"}, **_WEIGHED),
    Node("kind_kept", KIND_KEPT, _MENU),
    Node("looked_at", DAY_UNKNOWN, escalate=Escalation("legal", "week", ("permit_renewal",))),     # nobody reminds them any more: is it so?
    Node("help", HELP_SAID, _MENU, does=(Answered("need_help"),), escalate=Escalation("social", "week", urgent_by="due", is_tomorrow=True)),
    Node("not_mine", NOT_MINE_SAID, does=(Answered("not_mine"),)),
    Node("later", LATER_SAID, (ANOTHER, *_MENU), does=(Answered("later"),), day=("later_on",)),
)
# Where a word is one of these answers: who said *I will do it* may write *done* days later.
ANSWERABLE = ("ask", "day", "again", "will_do", "later", "kind", "kind_kept")
THEN_KIND = ("kept", "unknown", "will_do", "help")      # answers after which the kind of permit is asked, once, where nobody told us
OLD = ("day", "kept", "topics", "asked_held")           # what an earlier answer left in the session


@dataclass(frozen=True, slots=True)
class Case:
    """
    What one message is about: a kind and the day it is due; `is_again`: it was said whole before, and is said shorter. `permit`:
    the kind of permit, where one is known.
    """

    kind: str
    due_on: date
    is_again: bool = False
    permit: str = ""


def text(tongue: Tongue, cases: Sequence[Case], today: date) -> str:
    """
    Return the message about what is due, the nearest first: the others of its family are a line each.
    """
    first, *others = cases
    notice, days_left = NOTICES[first.kind], (first.due_on - today).days
    rest = [(NOTICES[one.kind], one.due_on) for one in others]
    if first.is_again:
        return notices.again(tongue, (notice, days_left, first.due_on), rest)
    return notices.message(tongue, (notice, notices.stage_of(first.kind, days_left), first.due_on), rest, first.permit)


def permit_of(facts: Facts, due_on: date) -> str:
    """
    Return the kind of permit whose card ends on a day, the client's own or a child's; "" where nobody told us, or two cards differ.
    """
    cards: tuple[Facts | Child, ...] = (facts, *facts.children)
    kinds = {card.permit_kind or "" for card in cards if card.permit_expires_on == due_on}
    return kinds.pop() if len(kinds) == 1 else ""


def asks_kind(facts: Facts, kind: str, due_on: date) -> bool:
    """
    Tell whether who answers a reminder is asked which permit they have: it is of their own card, and nobody told us.
    """
    return kind in ("permit_renewal", "permit_expired") and facts.permit_expires_on == due_on and facts.permit_kind is None


def is_again(kind: str, due_on: date, said_on: Iterable[date], today: date) -> bool:
    """
    Tell whether what would be said today was said whole on one of these days: a day that has come nearer may have other words.
    """
    stages = {notices.stage_of(kind, (due_on - day).days) for day in said_on}
    return notices.stage_of(kind, (due_on - today).days) in stages


def is_said_aloud(voice: str, due_on: date, today: date) -> bool:
    """
    Tell whether a recording goes with a reminder: to who asked for voice, and near the day to all but who asked for text only.
    """
    return voice == "yes" or (voice != "no" and today >= sending_day_until(before(due_on, ALOUD_FROM)))


def answers(message_id: int) -> tuple[str, ...]:
    """
    Return the ids of the answers below a reminder; each names its message, so that an old button answers what it stood under.
    """
    return tuple(f"remind.ask:{choice.id}.{message_id}" for choice in REMIND.first.choices)


def said_at(node_id: str, text: str) -> str:
    """
    Return which answer below a reminder a word or a sign is where a client stands, or "". A nod to the promise to ask again is none: it is kept.
    """
    said = reply(text) if node_id in ANSWERABLE else ""
    is_nod = node_id == "later" and said == "done" and len(key(text).split()) < 2
    return "" if is_nod else said


def topic_of(kind: str) -> str:
    """
    Return the topic of a kind, or "" for one that is our staff's alone.
    """
    return NOTICES[kind].topic if kind in NOTICES else STAFF_TOPICS.get(kind, "")


def team_of(kind: str) -> Team:
    """
    Return who steps in for a kind.
    """
    if kind in NOTICES:
        return NOTICES[kind].team
    return STAFF_TEAMS.get(kind, "social")


def may_send(at: datetime, hours: tuple[time, time] = ANY) -> bool:
    """
    Tell whether we may send unasked now, by the office's clock and at the client's own hours.
    """
    return is_sending_day(at.date()) and hours[0] <= at.time() < hours[1]


@lru_cache(maxsize=4096)
def send_at(day: date, zone: tzinfo) -> datetime:
    """
    Return when what is to be sent on a day is sent: that hour by the wall clock, whatever the season.
    """
    return datetime.combine(day, SENDS, zone).astimezone(UTC)           # by which it is written down, and compared four times as fast


def next_at(at: datetime, days: Sequence[int] = (), hours: tuple[time, time] = ANY) -> datetime:
    """
    Return the first time from `at` at which we may send; `days` are the weekdays that are safe, all of them if empty, `hours` those that
    the client wants.
    """
    day = at.date() if at.time() < hours[1] else at.date() + DAY
    while not is_sending_day(day) or (days and day.weekday() not in days):
        day += DAY
    return max(at, datetime.combine(day, hours[0], at.tzinfo)) if day == at.date() else datetime.combine(day, max(hours[0], SENDS), at.tzinfo)


def free_at(sent_at: Sequence[datetime], at: datetime) -> datetime | None:
    """
    Return when an address may get another unasked message, or None for now; `sent_at` are those it got, the oldest first.
    """
    lately = [one for one in sent_at if at - one < PER]
    return lately[-MOST] + PER if len(lately) >= MOST else None


def later_on(today: date, due_on: date, next_on: date | None) -> date:
    """
    Return when we ask again who wants to be asked later: in some days, never after the next reminder or the day it is due.
    """
    wanted = sending_day_from(today + LATER_DAYS * DAY)
    first = min(filter(None, (wanted, next_on)))
    return max(min(first, due_on), sending_day_from(today + DAY)) if due_on > today else sending_day_from(today + DAY)


def check_on(today: date, due_on: date) -> date:
    """
    Return when a person looks whether what a client says is done is done.
    """
    return max(min(today + CHECK_DAYS * DAY, due_on - CHECK_BEFORE * DAY), today + DAY)


def act_by(due_on: date) -> date:
    """
    Return the last day on which somebody of ours should have stepped in: five working days before it is due.
    """
    day = due_on
    for _day in range(ACTING):
        day = sending_day_until(day - DAY)
        while day.weekday() == SATURDAY:
            day = sending_day_until(day - DAY)
    return day


# Where the day a client names goes: the new date that stands on something, or the day on which they did it.
NEW_DATE = {"permit_renewal": "permit_expires_on", "permit_expired": "permit_expires_on", "permit_card_renewal": "permit_expires_on",
            "travel_document": "travel_document_expires_on"}
DID_ON = {
    "permit_renewal": "permit_applied_on", "permit_expired": "permit_applied_on", "permit_card_renewal": "permit_applied_on",
    "nareis_application": "nareis_applied_on", "nareis_late": "nareis_applied_on", "naturalisation_possible": "naturalisation_applied_on",
    "inburgering_term": "inburgering_done_on", "inburgering_overdue": "inburgering_done_on", "health_insurance": "health_insured_on",
    "health_insurance_late": "health_insured_on", "childcare_claim": "childcare_claimed_on", "address_change": "address_reported_on",
    "local_tax_remission": "remission_requested_on",
}


def facts_of(kind: str) -> set[str]:
    """
    Return the facts of which a day named in answer to a reminder of a kind can be one.
    """
    return {facts[kind] for facts in (NEW_DATE, DID_ON) if kind in facts}


def spares_call(kind: str, due_on: date, said: str, said_on: date, on: date) -> bool:
    """
    Tell whether what a client said spares them a call on a day: a promise of before the day of an earlier call, and nothing after it,
    spares them that one alone.
    """
    if said != "will_do":
        return said in ("done", "not_mine")
    calls = rule_of(kind).ticket_at.split()
    return len(calls) < 2 or on <= before(due_on, calls[0]) or said_on >= before(due_on, calls[0])


def fact_of(kind: str, due_on: date, day: date, today: date) -> str:
    """
    Return the fact that a day named in answer to a reminder is, or "" for a day that says nothing by itself.
    """
    if day > due_on and day > today:
        return NEW_DATE.get(kind, "") if day <= add_years(today, LONGEST) else ""
    return DID_ON.get(kind, "") if day <= today else ""


def is_proof(kind: str, due_on: date, day: date, today: date) -> bool:
    """
    Tell whether this day settles the matter: it was done, or there is a new date.
    """
    return bool(fact_of(kind, due_on, day, today)) or (day <= today and rule_of(kind).kind not in NEW_DATE)


def settles(known: Facts, kind: str, due_on: date, day: date, today: date) -> bool:
    """
    Tell whether a day that a client named settles a matter of their own, and says something of what is due now: a slip of the year is of an
    earlier card, and would silence a reminder for nothing.
    """
    fact = fact_of(kind, due_on, day, today)
    counts = not fact or getattr(stops.still(replace(known, **{fact: day})), fact) is not None     # type: ignore[arg-type]
    return counts and is_proof(kind, due_on, day, today)


def is_odd(due: Due, day: date, today: date) -> bool:
    """
    Tell whether a day that a client named can hardly be right: it settles nothing, as a wrong year does. Of several matters nobody can tell.
    """
    if due.kind not in DID_ON and before(due.due_on, RECENT) < day <= today and day != due.due_on:
        return False                    # nothing keeps the day on which a passport was asked for, and it is right all the same
    return due.kind != "" and not settles(due.known, due.kind, due.due_on, day, today)
