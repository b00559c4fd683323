"""
Count on the clients of a period whom nobody knows any more: their moments were untied, or they were forgotten.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0013"


def upgrade() -> None:
    """
    Add the table.
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
