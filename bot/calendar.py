"""
Calendar: appointments as calendar programs read them (RFC 5545). The only door of icalendar.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from flows.visit import LENGTH

KIND = "text/calendar; charset=utf-8"
OURS = "-//Wegwijs//wegwijs//NL"
AGAIN = timedelta(minutes=15)           # after which a calendar program may ask again


def appointment_event(uid: str, starts_at: datetime, said_at: datetime, title: str, place: str, zone: ZoneInfo, minutes: int = LENGTH) -> Event:
    """
    Return an appointment; `uid` is what it is known by for good, and nothing in it may say whose it is or what it is about.
    """
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", said_at)
    event.add("dtstart", starts_at.astimezone(zone))
    event.add("dtend", (starts_at + timedelta(minutes=minutes)).astimezone(zone))
    event.add("summary", title)
    if place:
        event.add("location", place)
    return event


def as_file(events: Iterable[Event], title: str = "", method: str = "PUBLISH") -> bytes:
    """
    Return a calendar of these events, with the rules of their time zone.
    """
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", OURS)
    calendar.add("method", method)
    if title:
        calendar.add("x-wr-calname", title)
        calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())
