"""
Tickets in the hands of volunteers: roster, alerts, notes, drafts, replies.
"""

from storage import alerts, clients, drafts, duties, media, messages, moments, notes, outbox, pages, questions, sessions, tickets, volunteers
from storage.database import Tx
from tests.storage.lives import NOW


def play(tx: Tx, client_id: int, address_id: int) -> None:
    """What the desk asks of these nouns."""
    joke = volunteers.add(tx, "Joke", "volunteer", 1, NOW, ["legal", "social"])
    who = volunteers.by_id(tx, joke)
    assert who
    tickets.next_number(tx)
    (ticket,) = [one for one in tickets.open_ones(tx) if one.client_id == client_id][:1]
    hold(tx, ticket.id, joke, address_id)
    for filter in (*questions.FILTERS, "legal", "closed"):
        page = questions.for_(tx, who, filter)
        for after in (*map(questions.place_of, page), pages.Place("today", NOW, 1), pages.Place("closed", NOW, 1)):
            questions.for_(tx, who, filter, after)
    questions.standing(tx, who)
    questions.of_client(tx, client_id)
    questions.sees_one(tx, client_id, who)
    questions.heard(tx, [(ticket.id, NOW, NOW)])
    questions.change(tx, ticket.id, topics=["work"], interpreter="ar")
    questions.to_alert(tx, NOW, 10)
    questions.alert_again(tx, ticket.id, 1, NOW)
    duty = duties.add(tx, 1, joke, 0, 60, 0, None)
    duties.of_location(tx, 1)
    duties.on_duty(tx, 1, "legal", NOW)
    duties.remove(tx, duty, 1)
    tickets.wish(tx, [(client_id, "woman"), (client_id, "community")])
    tickets.put_wishes(tx, client_id, True, False)
    tickets.as_before(tx, [ticket])
    clients.set_safe_contact(tx, client_id, "{}")
    clients.safe_contact_of(tx, client_id)
    tickets.told(tx, client_id, "yes")
    drafts.drop_all(tx, ticket.id)
    questions.free(tx, ticket.id, NOW)
    questions.free_all(tx, joke, NOW)


def hold(tx: Tx, ticket_id: int, joke: int, address_id: int) -> None:
    """Take, answer, undo, tell and note."""
    questions.take(tx, ticket_id, joke, NOW, NOW)
    questions.give(tx, ticket_id, joke, NOW, NOW)
    question = questions.one(tx, ticket_id)
    assert question
    sessions.hold(tx, [question.address_id])
    (standing,) = sessions.lock(tx, [question.address_id], waits=True)
    said = outbox.Queued(tx.ids.next(standing.said_id), standing.address_id, "whatsapp", None, "dag", NOW, ticket_id=ticket_id, volunteer_id=joke)
    outbox.queue(tx, [said])
    media.say(tx, [(said.id, "audio/ogg", b"OggS")], NOW)
    media.said(tx, [said.id])
    media.unsay(tx, said.id)
    outbox.undoable(tx, ticket_id, joke, NOW)
    messages.ticket_of(tx, said.id)
    outbox.withdraw(tx, 1, joke, NOW)
    outbox.words(tx, ticket_id)
    outbox.hasten(tx, ticket_id, NOW)
    outbox.has_word(tx, 1)
    questions.answered(tx, ticket_id, NOW)
    questions.not_answered(tx, ticket_id, (NOW, NOW), NOW)
    questions.lock(tx, ticket_id)
    messages.first_since(tx, address_id, NOW)
    moments.answered(tx, question.moment_id, NOW)
    moments.not_answered(tx, question.moment_id, True)
    moments.file(tx, question.moment_id, ["work"])
    notes.add(tx, ticket_id, question.client_id, joke, "belt liever", NOW)
    notes.of_ticket(tx, ticket_id)
    drafts.keep(tx, ticket_id, joke, "Beste", NOW)
    drafts.of(tx, ticket_id, joke)
    alerts.tell(tx, ticket_id, [joke], 1, NOW)
    alerts.told(tx, ticket_id)
    alerts.is_unseen(tx, ticket_id, joke)
    alerts.waiting(tx, 1)
    questions.in_hand(tx, 1)
    alerts.see(tx, ticket_id, NOW, joke)
