"""
A line to WhatsApp, whole: the app, its web side on a real port, and a local Twilio that posts to it and fetches from it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.app import App
from bot.channels.memory import Memory
from bot.channels.whatsapp import WhatsApp
from bot.converse import take_all
from bot.deliver import drain
from bot.take import take
from flows.rights import Volunteer
from storage import questions, volunteers
from storage.database import Tx
from storage.questions import Question
from tests.peers.twilio import ACCOUNT, PUBLIC, TOKEN, US, Twilio

ENVIRONMENT = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_WHATSAPP_FROM": US, "WEGWIJS_PUBLIC_URL": PUBLIC}


@dataclass
class Line:
    """
    A client on WhatsApp whose question Joke has in hand.
    """

    app: App
    twilio: Twilio
    address: str
    joke: Volunteer
    question: Question

    async def goes_on(self, seconds: float = 0) -> None:
        """
        Let time pass, and everything that waits be done.
        """
        self.app.now.move(timedelta(seconds=seconds))  # type: ignore[attr-defined]
        await take_all(self.app)
        await drain(self.app)
        while self.twilio._tasks:
            await asyncio.gather(*self.twilio._tasks)

    @property
    def path(self) -> str:
        """
        Return the path of the address that Twilio was given last.
        """
        return str(list(self.twilio.messages.values())[-1]["_url"]).removeprefix(PUBLIC)


@pytest.fixture
async def line(make_app: Callable[..., App], serve) -> AsyncIterator[Line]:
    """
    The whole way: the app, its web side, and a Twilio that fetches from it.
    """
    async with Twilio() as twilio:
        app = make_app(Memory(), **ENVIRONMENT, TWILIO_API_URL=twilio.url, TWILIO_CONTENT_URL=twilio.url)
        app.channels.on["whatsapp"] = channel = WhatsApp(app.settings, app.database, app.now)
        await channel.open()
        await app.database.read(app.learn_places)
        address = twilio.hooks.hook = await serve(app)
        for text in ("hallo", "nederlands", "ja", "vrijwilliger"):
            assert await twilio.push(text=text) == 200
            await take_all(app)
            await drain(app)

        def join(tx: Tx) -> Volunteer:
            found = volunteers.by_id(tx, volunteers.add(tx, "Joke", "volunteer", 1, app.now(), ["social"]))
            assert found
            return found

        joke = await app.database.write(join)
        (question,) = await app.database.read(lambda tx: questions.for_(tx, joke))
        await take(app, question.id, joke)
        yield Line(app, twilio, address, joke, question)
        await channel.close()
        assert not twilio.wrong
