"""
Addresses: where a client can be reached, one per channel and the platform's id, found by keyed hash.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select

from storage import clients
from storage.database import Tx
from storage.tables import addresses, sessions


class Sender(NamedTuple):
    """
    Who wrote, in the platform's words; `alias` is a second id of the same person, or "".
    """

    channel: str
    external_id: str
    alias: str = ""


class Known(NamedTuple):
    """
    The addresses of senders who have one; and of phones that several share, whose of theirs speaks now.
    """

    ids: dict[Sender, int]
    speakers: dict[int, int]


def known(tx: Tx, senders: Iterable[Sender], now: datetime) -> Known:
    """
    Find the addresses of those senders who have one.
    """
    speakers = dict[int, int]()
    return Known(_find(tx, dict.fromkeys(senders), speakers, now), speakers)


def resolve(tx: Tx, senders: Iterable[Sender], now: datetime, found: Known | None = None) -> dict[Sender, int]:
    """
    Return the address of each sender; whoever is new gets a client record, an address and a session. On a phone that several share it is
    that of who speaks now, or the phone's own. `found` is what `known` told of these senders, and perhaps of more.
    """
    wanted = dict.fromkeys(senders)
    there, speakers = found or known(tx, wanted, now)
    ids = {sender: there[sender] for sender in wanted if sender in there}
    missing = [sender for sender in wanted if sender not in ids]
    if missing:
        if tx.is_postgres:
            tx.alone(1)                     # another process may be adding the same
            ids |= _find(tx, missing)       # nobody shares it yet
        ids |= _add(tx, [sender for sender in missing if sender not in ids], now)
    _follow(tx, {id: sender for sender, id in ids.items() if sender not in missing and (sender.alias or _is_scoped(sender))})
    return {sender: speakers.get(id, id) for sender, id in ids.items()} if speakers else ids


def _is_scoped(sender: Sender) -> bool:
    return "." in sender.external_id


def _follow(tx: Tx, told: dict[int, Sender]) -> None:
    # Known by number before the platform told a second id, or one who hides the number now: still the same client, and answered
    # at the id they wrote from last.
    if not told:
        return
    for row in tx.all(select(addresses).where(addresses.c.id.in_(told))):
        sender = told[row.id]
        if row.external_key not in tx.keys.hashes("address", sender.external_id):
            before = tx.keys.text("addresses.external_id", row.id, row.external_id)
            sender = sender._replace(alias=before)
        elif not sender.alias or row.alias_key is not None:
            continue
        new = row_of(tx, row.id, row.client_id, sender, row.created_at)
        tx.run(addresses.update().where(addresses.c.id == row.id).values(new))
        if row.shared_at is not None:
            _follow_door(tx, row.id, sender.external_id)


def _follow_door(tx: Tx, door_id: int, external_id: str) -> None:
    for row in tx.all(select(addresses.c.id).where(addresses.c.door_id == door_id)):
        sealed = tx.keys.seal("addresses.external_id", row.id, external_id)
        tx.run(addresses.update().where(addresses.c.id == row.id).values(external_id=sealed))


_KNOWN = select(
    addresses.c.id, addresses.c.channel, addresses.c.external_key, addresses.c.alias_key, addresses.c.speaker_id, addresses.c.speaker_until)
_BY_KEY = _KNOWN.where(addresses.c.external_key.in_(bindparam("keys", expanding=True)))
_BY_KEY_OR_ALIAS = _KNOWN.where(or_(
    addresses.c.external_key.in_(bindparam("keys", expanding=True)), addresses.c.alias_key.in_(bindparam("aliases", expanding=True))))


def _find(tx: Tx, senders: Iterable[Sender], speakers: dict[int, int] | None = None, now: datetime | None = None) -> dict[Sender, int]:
    by_key: dict[tuple[str, str], list[Sender]] = {}
    own: set[tuple[Sender, str]] = set()
    for sender in senders:
        for id in filter(None, (sender.external_id, sender.alias)):
            for key in tx.keys.hashes("address", id):
                by_key.setdefault((sender.channel, key), []).append(sender)
                if id == sender.external_id:
                    own.add((sender, key))
    keys = [key for _, key in by_key]
    has_alias = any(sender.alias or _is_scoped(sender) for sender in senders)
    found: dict[Sender, int] = {}
    for row in tx.rows(_BY_KEY_OR_ALIAS, {"keys": keys, "aliases": keys}) if has_alias else tx.rows(_BY_KEY, {"keys": keys}):
        for key in (row.external_key, row.alias_key):
            for sender in by_key.get((row.channel, key), ()):
                if sender not in found or (sender, row.external_key) in own:        # the id they write from comes first
                    found[sender] = row.id
        if speakers is not None and row.speaker_id is not None and now is not None and now < row.speaker_until:
            speakers[row.id] = row.speaker_id
    return found


_ADDRESS, _SESSION = addresses.insert(), sessions.insert()


def _add(tx: Tx, senders: Sequence[Sender], now: datetime) -> dict[Sender, int]:
    if not senders:
        return {}
    added = {sender: tx.ids.next() for sender in senders}
    owners = clients.add(tx, len(added), now)
    tx.many(_ADDRESS, [row_of(tx, id, client_id, sender, now) for (sender, id), client_id in zip(added.items(), owners, strict=True)])
    tx.many(_SESSION, [{"address_id": id} for id in added.values()])
    return added


def row_of(tx: Tx, id: int, client_id: int, sender: Sender, now: datetime) -> dict[str, object]:
    """
    Return the row of a new address.
    """
    return {
        "id": id, "client_id": client_id, "channel": sender.channel, "created_at": now,
        "external_key": tx.keys.hash("address", sender.external_id),
        "external_id": tx.keys.seal("addresses.external_id", id, sender.external_id),
        "alias_key": tx.keys.hash("address", sender.alias) if sender.alias else None,
        "alias": tx.keys.seal("addresses.alias", id, sender.alias) if sender.alias else None,
    }


def mark(tx: Tx, ids: Sequence[int], unreachable_at: datetime | None) -> None:
    """
    Write down that these addresses cannot be reached since then, or (None) that they can again.
    """
    if ids:
        tx.run(addresses.update().where(addresses.c.id == bindparam("address")).values(unreachable_at=bindparam("since")),
               [{"address": id, "since": unreachable_at} for id in sorted(ids)])


def client_of(tx: Tx, address_id: int) -> int | None:
    """
    Return the client behind an address.
    """
    row = tx.one(select(addresses.c.client_id).where(addresses.c.id == address_id))
    return int(row.client_id) if row else None
