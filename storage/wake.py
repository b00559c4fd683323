"""
Wake-ups between processes: PostgreSQL's LISTEN; SQLite has none, and the stages look for themselves every second.
"""

import logging
import select
import socket
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from storage.database import Database
from storage.locks import connect

if TYPE_CHECKING:
    import psycopg

log = logging.getLogger("wegwijs")

PAUSE = 1.0     # seconds before a broken connection is made again


class Listener:
    """
    Calls `on_wake` with the stages that other processes woke, on a thread of its own, until `close`.
    """

    def __init__(self, database: Database, on_wake: Callable[[set[str]], None]) -> None:
        self._database = database
        self._on_wake = on_wake
        self._ours, self._theirs = socket.socketpair()
        self._thread = threading.Thread(target=self._work, name="listener", daemon=True)
        if database.is_postgres:
            self._thread.start()

    def close(self) -> None:
        """
        Stop listening, at once.
        """
        self._theirs.close()
        if self._database.is_postgres:
            self._thread.join()
        self._ours.close()

    def _work(self) -> None:
        import psycopg

        is_open, is_again = True, False
        while is_open:
            try:
                with connect(self._database) as connection:
                    connection.execute("listen wegwijs")
                    if is_again:
                        self._on_wake({"desk"})     # what was told meanwhile nobody heard; every other stage looks by itself
                    is_again = True
                    while is_open := self._wait(connection.fileno()):
                        self._hear(connection)
            except psycopg.Error as error:
                log.warning("listener_broken kind=%s", type(error).__name__)
                is_open = self._pause()

    def _hear(self, connection: "psycopg.Connection[tuple[object, ...]]") -> None:
        stages: set[str] = set()
        for notification in connection.notifies(timeout=0):
            tag, _, names = notification.payload.partition(":")
            if tag != self._database.tag:
                stages.update(filter(None, names.split(",")))
        if stages:
            self._on_wake(stages)

    def _wait(self, descriptor: int) -> bool:
        poll = select.poll()        # not select(): a busy process has descriptors over 1024
        poll.register(descriptor, select.POLLIN)
        poll.register(self._ours, select.POLLIN)
        return self._ours.fileno() not in dict(poll.poll())

    def _pause(self) -> bool:
        poll = select.poll()
        poll.register(self._ours, select.POLLIN)
        return not poll.poll(PAUSE * 1000)
