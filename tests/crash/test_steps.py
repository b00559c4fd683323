"""
Killed between any two steps, started again.
"""

from collections import Counter
from collections.abc import Callable
from itertools import count, groupby
from pathlib import Path

import pytest
from sqlalchemy import text

from storage.database import Database
from storage.secrets import Keys
from tests.crash import main
from tests.crash.crowd import plain
from tests.crash.forks import FORKS

SECONDS = 180


def run(folder: Path, url: str, dies_at: int, can_be_asked: bool) -> int:
    """Run one process and return its exit code."""
    process = FORKS.Process(target=main.run, args=(folder, url, dies_at, can_be_asked))
    process.start()
    process.join(SECONDS)
    if process.exitcode is None:
        process.kill()
        raise AssertionError("the process did not come to an end")
    return process.exitcode


def rows(url: str) -> Counter[str]:
    """Return how many rows there are of what must be there once."""
    database = Database(url, Keys([main.SECRET]))
    try:
        return database.look(lambda tx: Counter({
            name: tx.run(text(f"select count(*) from {what}")).scalar_one()
            for name, what in {
                "moments": "moments", "tickets": "tickets", "answered": "messages where direction = 'in' and state = 'answered'",
                "sent": "messages where direction = 'out' and state = 'sent'", "messages": "messages", "clients": "clients",
            }.items()
        }))
    finally:
        database.close()


def hold(folder: Path, url: str, undisturbed: dict[str, list[str]]) -> int:
    """Hold what came of it against the undisturbed run; return how many messages the platform took twice."""
    doubled = 0
    for name, taken in main.texts(folder).items():
        once = [message for message, _ in groupby(taken)]
        assert [plain(said) for _, said in once] == undisturbed[name]      # an answer names a day, which five o'clock changes
        assert len({id for id, _ in once}) == len(once)
        doubled += len(taken) - len(once)
    lines = sum(map(len, main.SCRIPTS.values()))
    assert rows(url) == {"moments": 2, "tickets": 2, "answered": lines, "sent": lines, "messages": 2 * lines, "clients": 2}
    return doubled


def die_and_live(tmp_path: Path, fresh: Callable[[], str], can_be_asked: bool, every: int = 1) -> int:
    """Die at each step in turn (or every so many), start again and hold the outcome; return the steps there were."""
    undisturbed: dict[str, list[str]] = {}
    for number in count():
        folder, url, dies_at = tmp_path / f"{can_be_asked}-{number}", fresh(), number * every
        folder.mkdir()
        code = run(folder, url, dies_at, can_be_asked)
        if number and code == main.DIED:
            code = run(folder, url, 0, can_be_asked)
        elif number:
            return dies_at
        assert code == 0
        undisturbed = undisturbed or {name: [plain(said) for _, said in taken] for name, taken in main.texts(folder).items()}
        assert hold(folder, url, undisturbed) <= (0 if can_be_asked else 2)
    raise AssertionError("unreachable")


@pytest.mark.timeout(1200)
def test_dying_at_any_step_loses_nothing(tmp_path: Path, sqlite_url: Callable[[], str]):
    """Whatever the step at which the process dies, all is answered once and in order; only a message just handed over may come twice."""

    assert die_and_live(tmp_path, sqlite_url, can_be_asked=False) > 30


@pytest.mark.timeout(1200)
def test_dying_doubles_nothing_where_the_platform_can_be_asked(tmp_path: Path, sqlite_url: Callable[[], str]):
    """A platform that can be asked gets every message exactly once, whatever the step at which the process dies."""

    assert die_and_live(tmp_path, sqlite_url, can_be_asked=True, every=3) > 30


@pytest.mark.timeout(1200)
def test_dying_loses_nothing_on_postgres(tmp_path: Path, postgres_url: Callable[[], str]):
    """The same on PostgreSQL, at a sample of the steps."""

    assert die_and_live(tmp_path, postgres_url, can_be_asked=False, every=6) > 30
