"""
Seats: the addresses of those who share a phone, and the door by which it is found. Made with staff's yes, and given back.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from storage import clients
from storage.database import Tx
from storage.phones import OURS, give_up, hush, sharers
from storage.tables import addresses, messages, sessions, statuses
from storage.tables import clients as client_rows

MOST = 8                        # clients at one phone: one digit chooses
SEAT = "seat:"                  # the look-up of a seat, and of an address that is let go: no platform's id leads there


def share(tx: Tx, address_id: int, client_id: int, now: datetime) -> int:
    """
    Let a client share the phone of an address with who has it, and return the client's own address there; 0 where the phone is full. Who had
    it alone keeps their conversation, at a seat.
    """
    row = tx.one(select(addresses).where(addresses.c.id == address_id).with_for_update())
    if row is None:
        return 0
    door_id = row.door_id or (row.id if row.shared_at else _make_door(tx, address_id, now))
    seats = sharers(tx, [door_id])[door_id]
    theirs = next((one.address_id for one in seats if one.client_id == client_id), 0)
    if theirs or len(seats) >= MOST:
        return theirs
    id = tx.ids.next()
    external_id = tx.keys.text("addresses.external_id", row.id, row.external_id)
    tx.run(addresses.insert(), {
        "id": id, "client_id": client_id, "channel": row.channel, "created_at": now, "door_id": door_id, "external_key": f"{SEAT}{id}",
        "external_id": tx.keys.seal("addresses.external_id", id, external_id)})
    tx.run(sessions.insert(), {"address_id": id})
    hush(tx, [door_id])
    return id


def _make_door(tx: Tx, address_id: int, now: datetime) -> int:
    """
    Let a new address, of a record without a name, be found by the platform's id in the stead of this one, which becomes a seat or is let go.
    """
    row = tx.run(select(addresses, client_rows.c.language, client_rows.c.location_id).join(
        client_rows, client_rows.c.id == addresses.c.client_id).where(addresses.c.id == address_id)).one()
    id, client_id = tx.ids.next(), clients.add(tx, 1, now, language=row.language, location_id=row.location_id)[0]
    tx.run(addresses.update().where(addresses.c.id == address_id).values(
        external_key=f"{SEAT}{address_id}", alias_key=None, alias=None, door_id=id, shared_at=None, speaker_id=None, speaker_until=None))
    alias = tx.keys.text("addresses.alias", address_id, row.alias) if row.alias else ""
    tx.run(addresses.insert(), {
        "id": id, "client_id": client_id, "channel": row.channel, "created_at": now, "shared_at": now, "external_key": row.external_key,
        "external_id": tx.keys.seal("addresses.external_id", id, tx.keys.text("addresses.external_id", address_id, row.external_id)),
        "alias_key": row.alias_key, "alias": tx.keys.seal("addresses.alias", id, alias) if alias else None})
    heard_at = select(sessions.c.heard_at).where(sessions.c.address_id == address_id).scalar_subquery()
    tx.run(sessions.insert().from_select(["address_id", "heard_at"], select(bindparam("door", id, type_=sessions.c.address_id.type), heard_at)))
    return id


def unbind(tx: Tx, address_id: int, now: datetime) -> None:
    """
    Take a client off a shared phone. What was said stays theirs, and nothing more goes there; who is left alone has it as before.
    """
    row = tx.one(select(addresses.c.door_id).where(addresses.c.id == address_id, addresses.c.door_id.is_not(None)).with_for_update())
    if row is None:
        return
    _let_go(tx, address_id, now)
    forget_names(tx, [row.door_id])
    hush(tx, [row.door_id])
    settle(tx, row.door_id, now)


def _let_go(tx: Tx, address_id: int, now: datetime) -> None:
    tx.run(addresses.update().where(addresses.c.id == address_id).values(
        door_id=None, shared_at=None, external_key=f"{SEAT}{address_id}", alias_key=None, alias=None, opened_at=None, unreachable_at=now,
        external_id=tx.keys.seal("addresses.external_id", address_id, ""), speaker_id=None, speaker_until=None))
    unsent = select(messages.c.id).where(messages.c.address_id == address_id, messages.c.state.in_(("queued", "waiting")))
    give_up(tx, [row.id for row in tx.all(unsent)], "unbound")


def settle(tx: Tx, door_id: int, now: datetime) -> None:
    """
    Give a phone back to the one client who is left there.
    """
    left = sharers(tx, [door_id])[door_id]
    if len(left) != 1:
        return
    id = left[0].address_id
    door = tx.run(select(addresses).where(addresses.c.id == door_id)).one()
    alias = tx.keys.text("addresses.alias", door_id, door.alias) if door.alias else ""
    _let_go(tx, door_id, now)
    tx.run(addresses.update().where(addresses.c.id == id).values(
        door_id=None, opened_at=None, external_key=door.external_key, alias_key=door.alias_key, unreachable_at=door.unreachable_at,
        alias=tx.keys.seal("addresses.alias", id, alias) if alias else None))
    tx.run(messages.update().where(messages.c.address_id == id, messages.c.state == "waiting").values(state="queued"))
    tx.wake("delivery")


def leave(tx: Tx, client_id: int, now: datetime) -> None:
    """
    Prepare that a client is erased: nobody's phone goes with them. A phone whose nameless record goes gets another one.
    """
    seats = tx.all(select(addresses.c.id, addresses.c.door_id).where(addresses.c.client_id == client_id, addresses.c.door_id.is_not(None)))
    for row in seats:
        unbind(tx, row.id, now)
    for row in tx.all(select(addresses.c.id).where(addresses.c.client_id == client_id, addresses.c.shared_at.is_not(None))):
        door_id = _make_door(tx, row.id, now)
        tx.run(addresses.update().where(addresses.c.door_id == row.id).values(door_id=door_id))
        tx.run(addresses.update().where(addresses.c.id == row.id).values(door_id=None))


def named_at(tx: Tx, door_ids: Sequence[int]) -> list[tuple[str, str | None, int]]:
    """
    Return (channel, the platform's id, our id) of what we asked at these phones, which names those who share them.
    """
    asked = messages.c.address_id.in_(door_ids), messages.c.kind.in_(OURS), messages.c.moment_id.is_(None)
    rows = tx.all(select(messages.c.channel, messages.c.external_id, messages.c.id).where(*asked)) if door_ids else ()
    return [(row.channel, row.external_id, row.id) for row in rows]


def forget_names(tx: Tx, door_ids: Iterable[int]) -> None:
    """
    Erase what we asked at these phones.
    """
    ids = [id for _channel, _external_id, id in named_at(tx, list(door_ids))]
    if ids:
        tx.run(delete(statuses).where(statuses.c.message_id.in_(ids)))
        tx.run(delete(messages).where(messages.c.id.in_(ids)))
