"""
A volunteer's presses, killed between any two steps: what is true together is there together, or not at all.
"""

from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from storage import questions, reports
from storage.database import Database, Tx
from storage.secrets import Keys
from storage.tables import messages, moments, sessions
from tests.crash import hands, main
from tests.crash.forks import FORKS
from tests.crash.test_steps import SECONDS
from tests.people import make_world


async def asked(folder: Path, url: str) -> tuple[int, int]:
    """Let Olena ask for a volunteer; return the question and who will take it."""
    database = Database(url, Keys([main.SECRET]))
    try:
        world = make_world(database, folder)
        joke = world.volunteer("Joke")
        await world.person("olena").says("/start", "Nederlands", "ja", "vrijwilliger")
        (question,) = world.tickets(joke)
        return question.id, joke.id
    finally:
        database.close()


def press(folder: Path, url: str, ticket_id: int, volunteer_id: int, dies_at: int) -> int:
    """Run one process and return its exit code."""
    process = FORKS.Process(target=hands.run, args=(folder, url, ticket_id, volunteer_id, dies_at))
    process.start()
    process.join(SECONDS)
    assert process.exitcode is not None
    return process.exitcode


def hold(url: str, ticket_id: int) -> str:
    """Hold what belongs together; return the state of the question."""
    def look(tx: Tx) -> str:
        question = questions.one(tx, ticket_id)
        assert question
        moment = tx.all(select(moments).where(moments.c.id == question.moment_id))[0]
        said = list(tx.all(select(messages).where(messages.c.moment_id == question.moment_id, messages.c.direction == "out")))
        ours = [row.id for row in said if row.volunteer_id is not None]
        after = [row.id for row in said if ours and row.id > ours[0]]
        assert len(ours) == (question.said_at is not None) == (question.answered_at is not None) == (moment.answered_by in reports.BY_PERSON)
        assert moment.outbound == len(said)
        assert len(after) == (question.state == "closed")
        assert tx.all(select(sessions.c.said_id))[0].said_id == max(row.id for row in said)
        return question.state

    database = Database(url, Keys([main.SECRET]))
    try:
        return database.look(look)
    finally:
        database.close()


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", ["sqlite_url", "postgres_url"])
async def test_an_answer_and_its_closing_are_whole_or_not_there(tmp_path: Path, request: pytest.FixtureRequest, kind: str):
    """Dying at each step of taking, answering and closing leaves no half of one; pressed again all is done, once."""
    fresh: Callable[[], str] = request.getfixturevalue(kind)
    for dies_at in count(1):
        folder, url = tmp_path / str(dies_at), fresh()
        folder.mkdir()
        ticket_id, volunteer_id = await asked(folder, url)
        code = press(folder, url, ticket_id, volunteer_id, dies_at)
        hold(url, ticket_id)
        if code == 0:
            assert dies_at > 6
            return
        assert code == main.DIED
        assert press(folder, url, ticket_id, volunteer_id, 0) == 0
        assert hold(url, ticket_id) == "closed"
