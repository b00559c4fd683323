"""
Where an office is on the map, visits in a calendar, and what is not done yet, found by its day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0007"

UNDONE = sa.text("ready_at is not null")


def upgrade() -> None:
    """
    Add the columns and the index.
    """
    op.add_column("locations", sa.Column("latitude", sa.Double))
    op.add_column("locations", sa.Column("longitude", sa.Double))
    op.add_column("appointments", sa.Column("uid", sa.String))
    op.add_column("appointments", sa.Column("sequence", sa.SmallInteger, nullable=False, server_default="0"))
    op.create_index("ix_reminders_undone", "reminders", ["location_id", "send_on", "id"], sqlite_where=UNDONE, postgresql_where=UNDONE)
