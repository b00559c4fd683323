"""
A turn: one thing heard, the session before it → the session after it and what was decided. Pure, in microseconds.

The order is the promise: emergencies first, then the words that work anywhere, then the answer to what was asked, then a
question in the client's own words. Whoever is not understood twice is offered a person.
"""

from flows import approvals, chosen, gate, noticed, picking, question, twice, wishes
from flows.answers import anywhere, invite_code, nearly_anywhere, number, yes_or_no
from flows.catalogue import FLOWS, TOPICS
from flows.checkin import CHECKIN, a_face, message_of
from flows.danger import settle, take_grave, told, warn
from flows.events import Bound, Event, Forgotten, Heard, Learned, NotUnderstood, Thanked
from flows.language import named
from flows.menu import MENU
from flows.node import Choice, Flow, Tongues, _, full
from flows.remind import REMIND, said_at
from flows.safety import SAFETY
from flows.session import Session
from flows.stop import STOP
from flows.turn import KEPT, Turn
from flows.unread import MEDIA, take_media
from flows.welcome import INVITES
from flows.words import EVEN_HELD, GO

__all__ = ["Session", "start", "turn"]

WELCOME_TO = _("You are welcome. Write to me when you have a question.")
AGAIN = _("I do not understand this yet. Write it in other words, or choose.")
QUESTION_MARKS = frozenset("?؟፧")


def turn(session: Session | None, heard: Heard, tongues: Tongues) -> tuple[Session, list[Event]]:
    """
    Return the session after what was heard, and the events: at most one `Said` among them, always the first.
    """
    now = Turn(session or Session(), heard, tongues)
    if session is not None and twice.is_repeat(now):
        return session, []
    if danger := told(now):
        warn(now, danger)
    elif gate.take(now):
        pass                            # on a phone that several share: who it is
    elif approvals.is_press(heard, tongues):
        _read(now)
    elif heard.knows.is_held and not (picking.is_about(heard.choice) or heard.choice.startswith(("remind.", "checkin."))):
        _keep_silent(now)
    elif not _hear(now, session is None):
        _miss(now)
    noticed.notice(now)
    twice.note(now)
    return now.done()


def start(flow: Flow, session: Session | None, heard: Heard, tongues: Tongues, node: str = "") -> tuple[Session, list[Event]]:
    """
    Begin a conversation from our side, at its first node or a named one; `heard` carries the time and what is known, and no text.
    """
    now = Turn(session or Session(), heard, tongues)
    now.seat_is_open = True             # on a shared phone what we begin waits for the word whole: its text is no answer to guard
    now.enter(full(flow.name, node or flow.first.id))
    return now.done()


def _read(now: Turn) -> None:
    """
    The button of a knock was pressed: what waited leaves with this turn, and that is the answer.
    """
    now.texts = []
    if not (now.heard.knows.is_waited_for or now.heard.knows.is_held):
        now.enter(now.home) if now.knows.is_first else now.say(approvals.NOTHING)      # the first: it was the invitation


def _keep_silent(now: Turn) -> None:
    word = "" if now.heard.choice else anywhere(now.heard.text)
    if word in EVEN_HELD:
        _go(now, word)
    elif not _confirms(now) and not _is_safe(now) and not _names_day(now):
        wishes.note(now)
        now.texts = []


def _confirms(now: Turn) -> bool:
    """
    Take the yes or no to *forget me*, which was asked a message ago.
    """
    if now.node is not STOP.nodes["forget"] or now.heard.kind in MEDIA:
        return False
    return _press(now, now.heard.choice) if now.heard.choice.startswith("stop.forget:") else not now.heard.choice and _answer(now)


def _is_safe(now: Turn) -> bool:
    """
    Take the answer whether writing here is safe, whoever has the conversation meanwhile.
    """
    choice = chosen.meant(now, now.node.choices) if now.node is SAFETY.first and not now.heard.choice else None
    pressed = now.heard.choice if choice is None else f"{SAFETY.name}.{now.node.id}:{choice.id}"
    return pressed.startswith(f"{SAFETY.name}.") and _press(now, pressed)


def _names_day(now: Turn) -> bool:
    """
    Take the day that a reminder's answer asked for, and whether an odd one is right, whoever has the conversation meanwhile.
    """
    if now.flow is not REMIND or now.node.hear is None or now.heard.choice:
        return False
    is_asked = now.node is REMIND.nodes["sure"] and now.data.get("asked_held") == now.data.get("kept")    # else their yes is the volunteer's
    is_meant = is_asked and chosen.meant(now, now.node.choices) is not None
    if not ((is_meant or now.node.hear(now.heard) is not None) and _answer(now)):
        return False
    now.data["asked_held"] = now.data.get("kept", "")
    return True


def _hear(now: Turn, is_first: bool) -> bool:
    """
    Let the first reader that understands answer; say whether one did.
    """
    heard = now.heard
    if heard.kind in MEDIA:
        return take_media(now)
    if heard.kind == "location":
        now.enter("welcome.visit")
        return True
    if heard.choice and (_press(now, heard.choice) or question.answer_volunteer(now)):
        return True
    if not heard.text.strip():
        return False
    return (_bind(now) or _word(now) or wishes.take(now) or take_grave(now) or _answer(now) or question.wants_a_person(now)
            or question.remember(now, is_first) or question.ask(now) or _nearly(now))


def _press(now: Turn, pressed: str) -> bool:
    """
    Take the answer of a button of ours, however old; a button of a node that is gone is left to its text.
    """
    name, _dot, node_and_choice = pressed.partition(".")
    node_id, _colon, choice_id = node_and_choice.partition(".")[0].partition(":")
    flow = FLOWS.get(name)
    node = flow.nodes.get(node_id) if flow else None
    if flow is None or node is None or (pressed.startswith("remind.ask:") and not now.recall(pressed)):
        return False
    if about := message_of(pressed):
        now.data["checkin"] = about
    if pressed.startswith("menu.choose:") and choice_id in TOPICS:
        question.tell(now, (choice_id,))
        return True
    choice = next((choice for choice in node.choices if choice.id == choice_id), None)
    if choice is None:
        return picking.pick(now, node, choice_id)
    target = flow.nodes.get(choice.next)
    if target and any(isinstance(event, Forgotten) for event in target.does) and now.node is not node:
        now.enter(full(name, node_id))      # an old button erases nobody: it asks again
        return True
    if node.hear and choice.is_kept:
        now.data[node.key] = now.tongues("nl").raw(choice.label)        # a volunteer reads it
    _choose(now, flow, choice)
    return True


def _choose(now: Turn, flow: Flow, choice: Choice) -> None:
    now.misses = 0
    again = noticed.again(now, choice)
    if choice.learn:
        now.learn(choice.learn)
    target = full(flow.name, choice.next)
    if flow is SAFETY:
        settle(now, choice)
    elif now.is_welcomed and target == "menu.main" and (kept := again or now.data.pop("question", "")):
        question.answer_kept(now, kept)
    elif target.removeprefix("info.") in TOPICS and now.is_welcomed:
        question.tell(now, (target.removeprefix("info."),))
    else:
        now.enter(target)


def _bind(now: Turn) -> bool:
    code = invite_code(now.heard.text)
    if not code:
        return False
    now.events.append(Bound(code))
    if now.knows.invite in INVITES:
        now.say(INVITES[now.knows.invite])
    now.enter(now.home)
    return True


def _word(now: Turn) -> bool:
    text = now.heard.text
    if language := named(text):
        return _speak(now, language)
    if number(text) == 0:
        now.enter("person.open")
        return True
    if now.flow is REMIND and (said := said_at(now.node.id, text)) and _press(now, f"remind.ask:{said}"):
        return True
    word, is_asked = anywhere(text), any(choice.id == "yes" for choice in now.node.choices) and yes_or_no(text, now.language)
    if word == "thanks" and (is_asked or (now.node is CHECKIN.first and a_face(now.heard))):
        return False
    return bool(word) and _go(now, word)


def _speak(now: Turn, language: str) -> bool:
    if language not in now.tongues.languages:
        now.enter("welcome.other")
        return True
    if now.flow.name == "language":
        return _press(now, f"language.{now.node.id}:{language}")
    was_choosing = not now.language or now.node.is_in_all
    now.learn(Learned("language", language))
    now.misses = 0
    now.enter(now.home if was_choosing else f"{now.flow.name}.{now.node.id}")
    return True


def _go(now: Turn, word: str) -> bool:
    now.misses = 0
    if word == "hour" and now.flow.name == "appointment":
        word = "visit"                  # the hour of the visit is meant
    if word == "thanks" and now.language:
        now.events.append(Thanked())
        now.say(WELCOME_TO)
    elif word == "back" and now.trail:
        last, now.trail = now.trail[-1], now.trail[:-1]
        now.enter(last, is_back=True)
    elif word == "start" and now.knows.is_stopped:
        now.enter("stop.started")
    else:
        now.enter(GO.get(word) or now.home)
    return True


def _answer(now: Turn) -> bool:
    """
    Take the answer to what was asked: a number, yes or no, a label in any language, or what the node itself can read.
    """
    text = now.heard.text
    choice = chosen.meant(now, now.choices(now.node))
    if choice is not None:
        return _press(now, f"{now.flow.name}.{now.node.id}:{choice.id}")
    if now.is_welcomed and (choice := chosen.named(now, MENU.first.choices)) is not None:
        return _press(now, f"menu.main:{choice.id}")
    hear = now.node.hear
    if hear is None or (now.is_welcomed and QUESTION_MARKS & set(text) and question.ask(now)):
        return hear is not None
    if (read := hear(now.heard)) is None:
        return False
    now.data[now.node.key] = read[:KEPT]
    now.data["asked"] = text[:KEPT]
    now.misses = 0
    if now.node.learn:
        now.learn(Learned(now.node.learn, read))
    now.enter(full(now.flow.name, now.node.after(read, now.heard)))
    return True


def _nearly(now: Turn) -> bool:
    """
    Take what is left: a word a letter away from one that works anywhere, and a yes or no that nobody asked for.
    """
    if now.is_welcomed and (word := nearly_anywhere(now.heard.text)):
        return _go(now, word)
    said = yes_or_no(now.heard.text, now.language)
    if said and now.is_welcomed:
        now.events.append(Thanked())
        now.say(question.AGREED)
    return bool(said) and now.is_welcomed


def _miss(now: Turn) -> None:
    now.events.append(NotUnderstood())
    now.note_asked()
    if now.is_lost:
        now.enter(now.home)
    elif now.node is CHECKIN.first and now.heard.text.strip():
        now.misses = -1                 # answered in words
        now.enter("checkin.words")
    elif now.is_welcomed and now.knows.expects_at and now.heard.text.strip() and (now.node.hear is None or now.misses):
        now.enter("person.added")
    elif now.misses:
        now.enter("menu.lost")
    else:
        now.say(AGAIN)
        if not now.is_welcomed:
            now.enter(f"{now.flow.name}.{now.node.id}")
        now.offer(now.flow, now.node)
    now.misses += 1
