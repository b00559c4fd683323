"""
Appointments: when a client comes to an office. An office has room for a number of clients at the same time, its capacity.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import uuid4

from sqlalchemy import Row, func, select

from storage.database import Tx
from storage.tables import appointments, clients, locations

MadeBy = Literal["client", "staff"]


@dataclass(frozen=True, slots=True)
class Appointment:
    """
    One visit. `interpreter` is the language one is wanted for, or ""; `remind_at` is when the client is reminded next, None when all is said.
    """

    id: int
    client_id: int
    location_id: int
    starts_at: datetime
    interpreter: str
    made_by: MadeBy
    remind_at: datetime | None
    number: int             # the client's
    uid: str = ""           # in the client's calendar, "" for one made before there was one
    sequence: int = 0


_WHOSE = select(appointments, clients.c.number).join(clients, clients.c.id == appointments.c.client_id)


def free(tx: Tx, location_id: int, moments: Sequence[datetime]) -> list[datetime]:
    """
    Return those of these moments, in order, at which the office has room for one more client.
    """
    if not moments:
        return []
    capacity = _capacity(tx, location_id)
    query = (select(appointments.c.starts_at, func.count().label("taken"))
             .where(appointments.c.location_id == location_id, appointments.c.seat.is_not(None),
                    appointments.c.starts_at >= moments[0], appointments.c.starts_at <= moments[-1])
             .group_by(appointments.c.starts_at))
    taken = Counter({row.starts_at: row.taken for row in tx.all(query)})
    return [moment for moment in moments if taken[moment] < capacity]


def _capacity(tx: Tx, location_id: int) -> int:
    row = tx.one(select(locations.c.capacity).where(locations.c.id == location_id))
    return row.capacity if row else 0


def book(
    tx: Tx, client_id: int, location_id: int, starts_at: datetime, made_by: MadeBy, now: datetime, interpreter: str = "",
    remind_at: datetime | None = None,
) -> bool:  # fmt: skip
    """
    Take a place for a client, in the stead of the one they had; False, and nothing is changed, if there is none left.

    The client's row is locked before, so that nobody books for the same client meanwhile.
    """
    before = coming(tx, client_id, now)
    uid, sequence = (before.uid, before.sequence + 1) if before and before.uid else (uuid4().hex, 0)
    for _ in range(_capacity(tx, location_id)):
        seat = _seat(tx, location_id, starts_at)
        if seat is None:
            return False
        values = {"client_id": client_id, "location_id": location_id, "starts_at": starts_at, "seat": seat, "interpreter": interpreter,
                  "made_by": made_by, "made_at": now, "remind_at": remind_at, "uid": uid, "sequence": sequence}
        statement = tx.insert(appointments).values(id=tx.ids.next(), **values).on_conflict_do_nothing(
            index_elements=["location_id", "starts_at", "seat"]).returning(appointments.c.id)
        made = tx.run(statement).scalar_one_or_none()
        if made is not None:
            _release(tx, client_id, now, but=made)
            return True
    return False


def _seat(tx: Tx, location_id: int, starts_at: datetime) -> int | None:
    query = select(appointments.c.seat).where(
        appointments.c.location_id == location_id, appointments.c.starts_at == starts_at, appointments.c.seat.is_not(None))
    taken = {row.seat for row in tx.all(query)}
    return next((seat for seat in range(1, _capacity(tx, location_id) + 1) if seat not in taken), None)


def cancel(tx: Tx, client_id: int, now: datetime) -> bool:
    """
    Give back the place of a client who was to come; False if there is none.
    """
    return _release(tx, client_id, now) > 0


def _release(tx: Tx, client_id: int, now: datetime, but: int = 0) -> int:
    mine = (appointments.c.client_id == client_id, appointments.c.starts_at > now, appointments.c.seat.is_not(None), appointments.c.id != but)
    return tx.run(appointments.update().where(*mine).values(
        seat=None, remind_at=None, cancelled_at=now, sequence=appointments.c.sequence + 1)).rowcount


def coming(tx: Tx, client_id: int, now: datetime) -> Appointment | None:
    """
    Return the appointment that a client still has, or None.
    """
    row = tx.one(_WHOSE.where(appointments.c.client_id == client_id, appointments.c.starts_at > now, appointments.c.seat.is_not(None))
                 .order_by(appointments.c.starts_at).limit(1))
    return _appointment(row) if row else None


def last_cancelled(tx: Tx, client_id: int, now: datetime) -> Appointment | None:
    """
    Return the appointment that a client gave back last, of those that were still to come, or None.
    """
    row = tx.one(_WHOSE.where(appointments.c.client_id == client_id, appointments.c.starts_at > now, appointments.c.cancelled_at.is_not(None))
                 .order_by(appointments.c.cancelled_at.desc(), appointments.c.id.desc()).limit(1))
    return _appointment(row) if row else None


def between(tx: Tx, location_id: int, since: datetime, until: datetime) -> list[Appointment]:
    """
    Return who comes to an office from `since` until before `until`, in order.
    """
    rows = tx.all(_WHOSE.where(appointments.c.location_id == location_id, appointments.c.starts_at >= since, appointments.c.starts_at < until,
                               appointments.c.seat.is_not(None)).order_by(appointments.c.starts_at, appointments.c.seat))
    return [_appointment(row) for row in rows]


def due(tx: Tx, now: datetime, limit: int) -> list[Appointment]:
    """
    Return the appointments whose clients are to be reminded now, the longest due first.
    """
    rows = tx.all(_WHOSE.where(appointments.c.remind_at <= now, appointments.c.remind_at.is_not(None))
                  .order_by(appointments.c.remind_at).limit(limit))
    return [_appointment(row) for row in rows]


def remind_next(tx: Tx, appointment_id: int, was: datetime | None, next_at: datetime | None) -> bool:
    """
    Write down when the client is reminded next; False if somebody did before.
    """
    return tx.run(appointments.update().where(appointments.c.id == appointment_id, appointments.c.remind_at == was)
                  .values(remind_at=next_at)).rowcount > 0


def make_room(tx: Tx, location_id: int, capacity: int) -> None:
    """
    Set how many clients an office can have at the same time; who has a place keeps it.
    """
    tx.run(locations.update().where(locations.c.id == location_id).values(capacity=capacity))


def _appointment(row: Row) -> Appointment:  # type: ignore[type-arg]
    return Appointment(row.id, row.client_id, row.location_id, row.starts_at, row.interpreter, row.made_by, row.remind_at, row.number,
                       row.uid or "", row.sequence)
