"""
The people of the tests of `bot`: a world on SQLite and on PostgreSQL, and who lives in it.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.rights import Volunteer
from storage.database import Database
from storage.secrets import Keys
from tests.people import MovedClock, Person, World, make_world
from tests.warm import open_warm


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    """
    The app over a fresh database of each kind, on a Monday at ten in the morning.
    """
    return make_world(database, tmp_path)


@pytest.fixture
def now(world: World) -> MovedClock:
    """
    The clock of the world.
    """
    return world.now


@pytest.fixture
def amina(world: World) -> Person:
    """
    Amina writes Arabic.
    """
    return world.person("amina")


@pytest.fixture
def yonas(world: World) -> Person:
    """
    Yonas writes Tigrinya.
    """
    return world.person("yonas")


@pytest.fixture
def olena(world: World) -> Person:
    """
    Olena writes Dutch.
    """
    return world.person("olena")


@pytest.fixture
def joke(world: World) -> Volunteer:
    """
    Joke answers social questions.
    """
    return world.volunteer("Joke")


@pytest.fixture
def sqlite_database(sqlite_url: Callable[[], str], keys: Keys) -> Iterator[Database]:
    """
    A fresh database on SQLite alone, for what is counted the same on both.
    """
    opened = open_warm(sqlite_url(), keys)
    yield opened
    opened.close()
