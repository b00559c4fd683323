"""
Make the table of reminders, and let a location choose which kinds it does not send.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SILENT = "income_tax,naturalisation_possible,turning_18"


def upgrade() -> None:
    """
    Add the column and the table.
    """
    op.add_column("locations", sa.Column("silent_kinds", sa.String, nullable=False, server_default=SILENT))
    op.create_table(
        "reminders",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id"), nullable=False),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("due_on", sa.Date, nullable=False),
        sa.Column("send_on", sa.Date, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("known_on", sa.Date, nullable=False),
        sa.Column("ready_at", sa.BigInteger),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("answer", sa.String, nullable=False, server_default=""),
        sa.Column("proof_on", sa.Date),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("ticket_id", sa.BigInteger),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("answered_at", sa.BigInteger),
        sa.UniqueConstraint("client_id", "kind", "due_on", "send_on", "what", name="uq_reminders_client_id_kind_due_on_send_on_what"),
    )
    op.create_index("ix_reminders_message_id", "reminders", ["message_id"])
    op.create_index("ix_reminders_ready", "reminders", ["ready_at", "due_on"])
    op.create_index("ix_reminders_listed", "reminders", ["location_id", "send_on", "id"])
