"""
Make the desk's tables, and widen those of before.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OPEN = sa.text("state <> 'closed'")


def upgrade() -> None:
    """
    Make the tables of the desk, then widen those of before.
    """
    for make in (
        _volunteers, _logins, _attempts, _links, _duties, _alerts, _notes, _drafts, _views, _search_keys, _corrections,
        _recordings, _threads, _postings, _templates, _widen, _widen_tickets,
    ):
        make()


def _volunteers() -> None:
    op.create_table(
        "volunteers",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("login", sa.String, unique=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), nullable=False),
        sa.Column("teams", sa.String, nullable=False, server_default=""),
        sa.Column("languages", sa.String, nullable=False, server_default="nl"),
        sa.Column("communities", sa.String, nullable=False, server_default=""),
        sa.Column("is_woman", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("is_interpreter", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("reads", sa.String, nullable=False, server_default="nl"),
        sa.Column("password", sa.String),
        sa.Column("totp", sa.LargeBinary),
        sa.Column("totp_step", sa.BigInteger),
        sa.Column("telegram_key", sa.String, unique=True),
        sa.Column("telegram_id", sa.LargeBinary),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("dismissed_at", sa.BigInteger),
    )


def _logins() -> None:
    op.create_table(
        "logins",
        sa.Column("token_hash", sa.String, primary_key=True),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id"), nullable=False),
        sa.Column("is_whole", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_logins_expires_at", "logins", ["expires_at"])
    op.create_index("ix_logins_volunteer_id", "logins", ["volunteer_id"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("login_key", sa.String, nullable=False),
        sa.Column("source_key", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("is_right", sa.Boolean, nullable=False),
    )
    op.create_index("ix_attempts_at", "attempts", ["at"])
    op.create_index("ix_attempts_login", "attempts", ["login_key", "at"])
    op.create_index("ix_attempts_source", "attempts", ["source_key", "at"])


def _links() -> None:
    op.create_table(
        "links",
        sa.Column("code_hash", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id"), nullable=False),
        sa.Column("made_by", sa.Integer),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("expires_at", sa.BigInteger, nullable=False),
        sa.Column("used_at", sa.BigInteger),
    )
    op.create_index("ix_links_volunteer_id", "links", ["volunteer_id"])


def _duties() -> None:
    op.create_table(
        "duties",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), nullable=False),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id"), nullable=False),
        sa.Column("team", sa.String, nullable=False, server_default=""),
        sa.Column("weekday", sa.SmallInteger),
        sa.Column("on_day", sa.Date),
        sa.Column("starts", sa.SmallInteger, nullable=False),
        sa.Column("ends", sa.SmallInteger, nullable=False),
    )
    op.create_index("ix_duties_location_id", "duties", ["location_id"])
    op.create_index("ix_duties_volunteer_id", "duties", ["volunteer_id"])


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("ticket_id", sa.BigInteger, sa.ForeignKey("tickets.id"), nullable=False),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id"), nullable=False),
        sa.Column("level", sa.SmallInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("seen_at", sa.BigInteger),
    )
    op.create_index("ix_alerts_ticket_id", "alerts", ["ticket_id"])
    op.create_index("ix_alerts_volunteer", "alerts", ["volunteer_id", "at"])


def _notes() -> None:
    op.create_table(
        "notes",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("ticket_id", sa.BigInteger, sa.ForeignKey("tickets.id")),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id")),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id")),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_notes_client_id", "notes", ["client_id"])
    op.create_index("ix_notes_ticket_id", "notes", ["ticket_id"])


def _drafts() -> None:
    op.create_table(
        "drafts",
        sa.Column("ticket_id", sa.BigInteger, sa.ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id"), primary_key=True, autoincrement=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def _views() -> None:
    op.create_table(
        "views",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id"), nullable=False),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id")),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_views_at", "views", ["location_id", "at"])
    op.create_index("ix_views_client_id", "views", ["client_id"])


def _search_keys() -> None:
    op.create_table(
        "search_keys",
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id"), primary_key=True, autoincrement=False),
        sa.Column("key", sa.String, primary_key=True),
    )
    op.create_index("ix_search_keys_key", "search_keys", ["key"])


def _corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("text_hash", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("said", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("is_reviewed", sa.Boolean, nullable=False, server_default=sa.text("false")),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("second_id", sa.Integer),
        sa.Column("second_at", sa.BigInteger),
    )
    op.create_index("ix_corrections_live", "corrections", ["state", "at"])
    op.create_index("ix_corrections_text", "corrections", ["text_hash", "language", "at"])


def _recordings() -> None:
    op.create_table(
        "recordings",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("text_hash", sa.String, nullable=False),
        sa.Column("content_type", sa.String, nullable=False),
        sa.Column("seconds", sa.SmallInteger, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id"), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_recordings_text", "recordings", ["text_hash", "language", "at"])


def _threads() -> None:
    op.create_table(
        "threads",
        sa.Column("ticket_id", sa.BigInteger, sa.ForeignKey("tickets.id"), primary_key=True, autoincrement=False),
        sa.Column("external_id", sa.BigInteger, unique=True),
        sa.Column("head_id", sa.BigInteger),
        sa.Column("shown", sa.String, nullable=False, server_default=""),
        sa.Column("heard_at", sa.BigInteger),
        sa.Column("alerted_id", sa.BigInteger),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("ready_at", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    )
    op.create_index("ix_threads_ready", "threads", ["state", "ready_at"])


def _postings() -> None:
    op.create_table(
        "postings",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("ticket_id", sa.BigInteger, sa.ForeignKey("tickets.id")),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("external_id", sa.BigInteger),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("ready_at", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.SmallInteger, nullable=False, server_default="0"),
    )
    op.create_index("ix_postings_external", "postings", ["external_id"])
    op.create_index("ix_postings_ready", "postings", ["state", "ready_at"])
    op.create_index("ix_postings_ticket_id", "postings", ["ticket_id"])


def _templates() -> None:
    op.create_table(
        "templates",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("language", sa.String, primary_key=True),
        sa.Column("hash", sa.String, nullable=False),
        sa.Column("external_id", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("checked_at", sa.BigInteger, nullable=False),
    )


def _widen() -> None:
    op.add_column("locations", sa.Column("shows_text", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("clients", sa.Column("safe_contact", sa.LargeBinary))
    op.add_column("clients", sa.Column("wants_woman", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("clients", sa.Column("avoids_community", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("messages", sa.Column("volunteer_id", sa.Integer))
    held = sa.text("state = 'waiting'")
    op.create_index("ix_messages_held", "messages", ["address_id"], sqlite_where=held, postgresql_where=held)


def _widen_tickets() -> None:
    op.add_column("tickets", sa.Column("number", sa.Integer))
    op.add_column("tickets", sa.Column("volunteer_id", sa.Integer))
    op.add_column("tickets", sa.Column("taken_at", sa.BigInteger))
    op.add_column("tickets", sa.Column("heard_at", sa.BigInteger))
    op.add_column("tickets", sa.Column("said_at", sa.BigInteger))
    op.add_column("tickets", sa.Column("answered_at", sa.BigInteger))
    op.add_column("tickets", sa.Column("alert_level", sa.SmallInteger, nullable=False, server_default="0"))
    op.add_column("tickets", sa.Column("alert_at", sa.BigInteger))
    op.add_column("tickets", sa.Column("wants_woman", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("tickets", sa.Column("avoids_community", sa.Boolean, nullable=False, server_default=sa.text("false")))
    op.add_column("tickets", sa.Column("interpreter", sa.String, nullable=False, server_default=""))
    op.add_column("tickets", sa.Column("helped", sa.String, nullable=False, server_default=""))
    op.execute("update tickets set number = (select count(*) from tickets as before where before.id <= tickets.id)")
    op.execute("update tickets set alert_at = due_at where state <> 'closed'")
    op.create_index("ix_tickets_alert", "tickets", ["alert_at"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_tickets_closed", "tickets", ["location_id", "closed_at"])
    op.create_index("ix_tickets_number", "tickets", ["number"], unique=True)
    op.create_index("ix_tickets_volunteer", "tickets", ["volunteer_id"])
