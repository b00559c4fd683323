"""
Appointments at an office, and how many clients it can have at the same time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

DUE = sa.text("remind_at is not null")


def upgrade() -> None:
    """
    Add the column and the table.
    """
    op.add_column("locations", sa.Column("capacity", sa.SmallInteger, nullable=False, server_default="4"))
    id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "appointments",
        sa.Column("id", id, primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id"), nullable=False),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("seat", sa.SmallInteger),
        sa.Column("interpreter", sa.String, nullable=False, server_default=""),
        sa.Column("made_by", sa.String, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.Column("cancelled_at", sa.BigInteger),
        sa.Column("remind_at", sa.BigInteger),
        sa.UniqueConstraint("location_id", "starts_at", "seat", name="uq_appointments_location_id_starts_at_seat"),
    )
    op.create_index("ix_appointments_client", "appointments", ["client_id", "starts_at"])
    op.create_index("ix_appointments_due", "appointments", ["remind_at"], sqlite_where=DUE, postgresql_where=DUE)
