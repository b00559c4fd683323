"""
The calls that the volunteers' group needs: what its topics lack of the tickets, the most important first.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot import group_texts
from bot.app import App
from bot.channels.telegram_group import Group, NotDone
from bot.expire import TOPICS_KEPT
from storage import alerts, messages, postings, questions, threads, volunteers
from storage.database import Tx
from storage.questions import Question
from storage.threads import Thread

AT_ONCE = 20                    # a client's messages that are told together

Note = Callable[[Tx], None]


@dataclass(frozen=True, slots=True)
class Work:
    """
    One call to make: `run` makes it and returns what to write down. It is of a ticket's topic, or of these postings.
    """

    ticket_id: int
    attempts: int
    run: Callable[[Group], Awaitable[Note]]
    posting_ids: tuple[int, ...] = ()


def gone(work: Work) -> Note:
    """
    Forget a topic that is not in the group any more; an open ticket gets another.
    """
    def note(tx: Tx) -> None:
        postings.clear(tx, work.ticket_id)
        threads.drop(tx, work.ticket_id)

    return note


def next_call(app: App, tx: Tx, now: datetime) -> Work | None:
    """
    Return the most important call: what volunteers wait for, what must be deleted, then what the topics lack.
    """
    if work := _saying(tx, now) or _deleting(tx, now):
        return work
    live = threads.due(tx, now)
    for lacking in (_head, _topic, _alert, _words, _change):
        for thread in live:
            question = questions.one(tx, thread.ticket_id) if lacking(thread) else None
            if question is not None:
                return MADE[lacking](app, tx, thread, question)
    return None


def _saying(tx: Tx, now: datetime) -> Work | None:
    waiting = postings.next_ones(tx, "said", now)
    if not waiting:
        return None
    first = waiting[0]
    topic = threads.topic_of(tx, first.ticket_id) if first.ticket_id else 0
    if first.ticket_id and not topic:                       # the topic is gone, and what was to be said in it
        return Work(first.ticket_id, first.attempts, _nothing(lambda tx: postings.done(tx, [first.id])), (first.id,))
    if edited := first.body.get("edit"):
        return Work(first.ticket_id, first.attempts, _editing(edited, first.body, first.id), (first.id,))
    together = [first] if first.body.get("buttons") else [
        one for one in waiting if one.ticket_id == first.ticket_id and not one.body.get("buttons") and not one.body.get("edit")]
    ids, text = [one.id for one in together], "\n".join(dict.fromkeys(one.body["text"] for one in together))
    buttons = [(str(choice), str(label)) for choice, label in first.body.get("buttons", ())]

    async def run(line: Group) -> Note:
        await line.say(topic, text, buttons)
        return lambda tx: postings.done(tx, ids)

    return Work(first.ticket_id, first.attempts, run, tuple(ids))


def _nothing(note: Note) -> Callable[[Group], Awaitable[Note]]:
    async def run(line: Group) -> Note:
        return note

    return run


def _editing(message: int, body: dict[str, object], id: int) -> Callable[[Group], Awaitable[Note]]:
    async def run(line: Group) -> Note:
        await line.edit(message, str(body["text"]), body.get("buttons") or ())     # type: ignore[arg-type]
        return lambda tx: postings.done(tx, [id])

    return run


def _deleting(tx: Tx, now: datetime) -> Work | None:
    found = threads.to_delete(tx, now)
    if found is None:
        return None
    ticket_id, topic, attempts = found

    async def run(line: Group) -> Note:
        if topic:
            await line.delete_topic(topic)
        return gone(work)

    work = Work(ticket_id, attempts, run)
    return work


def _head(thread: Thread) -> bool:
    return bool(thread.external_id) and not thread.head_id and not thread.is_closed


def _topic(thread: Thread) -> bool:
    return not thread.external_id


def _alert(thread: Thread) -> bool:
    return thread.alert_id > thread.alerted_id and not thread.is_closed


def _words(thread: Thread) -> bool:
    return thread.is_taken and thread.heard_at is not None and (thread.told_at is None or thread.heard_at > thread.told_at)


def _change(thread: Thread) -> bool:
    return thread.look != thread.shown or thread.is_closed


def _make_topic(app: App, tx: Tx, thread: Thread, question: Question) -> Work:
    async def run(line: Group) -> Note:
        if thread.is_closed:                                # closed before anybody saw it
            return lambda tx: threads.drop(tx, thread.ticket_id)
        made = await line.open_topic(group_texts.title(question))
        return lambda tx: threads.made(tx, thread.ticket_id, made)

    return Work(thread.ticket_id, thread.attempts, run)


def _make_head(app: App, tx: Tx, thread: Thread, question: Question) -> Work:
    text, buttons, is_shown = group_texts.head(app, tx, question)

    async def run(line: Group) -> Note:
        said = await line.say(thread.external_id, text, buttons)

        def note(tx: Tx) -> None:
            threads.told(tx, thread.ticket_id, head_id=said, shown=thread.look, heard_at=thread.told_at or thread.heard_at)
            if is_shown:
                postings.show(tx, thread.ticket_id, said, app.now())

        return note

    return Work(thread.ticket_id, thread.attempts, run)


def _make_alert(app: App, tx: Tx, thread: Thread, question: Question) -> Work:
    known = volunteers.names(tx)
    called = [known[id] for id in alerts.told_since(tx, question.id, thread.alerted_id)]
    text, buttons = group_texts.alert(called, question)

    async def run(line: Group) -> Note:
        if called:                                          # else they looked just now
            await line.say(thread.external_id, text, buttons)
        return lambda tx: threads.told(tx, thread.ticket_id, alerted_id=thread.alert_id)

    return Work(thread.ticket_id, thread.attempts, run)


def _make_words(app: App, tx: Tx, thread: Thread, question: Question) -> Work:
    after = max(thread.told_at or question.opened_at, question.taken_at or question.opened_at)      # what came before was for the bot
    heard = messages.since(tx, question.address_id, after, AT_ONCE)
    text = group_texts.words(app, tx, question, heard)

    async def run(line: Group) -> Note:
        said = await line.say(thread.external_id, text)

        def note(tx: Tx) -> None:
            threads.told(tx, thread.ticket_id, heard_at=thread.heard_at)
            postings.show(tx, thread.ticket_id, said, app.now(), heard[-1][0] if heard else None)

        return note

    return Work(thread.ticket_id, thread.attempts, run)


def _make_change(app: App, tx: Tx, thread: Thread, question: Question) -> Work:
    text, buttons, is_shown = group_texts.head(app, tx, question)

    def note(tx: Tx) -> None:
        threads.told(tx, thread.ticket_id, shown=thread.look)
        if is_shown and postings.shows(tx, thread.head_id) is None:
            postings.show(tx, thread.ticket_id, thread.head_id, app.now())

    async def run(line: Group) -> Note:
        try:
            if thread.head_id and thread.look != thread.shown:
                await line.edit(thread.head_id, text, buttons)
                return note
            await line.close_topic(thread.external_id)
        except NotDone as refused:
            if refused.reason.startswith("message"):        # somebody deleted the head: it is said anew
                return lambda tx: threads.told(tx, thread.ticket_id, head_id=None)
            if refused.reason != "topic_not_modified":
                raise
        return lambda tx: threads.close(tx, thread.ticket_id, (question.closed_at or app.now()) + TOPICS_KEPT)

    return Work(thread.ticket_id, thread.attempts, run)


MADE = {_head: _make_head, _topic: _make_topic, _alert: _make_alert, _words: _make_words, _change: _make_change}
