"""
What the tests of a shared phone share: Amina and her son Yonas, who write from one.
"""

from dataclasses import dataclass

from bot.bind import decide
from bot.reply import reply
from bot.take import take
from flows.events import Said
from flows.rights import Volunteer
from storage import clients, invites, phones, questions, tickets
from storage.database import Tx
from storage.questions import Question
from tests.people import Person, World

WORDS = {"amina": "Granaatappel", "yonas": "blauwe fiets"}


@dataclass
class Family:
    """
    One phone, and the records of the two who share it.
    """

    phone: Person
    amina: int
    yonas: int

    async def is_(self, name: str) -> str:
        """
        Say who one is, and return the answer.
        """
        return await self.phone.says(name)

    def seat(self, client_id: int) -> int:
        """
        Return somebody's address on the phone.
        """
        return next(one.address_id for one in self.people if one.client_id == client_id)

    @property
    def door(self) -> int:
        """
        Return the address by which the phone is found.
        """
        return self.phone.world.app.database.look(lambda tx: phones.doors_of(tx, self.amina))[0]

    @property
    def people(self) -> list[phones.Sharer]:
        """
        Return who shares the phone.
        """
        door = self.door
        return self.phone.world.app.database.look(lambda tx: phones.sharers(tx, [door]))[door]


def invited(world: World, name: str, language: str) -> tuple[int, str]:
    """
    Make a client record and a code for it.
    """
    def make(tx: Tx) -> tuple[int, str]:
        [id] = clients.add(tx, 1, world.now(), name, language)
        code = f"code-of-{name.lower()}-{language}-{id}"
        invites.make(tx, id, code, world.now())
        return id, code

    return world.app.database.submit(make).result()


async def allow(world: World) -> None:
    """
    Say yes, as staff, to whoever asks for a phone.
    """
    for id, _number in world.app.database.look(invites.undecided):
        await decide(world.app, id, True)
    await world.go_on()


async def family(world: World, language: str = "nl", name: str = "Yonas", words: bool = True) -> Family:
    """
    Let Amina be linked, and then her son on the same phone; both agreed that we keep messages.
    """
    phone = world.person("family")
    amina, code = invited(world, "Amina", language)
    await phone.says(f"/start {code}", "ja")
    yonas, code = invited(world, name, language)
    await phone.says(f"/start {code}")
    await allow(world)
    if words:
        give_words(world, amina, yonas)
    theirs = Family(phone, amina, yonas)
    world.app.database.submit(lambda tx: [questions.close(tx, one.id, "answered", world.now()) for one in tickets.open_ones(tx)]).result()
    await phone.says("hallo", "2", "ja")
    world.now.move(hours=5)
    return theirs


async def answered(world: World, home: Family, joke: Volunteer) -> Question:
    """
    Let Amina ask for a person and Joke answer her hours later: that is held back until her word.
    """
    await home.phone.says("hallo", "Amina")
    await home.phone.presses("menu.main:person")
    world.now.move(hours=5)
    [question] = world.tickets(joke)
    await take(world.app, question.id, joke)
    await reply(world.app, question.id, joke, Said("Uw geheim is veilig.", (), "nl"))
    return question


def give_words(world: World, amina: int, yonas: int) -> None:
    """
    Agree a word with each of them, as the desk keeps it.
    """
    def run(tx: Tx) -> None:
        phones.set_word(tx, amina, "granaatappel")
        phones.set_word(tx, yonas, "blauwe fiets")

    world.app.database.submit(run).result()
