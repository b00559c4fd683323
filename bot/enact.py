"""
Enact: a script of a year is played day by day: lists are imported, people write and are answered, reminders leave, contacts are written down.
"""

import asyncio
import csv
import io
import tempfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random

from bot import alert, announce, expire, plan, remind
from bot.app import App
from bot.channels.memory import Memory
from bot.deliver import drain
from bot.import_ import import_file
from bot.invite import invited
from bot.play import Player, Stage, Wordings
from bot.work import Office
from flows.days import DAY
from flows.hours import is_holiday
from flows.language import OWN_NAMES
from flows.newcomers import Newcomer
from flows.script import Chat, Script
from flows.script import Day as Planned
from storage import appointments, clients, records, reminders, tickets
from storage.database import Tx

THANKS = {"nl": "dank u wel", "en": "thank you", "ar": "شكرا", "ti": "የቐንየለይ", "fa": "ممنون", "prs": "تشکر", "tr": "teşekkürler", "uk": "дякую",
          "so": "mahadsanid", "fr": "merci"}
LIST = ("client number", "first name", "language", "guidance began on", "guidance ended on", "permit valid until")
COMMON = "housing_search"       # what people write of when we have no phrase for what they want to ask a person
FIRST = 10                      # the hour at which reminders leave
MINUTE = timedelta(minutes=1)
WAVES = (10, 13)                # hours from which people write, and after which contacts are written down …
WITHIN = 150                    # … within so many minutes


class Enacted:
    """
    A script as it is played. `reacted` are those who answered a reminder.
    """

    def __init__(self, app: App, stage: Stage, script: Script, seed: int) -> None:
        self.app, self.stage, self.script = app, stage, script
        self.office = Office(stage)
        self.chance = Random(seed)
        self.channels = {name: Memory(name) for name in ("telegram", "whatsapp")}
        self.wordings = Wordings(app.tongues, self.chance)
        self.players = {id(one): Player(self.channels[one.channel], one.sender, one.language) for one in script.people if one.channel}
        self.linked = [one for one in script.people if one.number and one.channel]
        self.by_client: dict[int, Player] = {}
        self.reacted: set[int] = set()

    async def play(self, told: Callable[[float], None]) -> None:
        """
        Play every day on which something happens; `told` hears how much of the year is over.
        """
        first, last = self.script.first, self.script.last
        self.app.channels.on.update(self.channels)
        for number in range((last - first).days + 1):
            today = first + number * DAY
            if today == last or await self._has_work(today):
                await self._day(today, self.script.days.get(today, Planned()))
            told((number + 1) / ((last - first).days + 1))
        for name in self.channels:
            del self.app.channels.on[name]

    async def _has_work(self, today: date) -> bool:
        if today in self.script.days:
            return True
        evening = datetime.combine(today, time(20), self.app.settings.timezone)
        return await self.app.database.read(lambda tx: _is_due(tx, evening))

    async def _day(self, today: date, planned: Planned) -> None:
        is_open = today == self.script.last or (today.weekday() < 5 and not is_holiday(today))
        self.stage.ahead(today, 9, self.chance.randrange(20))
        await self._import(planned)
        await self.office.file(planned, today)
        await self.office.book(planned)
        await self._tick(today, FIRST)
        for place, hour in enumerate(WAVES):
            await self._wave(today, hour, planned.chats[place::2], await self._welcomed(planned) if place == 0 else [], is_open)
            await self._tick(today, hour + 2)
            self.stage.clock.move(self.chance.randrange(5, 60) * MINUTE)
            await self.office.write_down(planned.talks[place::3])
        await self._tick(today, 16)
        self.stage.clock.move(self.chance.randrange(5, 55) * MINUTE)
        await self.office.write_down(planned.talks[2::3])
        await self._tick(today, 17)
        if is_open:
            await self.office.hold()
            await self.office.answer()
        if today == self.script.last:
            await self.office.type_in(self.script.first, self.script.last)

    async def _import(self, planned: Planned) -> None:
        """
        Import the office's list of today, as `wegwijs import` does.
        """
        if planned.lists:
            written = io.StringIO()
            table = csv.DictWriter(written, LIST)
            table.writeheader()
            rows: dict[str, Mapping[str, str]] = {}
            for row in planned.lists:
                rows[row["client number"]] = {**rows.get(row["client number"], {}), **row}
            table.writerows(rows.values())
            with tempfile.TemporaryDirectory(prefix="wegwijs-year-") as folder:
                file = Path(folder) / "clients.csv"
                file.write_text(written.getvalue(), encoding="utf-8")
                await asyncio.to_thread(import_file, self.app, file, False, False, io.StringIO())
            for one in (one for one in self.script.people if str(one.number) in rows and one.expires_on):
                self.office.renewing[await self._id(one)] = one

    async def _id(self, one: Newcomer) -> int:
        client = await self.app.database.read(lambda tx: clients.by_number(tx, one.number))
        return client.id if client else 0

    async def _welcomed(self, planned: Planned) -> list[Player]:
        """
        Give those of the lists who have a phone a link, with which they come.
        """
        found = []
        for one in planned.welcomes:
            player = self.players[id(one)]
            player.client_id, player.is_known = await self._id(one), True
            code, _links = await invited(self.app, player.client_id)
            player.plan = [f"/start {code}", f"?{one.language}", ":yes", "?en" if one.language != "en" else "?nl"]
            self.by_client[player.client_id] = player
            found.append(player)
        return found

    async def _tick(self, today: date, hour: int) -> None:
        """
        Do what the clock of `serve` does.
        """
        self.stage.ahead(today, hour)
        if today.day == 1 and hour == FIRST:
            await plan.plan_all(self.app)
            await expire.expire(self.app)
        if await self.app.database.read(lambda tx: _is_due(tx, self.app.now())):
            await remind.remind(self.app)
            await announce.announce(self.app)
            await alert.alert(self.app)
            await drain(self.app)

    async def _wave(self, today: date, hour: int, chats: Sequence[Chat], welcomed: Sequence[Player], is_open: bool) -> None:
        """
        Let those write who want to today, and those who were reminded answer; then volunteers answer, and some say whether it helped.
        """
        talking = [*welcomed, *(self._answering(today) if is_open else [])]
        for chat in chats:
            player = self.players[id(chat.who)]
            player.plan = self._words(player, chat)
            talking.append(player)
        if talking:
            self.stage.ahead(today, hour, 10)
            self.stage.clock.move(self.chance.randrange(WITHIN) * MINUTE)
            await self.stage.play(talking)
            await self._know(chats)
        if is_open:
            await self._close()

    async def _know(self, chats: Sequence[Chat]) -> None:
        """
        Find who just wrote.
        """
        self.office.chats = {}
        for chat in chats:
            player = self.players[id(chat.who)]
            if not player.client_id:
                address = f"{player.channel.name}:{player.sender}"
                found = await self.app.database.read(lambda tx, at=address: records.find(tx, at))      # type: ignore[misc]
                player.client_id = found or 0
                self.by_client[player.client_id] = player
            self.office.chats[player.client_id] = chat

    def _words(self, player: Player, chat: Chat) -> list[str]:
        """
        Return what somebody writes: hello the first time, the question, that a person is wanted, thanks.
        """
        words = [] if player.is_known else ["/start", OWN_NAMES[player.language], ":yes", "?en" if player.language != "en" else "?nl"]
        player.is_known = True
        asked = [text for topic in chat.asks if (text := self.wordings.ask(player.language, topic))]
        words += asked or [self.wordings.ask(player.language, COMMON)]
        if chat.wants_person:
            words += ["?person"]
        return words + ([THANKS[player.language]] if chat.thanks else [])

    def _answering(self, today: date) -> list[Player]:
        """
        Return those who answer a reminder today: of their card, the first or the second; of a visit, that they come.
        """
        found = []
        for one in self.linked:
            player = self.players[id(one)]
            if isinstance(player.channel, Memory) and (words := self._answer(one, player, today)):
                player.plan = words
                found.append(player)
        return found

    def _answer(self, one: Newcomer, player: Player, today: date) -> list[str]:
        sent = player.channel.sent[player.sender] if isinstance(player.channel, Memory) else []
        if sent and any(id.endswith(":come") for id, _ in sent[-1].offers) and sent[-1].id not in self.reacted:
            self.reacted.add(sent[-1].id)
            return [":come"]
        ways = {"renewed": [":done", f"{today:%d-%m-%Y}"], "helped": [":need_help"], "reached": [":will_do"]}
        if one.way in ways and one.number not in self.reacted and sum(message.kind == "reminder" for message in sent) > one.number % 2:
            self.reacted.add(one.number)
            if one.way == "helped":
                self.office.wanting.add(player.client_id)
            return ways[one.way]
        return []

    async def _close(self) -> None:
        """
        Let volunteers work, and those they answered say whether it helped.
        """
        answered = [player for id in await self.office.answer() if (player := self.by_client.get(id))]
        for player in answered:
            player.plan = ["?yes"] if self.chance.random() < 0.6 else []
        await self.stage.play(answered)
        for id, one in self.office.renewing.items():
            if one.way == "reached" and one.number in self.reacted:
                await self.office.renew(id, one)
                self.reacted.discard(one.number)
                one.way = ""


def _is_due(tx: Tx, at: datetime) -> bool:
    """
    Tell whether the clock of `serve` would find anything to do.
    """
    return bool(reminders.due(tx, at, 1) or appointments.due(tx, at, 1) or tickets.open_ones(tx))
