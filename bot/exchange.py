"""
Exchange: the turns of one client, gathered with those of others so that all are written in sets.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Literal, assert_never

from bot import belong, settle, share, visit
from bot.app import App
from bot.gather import Turns, where
from bot.know import know
from flows import answers, engine
from flows.events import (
    Answered,
    Booked,
    Bound,
    Cancelled,
    Escalated,
    Event,
    Felt,
    Forgotten,
    Heard,
    Knows,
    Learned,
    NotUnderstood,
    Offer,
    Proved,
    Resumed,
    Said,
    Stopped,
    Thanked,
    Topic,
    Wished,
)
from flows.node import Flow, _
from flows.session import Session
from flows.voice import FACT
from storage import invites
from storage.database import Tx
from storage.messages import Waiting
from storage.moments import Moment
from storage.outbox import Queued
from storage.sessions import Standing
from storage.tickets import Ticket

log = logging.getLogger("wegwijs")
STUMBLED = _("Something went wrong here. A colleague reads your message and answers you.")
KEPT = 500                              # characters of a question that a ticket keeps
NEVER = datetime(1970, 1, 1, tzinfo=UTC)        # older than anything heard: what we begin opens no window of a platform


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
        self.has_not_helped = False
        self.is_withheld = False        # what we begin waits, on a phone that several share, until the client was heard
        self.kind: Literal["reply", "announcement"] = "reply"
        self.until: datetime | None = None      # from then on what we say is over
        self.visit: Literal["", "booked", "called_off"] = ""
        self.opening = ""               # of what nobody asked for: a locked screen shows this

    def turn(self, tx: Tx, message: Waiting) -> None:
        """
        Take one turn and gather what it decided. An exception in a flow touches this client alone, and becomes a ticket.
        """
        knows = self._knows(tx, message)
        guess = self.app.ponder.guess_of(message.id) if self.app.ponder else None
        at = message.at.astimezone(self.app.settings.timezone)
        heard = Heard(message.kind, at, knows, message.text, message.choice, guess)  # type: ignore[arg-type]
        has_failed = False
        try:
            self._speak_as_invited(tx, knows, message)
            self.session, events = visit.turn(self.app, tx, self.standing, self._session(), heard)
        except Exception as error:
            log.error("turn_failed message=%s error=%s where=%s", message.id, type(error).__name__, where(error))
            has_failed = True
            self.session, events = self._stumble(heard)
        self.heard_at = message.at
        self._belong(tx, message.at, any(isinstance(event, Thanked) for event in events))
        moment = self._moment()
        moment.inbound += 1
        self.turns.answered.append((message.id, moment.id))
        for event in sorted(events, key=lambda event: not isinstance(event, Learned)):      # who asks for voice hears at once that they get it
            self._keep(event, message)
        if self.standing.ticket_id is not None:
            silent_at = self.app.working_day_after(self.standing.location_id, message.at)
            self.turns.heard.append((self.standing.ticket_id, message.at, silent_at))
        if has_failed:
            self.turns.asked[-1].reason = "turn_failed"

    def begin(self, tx: Tx, flow: Flow, node: str = "") -> None:
        """
        Begin a conversation from our side, and gather what it says: the first node of one belongs to the moment there was, a named one to
        the exchange that goes on or to a moment of its own, which is not reached until the client answers.
        """
        now = self.app.now()
        self.is_withheld = share.is_withheld(self.app, self.standing, now)
        nothing = Waiting(0, self.standing.address_id, "text", now, "", "", "")
        knows = visit.known(self.app, tx, self.standing, self._knows(tx, nothing), flow.name)
        heard = Heard("text", now.astimezone(self.app.settings.timezone), knows)
        self.session, events = engine.start(flow, self._session(), heard, self.app.tongues, node)
        self.heard_at = NEVER
        last_at, is_open = self.standing.moment_at, self.standing.moment_outcome != "not_reached"
        if last_at is not None and is_open and (not node or now - last_at < timedelta(hours=self.app.settings.moment_silence_hours)):
            self._go_on(last_at)
        else:
            self._begin(tx, now, "us")
        for event in events:
            self._keep(event, nothing)

    def _session(self) -> Session | None:
        if self.session is None and self.standing.state:
            self.session = Session.from_json(self.standing.state)
        if self.session is None and self.standing.language:         # the record knows it: after a year, or from staff
            self.session = Session(language=self.standing.language)
        return self.session

    def _speak_as_invited(self, tx: Tx, knows: Knows, message: Waiting) -> None:
        """
        Let who comes with a code for a client record be spoken to in that record's language, if they chose none yet.
        """
        if knows.invite != "valid":
            return
        session = self._session()
        if not (session and session.language):
            language = invites.language_of(tx, answers.invite_code(message.text))
            if language in self.app.tongues.languages:
                self.session, self.standing.language = replace(session or Session(), language=language), language

    def _stumble(self, heard: Heard) -> tuple[Session, list[Event]]:
        language = self.standing.language
        said = Said(self.app.tongues(language)(STUMBLED), language=language)
        return Session("menu", "main", language), [said, Escalated("social", "today", question=heard.text[:KEPT])]

    def _knows(self, tx: Tx, message: Waiting) -> Knows:
        is_first = not self.standing.state and self.session is None
        return know(self.app, tx, self.standing, self._session(), message, is_first, self.expects_at if self.has_asked else None)

    def _belong(self, tx: Tx, at: datetime, is_thanks: bool) -> None:
        last_at = self.moment.last_at if self.moment else self.standing.moment_at
        goes_on = last_at is not None and at - last_at < timedelta(hours=self.app.settings.moment_silence_hours)
        if last_at is None or not (goes_on or is_thanks or belong.waits(self.standing)):
            self._begin(tx, at, "client")
        elif self.moment is None:
            self._go_on(last_at)
        if self.moment is not None and (goes_on or not is_thanks):
            self.moment.last_at = max(self.moment.last_at, at)

    def _go_on(self, last_at: datetime) -> None:
        self.moment = belong.standing_moment(self.standing, last_at)
        self.turns.going.append(self.moment)

    def _begin(self, tx: Tx, at: datetime, by: Literal["us", "client"]) -> None:
        self.moment = belong.new_moment(self.app, tx, self.standing, at, by)
        self.standing.moment_id = self.moment.id
        self.turns.begun.append(self.moment)

    def _moment(self) -> Moment:
        if self.moment is None:
            raise RuntimeError("a turn belongs to a moment")
        return self.moment

    def _keep(self, event: Event, message: Waiting) -> None:
        standing, moment, turns = self.standing, self._moment(), self.turns
        learned = turns.learned.setdefault(standing.client_id, {"client_id": standing.client_id})
        match event:
            case Said(text, offers, language, is_static, sources):
                self.say(text, offers, language, is_static)
                for name in self.app.voices.wished(self.standing, self.app.channels.on.get(standing.channel), language, sources, self.app.tongues):
                    self.say("", language=language, recording=name)
            case Learned():
                self._learn(event, learned, message)
            case Escalated():
                self._ask(event, message)
            case Topic(id, _, is_answered):
                if id not in moment.topics:
                    moment.topics.append(id)
                moment.come_to("answered" if is_answered else "")
            case NotUnderstood():
                self._moment().come_to("not_understood")
            case Stopped() | Resumed():
                standing.is_stopped = isinstance(event, Stopped)
                learned["stopped_at"] = message.at if standing.is_stopped else None
            case Forgotten():
                turns.forgotten.append(standing.client_id)
            case Wished(wish):
                turns.wishes.append((standing.client_id, wish))
            case Proved(is_right):
                turns.sharing.prove(standing, is_right, self.app.now())
            case Booked() | Cancelled():
                self._come(is_off=isinstance(event, Cancelled))
            case Answered(said) if self.session is not None:
                turns.answers.append(settle.read_answer(standing.client_id, said, self.session, message.at))
            case Felt(said) if self.session is not None:
                turns.felt.append((standing.client_id, settle.number(self.session.data.get("checkin", "")), said, message.at))
            case Thanked() | Answered() | Felt():
                pass
            case Bound(code):
                turns.bound.append((code, standing, message.at))
            case _:
                assert_never(event)

    def _come(self, is_off: bool) -> None:
        self.visit = "called_off" if is_off else "booked"
        if not is_off:
            self._moment().come_to("answered")

    def _learn(self, event: Learned, learned: dict[str, object], message: Waiting) -> None:
        standing = self.standing
        match event:
            case Learned("language", value):
                learned["language"] = standing.language = value
            case Learned("consent", value):
                learned["consent"], learned["consented_at"] = value, message.at
                standing.consent = value
            case Learned("under_16", value):
                learned["is_under_16"] = value == "yes"
            case Learned("helped", value):
                self.turns.helped.append((standing.client_id, value))
                self.has_not_helped = value == "no"
            case Learned("safe_contact", value):
                self.turns.safe.append((standing.client_id, value))
            case Learned(fact, value):
                standing.voice = value if fact == FACT else standing.voice
                self.turns.facts.append((standing.client_id, fact, value))

    def _ask(self, event: Escalated, message: Waiting) -> None:
        standing, moment = self.standing, self._moment()
        due_at = event.due_at or self.app.due_at(standing.location_id, message.at, event.urgency)
        self.turns.asked.append(Ticket(
            standing.client_id, standing.address_id, moment.id, message.id, standing.location_id, event.team, event.urgency, message.at, due_at,
            event.topics, standing.language or (self.session.language if self.session else ""), event.question,
            share.reason_of(self.session, event.urgency == "now") or ("not_helped" if self.has_not_helped else "asked")))
        self.has_asked, self.expects_at = True, min(self.expects_at or due_at, due_at)
        self._moment().come_to("escalated")

    def say(self, text: str, offers: tuple[Offer, ...] = (), language: str = "", is_static: bool = False, recording: str = "") -> None:
        """
        Queue a text, or a recording of one, after everything said to this address before.
        """
        standing = self.standing
        if self.opening and not recording:
            text, self.opening = f"{self.opening}\n\n{text}", ""
        standing.said_id = self.app.database.ids.next(after=standing.said_id)
        moment_id = self.moment.id if self.moment else standing.moment_id
        if self.moment is not None:
            self.moment.outbound += 1
            spoken = standing.language and (language or standing.language)      # until they chose one we greet in ours, which is not theirs
            if spoken and spoken not in self.moment.languages:
                self.moment.languages.append(spoken)
        self.turns.queued.append(Queued(
            standing.said_id, standing.address_id, standing.channel, moment_id, text, self.app.now(),
            tuple((offer.id, offer.label) for offer in offers), language or standing.language,
            "voice" if recording else self.kind, is_static, recording=recording, waits=self.is_withheld, until=self.until))
        if self.is_withheld and standing.share is not None:
            self.turns.sharing.openings[standing.share.door_id] = "reply"

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
