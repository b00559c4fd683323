"""
The register at the desk: what is kept of whom, why, how long, who reads it and who carries it, from the tested maps; to read and to print.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import Response

from bot.publish import LANGUAGES
from bot.web.desk.door import Page, Visit
from bot.web.desk.words import d_, n_, sentence
from storage.register import Entry, entries
from storage.terms import FIXED, LIMITS

HOME = "/desk/register"
WHAT = {
    "clients": d_("Clients: number, name, language, consent, safe contact"), "addresses": d_("Telephone numbers and Telegram accounts of clients"),
    "sessions": d_("Where a conversation with the bot stands"), "facts": d_("What we know of a client, such as the day a card ends"),
    "search_keys": d_("Keys by which an encrypted name is found"), "messages": d_("Messages from and to clients"),
    "statuses": d_("Whether a message arrived"), "media": d_("Pictures, documents and voices that clients send"),
    "tickets": d_("Questions for a volunteer"), "notes": d_("Notes of volunteers"), "drafts": d_("Answers that were not sent yet"),
    "moments": d_("Contact moments, as the report counts them"), "files": d_("Files of family reunification, as the report counts them"),
    "reminders": d_("Reminders of what is due"), "appointments": d_("Appointments at the office"),
    "invites": d_("Invitations of clients"), "bindings": d_("A second telephone of a client, and who allowed it"),
    "threads": d_("Questions in the volunteers' group"), "postings": d_("What is still to be said in the volunteers' group"),
    "views": d_("Who looked at whose record"), "erasures": d_("That somebody was forgotten: a number and two times"),
    "deletions": d_("What must still be deleted at Twilio"), "totals": d_("Totals that were typed in for the report"),
    "frozen": d_("Reports that were handed over"), "revisions": d_("What stood in a contact moment before it was corrected"),
    "sums": d_("Sums of a month, for the report"), "feeds": d_("Addresses of volunteers' own calendars"),
    "nameless": d_("Years of guidance of clients who were forgotten: an office and days"),
    "tallies": d_("How many clients of a period are known no more"),
    "namespaces": d_("What ids for other systems are made from"), "looks": d_("Looks at the domains of life"),
    "broadcasts": d_("Messages to many: the text, and for whom"), "recipients": d_("Whom a message to many reached, and what they answered"),
    "volunteers": d_("Volunteers: name, role, languages, second factor"), "logins": d_("Logins of volunteers"),
    "attempts": d_("Attempts to log in"), "links": d_("Links by which volunteers come in the first time"), "duties": d_("The roster"),
    "alerts": d_("Which volunteer was told of a question"), "locations": d_("Locations"), "channels": d_("How the channels do"),
    "contents": d_("Our texts with buttons at WhatsApp"), "templates": d_("Our texts that WhatsApp approves"),
    "corrections": d_("Corrections of our texts"), "recordings": d_("Our texts, spoken"),
}
WHY = {
    "reach": d_("to know and reach the client"), "answer": d_("to answer the client"), "remind": d_("to remind the client in time"),
    "report": d_("to count for the report"), "promise": d_("to keep the promise to forget"), "account": d_("to see who looked, and why"),
    "team": d_("to let volunteers work, and nobody else"), "run": d_("to run the program; says nothing of a person"),
}
SINCE = {
    "last_contact": d_("the last contact"), "written": d_("it was written"), "closed": d_("it was closed"), "began": d_("its day"),
    "due": d_("its day"), "ended": d_("it ended"), "looked": d_("they looked"), "dismissed": d_("they left"), "done": d_("it was done"),
}
READERS = {
    "staff": d_("volunteers of the location, each look written down"), "coordinators": d_("coordinators"),
    "administrators": d_("administrators"), "nobody": d_("the program alone"), "everybody": d_("everybody"),
}
UNTIMED = {
    "client": d_("as long as the client is known"), "done": d_("until it is done"), "house": d_("as long as the program is used"),
}
ERASING = {"goes": d_("is deleted"), "untied": d_("stays, without the client"), "stays": d_("is not of a client")}
DAYS, YEARS = n_("{n} day", "{n} days"), n_("{n} year", "{n} years")
AFTER, AT_ONCE = d_("{term} after {since}"), d_("at once when {since}")
ALSO = {"ties": d_("tied to the client: {term} after the last contact"), "texts": d_("what was said: {term}"),
        "client": d_("the name of the client: as long as the client is known")}
CARRIERS = {
    "Meta": d_("Meta (WhatsApp): carries the messages, and knows who writes with whom and when"),
    "Twilio": d_("Twilio: brings WhatsApp messages to us; they are deleted there when they are deleted here, media as soon as they are here"),
    "Telegram": d_("Telegram: carries the messages, and keeps them until the client deletes them there"),
}
HEADS = (d_("What"), d_("Why"), d_("How long"), d_("Who reads it"), d_("Carried by"), d_("When somebody is forgotten"), d_("Encrypted"))
TITLE, ABOUT, CARRIED = d_("Register of what is kept"), d_(
    "For the register of processing and the DPIA. It is made from the same lists by which the program deletes: what stands here is what it "
    "does."), d_("Who carries it")
YES, PRINT = d_("yes"), d_("Print this page in your browser; it holds nothing of any person.")


@dataclass(frozen=True, slots=True)
class Row:
    """
    One line of the register, in words.
    """

    what: str
    why: str
    terms: tuple[str, ...]
    readers: str
    carriers: str
    erasing: str
    is_sealed: str


def rows(kept: Mapping[str, int], say: Callable[..., str]) -> list[Row]:
    """
    Return the lines of the register, with how long by the settings.
    """
    return [Row(say(WHAT[one.table]), say(WHY[one.term.purpose]), _terms(one, kept, say), say(READERS[one.term.readers]),
                ", ".join(one.term.carriers), say(ERASING[one.erasing]), say(YES) if one.is_sealed else "") for one in entries()]


def _terms(one: Entry, kept: Mapping[str, int], say: Callable[..., str]) -> tuple[str, ...]:
    term = one.term
    if term.kept in UNTIMED:
        first = say(UNTIMED[term.kept])
    elif not _length(term.kept, kept)[1]:
        first = say(AT_ONCE, since=say(SINCE[term.since]))
    else:
        first = say(AFTER, term=_said(term.kept, kept, say), since=say(SINCE[term.since]))
    return (first, say(ALSO[term.also], term=_said(term.also, kept, say))) if term.also else (first,)


def _length(name: str, kept: Mapping[str, int]) -> tuple[bool, int]:
    """
    Return whether a term is in years, and how many it is.
    """
    if name in LIMITS:
        return LIMITS[name][0].endswith("YEARS"), kept[name]
    return False, FIXED[name].days if name in FIXED else 0


def _said(name: str, kept: Mapping[str, int], say: Callable[..., str]) -> str:
    is_years, many = _length(name, kept)
    return say(YEARS if is_years else DAYS, n=many)


async def show(visit: Visit) -> Response:
    """
    Show the register in Dutch or English.
    """
    language = visit.query("language") if visit.query("language") in LANGUAGES else visit.language

    def say(text: str, /, **slots: object) -> str:
        return sentence(language, text, **slots)

    shown: dict[str, Any] = {"rows": rows(visit.app.settings.kept, say), "heads": [say(head) for head in HEADS], "title": say(TITLE),
                             "about": say(ABOUT), "carried": say(CARRIED), "carriers": [say(one) for one in CARRIERS.values()],
                             "printing": say(PRINT), "language": language, "languages": LANGUAGES}
    return visit.page("desk/register.html", **shown)


PAGES = (Page(HOME, show, "coordinator"),)
