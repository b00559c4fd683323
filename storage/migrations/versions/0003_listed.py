"""
Keep the open questions in the order of the list, so that every page of it is found at once.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

OPEN = sa.text("state <> 'closed'")


def upgrade() -> None:
    """
    Add the index.
    """
    op.create_index(
        "ix_tickets_listed", "tickets", ["location_id", "urgency", "due_at", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
