"""
Share: one phone, several people. Who writes is asked for a name; what is personal waits for the word agreed with them.

The door is the phone's own address: it asks. A seat is the address of one of those who share it: it has the conversation.
"""

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.app import App
from flows import sharing
from flows.events import Seat
from flows.remind import IN_TALK
from flows.session import Session
from storage import knocks, outbox, phones, sessions
from storage.database import Tx
from storage.outbox import Queued
from storage.phones import Share, Sharer
from storage.sessions import Standing

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
