"""
Converse: turns. Many clients in one commit, written in sets; a turn happened, or it did not.
"""

import logging
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import assert_never


from bot.app import App
from flows import answers, engine
from flows.events import (
    Bound,
    Escalated,
    Event,
    Forgotten,
    Heard,
    Knows,
    Learned,
    NotUnderstood,
    Offer,
    Resumed,
    Said,
    Stopped,
    Thanked,
    Topic,
)
from flows.node import _
from flows.session import Session
from storage import addresses, clients, erasures, invites, messages, moments, sessions, tickets
from storage.database import Tx
from storage.messages import Queued, Waiting
from storage.moments import Moment
from storage.sessions import Standing
from storage.tickets import Ticket

log = logging.getLogger("wegwijs")
BURST = 60                              # messages a client may send at once …
REFILL = 20.0                           # … and a second, before they are slowed
SLOWED = timedelta(seconds=1)           # a client who floods waits this long between …
SLOW_TURNS = 4                          # … groups of so many turns
LATER = timedelta(seconds=60)           # until a client whose turn could not be kept is tried again
SLOW_DOWN = _("You write very fast. I read everything, one after the other. Please wait a moment.")
STUMBLED = _("Something went wrong here. A colleague reads your message and answers you.")
KEPT = 500                              # characters of a question that a ticket keeps
OUTCOMES = ("escalated", "answered", "not_understood", "")      # the first that holds is a moment's outcome


@dataclass(slots=True)
class Turns:
    """
    What a group of turns decided, gathered to be written one statement a table.
    """

    answered: list[tuple[int, int]] = field(default_factory=list)
    deferred: list[tuple[int, datetime]] = field(default_factory=list)
    kept: list[tuple[Standing, datetime]] = field(default_factory=list)
    begun: list[Moment] = field(default_factory=list)
    going: list[Moment] = field(default_factory=list)
    queued: list[Queued] = field(default_factory=list)
    asked: list[Ticket] = field(default_factory=list)
    learned: dict[int, dict[str, object]] = field(default_factory=dict)
    facts: list[tuple[int, str, str]] = field(default_factory=list)
    bound: list[tuple[str, Standing, datetime]] = field(default_factory=list)
    forgotten: list[int] = field(default_factory=list)
    reached: list[int] = field(default_factory=list)


async def converse(app: App) -> None:
    """
    Take turns for ever, woken by new messages and by the clock.
    """
    while not app.stopping.is_set():
        try:
            taken = await app.database.write(lambda tx: take_turns(app, tx))
        except Exception as error:
            log.error("turns_failed error=%s", type(error).__name__)
            taken = await one_by_one(app)
        if not taken:
            await app.stages.wait("turns")


async def take_all(app: App) -> None:
    """
    Take every turn that waits now: for `talk`, for the demo's year and for tests.
    """
    while await app.database.write(lambda tx: take_turns(app, tx)):
        pass


async def one_by_one(app: App) -> int:
    """
    After a group failed: each client alone, so that one who cannot be kept holds up nobody. Return how many turns were kept.
    """
    taken = 0
    try:
        ids = await app.database.read(lambda tx: messages.waiting_addresses(tx, app.now()))
    except Exception:
        return 0
    for id in ids:
        try:
            taken += await app.database.write(lambda tx, id=id: take_turns(app, tx, [id]))      # type: ignore[misc]
        except Exception as error:
            log.error("turn_not_kept address=%s error=%s", id, type(error).__name__)
            await app.database.write(lambda tx, id=id: messages.defer(tx, [(id, app.now() + LATER)]))  # type: ignore[misc]
    return taken


def take_turns(app: App, tx: Tx, ids: Sequence[int] | None = None) -> int:
    """
    Take and keep the turns of those who wait, or of these addresses; return how many messages were dealt with.
    """
    now = app.now()
    ids = messages.waiting_addresses(tx, now) if ids is None else ids
    if not ids:
        return 0
    standings = {standing.address_id: standing for standing in sessions.lock(tx, ids)}
    waiting: dict[int, list[Waiting]] = {}
    for message in messages.waiting(tx, list(standings)):
        waiting.setdefault(message.address_id, []).append(message)
    turns = Turns()
    for address_id, theirs in waiting.items():
        _take(app, tx, turns, standings[address_id], theirs, now)
    keep(app, tx, turns, now)
    return len(turns.answered) + len(turns.deferred)


def _take(app: App, tx: Tx, turns: Turns, standing: Standing, waiting: list[Waiting], now: datetime) -> None:
    """
    Take the turns of one client, in the order they wrote. Who floods is slowed and told once, until nothing of theirs waits.
    """
    if standing.paced_until is not None and now < standing.paced_until:
        turns.deferred.append((standing.address_id, standing.paced_until))
        return
    room = SLOW_TURNS if standing.paced_until is not None else _room(standing, len(waiting), now)
    exchange = Exchange(app, turns, standing)
    for message in waiting[:room]:
        exchange.turn(tx, message)
    if room < len(waiting):
        if standing.paced_until is None:
            exchange.say(app.tongues(standing.language)(SLOW_DOWN))
        standing.paced_until = now + SLOWED
        turns.deferred.append((standing.address_id, standing.paced_until))
    else:
        standing.paced_until = None
    exchange.close()


def _room(standing: Standing, how_many: int, now: datetime) -> int:
    """
    Return how many of these messages fit into the client's leaky bucket, and put them in.
    """
    since = (now - standing.paced_at).total_seconds() if standing.paced_at else 0.0
    standing.pace = max(0, standing.pace - int(max(0.0, since) * REFILL))
    standing.paced_at = now
    room = min(how_many, BURST - standing.pace)
    standing.pace += room
    return room


class Exchange:
    """
    One client's turns of this group: the session as it moves, the moment as it grows.
    """

    def __init__(self, app: App, turns: Turns, standing: Standing) -> None:
        self.app, self.turns, self.standing = app, turns, standing
        self.session: Session | None = None
        self.moment: Moment | None = None
        self.heard_at: datetime | None = None
        self.has_asked = standing.ticket_id is not None
        self.expects_at = standing.ticket_due_at

    def turn(self, tx: Tx, message: Waiting) -> None:
        """
        Take one turn and gather what it decided. An exception in a flow touches this client alone, and becomes a ticket.
        """
        knows = self._knows(tx, message)
        heard = Heard(message.kind, message.at.astimezone(self.app.settings.timezone), knows, message.text, message.choice)  # type: ignore[arg-type]
        has_failed = False
        try:
            self.session, events = engine.turn(self._session(), heard, self.app.tongues)
        except Exception as error:
            log.error("turn_failed message=%s error=%s where=%s", message.id, type(error).__name__, _where(error))
            has_failed = True
            self.session, events = self._stumble(heard)
        self.heard_at = message.at
        self._belong(tx, message, events)
        moment = self._moment()
        moment.inbound += 1
        self.turns.answered.append((message.id, moment.id))
        for event in events:
            self._keep(event, message)
        if has_failed:
            self.turns.asked[-1].reason = "turn_failed"

    def _session(self) -> Session | None:
        if self.session is None and self.standing.state:
            self.session = Session.from_json(self.standing.state)
        return self.session

    def _stumble(self, heard: Heard) -> tuple[Session, list[Event]]:
        language = self.standing.language
        said = Said(self.app.tongues(language)(STUMBLED), language=language)
        return Session("menu", "main", language), [said, Escalated("social", "today", question=heard.text[:KEPT])]

    def _knows(self, tx: Tx, message: Waiting) -> Knows:
        standing = self.standing
        code = answers.invite_code(message.text)
        return Knows(
            place=self.app.place(standing.location_id), consent=standing.consent, is_first=not standing.state and self.session is None, is_stopped=standing.is_stopped,
            is_held=standing.ticket_state == "taken", expects_at=self.expects_at if self.has_asked else None, hint=message.hint,
            invite=invites.look(tx, code, standing.address_id, message.at)[0] if code else "")

    def _belong(self, tx: Tx, message: Waiting, events: Sequence[Event]) -> None:
        """
        Find the moment this message belongs to: the one that goes on, until 4 hours of silence; while a ticket is open, that
        ticket's; the one we began, however late its first answer comes; for a thank-you the last one, whenever that was.
        """
        last_at = self.moment.last_at if self.moment else self.standing.moment_at
        is_thanks = any(isinstance(event, Thanked) for event in events)
        goes_on = last_at is not None and message.at - last_at < timedelta(hours=self.app.settings.moment_silence_hours)
        if last_at is None or not (goes_on or is_thanks or self._waits()):
            self._begin(tx, message.at)
        elif self.moment is None:
            self._resume(last_at)
        if self.moment is not None and (goes_on or not is_thanks):
            self.moment.last_at = max(self.moment.last_at, message.at)

    def _waits(self) -> bool:
        """
        Tell whether the moment waits for somebody: its ticket is open, or we began it and nobody answered yet.
        """
        standing = self.standing
        has_ticket = standing.ticket_id is not None and standing.ticket_moment_id == standing.moment_id
        return has_ticket or (standing.moment_by == "us" and standing.moment_outcome == "not_reached")

    def _resume(self, last_at: datetime) -> None:
        standing = self.standing
        outcome = "" if standing.moment_outcome == "not_reached" else standing.moment_outcome
        self.moment = Moment(
            standing.moment_id or 0, standing.client_id, standing.location_id, "", standing.channel, last_at, last_at.date(), last_at,
            standing.moment_by, _listed(standing.moment_languages), _listed(standing.moment_topics), standing.moment_answered_by, outcome)
        self.turns.going.append(self.moment)

    def _begin(self, tx: Tx, at: datetime) -> None:
        standing = self.standing
        self.moment = Moment(
            tx.ids.next(), standing.client_id, standing.location_id, self.app.place(standing.location_id).municipality, standing.channel,
            at, at.astimezone(self.app.settings.timezone).date(), at)
        standing.moment_id = self.moment.id
        self.turns.begun.append(self.moment)

    def _moment(self) -> Moment:
        if self.moment is None:
            raise RuntimeError("a turn belongs to a moment")
        return self.moment

    def _keep(self, event: Event, message: Waiting) -> None:
        standing, moment, turns = self.standing, self._moment(), self.turns
        learned = turns.learned.setdefault(standing.client_id, {"client_id": standing.client_id})
        match event:
            case Said(text, offers, language):
                self.say(text, offers, language)
            case Learned("language", value):
                learned["language"] = standing.language = value
            case Learned("consent", value):
                learned["consent"], learned["consented_at"] = value, message.at
                standing.consent = value
            case Learned("under_16", value):
                learned["is_under_16"] = value == "yes"
            case Learned(fact, value):
                turns.facts.append((standing.client_id, fact, value))
            case Escalated():
                self._ask(event, message)
            case Topic(id, _, is_answered):
                if id not in moment.topics:
                    moment.topics.append(id)
                self._came_to("answered" if is_answered else "")
            case Thanked():
                pass
            case NotUnderstood():
                self._came_to("not_understood")
            case Stopped():
                learned["stopped_at"] = message.at
                standing.is_stopped = True
            case Resumed():
                learned["stopped_at"] = None
                standing.is_stopped = False
            case Forgotten():
                turns.forgotten.append(standing.client_id)
            case Bound(code):
                turns.bound.append((code, standing, message.at))
            case _:
                assert_never(event)

    def _came_to(self, outcome: str) -> None:
        moment = self._moment()
        moment.outcome = min(moment.outcome, outcome, key=OUTCOMES.index) if moment.outcome in OUTCOMES else outcome or moment.outcome
        if outcome == "answered":
            moment.answered_by = {"": "bot", "volunteer": "both"}.get(moment.answered_by, moment.answered_by)

    def _ask(self, event: Escalated, message: Waiting) -> None:
        standing, moment = self.standing, self._moment()
        due_at = event.due_at or self.app.due_at(standing.location_id, message.at, event.urgency)
        self.turns.asked.append(Ticket(
            standing.client_id, standing.address_id, moment.id, message.id, standing.location_id, event.team, event.urgency, message.at, due_at,
            event.topics, standing.language or (self.session.language if self.session else ""), event.question))
        self.has_asked, self.expects_at = True, min(self.expects_at or due_at, due_at)
        self._came_to("escalated")

    def say(self, text: str, offers: tuple[Offer, ...] = (), language: str = "") -> None:
        """
        Queue a text after everything said to this address before.
        """
        standing = self.standing
        standing.said_id = self.app.database.ids.next(after=standing.said_id)
        moment_id = self.moment.id if self.moment else standing.moment_id
        if self.moment is not None:
            self.moment.outbound += 1
            spoken = language or standing.language
            if spoken and spoken not in self.moment.languages:
                self.moment.languages.append(spoken)
        self.turns.queued.append(Queued(
            standing.said_id, standing.address_id, standing.channel, moment_id, text, self.app.now(),
            tuple((offer.id, offer.label) for offer in offers), language or standing.language))

    def close(self) -> None:
        """
        Gather the session to be written back.
        """
        standing = self.standing
        if self.session is not None:
            standing.state = self.session.to_json()
        self.turns.kept.append((standing, self.heard_at or self.app.now()))
        if standing.is_unreachable and self.heard_at is not None:
            self.turns.reached.append(standing.address_id)


def _where(error: Exception) -> str:
    """
    Return file and line of an error, without what it says: that could hold a client's words.
    """
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"


def _listed(text: str) -> list[str]:
    return text.split(",") if text else []


def keep(app: App, tx: Tx, turns: Turns, now: datetime) -> None:
    """
    Write down everything these turns decided, one statement a table.
    """
    moments.begin(tx, turns.begun)
    moments.go_on(tx, turns.going)
    messages.answered(tx, turns.answered)
    messages.defer(tx, turns.deferred)
    sessions.keep(tx, turns.kept)
    clients.learn(tx, list(turns.learned.values()))
    clients.learn_facts(tx, turns.facts, "client", now)
    messages.queue(tx, turns.queued)
    tickets.open_or_join(tx, turns.asked)
    addresses.mark(tx, turns.reached, None)
    for code, standing, at in turns.bound:
        _bind(app, tx, code, standing, at)
    for client_id in turns.forgotten:
        erasures.ask(tx, client_id, now)
        tx.wake("erasures")


def _bind(app: App, tx: Tx, code: str, standing: Standing, at: datetime) -> None:
    what, client_id = invites.use(tx, code, standing.address_id, at)
    if what == "second":
        tickets.open_or_join(tx, [Ticket(
            client_id, standing.address_id, standing.moment_id, None, standing.location_id, "social", "week", at,
            app.due_at(standing.location_id, at, "week"), language=standing.language, reason="second_address")])
