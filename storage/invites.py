"""
Invites: a code that binds an address to a client record; it works once and for 14 days. A second address needs staff's yes.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import Row, and_, exists, func, or_, select

from flows.safe_contact import both
from storage import phones, seats
from storage import sessions as standings
from storage.clients import lock, safe_contact_of, set_safe_contact, told
from storage.database import Tx
from storage.facts import learn
from storage.tables import (
    addresses,
    appointments,
    bindings,
    clients,
    facts,
    files,
    invites,
    moments,
    notes,
    recipients,
    reminders,
    sessions,
    tickets,
    views,
)

LASTS = timedelta(days=14)


def make(tx: Tx, client_id: int, code: str, now: datetime) -> datetime:
    """
    Keep an invite and return when it ends.
    """
    key = tx.keys.hash("invite", code)
    tx.run(invites.insert(), {"code_key": key, "code": tx.keys.seal("invites.code", key, code), "client_id": client_id,
                              "created_at": now, "expires_at": now + LASTS})
    return now + LASTS


def look(tx: Tx, code: str, address_id: int, now: datetime) -> tuple[str, int]:
    """
    Return what a code is for whoever writes from this address, and the client it stands for: "valid", "second" (that client has
    another address: staff must agree), "shared" (this address has somebody else, whom we know: staff must agree), "used", "expired" or
    "unknown" (client 0).
    """
    row = _find(tx, code)
    if row is None:
        return "unknown", 0
    others = tx.run(select(func.count()).select_from(addresses).where(addresses.c.client_id == row.client_id, addresses.c.id != address_id)).scalar()
    if row.used_at is not None:
        return "used", row.client_id
    if row.expires_at <= now:
        return "expired", row.client_id
    if _is_anothers(tx, address_id, row.client_id):
        return "shared", row.client_id
    return ("second" if others else "valid"), row.client_id


def _is_anothers(tx: Tx, address_id: int, client_id: int) -> bool:
    """
    Tell whether an address is that of another client whom we know, or is on a phone that several share.
    """
    owner = tx.one(select(clients).join(addresses, addresses.c.client_id == clients.c.id).where(addresses.c.id == address_id))
    return owner is not None and owner.id != client_id and (phones.is_shared(tx, address_id) or _is_known(tx, owner, address_id))


def _find(tx: Tx, code: str) -> Row | None:  # type: ignore[type-arg]
    return tx.one(select(invites).where(invites.c.code_key.in_(tx.keys.hashes("invite", code))).with_for_update())


def language_of(tx: Tx, code: str) -> str:
    """
    Return the language of the client record that a code stands for, or "".
    """
    keys = tx.keys.hashes("invite", code)
    row = tx.one(select(clients.c.language).join(invites, invites.c.client_id == clients.c.id).where(invites.c.code_key.in_(keys)))
    return str(row.language) if row else ""


def use(tx: Tx, code: str, address_id: int, now: datetime) -> tuple[str, int]:
    """
    Bind an address by a code and return what became of it, as `look` does. A "second" address, or one that would be "shared", is written
    down for staff.
    """
    what, client_id = look(tx, code, address_id, now)
    if what not in ("valid", "second", "shared"):
        return what, client_id
    row = _find(tx, code)
    if row is not None:
        tx.run(invites.update().where(invites.c.code_key == row.code_key).values(used_at=now))
    if what == "valid":
        bind(tx, address_id, client_id)
    else:
        tx.run(bindings.insert(), {"id": tx.ids.next(), "client_id": client_id, "address_id": address_id, "asked_at": now})
    return what, client_id


def hold(tx: Tx, binds: Mapping[int, int], others: Iterable[int] = ()) -> None:
    """
    Before addresses are bound to clients outside a turn: lock whose they are and will be, and these other clients, in the order of
    `sessions.lock`.
    """
    if tx.is_postgres:
        standings.hold(tx, list(binds))
        owners = tx.all(select(addresses.c.client_id).where(addresses.c.id.in_(list(binds)))) if binds else ()
        lock(tx, sorted({*(row.client_id for row in owners), *binds.values(), *others}))


def bind(tx: Tx, address_id: int, client_id: int) -> None:
    """
    Let an address belong to a client; what its unlinked record had told us (language, consent, facts) moves along where the client
    has none, and a fact also where it is newer. A record of somebody known (a phone that a family shares) keeps what is theirs.
    """
    old = tx.one(select(clients).join(addresses, addresses.c.client_id == clients.c.id).where(addresses.c.id == address_id))
    new = tx.one(select(clients).where(clients.c.id == client_id))
    tx.run(addresses.update().where(addresses.c.id == address_id).values(client_id=client_id))
    if old is None or new is None or old.id == client_id:
        return
    if is_known := _is_known(tx, old):
        tx.run(sessions.update().where(sessions.c.address_id == address_id).values(moment_id=None))     # the next message is another's
    else:
        _move(tx, old.id, client_id)
        tx.run(clients.update().where(clients.c.id == client_id).values(
            language=new.language or old.language, consent=new.consent or old.consent, consented_at=new.consented_at or old.consented_at,
            stopped_at=new.stopped_at or old.stopped_at, is_under_16=new.is_under_16 or old.is_under_16,
            wants_woman=new.wants_woman or old.wants_woman, avoids_community=new.avoids_community or old.avoids_community))
    if safe := safe_contact_of(tx, old.id):             # on this phone: whoever holds it
        set_safe_contact(tx, client_id, both(safe_contact_of(tx, client_id), safe))
    if safe and not is_known:
        set_safe_contact(tx, old.id, "")


def _is_known(tx: Tx, client: Row, address_id: int = 0) -> bool:  # type: ignore[type-arg]
    others = select(addresses.c.id).where(addresses.c.client_id == client.id, addresses.c.id != address_id)
    theirs = (select(invites.c.client_id).where(invites.c.client_id == client.id), others)
    return client.name is not None or any(tx.one(query.limit(1)) for query in theirs)


def _move(tx: Tx, old_id: int, new_id: int) -> None:
    tx.run(moments.update().where(moments.c.client_id == old_id).values(client_id=new_id))
    has_open = exists(select(tickets.c.id).where(tickets.c.client_id == new_id, tickets.c.state != "closed"))
    tx.run(tickets.update().where(tickets.c.client_id == old_id, or_(tickets.c.state == "closed", ~has_open)).values(client_id=new_id))
    tx.run(notes.update().where(notes.c.client_id == old_id).values(client_id=new_id))
    tx.run(views.update().where(views.c.client_id == old_id).values(client_id=new_id))
    tx.run(appointments.update().where(appointments.c.client_id == old_id).values(client_id=new_id))
    tx.run(files.update().where(files.c.client_id == old_id).values(client_id=new_id))
    _move_facts(tx, old_id, new_id)
    _move_reminders(tx, old_id, new_id)
    _move_recipients(tx, old_id, new_id)


def _move_facts(tx: Tx, old_id: int, new_id: int) -> None:
    # Left behind, they would belong to a record without an address, which nobody can ask us to forget.
    known = {(one.name, one.said_by): one.said_at for one in told(tx, new_id)}
    for one in told(tx, old_id):
        said_at = known.get((one.name, one.said_by))
        is_beside = (one.name, one.said_by) == ("letters", "client")        # which come beside one another
        if said_at is None or said_at < one.said_at or is_beside:           # else the newer word of the same speaker counts
            learn(tx, [(new_id, one.name, one.value)], one.said_by, one.said_at)
    tx.run(facts.delete().where(facts.c.client_id == old_id))


def _move_reminders(tx: Tx, old_id: int, new_id: int) -> None:
    # What was done for one of them was done for the person.
    theirs = reminders.alias("theirs")
    same = and_(*(theirs.c[name] == reminders.c[name] for name in ("kind", "due_on", "send_on", "what")))
    is_done = exists(select(theirs.c.id).where(theirs.c.client_id == old_id, same, theirs.c.ready_at.is_(None)))
    tx.run(reminders.delete().where(reminders.c.client_id == new_id, reminders.c.ready_at.is_not(None), is_done))
    is_there = exists(select(theirs.c.id).where(theirs.c.client_id == new_id, same))
    place = select(clients.c.location_id).where(clients.c.id == new_id).scalar_subquery()
    tx.run(reminders.update().where(reminders.c.client_id == old_id, ~is_there).values(client_id=new_id, location_id=place))
    tx.run(reminders.delete().where(reminders.c.client_id == old_id))


def _move_recipients(tx: Tx, old_id: int, new_id: int) -> None:
    # A broadcast that one of them got was for the person; it does not come again.
    theirs = recipients.alias("theirs")
    is_done = exists(select(theirs.c.client_id).where(
        theirs.c.client_id == old_id, theirs.c.broadcast_id == recipients.c.broadcast_id, theirs.c.ready_at.is_(None)))
    tx.run(recipients.delete().where(recipients.c.client_id == new_id, recipients.c.ready_at.is_not(None), is_done))
    is_there = exists(select(theirs.c.client_id).where(theirs.c.client_id == new_id, theirs.c.broadcast_id == recipients.c.broadcast_id))
    tx.run(recipients.update().where(recipients.c.client_id == old_id, ~is_there).values(client_id=new_id))
    tx.run(recipients.delete().where(recipients.c.client_id == old_id))


def decide(tx: Tx, binding_id: int, is_allowed: bool, now: datetime) -> int | None:
    """
    Write down staff's yes or no to a second address, and bind it after a yes, or let the client share it with who has it; return the
    client's address, None if there is no such open question, 0 if so many share that phone that nobody else can.
    """
    open = select(bindings).where(bindings.c.id == binding_id, bindings.c.decided_at.is_(None))
    asked = tx.one(open)
    if asked is not None:
        hold(tx, {asked.address_id: asked.client_id})
    row = tx.one(open.with_for_update())
    if row is None:
        return None
    tx.run(bindings.update().where(bindings.c.id == binding_id).values(decided_at=now, is_allowed=is_allowed))
    if is_allowed and _is_anothers(tx, row.address_id, row.client_id):
        return _share(tx, row.address_id, row.client_id, now)
    if is_allowed:
        bind(tx, row.address_id, row.client_id)
    return int(row.address_id)


def _share(tx: Tx, address_id: int, client_id: int, now: datetime) -> int:
    """
    Let a client share a phone, as careful as who had it: whoever holds it may read along.
    """
    owner = tx.run(select(addresses.c.client_id).where(addresses.c.id == address_id)).scalar_one()
    if safe := safe_contact_of(tx, owner):
        set_safe_contact(tx, client_id, both(safe_contact_of(tx, client_id), safe))
    return seats.share(tx, address_id, client_id, now)


def shared(tx: Tx, client_id: int) -> list[int]:
    """
    Return of the phones that wait for staff to say whether a client has them those that others have, whom we know.
    """
    rows = tx.all(select(bindings.c.id, bindings.c.address_id).where(bindings.c.client_id == client_id, bindings.c.decided_at.is_(None)))
    return [row.id for row in rows if _is_anothers(tx, row.address_id, client_id)]


def undecided(tx: Tx) -> list[tuple[int, int]]:
    """
    Return the second addresses that wait for staff: (id, client number).
    """
    rows = tx.all(select(bindings.c.id, clients.c.number).join(clients, clients.c.id == bindings.c.client_id).where(bindings.c.decided_at.is_(None)))
    return [(row.id, row.number) for row in rows]
