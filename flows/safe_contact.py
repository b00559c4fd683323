"""
Safe contact: how a client may be reached without danger, and what we may therefore send.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast

How = Literal["here", "call", "nothing"]
HOWS: tuple[How, ...] = ("here", "call", "nothing")
TALKING = timedelta(minutes=15)         # who wrote to us just now is holding the phone


@dataclass(frozen=True, slots=True)
class SafeContact:
    """
    `here`: the address they write from; `call`: a call only; `nothing`: they come to us. `days`: weekdays (0 Monday) on which that
    is safe, all of them if empty.
    """

    how: How = "here"
    days: Collection[int] = ()

    def to_json(self) -> str:
        """
        Write it down.
        """
        return json.dumps({"how": self.how, "days": sorted(self.days)})


def read(text: str) -> SafeContact:
    """
    Read what `to_json` wrote; "" is a client who said nothing of it. What cannot be read is not safe.
    """
    if not text:
        return SafeContact()
    try:
        found = json.loads(text)
        return SafeContact(cast(How, found["how"]) if found["how"] in HOWS else "nothing", tuple(int(day) for day in found["days"]))
    except (ValueError, KeyError, TypeError):
        return SafeContact("nothing")


def safer(known: str, how: str) -> str:
    """
    Return what is written down once a client says how they may be reached, beside what was known: the more careful of the two.
    """
    before = read(known)
    if how not in HOWS or HOWS.index(before.how) >= HOWS.index(how):
        return known
    return SafeContact(how, before.days).to_json()


def both(known: str, other: str) -> str:
    """
    Return what is written down where two records become one: the more careful of the two, on the days that are safe for both.
    """
    one, two = read(known), read(other)
    days = tuple(sorted(set(one.days) & set(two.days))) if one.days and two.days else tuple(one.days or two.days)
    how = max(one.how, two.how, key=HOWS.index)
    if one.days and two.days and not days:
        how = "nothing"
    return SafeContact(how, days).to_json()


def changed(known: SafeContact, was: SafeContact, form: SafeContact) -> SafeContact:
    """
    Return what is written down once staff change it on a page that showed `was`: each part that they touched as they set it, the
    other as it is known now, for the client may have said it meanwhile.
    """
    is_how, is_days = form.how != was.how, sorted(form.days) != sorted(was.days)
    return SafeContact(form.how if is_how else known.how, tuple(sorted(form.days if is_days else known.days)))


def may_write(safe: SafeContact, at: datetime, heard_at: datetime | None = None) -> bool:
    """
    Tell whether a message may go to the client's address now; `at` is in the office's time zone.

    `heard_at` is when they last wrote themselves: within a quarter of an hour the phone is in their own hand, and a word that
    answers them may go on that day, whatever day is safe. It never opens `call` or `nothing`.
    """
    if safe.how != "here":
        return False
    is_talking = heard_at is not None and timedelta() <= at - heard_at <= TALKING
    return not safe.days or at.weekday() in safe.days or is_talking
