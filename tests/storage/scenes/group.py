"""
Tickets as topics of the volunteers' Telegram group.
"""

from datetime import timedelta

from storage import addresses, alerts, messages, postings, rates, threads, tickets, volunteers
from storage.addresses import Sender
from storage.database import Tx
from tests.storage.lives import NOW


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk asks of these nouns."""
    joke = volunteers.add(tx, "Joke", "volunteer", 1, NOW, ["social"])
    volunteers.link(tx, joke, "77")
    volunteers.by_telegram(tx, ["77"])
    volunteers.to_remove(tx)
    addresses.known(tx, [Sender("telegram", "77")], NOW)
    threads.want(tx, threads.missing(tx), NOW)
    (ticket,) = [one for one in tickets.open_ones(tx) if one.client_id == client_id][:1]
    threads.due(tx, NOW)
    threads.made(tx, ticket.id, 5)
    threads.told(tx, ticket.id, head_id=6, shown="x", heard_at=NOW, alerted_id=1)
    threads.ticket_of(tx, 5)
    threads.topic_of(tx, ticket.id)
    threads.put_off(tx, ticket.id, NOW)
    alerts.told_since(tx, ticket.id, 0)
    messages.since(tx, address_id, NOW, 5)
    postings.hear(tx, 1, ticket.id, {"text": "/take"}, NOW)
    postings.say(tx, ticket.id, {"text": "dag"}, NOW)
    said = [one.id for one in postings.next_ones(tx, "said", NOW)]
    postings.put_off(tx, said, NOW)
    postings.done(tx, said)
    postings.show(tx, ticket.id, 9, NOW)
    postings.shows(tx, 9)
    postings.once(tx, ticket.id, "warned", NOW)
    rates.pace(tx, "telegram_group", 5, timedelta(seconds=4), NOW)
    threads.close(tx, ticket.id, NOW)
    threads.to_delete(tx, NOW)
    threads.doom(tx, [ticket.id], NOW)
    postings.clear(tx, ticket.id)
    threads.drop(tx, ticket.id)
    volunteers.unlink(tx, joke)
