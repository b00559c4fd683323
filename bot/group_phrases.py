"""
The phrasebook in the volunteers' group, by buttons: a group of phrases, a phrase, what will be sent, and only then it is sent.

Everything happens in one message of ours, which is edited. Phrases with something to fill in are sent from the desk.
"""

from bot.app import App
from bot.group_texts import FSI, PDI, Buttons, link, say
from bot.reply import answer, as_sent, language_of
from bot.take import found
from flows.events import Said
from flows.phrasebook import GROUPS, PHRASES, Phrase
from flows.phrasebook import say as phrase_said
from flows.rights import Volunteer
from storage import postings
from storage.database import Tx
from storage.postings import Posting
from storage.questions import Question

PRESSES = ("phrases", "group", "phrase", "send", "drop")


def press(app: App, tx: Tx, heard: Posting, who: Volunteer) -> None:
    """
    Do one press: `phrases:12`, `group:12:ask`, `phrase:12:more`, `send:12:more` or `drop:12`; raise `Refused`. What is sent and that
    this press was done is one commit, and a second press at the same preview sends nothing.
    """
    verb, *given = heard.body["choice"].split(":")
    question = found(tx, heard.ticket_id, who)
    named = given[1] if len(given) > 1 else ""
    postings.done(tx, [heard.id])
    message = 0 if verb == "phrases" and not heard.body["choice"].endswith(":back") else int(heard.body["message"])
    phrase = PHRASES.get(named)
    if verb == "phrases":
        _put(app, tx, heard, message, say("choose", link=link(app, heard.ticket_id)), _groups(app, heard.ticket_id))
    elif verb == "drop":
        _put(app, tx, heard, message, say("dropped"), [])
    elif verb == "group" and named in GROUPS:
        _put(app, tx, heard, message, say("choose", link=link(app, heard.ticket_id)), _phrases(app, heard.ticket_id, named, who))
    elif phrase is not None and not phrase.slots:
        _show_or_send(app, tx, heard, who, question, phrase, verb == "send")


def _show_or_send(app: App, tx: Tx, heard: Posting, who: Volunteer, question: Question, phrase: Phrase, is_sent: bool) -> None:
    message, ticket_id, language = int(heard.body["message"]), heard.ticket_id, language_of(tx, question)
    said, means = _said(app, phrase, language, who), _said(app, phrase, "nl", who)
    theirs, ours = as_sent(app, question, said, language), as_sent(app, question, means, "nl")
    if not is_sent:
        shown = "\n".join([theirs.text, *(f"[{offer.label}]" for offer in theirs.offers)])
        text = say("preview", ours=ours.text, theirs="\n".join(f"{FSI}{line}{PDI}" for line in shown.splitlines()))
        _put(app, tx, heard, message, text, [(f"send:{ticket_id}:{phrase.id}", say("send")), (f"drop:{ticket_id}", say("cancel"))])
    elif postings.once(tx, ticket_id, "pressed", app.now(), message):
        answer(app, tx, ticket_id, who, said)
        _put(app, tx, heard, message, say("sent_phrase", text=ours.text), [])


def _said(app: App, phrase: Phrase, language: str, who: Volunteer) -> Said:
    today = app.now().astimezone(app.settings.timezone).date()
    return phrase_said(phrase, {}, app.tongues(language), app.place(who.location_id), today)


def _groups(app: App, ticket_id: int) -> Buttons:
    dutch = app.tongues("nl")
    return [*((f"group:{ticket_id}:{id}", dutch(label)) for id, label in GROUPS.items()), (f"drop:{ticket_id}", say("cancel"))]


def _phrases(app: App, ticket_id: int, group: str, who: Volunteer) -> Buttons:
    dutch, place = app.tongues("nl"), app.place(who.location_id)
    slots = {"place": place.name, "address": place.address, "phone": place.phone}
    fitting = [phrase for phrase in PHRASES.values() if phrase.group == group and not phrase.slots]
    return [*((f"phrase:{ticket_id}:{phrase.id}", dutch(phrase.text, **slots)) for phrase in fitting), (f"phrases:{ticket_id}:back", say("back"))]


def _put(app: App, tx: Tx, heard: Posting, message: int, text: str, buttons: Buttons) -> None:
    postings.say(tx, heard.ticket_id, {"text": text, "buttons": buttons, "edit": message}, app.now())
