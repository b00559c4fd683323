"""
Prepare: a broadcast is written, counted, tried on oneself and sent off; paused, gone on with, and stopped.
"""

import hashlib
import logging
from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Literal

from bot import reach, reconsider
from bot.app import App
from bot.broadcast import members
from flows import broadcast as rules
from flows import safe_contact
from flows.broadcast import Census, Segment, Spoken, Words
from flows.phrasebook import PHRASES, WrongSlot
from flows.rights import Volunteer, may_administer, may_lead
from storage import broadcasts, postings, recipients, reminders, volunteers
from storage.broadcasts import Broadcast
from storage.database import Tx

log = logging.getLogger("wegwijs")
Reason = Literal["no_such", "nobody", "until", "nothing_said", "too_long", "slot", "changed", "not_draft", "own_telegram"]


class NotPrepared(Exception):
    """
    A broadcast cannot be made, tried or sent like this; `reason` says why.
    """

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


async def begin(app: App, who: Volunteer, form_key: str, kind: str, segment: Segment, until_on: date) -> int:
    """
    Write a draft down and return its id, the same for the same form; raise `NotPrepared`. A coordinator writes to the own location,
    an administrator to any.
    """
    today = app.now().astimezone(app.settings.timezone).date()
    if kind not in rules.KINDS or not form_key or not set(segment.locations) <= set(places_of(app, who)):
        raise NotPrepared("no_such")
    if not segment.locations:
        raise NotPrepared("nobody")
    if not today <= until_on <= today + rules.AT_MOST:
        raise NotPrepared("until")
    draft = Broadcast(0, who.location_id, kind, "draft", segment.to_json(), Words(kind).to_json(), until_on, 0, who.id, app.now(), None, None, None)
    return await app.database.write(lambda tx: broadcasts.begin(tx, form_key, draft))


def places_of(app: App, who: Volunteer) -> Collection[int]:
    """
    Return the locations to whose clients somebody may write.
    """
    return sorted(app.places) if may_administer(who) else [who.location_id]


def found(tx: Tx, id: int, who: Volunteer) -> Broadcast:
    """
    Return a broadcast that somebody leads; raise `NotPrepared`.
    """
    one = broadcasts.one(tx, id)
    if one is None or not may_lead(who, one.location_id):
        raise NotPrepared("no_such")
    return one


def words_of(one: Broadcast) -> Words:
    """
    Return what a broadcast says.
    """
    return Words.from_json(one.kind, one.body)          # type: ignore[arg-type]


def mark_of(one: Broadcast) -> str:
    """
    Return what tells whether a draft is still what somebody looked at.
    """
    return hashlib.sha256("\n".join((one.kind, one.segment, one.body, one.until_on.isoformat())).encode()).hexdigest()


async def write(app: App, id: int, who: Volunteer, texts: Mapping[str, str], phrase: str = "", given: Mapping[str, str] | None = None) -> None:
    """
    Let a draft say texts of our own, by language, or a phrase; raise `NotPrepared`.
    """
    one = await app.database.read(lambda tx: found(tx, id, who))
    _must_be_theirs(app, one, who)
    if one.kind == "text":
        words = Words("text", {language: text for language, text in sorted(texts.items()) if text})
    else:
        words = Words("phrase", phrase=phrase, given=dict(given or {}))
    _must_be_said(app, one, words)
    if one.kind == "checkin" or not await app.database.write(lambda tx: broadcasts.write(tx, id, words.to_json())):
        raise NotPrepared("not_draft")


def _must_be_theirs(app: App, one: Broadcast, who: Volunteer) -> None:
    if not set(Segment.from_json(one.segment).locations) <= set(places_of(app, who)):
        raise NotPrepared("no_such")


def _must_be_said(app: App, one: Broadcast, words: Words) -> None:
    if not words.are_complete:
        raise NotPrepared("nothing_said")
    if any(len(text) > rules.LONGEST for text in words.texts.values()):
        raise NotPrepared("too_long")
    try:
        for location_id in Segment.from_json(one.segment).locations:
            rules.say(words, app.tongues(rules.NEEDED), app.place(location_id), app.now().astimezone(app.settings.timezone).date())
    except WrongSlot:
        raise NotPrepared("slot") from None
    if "date" in (PHRASES[words.phrase].slots if words.phrase else ()) and words.given["date"] < one.until_on.isoformat():
        raise NotPrepared("until")


def previews(app: App, one: Broadcast, languages: Collection[str]) -> list[Spoken]:
    """
    Return a broadcast exactly as it is sent, by language and, where it names an office, by office; where nothing is said it is left out.
    """
    words, now = words_of(one), app.now().astimezone(app.settings.timezone)
    if not words.are_complete:
        return []
    places = [app.place(id) for id in Segment.from_json(one.segment).locations]
    said = [rules.say_if_can(words, app.tongues(language), place, now.date()) for language in languages for place in places]
    return list(dict.fromkeys(spoken for spoken in said if isinstance(spoken, Spoken)))


def count(tx: Tx, one: Broadcast, now: datetime) -> Census:
    """
    Count who would get a broadcast now, through which channel, and who would not, and why.
    """
    census, segment, words = Census(), Segment.from_json(one.segment), words_of(one)
    after: int | None = 0
    while after is not None:
        ids, after = members(tx, segment, after)
        for theirs in reminders.reach(tx, ids).values():
            why = reach.hindrance(theirs, safe_contact.read(theirs.safe_contact))
            census.count(words, theirs.language, why, theirs.channel, rules.needs_template(theirs.channel, theirs.heard_at, now))
    return census


async def try_on(app: App, id: int, who: Volunteer, language: str) -> None:
    """
    Send a broadcast to the own Telegram of who prepares it, its answers as lines; raise `NotPrepared`.
    """
    def run(tx: Tx) -> None:
        spoken = next(iter(previews(app, found(tx, id, who), [language])), None)
        if spoken is None:
            raise NotPrepared("nothing_said")
        chat = volunteers.telegram_of(tx, who.id) if "telegram" in app.channels.on else ""
        if not chat:
            raise NotPrepared("own_telegram")
        text = "\n".join((spoken.text, *(f"[{label}]" for label in spoken.labels)))
        postings.say(tx, None, {"chat": chat, "text": text}, app.now(), "private")

    await app.database.write(run)


async def send(app: App, id: int, who: Volunteer, mark: str) -> None:
    """
    Send a draft off that somebody looked at, once, however often the form comes; raise `NotPrepared`.
    """
    def run(tx: Tx) -> bool:
        found(tx, id, who)
        one = broadcasts.lock(tx, id)
        if one is None or one.state == "stopped":
            raise NotPrepared("not_draft")
        if one.state != "draft":
            return False
        if not words_of(one).are_complete or one.until_on < app.now().astimezone(app.settings.timezone).date():
            raise NotPrepared("nothing_said" if not words_of(one).are_complete else "until")
        if mark != mark_of(one):
            raise NotPrepared("changed")
        _must_be_theirs(app, one, who)
        return broadcasts.confirm(tx, id, who.id, app.now())

    if await app.database.write(run):
        log.info("broadcast_confirmed broadcast=%s volunteer=%s", id, who.id)


async def pause(app: App, id: int, who: Volunteer) -> None:
    """
    Send no more of a broadcast for now; what is on its way still arrives. Raise `NotPrepared`.
    """
    await _turn(app, id, who, ("running",), "paused")


async def go_on(app: App, id: int, who: Volunteer) -> None:
    """
    Go on with a broadcast that was paused; raise `NotPrepared`.
    """
    await _turn(app, id, who, ("paused",), "running")


async def stop(app: App, id: int, who: Volunteer) -> None:
    """
    Stop a broadcast for good, or throw a draft away; what has not left does not leave, also of one that is done. Raise `NotPrepared`.
    """
    await _turn(app, id, who, ("draft", *broadcasts.GOING, "done"), "stopped")


async def _turn(app: App, id: int, who: Volunteer, before: tuple[str, ...], state: str) -> None:
    def run(tx: Tx) -> bool:
        found(tx, id, who)
        broadcasts.lock(tx, id)                 # what is being sent just now is sent first
        is_turned = broadcasts.turn(tx, id, before, state, app.now() if state == "stopped" else None)
        if is_turned and state == "stopped":
            reconsider.recall(tx, [(address, message, app.now()) for address, message in recipients.stop(tx, id, app.now())])
        return is_turned

    if await app.database.write(run):
        log.info("broadcast_turned broadcast=%s state=%s volunteer=%s", id, state, who.id)
