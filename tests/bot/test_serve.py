"""
Serving: a process is known to live for as long as it does.
"""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import deliver
from bot.channels.memory import Memory
from bot.serve import serve
from storage import locks
from storage.database import Database
from storage.locks import Busy
from storage.secrets import Keys, WrongKey
from tests.people import make_world, until


class Broken(Memory):
    """A channel whose platform does not let us in."""

    async def open(self) -> None:
        """Fail."""
        raise ConnectionError


def cut(database: Database) -> None:
    """Break every other connection, as a server that restarts does."""
    with locks.connect(database) as connection:
        connection.execute("select pg_terminate_backend(pid, 60000) from pg_stat_activity"
                           " where pid <> pg_backend_pid() and datname = current_database()")


async def test_name_is_taken_again_after_the_database_restarted(postgres_url: Callable[[], str], keys: Keys, tmp_path: Path) -> None:
    """The server lets go of every lock: the process takes its name again, so that nobody repeats what it sends."""
    url = postgres_url()
    database, beside = Database(url, keys), Database(url, keys)
    app = make_world(database, tmp_path).app
    serving = asyncio.ensure_future(serve(app, frozenset({"turns"})))
    await until(lambda: app.ponder is not None)     # before that, a start that finds no database ends, and says so
    assert locks.is_held(beside, "process:one")
    first = app.life
    cut(database)
    beside.close()
    beside = Database(url, keys)

    await until(lambda: app.life is not first and locks.is_held(beside, "process:one"))

    app.stopping.set()
    await serving
    await until(lambda: not locks.is_held(beside, "process:one"))
    database.close()
    beside.close()


async def test_living_process_is_not_taken_for_dead(postgres_url: Callable[[], str], keys: Keys, tmp_path: Path) -> None:
    """A process without its name for a moment keeps what it has in hand; one that is dead does not."""
    from sqlalchemy import select

    from storage import outbox
    from storage.tables import messages

    url = postgres_url()
    database, theirs = Database(url, keys), Database(url, keys)
    world = make_world(database, tmp_path)
    await world.person("olena").says_nothing_back("/start")
    await database.write(lambda tx: tx.run(messages.update().values(state="sending", process="other").where(messages.c.direction == "out")))
    recovering = asyncio.ensure_future(deliver.recover(world.app))
    await asyncio.sleep(0.5)
    life = locks.take(theirs, "process:other")
    assert life is not None

    assert await recovering == 0
    assert database.look(lambda tx: tx.all(select(messages.c.process).where(messages.c.direction == "out")))[0].process == "other"

    life.release()
    await until(lambda: not locks.is_held(database, "process:other"))
    assert await deliver.recover(world.app) == 1
    assert database.look(outbox.in_hand) == []
    database.close()
    theirs.close()


async def test_process_ends_where_a_restore_began_meanwhile(postgres_url: Callable[[], str], keys: Keys, tmp_path: Path) -> None:
    """While its name was gone a command took the database for itself: the process gives way."""
    url = postgres_url()
    database, beside = Database(url, keys), Database(url, keys)
    app = make_world(database, tmp_path).app
    serving = asyncio.ensure_future(serve(app, frozenset({"turns"})))
    await until(lambda: app.life is not None)
    lock = locks.take(beside, locks.MAINTENANCE)
    assert lock is not None
    assert app.life is not None
    app.life.release()

    with pytest.raises(Busy):
        await asyncio.wait_for(serving, 60)

    lock.release()
    database.close()
    beside.close()


async def test_start_that_fails_lets_go_of_everything(database: Database, tmp_path: Path) -> None:
    """A channel that cannot be opened ends the start with its error; nothing goes on in the background, and the name is free."""
    app = make_world(database, tmp_path).app
    app.channels.on["memory"] = Broken()

    with pytest.raises(ConnectionError):
        await serve(app, frozenset({"turns"}))

    assert not locks.is_held(database, "process:one")
    assert not [thread for thread in threading.enumerate() if thread.name == "listener"]


async def test_another_key_is_refused(database: Database, tmp_path: Path) -> None:
    """A database made with another key is not served: it would know nobody, and mix what two keys sealed."""
    await make_world(database, tmp_path).person("olena").says("/start")
    stranger = Database(database.url.render_as_string(hide_password=False), Keys(["a key that was made by mistake"]))

    with pytest.raises(WrongKey):
        await serve(make_world(stranger, tmp_path).app, frozenset({"turns"}))

    assert not locks.is_held(database, "process:one")
    stranger.close()
