"""
Contact moments: every message belongs to exactly one, and the reports count them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Row, bindparam, case, func, select

from storage.database import Tx
from storage.tables import clients, moments

LATELY = 30                 # moments of a client that the desk shows

OUTCOMES = ("escalated", "answered", "not_understood", "")      # the first that holds is a moment's outcome


@dataclass(slots=True)
class Moment:
    """
    One exchange with one client. `began_on` is the office's calendar day, stamped with location and municipality when it began.
    """

    id: int
    client_id: int
    location_id: int
    municipality: str
    channel: str
    began_at: datetime
    began_on: date
    last_at: datetime
    began_by: str = "client"
    languages: list[str] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    answered_by: str = ""
    outcome: str = ""
    is_reached: bool = True
    inbound: int = 0
    outbound: int = 0

    def come_to(self, outcome: str) -> None:
        """
        Take an outcome, unless a weightier one is there; one that is answered so was answered by the bot.
        """
        if self.outcome in OUTCOMES:
            self.outcome = min(self.outcome, outcome, key=OUTCOMES.index)
        elif outcome:
            self.outcome = outcome
        if outcome == "answered":
            self.answered_by = {"": "bot", "volunteer": "both"}.get(self.answered_by, self.answered_by)


_BEGIN = moments.insert()


def begin(tx: Tx, begun: Sequence[Moment]) -> None:
    """
    Write new moments down.
    """
    if begun:
        tx.many(_BEGIN, [_row(moment) for moment in begun])


def _row(moment: Moment) -> dict[str, object]:
    return {
        "id": moment.id, "client_id": moment.client_id, "location_id": moment.location_id, "municipality": moment.municipality,
        "channel": moment.channel, "began_by": moment.began_by, "began_at": moment.began_at, "began_on": moment.began_on,
        "last_at": moment.last_at, "languages": ",".join(moment.languages), "topics": ",".join(moment.topics),
        "programme": "info_point", "answered_by": moment.answered_by, "outcome": moment.outcome, "is_reached": moment.is_reached,
        "inbound": moment.inbound, "outbound": moment.outbound,
    }


_GO_ON = moments.update().where(moments.c.id == bindparam("moment")).values(
    last_at=bindparam("to_last_at"), languages=bindparam("to_languages"), topics=bindparam("to_topics"),
    answered_by=bindparam("to_answered_by"), outcome=bindparam("to_outcome"), is_reached=True,
    inbound=moments.c.inbound + bindparam("more_inbound"), outbound=moments.c.outbound + bindparam("more_outbound"))


def go_on(tx: Tx, going: Sequence[Moment]) -> None:
    """
    Write down what was added to moments that go on; `inbound` and `outbound` are what is new, and an answer makes them reached.
    """
    if going:
        tx.many(_GO_ON, [
            {"moment": moment.id, "to_last_at": moment.last_at, "to_languages": ",".join(moment.languages), "to_topics": ",".join(moment.topics),
             "to_answered_by": moment.answered_by, "to_outcome": moment.outcome, "more_inbound": moment.inbound, "more_outbound": moment.outbound}
            for moment in going
        ])


def of_client(tx: Tx, client_id: int) -> Sequence[Row]:  # type: ignore[type-arg]
    """
    Return a client's last moments, the newest first.
    """
    return tx.all(select(moments).where(moments.c.client_id == client_id).order_by(moments.c.last_at.desc()).limit(LATELY))


_LATEST = (
    select(moments, clients.c.number)
    .outerjoin(clients, clients.c.id == moments.c.client_id)
    .order_by(moments.c.id.desc())
    .limit(bindparam("limit"))
)


def latest(tx: Tx, limit: int) -> Sequence[Row]:  # type: ignore[type-arg]
    """
    Return the moments that began last, the newest first, each with its client's number (None once forgotten).
    """
    return tx.all(_LATEST, {"limit": limit})


def answered(tx: Tx, moment_id: int, now: datetime) -> None:
    """
    Note that a volunteer wrote in this moment.
    """
    by = case((moments.c.answered_by.in_(["bot", "both"]), "both"), else_="volunteer")
    tx.run(moments.update().where(moments.c.id == moment_id).values(answered_by=by, outbound=moments.c.outbound + 1, last_at=now))


def not_answered(tx: Tx, moment_id: int, is_only: bool) -> None:
    """
    Take back what `answered` noted; `is_only`: no other volunteer's word is in this moment.
    """
    by = case({"both": "bot", "volunteer": ""}, value=moments.c.answered_by, else_=moments.c.answered_by) if is_only else moments.c.answered_by
    tx.run(moments.update().where(moments.c.id == moment_id).values(answered_by=by, outbound=moments.c.outbound - 1))


def file(tx: Tx, moment_id: int, topics: Sequence[str]) -> None:
    """
    Let a moment have these topics, the main one first: what a volunteer ticked.
    """
    tx.run(moments.update().where(moments.c.id == moment_id).values(topics=",".join(topics)))


def book(tx: Tx, moment_id: int, programme: str, minutes: int) -> None:
    """
    Let a moment count for a programme, and add the minutes that a volunteer gave it; "" and 0 leave what there is.
    """
    values: dict[str, object] = {"programme": programme} if programme else {}
    if minutes:
        values["minutes"] = func.coalesce(moments.c.minutes, 0) + minutes
    if values:
        tx.run(moments.update().where(moments.c.id == moment_id).values(values))


def programme_of(tx: Tx, moment_id: int) -> str:
    """
    Return the programme for which a moment counts, or "".
    """
    row = tx.one(select(moments.c.programme).where(moments.c.id == moment_id))
    return str(row.programme) if row else ""
