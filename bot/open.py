"""
Open what a command needs: the database brought to this version, and the App with its channels.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from bot.app import App, Clock
from bot.channels import Registry
from bot.channels.registry import open_channels
from bot.settings import Settings
from bot.translate import load
from storage.database import Database
from storage.migrations import migrate
from storage.secrets import Keys


@contextmanager
def opened(settings: Settings) -> Iterator[Database]:
    """
    Open the database, bring it to this version, and close it in the end.
    """
    database = Database(settings.database_url, Keys(settings.secret_keys))
    try:
        migrate(database)
        yield database
    finally:
        database.close()


def make_app(settings: Settings, database: Database, channels: Registry | None = None) -> App:
    """
    Return the App of this process, with the channels that the settings turn on unless others are given.
    """
    clock = Clock(settings.clock)
    return App(
        settings,
        database,
        channels if channels is not None else open_channels(settings, database, clock),
        load(),
        clock,
        process=f"{os.getpid()}-{secrets.token_hex(4)}",
    )
