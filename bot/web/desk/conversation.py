"""
A question and its conversation: what was said, and everything a volunteer does with it.
"""

import hashlib
import re
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from typing import Any

from starlette.responses import Response

from bot import alert, close, record, reply, take
from bot.enrol import TEAMS
from bot.take import Refused
from bot.web.desk.door import Page, Visit
from bot.web.desk.media import SHOWN
from bot.web.desk.seen import noted
from bot.web.desk.visit import SHORT, whole
from flows import phrasebook
from flows.contacts import LONGEST, PROGRAMMES
from flows.events import Said
from flows.noticed import written_in
from flows.phrasebook import PHRASES, WrongSlot
from flows.rights import may_answer, may_lead
from flows.topics import TOPICS
from flows.voice import FACT
from storage import clients, conversations, drafts, moments, notes, outbox, questions, tickets, volunteers
from storage.conversations import Line
from storage.database import Tx
from storage.questions import Question


def open_slots(text: str) -> str:
    """
    Return a phrase as it is picked, with … where something is filled in.
    """
    return re.sub(r"\{\w+\}", "…", text).replace("*", "")


CHOICES: dict[str, Any] = {         # what a page of any question offers
    "topics": TOPICS, "outcomes": questions.OUTCOMES, "programmes": PROGRAMMES, "longest": LONGEST, "phrases": PHRASES,
    "groups": phrasebook.GROUPS, "documents": phrasebook.DOCUMENTS, "offices": phrasebook.OFFICES, "limit": reply.LONGEST, "open_slots": open_slots,
    "is_shown": lambda medium: medium.content_type.partition(";")[0] in SHOWN,
}


async def show(visit: Visit) -> Response:
    """
    Show a question, its conversation and what can be done; that somebody looked is written down.
    """
    return await _page(visit)


async def _page(visit: Visit, **more: object) -> Response:
    who, ticket_id = visit.me, visit.id()
    found = await visit.app.database.read(lambda tx: _found(visit, tx))
    if found is None:
        return visit.missing()
    question, lines = found["question"], found["lines"]
    await noted(visit, question.client_id or None, question.location_id, "conversation")
    await alert.see(visit.app, ticket_id, who)
    shown: dict[str, Any] = {
        "has_it": question.state == "taken" and question.volunteer_id == who.id,
        "may_take": question.state == "open" and may_answer(who, question.case), "may_lead": may_lead(who, question.location_id),
        "is_foreign": question.language not in who.languages, "speaks": _speaks(visit, lines), "earlier": _earlier(lines),
        "readable": lambda line: _pressed(visit, line), "picked": None, "preview": None, "given": {}}
    return visit.page("desk/conversation.html", **CHOICES, **shown | found | more)


def _found(visit: Visit, tx: Tx) -> dict[str, Any] | None:
    """
    Return a question that the visitor may see, and what belongs to it; None for any other.
    """
    who, ticket_id, now = visit.me, visit.id(), visit.app.now()
    try:
        question = take.found(tx, ticket_id, who)
    except Refused:
        return None
    client_id = question.client_id
    return {
        "question": question, "lines": conversations.of_client(tx, client_id, whole(visit.query("before"))) if client_id else [],
        "notes": notes.of_ticket(tx, ticket_id), "draft": drafts.of(tx, ticket_id, who.id), "undo": outbox.undoable(tx, ticket_id, who.id, now),
        "likes_voice": client_id and clients.facts_of(tx, client_id).get(FACT) == "yes",
        "client": next(iter(clients.by_ids(tx, [client_id])), None) if client_id else None,
        "programme": moments.programme_of(tx, question.moment_id),
        "colleagues": [one for one in volunteers.at(tx, question.location_id)
                       if one.id != question.volunteer_id and may_answer(one, question.case)]}


def _earlier(lines: Sequence[Line]) -> int:
    return lines[0].id if len(lines) == conversations.PAGE else 0


def _pressed(visit: Visit, line: Line) -> str:
    """
    Return what a client pressed beneath a phrase, in the volunteer's language; "" for anything else.
    """
    found = phrasebook.pressed(line.choice)
    return visit.app.tongues(visit.me.reads)(found[1]) if found else ""


async def _doing(visit: Visit, done: Awaitable[object], said: str, too_late: str = "no_first") -> Response:
    try:
        return visit.go(_here(visit), too_late if await done is False else said)
    except Refused as refused:
        return _refused(visit, refused)


async def _answering(visit: Visit, done: Awaitable[object], is_draft: bool = False) -> Response:
    """
    Answer, and show where the answer stands and can be taken back; one that was written and is refused is a draft.
    """
    try:
        await done
    except Refused as refused:
        if is_draft:
            await _kept(visit)
        return _refused(visit, refused)
    return visit.go(f"{_here(visit)}#last")


def _here(visit: Visit) -> str:
    return f"/desk/tickets/{visit.id()}"


def _refused(visit: Visit, refused: Refused) -> Response:
    return visit.missing() if refused.reason == "no_such" else visit.go(_here(visit), f"no_{refused.reason}")


async def do_take(visit: Visit) -> Response:
    """
    Take the question.
    """
    return await _doing(visit, take.take(visit.app, visit.id(), visit.me), "taken")


async def do_free(visit: Visit) -> Response:
    """
    Give it back.
    """
    return await _doing(visit, take.free(visit.app, visit.id(), visit.me), "freed")


async def do_assign(visit: Visit) -> Response:
    """
    Give it to a colleague.
    """
    return await _doing(visit, take.assign(visit.app, visit.id(), whole(visit.value("to"), SHORT), visit.me), "assigned", "no_closed")


async def do_change(visit: Visit) -> Response:
    """
    Change team, urgency, or ask for an interpreter.
    """
    team, urgency = visit.value("team"), visit.value("urgency")
    language = visit.value("interpreter")
    values = {
        **({"team": team} if team in TEAMS else {}), **({"urgency": urgency} if urgency in tickets.URGENCIES else {}),
        "interpreter": language if language.isascii() and language.isalpha() and len(language) < 5 else "",
    }
    return await _doing(visit, take.change(visit.app, visit.id(), visit.me, **values), "changed")


async def do_close(visit: Visit) -> Response:
    """
    Close it with its outcome and topics.
    """
    return await _doing(visit, close.close(visit.app, visit.id(), visit.me, visit.value("outcome"), visit.ticked("topic_"),
                                            visit.value("programme"), visit.value("minutes")[:9]), "closed", "no_closed")


async def do_reply(visit: Visit) -> Response:
    """
    Answer in the volunteer's own words.
    """
    text, me, tongues = visit.value("text"), visit.me, visit.app.tongues
    chosen = visit.value("language") if visit.value("language") in tongues.languages else me.reads
    sample = tongues(chosen)(phrasebook.ANSWERS["yes"])
    said = Said(text, language=written_in(text, chosen, sample, {*me.languages, me.reads}, me.reads))
    return await _answering(visit, reply.reply(visit.app, visit.id(), visit.me, said), is_draft=True)


async def do_voice(visit: Visit) -> Response:
    """
    Answer aloud, with a recording.
    """
    if await visit.app.database.read(lambda tx: _asked(tx, visit)) is None:
        return visit.missing()
    part = visit.form.get("voice")
    if part is None or not 0 < len(part.value) <= record.LARGEST:
        return visit.go(_here(visit), "no_file")
    return await _answering(visit, reply.reply_voice(visit.app, visit.id(), visit.me, part.value))


def _speaks(visit: Visit, lines: Sequence[Line]) -> bool:
    """
    Tell whether one of the client's channels takes a recording.
    """
    on = visit.app.channels.on
    return any(reply.VOICE in on[name].speaks for name in {line.channel for line in lines} if name in on)


async def _kept(visit: Visit) -> None:
    """
    Keep the text of an answer that was refused: it is a draft.
    """
    try:
        await reply.draft(visit.app, visit.id(), visit.me, visit.value("text"))
    except Refused:
        return


async def do_phrase(visit: Visit) -> Response:
    """
    Show what a phrase will say in both languages; send it once exactly that was seen.
    """
    phrase = PHRASES.get(visit.value("phrase"))
    given: dict[str, str] = {slot: visit.value(f"slot_{slot}") for slot in (phrase.slots if phrase else ())}
    asked = await visit.app.database.read(lambda tx: _asked(tx, visit))
    if phrase is None or asked is None:
        return visit.missing()
    app, (question, language) = visit.app, asked
    try:
        said, means = (phrasebook.say(phrase, given, app.tongues(code), app.place(visit.me.location_id), visit.now.date())
                       for code in (language, visit.me.reads))
    except WrongSlot as wrong:
        return await _page(visit, picked=phrase, given=given, wrong=str(wrong))
    theirs, ours = reply.as_sent(app, question, said, language), reply.as_sent(app, question, means, visit.me.reads)
    shown = hashlib.sha256(repr((theirs.text, theirs.offers)).encode()).hexdigest()[:16]
    if visit.value("seen") != shown:            # not looked at yet, or something was filled in otherwise since
        return await _page(visit, picked=phrase, given=given, preview=(theirs, ours, shown))
    return await _answering(visit, reply.reply(app, visit.id(), visit.me, said))


def _asked(tx: Tx, visit: Visit) -> tuple[Question, str] | None:
    try:
        question = take.found(tx, visit.id(), visit.me)
    except Refused:
        return None
    return question, reply.language_of(tx, question)


async def pick_phrase(visit: Visit) -> Response:
    """
    Show the slots of a phrase that was picked.
    """
    return await _page(visit, picked=PHRASES.get(visit.query("phrase")))


async def do_undo(visit: Visit) -> Response:
    """
    Take the last answer back.
    """
    if await visit.app.database.read(lambda tx: _asked(tx, visit)) is None:
        return visit.missing()
    text = await reply.undo(visit.app, whole(visit.value("message")), visit.me)
    return visit.go(_here(visit), "no_undo" if text is None else "undone")


async def do_note(visit: Visit) -> Response:
    """
    Write a note for colleagues.
    """
    return await _doing(visit, reply.note(visit.app, visit.id(), visit.me, visit.value("text")), "noted")


async def do_draft(visit: Visit) -> Response:
    """
    Keep what is being written.
    """
    try:
        await reply.draft(visit.app, visit.id(), visit.me, visit.secret("text"), timedelta(seconds=whole(visit.value("age"), SHORT)))
    except Refused:
        return visit.missing()
    return Response(None, 204) if visit.request.headers.get("x-live") else visit.go(_here(visit), "draft")


_HERE = "/desk/tickets/{id:int}"
PAGES = (
    Page(_HERE, show), Page(f"{_HERE}/phrase", pick_phrase), Page(f"{_HERE}/take", do_take, method="POST"), Page(f"{_HERE}/free", do_free,
        method="POST"),
    Page(f"{_HERE}/assign", do_assign, method="POST"), Page(f"{_HERE}/change", do_change, method="POST"),
    Page(f"{_HERE}/close", do_close, method="POST"), Page(f"{_HERE}/reply", do_reply, method="POST"),
    Page(f"{_HERE}/phrase", do_phrase, method="POST"), Page(f"{_HERE}/undo", do_undo, method="POST"),
    Page(f"{_HERE}/voice", do_voice, method="POST", limit=record.LARGEST + 64 * 1024),
    Page(f"{_HERE}/note", do_note, method="POST"), Page(f"{_HERE}/draft", do_draft, method="POST"),
)
