"""
What other systems are told: the secret from which their ids for our rows are made, the addresses of volunteers' own calendars; and
what the moments of a month add up to.
"""

import sqlalchemy as sa
from alembic import op

from storage.tables import UNSUM_POSTGRES, UNSUM_SQLITE

revision = "0013"
down_revision = "0011"


def upgrade() -> None:
    """
    Add the tables.
    """
    op.create_table(
        "namespaces",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("secret", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "feeds",
        sa.Column("token_hash", sa.String, primary_key=True),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id"), nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("volunteer_id", name="uq_feeds_volunteer_id"),
    )
    op.create_table(
        "sums",
        sa.Column("month", sa.Date, primary_key=True),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), primary_key=True, autoincrement=False),
        sa.Column("zone", sa.String, nullable=False),
        sa.Column("body", sa.String, nullable=False),
    )
    for statement in UNSUM_POSTGRES if op.get_bind().dialect.name == "postgresql" else UNSUM_SQLITE:
        op.execute(statement)
