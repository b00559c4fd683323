"""
Terms: for every table how long its rows are kept and since when that counts, what they are for, who reads them and who carries them.

`bot/expire.py` deletes by this map, and the desk prints it for the register of processing: neither can say what the other does not. A
test fails for a table without a term, and for a term that nothing keeps.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Literal

YEAR = timedelta(days=365, hours=6)
Since = Literal["last_contact", "written", "closed", "began", "due", "ended", "looked", "dismissed", "done"]
Purpose = Literal["reach", "answer", "remind", "report", "promise", "account", "team", "run"]
Readers = Literal["staff", "coordinators", "administrators", "nobody", "everybody"]

# How long, where a setting says so: the setting, how many, and the least and most there can be; in the unit of the name.
LIMITS: Final[Mapping[str, tuple[str, int, int, int]]] = {
    "texts": ("WEGWIJS_TEXTS_KEPT_DAYS", 365, 30, 365),             # at most what we promise when we ask for consent
    "pictures": ("WEGWIJS_PICTURES_KEPT_DAYS", 30, 0, 365),
    "moments": ("WEGWIJS_MOMENTS_KEPT_YEARS", 5, 1, 10),
    "ties": ("WEGWIJS_CLIENT_LINKS_KEPT_DAYS", 365, 365, 1826),     # of a moment, a question and a file to their client: a year counts each once
    "clients": ("WEGWIJS_CLIENTS_KEPT_YEARS", 5, 1, 10),
    "views": ("WEGWIJS_VIEWS_KEPT_DAYS", 730, 180, 1826),
}
# … and where it is how the program works.
FIXED: Final[Mapping[str, timedelta]] = {
    "year": timedelta(days=365), "attempts": timedelta(days=90), "codes": timedelta(days=30), "topics": timedelta(days=30),
    "postings": timedelta(days=2), "logins": timedelta(0),
}
# No clock ends these: "client" goes with the client; "done" when the work is done; "house" stays as long as the program is used.
UNTIMED: Final = ("client", "done", "house")


@dataclass(frozen=True, slots=True)
class Term:
    """
    How long a table's rows are kept (a name of `LIMITS`, `FIXED` or `UNTIMED`) since when, and why we have them. `also` is a second term:
    of what is unlike the rest of the table, or of the row's tie to its client.
    """

    kept: str
    since: Since
    purpose: Purpose
    readers: Readers
    carriers: tuple[str, ...] = ()
    also: str = ""


_ALL, _GROUP, _META = ("Meta", "Twilio", "Telegram"), ("Telegram",), ("Meta", "Twilio")

TERMS: dict[str, Term] = {
    "clients": Term("clients", "last_contact", "reach", "staff"),
    "addresses": Term("client", "last_contact", "reach", "staff", _ALL),
    "sessions": Term("client", "last_contact", "answer", "nobody", also="texts"),
    "facts": Term("client", "last_contact", "remind", "staff"),
    "search_keys": Term("client", "last_contact", "reach", "nobody"),
    "messages": Term("texts", "written", "answer", "staff", _ALL),
    "statuses": Term("texts", "written", "answer", "nobody", _ALL),
    "media": Term("pictures", "closed", "answer", "staff", _ALL, also="texts"),
    "tickets": Term("moments", "closed", "answer", "staff", also="ties"),
    "notes": Term("texts", "written", "answer", "staff"),
    "drafts": Term("texts", "written", "answer", "staff"),
    "moments": Term("moments", "began", "report", "staff", also="ties"),
    "files": Term("moments", "closed", "report", "staff", also="ties"),
    "reminders": Term("moments", "due", "remind", "staff"),
    "appointments": Term("year", "began", "answer", "staff"),
    "invites": Term("codes", "ended", "reach", "nobody"),
    "bindings": Term("year", "done", "reach", "coordinators"),
    "threads": Term("topics", "closed", "answer", "staff", _GROUP),
    "postings": Term("postings", "done", "answer", "staff", _GROUP),
    "views": Term("views", "looked", "account", "coordinators", also="client"),
    "erasures": Term("house", "done", "promise", "nobody"),
    "deletions": Term("done", "done", "promise", "nobody", ("Twilio",)),
    "looks": Term("client", "last_contact", "answer", "staff"),
    "recipients": Term("year", "ended", "reach", "coordinators"),
    "broadcasts": Term("year", "ended", "reach", "coordinators"),
    "totals": Term("house", "written", "report", "coordinators"),
    "frozen": Term("house", "written", "report", "coordinators"),
    "sums": Term("house", "written", "report", "nobody"),
    "nameless": Term("moments", "done", "report", "nobody"),
    "tallies": Term("house", "written", "report", "nobody"),
    "namespaces": Term("house", "written", "run", "nobody"),
    "feeds": Term("done", "done", "team", "nobody"),
    "revisions": Term("moments", "began", "report", "coordinators"),
    "volunteers": Term("moments", "dismissed", "team", "coordinators"),
    "logins": Term("logins", "ended", "team", "nobody"),
    "attempts": Term("attempts", "written", "team", "nobody"),
    "links": Term("codes", "ended", "team", "nobody"),
    "duties": Term("year", "ended", "team", "staff"),
    "alerts": Term("year", "written", "team", "staff", _GROUP),
    "locations": Term("house", "written", "run", "everybody"),
    "channels": Term("house", "written", "run", "nobody"),
    "contents": Term("house", "written", "run", "nobody", _META),
    "templates": Term("house", "written", "run", "administrators", _META),
    "corrections": Term("house", "written", "run", "coordinators"),
    "recordings": Term("house", "written", "run", "coordinators", _ALL),
}


def lengths(kept: Mapping[str, int]) -> dict[str, timedelta]:
    """
    Return how long each timed term is, by the settings: so many days or years for each name of `LIMITS`.
    """
    set_ones = {name: kept[name] * (YEAR if setting.endswith("YEARS") else timedelta(days=1)) for name, (setting, *_) in LIMITS.items()}
    set_ones["ties"] = max(set_ones["ties"], set_ones["texts"])       # as long as a text is there it ties its moment to the client
    return {**FIXED, **set_ones}
