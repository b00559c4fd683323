"""
What volunteers write and press in their Telegram group, done. Only a reply to a client's message, `/answer` and a phrase that is sent
go to the client; nothing else that is written there does.

What is heard is kept first (`bot/group_keep.py`), and deleted in the commit that does it: after a kill it is done once more only where that changes
nothing.
"""

import logging

from bot import alert, group_words
from bot.app import App
from bot.channels import Gone, TooLarge
from bot.channels.telegram_group import Group, NotDone, NoTopic, Wait
from bot.close import close
from bot.reply import LOUDEST, note, reply, reply_voice
from bot.take import Refused, free, take
from bot.web.desk.words import CALLED
from flows import phrasebook
from flows.events import Said
from flows.rights import Volunteer
from storage import links, postings, questions, volunteers
from storage.database import Tx
from storage.postings import Posting
from storage.questions import OUTCOMES

log = logging.getLogger("wegwijs")
VERBS = frozenset({"take", "free", "answer", "note", "close", "help"})


def command(text: str) -> tuple[str, str]:
    """
    Return the command of a text and what follows it: `/close@our_bot advice` is ("close", "advice"); ("", text) without one.
    """
    if not text.startswith("/"):
        return "", text
    word, _space, rest = text.partition(" ") if "\n" not in text.split(" ", 1)[0] else text.partition("\n")
    return word[1:].partition("@")[0].lower(), rest.strip()


async def do(app: App, group: Group, one: Posting) -> None:
    """
    Do what was heard, and say in its topic what became of it.
    """
    sender = str(one.body.get("sender", ""))
    if one.body["kind"] == "link":
        await _link(app, group, one, sender)
        return
    who = (await app.database.read(lambda tx: volunteers.by_telegram(tx, [sender]))).get(sender)
    try:
        said = await (_press(app, group, one, who) if one.body["kind"] == "press" else _write(app, group, one, who))
    except Refused as refused:
        said = refused.reason
    await _finish(app, group, one, said)


async def _finish(app: App, group: Group, one: Posting, said: str) -> None:
    is_press = one.body["kind"] == "press"

    def run(tx: Tx) -> None:
        postings.drop(tx, [one.id])
        if said and not is_press:
            postings.add(tx, "told", one.ticket_id or None, {"text": group_words.line(said), "reply": one.body.get("message", 0)}, app.now())

    await app.database.write(run)
    if is_press:
        try:
            await group.ask("answerCallbackQuery", callback_query_id=one.body["query"], **({"text": group_words.line(said)[:190]} if said else {}))
        except (Wait, NoTopic, NotDone, OSError) as error:
            log.info("group_press_unanswered error=%s", type(error).__name__)


async def _link(app: App, group: Group, one: Posting, sender: str) -> None:
    def run(tx: Tx) -> bool:
        who = links.use(tx, str(one.body.get("text", "")), "telegram", app.now())
        if who is not None:
            volunteers.link_telegram(tx, who.id, sender)
        postings.drop(tx, [one.id])
        postings.add(tx, "private", None, {"chat": sender, "text": group_words.line("linked" if who else "gone")}, app.now())
        return who is not None

    if await app.database.write(run):
        try:
            await group.call("unbanChatMember", user_id=int(sender), only_if_banned=True)
        except (Wait, NoTopic, NotDone, OSError) as error:
            log.warning("volunteer_not_unbanned error=%s", type(error).__name__)


async def _write(app: App, group: Group, one: Posting, who: Volunteer | None) -> str:
    """
    Do what was written and return the word for what became of it, "" for nothing to say.
    """
    kind, (verb, rest) = one.body["kind"], command(str(one.body.get("text", "")))
    at = one.body.get("reply_to", 0) if kind != "edited" else one.body.get("message", 0)
    found = await app.database.read(lambda tx: postings.at(tx, one.ticket_id, at)) if at and one.ticket_id else []
    if kind == "edited":
        answer = next((posting for posting in found if posting.kind == "answer"), None)
        return "edited" if answer is not None and await app.database.write(lambda tx, id=answer.id: postings.warned(tx, id)) else ""  # type: ignore[misc]
    is_reply = not verb and any(posting.kind in postings.SHOWING for posting in found)
    if not is_reply and verb not in VERBS:
        return ""                                           # volunteers among each other
    if who is None:
        return "stranger"
    if not one.ticket_id:
        return "no_topic"
    if kind == "voice":
        return await _voice(app, group, one, who)
    return await _obey(app, one, who, "answer" if is_reply else verb, rest)


async def _obey(app: App, one: Posting, who: Volunteer, verb: str, rest: str) -> str:
    match verb:
        case "answer":
            await reply(app, one.ticket_id, who, Said(rest), also=_done(app, one))
            return ""                                       # the head tells of it
        case "note":
            await note(app, one.ticket_id, who, rest)
            return "noted"
        case "close":
            return await _close(app, one.ticket_id, who, rest)
        case "take" | "free":
            return await _hands(app, one.ticket_id, who, verb)
        case _:
            return "usage"


async def _hands(app: App, ticket_id: int, who: Volunteer, verb: str) -> str:
    """
    Take or free; what was done just before we were killed is well.
    """
    if verb == "free":
        return "freed" if await free(app, ticket_id, who) else "not_yours"
    if await take(app, ticket_id, who):
        return "taken"
    question = await app.database.read(lambda tx: questions.one(tx, ticket_id))
    return "closed_already" if question and question.state == "closed" else "taken" if question and question.volunteer_id == who.id else "first"


async def _close(app: App, ticket_id: int, who: Volunteer, word: str) -> str:
    outcome = next((id for id in OUTCOMES if word.casefold() in (id, group_words.say(CALLED[id]).casefold())), "")
    if not outcome:
        return "outcomes"
    await close(app, ticket_id, who, outcome)
    return "closed"


async def _voice(app: App, group: Group, one: Posting, who: Volunteer) -> str:
    try:
        content = await app.channels.on["telegram"].fetch(str(one.body.get("reference", "")), LOUDEST)
    except (Gone, TooLarge):
        return "too_large"
    await reply_voice(app, one.ticket_id, who, content, "audio/ogg", also=_done(app, one))
    return ""


def _done(app: App, one: Posting):  # type: ignore[no-untyped-def]
    def run(tx: Tx, message_id: int) -> None:
        postings.drop(tx, [one.id])
        if one.body["kind"] != "press":
            postings.answered(tx, one.ticket_id, one.body.get("message", 0), message_id, app.now())

    return run


async def _press(app: App, group: Group, one: Posting, who: Volunteer | None) -> str:
    number, _colon, verb = str(one.body.get("choice", "")).partition(":")
    if who is None:
        return "stranger"
    if number != str(one.ticket_id):
        return "no_such"                                    # a button of another topic, or none of ours
    name, _colon, value = verb.partition(":")
    match name:
        case "take" | "free":
            return await _hands(app, one.ticket_id, who, name)
        case "see":
            await alert.see(app, one.ticket_id, who)
            return "seen"
        case "phrases" | "group" | "say" | "cancel":
            return await _leaf(app, one, who, name, value)
        case "send":
            return await _send(app, one, who, value)
        case _:
            return "usage"


async def _leaf(app: App, one: Posting, who: Volunteer, name: str, value: str) -> str:
    """
    Turn a page of the phrasebook: one message of the group, changed with every press.
    """
    match name:
        case "phrases":
            text, rows = group_words.groups(app, one.ticket_id)
        case "group":
            text, rows = group_words.phrases(app, one.ticket_id, value)
        case "say":
            dutch, theirs = await _said(app, one.ticket_id, value)
            text, rows = group_words.preview(one.ticket_id, value, dutch.text, theirs.text)
        case _:
            text, rows = group_words.line("cancelled"), []
    body = {"text": text, "rows": rows} | ({"edit": one.body["message"]} if name != "phrases" else {})

    def run(tx: Tx) -> None:
        postings.drop(tx, [one.id])
        postings.add(tx, "menu", one.ticket_id, body, app.now())

    await app.database.write(run)
    return ""


async def _said(app: App, ticket_id: int, phrase_id: str) -> tuple[Said, Said]:
    question, phrase = await app.database.read(lambda tx: questions.one(tx, ticket_id)), phrasebook.PHRASES.get(phrase_id)
    if question is None or phrase is None or phrase.slots:
        raise Refused("no_such")
    place, today = app.place(question.location_id), app.now().astimezone(app.settings.timezone).date()
    try:
        dutch, theirs = (phrasebook.say(phrase, {}, app.tongues(language), place, today) for language in ("nl", question.language or "nl"))
    except phrasebook.WrongSlot:        # an office without an address or a phone has no such phrase
        raise Refused("no_such") from None
    return dutch, theirs


async def _send(app: App, one: Posting, who: Volunteer, phrase_id: str) -> str:
    _, theirs = await _said(app, one.ticket_id, phrase_id)
    done = _done(app, one)

    def also(tx: Tx, message_id: int) -> None:
        done(tx, message_id)
        postings.add(tx, "menu", one.ticket_id, {"text": group_words.line("sent"), "rows": [], "edit": one.body["message"]}, app.now())

    await reply(app, one.ticket_id, who, theirs, also=also)
    return "sent"
