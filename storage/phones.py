"""
Phones that several clients share: each client has an address of their own there, a seat; the phone itself, the door, is that of a record
without a name, which is whoever else writes from it.

The door alone is found by the platform's id. While somebody whom we know speaks, what comes in goes to their seat at once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, case, func, or_, select

from storage.database import Tx
from storage.tables import addresses, messages, sessions
from storage.tables import clients as client_rows

OURS = ("reply", "reminder", "broadcast", "knock")       # kinds of messages in which a door asks who it is, or that one writes
TRIES = 3                       # to say the word, before a person is asked


@dataclass(slots=True)
class Share:
    """
    An address on a shared phone, as a turn finds it. `speaker_id` is the address of who speaks until then; `opened_at` is when the word was said
    by who speaks now; `word` is the one agreed, or "".
    """

    door_id: int
    is_door: bool
    speaker_id: int | None
    until: datetime | None
    opened_at: datetime | None
    word: str
    misses: int

    @property
    def tries(self) -> int:
        """
        Return how often the word may still be said; 0 also where none was agreed.
        """
        return max(0, TRIES - self.misses) if self.word else 0

    def speaker(self, now: datetime) -> int | None:
        """
        Return the address of who speaks now, or None.
        """
        return self.speaker_id if self.until is not None and now < self.until else None


@dataclass(frozen=True, slots=True)
class Sharer:
    """
    One of those who share a phone: their address there, and who they are.
    """

    address_id: int
    client_id: int
    number: int
    name: str
    language: str


_door = addresses.alias("door")
_SHARES = (
    select(addresses.c.id, addresses.c.client_id, addresses.c.opened_at, _door.c.id.label("door_id"), _door.c.speaker_id, _door.c.speaker_until,
           client_rows.c.word, client_rows.c.word_misses)
    .join(_door, _door.c.id == func.coalesce(addresses.c.door_id, addresses.c.id))
    .join(client_rows, client_rows.c.id == addresses.c.client_id)
    .where(addresses.c.id.in_(bindparam("ids", expanding=True)))
)


def of(tx: Tx, address_ids: Sequence[int]) -> dict[int, Share]:
    """
    Return what is shared of these addresses, which are doors or seats.
    """
    return {row.id: Share(
        row.door_id, row.door_id == row.id, row.speaker_id, row.speaker_until, row.opened_at,
        tx.keys.text("clients.word", row.client_id, row.word) if row.word else "", row.word_misses)
        for row in tx.rows(_SHARES, {"ids": list(address_ids)})}


def sharers(tx: Tx, door_ids: Collection[int]) -> dict[int, list[Sharer]]:
    """
    Return who shares these phones, by door, who came first at the head.
    """
    if not door_ids:
        return {}
    found: dict[int, list[Sharer]] = {id: [] for id in door_ids}
    query = (
        select(addresses.c.id, addresses.c.door_id, addresses.c.client_id, client_rows.c.number, client_rows.c.name, client_rows.c.language)
        .join(client_rows, client_rows.c.id == addresses.c.client_id).where(addresses.c.door_id.in_(door_ids)).order_by(addresses.c.id))
    for row in tx.all(query):
        name = tx.keys.text("clients.name", row.client_id, row.name) if row.name else ""
        found[row.door_id].append(Sharer(row.id, row.client_id, row.number, name, row.language))
    return found


def doors_of(tx: Tx, client_id: int) -> list[int]:
    """
    Return the doors of the shared phones that a client has a seat at, or is the nameless record of.
    """
    query = select(addresses.c.id, addresses.c.door_id, addresses.c.shared_at).where(addresses.c.client_id == client_id).order_by(addresses.c.id)
    return [row.door_id or row.id for row in tx.all(query) if row.door_id or row.shared_at]


def whole(tx: Tx, address_ids: Collection[int]) -> dict[int, int]:
    """
    Return every address of the phones that these addresses belong to, with its door; an address that nobody shares is its own.
    """
    if not address_ids:
        return {}
    door = func.coalesce(addresses.c.door_id, addresses.c.id)
    doors = {row.door for row in tx.all(select(door.label("door")).where(addresses.c.id.in_(address_ids)))}
    return {id: id for id in doors} | {
        row.id: row.door_id for row in tx.all(select(addresses.c.id, addresses.c.door_id).where(addresses.c.door_id.in_(doors)))}


def is_shared(tx: Tx, address_id: int) -> bool:
    """
    Tell whether an address is on a shared phone.
    """
    row = tx.one(select(addresses.c.door_id, addresses.c.shared_at).where(addresses.c.id == address_id))
    return row is not None and (row.door_id is not None or row.shared_at is not None)


def choose(tx: Tx, door_id: int, address_id: int, until: datetime) -> None:
    """
    Write down who speaks from now on; what was open to who spoke before is closed.
    """
    tx.run(addresses.update().where(addresses.c.door_id == door_id).values(opened_at=None))
    tx.run(addresses.update().where(addresses.c.id == door_id).values(speaker_id=address_id, speaker_until=until))


def hush(tx: Tx, door_ids: Sequence[int]) -> None:
    """
    Forget who speaks at these phones: the next message is somebody's whom we ask.
    """
    if door_ids:
        tx.run(addresses.update().where(addresses.c.door_id.in_(door_ids)).values(opened_at=None))
        tx.run(addresses.update().where(addresses.c.id.in_(door_ids)).values(speaker_id=None, speaker_until=None))


_GO_ON = addresses.update().where(addresses.c.id == bindparam("door"), addresses.c.speaker_id == bindparam("speaker")).values(
    speaker_until=bindparam("until", type_=addresses.c.speaker_until.type))
_AT = bindparam("at", type_=sessions.c.heard_at.type)
_HEARD = sessions.update().where(sessions.c.address_id == bindparam("door")).values(
    heard_at=case((sessions.c.heard_at > _AT, sessions.c.heard_at), else_=_AT))


def go_on(tx: Tx, spoke: Sequence[tuple[int, int, datetime, datetime]]) -> None:
    """
    Write down of (door, speaker, heard at, until) that somebody goes on: the phone itself was heard, and we ask again only after silence.
    """
    if spoke:
        tx.many(_GO_ON, [{"door": door, "speaker": speaker, "until": until} for door, speaker, _at, until in spoke])
        tx.many(_HEARD, [{"door": door, "at": at} for door, _speaker, at, _until in spoke])


def proved(tx: Tx, address_id: int, client_id: int, is_right: bool, now: datetime) -> None:
    """
    Write down that the word was said, or another one.
    """
    if is_right:
        tx.run(addresses.update().where(addresses.c.id == address_id).values(opened_at=now))
    misses = 0 if is_right else client_rows.c.word_misses + 1
    tx.run(client_rows.update().where(client_rows.c.id == client_id).values(word_misses=misses))


def set_word(tx: Tx, client_id: int, word: str) -> None:
    """
    Keep the word agreed with a client, or none for ""; what was tried before counts no more.
    """
    sealed = tx.keys.seal("clients.word", client_id, word) if word else None
    tx.run(client_rows.update().where(client_rows.c.id == client_id).values(word=sealed, word_misses=0))


def word_of(tx: Tx, client_id: int) -> tuple[bool, bool]:
    """
    Tell whether a word was agreed with a client, and whether it was tried too often.
    """
    row = tx.one(select(client_rows.c.word, client_rows.c.word_misses).where(client_rows.c.id == client_id))
    return (row.word is not None, row.word_misses >= TRIES) if row else (False, False)


def said_since(tx: Tx, address_id: int, since: datetime) -> bool:
    """
    Tell whether we said something at an address since then.
    """
    return tx.one(select(messages.c.id).where(
        messages.c.address_id == address_id, messages.c.at > since, messages.c.kind.in_(OURS), messages.c.moment_id.is_(None)).limit(1)) is not None


def move(tx: Tx, message_ids: Sequence[int], address_id: int, now: datetime) -> None:
    """
    Let what came in be a turn of another address of the same phone.
    """
    if message_ids:
        tx.run(messages.update().where(messages.c.id.in_(message_ids)).values(
            address_id=address_id, state="received", moment_id=None, ready_at=now))
        tx.wake("turns")


def withheld(tx: Tx, door_id: int) -> list[tuple[int, int]]:
    """
    Return what waits at the seats of a phone until its client was heard there: (message, address).
    """
    query = select(messages.c.id, messages.c.address_id).join(addresses, addresses.c.id == messages.c.address_id)
    rows = tx.all(query.where(addresses.c.door_id == door_id, messages.c.state == "waiting").order_by(messages.c.id))
    return [(row.id, row.address_id) for row in rows]


def withdraw(tx: Tx, door_ids: Sequence[int]) -> None:
    """
    Let go of what these doors were still to ask because something unasked waited behind them.
    """
    if not door_ids:
        return
    unasked = messages.c.kind.in_(("reminder", "broadcast")), messages.c.state == "queued"
    asked = tx.all(select(messages.c.id).where(messages.c.address_id.in_(door_ids), *unasked))
    give_up(tx, [row.id for row in asked], "needless")


def give_up(tx: Tx, message_ids: Sequence[int], error: str) -> None:
    """
    Let go of what waits and will not be said.
    """
    if message_ids:
        tx.run(messages.update().where(messages.c.id.in_(message_ids), or_(messages.c.state == "waiting", messages.c.state == "queued")).values(
            state="failed", error=error))
