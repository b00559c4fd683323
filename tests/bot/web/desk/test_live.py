"""
Live pages: what changes anywhere is told to every open page, also by another process.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import aiohttp
from starlette.requests import Request

from bot.enrol import dismiss
from bot.serve import serve
from bot.take import take
from bot.web.desk.live import BEAT, Feed, changes
from bot.web.desk.visit import Visit
from flows.rights import Volunteer
from storage import logins, media, notes
from storage.database import Database
from storage.secrets import Keys
from tests.bot.test_serve import cut
from tests.crash.serving import free_port
from tests.people import World, make_world

TOKEN = "the token of the live page"
AT_ONCE, TRIES = 1.5, 10         # seconds from before a commit to its news at a page, in the best of so many: the others the machine held up


@asynccontextmanager
async def page(world: World) -> AsyncIterator[Callable[[float], "asyncio.Future[str]"]]:
    """Serve the web side alone and open Joke's list; calling what is given waits so long for news and returns it."""
    app = world.app
    app.settings = replace(app.settings, port=free_port())
    joke = world.volunteer("Joke")
    app.database.submit(lambda tx: logins.begin(tx, joke.id, TOKEN, True, app.now())).result()
    serving = asyncio.ensure_future(serve(app, frozenset({"web"})))
    address = f"http://127.0.0.1:{app.settings.port}"
    async with aiohttp.ClientSession(cookies={"desk": TOKEN}, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        for _ in range(2400):
            try:
                stream = await session.get(f"{address}/desk/events")
                break
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.05)

        async def news(seconds: float) -> str:
            async with asyncio.timeout(seconds):
                while not (line := (await stream.content.readline()).decode()).startswith("data:"):
                    pass
            return line

        await news(60)
        yield news
        stream.close()
    app.stopping.set()
    await serving


async def test_news_of_another_process_is_told_at_once(postgres_url: Callable[[], str], keys: Keys, tmp_path: Path) -> None:
    """Whatever another process commits (a question, a take, a note, a picture) is told here at once, also after the listener broke."""
    url = postgres_url()
    here, there = Database(url, keys), Database(url, keys)
    ours, theirs = make_world(here, tmp_path), make_world(there, tmp_path)
    olena = theirs.person("olena")
    await olena.says("/start", "Nederlands", "ja")
    async with page(ours) as news:
        taken = []

        async def told(doing: object) -> None:
            began = time.monotonic()
            await doing  # type: ignore[misc]
            await news(60)
            taken.append(time.monotonic() - began)
            with contextlib.suppress(TimeoutError):         # what else that commit and those after it told
                while True:
                    await news(1.0)

        kees = theirs.volunteer("Kees")
        await told(olena.says("vrijwilliger"))
        (question,) = theirs.tickets(kees)
        await told(take(theirs.app, question.id, kees))
        await told(there.write(lambda tx: notes.add(tx, question.id, question.client_id, kees.id, "Belt morgen.", theirs.now())))
        await told(there.write(lambda tx: media.store(tx, 1, b"OggS", "audio/ogg")))
        while min(taken) >= AT_ONCE and len(taken) < TRIES:
            await told(there.write(lambda tx: notes.add(tx, question.id, question.client_id, kees.id, "En vrijdag.", theirs.now())))
        assert min(taken) < AT_ONCE, taken
        cut(there)
        await news(60)
    here.close()
    there.close()


async def test_much_news_is_told_together(sqlite_url: Callable[[], str], keys: Keys, tmp_path: Path) -> None:
    """A hundred changes in a row are few words to a page, and the last of them is told."""
    database = Database(sqlite_url(), keys)
    world = make_world(database, tmp_path)
    async with page(world) as news:
        began, told = time.monotonic(), 0
        for _ in range(100):
            await database.write(lambda tx: tx.wake("desk"))
            await asyncio.sleep(0.01)
        try:
            while True:
                await news(1.0)
                told += 1
        except TimeoutError:
            lasted = time.monotonic() - began
        assert 2 <= told <= lasted / 0.6 + 2
    database.close()


async def test_open_pages_look_in_turn(world: World) -> None:
    """The page that is open longest is told at once and every other a moment later, all within half a second; who leaves makes room."""
    feed, streams = Feed(world.app), [object() for _ in range(40)]
    feed.join(streams[0])
    feed.join(streams[1])
    assert [feed.turn(one) for one in streams[:2]] == [0.0, 0.03]

    for one in streams[2:]:
        feed.join(one)
    turns = [feed.turn(one) for one in streams]
    assert turns[0] == 0.0
    assert turns[-1] < 0.5
    assert min(later - sooner for sooner, later in pairwise(turns)) > 0.01

    feed.leave(streams[0])
    assert feed.turn(streams[1]) == 0.0


async def test_the_stream_of_a_dismissed_volunteer_ends(world: World, joke: Volunteer) -> None:
    """It goes on while the login does, and ends within a beat and a half after it: half a minute."""
    leader, feed = world.volunteer("Marja", "coordinator", ()), Feed(world.app, beat=0.1)
    await world.app.database.write(lambda tx: logins.begin(tx, joke.id, TOKEN, True, world.now()))
    stream = changes(Visit(world.app, Request({"type": "http"}), joke, TOKEN), feed)
    heard = [await anext(stream) for _ in range(4)]
    await dismiss(world.app, leader, joke.id)
    async with asyncio.timeout(60):
        after = [said async for said in stream]

    assert heard[1:] == [": still here\n\n"] * 3
    assert len(after) <= 1
    assert BEAT * 1.5 < 60


async def test_two_pages_hear_of_the_same_change(sqlite_url: Callable[[], str], keys: Keys, tmp_path: Path) -> None:
    """A second open page is told of a change too, and one that closed holds up nobody."""
    database = Database(sqlite_url(), keys)
    world = make_world(database, tmp_path)
    async with page(world) as news:
        address, cookies = f"http://127.0.0.1:{world.app.settings.port}/desk/events", {"desk": TOKEN}
        async with aiohttp.ClientSession(cookies=cookies, cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
            second, third = await session.get(address), await session.get(address)
            await second.content.readuntil(b"\n\n")
            second.close()
            await third.content.readuntil(b"\n\n")
            await database.write(lambda tx: tx.wake("desk"))
            async with asyncio.timeout(60), third:
                assert await third.content.readuntil(b"\n\n") == f"data: {(await news(60)).split()[1]}\n\n".encode()
    database.close()
