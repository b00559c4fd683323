"""
Tickets as topics of the volunteers' Telegram group.
"""

from storage import postings, questions, rates, threads, tickets, volunteers
from storage.database import Tx
from tests.storage.lives import NOW


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk asks of these nouns."""
    (ticket,) = [one for one in tickets.open_ones(tx) if one.client_id == client_id][:1]
    threads.is_missing(tx)
    threads.want(tx, NOW)
    threads.in_state(tx, threads.LIVE, NOW)
    threads.made(tx, ticket.id, 77)
    threads.by_external(tx, 77)
    threads.headed(tx, ticket.id, 78, "hash")
    postings.fresh(tx)
    say(tx, ticket.id)
    questions.many(tx, [ticket.id])
    threads.put_off(tx, ticket.id, NOW)
    threads.closed(tx, ticket.id)
    threads.lost(tx, ticket.id)
    threads.expire(tx, NOW, NOW)
    threads.unwant(tx, [ticket.id], NOW)
    threads.deleted(tx, ticket.id, NOW)
    rates.pace(tx, "group", 20, 5, NOW)
    joke = volunteers.add(tx, "Joke", "volunteer", 1, NOW)
    volunteers.link_telegram(tx, joke, "7")
    volunteers.by_telegram(tx, ["7"])
    volunteers.to_ban(tx)
    volunteers.unlink_telegram(tx, joke)


def say(tx: Tx, ticket_id: int) -> None:
    """What is said there and heard."""
    postings.hear(tx, 500, ticket_id, {"text": "/take"}, NOW)
    one = postings.add(tx, "told", ticket_id, {"text": "Dag."}, NOW)
    postings.queued(tx, NOW)
    postings.put_off(tx, [one], NOW)
    postings.sent(tx, [one], 79)
    postings.answered(tx, ticket_id, 80, 1, NOW)
    postings.told(tx, ticket_id, [("client", 1)], 81, NOW)
    postings.at(tx, ticket_id, 80)
    postings.warned(tx, one)
    postings.shows_words(tx, ticket_id)
    postings.drop(tx, [one])
    postings.forget(tx, ticket_id)
