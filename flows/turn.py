"""
What one turn gathers: the texts, the events and the place in the conversation, until they become one message.
"""

import re
from datetime import date, datetime, timedelta

from flows.answers import guess
from flows.catalogue import FLOWS, TOPICS
from flows.events import Escalated, Event, Heard, Learned, Offer, Said, Topic
from flows.facts import due_days
from flows.hours import answer_by
from flows.node import Choice, Dutch, Escalation, Flow, Node, Tongues, _, full
from flows.session import Session

KEPT = 500                      # characters of a client's question that a session keeps
WAY_BACK = 8
FREE = {"welcome", "language", "stop", "person", "safety"}    # conversations open to who has not chosen a language or consented yet
SOON = timedelta(days=14)
GONE = "\0"                     # an address or a number that is not set yet: its line is left out
_GONE = re.compile(r"[:፦]?\n[^\n]*\0[^\n]*")
WENT_ON = _("Something changed here. I go on at the menu.")


class Turn:
    """
    A turn in the making. It begins where the session is, `enter` moves it, `done` closes it.
    """

    def __init__(self, session: Session, heard: Heard, tongues: Tongues) -> None:
        self.heard, self.knows, self.tongues = heard, heard.knows, tongues
        self.language, self.misses, self.trail, self.data = session.language, session.misses, session.trail, dict(session.data)
        self.tongue = tongues(session.language or self.data.get("spoken") or guess(heard.text, heard.knows.hint))
        self.texts: list[str] = []
        self.offers: tuple[Offer, ...] = ()
        self.events: list[Event] = []
        self.how: str = "picked"
        self.is_static = True           # until something of this one client, or of this one question, is in the text
        flow = FLOWS.get(session.flow)
        self.is_lost = bool(session.flow) and (flow is None or session.node not in flow.nodes)
        self.flow, self.node = self.find(self.home) if self.is_lost or flow is None else (flow, flow.nodes[session.node])
        if self.is_lost:
            self.say(WENT_ON)

    # Where to go

    @property
    def consent(self) -> str:
        """
        Return what the client answered to the question of consent: "yes", "no" or "".
        """
        return self.data.get("consent") or self.knows.consent

    @property
    def is_young(self) -> bool:
        """
        Say whether the client told us to be under sixteen.
        """
        return (self.data.get("young") or self.knows.facts.get("under_16", "")) == "yes"

    @property
    def home(self) -> str:
        """
        Return the node where this client begins: the menu, or what comes before it.
        """
        if not self.language:
            return "welcome.language"
        if self.is_young:
            return "welcome.young_more"
        return {"yes": "menu.main", "no": "welcome.refused"}.get(self.consent, "welcome.consent")

    @property
    def is_welcomed(self) -> bool:
        """
        Say whether questions are answered yet: after the language and the question of consent, whatever its answer.
        """
        return bool(self.language and self.consent) and not self.is_young

    def find(self, target: str) -> tuple[Flow, Node]:
        """
        Return the flow and the node of a full name, or those of the home where this client cannot go there yet.
        """
        name, _dot, node = target.partition(".")
        if target == "menu.main" or (not self.is_welcomed and name not in FREE and target != "menu.lost"):
            name, _dot, node = self.home.partition(".")
        elif target == "person.open" and self.knows.expects_at and self.knows.expects_at > self.heard.at:
            node = "waiting"
        flow = FLOWS[name]
        return flow, flow.nodes[node]

    def enter(self, target: str, is_back: bool = False) -> None:
        """
        Go to a node, say it, and go on until a node waits for an answer.
        """
        flow, node = self.find(target)
        self.tell(node)
        if flow.name == "person" and not self.is_welcomed:
            self.enter(self.home)
        elif node.waits:
            self.wait(flow, node, is_back)
        elif node.next:
            self.enter(full(flow.name, node.next), is_back)
        else:
            self.forget()

    def wait(self, flow: Flow, node: Node, is_back: bool = False) -> None:
        """
        Stay at a node for the client's answer.
        """
        here, there = f"{self.flow.name}.{self.node.id}", f"{flow.name}.{node.id}"
        if here != there and not is_back and self.is_welcomed and here not in self.trail[-1:] and self.flow.name != "welcome":
            self.trail = (*self.trail, here)[-WAY_BACK:]
        self.flow, self.node = flow, node
        self.offer(flow, node)

    def forget(self) -> None:
        """
        Begin anew: nothing of the session is left.
        """
        self.language, self.misses, self.trail, self.data = "", 0, (), {}
        self.flow, self.node = FLOWS["welcome"], FLOWS["welcome"].first

    # What to say

    def say(self, text: str, **slots: object) -> None:
        """
        Add a text to the message.
        """
        said = self.tongue(text, **self._slots(), **slots) if "{" in text else self.tongue(text)
        self.is_static &= "{day}" not in text
        said = _GONE.sub("", said) if GONE in said else said
        if said not in self.texts:
            self.texts.append(said)

    def say_in_all(self, text: str) -> None:
        """
        Add a text in every language, a line each.
        """
        tongues = [self.tongues(language) for language in self.tongues.languages[:5]]
        self.texts.append("\n".join(dict.fromkeys(tongue.alone(text) for tongue in tongues)))

    def tell(self, node: Node) -> None:
        """
        Say a node, and let happen what belongs to it.
        """
        due = self.escalate(node.escalate) if node.escalate else self.knows.expects_at
        if due is None and "{day}" in node.text:
            due = answer_by(self.knows.place.hours, self.heard.at, "normal")
        for topic in (node.topic,) if node.topic else node.escalate.topics if node.escalate else ():
            self.topic(topic, is_answered=node.escalate is None)
        self.events += node.does
        if node.is_in_all:
            self.say_in_all(node.text)
        elif due:
            due = due.astimezone(self.heard.at.tzinfo)
            self.say(node.text, day=due.date(), time=due.time(), **node.slots)
        else:
            self.say(node.text, **node.slots)

    def _slots(self) -> dict[str, object]:
        place = self.knows.place
        return {"place": Dutch(place.name), "municipality": Dutch(place.municipality), "address": Dutch(place.address or GONE),
                "phone": Dutch(place.phone or GONE), "hours": place.hours}

    def offer(self, flow: Flow, node: Node) -> None:
        """
        Offer the choices of a node.
        """
        self.offers = tuple(Offer(f"{flow.name}.{node.id}:{choice.id}", self.label(choice)) for choice in self.choices(node))

    def label(self, choice: Choice) -> str:
        """
        Return the label of a choice as the client sees it.
        """
        if choice.language:
            return choice.label
        said = self.tongue(choice.label)
        return f"{choice.emoji} {said}" if choice.emoji else said

    @property
    def offered(self) -> str:
        """
        Return the language that the client was last asked about because they wrote in it, or "".
        """
        return self.data.get("noticed", "").rpartition(" ")[2]

    def choices(self, node: Node) -> tuple[Choice, ...]:
        """
        Return the choices that are offered at a node now.
        """
        if node.id == "choose" and "options" in self.data:
            self.is_static = False
            return (*map(topic_choice, self.data["options"].split()), *node.choices)
        if node.id == "differs":
            return tuple(choice for choice in node.choices if choice.language in (self.offered, self.language))
        if node.is_in_all:
            there = self.tongues.languages
            return tuple(choice for choice in node.choices if choice.language in there or choice.language == "other")
        return node.choices

    # What is decided

    def learn(self, fact: Learned) -> None:
        """
        Take note of what the client told: language, consent and age change the conversation at once.
        """
        self.events.append(fact)
        if fact.fact == "language":
            self.language, self.tongue = fact.value, self.tongues(fact.value)
        elif fact.fact == "consent":
            self.data["consent"] = fact.value
        elif fact.fact == "under_16":
            self.data["young"] = fact.value
        elif fact.fact == "safe_contact":
            self.data["safe_contact"] = fact.value

    def topic(self, topic: str, is_answered: bool) -> None:
        """
        Log what the exchange is about; a ticket that opens later carries it.
        """
        self.events.append(Topic(topic, "understood" if self.how == "understood" else "picked", is_answered))
        self.data["topics"] = " ".join(dict.fromkeys((topic, *self.data.get("topics", "").split()[:2])))

    def escalate(self, escalation: Escalation) -> datetime:
        """
        Open a ticket and return by when the client may expect an answer.
        """
        topics = escalation.topics or tuple(self.data.get("topics", "").split())
        team = TOPICS[topics[0]].team if topics and not escalation.topics and topics[0] in TOPICS else escalation.team
        urgency = "today" if self._is_soon(escalation.urgent_by) else escalation.urgency
        due = answer_by(self.knows.place.hours, self.heard.at, urgency)
        self._tell_date(escalation)
        if self.knows.expects_at and self.heard.at < self.knows.expects_at < due:
            due = self.knows.expects_at
        self.events.append(Escalated(team, urgency, topics, self._question(escalation), None if urgency == "today" else due))
        return due

    def _is_soon(self, name: str) -> bool:
        try:
            return date.fromisoformat(self.data.get(name, "")) <= self.heard.at.date() + SOON
        except ValueError:
            return False                # the client said that there is no date

    def _tell_date(self, escalation: Escalation) -> None:
        """
        Tell the date that the client gave as a fact, beside those given before that are not over.
        """
        name, given = escalation.told_as, self.data.get(escalation.urgent_by, "")
        try:
            day = date.fromisoformat(given) if name else None
        except ValueError:
            return                      # the client said that there is no date
        if day:
            today = self.heard.at.date().isoformat()
            days = dict.fromkeys((*(one for one in self.data.get(name, "").split() if one >= today), given))
            self.data[name] = " ".join((*days,)[-WAY_BACK:])
            self.events.append(Learned(name, due_days(self.data[name].split())))

    def _question(self, escalation: Escalation) -> str:
        told = " · ".join(filter(None, (self.data.pop(name, "") for name in escalation.asked)))
        return (told or self.data.pop("question", "") or self.data.pop("asked", ""))[:KEPT]

    def done(self) -> tuple[Session, list[Event]]:
        """
        Close the turn: one message of all that was said, and the session to keep.
        """
        if self.texts:
            self.events.insert(0, Said("\n\n".join(self.texts), self.offers, self.tongue.language, self.is_static))
        return Session(self.flow.name, self.node.id, self.language, self.misses, self.trail, self.data), self.events


def topic_choice(topic: str) -> Choice:
    """
    Return the choice that asks about a topic.
    """
    found = TOPICS[topic]
    return Choice(topic, found.label, f"info.{topic}", emoji=found.emoji)
