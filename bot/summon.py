"""
Summon: a person of ours steps in for what is due. A ticket opens, or the client's open one grows, with a note that says what and why.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.app import App
from bot.web.desk.told import KINDS
from bot.web.desk.words import sentence
from flows import remind
from flows.deadlines import AWAITED, OVERDUE, UNREAD
from storage import approaches, notes, reminders, tickets
from storage.database import Tx
from storage.reminders import Reached, Reminder
from storage.tickets import Ticket

log = logging.getLogger("wegwijs")
SOON = timedelta(days=10)               # due within so many days: today
LINE = "{kind}: uiterlijk {day}. {why}"
OTHERS = {                              # of what has no last day
    UNREAD: "{kind} (van {day}). Bel vandaag nog.",
    AWAITED: "{kind} De verlenging is aangevraagd. Vraag ernaar, en schrijf op tot wanneer de kaart geldig is.",
}
WHY = {
    "person": "De cliënt heeft niet geantwoord: bel.",
    "certain": "Hier moet iemand van ons nu naar kijken.",
    "late": "De dag is voorbij: bel vandaag nog.",
    "staff": "Ter herinnering voor ons.",
    "check": "De cliënt zegt dat het gedaan is: vraag ernaar, en schrijf de dag op.",
    "not_mine": "De cliënt zegt dat dit niet voor hem of haar is: klopt de dag, en is deze telefoon nog van de cliënt?",
    "failed": "De herinnering kon niet worden bezorgd: bel.",
    "unreachable": "De cliënt is niet te bereiken met een bericht: bel.",
    "unlinked": "Er is geen telefoon van deze cliënt bekend: bel.",
    "stopped": "De cliënt wil geen berichten: bel.",
    "no_word": "De cliënt deelt een telefoon en er is geen woord afgesproken: bel, en spreek er een af.",
    "unsafe": "Schrijven is niet veilig voor deze cliënt: kijk bij 'Veilig contact' op de kaart.",
    "no_consent": "De cliënt heeft niet toegestemd in berichten: bel.",
    "too_late": "Er kon geen bericht meer op tijd weg: bel.",
}


@dataclass(frozen=True, slots=True)
class Call:
    """
    A client for whom a person steps in, why (`WHY`), and for which reminders.
    """

    client_id: int
    reached: Reached
    why: str
    rows: Sequence[Reminder] = ()


def summon(app: App, tx: Tx, calls: Sequence[Call], now: datetime) -> dict[int, int]:
    """
    Open or join a ticket for each client, note what is due and why there, and return the tickets by client. The caller has locked them.
    """
    if not calls:
        return {}
    tickets.open_or_join(tx, [_ticket(app, call, now) for call in calls])
    opened = tickets.open_of(tx, [call.client_id for call in calls])
    notes.tell(tx, [(opened[call.client_id], call.client_id, told(call)) for call in calls], now)
    log.info("people_summoned how_many=%s", len(calls))
    return opened


def _ticket(app: App, call: Call, now: datetime) -> Ticket:
    today = now.astimezone(app.settings.timezone).date()
    first = min(call.rows, key=lambda row: row.due_on, default=None)
    in_days = app.due_at(call.reached.location_id, now, "week").astimezone(app.settings.timezone).date()     # some offices open once a week
    is_soon = any(row.due_on <= today + SOON or in_days > remind.act_by(row.due_on) for row in call.rows if row.kind != AWAITED)
    urgency = "today" if is_soon else "week"
    topics = tuple(dict.fromkeys(filter(None, (remind.topic_of(row.kind) for row in call.rows))))
    team = remind.team_of(first.kind) if first else "social"
    due_at = app.due_at(call.reached.location_id, now, urgency)         # type: ignore[arg-type]
    return Ticket(call.client_id, call.reached.address_id or 0, None, None, call.reached.location_id, team, urgency, now, due_at, topics,
                  call.reached.language, reason="reminder")


def told(call: Call) -> str:
    """
    Return the note: a line for each day that is due, and why a person is asked.
    """
    why = WHY[call.why]
    lines = [OTHERS.get(row.kind, LINE).format(
        kind=sentence("nl", KINDS[row.kind]), day=f"{row.due_on:%d-%m-%Y}", why=WHY["late"] if _is_late(call, row) else why) for row in call.rows]
    return "\n".join(lines) or why


def _is_late(call: Call, row: Reminder) -> bool:
    return call.why == "certain" and (row.kind in OVERDUE or row.send_on > row.due_on)


def failed(app: App, tx: Tx, message_id: int, now: datetime) -> None:
    """
    Let a person step in for the reminders that a message could not bring, as soon and by whom each of them asks.
    """
    rows = [row for row in reminders.fail(tx, message_id) if row.state == "sent"]
    if rows:
        client_id = rows[0].client_id
        call = Call(client_id, Reached(client_id, None, rows[0].location_id, "", None, "", True), "failed", rows)
        reminders.handed_over(tx, [row.id for row in rows], summon(app, tx, [call], now)[client_id])


def unsafe(app: App, tx: Tx, address_ids: Sequence[int], now: datetime) -> None:
    """
    Let a person step in where an answer of ours did not leave, for writing there became unsafe.
    """
    ids = sorted({one.client_id for one in approaches.open_to(tx, address_ids).values()})
    summon(app, tx, [Call(id, reached, "unsafe") for id, reached in reminders.reach(tx, ids).items()], now)
