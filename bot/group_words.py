"""
What the volunteers' group says: the head of a ticket's topic, what its clients wrote, and the lines of the bot. All of it Dutch.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from bot.app import App
from bot.translate import desk
from bot.web.desk.words import CALLED, NOTICES, d_
from flows.phrasebook import GROUPS, PHRASES
from storage.postings import Fresh
from storage.questions import Question

LONGEST = 600               # characters of one message of a client that are shown
MOST = 3500                 # of one message of the group
Rows = list[list[dict[str, str]]]

TEXTS = {
    "stranger": d_("I do not know you yet. Link your Telegram at the desk, under 'My account'."),
    "no_topic": d_("Write this in the topic of a question."),
    "usage": d_("I know: /take, /free, /answer text, /note text, /close outcome. Nothing else that is written here goes to the client."),
    "outcomes": d_("Close with one of: answered, referred, appointment, advice, no_contact."),
    "edited": d_("A changed or deleted answer stays at the client as it was."),
    "sent": d_("Sent to the client."), "seen": d_("Seen."), "cancelled": d_("Not sent."), "noted": d_("The note is kept."),
    "taken": d_("This question is yours now."), "freed": d_("The question is free again."),
    "closed": d_("Closed. The bot talks with the client again."),
    "failed": d_("That went wrong. Do it at the desk."), "too_large": d_("That recording cannot be sent. Use the desk."),
    "linked": d_("Your Telegram is linked. Work in the volunteers' group or at the desk."),
    "gone": d_("This link was used, or is too old. Ask a coordinator for a new one."),
    "work": d_("You are a volunteer here: answer in the volunteers' group or at the desk. What you write here reaches nobody."),
}


def say(text: str, /, **slots: object) -> str:
    """
    Return a text of the desk in Dutch, with its slots filled.
    """
    return (desk("nl").get(text) or text).format(**slots)


def line(word: str) -> str:
    """
    Return the line of ours, or the reason of a refusal, that a word stands for.
    """
    return say(TEXTS.get(word) or NOTICES.get(f"no_{word}") or TEXTS["failed"])


def name(question: Question) -> str:
    """
    Return what a ticket's topic is called.
    """
    return f"#{question.number} · {say(CALLED[question.team])} · {question.language or '?'}"


def head(app: App, question: Question) -> str:
    """
    Return what the head of a topic says: how the ticket stands, and nothing of what the client wrote.
    """
    lines = [f"{name(question)} · {say(CALLED[question.urgency])}", say(d_("Waits since {at}"), at=_at(app, question.opened_at))]
    if question.state == "closed":
        lines.append(say(d_("Closed: {outcome}"), outcome=say(CALLED.get(question.outcome, question.outcome))))
    elif question.volunteer:
        lines.append(say(d_("{name} has this question"), name=question.volunteer))
    else:
        lines.append(say(d_("Free")))
    if question.said_at:
        lines.append(say(d_("Last answer: {at}"), at=_at(app, question.said_at)))
    if question.wants_woman:
        lines.append(say(NOTICES["no_wants_woman"]))
    return "\n".join([*lines, link(app, question.id)])


def link(app: App, ticket_id: int) -> str:
    """
    Return the address of a ticket at the desk.
    """
    home = app.settings.public_url.rstrip("/") or f"http://{app.settings.host}:{app.settings.port}"
    return f"{home}/desk/tickets/{ticket_id}"


def head_buttons(question: Question) -> Rows:
    """
    Return the buttons below a head.
    """
    if question.state == "closed":
        return []
    first = ("take", d_("Take")) if question.state == "open" else ("free", d_("Give back"))
    return [[_button(question.id, *first), _button(question.id, "phrases", d_("Phrases"))]]


def news(app: App, question: Question, told: Sequence[Fresh], shown: set[int]) -> tuple[str, Rows]:
    """
    Return one message for all that is new of a ticket; the words of the messages in `shown` stand in it.
    """
    lines = []
    for one in told:
        if one.kind == "alert":
            lines.append(say(d_("🔔 {name}, this question waits for you."), name=one.name))
        elif one.id in shown:
            lines.append(say(d_("Client: {text}"), text=one.text[:LONGEST]))
        else:
            lines.append(say(d_("New message of the client. Read it at the desk: {link}"), link=link(app, question.id)))
    buttons = [_button(question.id, "see", d_("Seen"))] if any(one.kind == "alert" for one in told) else []
    return "\n\n".join(dict.fromkeys(lines)), [buttons] if buttons else []


def groups(app: App, ticket_id: int) -> tuple[str, Rows]:
    """
    Return the groups of the phrasebook, to choose from.
    """
    rows = [[_raw(ticket_id, f"group:{id}", app.tongues("nl")(text))] for id, text in GROUPS.items()]
    return say(d_("Choose what to say.")), rows + _cancel(ticket_id)


def phrases(app: App, ticket_id: int, group: str) -> tuple[str, Rows]:
    """
    Return the phrases of a group that need nothing filled in; the others are for the desk.
    """
    there = [phrase for phrase in PHRASES.values() if phrase.group == group]
    text = say(d_("Choose what to say."))
    if any(phrase.slots for phrase in there):
        text += "\n" + say(d_("Phrases with a date or another detail are at the desk: {link}"), link=link(app, ticket_id))
    rows = [[_raw(ticket_id, f"say:{phrase.id}", _short(app, phrase.text))] for phrase in there if not phrase.slots]
    return text, rows + _cancel(ticket_id)


def preview(ticket_id: int, phrase: str, dutch: str, theirs: str) -> tuple[str, Rows]:
    """
    Return what would be sent, in Dutch and in the client's language, and the buttons that send it or do not.
    """
    return f"{dutch}\n\n{theirs}", [[_button(ticket_id, f"send:{phrase}", d_("Send"))], *_cancel(ticket_id)]


def hashed(text: str, rows: Rows) -> str:
    """
    Return a short hash of a message, by which a change is seen.
    """
    return hashlib.sha256(json.dumps([text, rows]).encode()).hexdigest()[:24]


def message(text: str, rows: Rows) -> dict[str, Any]:
    """
    Return the fields of a message at Telegram.
    """
    return {"text": text[:MOST], "link_preview_options": {"is_disabled": True}, "reply_markup": {"inline_keyboard": rows}}


def _short(app: App, text: str) -> str:
    place = dict.fromkeys(("place", "address", "phone"), "…")
    return app.tongues("nl")(text, **place).replace("\n", " ")[:60]


def _cancel(ticket_id: int) -> Rows:
    return [[_button(ticket_id, "cancel", d_("Cancel"))]]


def _button(ticket_id: int, verb: str, label: str) -> dict[str, str]:
    return _raw(ticket_id, verb, say(label))


def _raw(ticket_id: int, verb: str, label: str) -> dict[str, str]:
    return {"text": label, "callback_data": f"{ticket_id}:{verb}"}


def _at(app: App, at: Any) -> str:
    return f"{at.astimezone(app.settings.timezone):%d-%m %H:%M}"
