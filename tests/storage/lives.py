"""
Two clients with something of theirs in every table: what erasing, backing up and changing keys are tried on.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import select

from storage import (
    addresses,
    alerts,
    broadcasts,
    clients,
    drafts,
    erasures,
    facts,
    invites,
    media,
    messages,
    moments,
    notes,
    outbox,
    questions,
    recipients,
    reminders,
    search_keys,
    statuses,
    tickets,
    views,
    volunteers,
)
from storage.addresses import Sender
from storage.database import Database, Tx
from storage.tables import Sealed, metadata
from storage.tables import addresses as address_rows
from storage.tables import bindings as binding_rows
from storage.tables import sessions as session_rows

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Life:
    """
    What is known of one client; everything in `secrets` is theirs alone.
    """

    name: str
    number: str
    alias: str
    text: str
    answer: str
    fact: str
    code: str
    channel: str = "whatsapp"

    @property
    def secrets(self) -> tuple[str, ...]:
        """
        The texts that may be found nowhere once this client is erased.
        """
        return self.name, self.number, self.alias, self.text, self.answer, self.fact, self.code, self.picture.decode()

    @property
    def mark(self) -> str:
        """
        What tells the platform's ids of this client's messages apart.
        """
        return self.code[-2:]

    @property
    def picture(self) -> bytes:
        """
        What stands for a photo of their letter.
        """
        return f"the letter of {self.name}".encode()


AMINA = Life("Amina", "+31612345678", "SY.1001", "mijn huur is te hoog", "kom maandag langs", "2027-03-01-amina", "amina-code-77")
YONAS = Life("Yonas", "+31687654321", "ER.2002", "ik heb een brief van DUO", "neem de brief mee", "2027-04-02-yonas", "yonas-code-88")


def live(tx: Tx, life: Life, urgency: str = "today", now: datetime = NOW) -> int:
    """
    Write down everything that a client can leave behind, and return the client's id.
    """
    sender = Sender(life.channel, life.number, life.alias)
    address = addresses.resolve(tx, [sender], now)[sender]
    client_id = addresses.client_of(tx, address)
    assert client_id is not None
    tx.run(metadata.tables["clients"].update().where(metadata.tables["clients"].c.id == client_id).values(
        name=tx.keys.seal("clients.name", client_id, life.name), language="ar", consent="yes", consented_at=now))
    facts.learn(tx, [(client_id, "permit_expires_on", life.fact)], "client", now)
    moment = _exchange(tx, life, client_id, address, now)
    _ask(tx, life, client_id, address, moment, urgency, now)
    _work_on(tx, life, client_id, now)
    invites.make(tx, client_id, life.code, now)
    tx.run(binding_rows.insert(), {"id": tx.ids.next(), "client_id": client_id, "address_id": address, "asked_at": now})
    tx.run(session_rows.update().where(session_rows.c.address_id == address).values(
        state=tx.keys.seal("sessions.state", address, f'{{"question": "{life.text}"}}'), heard_at=now, moment_id=moment))
    return client_id


def _exchange(tx: Tx, life: Life, client_id: int, address: int, now: datetime) -> int:
    moment = tx.ids.next()
    moments.begin(tx, [moments.Moment(moment, client_id, 1, "Leiden", life.channel, now, date(2026, 11, 23), now, languages=["ar"],
                                      topics=["housing_search"], answered_by="bot", outcome="escalated", inbound=1, outbound=1)])
    heard = messages.Received(address, life.channel, f"SMin{life.mark}", "photo", 1, now, life.text)
    message = next(iter(messages.record(tx, [heard]).values()))
    messages.answered(tx, [(message, moment)])
    media.announce(tx, [(message, f"https://api.twilio.com/media/{life.mark}", "image/jpeg", 30)], now)
    for one in media.claim(tx, [life.channel], 10, now, now + timedelta(minutes=1)):
        media.store(tx, one.id, life.picture, "image/jpeg")
    said = tx.ids.next()
    outbox.queue(tx, [outbox.Queued(said, address, life.channel, moment, life.answer, now, language="ar")])
    outbox.claim(tx, "one", [life.channel], 10, now)
    outbox.sent(tx, [(said, f"SMout{life.mark}", "sent")], now)
    statuses.apply(tx, [statuses.Told(life.channel, said, f"SMout{life.mark}", "delivered")], now)
    return moment


def _ask(tx: Tx, life: Life, client_id: int, address: int, moment: int, urgency: str, now: datetime) -> None:
    asked = tickets.Ticket(client_id, address, moment, None, 1, "social", "normal", now, now, ("debts_money",), "ar", life.text)
    tickets.open_or_join(tx, [asked])
    row = tx.one(select(metadata.tables["tickets"].c.id).where(metadata.tables["tickets"].c.client_id == client_id))
    assert row is not None
    questions.close(tx, row.id, "answered", now)
    message = tx.one(select(metadata.tables["messages"].c.id).where(metadata.tables["messages"].c.address_id == address))
    assert message is not None
    again = tickets.Ticket(client_id, address, moment, message.id, 1, "social", urgency, now, now, ("housing_search",), "ar", life.text)
    tickets.open_or_join(tx, [again])


def _work_on(tx: Tx, life: Life, client_id: int, now: datetime) -> None:
    """What volunteers write down of a client."""
    search_keys.index(tx, client_id, life.name)
    reminders.add(tx, [reminders.Reminder(tx.ids.next(), client_id, 1, "permit_renewal", date(2027, 3, 1), date(2026, 12, 1), "client",
                                          now.date(), now)])
    clients.set_safe_contact(tx, client_id, f'{{"how": "call", "why": "{life.text}"}}')
    open_one = next(one for one in questions.of_client(tx, client_id) if one.state != "closed")
    joke = volunteers.add(tx, "Joke", "volunteer", 1, now, ["social"])
    notes.add(tx, open_one.id, client_id, joke, life.text, now)
    drafts.keep(tx, open_one.id, joke, life.answer, now)
    alerts.tell(tx, open_one.id, [joke], 1, now)
    views.look(tx, joke, client_id, 1, "card", now)
    draft = broadcasts.Broadcast(0, 1, "text", "draft", "{}", "wij zijn dicht", now.date(), 0, joke, now, None, None, None)
    recipients.add(tx, broadcasts.begin(tx, f"form {client_id}", draft), [client_id], now)
    posting = tx.ids.next()
    tx.run(metadata.tables["postings"].insert(), {"id": posting, "ticket_id": open_one.id, "kind": "client", "state": "queued", "ready_at": now,
                                                  "body": tx.keys.seal("postings.body", posting, life.text)})


def populate(database: Database) -> tuple[int, int]:
    """
    Let Amina and Yonas live in a database, and return their client ids.
    """
    return database.submit(lambda tx: (live(tx, AMINA), live(tx, YONAS))).result()


def contents(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """
    Every row of every table, sealed columns opened.
    """
    return database.look(lambda tx: {table.name: _opened(tx, table.name) for table in metadata.sorted_tables})


def _opened(tx: Tx, name: str) -> list[tuple[object, ...]]:
    table = metadata.tables[name]
    rows = []
    for row in tx.all(select(table).order_by(*table.primary_key)):
        place = ":".join(str(getattr(row, key.name)) for key in table.primary_key)
        rows.append(tuple(
            tx.keys.open(f"{name}.{column.name}", place, value).decode() if isinstance(column.type, Sealed) and value is not None else value
            for column, value in zip(table.columns, row, strict=True)))
    return rows


def leaks(database: Database, life: Life) -> list[str]:
    """
    The tables in which something of this client can be read.
    """
    texts = {name: "\n".join(str(value) for row in rows for value in row) for name, rows in contents(database).items()}
    return [name for name, text in texts.items() if any(secret in text for secret in life.secrets)]


def erase(database: Database, client_id: int, now: datetime = NOW) -> None:
    """
    Erase one client.
    """
    database.submit(lambda tx: erasures.erase(tx, client_id, now)).result()


def address_of(tx: Tx, client_id: int) -> int:
    """
    Return a client's address.
    """
    row = tx.one(select(address_rows.c.id).where(address_rows.c.client_id == client_id))
    assert row is not None
    return int(row.id)
