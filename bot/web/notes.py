"""
What Wegwijs wrote down, as the phones' pages show it: contact moments and open tickets, the newest first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.app import App
from bot.web.words import WORDS, short_date_of
from flows.topics import TOPICS
from storage import moments, tickets
from storage.database import Tx

SHOWN = 12       # moments on the page
OPEN_SHOWN = 6   # tickets on the page
URGENCIES = {"now": "now", "today": "today", "week": "this_week", "normal": "normal"}


@dataclass(frozen=True, slots=True)
class TicketNote:
    """
    One open ticket in words.
    """

    client: int
    urgency: str
    urgency_word: str
    topics: str
    language: str
    due: str


@dataclass(frozen=True, slots=True)
class MomentNote:
    """
    One contact moment in words; `client` is None once they asked to be forgotten.
    """

    client: int | None
    at: str
    channel: str
    languages: str
    topics: str
    outcome: str
    messages: int
    is_escalated: bool


@dataclass(frozen=True, slots=True)
class Notes:
    """
    The log as shown.
    """

    tickets: list[TicketNote]
    moments: list[MomentNote]


async def notes(app: App, language: str) -> Notes:
    """
    Return the newest of the log in Dutch or English.
    """
    open_ones, latest = await app.database.read(_rows)
    return Notes([_ticket(app, row, language) for row in open_ones], [_moment(app, row, language) for row in latest])


def _rows(tx: Tx) -> tuple[list[tickets.Ticket], Sequence[Any]]:
    pressing = sorted(tickets.open_ones(tx), key=lambda ticket: (tickets.URGENCIES.index(ticket.urgency), ticket.due_at))
    return pressing[:OPEN_SHOWN], moments.latest(tx, SHOWN)


def _ticket(app: App, ticket: tickets.Ticket, language: str) -> TicketNote:
    return TicketNote(
        ticket.client_number, ticket.urgency, WORDS[language][URGENCIES.get(ticket.urgency, "normal")],
        topics_of(app, ticket.topics, language), ticket.language, when(app, ticket.due_at, language),
    )


def _moment(app: App, row: Any, language: str) -> MomentNote:
    words = WORDS[language]
    is_escalated = row.outcome == "escalated"
    answered = words.get(f"by_{row.answered_by}", "")
    return MomentNote(
        row.number, when(app, row.began_at, language), row.channel, row.languages.replace(",", ", "),
        topics_of(app, row.topics.split(","), language), words["escalated"] if is_escalated else answered,
        row.inbound + row.outbound, is_escalated,
    )


def topics_of(app: App, ids: Iterable[str], language: str) -> str:
    """
    Return topics as their labels: "🏠 Woning zoeken, 💶 Huurtoeslag".
    """
    tongue = app.tongues(language)
    known = [TOPICS[id] for id in ids if id in TOPICS]
    return ", ".join(f"{topic.emoji} {tongue(topic.label)}" for topic in known) or WORDS[language]["no_topic"]


def when(app: App, at: datetime, language: str) -> str:
    """
    Return a moment in the office's time as "di 24 nov 14:05".
    """
    local = at.astimezone(app.settings.timezone)
    return f"{short_date_of(local, language)} {local:%H:%M}"
