"""
Count on the clients of a period whom nobody knows any more, and keep the years of guidance of who was forgotten, without them.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0013"


def upgrade() -> None:
    """
    Add the tables.
    """
    op.create_table(
        "tallies",
        sa.Column("from_on", sa.Date, primary_key=True),
        sa.Column("to_on", sa.Date, primary_key=True),
        sa.Column("location_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("municipality", sa.String, primary_key=True),
        sa.Column("programme", sa.String, primary_key=True),
        sa.Column("clients", sa.Integer, nullable=False),
        sa.Column("combined", sa.Integer, nullable=False),
    )
    op.create_table(
        "nameless",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), nullable=False),
        sa.Column("began_on", sa.Date, nullable=False),
        sa.Column("ended_on", sa.Date),
        sa.Column("gone_on", sa.Date, nullable=False),
    )
    op.create_index("ix_nameless_location_id", "nameless", ["location_id", "began_on"])
    op.create_index("ix_nameless_gone_on", "nameless", ["gone_on"])
