"""
Keep reports as they were handed over, and what stood in a contact moment before it was corrected; find invites that ended.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

LOGGED = sa.text("logged_at is not null")


def upgrade() -> None:
    """
    Make the tables and the index.
    """
    id = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    op.create_table(
        "frozen",
        sa.Column("id", id, primary_key=True, autoincrement=False),
        sa.Column("from_on", sa.Date, nullable=False),
        sa.Column("to_on", sa.Date, nullable=False),
        sa.Column("location_id", sa.Integer, nullable=False),
        sa.Column("municipality", sa.String, nullable=False),
        sa.Column("volunteer_id", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("figures", sa.String, nullable=False),
        sa.UniqueConstraint("from_on", "to_on", "location_id", "municipality", name="uq_frozen_from_on_to_on_location_id_municipality"),
    )
    op.create_table(
        "revisions",
        sa.Column("id", id, primary_key=True, autoincrement=False),
        sa.Column("moment_id", sa.BigInteger, sa.ForeignKey("moments.id"), nullable=False),
        sa.Column("volunteer_id", sa.Integer, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("began_on", sa.Date, nullable=False),
        sa.Column("was", sa.String, nullable=False),
    )
    op.create_index("ix_revisions_moment_id", "revisions", ["moment_id"])
    op.create_index("ix_revisions_at", "revisions", ["at"])
    op.create_index("ix_invites_expires_at", "invites", ["expires_at"])
    op.create_index("ix_files_closed_on", "files", ["closed_on"])
    op.create_index("ix_moments_logged", "moments", ["volunteer_id", "logged_at"], sqlite_where=LOGGED, postgresql_where=LOGGED)
