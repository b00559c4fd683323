"""
Until when a card is valid: the client tells the date or sends a photo, hears it back in words, and says that it is right.
"""

import re
import unicodedata
from datetime import date

from flows.events import Heard
from flows.menu import PERSON
from flows.node import Choice, Escalation, Flow, Keep, Node, _
from flows.spelling import normalise
from flows.words import MONTHS

READ = 200                      # characters of an answer that are looked at
PAST, AHEAD = 20, 15            # years in which a card may end
_NAMES = {normalise(name.strip()): number for names in MONTHS for number, month in enumerate(names.split(","), 1) for name in month.split("/")}
_NAMED = re.compile(rf"(?<![^\W\d_])(?:{'|'.join(sorted(map(re.escape, _NAMES), key=len, reverse=True))})(?![^\W\d_])")
_ETHIOPIC = re.compile("[\u1369-\u137c]+")
_DAY = re.compile(r"(?<!\d)(\d{1,4})[-/.,\s]+(\d{1,2})[-/.,\s]+(\d{4}|\d{2})(?!\d)")


def valid_until(heard: Heard) -> str | None:
    """
    Read the day on which a card ends, day or year first, in any digits, with the month by number or name; of several the last. Return it
    as `2027-12-31`.

    A day without its year, and one of another calendar, is not guessed.
    """
    text = _ETHIOPIC.sub(lambda found: f" {_counted(found[0])} ", normalise(heard.text[:READ]))
    text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    text = _NAMED.sub(lambda found: f" {_NAMES[found[0]]} ", text)
    years = range(heard.at.year - PAST, heard.at.year + AHEAD + 1)
    days = [day for parts in _DAY.findall(text) if (day := _made(*parts)) and day.year in years]
    return max(days).isoformat() if days else None


def _made(first: str, month: str, last: str) -> date | None:
    day, year = (last, first) if len(first) == 4 else (first, last)
    try:
        return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None


def _counted(signs: str) -> int:
    """
    Return a number in Ethiopic signs, in which ፻ multiplies what stands before it by a hundred.
    """
    total = part = 0
    for sign in signs:
        value = int(unicodedata.numeric(sign))
        total, part = ((total + (part or 1)) * value, 0) if value >= 100 else (total, part + value)
    return total + part


PERMIT = Flow(
    "permit",
    Node("valid_until", _("Look at your card. Which date stands after *geldig tot* (valid until)? Write it as 31-12-2027.\n\n"
                          "You can also send a photo. Show only this line, cover the rest of the card."),
         (PERSON,), hear=valid_until, next="sure", picture="photo"),
    Node("sure", _("Your card is valid until {valid_until}. Is that right?"), (Choice("yes", _("Yes"), "kept", emoji="✅"),
         Choice("no", _("No"), "valid_until", emoji="❌", is_wrong=True))),
    Node("kept", _("Thank you. We keep this date and remind you in time."),
         keep=Keep("valid_until", "permit_expires_on", "info.permit_renewal_late")),
    Node("photo", _("Thank you. A volunteer reads the date on your card, before {time} on {day}."),
         escalate=Escalation("legal", "week", ("permit_renewal",))),
)
