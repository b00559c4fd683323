"""
Records: who is meant by a client number or an address, and everything we hold about one client.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Table, select

from storage import clients, looks, reminders
from storage.database import Tx
from storage.looks import Look
from storage.messages import body_of
from storage.reminders import Reminder
from storage.tables import addresses, locations, media, messages, moments
from storage.tables import appointments as appointment_rows
from storage.tables import bindings as binding_rows
from storage.tables import clients as client_rows
from storage.tables import drafts as draft_rows
from storage.tables import files as file_rows
from storage.tables import invites as invite_rows
from storage.tables import notes as note_rows
from storage.tables import recipients as recipient_rows
from storage.tables import tickets as ticket_rows
from storage.tables import views as view_rows


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
    One message, theirs or ours; `media` names what came with it, and whether it is kept: waiting, stored or refused.
    """

    at: datetime
    channel: str
    is_ours: bool
    kind: str
    state: str
    text: str
    media: tuple[tuple[str, str], ...] = ()


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
    Everything we hold about one client, and nothing of another. `left_out`: messages on their phone that belong to somebody else.
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
    safe_contact: str
    wants_woman: bool
    avoids_community: bool
    told: list[clients.Told]
    addresses: list[Address]
    messages: list[Line]
    moments: list[Exchange]
    tickets: list[Question]
    notes: list[tuple[datetime, str]]
    looks: list[Look]
    sent: list[tuple[datetime | None, str, str]]      # what we sent to many: when, what became of it, the answer
    drafts: list[tuple[datetime, str]]
    reminders: list[Reminder]
    appointments: list[tuple[datetime, str, datetime | None]]
    files: list[tuple[date, date | None, str]]
    invites: list[tuple[datetime, datetime, datetime | None]]
    bindings: list[tuple[datetime, datetime | None, bool | None]]
    views: list[tuple[datetime, str]]
    left_out: int


# Where each table that holds something of a client stands in the record …
HELD = {"clients": "number", "addresses": "addresses", "facts": "told", "messages": "messages", "media": "messages", "statuses": "messages",
        "moments": "moments", "tickets": "tickets", "notes": "notes", "drafts": "drafts", "reminders": "reminders", "appointments": "appointments",
        "files": "files", "invites": "invites", "bindings": "bindings", "views": "views",
        "looks": "looks", "recipients": "sent"}
# … and why some stand nowhere in it.
NOT_HELD = {"search_keys": "hashes made from the name, which is there", "sessions": "where the bot goes on in the messages that are there",
            "postings": "copies of the messages that are there, on their way to the volunteers' group, for two days"}


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
        safe_contact=clients.safe_contact_of(tx, client_id),
        wants_woman=row.wants_woman,
        avoids_community=row.avoids_community,
        told=clients.told(tx, client_id),
        addresses=addresses_of(tx, client_id),
        messages=(said := _messages(tx, client_id))[0],
        moments=_moments(tx, client_id),
        tickets=_tickets(tx, client_id),
        notes=_notes(tx, client_id),
        looks=looks.of_client(tx, client_id),
        sent=[(one.settled_at, one.state, one.answer) for one in _rows(tx, recipient_rows, client_id)],
        drafts=_drafts(tx, client_id),
        reminders=reminders.of_clients(tx, [client_id]),
        appointments=[(one.starts_at, one.interpreter, one.cancelled_at) for one in _rows(tx, appointment_rows, client_id)],
        files=[(one.opened_on, one.closed_on, one.outcome) for one in _rows(tx, file_rows, client_id)],
        invites=[(one.created_at, one.expires_at, one.used_at) for one in _rows(tx, invite_rows, client_id)],
        bindings=[(one.asked_at, one.decided_at, one.is_allowed) for one in _rows(tx, binding_rows, client_id)],
        views=[(one.at, one.what) for one in _rows(tx, view_rows, client_id)],
        left_out=said[1],
    )


def _rows(tx: Tx, table: Table, client_id: int) -> Sequence[Row[Any]]:
    return tx.all(select(table).where(table.c.client_id == client_id).order_by(*table.primary_key))


def addresses_of(tx: Tx, client_id: int) -> list[Address]:
    """
    Return where a client can be reached, what they wrote from first at the head.
    """
    rows = tx.all(select(addresses).where(addresses.c.client_id == client_id).order_by(addresses.c.id))
    known = [Address(row.channel, tx.keys.text("addresses.external_id", row.id, row.external_id), row.unreachable_at) for row in rows]
    return [address for address in known if address.external_id]       # one that was taken off a shared phone has none


def _messages(tx: Tx, client_id: int) -> tuple[list[Line], int]:
    """
    Return the messages of this client, and how many on their phone are of an exchange that was somebody else's.
    """
    owned = select(addresses.c.id).where(addresses.c.client_id == client_id)
    query = select(messages, moments.c.client_id.label("whose")).outerjoin(moments, moments.c.id == messages.c.moment_id)
    found = tx.all(query.where(messages.c.address_id.in_(owned)).order_by(messages.c.at, messages.c.id))
    rows = [row for row in found if row.moment_id is None or row.whose == client_id]
    files: dict[int, list[tuple[str, str]]] = {}
    with_media = select(messages.c.id).where(messages.c.address_id.in_(owned))
    for row in tx.all(select(media.c.message_id, media.c.content_type, media.c.state).where(media.c.message_id.in_(with_media))):
        files.setdefault(row.message_id, []).append((row.content_type or "medium", row.state))
    return [
        Line(row.at, row.channel, row.direction == "out", row.kind, row.state,
             str(body_of(tx, row).get("text", "")), tuple(files.get(row.id, ())))
        for row in rows
    ], len(found) - len(rows)


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


def _drafts(tx: Tx, client_id: int) -> list[tuple[datetime, str]]:
    query = select(draft_rows).join(ticket_rows, ticket_rows.c.id == draft_rows.c.ticket_id).where(ticket_rows.c.client_id == client_id)
    rows = tx.all(query.order_by(draft_rows.c.at))
    written = [(row.at, tx.keys.text("drafts.body", f"{row.ticket_id}:{row.volunteer_id}", row.body)) for row in rows]
    return [(at, text) for at, text in written if text]


def numbers_among(tx: Tx, words: Collection[str]) -> set[str]:
    """
    Return which of these words are the number of a client.
    """
    wanted = {int(word): word for word in words if word.isascii() and word.isdigit() and len(word) < 10}
    rows = tx.all(select(client_rows.c.number).where(client_rows.c.number.in_(list(wanted)))) if wanted else ()
    return {wanted[row.number] for row in rows}


def _parts(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(",")) if listed else ()
