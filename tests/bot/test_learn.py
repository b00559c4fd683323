"""
What clients tell of themselves becomes a fact; where ours differs, a person looks.
"""

from storage import addresses, clients, facts, notes, tickets
from storage.addresses import Sender, resolve
from tests.people import Person, World


def client_of(world: World, name: str) -> int:
    """The client of somebody who wrote."""
    sender = Sender("memory", name)
    return world.app.database.submit(lambda tx: addresses.client_of(tx, resolve(tx, [sender], world.now())[sender])).result()


async def tell(person: Person, day: str) -> str:
    """Tell the date on one's card, and that it is right."""
    await person.presses("info.permit_renewal:valid_until")
    await person.says(day)
    return await person.presses("permit.sure:yes")


async def test_what_a_client_tells_is_kept_with_who_said_it(world: World, olena: Person) -> None:
    """The day is a fact of the client; no ticket opens for it."""
    await olena.says("/start", "Nederlands", "ja")
    await tell(olena, "31-12-2027")

    id = client_of(world, "olena")
    assert [(one.name, one.value, one.said_by) for one in world.app.database.look(lambda tx: clients.told(tx, id))] == [
        ("permit_expires_on", "2027-12-31", "client")]
    assert world.app.database.look(lambda tx: tickets.open_of(tx, [id])) == {}


async def test_a_client_who_says_otherwise_opens_a_ticket(world: World, olena: Person) -> None:
    """Ours stays what we know, the earlier day counts, and the ticket says what to look at, also one that was open already."""
    await olena.says("/start", "Nederlands", "ja", "vrijwilliger")
    id = client_of(world, "olena")
    world.app.database.submit(lambda tx: facts.learn(tx, [(id, "permit_expires_on", "2028-06-30")], "staff", world.now())).result()
    await tell(olena, "31-12-2027")

    look = world.app.database.look
    (ticket,) = look(lambda tx: tickets.open_of(tx, [id])).values()
    assert [note.text for note in look(lambda tx: notes.of_ticket(tx, ticket))] == [
        "Wij en de cliënt zeggen iets anders over: Verblijfspas geldig tot. Kijk op de kaart van de cliënt wat klopt."]
    assert look(lambda tx: clients.facts_of(tx, id)) == {"permit_expires_on": "2028-06-30"}
    assert look(lambda tx: facts.driving(tx, [id])) == {id: {"permit_expires_on": "2027-12-31"}}
