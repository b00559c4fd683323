"""
Attribute: whose turns the messages from a phone are that several people share. What somebody wrote becomes a turn of theirs once it is
known who they are; who is not known yet is asked.
"""

from dataclasses import replace
from datetime import datetime

from bot.app import App
from bot.share import Sharing, question
from flows import approvals, sharing
from flows.answers import anywhere
from flows.emergency import alarm
from flows.session import Session
from storage import knocks, messages, phones
from storage.database import Tx
from storage.messages import Waiting
from storage.outbox import Queued
from storage.phones import Share
from storage.sessions import Standing

HELD = "held"                   # where in the door's session stand the messages whose writer is not known yet
MOST = 20                       # of them


def own_turns(app: App, tx: Tx, kept: Sharing, standing: Standing, waiting: list[Waiting],
              now: datetime) -> tuple[list[Waiting], list[Queued], list[int]]:
    """
    Return which of these messages are turns of this client, what is said besides, and what is answered by that. Emergencies are always
    taken where they arrive.
    """
    share = standing.share
    if share is None:
        return waiting, [], []
    if share.is_door:
        return _Door(app, tx, kept, standing, share, now).take(waiting)
    return _at_seat(app, kept, standing, share, waiting, now), [], []


def _at_seat(app: App, kept: Sharing, standing: Standing, share: Share, waiting: list[Waiting], now: datetime) -> list[Waiting]:
    """
    Return the turns of a client who speaks; from where another begins to speak, or asks to, the rest goes to the door.
    """
    speaks = share.speaker(now) == standing.address_id
    for place, message in enumerate(waiting):
        is_own = message.choice == f"{sharing.CHOSEN}{standing.address_id}"
        is_others = not is_own and (message.choice.startswith(sharing.CHOSEN) or sharing.is_other(message.text, message.choice, app.tongues))
        if (is_others or not speaks) and not is_alarm(app, message):
            rest = [one for one in waiting[place:] if not is_alarm(app, one)]
            kept.moved.append(([one.id for one in rest], share.door_id))
            if speaks:
                kept.speakers[share.door_id] = None
            own = [one for one in waiting if one not in rest]
            break
    else:
        own = waiting
    if own and speaks and share.door_id not in kept.speakers:
        kept.spoke[share.door_id] = share.door_id, standing.address_id, own[-1].at
    return own


def is_alarm(app: App, message: Waiting) -> bool:
    """
    Tell whether a message is one of danger.
    """
    guess = app.ponder.guess_of(message.id) if app.ponder else None
    return not message.choice and alarm(message.text, app.tongues.phrases, guess) is not None


class _Door:
    """
    The turns at a phone's own address: whoever is not known yet is asked, once for all that waits.
    """

    def __init__(self, app: App, tx: Tx, kept: Sharing, standing: Standing, share: Share, now: datetime) -> None:
        self.app, self.tx, self.kept, self.standing, self.now = app, tx, kept, standing, now
        self.session = Session.from_json(standing.state) if standing.state else Session(language=standing.language)
        self.people = phones.sharers(tx, [share.door_id])[share.door_id]
        self.names = sharing.names([(one.address_id, one.name, one.number) for one in self.people])
        self.door_id, self.speaker = share.door_id, share.speaker(now)
        self.held = [int(id) for id in self.session.data.get(HELD, "").split()]
        self.own: list[Waiting] = []
        self.answered: list[int] = []
        self.passed: list[int] = []
        self.is_to_ask = False

    def take(self, waiting: list[Waiting]) -> tuple[list[Waiting], list[Queued], list[int]]:
        """
        Deal with these messages, in order.
        """
        for message in waiting:
            self._hear(message)
        if self.passed and self.speaker is not None:
            self.kept.moved.append((self.passed, self.speaker))
        said = self._ask() if self.is_to_ask and self.speaker is None else []
        data = {name: kept for name, kept in self.session.data.items() if name != HELD}
        if self.held:
            data[HELD] = " ".join(map(str, self.held))
        self.session = replace(self.session, data=data)
        if said:
            self.session = replace(self.session, flow=sharing.SHARING.name, node="who")
        elif self.speaker is not None and self.session.flow == sharing.SHARING.name:
            self.session = replace(self.session, flow="", node="")
        self.standing.state = self.session.to_json()
        return self.own, said, self.answered

    def _hear(self, message: Waiting) -> None:
        who = self._chosen(message) if self.speaker is None or message.choice.startswith(sharing.CHOSEN) else 0
        if is_alarm(self.app, message) or self._is_safety(message):
            self.own.append(message)
        elif who:
            self._choose(who, message)
        elif self.speaker is None and not message.choice and anywhere(message.text) == "stop":
            self.own.append(message)                # whoever says it, it is obeyed at once
        elif self.speaker is None and message.choice == approvals.READ and knocks.waits(self.tx, self.door_id):
            self.answered.append(message.id)        # the question who reads leaves with this turn
        elif self.speaker == self.door_id and self.door_id not in self.kept.speakers:
            if sharing.is_other(message.text, message.choice, self.app.tongues):
                self._hush(message)
            else:
                self.own.append(message)
                self.kept.spoke[self.door_id] = self.door_id, self.door_id, message.at
        elif self.speaker is not None:
            self.passed.append(message.id)
        else:
            self._hold(message)

    def _chosen(self, message: Waiting) -> int:
        is_asked = self.session.flow == sharing.SHARING.name and self.session.node == "who"
        if not (is_asked or message.choice.startswith(sharing.CHOSEN)) or (not message.choice and not message.text.strip()):
            return 0
        return sharing.chosen(message.text, message.choice, self.names, self.door_id, self.app.tongues)

    def _is_safety(self, message: Waiting) -> bool:
        return self.session.flow == "safety" and (not message.choice or message.choice.startswith("safety."))

    def _choose(self, who: int, message: Waiting) -> None:
        self.speaker = who
        self.kept.speakers[self.door_id] = who
        messages.press(self.tx, message.id, f"{sharing.CHOSEN}{who}")
        if self.held and not knocks.waits(self.tx, who):        # what they asked is the answer to who they are
            self.answered.append(message.id)
        else:
            self.held.append(message.id)
        self.passed += self.held
        self.held = []

    def _hush(self, message: Waiting) -> None:
        self.speaker = None
        self.kept.speakers[self.door_id] = None
        self._hold(message)

    def _hold(self, message: Waiting) -> None:
        self.answered.append(message.id)
        self.is_to_ask = True
        if not sharing.is_other(message.text, message.choice, self.app.tongues) and message.choice != approvals.READ:
            self.held = [*self.held, message.id][-MOST:]

    def _ask(self) -> list[Queued]:
        return [question(self.app, self.tx, self.standing, self.people, self.now)]
