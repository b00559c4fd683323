"""
Reply: a volunteer's answer to a client, which can be undone for ten seconds; and notes that no client sees.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import share
from bot.app import App
from bot.record import NotSound, to_voice
from bot.take import Refused, found, in_hand, locked, looks_at
from flows import safe_contact
from flows.broadcast import OPENING
from flows.events import Said
from flows.rights import Volunteer
from storage import clients, drafts, media, messages, moments, notes, outbox, questions, sessions
from storage.database import Tx
from storage.outbox import Queued
from storage.questions import Question
from storage.sessions import Standing

UNDO = timedelta(seconds=10)
UNASKED = ("undeliverable", "second_address", "differs", "not_answered", "reminder")       # tickets of ours, with no question of the client
LOUDEST = 1024 * 1024           # bytes of a voice on its way: five minutes of it
VOICE = "audio/ogg"             # with Opus, which every platform plays as a voice note
LONGEST = 1000                  # characters of an answer, which WhatsApp takes with buttons too


@dataclass(frozen=True, slots=True)
class Sent:
    """
    An answer on its way: it leaves at `undo_until`, and can be taken back before.
    """

    message_id: int
    undo_until: datetime


async def reply(app: App, ticket_id: int, who: Volunteer, said: Said) -> Sent:
    """
    Answer the client of a ticket that one has in hand; raise `Refused`. What is true together is one commit: the message, the
    ticket's and the moment's last word, and that the draft is gone.
    """
    return await app.database.write(lambda tx: answer(app, tx, ticket_id, who, said, is_form=True))


def answer(app: App, tx: Tx, ticket_id: int, who: Volunteer, said: Said, is_form: bool = False) -> Sent:
    """
    The same within a transaction, for whoever has more to commit with it. A form may come twice by one press too many: its second
    sends nothing, as long as the first can be undone.
    """
    if not said.text.strip():
        raise Refused("empty")
    if len(said.text) > LONGEST:
        raise Refused("too_long")
    return _answer(app, tx, ticket_id, who, said, is_form=is_form)


def answer_aloud(app: App, tx: Tx, ticket_id: int, who: Volunteer, voice: bytes, is_form: bool = False) -> Sent:
    """
    Answer within a transaction with what `voice_of` made, under the same rules.
    """
    return _answer(app, tx, ticket_id, who, Said(""), (VOICE, voice), is_form)


async def voice_of(content: bytes) -> bytes:
    """
    Return a recording as it goes to clients; raise `Refused`.
    """
    if not content:
        raise Refused("empty")
    try:
        voice = await to_voice(content)
    except NotSound:
        raise Refused("no_voice_here") from None
    if len(voice) > LOUDEST:
        raise Refused("too_long")
    return voice


async def reply_voice(app: App, ticket_id: int, who: Volunteer, content: bytes) -> Sent:
    """
    Answer by voice, under the same rules; `no_voice_here` where it is no recording, or the client's channel takes none.
    """
    await app.database.read(lambda tx: found(tx, ticket_id, who))       # before any work is done for who may not
    voice = await voice_of(content)
    return await app.database.write(lambda tx: answer_aloud(app, tx, ticket_id, who, voice, is_form=True))


def _answer(app: App, tx: Tx, ticket_id: int, who: Volunteer, said: Said, voice: tuple[str, bytes] | None = None, is_form: bool = False) -> Sent:
    standing = _standing(tx, found(tx, ticket_id, who))
    question = in_hand(tx, ticket_id, who)
    _must_be_safe(app, tx, question, standing)
    is_nameless = standing.share is not None and standing.share.is_door      # who asked as somebody else is answered where they asked
    if not (is_nameless or share.is_reachable(app, standing, app.now())):
        raise Refused("no_word")
    if voice and not _takes(app, standing.channel, voice[0]):
        raise Refused("no_voice_here")
    if is_form and (before := _sent_before(app, tx, question, who, said, voice)):
        return before
    return _queue(app, tx, question, standing, who, said, voice)


def _sent_before(app: App, tx: Tx, question: Question, who: Volunteer, said: Said, voice: tuple[str, bytes] | None) -> Sent | None:
    before = outbox.undoable(tx, question.id, who.id, app.now())
    if before is None or before[2] != as_sent(app, question, said, language_of(tx, question)).text:
        return None
    is_same = said.text or media.said(tx, [before[0]]).get(before[0]) == voice
    return Sent(before[0], before[1]) if is_same else None


def _takes(app: App, name: str, content_type: str) -> bool:
    channel = app.channels.on.get(name)
    return channel is not None and content_type in channel.speaks


def _standing(tx: Tx, question: Question) -> Standing:
    for standing in sessions.lock(tx, [question.address_id], waits=True) if question.address_id else ():
        if not standing.is_unreachable:
            return standing
    raise Refused("unreachable")


def _is_unasked(question: Question) -> bool:
    return question.reason in UNASKED and question.heard_at is None


def language_of(tx: Tx, question: Question) -> str:
    """
    Return the language in which a question's client is answered: the one they read now, or the one they asked in.
    """
    client = next(iter(clients.by_ids(tx, [question.client_id])), None) if question.client_id else None
    return (client.language if client else "") or question.language or "nl"


def as_sent(app: App, question: Question, said: Said, language: str) -> Said:
    """
    Return an answer as its client gets it: to who asked nothing we say first, in this language, who writes.
    """
    if not (said.text and _is_unasked(question)):
        return said
    return replace(said, text=f"{app.tongues(language)(OPENING)}\n\n{said.text}")


def _must_be_safe(app: App, tx: Tx, question: Question, standing: Standing) -> None:
    if standing.is_stopped and _is_unasked(question):
        raise Refused("stopped")
    safe = safe_contact.read(clients.safe_contact_of(tx, standing.client_id))
    if not safe_contact.may_write(safe, app.now().astimezone(app.settings.timezone), question.heard_at or question.opened_at):
        raise Refused("unsafe_contact")


def _queue(app: App, tx: Tx, question: Question, standing: Standing, who: Volunteer, said: Said, voice: tuple[str, bytes] | None) -> Sent:
    now = app.now()
    text = as_sent(app, question, said, language_of(tx, question)).text
    waits = share.is_withheld(app, standing, now)
    id, moment_id = tx.ids.next(after=standing.said_id), question.moment_id or standing.moment_id
    words = Queued(
        id, standing.address_id, standing.channel, moment_id, text, now,
        tuple((offer.id, offer.label) for offer in said.offers), said.language or who.reads, ticket_id=question.id, ready_at=now + UNDO,
        volunteer_id=who.id, voice=voice, waits=waits)
    queued = [words, *_spoken(app, tx, standing, words, said)]
    sessions.said(tx, standing.address_id, queued[-1].id)
    outbox.queue(tx, queued)
    if waits and standing.share is not None:
        share.open_up(app, tx, {standing.share.door_id: "reply"}, now)
    if moment_id:
        moments.answered(tx, moment_id, now)
    questions.answered(tx, question.id, now)
    drafts.keep(tx, question.id, who.id, "", now)
    return Sent(id, now + UNDO)


def _spoken(app: App, tx: Tx, standing: Standing, text: Queued, said: Said) -> Iterator[Queued]:
    """
    Follow a phrase of the phrasebook by its recording, where there is one, for who asked for voice. It is taken back with its text.
    """
    last = text.id
    for name in app.voices.wished(standing, app.channels.on.get(standing.channel), text.language, said.sources, app.tongues):
        last = tx.ids.next(after=last)
        yield replace(text, id=last, text="", offers=(), kind="voice", voice=None, recording=name)


async def undo(app: App, message_id: int, who: Volunteer) -> str | None:
    """
    Take an answer back before it leaves, and return its text, which is a draft again; None once it left.
    """
    return await app.database.write(lambda tx: take_back(app, tx, message_id, who))


def take_back(app: App, tx: Tx, message_id: int, who: Volunteer) -> str | None:
    """
    The same within a transaction.
    """
    now, ticket_id = app.now(), messages.ticket_of(tx, message_id)
    question = questions.lock(tx, ticket_id) if ticket_id else None         # before the message, as who closes it does
    taken = outbox.withdraw(tx, message_id, who.id, now)
    if taken is None:
        return None
    ticket_id, moment_id, text = taken
    for language in app.tongues.languages:          # what stood before it
        text = text.removeprefix(f"{app.tongues(language)(OPENING)}\n\n")
    _unsay(app, tx, question, moment_id)
    drafts.keep(tx, ticket_id, who.id, text, now)
    return text


def _unsay(app: App, tx: Tx, question: Question | None, moment_id: int | None) -> None:
    if question is not None:
        words = outbox.words(tx, question.id)
        unanswered = replace(question, answered_at=words[0], said_at=words[1])
        questions.not_answered(tx, question.id, words, looks_at(app, unanswered, app.now()) if unanswered.is_new else None)
    if moment_id:
        moments.not_answered(tx, moment_id, is_only=not outbox.has_word(tx, moment_id))


async def note(app: App, ticket_id: int, who: Volunteer, text: str) -> None:
    """
    Write a note to a ticket that one may see; raise `Refused`.
    """
    await app.database.write(lambda tx: jot(app, tx, ticket_id, who, text))


def jot(app: App, tx: Tx, ticket_id: int, who: Volunteer, text: str) -> None:
    """
    The same within a transaction.
    """
    if not text.strip():
        raise Refused("empty")
    question = found(tx, ticket_id, who)
    notes.add(tx, ticket_id, question.client_id, who.id, text.strip(), app.now())


async def draft(app: App, ticket_id: int, who: Volunteer, text: str, age: timedelta = timedelta()) -> None:
    """
    Keep what a volunteer wrote so far in an open ticket that they may see; raise `Refused`. `age` is how long ago they wrote it: what was
    written later stays.
    """
    def run(tx: Tx) -> None:
        if locked(tx, ticket_id, who).state == "closed":        # closing threw away what was written there
            raise Refused("closed")
        drafts.keep(tx, ticket_id, who.id, text[:LONGEST * 2], app.now() - age)

    await app.database.write(run)
