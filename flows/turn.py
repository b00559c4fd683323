"""
What one turn gathers: the texts, the events and the place in the conversation, until they become one message.
"""

import re
from datetime import date, datetime, timedelta

from flows import visit
from flows.answers import guess
from flows.catalogue import FLOWS, TOPICS
from flows.emergency import Alarm
from flows.events import Escalated, Event, Heard, Learned, Offer, Said, Topic
from flows.hours import answer_by
from flows.language import offered, seconds
from flows.node import Choice, Dutch, Escalation, Flow, Keep, Node, Tongues, Word, _, full
from flows.remind import OLD
from flows.session import Session
from flows.unsettled import claimable

KEPT = 500                      # characters of a client's question that a session keeps
WAY_BACK = 8
FREE = {"welcome", "language", "stop", "person", "voice"}   # conversations open to who has not chosen a language or consented yet
SOON = timedelta(days=14)
NEAR = timedelta(days=30)       # a card that ends so soon is for a person
GONE = "\0"                     # an address or a number that is not set yet: its line is left out
_GONE = re.compile(r"[:፦]?\n[^\n]*\0[^\n]*")
_FILLED = re.compile(r"\{(?!(?:date|place)\})")       # a recording leaves out the place and the day of checking, and nothing else
WENT_ON = _("Something changed here. I go on at the menu.")


class Turn:
    """
    A turn in the making. It begins where the session is, `enter` moves it, `done` closes it.
    """

    def __init__(self, session: Session, heard: Heard, tongues: Tongues) -> None:
        self.heard, self.knows, self.tongues = heard, heard.knows, tongues
        self.language, self.misses, self.trail, self.data = session.language, session.misses, session.trail, dict(session.data)
        self.tongue = tongues(session.language or guess(heard.text, heard.knows.hint))
        self.texts: list[str] = []
        self.sources: dict[str, str] = {}
        self.offers: tuple[Offer, ...] = ()
        self.events: list[Event] = []
        self.how: str = "picked"
        self.visit = heard.knows.visit
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
        after = "language.second" if self.asks_second else "menu.main"
        return {"yes": after, "no": "welcome.refused"}.get(self.consent, "welcome.consent")

    @property
    def asks_second(self) -> bool:
        """
        Say whether the client is still to be asked, once, which language they read besides their own.
        """
        return "second" not in self.data and bool(seconds(self.language, self.tongues.languages))

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
        is_agreed = target == "welcome.consent" and self.consent == "yes"       # a language chosen later, from the second page
        if target == "menu.main" or is_agreed or (not self.is_welcomed and name not in FREE and target != "menu.lost"):
            name, _dot, node = self.home.partition(".")
        elif target == "person.open" and self.knows.expects_at and self.knows.expects_at > self.heard.at:
            node = "waiting"
        elif name == "appointment":
            node = visit.place(node, self.visit, self.knows.free, self.data.get("day", ""))
        flow = FLOWS[name]
        return flow, flow.nodes[node]

    def enter(self, target: str, is_back: bool = False) -> None:
        """
        Go to a node, say it, and go on until a node waits for an answer.
        """
        flow, node = self.find(target)
        if node.keep and (soon := self._keep(node.keep)):
            self.enter(full(flow.name, soon), is_back)
            return
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
        if there == "language.second":
            self.data["second"] = "asked"
        self.flow, self.node = flow, node
        self.offer(flow, node)

    def note_asked(self) -> None:
        """
        Note what was written, if anything was: a ticket that opens later asks it.
        """
        if self.heard.text:
            self.data["asked"] = self.heard.text[:KEPT]

    def forget(self) -> None:
        """
        Begin anew: nothing of the session is left.
        """
        self.language, self.misses, self.trail, self.data = "", 0, (), {}
        self.flow, self.node = FLOWS["welcome"], FLOWS["welcome"].first

    def _keep(self, keep: Keep) -> str:
        """
        Tell what was heard before as a fact, and return where its day leads, or "".
        """
        day = _day(self.data.pop(keep.heard, ""))
        if not isinstance(day, date):
            return ""
        self.learn(Learned(keep.fact, day.isoformat()))
        return keep.soon if keep.soon and day <= self.heard.at.date() + NEAR else ""

    # What to say

    def say(self, text: str, **slots: object) -> None:
        """
        Add a text to the message.
        """
        said = self.tongue(text, **self._slots(), **slots) if "{" in text else self.tongue(text)
        self.is_static &= "day}" not in text and "{valid_until}" not in text and "{when}" not in text
        said = _GONE.sub("", said) if GONE in said else said
        if may_be_spoken(text):
            self.sources[said] = text
        if said not in self.texts:
            self.texts.append(said)

    def call(self, alarm: Alarm, is_alone: bool = False) -> None:
        """
        Say first which number to call, and its sentence; `is_alone` leaves out all else.
        """
        said = f"{alarm.number}\n{self.tongue(alarm.text)}"
        self.sources[said] = alarm.text
        self.texts = [said] if is_alone else [said, *self.texts]

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
        kept = next((self.data[name] for name in node.day if name in self.data), "")
        due = self.escalate(node.escalate) if node.escalate else self.knows.expects_at
        if due is None and "{day}" in node.text:
            due = answer_by(self.knows.place.hours, self.heard.at, "normal")
        for topic in (node.topic,) if node.topic else node.escalate.topics if node.escalate else ():
            self.topic(topic, is_answered=node.escalate is None)
        self.events += node.does
        if node.is_in_all:
            self.say_in_all(node.text)
        elif kept:
            self.say(node.text, day=date.fromisoformat(kept), **node.slots)
        elif due:
            due = due.astimezone(self.heard.at.tzinfo)
            when = Word(f"{self.tongue.date(due.date())}, {self.tongue.time(due.time())}") if "{when}" in node.text else ""
            self.say(node.text, day=due.date(), time=due.time(), when=when, **node.slots)
        else:
            self.say(node.text, **node.slots)

    def _slots(self) -> dict[str, object]:
        place, (year, until) = self.knows.place, claimable(self.heard.at.date())
        coming = {"visit_day": self.visit.date(), "visit_time": self.visit.time()} if self.visit else {}
        return {**coming, "place": Dutch(place.name), "municipality": Dutch(place.municipality), "address": Dutch(place.address or GONE),
                "valid_until": _day(self.data.get("valid_until", "")), "phone": Dutch(place.phone or GONE), "hours": place.hours,
                "year": Dutch(str(year)), "until": until}

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
        if node.picks:
            self.is_static = False
            return (*visit.choices(node.picks, self.knows.free, self.data, self.tongue), *node.choices)
        if node.id == "differs":
            return tuple(choice for choice in node.choices if choice.language in (self.offered, self.language))
        if node.id == "second":
            return tuple(choice for code in seconds(self.language, self.tongues.languages) for choice in node.choices if choice.language == code)
        if node.is_in_all:
            return offered(node.choices, self.tongues.languages)
        if self.consent != "yes":           # then no fact is kept, and no date is asked for
            return tuple(choice for choice in node.choices if not choice.next.startswith("permit."))
        return node.choices

    # What is decided

    def recall(self, pressed: str) -> bool:
        """
        Take up the reminder that is answered, the one a button stood under or the last one; False if it is no longer there.
        """
        due, about = self.knows.due, pressed.partition(":")[2].partition(".")[2]
        if due is None:
            return False
        for old in OLD:
            self.data.pop(old, None)
        self.data |= {"remind": about or self.data.get("remind", ""), "due": due.due_on.isoformat(), "later_on": due.later_on.isoformat()}
        self.topic(due.topic, is_answered=True)
        return True

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
        if self.knows.expects_at and self.heard.at < self.knows.expects_at < due:
            due = self.knows.expects_at
        self.events.append(Escalated(team, urgency, topics, self._question(escalation), None if urgency == "today" else due))
        return due

    def _is_soon(self, name: str) -> bool:
        try:
            return date.fromisoformat(self.data.get(name, "")) <= self.heard.at.date() + SOON
        except ValueError:
            return False                # the client said that there is no date

    def _question(self, escalation: Escalation) -> str:
        told = " · ".join(filter(None, (self.data.pop(name, "") for name in escalation.asked)))
        return (told or self.data.pop("question", "") or self.data.pop("asked", ""))[:KEPT]

    def done(self) -> tuple[Session, list[Event]]:
        """
        Close the turn: one message of all that was said, and the session to keep.
        """
        if self.texts:
            sources = tuple(self.sources.get(text, "") for text in self.texts)
            self.events.insert(0, Said("\n\n".join(self.texts), self.offers, self.tongue.language, self.is_static, sources if all(sources) else ()))
        return Session(self.flow.name, self.node.id, self.language, self.misses, self.trail, self.data), self.events


def _day(told: str) -> date | str:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return told                     # a label was pressed where a day was asked for


def may_be_spoken(text: str) -> bool:
    """
    Say whether a recording can say a text of ours: all of it that matters is the same for everybody, at any time.
    """
    return "{" not in text or not _FILLED.search(text)


def topic_choice(topic: str) -> Choice:
    """
    Return the choice that asks about a topic.
    """
    found = TOPICS[topic]
    return Choice(topic, found.label, f"info.{topic}", emoji=found.emoji)
