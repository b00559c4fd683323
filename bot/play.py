"""
Play: invented clients write, press and are answered by the app itself, at the times that a clock is set to.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from bot.app import App, Clock
from bot.channels import Inbound
from bot.channels.memory import Memory
from bot.channels.phone import Phones
from bot.converse import take_all
from bot.deliver import drain
from bot.receive import receive
from flows.answers import anywhere, asks_for_person
from flows.info import INFO
from flows.language import named
from flows.node import Tongues
from flows.noticed import spoken
from flows.topics import TOPICS
from flows.understand import emergency, is_grave, understand

PHRASES = Path(__file__).parent.parent / "locales"
TWICE = 20                      # every so many-th group of messages comes a second time, as platforms do


class Still(Clock):
    """
    A clock that stands still until it is moved.
    """

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def __call__(self) -> datetime:
        """
        Return now.
        """
        return self.at

    def move(self, by: timedelta) -> None:
        """
        Move the clock.
        """
        self.at += by


@dataclass(slots=True)
class Player:
    """
    One invented client, and what they still want to say in this exchange: a text, or ":yes" for the button whose id ends so, or "?yes"
    for the button if there is one.
    """

    channel: Memory | Phones
    sender: str
    language: str
    plan: list[str] = field(default_factory=list)
    is_known: bool = False
    client_id: int = 0


class Stage:
    """
    The app while a year is played: its clock is set, and everything that waits is done at once.
    """

    def __init__(self, app: App, clock: Clock) -> None:
        self.app = app
        self.clock = clock
        self._rounds = 0

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        """
        Set the clock to a time of a day at the office.
        """
        self.clock.move(datetime.combine(day, time(hour, minute), self.app.settings.timezone) - self.clock())

    def ahead(self, day: date, hour: int, minute: int = 0) -> None:
        """
        The same, and never back: what was written down stays written.
        """
        self.clock.move(max(timedelta(), datetime.combine(day, time(hour, minute), self.app.settings.timezone) - self.clock()))

    async def play(self, players: Sequence[Player]) -> None:
        """
        Let everybody say their next thing, all of them in one commit, until nobody has anything left. Now and then a platform brings
        the same a second time.
        """
        while talking := [player for player in players if player.plan]:
            said = [one for player in talking if (one := _says(player, player.plan.pop(0), self.clock())) is not None]
            if said:
                self._rounds += 1
                for _ in range(1 + (self._rounds % TWICE == 0)):
                    await receive(self.app, said)
                await take_all(self.app)
                await drain(self.app)
            self.clock.move(timedelta(minutes=1))


def _says(player: Player, word: str, at: datetime) -> Inbound | None:
    """
    Return what a player sends, or None for a button that is not offered.
    """
    channel = player.channel
    choice, label = _button(player, word) if word[:1] in (":", "?") else ("", word)
    if word.startswith("?") and not choice:
        return None
    if isinstance(channel, Memory):
        return channel.hear(player.sender, at, label, choice)
    heard = channel.hear(player.sender, label, choice, "choice" if choice else "text")
    channel.show(heard)
    return heard


def _button(player: Player, word: str) -> tuple[str, str]:
    channel, name = player.channel, f":{word[1:]}"
    last = channel.sent[player.sender][-1] if isinstance(channel, Memory) else channel.phones[player.sender].bubbles[-1]
    return next(((id, label) for id, label in last.offers if id.endswith(name) or f"{name}." in id), ("", word[1:]))


class Wordings:
    """
    What clients write: by language and topic, as our phrases have it.
    """

    def __init__(self, tongues: Tongues, chance: Random) -> None:
        self._tongues, self._chance = tongues, chance
        self._written: dict[str, dict[str, list[str]]] = {}

    def ask(self, language: str, topic: str) -> str:
        """
        Return a text that is understood as just this topic, so that the bot answers it, or brings it to a person where the topic is always
        a person's; "" if there is none.
        """
        if language not in self._written:
            text = (PHRASES / language / "phrases.toml").read_text(encoding="utf-8")
            self._written[language] = {id: list(texts) for id, texts in tomllib.loads(text)["topics"].items() if id in TOPICS}
        known = self._written[language].get(topic, [])
        while known:
            text = self._chance.choice(known)
            if _is_plain(self._tongues, language, topic, text):
                return text
            known.remove(text)
        return ""


def _is_plain(tongues: Tongues, language: str, topic: str, text: str) -> bool:
    meant = understand(text, language, tongues.phrases)
    node = INFO.nodes.get(meant.node or topic)
    if meant.action != "answer" or meant.topics != (topic,) or node is None:
        return False
    if node.escalate is not None and not TOPICS[topic].is_always_person:
        return False
    if " + " in text or len(text.split()) < 2 or anywhere(text) or asks_for_person(text) or named(text):
        return False
    return not emergency(text, tongues.phrases) and not is_grave(text, tongues.phrases) and spoken(text) in ("", language)
