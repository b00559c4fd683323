"""
A letter from the phone to the desk: the ticket goes to those who must look today, its date is the client's word until ours.
"""

from bot.channels import Attachment
from flows import facts
from storage import clients, tickets
from storage import facts as kept
from storage.media import of_ticket
from tests.photos import taken


async def sent(world, olena, *texts):
    """Let a client send a photo of a letter and answer; return the question."""
    world.channel.media = {"letter": taken()}
    await olena.says("/start", "Nederlands", "Ja")
    await olena.sends("photo", Attachment("letter", "image/jpeg"))
    await olena.says(*texts)
    await world.fetch()
    (ticket,) = world.app.database.look(tickets.open_ones)
    return ticket


async def test_a_serious_letter_goes_to_the_legal_team_today(world, olena):
    """The photo opened a question of the social team; once the sender is known it is the legal team's, today, with the picture."""
    ticket = await sent(world, olena, "IND", "31-12-2026")

    assert (ticket.team, ticket.urgency, ticket.question) == ("legal", "today", "IND\n2026-12-31")
    assert [medium.state for medium in world.app.database.look(lambda tx: of_ticket(tx, ticket.id))] == ["stored"]


async def test_an_everyday_letter_stays_with_the_social_team(world, olena):
    """A letter of DUO is read within the week, by the team it came to."""
    ticket = await sent(world, olena, "DUO", "31-12-2026")

    assert (ticket.team, ticket.urgency, ticket.topics) == ("social", "week", ("letter_check",))


async def test_a_date_is_the_clients_word_until_ours(world, olena, now):
    """The date that a client gave is kept in their name; what a volunteer says who has seen the letter counts."""
    ticket = await sent(world, olena, "DUO", "31-12-2026")
    (told,) = world.app.database.look(lambda tx: [one for one in clients.told(tx, ticket.client_id) if one.name == "letters"])
    await world.app.database.write(lambda tx: kept.learn(
        tx, [(ticket.client_id, "letters", facts.due_days(["2026-12-13"]))], "staff", now()))

    assert (told.said_by, told.value) == ("client", facts.due_days(["2026-12-31"]))
    assert world.app.database.look(lambda tx: clients.facts_of(tx, ticket.client_id))["letters"] == facts.due_days(["2026-12-13"])
