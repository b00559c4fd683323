"""
What one turn gathers: the events and the place in the conversation, beside what it says.
"""

from datetime import date, datetime, timedelta

from flows import sharing, visit
from flows.catalogue import FLOWS, TOPICS
from flows.events import Escalated, Event, Heard, Learned, Said, Topic
from flows.facts import due_days
from flows.hours import answer_by, next_day_by
from flows.language import seconds
from flows.node import Escalation, Flow, Keep, Node, Tongues, Word, _, full
from flows.remind import OLD, THEN_KIND
from flows.session import Session
from flows.speech import Speech, day_of

KEPT = 500                      # characters of a client's question that a session keeps
WAY_BACK = 8
FREE = {"welcome", "language", "stop", "person", "safety", "voice", "sharing"}   # open to who has not chosen a language or consented yet
SOON = timedelta(days=14)
NEAR = timedelta(days=30)       # a card that ends so soon is for a person
WENT_ON = _("Something changed here. I go on at the menu.")


class Turn(Speech):
    """
    A turn in the making. It begins where the session is, `enter` moves it, `done` closes it.
    """

    def __init__(self, session: Session, heard: Heard, tongues: Tongues) -> None:
        super().__init__(session, heard, tongues)
        self.misses, self.trail = session.misses, session.trail
        self.events: list[Event] = []
        self.how: str = "picked"
        self.seat_is_open = self.knows.seat is not None and self.knows.seat.is_open
        flow = FLOWS.get(session.flow)
        self.is_lost = bool(session.flow) and (flow is None or session.node not in flow.nodes)
        self.flow, self.node = self.find(self.home) if self.is_lost or flow is None else (flow, flow.nodes[session.node])
        if self.is_lost:
            self.say(WENT_ON)

    # Where to go

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
        if target == "hour.ask" and (self.consent != "yes" or self.knows.is_stopped):
            target = "menu.data" if self.consent == "yes" else self.home        # there who stopped finds "reminders again"
        name, _dot, node = target.partition(".")
        if self.knows.seat is not None and (guard := sharing.guard(target, self.knows.seat, self.seat_is_open)):
            self.data[sharing.AFTER] = target
            self.data.pop("topics", None)       # what was asked before is another question
            name, _dot, node = guard.partition(".")
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
        if is_back and node.day and not any(name in self.data for name in node.day):
            self.enter(self.home, is_back)      # the day it was about went into a ticket
            return
        if node.keep and (soon := self._keep(node.keep)):
            self.enter(full(flow.name, soon), is_back)
            return
        self.tell(node)
        if flow.name == "remind" and node.id in THEN_KIND and self._asks_kind():
            self.enter("remind.kind", is_back)
        elif flow.name == "person" and not self.is_welcomed:
            self.enter(self.home)
        elif node.waits:
            self.wait(flow, node, is_back)
        elif node.next:
            self.enter(full(flow.name, node.next), is_back)
        else:
            self.forget()

    def _asks_kind(self) -> bool:
        """
        Say whether to ask now which permit the client has, and take note of it: it is asked once.
        """
        asks = self.knows.due is not None and self.knows.due.asks_kind and "kind" not in self.data
        if asks:
            self.data["kind"] = "asked"
        return asks

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
        day = day_of(self.data.pop(keep.heard, ""))
        if not isinstance(day, date) or self.consent != "yes":
            return ""
        self.learn(Learned(keep.fact, day.isoformat()))
        return keep.soon if keep.soon and day <= self.heard.at.date() + NEAR else ""

    # What to say

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
        due_team = self.knows.due.team if escalation.urgent_by == "due" and self.knows.due else None
        team = due_team or TOPICS[topics[0]].team if topics and not escalation.topics and topics[0] in TOPICS else escalation.team
        urgency = "today" if self._is_soon(escalation.urgent_by) else escalation.urgency
        due = answer_by(self.knows.place.hours, self.heard.at, urgency)
        if escalation.is_tomorrow:
            due = min(due, next_day_by(self.knows.place.hours, self.heard.at))
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
        if day and self.consent == "yes":
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
            sources = tuple(self.sources.get(text, "") for text in self.texts)
            self.events.insert(0, Said("\n\n".join(self.texts), self.offers, self.tongue.language, self.is_static, sources if all(sources) else ()))
        return Session(self.flow.name, self.node.id, self.language, self.misses, self.trail, self.data), self.events
