"""
Offices on the map, visits in a calendar, talks of the guidance and whose they are, looks at the domains of life; what is not done yet by its day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

TALKS = sa.text("(kind = 'guidance_review' or kind = 'guidance_closing')")
UNDONE = sa.text("ready_at is not null")


def upgrade() -> None:
    """
    Add the columns, the table and the indexes.
    """
    op.add_column("locations", sa.Column("latitude", sa.Double))
    op.add_column("locations", sa.Column("longitude", sa.Double))
    op.add_column("appointments", sa.Column("uid", sa.String))
    op.add_column("appointments", sa.Column("sequence", sa.SmallInteger, nullable=False, server_default="0"))
    op.add_column("clients", sa.Column("guide_id", sa.Integer))
    op.add_column("reminders", sa.Column("volunteer_id", sa.Integer))
    id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "looks",
        sa.Column("id", id, primary_key=True, autoincrement=False),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id"), nullable=False),
        sa.Column("volunteer_id", sa.Integer, sa.ForeignKey("volunteers.id")),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_looks_client_id", "looks", ["client_id"])
    op.create_index("ix_reminders_talks", "reminders", ["location_id", "due_on", "id"], sqlite_where=TALKS, postgresql_where=TALKS)
    op.create_index("ix_reminders_undone", "reminders", ["location_id", "send_on", "id"], sqlite_where=UNDONE, postgresql_where=UNDONE)
