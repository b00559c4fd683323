"""
Check a letter: a photo, from whom it is, which date stands in it; then a volunteer reads it.

What an everyday sender usually writes is explained in general. Of the IND, a court, a bailiff, the police and whom we do not know
nothing is explained: a person looks the same day.
"""

from collections.abc import Iterator
from datetime import date

from flows.answers import a_date, any_text
from flows.events import Heard, Team, Urgency
from flows.info_nodes import CHECKED_ON
from flows.menu import PERSON
from flows.node import Choice, Escalation, Flow, Node, _
from flows.senders import PAGES, SENDERS, SERIOUS, sort, way_of

OVER = "over"
_MORE, _NO_DATE = _("➕ More"), _("I see no date")
_FROM = _("From whom is the letter? Choose, or write the name.")
_WHEN = _("By which date must you do something? Write it as 31-12-2026.")
_OVER = _("This day is over. Is it the date on the letter, or the last day to do something?")
_SENT = _("Good. A volunteer reads your letter. You get an answer before {time} on {day}.\n\nDo not sign and do not pay before that.")


def _is_over(day: str, heard: Heard) -> str:
    return OVER if date.fromisoformat(day) < heard.at.date() else ""


def _senders() -> Iterator[Node]:
    """
    Make the question from whom the letter is: four at a time, the last page leads back to the first.
    """
    names = ["sender", *(f"sender_{number}" for number in range(2, len(PAGES) + 1))]
    for name, follows, page in zip(names, [*names[1:], names[0]], PAGES, strict=True):
        choices = (Choice(sender.id, sender.label, way_of(sender), emoji=sender.emoji) for sender in page)
        yield Node(name, _FROM, (*choices, Choice("more", _MORE, follows, is_kept=False)), hear=any_text, kept_as="sender", sort=sort,
                   ways={way: way for way in (*(one.id for one in SENDERS.values() if one.about), SERIOUS)}, next=SERIOUS)


def _dates(end: str, team: Team, urgency: Urgency) -> Iterator[Node]:
    """
    Make the question which date stands in it. One that is over is asked about once; a volunteer who has seen the letter has the last word.
    """
    date_, past, due, sent = f"date{end}", f"past{end}", f"due{end}", f"sent{end}"
    none = (Choice("none", _NO_DATE, sent, emoji="❓"),)
    yield Node(date_, _WHEN, none, hear=a_date, kept_as="date", sort=_is_over, ways={OVER: past}, next=sent)
    yield Node(past, _OVER, (Choice("letter", _("Date of letter"), due, emoji="📄", is_kept=False),
                             Choice("last", _("Day to do it"), sent, emoji="⏰", is_kept=False)), hear=a_date, kept_as="date", next=sent)
    yield Node(due, _WHEN, none, hear=a_date, kept_as="date", next=sent)
    yield Node(sent, _SENT, escalate=Escalation(team, urgency, ("letter_check",), ("sender", "date"), "date", "letters"))


LETTER = Flow(
    "letter",
    Node("photo", _("Send a photo of the letter here, all pages. First cover your *BSN* and your *V-nummer*.\n\n"
                    "Careful: a real office never asks you to pay by a link. It never asks for a code."),
         (Choice("none", _("I have no photo"), "sender", emoji="❌"), PERSON), topic="letter_check"),
    Node("got", _("Thank you, I have it. A volunteer reads it.\n\nMore pages? Send them too. First cover your *BSN* and your *V-nummer*."),
         next="sender", topic="letter_check", escalate=Escalation("social", "week", ("letter_check",))),
    *_senders(),
    *(Node(sender.id, sender.about, next="date", slots={"date": CHECKED_ON}) for sender in SENDERS.values() if sender.about),
    Node(SERIOUS, _("Do not sign anything. Do not throw the letter away. A colleague looks at it before {time} on {day}."), next="date_serious",
         escalate=Escalation("legal", "today", ("letter_check",), asked=("sender",))),
    *_dates("", "social", "week"),
    *_dates("_serious", "legal", "today"),
)
