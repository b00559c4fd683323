"""
A conversation with the flows alone: no database, no channel; and its transcript, as a volunteer can read and correct it.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.translate import Languages, load
from flows import broadcast, remind
from flows.answers import invite_code
from flows.engine import Session, start, turn
from flows.events import (
    Answered,
    Booked,
    Bound,
    Cancelled,
    Due,
    Escalated,
    Event,
    Felt,
    Forgotten,
    Heard,
    HeardKind,
    Knows,
    Learned,
    Offer,
    Place,
    Proved,
    Resumed,
    Said,
    Seat,
    Stopped,
    Topic,
    Wished,
)
from flows.facts import Facts
from flows.guess import Guess
from flows.helped import HELPED
from flows.hours import parse
from flows.sharing import CHOSEN, normal
from flows.visit import moments

TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("Europe/Amsterdam"))
LEIDEN = Place("VluchtelingenWerk Leiden", "Leiden", "Lange Gracht 5, Leiden", "071-525 62 00", parse("mo-fr 09:00-17:00"))
TONGUES: Languages = load()
KINDS = ("voice", "photo", "document", "location", "other")


@dataclass
class Person:
    """A client who writes to the flows, and what they decided; what storage would remember is kept in `knows`."""

    session: Session | None = None
    at: datetime = TUESDAY
    knows: Knows = field(default_factory=lambda: Knows(LEIDEN, is_first=True))
    events: list[Event] = field(default_factory=list)
    word: str = ""

    def says(self, text: str = "", kind: HeardKind = "text", choice: str = "", guess: Guess | None = None) -> str:
        """Bring one thing, and return what the bot says to it ("" if it is silent)."""
        knows = replace(self._at_seat(text), free=tuple(moments(LEIDEN.hours, self.at)))        # an office where nobody has an appointment yet
        knows = replace(knows, invite="valid") if invite_code(text) else knows
        self.session, self.events = turn(self.session, Heard(kind, self.at, knows, text, choice, guess=guess), TONGUES)
        self.session = Session.from_json(self.session.to_json())
        self.knows = replace(self.knows, is_first=False)
        for event in self.events:
            self._keep(event)
        return self.said.text if self.said else ""

    def shares(self, word: str) -> None:
        """Let this client have a phone that several share, on which their name was chosen, and a word; something waits for it."""
        self.word, self.knows = word, replace(self.knows, seat=Seat(tries=3 if word else 0))

    def _at_seat(self, text: str) -> Knows:
        seat, said = self.knows.seat, bool(self.word) and normal(text) == self.word
        return replace(self.knows, seat=replace(seat, is_right=said and bool(seat.tries)) if seat else None)

    def is_asked_whether_it_helped(self) -> None:
        """Let a volunteer close the question of this client."""
        self.knows = replace(self.knows, expects_at=None, is_held=False)
        self.session, self.events = start(HELPED, self.session, Heard("text", self.at, self.knows), TONGUES)

    def is_reminded(self, kind: str, due_on: date, asks_kind: bool = False) -> None:
        """Remind this client of what is due; what was asked for before is silent. `asks_kind`: nobody told us which permit they have."""
        tongue = TONGUES(self.session.language if self.session else "nl")
        later_on = remind.later_on(self.at.date(), due_on, None)
        known = Facts(permit_expires_on=due_on) if kind.startswith("permit") else Facts()
        self.knows = replace(self.knows, due=Due(remind.topic_of(kind), due_on, later_on, remind.team_of(kind), asks_kind, kind, known))
        text = remind.text(tongue, [remind.Case(kind, due_on)], self.at.date())
        labels = [tongue(choice.label) for choice in remind.REMIND.first.choices]
        self.events = [Said(text, tuple(map(Offer, remind.answers(1), labels)), tongue.language)]
        self.session = replace(self.session or Session(), flow="remind", node="ask")

    def is_asked_how_it_goes(self) -> None:
        """Send this client a check-in; what was asked for before is silent."""
        tongue = TONGUES(self.session.language if self.session else "nl")
        spoken = broadcast.say(broadcast.Words("checkin"), tongue, LEIDEN, self.at.date())
        assert spoken
        self.events = [Said(spoken.text, spoken.offers(1), tongue.language)]
        self.session = replace(self.session or Session(), flow="checkin", node="ask")

    def presses(self, label: str) -> str:
        """Press the button with this label under the last message, with its picture or without."""
        return self.says(kind="choice", choice=next(
            offer.id for offer in self.said.offers if label in (offer.label, offer.label.partition(" ")[2])))

    @property
    def said(self) -> Said | None:
        """Return the message of the last turn."""
        return next((event for event in self.events if isinstance(event, Said)), None)

    @property
    def labels(self) -> list[str]:
        """Return the labels that the last message offers."""
        return [offer.label for offer in self.said.offers] if self.said else []

    def has(self, kind: type[Event]) -> list[Event]:
        """Return the events of this kind that the last turn decided."""
        return [event for event in self.events if isinstance(event, kind)]

    def _keep(self, event: Event) -> None:
        if isinstance(event, Learned) and event.fact == "consent":
            self.knows = replace(self.knows, consent=event.value)
        elif isinstance(event, Escalated):
            due_at = event.due_at or self.at + timedelta(hours=7)
            self.knows = replace(self.knows, expects_at=min(self.knows.expects_at or due_at, due_at))
        elif isinstance(event, Booked | Cancelled):
            self.knows = replace(self.knows, visit=event.starts_at if isinstance(event, Booked) else None)
        elif isinstance(event, Stopped | Resumed):
            self.knows = replace(self.knows, is_stopped=isinstance(event, Stopped))
        elif isinstance(event, Proved) and self.knows.seat:
            self.knows = replace(self.knows, seat=Seat(event.is_right, tries=3 if event.is_right else self.knows.seat.tries - 1))
        elif isinstance(event, Forgotten):
            self.knows = Knows(LEIDEN)


def welcomed(language: str = "nl") -> Person:
    """Return a client at the menu."""
    person = Person(Session("menu", "main", language, data={"consent": "yes", "second": "asked"}))
    person.knows = Knows(LEIDEN, consent="yes")
    return person


def told(event: Event) -> str:
    """Return an event as a line of a transcript."""
    match event:
        case Said(text, offers):
            lines = text.replace("\n", "\n         ")
            return f"bot      {lines}" + ("\n         " + " ".join(f"[{offer.label}]" for offer in offers) if offers else "")
        case Learned(fact, value):
            return f"learned  {fact} {value}"
        case Escalated(team, urgency, topics, asked, due_at):
            due = f" before {due_at:%d-%m-%Y %H:%M}" if due_at else ""
            return f"ticket   {team}, {urgency}{due}{''.join(f', {topic}' for topic in topics)}{f': {asked}' if asked else ''}"
        case Topic(id, how, is_answered):
            return f"topic    {id} {how}{'' if is_answered else ', for a person'}"
        case Bound(code):
            return f"bound    {code}"
        case Booked(starts_at, interpreter):
            return f"booked   {starts_at:%d-%m-%Y %H:%M}{f', interpreter {interpreter}' if interpreter else ''}"
        case Answered(answer):
            return f"answered {answer}"
        case Proved(is_right):
            return f"word     {'right' if is_right else 'wrong'}"
        case Felt(answer):
            return f"felt     {answer}"
        case Wished(wish):
            return f"wished   {wish}"
        case _:
            return type(event).__name__.lower()


def replay(transcript: str) -> str:
    """Say again what the client says in a transcript, and return the transcript as it is now."""
    person, lines = Person(), []
    for line in transcript.splitlines():
        if line.startswith("#"):
            person = Person()
            lines += ([""] if lines else []) + [line]
        elif line.startswith("client"):
            said = line.removeprefix("client").strip()
            if said.startswith("(") and said[1:-1] in KINDS:
                person.says(kind=said[1:-1])
            elif said.startswith("["):
                person.presses(said[1:-1])
            else:
                person.says(said)
            lines += [line, *map(told, person.events)]
        elif line.startswith("reminded"):
            kind, due_on, *unknown = line.split()[1:]
            person.is_reminded(kind, date.fromisoformat(due_on), unknown == ["unknown"])
            lines += [line, *map(told, person.events)]
        elif line.startswith("shares"):
            person.shares(line.removeprefix("shares").strip())
            lines += [line]
        elif line.startswith("chosen"):
            person.says(kind="choice", choice=f"{CHOSEN}1")
            lines += [line, *map(told, person.events)]
        elif line.startswith("checkin"):
            person.is_asked_how_it_goes()
            lines += [line, *map(told, person.events)]
        elif line.startswith("closed"):
            person.is_asked_whether_it_helped()
            lines += [line, *map(told, person.events)]
    return "\n".join(lines) + "\n"
