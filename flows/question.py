"""
A question in the client's own words: kept until we may answer it, understood, and answered topic by topic.
"""

from flows.answers import asks_for_person, key
from flows.catalogue import TOPICS
from flows.events import Thanked
from flows.info import INFO, next_place
from flows.judge import BY_PERSON, judge
from flows.node import _, full
from flows.phrasebook import ASKS_MORE, is_enough, readable
from flows.phrasebook import pressed as answered
from flows.turn import KEPT, Turn
from flows.understand import Understood, is_known, understand

AGREED = _("Good. Write to me when you have a question.")
FIRST_ANSWER = _("I keep your question. First answer this, please:")


def remember(now: Turn, is_first: bool) -> bool:
    """
    Keep a question that comes before language and consent, and ask for these first.
    """
    if now.is_welcomed or now.is_young:
        return False
    text = now.heard.text
    is_question = len(key(text).split()) > 2 or understand(text, now.language, now.tongues.phrases).action != "human"
    if is_question:
        now.data["question"] = text[:KEPT]
        keep_meaning(now, text)
    if not is_first and (now.misses or not is_question):
        return False
    if now.language and is_question:
        now.say(FIRST_ANSWER)
    now.misses += 0 if is_first else 1
    now.enter(now.home)
    return True


def ask(now: Turn, question: str = "") -> bool:
    """
    Answer a question in the client's own words: every topic it is about, or a choice between what it may be about. Where one of them
    is always a person's, we answer none.
    """
    if not now.is_welcomed:
        return False
    text = question or now.heard.text
    found = _meant(now, text) if not question else _kept_meaning(now, text)
    if found.topics == ("human",):
        now.enter("person.open")
        return True
    topics = tuple(topic for topic in found.topics if topic in TOPICS)
    if not topics:
        return False
    now.misses, now.how, now.data["asked"] = 0, "understood", text[:KEPT]
    if found.action == "choose" and len(topics) > 1:
        now.data["options"] = " ".join(topics[:3])
        now.enter("menu.choose")
    elif persons := tuple(topic for topic in topics if topic in BY_PERSON):
        for topic in (topic for topic in topics if topic not in persons):
            now.topic(topic, is_answered=False)
        tell(now, persons, found.node if topics[0] == persons[0] else "")
    else:
        tell(now, topics, found.node)
    return True


def answer_kept(now: Turn, question: str) -> None:
    """
    Answer the question that was kept; if we do not understand it, offer a person to ask it to.
    """
    if not ask(now, question):
        now.data["asked"] = question
        now.enter("menu.lost")


def tell(now: Turn, topics: tuple[str, ...], place: str = "") -> None:
    """
    Say what there is to say of each topic, in one message; what only a person may answer opens a ticket.

    Who asks again about what was just answered hears what was not said yet.
    """
    now.misses = 0
    nodes = [INFO.nodes[topic] for topic in topics]
    nodes[0] = INFO.nodes.get(place.replace(".", "_"), nodes[0])
    here = f"{now.flow.name}.{now.node.id}"
    if now.how == "understood" and here == f"info.{nodes[0].id}" and (more := next_place(topics[0], (*now.trail, here))):
        nodes[0] = INFO.nodes[more.removeprefix("info.")]
    for node in nodes:
        now.tell(node)
    now.is_static &= len(nodes) == 1
    if len(nodes) == 1 and nodes[0].waits:
        now.wait(INFO, nodes[0])
    else:
        now.enter(full("info", nodes[0].next) if len(nodes) == 1 else "menu.after")


def answer_volunteer(now: Turn) -> bool:
    """
    Take the answer to a phrase that a volunteer sent, who does not have the question in hand any more: it becomes part of it, in
    Dutch and in the client's words. One that asks nothing of anybody opens no question.
    """
    pressed, knows = now.heard.choice, now.knows
    answer = answered(pressed)
    if answer is None:
        return False
    if pressed in ASKS_MORE and not knows.expects_at:
        now.enter(now.home)
    elif is_enough(pressed) and not knows.expects_at:
        now.events.append(Thanked())
        now.say(AGREED)
    else:
        ours, theirs = readable(pressed, now.tongues("nl")), now.tongue(answer[1])
        now.data["asked"] = ours if ours.endswith(theirs) else f"{ours} · {theirs}"
        now.enter("person.added")
    return True


def wants_a_person(now: Turn) -> bool:
    """
    Bring who asks for a person, and for nothing else, to one.
    """
    wanted = asks_for_person(now.heard.text) and not understand(now.heard.text, now.language, now.tongues.phrases).topics
    if wanted:
        now.enter("person.open")
    return wanted


def _meant(now: Turn, text: str) -> Understood:
    """
    Return what a text means: by our phrases alone if it is one of them or no model read it, else by the model and them.
    """
    known = understand(text, now.language, now.tongues.phrases)
    guess = now.heard.guess
    if guess is None or known.topics == ("human",) or is_known(text, now.language, now.tongues.phrases):
        return known
    verdict = judge(text, now.language, now.tongues.phrases, guess)
    if verdict.told:
        return Understood(verdict.told, "answer", known.node if known.topics[:1] == verdict.told[:1] else "")
    return Understood(verdict.topics, "choose") if verdict.action == "choose" else Understood()


def keep_meaning(now: Turn, text: str) -> None:
    """
    Keep what the model made of a question that is answered later: then only the words are left.
    """
    now.data.pop("meant", "")
    if now.heard.guess is not None:
        meant = _meant(now, text)
        now.data["meant"] = " ".join((meant.action, *meant.topics))


def _kept_meaning(now: Turn, text: str) -> Understood:
    action, *topics = now.data.pop("meant", "").split(" ")
    if action == "choose":
        return Understood(tuple(topics), "choose")
    return Understood(tuple(topics), "answer") if action == "answer" else understand(text, now.language, now.tongues.phrases)
