"""
Heed: what volunteers write and press in the group is done, under the same rights as at the desk.

Only a reply to a client's message, or `/answer`, goes to the client. What is neither that nor a command or a press is not even kept.
"""

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from bot import close, take
from bot.alert import see
from bot.app import App
from bot.channels import Colleague, Gone, TooLarge
from bot.group_phrases import PRESSES, press
from bot.group_texts import link, refusal, say
from bot.jot import join
from bot.reply import LOUDEST, answer, answer_aloud, jot, voice_of
from bot.take import Refused
from flows.contacts import KINDS, is_minutes
from flows.events import Said
from flows.noticed import written_in
from flows.phrasebook import ANSWERS
from flows.rights import Volunteer
from storage import postings, questions, threads, volunteers
from storage.database import Tx
from storage.postings import Posting

log = logging.getLogger("wegwijs")
COMMAND = re.compile(r"/(take|free|close|note|moment|answer)(?:@\w+)?(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
OUTCOMES = {"beantwoord": "answered", "doorverwezen": "referred", "afspraak": "appointment", "advies": "advice", "geen_contact": "no_contact",
            "geen": "no_contact"} | {outcome: outcome for outcome in questions.OUTCOMES}
HOWS = {"telefoon": "call", "gebeld": "call", "kantoor": "office", "mail": "mail", "huisbezoek": "visit", "video": "video"} | {
    kind: kind for kind in KINDS}
TRIES = 5


def keep(tx: Tx, done: Sequence[Colleague], now: datetime) -> None:
    """
    Write down what is for us of what was written and pressed in the group, once; the rest is nobody's business.
    """
    for item in done:
        answered = postings.shows(tx, item.answers) if item.answers else None
        if item.choice or _command(item.text)[0] or answered is not None:
            postings.hear(tx, item.external_id, answered or _ticket(tx, item), asdict(item) | {"is_answer": answered is not None}, now)


def _ticket(tx: Tx, item: Colleague) -> int | None:
    number = item.choice.split(":")[1] if item.choice.count(":") else ""
    if number.isdecimal() and len(number) < 19:
        found = questions.one(tx, int(number))
        return found.id if found else None
    return threads.ticket_of(tx, item.topic) if item.topic else None


def _command(text: str) -> tuple[str, str]:
    """
    Return a command of ours and what follows it: `/close@our_bot answered` is ("close", "answered"); ("", the text) where it is none.
    """
    told = COMMAND.fullmatch(text.strip())
    return (told[1].lower(), (told[2] or "").strip()) if told else ("", text)


async def heed(app: App) -> bool:
    """
    Do everything that waits, the oldest first; return False, for then there is no more.
    """
    while found := await app.database.read(lambda tx: postings.next_ones(tx, "heard", app.now())):
        for one in found:
            try:
                await _heed(app, one)
            except Exception as error:
                log.error("not_heeded ticket=%s error=%s", one.ticket_id, type(error).__name__)
                await _again(app, one)
    return False


async def _again(app: App, heard: Posting) -> None:
    if heard.attempts + 1 >= TRIES:
        await _done(app, heard, say("failed", link=link(app, heard.ticket_id)))
    else:
        until = app.now() + timedelta(seconds=5 * 2**heard.attempts)
        await app.database.write(lambda tx: postings.put_off(tx, [heard.id], until))


async def _heed(app: App, heard: Posting) -> None:
    sender = str(heard.body["sender"])
    who = (await app.database.read(lambda tx: volunteers.by_telegram(tx, [sender]))).get(sender)
    if who is None:
        await _done(app, heard, say("stranger"))
    elif not heard.ticket_id:
        await _done(app, heard, say("no_place"))
    else:
        try:
            await _obey(app, heard, who)
        except Refused as refused:
            await _done(app, heard, refusal(refused.reason))


async def _obey(app: App, heard: Posting, who: Volunteer) -> None:
    body, ticket_id = heard.body, heard.ticket_id
    name, rest = _command(body["text"])
    if body["choice"]:
        await _press(app, heard, who)
    elif body["is_edited"]:
        await _warn(app, heard)
    elif body["voice"] and body["is_answer"] and "telegram" in app.channels.on:
        await _speak(app, heard, who)
    elif body["is_answer"] and not body["text"]:
        await _done(app, heard, say("no_voice", link=link(app, ticket_id)))
    elif not name and rest.lstrip().startswith("/"):          # a command with a slip in it is no answer to a client
        await _done(app, heard, say("unknown"))
    elif name in ("", "answer"):
        language, is_theirs = await app.database.read(lambda tx: _written_in(app, tx, ticket_id, who, rest))
        said = Said(rest, language=language)
        await _commit(app, heard, lambda tx: answer(app, tx, ticket_id, who, said), say("sent" if is_theirs else "sent_foreign"))
    elif name == "note":
        await _commit(app, heard, lambda tx: jot(app, tx, ticket_id, who, rest), say("noted"))
    elif name == "moment":
        kind, _, minutes = rest.lower().partition(" ")
        if HOWS.get(kind) is None or not is_minutes(minutes.strip()):
            await _done(app, heard, say("how_moment"))
        else:
            await _commit(app, heard, lambda tx: join(app, tx, ticket_id, who, HOWS[kind], minutes.strip()), say("kept_moment"))
    elif name == "close":
        outcome = OUTCOMES.get(rest.lower().replace(" ", "_"), "")
        await _done(app, heard, await _close(app, ticket_id, who, outcome) if outcome else say("outcomes"))
    else:
        await _done(app, heard, await _change_hands(app, name, ticket_id, who))


def _written_in(app: App, tx: Tx, ticket_id: int, who: Volunteer, text: str) -> tuple[str, bool]:
    """
    Return the language of an answer in own words, and whether the client reads it.
    """
    question = questions.one(tx, ticket_id)
    reads = question.language if question else ""
    language = written_in(text, reads, app.tongues(reads)(ANSWERS["yes"]), who.languages, who.reads) if reads else who.reads
    return language, language == (reads or language)


async def _close(app: App, ticket_id: int, who: Volunteer, outcome: str) -> str:
    return "" if await close.close(app, ticket_id, who, outcome) else refusal("closed")


async def _change_hands(app: App, verb: str, ticket_id: int, who: Volunteer) -> str:
    """
    Take or free a ticket; what became of it, the head shows, so nothing is said where it went well.
    """
    is_done = await (take.take if verb == "take" else take.free)(app, ticket_id, who)
    if is_done or verb == "free":
        return ""
    found = await app.database.read(lambda tx: questions.one(tx, ticket_id))
    return "" if found is not None and found.volunteer_id == who.id else refusal("first")


async def _commit(app: App, heard: Posting, do: Callable[[Tx], object], text: str) -> None:
    """
    Do something that must not be done twice: that it is done, and that it was asked, is one commit.
    """
    def run(tx: Tx) -> None:
        do(tx)
        postings.done(tx, [heard.id])
        postings.say(tx, heard.ticket_id, {"text": text}, app.now())

    await app.database.write(run)


async def _speak(app: App, heard: Posting, who: Volunteer) -> None:
    """
    Send a voice note that answers a client's message; what cannot be fetched now is tried again.
    """
    try:
        content = await app.channels.on["telegram"].fetch(heard.body["voice"], LOUDEST)
    except TooLarge:
        raise Refused("too_long") from None
    except Gone:
        raise Refused("empty") from None
    voice = await voice_of(content)
    await _commit(app, heard, lambda tx: answer_aloud(app, tx, heard.ticket_id, who, voice), say("sent"))


async def _warn(app: App, heard: Posting) -> None:
    def run(tx: Tx) -> None:
        postings.done(tx, [heard.id])
        if postings.once(tx, heard.ticket_id, "warned", app.now()):
            postings.say(tx, heard.ticket_id, {"text": say("no_edit")}, app.now())

    await app.database.write(run)


async def _press(app: App, heard: Posting, who: Volunteer) -> None:
    verb = heard.body["choice"].split(":")[0]
    if verb == "see":
        await see(app, heard.ticket_id, who)
        await _done(app, heard)
    elif verb in ("take", "free"):
        await _done(app, heard, await _change_hands(app, verb, heard.ticket_id, who))
    elif verb in PRESSES:
        await app.database.write(lambda tx: press(app, tx, heard, who))
    else:
        await _done(app, heard)


async def _done(app: App, heard: Posting, text: str = "") -> None:
    def run(tx: Tx) -> None:
        postings.done(tx, [heard.id])
        if text:
            postings.say(tx, heard.ticket_id or None, {"text": text}, app.now())

    await app.database.write(run)
