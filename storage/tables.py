"""
Every table on one page.

Times are `Instant` (microseconds since 1970 in UTC, aware datetimes in Python), days are `Date` (the office's calendar).
`Sealed` columns hold ciphertext bound to row and column (`storage/secrets.py`); what may stay readable, and what *forget me*
does to every column, stands in `storage/privacy.py`, and a test holds the two pages together.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    DDL,
    BigInteger,
    Boolean,
    Column,
    Date,
    Dialect,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    UniqueConstraint,
    event,
    text,
)
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Instant(TypeDecorator[datetime]):
    """
    An aware datetime, kept as microseconds since 1970 so that both databases compare and index it alike.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """
        Refuse a naive datetime: it would be an hour or two wrong.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return (value - EPOCH) // MICROSECOND

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """
        Return the instant in UTC.
        """
        return None if value is None else EPOCH + timedelta(microseconds=value)


class Sealed(TypeDecorator[bytes]):
    """
    Ciphertext of `storage.secrets`: what is bound must have been sealed before, so plain text can never slip in.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """
        Refuse anything that does not carry the mark of `Keys.seal`.
        """
        if value is not None and value[:1] != b"\x01":
            raise ValueError("this column takes sealed values only")
        return value


Id = BigInteger().with_variant(Integer, "sqlite")          # on SQLite an INTEGER primary key is the row itself: one tree less to write

# SQLite uses a partial index only where the query repeats its condition, or one of its OR terms, to the letter.
# `waiting` is none of these: it holds up neither what comes after it nor *forget me*, and only the client's next word makes it queued.
UNSENT = text("state = 'queued' or state = 'sending' or state = 'unknown'")

TALKS = text("(kind = 'guidance_review' or kind = 'guidance_closing')")

metadata = MetaData(naming_convention={"ix": "ix_%(column_0_N_label)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"})

locations = Table(
    "locations", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, unique=True),
    Column("municipality", String, nullable=False),
    Column("address", String, nullable=False),
    Column("phone", String, nullable=False),
    Column("hours", String, nullable=False),                # "mo-fr 09:00-17:00"
    Column("shows_text", Boolean, nullable=False, server_default=text("false")),     # clients' words in the volunteers' Telegram group
    # kinds of reminders (flows/deadlines.py) that are not sent to clients of this location
    Column("silent_kinds", String, nullable=False, server_default="income_tax,naturalisation_possible,turning_18"),
    Column("capacity", SmallInteger, nullable=False, server_default="4"),            # clients who can be at the office at the same time
    Column("latitude", Double),                              # of the door, in degrees; with it clients get a pin on the map
    Column("longitude", Double),
)

clients = Table(
    "clients", metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False, unique=True),  # the client number staff use
    Column("name", Sealed),
    Column("language", String, nullable=False, server_default=""),
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("consent", String, nullable=False, server_default=""),
    Column("consented_at", Instant),
    Column("is_under_16", Boolean, nullable=False, server_default=text("false")),
    Column("stopped_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("safe_contact", Sealed),                          # JSON: how we may reach this client unasked; NULL: here, always
    Column("wants_woman", Boolean, nullable=False, server_default=text("false")),
    Column("avoids_community", Boolean, nullable=False, server_default=text("false")),     # nobody of the own community
    Column("word", Sealed),                                  # agreed with a client who shares a phone: what is personal needs it there
    Column("word_misses", SmallInteger, nullable=False, server_default="0"),    # tries with another word since the last right one
    Column("guide_id", Integer),                             # who of us guides this client through the year
)

addresses = Table(
    "addresses", metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("client_id", BigInteger, ForeignKey("clients.id"), nullable=False, index=True),
    Column("channel", String, nullable=False),
    Column("external_key", String, nullable=False),          # keyed hash of the platform's id: the look-up
    Column("external_id", Sealed, nullable=False),
    Column("alias_key", String, index=True),                 # WhatsApp's business-scoped id beside a number
    Column("alias", Sealed),                                 # the same, to hash it anew when the key changes
    Column("unreachable_at", Instant),                       # blocked us, or no such account
    Column("created_at", Instant, nullable=False),
    Column("invite_at", Instant),                            # of an imported number: not before this leaves its one invitation
    Column("invited_at", Instant),                           # the invitation was queued, and nobody was asked yet to call
    Column("door_id", BigInteger, index=True),               # of one who shares a phone: the address by which the phone is found
    Column("shared_at", Instant),                            # of that address: since when
    Column("speaker_id", BigInteger),                        # whose address of those who share it speaks now …
    Column("speaker_until", Instant),                        # … until then
    Column("opened_at", Instant),                            # of one who shares a phone and speaks: the word was said
    UniqueConstraint("external_key", "channel"),             # the hash first: it is looked up without the channel too
    Index("ix_addresses_invite", "invite_at", sqlite_where=text("invite_at is not null"), postgresql_where=text("invite_at is not null")),
    Index("ix_addresses_invited", "invited_at", sqlite_where=text("invited_at is not null"), postgresql_where=text("invited_at is not null")),
)

sessions = Table(
    "sessions", metadata,
    Column("address_id", Id, ForeignKey("addresses.id"), primary_key=True, autoincrement=False),
    Column("state", Sealed),                                 # flow, node, language, misses, data; NULL before the first turn
    Column("moment_id", BigInteger, ForeignKey("moments.id"), index=True),   # the exchange that is going on
    Column("heard_at", Instant),                             # last inbound: WhatsApp's 24 hours
    Column("said_id", BigInteger, nullable=False, server_default="0"),  # our last message's id: ids of one client only rise
    Column("pace", SmallInteger, nullable=False, server_default="0"),   # the leaky bucket of a client who floods
    Column("paced_at", Instant),
    Column("paced_until", Instant),
)

moments = Table(
    "moments", metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("client_id", BigInteger, ForeignKey("clients.id")),          # NULL after *forget me*
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("municipality", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("began_by", String, nullable=False),              # client | us | us_untied (its reminder counts it)
    Column("began_at", Instant, nullable=False),
    Column("began_on", Date, nullable=False),
    Column("last_at", Instant, nullable=False),
    Column("languages", String, nullable=False, server_default=""),     # "ar" or "ar,nl"
    Column("topics", String, nullable=False, server_default=""),        # "housing_search,debts_money": the main one first
    Column("programme", String, nullable=False, server_default="info_point"),
    Column("answered_by", String, nullable=False, server_default=""),   # "", bot, volunteer, both
    Column("outcome", String, nullable=False, server_default=""),       # answered, escalated, not_understood, not_reached …
    Column("is_reached", Boolean, nullable=False, server_default=text("true")),
    Column("inbound", Integer, nullable=False, server_default="0"),
    Column("outbound", Integer, nullable=False, server_default="0"),
    Column("minutes", Integer),                              # that a volunteer gave it, where somebody wrote that down
    Column("volunteer_id", Integer),                         # who wrote down a contact that was no chat
    Column("logged_at", Instant),                            # and when
    Index("ix_moments_client", "client_id", "last_at"),
    Index("ix_moments_began", "began_on", "location_id"),
    Index("ix_moments_logged", "volunteer_id", "logged_at", sqlite_where=text("logged_at is not null"),
          postgresql_where=text("logged_at is not null")),
    Index("ix_moments_approached", "began_on", sqlite_where=text("began_by = 'us'"), postgresql_where=text("began_by = 'us'")),
    Index("ix_moments_not_understood", "began_on", sqlite_where=text("outcome = 'not_understood'"),
          postgresql_where=text("outcome = 'not_understood'")),
)

messages = Table(
    "messages", metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("address_id", BigInteger, ForeignKey("addresses.id"), nullable=False),
    Column("moment_id", BigInteger, ForeignKey("moments.id"), index=True),
    Column("ticket_id", BigInteger, index=True),             # a volunteer's answer belongs to this ticket
    Column("direction", String, nullable=False),             # in | out
    Column("channel", String, nullable=False),
    Column("external_id", String),                           # update_id, MessageSid, message_id
    Column("kind", String, nullable=False),                  # in: HeardKind; out: those of PRIORITIES in storage/outbox.py
    Column("state", String, nullable=False),                 # in: received, answered; out: those of storage/outbox.py
    Column("body", Sealed, nullable=False),                  # JSON: text, choice or offers, language
    Column("sequence", BigInteger, nullable=False),          # order among the messages of one address
    Column("priority", SmallInteger, nullable=False, server_default="0"),   # 0 replies; from 1 on unasked: a visit, reminders, broadcasts
    Column("ready_at", Instant, nullable=False),             # not before
    Column("at", Instant, nullable=False),                   # received, or queued
    Column("attempt_at", Instant),                           # committed before the send
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("process", String),                               # who has it in hand
    Column("status_at", Instant),
    Column("error", String),                                 # the platform's code
    Column("volunteer_id", Integer),                         # who wrote it
    Index("ix_messages_inbound", "channel", "external_id", unique=True, sqlite_where=text("direction = 'in'"),
          postgresql_where=text("direction = 'in'")),
    Index("ix_messages_outbound", "channel", "external_id", sqlite_where=text("direction = 'out'"), postgresql_where=text("direction = 'out'")),
    Index("ix_messages_waiting", "ready_at", "sequence", sqlite_where=text("state = 'received'"), postgresql_where=text("state = 'received'")),
    Index("ix_messages_unsent", "address_id", "id", sqlite_where=UNSENT,
          postgresql_where=UNSENT),
    Index("ix_messages_due", "state", "channel", "priority", "ready_at", sqlite_where=UNSENT,
          postgresql_where=UNSENT),
    Index("ix_messages_held", "address_id", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
    Index("ix_messages_address", "address_id", "at"),
    Index("ix_messages_at", "at"),
)

statuses = Table(
    "statuses", metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, ForeignKey("messages.id"), nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("external_id", String),                           # of which attempt it was told
    Column("error", String),
    Column("at", Instant, nullable=False),
)

media = Table(
    "media", metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("message_id", BigInteger, ForeignKey("messages.id"), nullable=False, index=True),
    Column("state", String, nullable=False),                 # waiting, stored, refused
    Column("reference", Sealed, nullable=False),             # the platform's file id or address
    Column("content_type", String, nullable=False, server_default=""),
    Column("size", Integer, nullable=False, server_default="0"),        # bytes
    Column("content", Sealed),
    Column("refusal", String),                               # too large, not a kind we take, cannot be read, gone; of a stored one: not cleaned
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("ready_at", Instant, nullable=False),
    Index("ix_media_waiting", "ready_at", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
)

facts = Table(
    "facts", metadata,
    Column("client_id", BigInteger, ForeignKey("clients.id"), primary_key=True),
    Column("name", String, primary_key=True),
    Column("said_by", String, primary_key=True),             # client | staff
    Column("value", Sealed, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("settled_at", Instant),                           # of the client's word: staff looked at the difference, and theirs counts
    Index("ix_facts_name", "name"),
)

reminders = Table(
    "reminders", metadata,                                   # what follows from the facts of a client, and what became of it
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("client_id", BigInteger, ForeignKey("clients.id"), nullable=False),
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("kind", String, nullable=False),                  # of flows/deadlines.py
    Column("due_on", Date, nullable=False),
    Column("send_on", Date, nullable=False),
    Column("what", String, nullable=False),                  # client, staff; person, certain, check: somebody steps in; later: they asked for it
    Column("known_on", Date, nullable=False),                # when we learned of what is due: the plan hangs on it
    Column("ready_at", Instant),                             # not before; NULL once it is settled
    Column("state", String, nullable=False),                 # planned, held, sent, called (a person steps in), answered, cancelled, failed
    Column("answer", String, nullable=False, server_default=""),        # done, will_do, need_help, not_mine, later; not_so; reached, helped
    Column("proof_on", Date),                                # the new date, or the day on which it was sent, as the client said it
    Column("message_id", BigInteger, index=True),
    Column("ticket_id", BigInteger),
    Column("settled_at", Instant),                           # sent, or handed over
    Column("answered_at", Instant),
    Column("volunteer_id", Integer),                         # who of us held a talk of the guidance, or moved it
    UniqueConstraint("client_id", "kind", "due_on", "send_on", "what"),
    Index("ix_reminders_ready", "ready_at", "due_on"),
    Index("ix_reminders_listed", "location_id", "send_on", "id"),
    Index("ix_reminders_talks", "location_id", "due_on", "id", sqlite_where=TALKS, postgresql_where=TALKS),
    Index("ix_reminders_undone", "location_id", "send_on", "id", sqlite_where=text("ready_at is not null"),
          postgresql_where=text("ready_at is not null")),
)

tickets = Table(
    "tickets", metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("client_id", BigInteger, ForeignKey("clients.id"), index=True),   # NULL after *forget me*: a task without a name
    Column("address_id", BigInteger, ForeignKey("addresses.id"), index=True),
    Column("moment_id", BigInteger, ForeignKey("moments.id"), index=True),
    Column("message_id", BigInteger, unique=True),           # the message that caused it: one ticket a message
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("team", String, nullable=False),
    Column("topics", String, nullable=False, server_default=""),
    Column("urgency", String, nullable=False),
    Column("language", String, nullable=False, server_default=""),
    Column("state", String, nullable=False),                 # open, taken, closed
    Column("reason", String, nullable=False, server_default="asked"),   # asked, undeliverable, second_address, turn_failed, differs, not_answered …
    Column("question", Sealed),
    Column("opened_at", Instant, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("outcome", String),                               # answered, referred, appointment, advice, no_contact
    Column("number", Integer),                               # the number that volunteers say
    Column("volunteer_id", Integer),                         # who has it; no foreign key: SQLite adds none to a table that is there
    Column("taken_at", Instant),
    Column("heard_at", Instant),                             # the client's last word since it opened
    Column("said_at", Instant),                              # the last word of a volunteer
    Column("answered_at", Instant),                          # the first one
    Column("alert_level", SmallInteger, nullable=False, server_default="0"),     # how far up it was told: 0 nobody yet
    Column("alert_at", Instant),                             # when the next one is told
    Column("wants_woman", Boolean, nullable=False, server_default=text("false")),
    Column("avoids_community", Boolean, nullable=False, server_default=text("false")),
    Column("interpreter", String, nullable=False, server_default=""),   # the language an interpreter is asked for
    Column("helped", String, nullable=False, server_default=""),        # what the client said of it: yes, no
    Index("ix_tickets_open", "location_id", "due_at", sqlite_where=text("state <> 'closed'"), postgresql_where=text("state <> 'closed'")),
    Index("ix_tickets_listed", "location_id", "urgency", "due_at", "id", sqlite_where=text("state <> 'closed'"),
          postgresql_where=text("state <> 'closed'")),
    Index("ix_tickets_number", "number", unique=True),
    Index("ix_tickets_alert", "alert_at", sqlite_where=text("state <> 'closed'"), postgresql_where=text("state <> 'closed'")),
    Index("ix_tickets_closed", "location_id", "closed_at"),
    Index("ix_tickets_volunteer", "volunteer_id"),
    Index("ix_tickets_opened_at", "opened_at"),
    Index("ix_tickets_one_open", "client_id", unique=True, sqlite_where=text("state <> 'closed'"), postgresql_where=text("state <> 'closed'")),
)

invites = Table(
    "invites", metadata,
    Column("code_key", String, primary_key=True),            # keyed hash of the code
    Column("code", Sealed, nullable=False),                  # the same, to hash it anew when the key changes
    Column("client_id", BigInteger, ForeignKey("clients.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("used_at", Instant),
)

bindings = Table(
    "bindings", metadata,                                    # a second address for one client waits for staff's yes
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("client_id", BigInteger, ForeignKey("clients.id"), nullable=False, index=True),
    Column("address_id", BigInteger, ForeignKey("addresses.id"), nullable=False, index=True),
    Column("asked_at", Instant, nullable=False),
    Column("decided_at", Instant),
    Column("is_allowed", Boolean),
)

channels = Table(
    "channels", metadata,                                    # what every process must know of a channel
    Column("name", String, primary_key=True),
    Column("paused_until", Instant),
    Column("tokens", Integer, nullable=False, server_default="0"),      # sends left in the platform's rate
    Column("refilled_at", Instant),
    Column("halted", String),                                # why nothing is sent (a refused token), or NULL
    Column("reconciled_at", Instant),
)

contents = Table(
    "contents", metadata,                                    # Twilio Content made once per content hash
    Column("hash", String, primary_key=True),
    Column("external_id", String, nullable=False),
    Column("created_at", Instant, nullable=False),
)

erasures = Table(
    "erasures", metadata,                                    # who asked to be forgotten: an id without a person behind it
    Column("client_id", Id, primary_key=True, autoincrement=False),
    Column("asked_at", Instant, nullable=False),
    Column("done_at", Instant),
)

deletions = Table(
    "deletions", metadata,                                   # what must still be deleted at a platform
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("channel", String, nullable=False),
    Column("reference", Sealed, nullable=False),             # what the channel's `forget` takes
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Column("ready_at", Instant, nullable=False, index=True),
)

volunteers = Table(
    "volunteers", metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False),
    Column("login", String, unique=True),                    # NULL until the invitation is used
    Column("role", String, nullable=False),                  # volunteer, coordinator, administrator
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("teams", String, nullable=False, server_default=""),         # "legal,social"
    Column("languages", String, nullable=False, server_default="nl"),   # that this volunteer speaks: "nl,ar"
    Column("communities", String, nullable=False, server_default=""),   # languages of the own community: "ar"
    Column("is_woman", Boolean, nullable=False, server_default=text("false")),
    Column("is_interpreter", Boolean, nullable=False, server_default=text("false")),
    Column("reads", String, nullable=False, server_default="nl"),       # the language of the desk: nl or en
    Column("password", String),                              # argon2
    Column("totp", Sealed),                                  # the secret of the second factor
    Column("totp_step", BigInteger),                         # the last step that was used: a code works once
    Column("telegram_key", String, unique=True),             # keyed hash of the Telegram id
    Column("telegram_id", Sealed),
    Column("created_at", Instant, nullable=False),
    Column("dismissed_at", Instant),
)

logins = Table(
    "logins", metadata,                                      # sessions at the desk
    Column("token_hash", String, primary_key=True),          # of the cookie's random token
    Column("volunteer_id", Integer, ForeignKey("volunteers.id"), nullable=False, index=True),
    Column("is_whole", Boolean, nullable=False, server_default=text("false")),   # the second factor was given, where one is due
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
)

attempts = Table(
    "attempts", metadata,                                    # to log in
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("login_key", String, nullable=False),             # keyed hash of what was typed as a name
    Column("source_key", String, nullable=False),            # keyed hash of the network address
    Column("at", Instant, nullable=False, index=True),
    Column("is_right", Boolean, nullable=False),
    Index("ix_attempts_login", "login_key", "at"),
    Index("ix_attempts_source", "source_key", "at"),
)

links = Table(
    "links", metadata,                                       # one-time links of volunteers
    Column("code_hash", String, primary_key=True),           # of a random code
    Column("kind", String, nullable=False),                  # invite, reset, telegram
    Column("volunteer_id", Integer, ForeignKey("volunteers.id"), nullable=False, index=True),
    Column("made_by", Integer),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

duties = Table(
    "duties", metadata,                                      # the roster
    Column("id", Integer, primary_key=True),
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False, index=True),
    Column("volunteer_id", Integer, ForeignKey("volunteers.id"), nullable=False, index=True),
    Column("team", String, nullable=False, server_default=""),          # "" for every team
    Column("weekday", SmallInteger),                         # 0 Monday; NULL where a day is named
    Column("on_day", Date),
    Column("starts", SmallInteger, nullable=False),          # minutes after midnight
    Column("ends", SmallInteger, nullable=False),
)

alerts = Table(
    "alerts", metadata,                                      # who was told of a ticket
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("ticket_id", BigInteger, ForeignKey("tickets.id"), nullable=False, index=True),
    Column("volunteer_id", Integer, ForeignKey("volunteers.id"), nullable=False),
    Column("level", SmallInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("seen_at", Instant),                              # acknowledged
    Index("ix_alerts_volunteer", "volunteer_id", "at"),
)

notes = Table(
    "notes", metadata,                                       # between volunteers; no client sees them
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("ticket_id", BigInteger, ForeignKey("tickets.id"), index=True),
    Column("client_id", BigInteger, ForeignKey("clients.id"), index=True),
    Column("volunteer_id", Integer, ForeignKey("volunteers.id")),     # NULL: the program itself
    Column("body", Sealed, nullable=False),
    Column("at", Instant, nullable=False),
    Column("moment_id", BigInteger, index=True),             # of a contact that was no chat
)

drafts = Table(
    "drafts", metadata,                                      # replies not sent yet
    Column("ticket_id", BigInteger, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("volunteer_id", Integer, ForeignKey("volunteers.id"), primary_key=True, autoincrement=False),
    Column("body", Sealed, nullable=False),
    Column("at", Instant, nullable=False),
)

views = Table(
    "views", metadata,                                       # who looked at whose record
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("volunteer_id", Integer, ForeignKey("volunteers.id"), nullable=False),
    Column("client_id", BigInteger, ForeignKey("clients.id"), index=True),
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("what", String, nullable=False),                  # card, conversation, search, export …
    Column("at", Instant, nullable=False),
    Index("ix_views_at", "location_id", "at"),
)

search_keys = Table(
    "search_keys", metadata,                                 # keyed hashes by which a client is found
    Column("client_id", BigInteger, ForeignKey("clients.id"), primary_key=True, autoincrement=False),
    Column("key", String, primary_key=True),
    Index("ix_search_keys_key", "key"),
)

corrections = Table(
    "corrections", metadata,                                 # of our texts
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("language", String, nullable=False),
    Column("text_hash", String, nullable=False),             # of the English text
    Column("source", String, nullable=False),                # the English text
    Column("said", String, nullable=False),                  # how it is said in that language
    Column("state", String, nullable=False),                 # live, waiting (for a second person), replaced, refused
    Column("is_reviewed", Boolean, nullable=False, server_default=text("false")),
    Column("volunteer_id", Integer, ForeignKey("volunteers.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("second_id", Integer),                            # who agreed
    Column("second_at", Instant),
    Index("ix_corrections_text", "text_hash", "language", "at"),
    Index("ix_corrections_live", "state", "at"),
)

recordings = Table(
    "recordings", metadata,                                  # our texts, spoken
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("language", String, nullable=False),
    Column("text_hash", String, nullable=False),
    Column("content_type", String, nullable=False),
    Column("seconds", SmallInteger, nullable=False),
    Column("content", Sealed, nullable=False),
    Column("volunteer_id", Integer, ForeignKey("volunteers.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_recordings_text", "text_hash", "language", "at"),
)

threads = Table(
    "threads", metadata,                                     # a ticket's topic in the volunteers' Telegram group
    Column("ticket_id", BigInteger, ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
    Column("external_id", BigInteger, unique=True),          # message_thread_id; NULL until it is made
    Column("head_id", BigInteger),                           # the message with number, team, language
    Column("shown", String, nullable=False, server_default=""),         # hash of what stands there
    Column("heard_at", Instant),                             # the client's last word that was told there
    Column("alerted_id", BigInteger),                        # the last of `alerts` that was told there
    Column("state", String, nullable=False),                 # wanted, open, closed (deleted at ready_at), doomed (deleted as soon as it can)
    Column("ready_at", Instant, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Index("ix_threads_ready", "state", "ready_at"),
)

postings = Table(
    "postings", metadata,                                    # what is said in the group, and what was
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("ticket_id", BigInteger, ForeignKey("tickets.id"), index=True),
    Column("message_id", BigInteger),                        # the client's message it shows: a reply to it goes out
    Column("external_id", BigInteger),                       # message_id in the group
    Column("kind", String, nullable=False),                  # heard (its id is Telegram's update_id), said, private, message, warned, pressed
    Column("body", Sealed),                                  # JSON
    Column("state", String, nullable=False),                 # queued, sent, gone
    Column("ready_at", Instant, nullable=False),
    Column("attempts", SmallInteger, nullable=False, server_default="0"),
    Index("ix_postings_ready", "state", "ready_at"),
    Index("ix_postings_external", "external_id"),
)

templates = Table(
    "templates", metadata,                                   # texts that WhatsApp approves beforehand
    Column("name", String, primary_key=True),
    Column("language", String, primary_key=True),
    Column("hash", String, nullable=False),                  # of the text that was submitted
    Column("external_id", String),                           # ContentSid
    Column("state", String, nullable=False),                 # made, submitted, approved, rejected, paused
    Column("reason", String),                                # why it was rejected
    Column("checked_at", Instant, nullable=False),
)

appointments = Table(
    "appointments", metadata,
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("client_id", BigInteger, ForeignKey("clients.id"), nullable=False),
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("seat", SmallInteger),                            # 1 to the office's capacity; NULL once it is cancelled
    Column("interpreter", String, nullable=False, server_default=""),   # the language one is wanted for, or ""
    Column("made_by", String, nullable=False),               # client | staff
    Column("made_at", Instant, nullable=False),
    Column("cancelled_at", Instant),
    Column("remind_at", Instant),                            # when the client is reminded next; NULL when all is said
    Column("uid", String),                                   # random: the same visit in the client's calendar, also at another time
    Column("sequence", SmallInteger, nullable=False, server_default="0"),            # how often it was changed there
    UniqueConstraint("location_id", "starts_at", "seat"),    # nobody takes a place twice, whatever two processes do at once
    Index("ix_appointments_client", "client_id", "starts_at"),
    Index("ix_appointments_due", "remind_at", sqlite_where=text("remind_at is not null"), postgresql_where=text("remind_at is not null")),
)

broadcasts = Table(
    "broadcasts", metadata,                                  # what we say to many clients of our own accord
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("form_key", String, nullable=False),              # of the form it was begun with: sent twice, it is one
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),     # whose page it stands on
    Column("kind", String, nullable=False),                  # text, phrase, checkin
    Column("state", String, nullable=False),                 # draft, running, paused, stopped, done
    Column("segment", String, nullable=False),               # JSON: for whom it is
    Column("body", Sealed, nullable=False),                  # JSON: texts by language, or a phrase and what fills it
    Column("until_on", Date, nullable=False),                # who did not get it by then gets it no more
    Column("planned_to", BigInteger),                        # clients up to this id are planned; NULL: all of them
    Column("volunteer_id", Integer, ForeignKey("volunteers.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("confirmed_by", Integer),
    Column("confirmed_at", Instant),
    Column("ended_at", Instant),
    UniqueConstraint("form_key"),
    Index("ix_broadcasts_listed", "location_id", "id"),
    Index("ix_broadcasts_state", "state", "id"),
)

recipients = Table(
    "recipients", metadata,                                  # a client of a broadcast, and what became of it
    Column("broadcast_id", BigInteger, ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
    Column("client_id", BigInteger, ForeignKey("clients.id"), primary_key=True, autoincrement=False, index=True),
    Column("state", String, nullable=False),                 # planned, held, sent, barred, failed, dropped (it was stopped)
    Column("reason", String, nullable=False, server_default=""),        # why it is held or barred
    Column("ready_at", Instant),                             # not before; NULL once it is settled
    Column("message_id", BigInteger, index=True),
    Column("settled_at", Instant),
    Column("answer", String, nullable=False, server_default=""),        # to a check-in: good, so_so, bad
    Column("answered_at", Instant),
    Index("ix_recipients_ready", "broadcast_id", "ready_at"),
)

looks = Table(
    "looks", metadata,                                       # at each domain of a client's life, as the guidance closes
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("client_id", BigInteger, ForeignKey("clients.id"), nullable=False, index=True),
    Column("volunteer_id", Integer, ForeignKey("volunteers.id")),
    Column("at", Instant, nullable=False),
    Column("body", Sealed, nullable=False),                  # JSON: by domain how it goes, and a note
)

files = Table(
    "files", metadata,                                       # of family reunification: one for each relative who shall come
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("person", BigInteger, nullable=False),            # the same number for all files of one client, also once forgotten
    Column("client_id", BigInteger, ForeignKey("clients.id"), index=True),   # NULL after *forget me*
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("municipality", String, nullable=False),
    Column("opened_on", Date, nullable=False),
    Column("closed_on", Date),
    Column("outcome", String, nullable=False, server_default=""),       # granted, refused, withdrawn
    Column("volunteer_id", Integer),                         # who changed it last
    Index("ix_files_opened_on", "opened_on"),
    Index("ix_files_closed_on", "closed_on"),
    Index("ix_files_location_id", "location_id"),
)

totals = Table(
    "totals", metadata,                                      # what is counted elsewhere and typed in for the report
    Column("from_on", Date, primary_key=True),
    Column("to_on", Date, primary_key=True),
    Column("location_id", Integer, ForeignKey("locations.id"), primary_key=True, autoincrement=False),
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
    Column("volunteer_id", Integer),
    Column("at", Instant, nullable=False),
)

frozen = Table(
    "frozen", metadata,                                      # reports that were handed over, as they were
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("from_on", Date, nullable=False),
    Column("to_on", Date, nullable=False),
    Column("location_id", Integer, nullable=False),          # 0 for all of them
    Column("municipality", String, nullable=False),          # "" for all of them
    Column("volunteer_id", Integer, nullable=False),         # who handed it over
    Column("at", Instant, nullable=False),
    Column("figures", String, nullable=False),               # JSON: the tables, and what is hidden in them
    UniqueConstraint("from_on", "to_on", "location_id", "municipality"),      # handed over once: two would tell each other's difference
)

revisions = Table(
    "revisions", metadata,                                   # of contact moments: what stood there before
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("moment_id", BigInteger, ForeignKey("moments.id"), nullable=False, index=True),
    Column("volunteer_id", Integer, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    Column("what", String, nullable=False),                  # corrected, withdrawn
    Column("began_on", Date, nullable=False),                # the day it had: a frozen report of that day lists it too
    Column("was", String, nullable=False),                   # JSON: the columns as they were
)

namespaces = Table(
    "namespaces", metadata,                                  # from which ids for other systems are made: those of ours tell them nothing
    Column("name", String, primary_key=True),
    Column("secret", Sealed, nullable=False),                # kept, so that the ids stay the same under a new key
)

feeds = Table(
    "feeds", metadata,                                       # where volunteers' own calendars read the appointments
    Column("token_hash", String, primary_key=True),          # of the random token in its address
    Column("volunteer_id", Integer, ForeignKey("volunteers.id"), nullable=False, unique=True),
    Column("created_at", Instant, nullable=False),
)

sums = Table(
    "sums", metadata,                                        # what the moments of a month that is over add up to, at an office
    Column("month", Date, primary_key=True),                 # its first day
    Column("location_id", Integer, ForeignKey("locations.id"), primary_key=True, autoincrement=False),
    Column("zone", String, nullable=False),                  # of the clock by which the hours were counted
    Column("body", String, nullable=False),                  # JSON
)

tallies = Table(
    "tallies", metadata,                                     # clients of a month, quarter or year whom nobody knows any more, counted
    Column("from_on", Date, primary_key=True),
    Column("to_on", Date, primary_key=True),
    Column("location_id", Integer, primary_key=True, autoincrement=False),      # 0 for all of them
    Column("municipality", String, primary_key=True),        # "" for all of them
    Column("programme", String, primary_key=True),           # "" for all of them
    Column("clients", Integer, nullable=False),
    Column("combined", Integer, nullable=False),             # of these, with a contact about several things
)

nameless = Table(
    "nameless", metadata,                                    # years of guidance of clients who were forgotten, for the report
    Column("id", Id, primary_key=True, autoincrement=False),
    Column("location_id", Integer, ForeignKey("locations.id"), nullable=False),
    Column("began_on", Date, nullable=False),
    Column("ended_on", Date),                                # NULL where it had not ended by then
    Column("gone_on", Date, nullable=False),                 # when the client was forgotten
    Index("ix_nameless_location_id", "location_id", "began_on"),
    Index("ix_nameless_gone_on", "gone_on"),
)

# Whatever writes a moment deletes, in the same transaction, the sum that it is in: no sum can be wrong.
_GONE = {row: f"delete from sums where month = date({row}.began_on, 'start of month') and location_id = {row}.location_id;" for row in ("old", "new")}
UNSUM_SQLITE = (
    f"create trigger moments_unsum_insert after insert on moments begin {_GONE['new']} end",
    f"create trigger moments_unsum_update after update on moments begin {_GONE['new']} end",
    "create trigger moments_unsum_move after update on moments when old.began_on <> new.began_on or old.location_id <> new.location_id "
    f"begin {_GONE['old']} end",
    f"create trigger moments_unsum_delete after delete on moments begin {_GONE['old']} end",
)
UNSUM_POSTGRES = (
    """create or replace function moments_unsum() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or (tg_op = 'UPDATE' and (old.began_on, old.location_id) is distinct from (new.began_on, new.location_id)) then
    delete from sums where month = date_trunc('month', old.began_on)::date and location_id = old.location_id;
  end if;
  if tg_op <> 'DELETE' then
    delete from sums where month = date_trunc('month', new.began_on)::date and location_id = new.location_id;
  end if;
  return null;
end $$""",
    "create trigger moments_unsum after insert or update or delete on moments for each row execute function moments_unsum()")
for _name, _statements in (("sqlite", UNSUM_SQLITE), ("postgresql", UNSUM_POSTGRES)):
    for _statement in _statements:
        event.listen(metadata, "after_create", DDL(_statement).execute_if(dialect=_name))     # type: ignore[no-untyped-call]
