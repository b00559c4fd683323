"""
Work: what volunteers do on a played day, by the verbs that the desk calls: questions, calls and visits, files, appointments.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from bot import guide, learn, visit
from bot.book import book
from bot.close import close
from bot.deliver import drain
from bot.jot import Entry, Form, jot
from bot.play import Stage
from bot.reply import reply
from bot.take import take
from flows import phrasebook
from flows.days import add_years
from flows.events import Said
from flows.newcomers import Newcomer
from flows.phrasebook import PHRASES
from flows.rights import Volunteer
from flows.script import Chat, Day, Talk
from flows.year import TOTALS
from storage import clients, files, tickets, totals, trajectories, views, volunteers
from storage.database import Tx
from storage.ids import first_of
from storage.tickets import Ticket

LINES = 12                      # of the form of an office hour
TWICE = 20                      # every so many-th form is sent a second time, as browsers do
OURS = {"legal": "Joke", "social": "Samir", "housing": "Samir"}         # who answers a team's questions …
WRITES = {"legal_hour": "Joke", "family_file": "Joke", "info_point": "Samir", "guidance": "Samir", "housing": "Samir"}    # … and writes down what
LEADS = "Marja"
SAYS = ("in_order", "keep", "lawyer", "colleague", "no_pay", "looking")
CARD = ("permit_renewal",)


class Office:
    """
    The volunteers of a played year. `chats` are the questions of today by client, `renewing` whose card ends, `wanting` who asked for help
    when they were reminded of it.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage, self.app = stage, stage.app
        self.team: Mapping[str, Volunteer] = {one.name: one for one in stage.app.database.look(lambda tx: volunteers.at(tx, 1))}
        self.chats: dict[int, Chat] = {}
        self.renewing: dict[int, Newcomer] = {}
        self.wanting: set[int] = set()
        self._forms = 0

    async def answer(self) -> list[int]:
        """
        Answer and close every open question, make the calls that the reminders ask for, and return the clients who got an answer.
        """
        opened = await self.app.database.read(tickets.open_ones)
        if not opened:
            return []
        asked = [one for one in opened if one.reason in ("asked", "not_helped") or one.client_id in self.wanting]
        self.wanting.clear()
        await asyncio.gather(*(take(self.app, one.id, self._who(one)) for one in opened))
        await asyncio.gather(*(reply(self.app, one.id, self._who(one), self._said(one)) for one in asked))
        await self._go_on()
        await asyncio.gather(*(self._finish(one) for one in asked), *(self._step_in(one) for one in opened if one not in asked))
        await self._go_on()
        return [one.client_id for one in asked]

    async def hold(self) -> None:
        """
        Hold the talks of guidance that were brought to us.
        """
        due = await self.app.database.read(lambda tx: trajectories.of_location(tx, 1))
        for one in due:
            if one.row.state == "told":
                await guide.hold(self.app, self.team[LEADS], one.row.id)

    async def _go_on(self) -> None:
        self.stage.clock.move(timedelta(minutes=1))
        await drain(self.app)

    def _who(self, ticket: Ticket) -> Volunteer:
        return self.team[OURS[ticket.team] if ticket.reason == "asked" else LEADS]

    def _said(self, ticket: Ticket) -> Said:
        phrase = PHRASES[SAYS[ticket.number % len(SAYS)]]
        return phrasebook.say(phrase, {}, self.app.tongues(ticket.language or "nl"), self.app.place(1), self.stage.clock().date())

    async def _finish(self, ticket: Ticket) -> None:
        one = self.renewing.get(ticket.client_id)
        chat = self.chats.get(ticket.client_id)
        topics, outcome = (CARD, "advice") if one else (chat.topics, chat.outcome) if chat else (ticket.topics, "answered")
        await close(self.app, ticket.id, self._who(ticket), outcome, topics)
        if one:
            await self.renew(ticket.client_id, one)

    async def _step_in(self, ticket: Ticket) -> None:
        """
        Call a client whom a reminder did not reach, or do what it asks of us.
        """
        one, outcome = self.renewing.get(ticket.client_id), "answered"
        if one and one.way in ("called", "silent", "unlinked"):
            outcome = "advice" if one.way == "called" else "no_contact"
            await self._write("call", "legal_hour", [Talk(one.number, "legal_hour", "call", CARD, 10, outcome)])
        await close(self.app, ticket.id, self._who(ticket), outcome)
        if one and one.way == "called":
            await self.renew(ticket.client_id, one)

    async def renew(self, client_id: int, one: Newcomer) -> None:
        """
        Write down the day on the new card of somebody whom we helped, or who showed it to us.
        """
        if one.expires_on:
            told = [(client_id, "permit_expires_on", add_years(one.expires_on, 5).isoformat())]
            await self.app.database.write(lambda tx: learn.learn(self.app, tx, told, "staff", self.app.now()))

    async def write_down(self, talks: Sequence[Talk]) -> None:
        """
        Write the calls, visits and mails of a day down, as many on one form as share kind and programme.
        """
        alike: dict[tuple[str, str], list[Talk]] = {}
        for talk in talks:
            alike.setdefault((talk.kind, talk.programme), []).append(talk)
        await asyncio.gather(*(self._write(kind, programme, those[at:at + LINES]) for (kind, programme), those in alike.items()
                               for at in range(0, len(those), LINES)))

    async def _write(self, kind: str, programme: str, talks: Sequence[Talk]) -> None:
        self._forms += 1
        now = self.app.now()
        form = Form(kind, programme, now.astimezone(self.app.settings.timezone).date(), first_of(now) + 16 * self._forms)
        entries = [Entry(str(one.number or ""), one.topics, str(one.minutes), one.outcome, joins="no") for one in talks]
        for _ in range(1 + (self._forms % TWICE == 0)):
            wrong = await jot(self.app, self.team[WRITES[programme]], form, entries)
            if wrong:
                raise RuntimeError(f"a contact cannot be written down: {[one.trouble for one in wrong]}")

    async def file(self, day: Day, today: date) -> None:
        """
        Open and close files of family reunification.
        """
        who, place, now = self.team["Joke"], self.app.place(1), self.app.now()

        def run(tx: Tx) -> None:
            for one, how_many, on in day.opened:
                client_id = _id(tx, one)
                files.open_ones(tx, 1, place.municipality, client_id, on, how_many, who.id)
                views.look(tx, who.id, client_id, 1, "change", now)
            for one, outcome in day.closed:
                client_id = _id(tx, one)
                mine = next(file for file in files.of_location(tx, 1, today) if file.client_id == client_id and file.closed_on is None)
                files.close(tx, mine.id, 1, today, outcome, who.id)     # type: ignore[arg-type]
                views.look(tx, who.id, client_id, 1, "change", now)

        if day.opened or day.closed:
            await self.app.database.write(run)

    async def book(self, day: Day) -> None:
        """
        Make appointments: on the day that is wanted if a place is left, else on the first day with one.
        """
        for one, on in day.booked:
            client = await self.app.database.read(lambda tx, one=one: clients.by_number(tx, one.number))     # type: ignore[misc]
            free = await self.app.database.read(lambda tx: visit.free(self.app, tx, 1))
            starts_at = next((at for at in free if at.date() >= on), free[-1])
            if client is not None:
                await book(self.app, client, starts_at)
                await drain(self.app)

    async def type_in(self, first: date, last: date) -> None:
        """
        Type in what is counted elsewhere.
        """
        who, now = self.team[LEADS], self.app.now()
        await self.app.database.write(lambda tx: totals.put(tx, 1, first, last, TOTALS, who.id, now))


def _id(tx: Tx, one: Newcomer) -> int:
    client = clients.by_number(tx, one.number)
    if client is None:
        raise RuntimeError("somebody of the script is on no list")
    return client.id
