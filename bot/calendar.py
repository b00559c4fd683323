"""
Calendar: a visit as a file for somebody's own calendar (RFC 5545). It says where and when; what it is about is no concern of who sees that
calendar. The only door of icalendar.
"""

from datetime import datetime, timedelta
from typing import Any

from flows.visit import LENGTH

MAKER = "-//Wegwijs//Afspraken//NL"
AROUND = timedelta(days=366)            # the changes of the clock that a file tells, before and after its day


def appointment_event(uid: str, sequence: int, starts_at: datetime, made_at: datetime, place: str, address: str, is_cancelled: bool = False) -> Any:
    """
    Return a visit as one event; `starts_at` is in the office's time zone, `sequence` counts how often this visit was changed.
    """
    from icalendar import Event  # loaded at the first visit that is made: `serve` starts without it

    event = Event()
    event.add("uid", f"{uid}@wegwijs")
    event.add("sequence", sequence)
    event.add("dtstamp", made_at)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=LENGTH))
    event.add("summary", f"Wegwijs · {place}")
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    if address:
        event.add("location", address)
    return event


def file_of(event: Any, is_cancelled: bool = False) -> str:
    """
    Return a file of one event, with the rules of its time zone around its day.
    """
    from icalendar import Calendar

    calendar, day = Calendar(), event.start.date()
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_cancelled else "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones(day - AROUND, day + AROUND)
    return str(calendar.to_ical().decode())
