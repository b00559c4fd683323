"""
Long polling: nothing is confirmed before it is committed, and one process polls at a time.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.app import App
from bot.channels.telegram import Telegram
from bot.poll import LOCK, poll
from storage import locks
from storage.database import Tx
from storage.tables import messages
from tests.peers.telegram import TOKEN, BotApi, Trouble
from tests.people import World, settings_for, until


@pytest.fixture
async def api() -> AsyncIterator[BotApi]:
    """
    A Bot API server.
    """
    async with BotApi() as server:
        yield server


@pytest.fixture
async def app(world: World, api: BotApi, tmp_path: Path) -> AsyncIterator[App]:
    """
    The app with Telegram on, not yet polling; in the end it is stopped.
    """
    environ = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": "not-a-real-secret", "TELEGRAM_API_URL": api.url}
    settings = settings_for(tmp_path, world.app.database.url.render_as_string(hide_password=False), **environ)
    channel = Telegram(settings, world.now)
    await channel.open()
    world.app.channels.on["telegram"] = channel
    yield world.app
    world.app.stopping.set()
    await channel.close()


async def kept(app: App) -> list[str]:
    """
    Return the update ids that are written down, in order.
    """

    def read(tx: Tx) -> list[str]:
        rows = tx.all(messages.select().where(messages.c.direction == "in").order_by(messages.c.sequence))
        return [row.external_id for row in rows]

    return await app.database.read(read)


async def stop(app: App, *tasks: "asyncio.Task[None]") -> None:
    """
    Stop as `serve` does.
    """
    app.stopping.set()
    async with asyncio.timeout(60):
        await asyncio.gather(*tasks)


async def test_poll_brings_messages_in(app: App, api: BotApi) -> None:
    """What waits at Telegram and what comes later is written down once, a press is answered, and stopping takes no time."""

    first, second = api.text(5, "een"), api.press(5, "menu.main:housing")
    api.queue(first)
    task = asyncio.create_task(poll(app))
    await until(lambda: not api.waiting)
    api.queue(second)
    await until(lambda: not api.waiting and bool(api.calls[1:]))
    await stop(app, task)

    assert await kept(app) == [str(first["update_id"]), str(second["update_id"])]
    assert [method for method, _ in api.calls] == ["deleteWebhook", "answerCallbackQuery"]
    assert api.wrong == []


async def test_poll_confirms_only_what_is_committed(app: App, api: BotApi) -> None:
    """Killed between the commit and the call that would confirm it, the batch comes again and changes nothing."""

    api.queue(api.text(5, "een"), api.text(6, "twee"))
    channel = app.channels.on["telegram"]
    assert isinstance(channel, Telegram)
    await channel.updates(0, 0)                             # brought, and died before the commit
    assert len(api.waiting) == 2

    for _ in range(2):                                      # the second life is killed after the commit, the third goes on
        api.script(Trouble(), Trouble(delay=60), method="getUpdates")
        task = asyncio.create_task(poll(app))
        await until(lambda: not api.scripted("getUpdates"))
        assert len(await kept(app)) == len(api.waiting) == 2
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    task = asyncio.create_task(poll(app))
    await until(lambda: not api.waiting)
    await stop(app, task)
    assert len(await kept(app)) == 2
    assert api.wrong == []


async def test_poll_confirms_nothing_while_the_database_is_away(app: App, api: BotApi) -> None:
    """A batch that cannot be written down stays at Telegram, and comes in once the database is back."""

    async def rename(before: str, after: str) -> None:
        await app.database.write(lambda tx: tx.connection.exec_driver_sql(f"alter table {before} rename to {after}") and None)

    update = api.text(5, "een")
    await rename("messages", "elsewhere")
    api.queue(update)
    task = asyncio.create_task(poll(app))
    await until(lambda: bool(api.batches))
    await asyncio.sleep(0.3)
    assert len(api.waiting) == 1

    await rename("elsewhere", "messages")
    await until(lambda: not api.waiting)
    await stop(app, task)
    assert await kept(app) == [str(update["update_id"])]


async def test_poll_outlives_telegram_being_away(app: App, api: BotApi) -> None:
    """Errors, broken answers and another poller are waited out."""

    api.script(Trouble(502, body=b"<html>"), method="deleteWebhook")
    api.script(Trouble(409, "Conflict: terminated by other getUpdates request"), Trouble(drop="before"), method="getUpdates")
    api.queue(api.text(5, "een"))
    task = asyncio.create_task(poll(app))
    await until(lambda: not api.waiting)
    await stop(app, task)

    assert len(await kept(app)) == 1
    assert api.wrong == []


async def test_poll_is_one_process_s_work(app: App, api: BotApi) -> None:
    """While another process polls we wait, and take over when it ends."""

    other = locks.take(app.database, LOCK)
    assert other is not None
    api.queue(api.text(5, "een"))
    task = asyncio.create_task(poll(app))
    await asyncio.sleep(0.2)
    assert api.batches == []

    other.release()
    await until(lambda: not api.waiting)
    await stop(app, task)
    assert not locks.is_held(app.database, LOCK)


async def test_poll_without_telegram_waits(world: World) -> None:
    """With Telegram off there is nothing to do, and doing nothing ends with the app."""

    task = asyncio.create_task(poll(world.app))
    await asyncio.sleep(0.05)
    assert not task.done()

    await stop(world.app, task)
