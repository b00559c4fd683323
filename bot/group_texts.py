"""
What the volunteers' group reads of a ticket: the topic's name, its head, alerts and a client's words, all in Dutch.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.app import App
from bot.name import names
from bot.web.desk.words import CALLED, GROUP, NOTICES, sentence
from flows import showing
from storage import locations
from storage.database import Tx
from storage.questions import Question

LONGEST_WORDS = 1500            # characters of a client's words that are shown
FSI, PDI = "\u2068", "\u2069"
Buttons = list[tuple[str, str]]


def say(name: str, /, **slots: object) -> str:
    """
    Return a text of the group by its name, its slots filled.
    """
    return sentence("nl", GROUP[name], **slots)


def refusal(reason: str) -> str:
    """
    Return the sentence for why a verb refuses, as the desk says it.
    """
    return sentence("nl", NOTICES[f"no_{reason}"])


def _called(word: str) -> str:
    return sentence("nl", CALLED.get(word, word))


def link(app: App, ticket_id: int = 0) -> str:
    """
    Return the address of a ticket at the desk, or of the desk.
    """
    return f"{app.home}/desk/tickets/{ticket_id}" if ticket_id else f"{app.home}/desk/"


def title(question: Question) -> str:
    """
    Return the name of a ticket's topic: "#12 · Juridisch · ar". Who wants to be kept from their own community is not named by it.
    """
    return " · ".join(filter(None, (f"#{question.number}", _called(question.team), "" if question.avoids_community else question.language)))


def head(app: App, tx: Tx, question: Question) -> tuple[str, Buttons, bool]:
    """
    Return the head of a ticket's topic, its buttons, and whether it shows the client's words.
    """
    language = "–" if question.avoids_community else names("nl").get(question.language, question.language or "–")
    lines = [
        say("head", number=question.number, team=_called(question.team), language=language),
        say("waits", urgency=_called(question.urgency), since=_at(app, question.opened_at), due=_at(app, question.due_at)),
        _hands(question),
    ]
    if question.state == "open" and question.heard_at is not None:
        lines.append(say("heard", at=_at(app, question.heard_at)))
    if question.said_at is not None:
        lines.append(say("answered", at=_at(app, question.said_at)))
    shown = bool(question.text) and question.state != "closed" and _may_show(app, tx, question, [question.text])
    if shown:
        lines += [quoted([question.text]), say("how")]
    return "\n".join([*lines, link(app, question.id)]), _buttons(question), shown


def _hands(question: Question) -> str:
    if question.state == "closed":
        return say("closed", outcome=_called(question.outcome))
    return say("has", name=question.volunteer) if question.state == "taken" else say("free")


def _buttons(question: Question) -> Buttons:
    if question.state == "closed":
        return []
    first = (f"free:{question.id}", say("give_back")) if question.state == "taken" else (f"take:{question.id}", say("take"))
    return [first, (f"see:{question.id}", say("seen")), (f"phrases:{question.id}", say("phrases"))]


def alert(called: Sequence[str], question: Question) -> tuple[str, Buttons]:
    """
    Return what tells volunteers that a question waits, and the button by which they say that they saw it.
    """
    return say("alert", names=", ".join(called)), [(f"see:{question.id}", say("seen"))]


def words(app: App, tx: Tx, question: Question, heard: Sequence[tuple[int, str, str]]) -> str:
    """
    Return what tells of a client's new words; the words themselves only while a volunteer has the question, for else they are for the bot.
    """
    told = say("word") if len(heard) <= 1 else say("words", n=len(heard))
    texts = [text if kind == "text" and text else f"[{_called(kind)}]" for _, kind, text in heard]
    if heard and question.state == "taken" and _may_show(app, tx, question, [text for _, _, text in heard]):
        return f"{told}\n{quoted(texts)}\n{say('how')}"
    return f"{told} {say('at_desk', link=link(app, question.id))}\n{say('how')}"


def quoted(texts: Sequence[str]) -> str:
    """
    Return a client's texts, each in its own direction.
    """
    whole = "\n".join(texts)[:LONGEST_WORDS]
    return "\n".join(f"› {FSI}{line}{PDI}" for line in whole.splitlines())


def _may_show(app: App, tx: Tx, question: Question, texts: Sequence[str]) -> bool:
    is_on = any(place.shows_text for place in locations.all_of(tx) if place.id == question.location_id)
    is_wished = question.wants_woman or question.avoids_community
    return showing.may_show(is_on, question.topics, question.urgency, is_wished) and not any(
        showing.is_delicate(text, question.language, app.tongues.phrases) for text in texts if text)


def _at(app: App, at: datetime) -> str:
    return f"{at.astimezone(app.settings.timezone):%d-%m %H:%M}"
