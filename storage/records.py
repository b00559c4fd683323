"""
Records: who is meant by a client number or an address, and everything we hold about one client.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage import clients, looks
from storage.database import Tx
from storage.looks import Look
from storage.messages import body_of
from storage.tables import addresses, locations, media, messages, moments
from storage.tables import clients as client_rows
from storage.tables import notes as note_rows
from storage.tables import tickets as ticket_rows


@dataclass(frozen=True, slots=True)
class Address:
    """
    Where a client can be reached: a channel and the platform's id.
    """

    channel: str
    external_id: str
    unreachable_at: datetime | None


@dataclass(frozen=True, slots=True)
class Line:
    """
    One message, theirs or ours; `media` names what came with it.
    """

    at: datetime
    channel: str
    is_ours: bool
    kind: str
    state: str
    text: str
    media: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exchange:
    """
    One contact moment as its client may see it.
    """

    began_at: datetime
    channel: str
    topics: tuple[str, ...]
    outcome: str


@dataclass(frozen=True, slots=True)
class Question:
    """
    One ticket as its client may see it.
    """

    opened_at: datetime
    due_at: datetime
    state: str
    outcome: str
    topics: tuple[str, ...]
    question: str


@dataclass(frozen=True, slots=True)
class Record:
    """
    Everything we hold about one client.
    """

    number: int
    name: str
    language: str
    location: str
    consent: str
    consented_at: datetime | None
    is_under_16: bool
    stopped_at: datetime | None
    created_at: datetime
    facts: dict[str, str]
    addresses: list[Address]
    messages: list[Line]
    moments: list[Exchange]
    tickets: list[Question]
    notes: list[tuple[datetime, str]]
    looks: list[Look]


def find(tx: Tx, client: str) -> int | None:
    """
    Return the id of the client with this number (`1001`) or address (`whatsapp:+31612345678`, `telegram:5`), or None.
    """
    if client.isascii() and client.isdigit():
        row = tx.one(select(client_rows.c.id).where(client_rows.c.number == int(client))) if len(client) < 10 else None
        return int(row.id) if row else None
    channel, _, external_id = client.partition(":")
    keys = [key for id in (external_id, client) for key in tx.keys.hashes("address", id)]     # Twilio's ids begin with "whatsapp:" too
    for column in (addresses.c.external_key, addresses.c.alias_key):
        row = tx.one(select(addresses.c.client_id).where(addresses.c.channel == channel, column.in_(keys)))
        if row:
            return int(row.client_id)
    return None


def probe(tx: Tx) -> bool:
    """
    Open the newest message, if there is one, and tell whether there was; raise `WrongKey` if it was sealed with another key.
    """
    row = tx.one(select(messages.c.id, messages.c.body).order_by(messages.c.at.desc()).limit(1))
    if row is not None:
        tx.keys.open("messages.body", row.id, row.body)
    return row is not None


def of_client(tx: Tx, client_id: int) -> Record | None:
    """
    Return everything we hold about a client, oldest first, or None if there is no such client.
    """
    row = tx.one(select(client_rows, locations.c.name.label("location")).join(locations).where(client_rows.c.id == client_id))
    if row is None:
        return None
    return Record(
        number=row.number,
        name=clients.name_of(tx, client_id),
        language=row.language,
        location=row.location,
        consent=row.consent,
        consented_at=row.consented_at,
        is_under_16=row.is_under_16,
        stopped_at=row.stopped_at,
        created_at=row.created_at,
        facts=clients.facts_of(tx, client_id),
        addresses=addresses_of(tx, client_id),
        messages=_messages(tx, client_id),
        moments=_moments(tx, client_id),
        tickets=_tickets(tx, client_id),
        notes=_notes(tx, client_id),
        looks=looks.of_client(tx, client_id),
    )


def addresses_of(tx: Tx, client_id: int) -> list[Address]:
    """
    Return where a client can be reached, what they wrote from first at the head.
    """
    rows = tx.all(select(addresses).where(addresses.c.client_id == client_id).order_by(addresses.c.id))
    known = [Address(row.channel, tx.keys.text("addresses.external_id", row.id, row.external_id), row.unreachable_at) for row in rows]
    return [address for address in known if address.external_id]       # one that was taken off a shared phone has none


def _messages(tx: Tx, client_id: int) -> list[Line]:
    owned = select(addresses.c.id).where(addresses.c.client_id == client_id)
    rows = tx.all(select(messages).where(messages.c.address_id.in_(owned)).order_by(messages.c.at, messages.c.id))
    files: dict[int, list[str]] = {}
    with_media = select(messages.c.id).where(messages.c.address_id.in_(owned))
    for row in tx.all(select(media.c.message_id, media.c.content_type, media.c.state).where(media.c.message_id.in_(with_media))):
        files.setdefault(row.message_id, []).append(f"{row.content_type or 'medium'} ({row.state})")
    return [
        Line(row.at, row.channel, row.direction == "out", row.kind, row.state,
             str(body_of(tx, row).get("text", "")), tuple(files.get(row.id, ())))
        for row in rows
    ]


def _moments(tx: Tx, client_id: int) -> list[Exchange]:
    rows = tx.all(select(moments).where(moments.c.client_id == client_id).order_by(moments.c.began_at))
    return [Exchange(row.began_at, row.channel, _parts(row.topics), row.outcome) for row in rows]


def _tickets(tx: Tx, client_id: int) -> list[Question]:
    rows = tx.all(select(ticket_rows).where(ticket_rows.c.client_id == client_id).order_by(ticket_rows.c.opened_at))
    return [
        Question(row.opened_at, row.due_at, row.state, row.outcome or "", _parts(row.topics),
                 tx.keys.text("tickets.question", row.id, row.question) if row.question else "")
        for row in rows
    ]


def _notes(tx: Tx, client_id: int) -> list[tuple[datetime, str]]:
    rows = tx.all(select(note_rows).where(note_rows.c.client_id == client_id).order_by(note_rows.c.id))
    return [(row.at, tx.keys.text("notes.body", row.id, row.body)) for row in rows]


def _parts(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(",")) if listed else ()
