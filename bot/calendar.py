"""
Calendar: visits as calendar programs read them (RFC 5545): where and when; what it is about is no concern of who sees that calendar. The
only door of icalendar, which is loaded at the first visit that is asked for: `serve` starts without it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flows.visit import LENGTH

KIND = "text/calendar; charset=utf-8"
MAKER = "-//Wegwijs//Afspraken//NL"
AROUND = timedelta(days=366)            # the changes of the clock that a file tells, before its first day and after its last
AGAIN = timedelta(minutes=15)           # after which a calendar program may ask again


def appointment_event(uid: str, starts_at: datetime, made_at: datetime, title: str, address: str, sequence: int = 0,
                      is_cancelled: bool = False) -> Any:
    """
    Return a visit as one event, known for good by its uid; `starts_at` is in the office's time zone, `sequence` counts how often this visit
    was changed. Nothing in it may say whose it is.
    """
    from icalendar import Event

    event = Event()
    event.add("uid", f"{uid}@wegwijs")
    event.add("sequence", sequence)
    event.add("dtstamp", made_at)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=LENGTH))
    event.add("summary", title)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("class", "PRIVATE")
    if address:
        event.add("location", address)
    return event


def file_of(events: Sequence[Any], title: str = "", is_cancelled: bool = False) -> str:
    """
    Return a file of these events, with the rules of their time zone around their days; under a title it is a calendar that is read again.
    """
    from icalendar import Calendar

    calendar, days = Calendar(), sorted(event.start.date() for event in events)
    calendar.add("prodid", MAKER)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if is_cancelled else "PUBLISH")
    if title:
        calendar.add("x-wr-calname", title)
        calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    if days:
        calendar.add_missing_timezones(days[0] - AROUND, days[-1] + AROUND)
    return str(calendar.to_ical().decode())
