"""
Share: one phone, several people. Who writes is asked for a name, and what they wrote becomes a turn of theirs; what is personal waits for
the word agreed with them.

The door is the phone's own address: it asks. A seat is the address of one of those who share it: it has the conversation.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.app import App
from flows import approvals, sharing
from flows.answers import anywhere
from flows.emergency import alarm
from flows.events import Seat
from flows.remind import IN_TALK
from flows.session import Session
from storage import knocks, messages, outbox, phones, sessions
from storage.database import Tx
from storage.messages import Waiting
from storage.outbox import Queued
from storage.phones import Share, Sharer
from storage.sessions import Standing

HELD = "held"                   # where in the door's session stand the messages whose writer is not known yet
MOST = 20                       # of them
ONE_BY_ONE = timedelta(hours=24)        # between two openings that nobody answers


@dataclass(slots=True)
class Sharing:
    """
    What a group of turns decided of shared phones, to be written after them.
    """

    moved: list[tuple[Sequence[int], int]] = field(default_factory=list)        # messages, and whose turns they become
    speakers: dict[int, int | None] = field(default_factory=dict)               # by door: who begins to speak, or None
    spoke: dict[int, tuple[int, int, datetime]] = field(default_factory=dict)   # by door: who went on, and when
    proved: list[tuple[Standing, bool]] = field(default_factory=list)
    openings: dict[int, str] = field(default_factory=dict)                      # doors at which something waits, and what kind

    def prove(self, standing: Standing, is_right: bool, now: datetime) -> None:
        """
        Note that the word was said, or another one.
        """
        if (seat := standing.share) is not None:
            seat.opened_at, seat.misses = (now, 0) if is_right else (seat.opened_at, seat.misses + 1)
            self.proved.append((standing, is_right))


def own_turns(app: App, tx: Tx, kept: Sharing, standing: Standing, waiting: list[Waiting],
              now: datetime) -> tuple[list[Waiting], list[Queued], list[int]]:
    """
    Return which of these messages are turns of this client, what is said besides, and what is answered by that. Emergencies are always
    taken where they arrive.
    """
    share = standing.share
    if share is None:
        return waiting, [], []
    if share.is_door:
        return _Door(app, tx, kept, standing, share, now).take(waiting)
    return _at_seat(app, kept, standing, share, waiting, now), [], []


def _at_seat(app: App, kept: Sharing, standing: Standing, share: Share, waiting: list[Waiting], now: datetime) -> list[Waiting]:
    """
    Return the turns of a client who speaks; from where another begins to speak, or asks to, the rest goes to the door.
    """
    speaks = share.speaker(now) == standing.address_id
    for place, message in enumerate(waiting):
        is_own = message.choice == f"{sharing.CHOSEN}{standing.address_id}"
        is_others = not is_own and (message.choice.startswith(sharing.CHOSEN) or sharing.is_other(message.text, message.choice, app.tongues))
        if (is_others or not speaks) and not is_alarm(app, message):
            rest = [one for one in waiting[place:] if not is_alarm(app, one)]
            kept.moved.append(([one.id for one in rest], share.door_id))
            if speaks:
                kept.speakers[share.door_id] = None
            own = [one for one in waiting if one not in rest]
            break
    else:
        own = waiting
    if own and speaks and share.door_id not in kept.speakers:
        kept.spoke[share.door_id] = share.door_id, standing.address_id, own[-1].at
    return own


def is_alarm(app: App, message: Waiting) -> bool:
    """
    Tell whether a message is one of danger.
    """
    guess = app.ponder.guess_of(message.id) if app.ponder else None
    return not message.choice and alarm(message.text, app.tongues.phrases, guess) is not None


class _Door:
    """
    The turns at a phone's own address: whoever is not known yet is asked, once for all that waits.
    """

    def __init__(self, app: App, tx: Tx, kept: Sharing, standing: Standing, share: Share, now: datetime) -> None:
        self.app, self.tx, self.kept, self.standing, self.now = app, tx, kept, standing, now
        self.session = Session.from_json(standing.state) if standing.state else Session(language=standing.language)
        self.people = phones.sharers(tx, [share.door_id])[share.door_id]
        self.names = sharing.names([(one.address_id, one.name, one.number) for one in self.people])
        self.door_id, self.speaker = share.door_id, share.speaker(now)
        self.held = [int(id) for id in self.session.data.get(HELD, "").split()]
        self.own: list[Waiting] = []
        self.answered: list[int] = []
        self.passed: list[int] = []
        self.is_to_ask = False

    def take(self, waiting: list[Waiting]) -> tuple[list[Waiting], list[Queued], list[int]]:
        """
        Deal with these messages, in order.
        """
        for message in waiting:
            self._hear(message)
        if self.passed and self.speaker is not None:
            self.kept.moved.append((self.passed, self.speaker))
        said = self._ask() if self.is_to_ask and self.speaker is None else []
        data = {name: kept for name, kept in self.session.data.items() if name != HELD}
        if self.held:
            data[HELD] = " ".join(map(str, self.held))
        self.session = replace(self.session, data=data)
        if said:
            self.session = replace(self.session, flow=sharing.SHARING.name, node="who")
        elif self.speaker is not None and self.session.flow == sharing.SHARING.name:
            self.session = replace(self.session, flow="", node="")
        self.standing.state = self.session.to_json()
        return self.own, said, self.answered

    def _hear(self, message: Waiting) -> None:
        who = self._chosen(message) if self.speaker is None or message.choice.startswith(sharing.CHOSEN) else 0
        if is_alarm(self.app, message) or self._is_safety(message):
            self.own.append(message)
        elif who:
            self._choose(who, message)
        elif self.speaker is None and not message.choice and anywhere(message.text) == "stop":
            self.own.append(message)                # whoever says it, it is obeyed at once
        elif self.speaker is None and message.choice == approvals.READ and knocks.waits(self.tx, self.door_id):
            self.answered.append(message.id)        # the question who reads leaves with this turn
        elif self.speaker == self.door_id and self.door_id not in self.kept.speakers:
            if sharing.is_other(message.text, message.choice, self.app.tongues):
                self._hush(message)
            else:
                self.own.append(message)
                self.kept.spoke[self.door_id] = self.door_id, self.door_id, message.at
        elif self.speaker is not None:
            self.passed.append(message.id)
        else:
            self._hold(message)

    def _chosen(self, message: Waiting) -> int:
        is_asked = self.session.flow == sharing.SHARING.name and self.session.node == "who"
        if not (is_asked or message.choice.startswith(sharing.CHOSEN)) or (not message.choice and not message.text.strip()):
            return 0
        return sharing.chosen(message.text, message.choice, self.names, self.door_id, self.app.tongues)

    def _is_safety(self, message: Waiting) -> bool:
        return self.session.flow == "safety" and (not message.choice or message.choice.startswith("safety."))

    def _choose(self, who: int, message: Waiting) -> None:
        self.speaker = who
        self.kept.speakers[self.door_id] = who
        messages.press(self.tx, message.id, f"{sharing.CHOSEN}{who}")
        if self.held and not knocks.waits(self.tx, who):        # what they asked is the answer to who they are
            self.answered.append(message.id)
        else:
            self.held.append(message.id)
        self.passed += self.held
        self.held = []

    def _hush(self, message: Waiting) -> None:
        self.speaker = None
        self.kept.speakers[self.door_id] = None
        self._hold(message)

    def _hold(self, message: Waiting) -> None:
        self.answered.append(message.id)
        self.is_to_ask = True
        if not sharing.is_other(message.text, message.choice, self.app.tongues) and message.choice != approvals.READ:
            self.held = [*self.held, message.id][-MOST:]

    def _ask(self) -> list[Queued]:
        return [question(self.app, self.tx, self.standing, self.people, self.now)]


def question(app: App, tx: Tx, standing: Standing, people: Sequence[Sharer], now: datetime, kind: str = "") -> Queued:
    """
    Return the question who it is, for the door; with an opening where we begin, of this kind of message.
    """
    languages = dict.fromkeys(one.language for one in people if one.language) or {standing.language: None}
    tongues = [app.tongues(language) for language in languages]
    names = sharing.names([(one.address_id, one.name, one.number) for one in people])
    standing.said_id = tx.ids.next(after=standing.said_id)
    return Queued(
        standing.said_id, standing.address_id, standing.channel, None, sharing.asked(tongues, sharing.OPENINGS.get(kind, "")), now,
        sharing.offers(names, standing.address_id, tongues[0]), next(iter(languages)), kind or "reply")


def seat_of(tx: Tx, standing: Standing, text: str, choice: str) -> Seat | None:
    """
    Return what a turn knows of the seat it is taken at; None on a phone that is one client's own.
    """
    share = standing.share
    if share is None:
        return None
    is_right = bool(share.tries and not choice) and hmac.compare_digest(sharing.normal(text).encode(), share.word.encode())
    return Seat(share.opened_at is not None, is_right, share.tries, not share.is_door and knocks.waits(tx, standing.address_id))


def reason_of(session: Session | None, is_alarm: bool) -> str:
    """
    Return why a ticket opens that a shared phone asks for, or "".
    """
    if session is None or session.flow != sharing.SHARING.name or is_alarm:
        return ""
    return {"person": "word", "forget": "forget"}.get(session.node, "")


def keeps_back(standing: Standing) -> bool:
    """
    Tell whether what waits for a client stays back though somebody writes as them: the word was not said.
    """
    return standing.share is not None and not standing.share.is_door and standing.share.opened_at is None


def is_withheld(app: App, standing: Standing, now: datetime) -> bool:
    """
    Tell whether what we say now of our own accord waits for the word: on a shared phone, unless its client said it and wrote just now.
    """
    share = standing.share
    if share is None or share.is_door:
        return False
    heard_at = heard_lately(app, share)
    is_here = share.opened_at is not None and share.speaker(now) == standing.address_id
    return not (is_here and heard_at is not None and now - heard_at < IN_TALK)


def heard_lately(app: App, share: Share) -> datetime | None:
    """
    Return when somebody last wrote from a shared phone, if it is known who.
    """
    return share.until - timedelta(hours=app.settings.moment_silence_hours) if share.until else None


def is_reachable(app: App, standing: Standing, now: datetime) -> bool:
    """
    Tell whether a client can be told something personal here: on a shared phone only with a word, and nobody whom we do not know.
    """
    share = standing.share
    return share is None or share.tries > 0 or not (share.is_door or is_withheld(app, standing, now))


def write(app: App, tx: Tx, kept: Sharing, now: datetime) -> None:
    """
    Write down what these turns decided of shared phones, in their commit.
    """
    silence = timedelta(hours=app.settings.moment_silence_hours)
    for door_id, who in kept.speakers.items():
        if who is not None:
            phones.choose(tx, door_id, who, now + silence)
    phones.hush(tx, [door_id for door_id, who in kept.speakers.items() if who is None])
    phones.go_on(tx, [(door, who, at, now + silence) for door, who, at in kept.spoke.values()])
    for standing, is_right in kept.proved:
        phones.proved(tx, standing.address_id, standing.client_id, is_right, now)
    for ids, address_id in kept.moved:
        phones.move(tx, ids, address_id, now)
    if kept.openings:
        open_up(app, tx, kept.openings, now)


def open_up(app: App, tx: Tx, openings: dict[int, str], now: datetime) -> None:
    """
    Ask at these doors, in neutral words, who reads, because something waits for one of them. What was asked and not answered yet is not
    asked again within a day.
    """
    doors = sessions.lock(tx, sorted(openings), waits=True)
    people = phones.sharers(tx, [door.address_id for door in doors])
    asked: list[Queued] = []
    for door in doors:
        heard_at = sessions.heard_at(tx, door.address_id)
        since = max(heard_at, now - ONE_BY_ONE) if heard_at else now - ONE_BY_ONE
        if not phones.said_since(tx, door.address_id, since):
            asked.append(question(app, tx, door, people[door.address_id], now, openings[door.address_id]))
            sessions.said(tx, door.address_id, door.said_id)
    outbox.queue(tx, asked)
    wait_for(tx, [door for door in doors if door.address_id in {one.address_id for one in asked}])
    phones.hush(tx, [door.address_id for door in doors])


def wait_for(tx: Tx, doors: Iterable[Standing]) -> None:
    """
    Let these doors wait for a name.
    """
    for door in doors:
        session = Session.from_json(door.state) if door.state else Session(language=door.language)
        sessions.stand(tx, door.address_id, replace(session, flow=sharing.SHARING.name, node="who").to_json())
