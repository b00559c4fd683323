"""
Webhooks and status callbacks that come again, late, or in another order change nothing.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.channels import Inbound, Item, Status
from bot.receive import receive
from storage.database import Database
from storage.secrets import Keys
from storage.statuses import RANKS
from tests.crash.main import SECRET, TONGUES
from tests.people import World, make_world

SCRIPT = ("/start", "Nederlands", "ja", "Wonen", "vrijwilliger", "dank u")
PEOPLE = ("Amina", "Yonas", "Olena")
STATES = ("sent", "delivered", "read")

who, back = st.sampled_from(PEOPLE), st.integers(0, 5)
HISTORY = st.lists(st.one_of(
    st.tuples(st.just("writes"), who),
    st.tuples(st.just("writes twice, the second first"), who),
    st.tuples(st.just("again"), who, back),
    st.tuples(st.just("status"), who, back, st.sampled_from(STATES)),
    st.tuples(st.just("turns and sends")),
), max_size=40)  # fmt: skip


class Storm:
    """A world in which a history happens. `written` counts what each client has written; `told` keeps the highest status told."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.written = dict.fromkeys(PEOPLE, 0)
        self.told: dict[int, str] = {}

    def line(self, name: str, number: int) -> Inbound:
        """Return a line of the script as the platform brings it, the same each time."""
        return Inbound("memory", f"{name}-{number}", name, number, "text", self.world.now(), SCRIPT[number])

    async def do(self, what: str, name: str = "", number: int = 0, state: str = "") -> None:
        """Let one thing happen, if it can."""
        items: list[Item] = []
        if what == "turns and sends":
            await self.world.go_on()
        elif what == "again" and number < self.written[name]:
            items = [self.line(name, number)]
        elif what == "status" and number < len(sent := self.world.person(name).messages):
            id = sent[number].id
            self.told[id] = max(self.told.get(id, "sent"), state, key=RANKS.__getitem__)
            items = [Status("memory", id, f"out-{id}", state)]
        elif what.startswith("writes"):
            left = range(self.written[name], min(len(SCRIPT), self.written[name] + (2 if "twice" in what else 1)))
            items = [self.line(name, one) for one in reversed(left)]
            self.written[name] += len(left)
        await receive(self.world.app, items)

    async def finish(self) -> None:
        """Let everybody write the rest, and everything old come once more."""
        for name in PEOPLE:
            while self.written[name] < len(SCRIPT):
                await self.do("writes", name)
        await self.world.go_on()
        await receive(self.world.app, [self.line(name, number) for name in PEOPLE for number in reversed(range(len(SCRIPT)))])
        await self.world.go_on()


async def live(url: str, folder: Path, history: list[tuple[str, ...]]) -> tuple[dict[str, list[str]], dict[str, int], bool]:
    """Let a history happen; return what each client heard, what the database counts, and whether every status stands as high as it was told."""
    database = Database(url, Keys([SECRET]))
    world = make_world(database, folder)
    world.app.tongues = TONGUES
    storm = Storm(world)
    try:
        for step in history:
            await storm.do(*step)           # type: ignore[arg-type]
        await storm.finish()
        states = database.look(lambda tx: dict(tx.all(text("select id, state from messages where direction = 'out'"))))    # type: ignore[arg-type]
        counted = database.look(lambda tx: {
            what: tx.run(text(f"select count(*) from {what}")).scalar_one() for what in ("moments", "tickets", "clients", "messages")})
        return {name: world.person(name).heard for name in PEOPLE}, counted, all(states[id] == state for id, state in storm.told.items())
    finally:
        database.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=HISTORY)
def test_repeats_and_reordering_change_nothing(tmp_path: Path, sqlite_url: Callable[[], str], history):
    """Whatever comes twice, late or in another order: every client hears the same, and moments, tickets and statuses are the same."""
    heard, counted, are_statuses_kept = asyncio.run(live(sqlite_url(), tmp_path, history))

    assert are_statuses_kept
    assert counted == {"moments": 3, "tickets": 3, "clients": 3, "messages": 36}
    first, *others = heard.values()
    assert len(first) == len(set(first)) == len(SCRIPT)
    assert others == [first, first]
