"""
Make the first tables.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
UNSENT = sa.text("state = 'queued' or state = 'sending' or state = 'unknown'")


def upgrade() -> None:
    """
    Make the first tables, those that others point at first.
    """
    for make in (
        _channels, _contents, _deletions, _erasures, _locations, _clients, _addresses, _facts, _invites, _moments,
        _bindings, _messages, _sessions, _tickets, _media, _statuses,
    ):
        make()


def _channels() -> None:
    op.create_table(
        "channels",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("paused_until", sa.BigInteger),
        sa.Column("tokens", sa.Integer, nullable=False, server_default="0"),
        sa.Column("refilled_at", sa.BigInteger),
        sa.Column("halted", sa.String),
        sa.Column("reconciled_at", sa.BigInteger),
    )


def _contents() -> None:
    op.create_table(
        "contents",
        sa.Column("hash", sa.String, primary_key=True),
        sa.Column("external_id", sa.String, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
    )


def _deletions() -> None:
    op.create_table(
        "deletions",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("reference", sa.LargeBinary, nullable=False),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("ready_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_deletions_ready_at", "deletions", ["ready_at"])


def _erasures() -> None:
    op.create_table(
        "erasures",
        sa.Column("client_id", ID, primary_key=True, autoincrement=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("done_at", sa.BigInteger),
    )


def _locations() -> None:
    op.create_table(
        "locations",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("municipality", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("phone", sa.String, nullable=False),
        sa.Column("hours", sa.String, nullable=False),
        sa.UniqueConstraint("name", name="uq_locations_name"),
    )


def _clients() -> None:
    op.create_table(
        "clients",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("name", sa.LargeBinary),
        sa.Column("language", sa.String, nullable=False, server_default=""),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), nullable=False),
        sa.Column("consent", sa.String, nullable=False, server_default=""),
        sa.Column("consented_at", sa.BigInteger),
        sa.Column("is_under_16", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("stopped_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("number", name="uq_clients_number"),
    )


def _addresses() -> None:
    op.create_table(
        "addresses",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id"), nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("external_key", sa.String, nullable=False),
        sa.Column("external_id", sa.LargeBinary, nullable=False),
        sa.Column("alias_key", sa.String),
        sa.Column("alias", sa.LargeBinary),
        sa.Column("unreachable_at", sa.BigInteger),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("external_key", "channel", name="uq_addresses_external_key_channel"),
    )
    op.create_index("ix_addresses_alias_key", "addresses", ["alias_key"])
    op.create_index("ix_addresses_client_id", "addresses", ["client_id"])


def _facts() -> None:
    op.create_table(
        "facts",
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id"), primary_key=True),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("said_by", sa.String, primary_key=True),
        sa.Column("value", sa.LargeBinary, nullable=False),
        sa.Column("said_at", sa.BigInteger, nullable=False),
    )


def _invites() -> None:
    op.create_table(
        "invites",
        sa.Column("code_key", sa.String, primary_key=True),
        sa.Column("code", sa.LargeBinary, nullable=False),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id"), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_index("ix_invites_client_id", "invites", ["client_id"])


def _moments() -> None:
    op.create_table(
        "moments",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id")),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), nullable=False),
        sa.Column("municipality", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("began_by", sa.String, nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("began_on", sa.Date, nullable=False),
        sa.Column("last_at", sa.BigInteger, nullable=False),
        sa.Column("languages", sa.String, nullable=False, server_default=""),
        sa.Column("topics", sa.String, nullable=False, server_default=""),
        sa.Column("programme", sa.String, nullable=False, server_default="info_point"),
        sa.Column("answered_by", sa.String, nullable=False, server_default=""),
        sa.Column("outcome", sa.String, nullable=False, server_default=""),
        sa.Column("is_reached", sa.Boolean, nullable=False, server_default=sa.text("true")),
        sa.Column("inbound", sa.Integer, nullable=False, server_default="0"),
        sa.Column("outbound", sa.Integer, nullable=False, server_default="0"),
    )
    op.create_index("ix_moments_began", "moments", ["began_on", "location_id"])
    op.create_index("ix_moments_client", "moments", ["client_id", "last_at"])


def _bindings() -> None:
    op.create_table(
        "bindings",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id"), nullable=False),
        sa.Column("address_id", sa.BigInteger, sa.ForeignKey("addresses.id"), nullable=False),
        sa.Column("asked_at", sa.BigInteger, nullable=False),
        sa.Column("decided_at", sa.BigInteger),
        sa.Column("is_allowed", sa.Boolean),
    )
    op.create_index("ix_bindings_address_id", "bindings", ["address_id"])
    op.create_index("ix_bindings_client_id", "bindings", ["client_id"])


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("address_id", sa.BigInteger, sa.ForeignKey("addresses.id"), nullable=False),
        sa.Column("moment_id", sa.BigInteger, sa.ForeignKey("moments.id")),
        sa.Column("ticket_id", sa.BigInteger),
        sa.Column("direction", sa.String, nullable=False),
        sa.Column("channel", sa.String, nullable=False),
        sa.Column("external_id", sa.String),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("sequence", sa.BigInteger, nullable=False),
        sa.Column("priority", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("ready_at", sa.BigInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("attempt_at", sa.BigInteger),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("process", sa.String),
        sa.Column("status_at", sa.BigInteger),
        sa.Column("error", sa.String),
    )
    op.create_index("ix_messages_address", "messages", ["address_id", "at"])
    op.create_index("ix_messages_at", "messages", ["at"])
    op.create_index(
        "ix_messages_due", "messages", ["state", "priority", "ready_at"],
        sqlite_where=UNSENT, postgresql_where=UNSENT,
    )
    op.create_index(
        "ix_messages_inbound", "messages", ["channel", "external_id"], unique=True,
        sqlite_where=sa.text("direction = 'in'"), postgresql_where=sa.text("direction = 'in'"),
    )
    op.create_index("ix_messages_moment_id", "messages", ["moment_id"])
    op.create_index(
        "ix_messages_outbound", "messages", ["channel", "external_id"],
        sqlite_where=sa.text("direction = 'out'"), postgresql_where=sa.text("direction = 'out'"),
    )
    op.create_index("ix_messages_ticket_id", "messages", ["ticket_id"])
    op.create_index(
        "ix_messages_unsent", "messages", ["address_id", "id"],
        sqlite_where=UNSENT, postgresql_where=UNSENT,
    )
    op.create_index(
        "ix_messages_waiting", "messages", ["ready_at", "sequence"],
        sqlite_where=sa.text("state = 'received'"), postgresql_where=sa.text("state = 'received'"),
    )


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("address_id", ID, sa.ForeignKey("addresses.id"), primary_key=True, autoincrement=False),
        sa.Column("state", sa.LargeBinary),
        sa.Column("moment_id", sa.BigInteger, sa.ForeignKey("moments.id")),
        sa.Column("heard_at", sa.BigInteger),
        sa.Column("said_id", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("pace", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("paced_at", sa.BigInteger),
        sa.Column("paced_until", sa.BigInteger),
    )
    op.create_index("ix_sessions_moment_id", "sessions", ["moment_id"])


def _tickets() -> None:
    op.create_table(
        "tickets",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id")),
        sa.Column("address_id", sa.BigInteger, sa.ForeignKey("addresses.id")),
        sa.Column("moment_id", sa.BigInteger, sa.ForeignKey("moments.id")),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), nullable=False),
        sa.Column("team", sa.String, nullable=False),
        sa.Column("topics", sa.String, nullable=False, server_default=""),
        sa.Column("urgency", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False, server_default=""),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False, server_default="asked"),
        sa.Column("question", sa.LargeBinary),
        sa.Column("opened_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("outcome", sa.String),
        sa.UniqueConstraint("message_id", name="uq_tickets_message_id"),
    )
    op.create_index("ix_tickets_address_id", "tickets", ["address_id"])
    op.create_index("ix_tickets_client_id", "tickets", ["client_id"])
    op.create_index("ix_tickets_moment_id", "tickets", ["moment_id"])
    op.create_index(
        "ix_tickets_one_open", "tickets", ["client_id"], unique=True,
        sqlite_where=sa.text("state <> 'closed'"), postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(
        "ix_tickets_open", "tickets", ["location_id", "due_at"],
        sqlite_where=sa.text("state <> 'closed'"), postgresql_where=sa.text("state <> 'closed'"),
    )


def _media() -> None:
    op.create_table(
        "media",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger, sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reference", sa.LargeBinary, nullable=False),
        sa.Column("content_type", sa.String, nullable=False, server_default=""),
        sa.Column("size", sa.Integer, nullable=False, server_default="0"),
        sa.Column("content", sa.LargeBinary),
        sa.Column("refusal", sa.String),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
        sa.Column("ready_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_media_message_id", "media", ["message_id"])
    op.create_index(
        "ix_media_waiting", "media", ["ready_at"],
        sqlite_where=sa.text("state = 'waiting'"), postgresql_where=sa.text("state = 'waiting'"),
    )


def _statuses() -> None:
    op.create_table(
        "statuses",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.BigInteger, sa.ForeignKey("messages.id"), nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("external_id", sa.String),
        sa.Column("error", sa.String),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_statuses_message_id", "statuses", ["message_id"])
