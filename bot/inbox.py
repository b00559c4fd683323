"""
The inbox: what waits for the next commit. One group is written at a time; whoever comes meanwhile is in the next.

The turns of a group are taken in the commit that writes it down, and what they say is claimed there too: a message costs one wait for the
disk before its reply leaves, not three. If that fails, the group is written down alone.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Protocol

from bot.channels import Inbound, Item
from storage.database import Database, Tx, is_away

Record = Callable[[Tx, Sequence[Item]], None]
Part = tuple[Sequence[Item], asyncio.Future[None]]


class Home(Protocol):
    """
    What the inbox needs of the App.
    """

    database: Database

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """
        Run something beside.
        """

    def expect_turns(self) -> None:
        """
        Let turns and deliveries join the next commit.
        """


class Inbox:
    """
    Groups what arrives together into one transaction.
    """

    def __init__(self, home: Home) -> None:
        self._home = home
        self._waiting: list[Part] = []
        self._is_writing = False

    async def put(self, items: Sequence[Item], record: Record) -> None:
        """
        Return once `record` has written these items and that is committed; raise what the database raised for them.
        """
        done = asyncio.get_running_loop().create_future()
        self._waiting.append((items, done))
        if not self._is_writing:
            self._is_writing = True
            self._home.spawn(self._write(record))
        await done

    async def _write(self, record: Record) -> None:
        try:
            while self._waiting:
                group, self._waiting = self._waiting, []
                await self._commit(group, record)
        finally:
            self._is_writing = False

    async def _commit(self, group: Sequence[Part], record: Record) -> None:
        items = [item for part, _ in group for item in part]
        if any(isinstance(item, Inbound) for item in items):
            self._home.expect_turns()
        try:
            await self._home.database.write(lambda tx: record(tx, items))
        except Exception as error:
            if len(group) > 1 and not is_away(error):       # one bad item must fail alone
                for part in group:
                    await self._commit([part], record)
                return
            for _, done in group:
                if not done.done():
                    done.set_exception(error)
            return
        for _, done in group:
            if not done.done():
                done.set_result(None)
