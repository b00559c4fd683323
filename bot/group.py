"""
Group: the volunteers' Telegram group follows the tickets, whatever happens to them, at no more than 20 calls a minute.

It compares what should stand there with what does, and does one thing at a time, so that many changes become one edit. A call whose
answer we never saw is made once more: a topic or a line may then stand there twice, without a client's words in the topic's name.
"""

import asyncio
import logging
from datetime import timedelta
from typing import Any

from bot import group_hear, group_words
from bot.app import App
from bot.channels.telegram_group import Group, NotDone, NoTopic, Wait
from flows.showing import is_harmless, may_show
from storage import channels, locations, locks, postings, questions, rates, threads, volunteers
from storage.database import Tx
from storage.postings import Fresh, Posting
from storage.questions import Question
from storage.threads import Thread

log = logging.getLogger("wegwijs")
NAME = "telegram_group"
PER_MINUTE, BURST = 20, 5
TRIES = 6                   # of a line that the group will not take
RANK = {"now": 0, "today": 1, "week": 2}


def group_of(app: App) -> Group | None:
    """
    Return the volunteers' group, or None where there is none.
    """
    found = getattr(app.channels.on.get("telegram"), "group", None)
    return found if isinstance(found, Group) else None


async def follow(app: App) -> None:
    """
    Follow the tickets in the group until the app stops; one process does it at a time.
    """
    group, lock = group_of(app), None
    while not app.stopping.is_set():
        await app.stages.wait("group")
        try:
            if group and (lock is None or not await asyncio.to_thread(lock.is_ours)):
                lock = await asyncio.to_thread(locks.take, app.database, "group")
            while group and lock and not app.stopping.is_set() and await step(app, group):
                pass
        except Exception as error:
            log.error("group_failed error=%s", type(error).__name__)
    if lock:
        lock.release()


async def step(app: App, group: Group) -> bool:
    """
    Do what was heard, then one thing in the group; False when nothing is left to do now, or the minute's calls are used up.
    """
    if await app.database.read(threads.is_missing):
        await app.database.write(lambda tx: threads.want(tx, app.now()))
    waiting = await app.database.read(lambda tx: postings.queued(tx, app.now()))
    for one in waiting:
        if one.kind == "heard":
            await _hear(app, group, one)
            return True
        if one.kind == "private":
            await _try(app, group, "sendMessage", None, [one], chat_id=int(one.body["chat"]), text=one.body["text"])
            return True
    return await _post(app, group, [one for one in waiting if one.kind in ("told", "menu")])


async def _hear(app: App, group: Group, one: Posting) -> None:
    try:
        await group_hear.do(app, group, one)
    except Exception as error:
        log.error("group_not_heard attempts=%d error=%s", one.attempts, type(error).__name__)
        if one.attempts >= TRIES:
            await app.database.write(lambda tx: postings.drop(tx, [one.id]))
        else:
            await app.database.write(lambda tx: postings.put_off(tx, [one.id], app.now() + timedelta(seconds=2**one.attempts)))


async def _post(app: App, group: Group, lines: list[Posting]) -> bool:
    def look(tx: Tx) -> tuple[list[Thread], dict[int, Question], list[Fresh], list[Thread], set[int]]:
        live = threads.in_state(tx, threads.LIVE, app.now())
        known = questions.many(tx, [thread.ticket_id for thread in live])
        shown = {place.id for place in locations.all_of(tx) if place.shows_text}
        return live, known, postings.fresh(tx), threads.in_state(tx, ("unwanted",), app.now()), shown

    live, known, fresh, unwanted, places = await app.database.read(look)
    live = [one for one in live if one.ticket_id in known]
    live.sort(key=lambda one: (RANK.get(known[one.ticket_id].urgency, 3), one.ticket_id))
    by_ticket = {thread.ticket_id: thread for thread in live}
    for thread in unwanted:
        return await _delete(app, group, thread, is_wanted=False)
    for one in lines:
        return await _line(app, group, one, by_ticket.get(one.ticket_id))
    for thread in live:
        question = known[thread.ticket_id]
        may = may_show(question.topics, question.urgency, question.location_id in places)
        if not may and thread.external_id and await app.database.read(lambda tx, id=thread.ticket_id: postings.shows_words(tx, id)):  # type: ignore[misc]
            return await _delete(app, group, thread, is_wanted=True)        # what stands there may not be shown any more
        told = [one for one in fresh if one.ticket_id == thread.ticket_id]
        text, rows = group_words.head(app, question), group_words.head_buttons(question)
        if not thread.external_id or thread.shown != group_words.hashed(text, rows) or told or question.state == "closed":
            return await _bring(app, group, thread, question, told, may)
    return False


async def _bring(app: App, group: Group, thread: Thread, question: Question, told: list[Fresh], may: bool) -> bool:
    """
    Bring one topic one step nearer to how its ticket stands.
    """
    text, rows = group_words.head(app, question), group_words.head_buttons(question)
    hashed = group_words.hashed(text, rows)
    if not thread.external_id and question.state == "closed":
        await app.database.write(lambda tx: threads.unwant(tx, [question.id], app.now()))
        return True
    if not thread.external_id:
        made = await _try(app, group, "createForumTopic", thread, [], name=group_words.name(question)[:128])
        if isinstance(made, dict):
            await app.database.write(lambda tx: threads.made(tx, question.id, made["message_thread_id"]))
        return made is not None
    if not thread.head_id:
        return await _said(app, group, thread, text, rows, lambda tx, id: threads.headed(tx, question.id, id, hashed))
    if told:
        shown = {one.id for one in told if may and one.kind != "alert" and is_harmless(one.text, app.tongues.phrases)}
        pairs = [("alert" if one.kind == "alert" else "words" if one.id in shown else "client", one.id) for one in told]
        news, buttons = group_words.news(app, question, told, shown)
        return await _said(app, group, thread, news, buttons, lambda tx, id: postings.told(tx, question.id, pairs, id, app.now()))
    if thread.shown != hashed:
        done = await _try(app, group, "editMessageText", thread, [], message_id=thread.head_id, **group_words.message(text, rows))
        if done:
            await app.database.write(lambda tx: threads.headed(tx, question.id, thread.head_id, hashed))
        return done is not None
    done = await _try(app, group, "closeForumTopic", thread, [], message_thread_id=thread.external_id)
    if done:
        await app.database.write(lambda tx: threads.closed(tx, question.id))
    return done is not None


async def _said(app: App, group: Group, thread: Thread, text: str, rows: Any, keep: Any) -> bool:
    said = await _try(app, group, "sendMessage", thread, [], message_thread_id=thread.external_id, **group_words.message(text, rows))
    if isinstance(said, dict):
        await app.database.write(lambda tx: keep(tx, said["message_id"]))
    return said is not None


async def _line(app: App, group: Group, one: Posting, thread: Thread | None) -> bool:
    given = group_words.message(one.body["text"], one.body.get("rows", []))
    if one.body.get("edit"):
        return await _try(app, group, "editMessageText", None, [one], message_id=one.body["edit"], **given) is not None
    if thread and thread.external_id:
        given["message_thread_id"] = thread.external_id
    if one.body.get("reply"):
        given["reply_parameters"] = {"message_id": one.body["reply"], "allow_sending_without_reply": True}
    return await _try(app, group, "sendMessage", None, [one], **given) is not None


async def _delete(app: App, group: Group, thread: Thread, is_wanted: bool) -> bool:
    done: Any = True
    if thread.external_id:
        done = await _try(app, group, "deleteForumTopic", thread, [], message_thread_id=thread.external_id)
    if done:
        await app.database.write(lambda tx: _gone(tx, app, thread, is_wanted))
    return done is not None


def _gone(tx: Tx, app: App, thread: Thread, is_wanted: bool) -> None:
    postings.forget(tx, thread.ticket_id)
    if is_wanted:
        threads.lost(tx, thread.ticket_id)
    else:
        threads.deleted(tx, thread.ticket_id, app.now())


async def _try(app: App, group: Group, method: str, thread: Thread | None, lines: list[Posting], **given: Any) -> Any:
    """
    Make one call, if the minute still has one, and return its result; None if we must wait, False if it was not done.
    """
    if "chat_id" not in given and not await app.database.write(lambda tx: rates.pace(tx, NAME, PER_MINUTE, BURST, app.now())):
        return None
    ids = [one.id for one in lines]
    try:
        done = await group.call(method, **given)
    except Wait as wait:
        until = app.now() + timedelta(seconds=wait.seconds)
        await app.database.write(lambda tx: channels.pause(tx, NAME, until))
        return None
    except NoTopic:
        if method == "deleteForumTopic":
            return True
        if thread:
            await _delete(app, group, thread, is_wanted=True)
        await app.database.write(lambda tx: postings.drop(tx, ids))
        return False
    except (NotDone, OSError) as error:
        log.warning("group_not_told method=%s error=%s", method, str(error)[:60].replace(" ", "_"))
        await app.database.write(lambda tx: _put_off(tx, app, thread, lines))
        return False
    await app.database.write(lambda tx: postings.drop(tx, ids))
    return done or True


def _put_off(tx: Tx, app: App, thread: Thread | None, lines: list[Posting]) -> None:
    if thread:
        threads.put_off(tx, thread.ticket_id, app.now() + timedelta(seconds=min(3600, 5 * 2 ** min(thread.attempts, 12))))
    for one in lines:
        if one.attempts >= TRIES:
            postings.drop(tx, [one.id])
        else:
            postings.put_off(tx, [one.id], app.now() + timedelta(seconds=5 * 2**one.attempts))


async def dismiss(app: App) -> None:
    """
    Remove whoever was dismissed from the group, and know them no longer; by the clock.
    """
    group = group_of(app)
    for id, telegram_id in await app.database.read(volunteers.to_ban) if group else ():
        try:
            await group.call("banChatMember", user_id=int(telegram_id))  # type: ignore[union-attr]
        except (Wait, NoTopic, NotDone, OSError) as error:
            log.warning("volunteer_not_removed volunteer=%s error=%s", id, type(error).__name__)
            continue
        await app.database.write(lambda tx, id=id: volunteers.unlink_telegram(tx, id))  # type: ignore[misc]
