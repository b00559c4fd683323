"""
What other systems are told: the secret from which their ids for our rows are made, and the addresses of volunteers' own calendars.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0007"


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
