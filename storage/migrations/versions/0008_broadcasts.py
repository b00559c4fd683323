"""
Messages of our own accord to many clients, and what became of each.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """
    Make both tables.
    """
    op.create_table(
        "broadcasts",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("form_key", sa.String, nullable=False),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("segment", sa.String, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
        sa.Column("until_on", sa.Date, nullable=False),
        sa.Column("planned_to", sa.BigInteger),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id"), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("confirmed_by", sa.Integer),
        sa.Column("confirmed_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.UniqueConstraint("form_key", name="uq_broadcasts_form_key"),
    )
    op.create_index("ix_broadcasts_listed", "broadcasts", ["location_id", "id"])
    op.create_index("ix_broadcasts_state", "broadcasts", ["state", "id"])
    op.create_table(
        "recipients",
        sa.Column("broadcast_id", sa.BigInteger, sa.ForeignKey("broadcasts.id"), primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id"), primary_key=True, autoincrement=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reason", sa.String, nullable=False, server_default=""),
        sa.Column("ready_at", sa.BigInteger),
        sa.Column("message_id", sa.BigInteger),
        sa.Column("settled_at", sa.BigInteger),
        sa.Column("answer", sa.String, nullable=False, server_default=""),
        sa.Column("answered_at", sa.BigInteger),
    )
    op.create_index("ix_recipients_client_id", "recipients", ["client_id"])
    op.create_index("ix_recipients_message_id", "recipients", ["message_id"])
    op.create_index("ix_recipients_ready", "recipients", ["broadcast_id", "ready_at"])
