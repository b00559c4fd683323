"""
Triage: the questions that wait for a volunteer, for whoever sits at the machine; the desk takes this over.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import bind
from bot.app import App
from bot.close import end
from storage import invites, questions, tickets
from storage.database import Tx
from storage.tickets import Ticket

REASONS = {
    "undeliverable": "(our message could not be delivered: call this client)",
    "second_address": "(writes from a second phone: is it this client?)",
    "word": "(asked for something personal on a shared phone, without the word: call this client)",
    "forget": "(somebody on a shared phone asked to be forgotten: ask the client)",
    "differs": "(the client says something else than we do: see the card)",
    "not_answered": "(did not answer our invitation: call this client)",
    "turn_failed": "(the bot failed at this message)",
    "reminder": "(something is due soon: call this client)",
}


class UnknownTicket(Exception):
    """
    No open ticket, no waiting address or no outcome is called this: one line that says what there is.
    """


def waiting(tx: Tx, timezone: ZoneInfo) -> str:
    """
    Return the open tickets, the soonest due first, and the second addresses that wait for a yes.
    """
    lines = [_line(ticket, timezone) for ticket in tickets.open_ones(tx)]
    lines += [f"address {id}: a second one for client {number}; wegwijs tickets --allow {id} or --deny {id}\n"
              for id, number in invites.undecided(tx)]
    return "".join(lines) or "Nobody is waiting.\n"


def close(tx: Tx, ticket: int, outcome: str, now: datetime) -> None:
    """
    Close an open ticket; raise `UnknownTicket`.
    """
    if outcome not in questions.OUTCOMES:
        raise UnknownTicket(f"there is no outcome {outcome[:40]!r}; there are: {', '.join(questions.OUTCOMES)}")
    if not end(tx, ticket, outcome, now):
        raise UnknownTicket(f"there is no open ticket {ticket}; wegwijs tickets lists them")


async def decide(app: App, address: int, is_allowed: bool) -> None:
    """
    Say yes or no to a second address of a client, who is told; raise `UnknownTicket`.
    """
    try:
        is_there = await bind.decide(app, address, is_allowed)
    except bind.Full:
        raise UnknownTicket(f"so many share the phone of address {address} that nobody else can; take one off it at the desk") from None
    if not is_there:
        raise UnknownTicket(f"no address {address} waits for a yes; wegwijs tickets lists them")


def _line(ticket: Ticket, timezone: ZoneInfo) -> str:
    about = ", ".join(ticket.topics) or "no topic yet"
    who = f"client {ticket.client_number}" if ticket.client_number else "a client who was erased"
    question = ticket.question.replace("\n", "\n  ") or REASONS.get(ticket.reason, "(no text)")
    return (f"{ticket.id}  {ticket.urgency}  {ticket.team}  before {ticket.due_at.astimezone(timezone):%a %d-%m-%Y %H:%M}  {who}"
            f"  {ticket.language or 'language not chosen'}  {about}\n  {question}\n")
