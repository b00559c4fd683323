"""
Conversations as values: a `Flow` is a name and its nodes, one can walk them, and `_` marks a text for translation.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Literal, Protocol

from flows.events import Event, Heard, Learned, Team, Urgency
from flows.understand import Phrases


def _(text: str) -> str:
    """
    Mark a text for translation; it is said through a tongue.
    """
    return text


mark = _


class Dutch(str):
    """
    A Dutch name, address or number that goes into a slot: it always reads from left to right.
    """

    __slots__ = ()


class Word(str):
    """
    A word of ours that goes into a slot and is in the language of the text already.
    """

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """
    An answer that is offered. `next` is a node of this flow (`plan`) or of another (`menu.main`).

    A choice with the id "yes" or "no" is also taken by those words in every language. `language` marks the choice of that
    language: its label is the language's own name, and it is offered only where we have its texts. `emoji` goes before the label.
    Where the node hears an answer too, the label is kept as one, but for a choice that only turns the page (`is_kept`).
    `is_wrong` is the no to whether something is right: it is also taken by the words for wrong.
    """

    id: str
    label: str
    next: str
    learn: Learned | None = None
    language: str = ""
    emoji: str = ""
    is_kept: bool = True
    is_wrong: bool = False


@dataclass(frozen=True, slots=True)
class Escalation:
    """
    The ticket that a node opens. `asked` names the nodes whose answers are its question; without, it is what was last asked.
    `urgent_by` names the node that heard a date: within fourteen days makes it `today`. `told_as` names the fact that this date is
    told as: by the client, so that a volunteer who has seen the letter says it again. `is_tomorrow`: by the next working day at the latest.
    """

    team: Team = "social"
    urgency: Urgency = "normal"
    topics: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    urgent_by: str = ""
    told_as: str = ""
    is_tomorrow: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """
    What was heard at a node of this flow becomes a fact on entering another; a day that is past or near leads on to `soon`.
    """

    heard: str
    fact: str
    soon: str = ""


Reader = Callable[[Heard], str | None]
"""
What is read from an answer in a client's own words: a value, or None if it is no answer to this question.
"""

Sorter = Callable[[str, Heard], str]
"""
Which of its ways a node goes on by, from what was read, the day it is and what is known.
"""


@dataclass(frozen=True, slots=True)
class Node:
    """
    A place in a conversation: what is said there, and what can follow.

    With `choices` or `hear` the client answers, and the conversation waits. Without either it goes straight on to `next`
    (at the end: `menu.after`), and both texts are one message. `hear` reads an answer in the client's own words; what it
    reads is kept under the node's id (or `kept_as`), and told as a fact if `learn` names one; where answers part, `sort` names one of
    the `ways`, and `next` is for the others. `does` happens on entering, `escalate` opens a ticket, `topic` is logged as answered.
    A picture that is sent while the node waits leads to `picture`. `keep` tells as a fact what was heard before. `is_in_all` says the text
    in every language, for who has not chosen one yet. `slots` fills slots of the text that are the same for everybody. `picks` offers the
    days or the times at which the client can come to the office before the other choices. `day` names where the session keeps the text's
    {day}, the first that is there.
    """

    id: str
    text: str
    choices: tuple[Choice, ...] = ()
    hear: Reader | None = None
    learn: str = ""
    next: str = "menu.after"
    escalate: Escalation | None = None
    topic: str = ""
    does: tuple[Event, ...] = ()
    keep: Keep | None = None
    picture: str = ""
    is_in_all: bool = False
    picks: Literal["", "day", "time"] = ""
    slots: Mapping[str, object] = field(default_factory=dict, hash=False)
    day: tuple[str, ...] = ()
    kept_as: str = ""
    sort: Sorter | None = None
    ways: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def waits(self) -> bool:
        """
        Say whether the client answers here.
        """
        return bool(self.choices or self.picks) or self.hear is not None

    @property
    def key(self) -> str:
        """
        Return the name under which the answer is kept.
        """
        return self.kept_as or self.id

    def after(self, read: str, heard: Heard) -> str:
        """
        Return the node that follows what was read.
        """
        return self.ways.get(self.sort(read, heard), self.next) if self.sort else self.next


@dataclass(frozen=True, init=False)
class Flow:
    """
    A conversation: its name and its nodes, the first of which begins it.
    """

    name: str
    nodes: Mapping[str, Node] = field(hash=False)

    def __init__(self, name: str, *nodes: Node) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "nodes", {node.id: node for node in nodes})

    @property
    def first(self) -> Node:
        """
        Return the node that begins this conversation.
        """
        return next(iter(self.nodes.values()))

    def targets(self, node: Node) -> Iterator[str]:
        """
        Yield the full name (`flow.node`) of every node that can follow this one.
        """
        for target in (choice.next for choice in node.choices):
            yield full(self.name, target)
        for target in node.ways.values():
            yield full(self.name, target)
        if node.hear or node.picks or not node.choices:
            yield full(self.name, node.next)
        for target in (node.picture, node.keep.soon if node.keep else ""):
            if target:
                yield full(self.name, target)


def full(flow: str, target: str) -> str:
    """
    Return the full name of a node that is named from within a flow.
    """
    return target if "." in target else f"{flow}.{target}"


class Tongue(Protocol):
    """
    The function that says a text in one language.
    """

    language: str
    is_rtl: bool

    def __call__(self, text: str, /, **slots: object) -> str:
        """
        Return the text in this language with its slots filled, foreign pieces isolated.

        A slot takes a date, a time, `Hours`, a number, `Dutch` (ours, left to right), `Word` (ours, in this language), or a str (a
        client's, any direction).
        """

    def alone(self, text: str, /, **slots: object) -> str:
        """
        Return the text in this language and in no other, where others go before or after it.
        """

    def raw(self, text: str) -> str:
        """
        Return the text as the translator wrote it.
        """

    def variants(self, text: str) -> tuple[str, ...]:
        """
        Return the text in every language there is, this one first, for matching labels.
        """

    def short(self, day: date) -> str:
        """
        Return the day as weekday, day and month, short enough for a button.
        """

    def date(self, day: date) -> str:
        """
        Return the day as weekday, day, month by name and year; with the numbers beside it where the name misleads.
        """

    def time(self, at: time) -> str:
        """
        Return the time of day as `14:00`, with the part of the day where hours are counted from sunrise.
        """


class Tongues(Protocol):
    """
    All languages there are: `languages` in the order in which they are offered, `phrases` the words clients use.
    """

    @property
    def languages(self) -> tuple[str, ...]:
        """
        Return the codes of the languages we have texts in.
        """

    @property
    def phrases(self) -> Phrases:
        """
        Return how clients ask for each topic, and what they write in an emergency.
        """

    def __call__(self, language: str) -> Tongue:
        """
        Return the tongue of a language, or of its named fallback.
        """

    def correct(self, better: dict[str, dict[str, str]], ticked: dict[str, set[str]]) -> None:
        """
        Say texts as they were corrected: by language, by English text; `ticked` were read by a speaker of the language.
        """

    def unread(self, code: str) -> frozenset[str]:
        """
        Return the texts of weight that no native speaker has ticked yet: they are said in Dutch too.
        """

    def written(self, code: str) -> dict[str, str]:
        """
        Return the texts of a language as they were written, by their English text.
        """
