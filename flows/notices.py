"""
Notices: what is said in a reminder, in its opening, on its answers and after them.

A locked screen shows the opening alone: it holds no word of permit, money, health or authority, and is longer than what a screen shows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from flows.days import before
from flows.events import Team
from flows.life_notices import HOME, LETTERS, MONEY
from flows.node import Tongue, _
from flows.permit_notices import COSTS, INBURGERING, PAPERS
from flows.topics import TOPICS
from flows.unsettled import RENEWAL_WINDOW

Stage = Literal["early", "now", "last", "late"]
SEEN = 100                      # characters that a locked screen may show
LIMIT = 1024                    # UTF-16 units of a text with answers beneath, on WhatsApp

OPENING = _("Hello, this is Wegwijs. We write to you about a day that is important for you. "
            "Take your time to read this, in a quiet place. Our volunteers help you with it.")
HURRY = _("Only a few days are left. Do it today. Choose 👤 if you need help, or come to us.")
ALSO = _("These days come soon too:")
AGAIN = _("We wrote to you about this before. What you can do stands in that message.\n\nIs it done? Do you need help? Choose an answer here.")
ALOUD = _("Hello, this is Wegwijs. We sent you a message. It is about a day that is important for you. The day, and what you can do, stand in "
          "that message. Can you not read it? Then answer us with a voice message, or come to our office. A volunteer helps you.")

DONE, WILL_DO, NEED_HELP = _("✅ Done"), _("⏳ I will do it"), _("👤 I need help")
NOT_MINE, LATER = _("🚫 Not for me"), _("⏰ Ask me later")
LABELS = (DONE, WILL_DO, NEED_HELP, NOT_MINE, LATER)

ASK_DAY = _("Good. On which day did you do it? Write the day like this: *31-12-2026*.\n\n"
            "Do you already have a new card? Then write the day that stands on it (*geldig tot*).")
DAY_KEPT = _("Thank you. We keep this day: {day}. Is it wrong? Write the right day.")
DAY_ODD = _("You wrote this day: {day}. Is it right? Look once more, also at the year.\n\nIs it wrong? Write the right day like this: *31-12-2026*.")
DAY_UNKNOWN = _("That is all right. A volunteer looks at it with you. Keep your papers.")
WILL_DO_SAID = _("Good. When it is done, choose ✅. We write to you again when the day comes near.")
HELP_SAID = _("We help you. You get an answer before: {when}.\n\nKeep your letters and papers near you. Do not sign anything you do not understand.")
NOT_MINE_SAID = _("Thank you. We do not write to you about this day again. Was it a mistake? Write to us.")
LATER_SAID = _("Good. We ask you again on this day: {day}. Do you need help before that? Write to us.")


@dataclass(frozen=True, slots=True)
class Notice:
    """
    What a kind of reminder says at each stage, the topic it counts in and the team that helps. `hurries`: its day is the last one.
    """

    kind: str
    topic: str
    team: Team
    texts: Mapping[str, str]
    hurries: bool = True

    def text(self, stage: Stage) -> str:
        """
        Return what is said at a stage: its own text, or that of the stage that has one.
        """
        return self.texts.get(stage) or self.texts.get("now") or next(iter(self.texts.values()))


_TOPICS = {
    "permit_renewal": "permit_renewal", "permit_expired": "permit_renewal", "permit_card_renewal": "permit_renewal",
    "nareis_application": "family_reunification", "nareis_late": "family_reunification",
    "naturalisation_possible": "naturalisation", "travel_document": "travel_abroad",
    "inburgering_term": "inburgering_deadline", "inburgering_overdue": "inburgering_deadline",
    "inburgering_exams": "inburgering_deadline", "inburgering_parts": "inburgering_deadline",
    "objection": "letter_check", "letter_deadline": "letter_check",
    "health_insurance": "health_care", "health_insurance_late": "health_care",
    "toeslagen_claim": "benefits_rent", "childcare_claim": "benefits_child", "local_tax_remission": "local_tax_remission",
    "income_tax": "debts_money", "address_change": "housing_move_in", "birth_registration": "benefits_child", "turning_18": "benefits_child",
}
_TEAMS: Mapping[str, Team] = {"objection": "legal"}             # else the team of the topic
_NO_LAST_DAY = {"naturalisation_possible", "inburgering_exams", "turning_18"}
_EARLY = {"permit_renewal": 100, "inburgering_term": 190}       # more days than these are left: prepare
_LAST = {"permit_renewal": 35}                                  # so many days or fewer are left: now; 30 and some, if sent before a feast
OF_A_KIND = ("permit_renewal",)                                 # what it costs hangs on the kind of permit
_FEW = 10                                                       # 7 and some
_TEXTS: Mapping[str, Mapping[str, str]] = {**PAPERS, **INBURGERING, **LETTERS, **MONEY, **HOME}
NOTICES: Mapping[str, Notice] = {
    kind: Notice(kind, topic, _TEAMS.get(kind, TOPICS[topic].team), _TEXTS[kind], kind not in _NO_LAST_DAY) for kind, topic in _TOPICS.items()
}


def stage_of(kind: str, days_left: int) -> Stage:
    """
    Return how near the due day is, for what is said: `days_left` is from the day of sending to the due day.
    """
    if days_left < 0:
        return "late"
    if days_left > _EARLY.get(kind, days_left):
        return "early"
    return "last" if days_left <= _LAST.get(kind, _FEW) else "now"


def said(notice: Notice, stage: Stage, say: Callable[..., str], due_on: date, permit: str = "") -> str:
    """
    Return what is due, until when, what to do now and what it costs, of a card by the kind of permit. Where only a few days are left, and
    the text does not say so, that too.
    """
    parts = [say(notice.text(stage), day=due_on, from_day=before(due_on, RENEWAL_WINDOW.value))]
    if permit in COSTS and notice.kind in OF_A_KIND:
        parts.append(say(COSTS[permit]))
    if stage == "last" and notice.hurries and stage not in notice.texts:
        parts.append(say(HURRY))
    return "\n\n".join(parts)


def message(tongue: Tongue, first: tuple[Notice, Stage, date], others: Sequence[tuple[Notice, date]] = (), permit: str = "") -> str:
    """
    Return a whole reminder: the opening, what is due first, and a line with its day for each of the others.

    Where it would not fit WhatsApp, what is said in Dutch beneath (`flows/sensitive.py`) is left out, never a day.
    """
    rest = _also(tongue, others)
    for say in (tongue, tongue.alone):
        whole = "\n\n".join([tongue(OPENING), said(first[0], first[1], say, first[2], permit), *rest])
        if len(whole.encode("utf-16-le")) <= 2 * LIMIT:
            break
    return whole


def again(tongue: Tongue, first: tuple[Notice, int, date], others: Sequence[tuple[Notice, date]] = ()) -> str:
    """
    Return a reminder of what was said whole before, shorter: the opening, what it is about and its day; `first` has the days that are left.
    """
    notice, days_left, due_on = first
    hurry = [tongue(HURRY)] if notice.hurries and 0 <= days_left <= _FEW else []
    return "\n\n".join([tongue(OPENING), _line(tongue, notice, due_on), tongue(AGAIN), *hurry, *_also(tongue, others)])


def _also(tongue: Tongue, others: Sequence[tuple[Notice, date]]) -> list[str]:
    return ["\n".join([tongue(ALSO), *(_line(tongue, other, day) for other, day in others)])] if others else []


def _line(tongue: Tongue, notice: Notice, day: date) -> str:
    return f"{tongue(TOPICS[notice.topic].label)}: {tongue.date(day)}"
