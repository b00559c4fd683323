"""
Talk: a conversation in the terminal, with a database that is thrown away; piped, it reads lines and prints what the bot says.
"""

import asyncio
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from bot.app import App
from bot.channels import Outbound, Registry
from bot.channels.memory import Memory
from bot.converse import take_all
from bot.deliver import drain
from bot.open import make_app, opened
from bot.ponder import Ponder
from bot.receive import receive
from bot.settings import Settings

YOU = "you"


class UnknownLanguage(Exception):
    """
    The bot does not begin in this language: one line that lists those it does.
    """


@dataclass(frozen=True, slots=True)
class Conversation:
    """
    One client at a terminal, and the app that answers them.
    """

    app: App
    channel: Memory

    async def begin(self, language: str) -> list[Outbound]:
        """
        Say hello; with a language, choose it. Raise `UnknownLanguage`.
        """
        await self.app.database.read(self.app.learn_places)
        said = await self.say("/start")
        if not language:
            return said
        known = self.app.tongues.languages
        if language not in known:
            raise UnknownLanguage(f"the bot does not begin in {language[:20]!r}; it does in: {', '.join(known)}")
        return await self.say(choice=f"welcome.language:{language}")

    async def say(self, text: str = "", choice: str = "") -> list[Outbound]:
        """
        Say something and return what the bot answers.
        """
        said = self.channel.sent[YOU]
        before = len(said)
        await receive(self.app, [self.channel.hear(YOU, self.app.now(), text, choice)])
        await take_all(self.app)
        await drain(self.app)
        return said[before:]


def talk(lines: Iterable[str], out: TextIO, language: str = "") -> None:
    """
    Print the bot's greeting, then for every line what it answers, until the lines end.
    """
    with tempfile.TemporaryDirectory(prefix="wegwijs-talk-") as folder, asyncio.Runner() as runner:
        settings = Settings.read({"WEGWIJS_DATA_DIR": folder}, Path(folder))
        with opened(settings) as database:
            channel = Memory()
            app = make_app(settings, database, Registry({channel.name: channel}))
            app.ponder = Ponder(app.tongues.phrases, app.stages.wake)
            conversation = Conversation(app, channel)
            _print(runner.run(conversation.begin(language)), out)
            for line in filter(None, map(str.strip, lines)):
                _print(runner.run(conversation.say(line)), out)
            app.ponder.close()


def _print(said: list[Outbound], out: TextIO) -> None:
    for message in said:
        choices = [f"  {place}. {label}" for place, (_, label) in enumerate(message.offers, 1)]
        print("\n".join([message.text or "🔊", *choices]), end="\n\n", file=out, flush=True)
