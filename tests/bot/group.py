"""
The volunteers' group in a test: a real one at a local Telegram, and who writes in it.
"""

import json
from typing import Any

from bot.channels.telegram import Telegram
from bot.channels.telegram_group import Group
from bot.group import look
from bot.heed import heed
from bot.receive import receive
from flows.rights import Volunteer
from storage import addresses, links, tickets
from storage.addresses import Sender
from storage.database import Tx
from storage.tickets import Ticket
from tests.peers.telegram import TOKEN, BotApi
from tests.peers.telegram_forum import GROUP, Topic
from tests.people import World, settings_for

SECRET = "not-a-real-secret"


class Team:
    """
    The group over a world, whose clock goes on while calls are made.
    """

    def __init__(self, world: World, api: BotApi, folder: Any) -> None:
        self.world, self.api, self.app = world, api, world.app
        self.app.settings = settings_for(
            folder, world.app.database.url.render_as_string(hide_password=False), TELEGRAM_BOT_TOKEN=TOKEN, TELEGRAM_API_URL=api.url,
            TELEGRAM_WEBHOOK_SECRET=SECRET, TELEGRAM_VOLUNTEERS_CHAT_ID=str(GROUP))
        self.line, self.channel = Group(self.app.settings), Telegram(self.app.settings, world.now)
        api.forum.clock = world.now

    @property
    def topics(self) -> list[Topic]:
        """
        Return the topics of the group.
        """
        return list(self.api.forum.topics.values())

    @property
    def topic(self) -> Topic:
        """
        Return the only topic.
        """
        (topic,) = self.topics
        return topic

    @property
    def head(self) -> str:
        """
        Return how the head of the only topic reads.
        """
        return next(iter(self.topic.messages.values()))

    @property
    def last(self) -> int:
        """
        Return the id of the last message in the only topic.
        """
        return list(self.topic.messages)[-1]

    @property
    def last_text(self) -> str:
        """
        Return how the last message of the only topic reads.
        """
        return self.topic.messages[self.last]

    async def settles(self) -> None:
        """
        Make every call that is wanted, as fast as the pace permits.
        """
        idle = 0
        while idle < 6:
            await heed(self.app)
            idle = 0 if await look(self.app, self.line) else idle + 1
            if idle:
                self.world.now.move(seconds=1)

    async def links(self, who: Volunteer, telegram_id: int) -> None:
        """
        Let a volunteer link their Telegram.
        """
        code = await self.app.database.write(lambda tx: links.make(tx, who.id, "telegram", self.world.now()))
        await self.brings(self.api.text(telegram_id, f"/start link-{code}"))

    async def brings(self, update: dict[str, Any]) -> None:
        """
        Let Telegram bring an update.
        """
        reading = self.channel.read({"x-telegram-bot-api-secret-token": SECRET}, json.dumps(update).encode(), "")
        await receive(self.app, reading.items)

    def written(self, telegram_id: int, text: str = "", answers: int = 0, **more: Any) -> dict[str, Any]:
        """
        Return the update of something that somebody writes in the only topic.
        """
        (number,) = self.api.forum.topics
        chat = {"id": GROUP, "type": "supergroup", "title": "Team", "is_forum": True}
        content: dict[str, Any] = {"message_thread_id": number, "is_topic_message": True, **({"text": text} if text else {}), **more}
        person = {"id": telegram_id, "is_bot": False, "first_name": "Joke"}
        content["reply_to_message"] = {"message_id": answers or number, "chat": chat, "date": 1, "from": person}
        update = self.api.message(GROUP, **{"from": person, **content})
        update["message"]["chat"] = chat
        return update

    async def writes(self, telegram_id: int, text: str = "", answers: int = 0, **more: Any) -> None:
        """
        Write in the only topic, and let it be done.
        """
        await self.brings(self.written(telegram_id, text, answers, **more))
        await self.settles()

    async def presses(self, telegram_id: int, data: str, message: int = 0) -> None:
        """
        Press a button under a message of the only topic (its last), and let it be done.
        """
        (number,) = self.api.forum.topics
        chat = {"id": GROUP, "type": "supergroup", "title": "Team", "is_forum": True}
        under = {"message_id": message or self.last, "chat": chat, "date": 1, "message_thread_id": number, "is_topic_message": True, "text": "?"}
        await self.brings(self.api.press(5, data, message=under, **{"from": {"id": telegram_id, "is_bot": False, "first_name": "Joke"}}))
        await self.settles()

    def ask(self, how_many: int, question: str = "", topics: tuple[str, ...] = ()) -> None:
        """
        Let this many clients ask at once.
        """
        now = self.world.now()

        def run(tx: Tx) -> None:
            known = addresses.resolve(tx, [Sender("memory", f"client {number}") for number in range(how_many)], now)
            tickets.open_or_join(tx, [Ticket(
                addresses.client_of(tx, id), id, None, None, 1, "social", "normal", now, now, topics, "nl", question) for id in known.values()])

        self.app.database.submit(run).result()
