"""
What the tests of reminders share: a client of whom a fact is known, and what became of their plan.
"""

from datetime import date
from typing import Any

from bot.plan import plan
from bot.remind import remind
from storage import facts, records, reminders
from storage.database import Tx
from storage.reminders import Reminder
from tests.people import Person, World


async def agreed(person: Person, language: str = "Nederlands") -> int:
    """
    Let a person choose a language and agree, and return the client's id.
    """
    await person.says("/start", language, "ja")
    return client_of(person)


def client_of(person: Person) -> int:
    """
    Return the id of a person's client record.
    """
    found = person.world.app.database.look(lambda tx: records.find(tx, f"memory:{person.name}"))
    assert found
    return found


def learn(world: World, client_id: int, **told: str) -> None:
    """
    Let staff write facts down, and plan what follows.
    """
    def run(tx: Tx) -> None:
        facts.learn(tx, [(client_id, name, value) for name, value in told.items()], "staff", world.now())
        plan(world.app, tx, [client_id], world.now())

    world.app.database.submit(run).result()


async def clock(world: World, *days: date, hour: int = 10) -> None:
    """
    Let the clock come to these days, one after the other, and do what is due then.
    """
    for day in days:
        world.now.move_to(day, hour)
        await remind(world.app)
        await world.go_on()


def rows(world: World, client_id: int, what: str = "") -> list[Reminder]:
    """
    Return a client's plan, or what of it is of this sort.
    """
    return [row for row in world.app.database.look(lambda tx: reminders.of_clients(tx, [client_id])) if not what or row.what == what]


def planned(world: World, client_id: int, what: str = "client") -> list[str]:
    """
    Return the days on which something is still to be done.
    """
    return [row.send_on.isoformat() for row in rows(world, client_id, what) if row.ready_at is not None]


class Dying(Tx):
    """
    A transaction of a process that is killed at its n-th statement.
    """

    def __init__(self, tx: Tx, after: int) -> None:
        super().__init__(tx.connection, tx.keys, tx.ids)
        self.left = after

    def run(self, statement: Any, rows: Any = None) -> Any:
        """
        Run it, or die.
        """
        self._live()
        return super().run(statement, rows)

    def many(self, statement: Any, rows: Any) -> None:
        """
        Run it, or die.
        """
        self._live()
        super().many(statement, rows)

    def change(self, statement: Any, rows: Any) -> int:
        """
        Run it, or die.
        """
        self._live()
        return super().change(statement, rows)

    def each(self, *asked: Any) -> Any:
        """
        Run them, or die.
        """
        self._live()
        return super().each(*asked)

    def _live(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt("killed")
