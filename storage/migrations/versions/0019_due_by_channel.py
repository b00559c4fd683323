"""
Find what is to leave by its channel: what is queued for another is not walked past.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

UNSENT = sa.text("state = 'queued' or state = 'sending' or state = 'unknown'")


def upgrade() -> None:
    """
    Make the index anew, with the channel in it.
    """
    op.drop_index("ix_messages_due", "messages")
    op.create_index("ix_messages_due", "messages", ["state", "channel", "priority", "ready_at"], sqlite_where=UNSENT, postgresql_where=UNSENT)
