"""
Keep contacts that were no chats, files of family reunification and totals typed in; find what the report asks for by indexes.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """
    Widen moments and notes, make the tables, then the indexes.
    """
    op.add_column("moments", sa.Column("minutes", sa.Integer))
    op.add_column("moments", sa.Column("volunteer_id", sa.Integer))
    op.add_column("moments", sa.Column("logged_at", sa.BigInteger))
    op.add_column("notes", sa.Column("moment_id", sa.BigInteger))
    _files()
    _totals()
    _indexes()


def _files() -> None:
    op.create_table(
        "files",
        sa.Column("id", ID, primary_key=True, autoincrement=False),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("client_id", sa.BigInteger, sa.ForeignKey("clients.id")),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), nullable=False),
        sa.Column("municipality", sa.String, nullable=False),
        sa.Column("opened_on", sa.Date, nullable=False),
        sa.Column("closed_on", sa.Date),
        sa.Column("outcome", sa.String, nullable=False, server_default=""),
        sa.Column("volunteer_id", sa.Integer),
    )
    op.create_index("ix_files_client_id", "files", ["client_id"])
    op.create_index("ix_files_opened_on", "files", ["opened_on"])
    op.create_index("ix_files_location_id", "files", ["location_id"])


def _totals() -> None:
    op.create_table(
        "totals",
        sa.Column("from_on", sa.Date, primary_key=True),
        sa.Column("to_on", sa.Date, primary_key=True),
        sa.Column("location_id", sa.Integer, sa.ForeignKey("locations.id"), primary_key=True, autoincrement=False),
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
        sa.Column("volunteer_id", sa.Integer),
        sa.Column("at", sa.BigInteger, nullable=False),
    )


def _indexes() -> None:
    op.create_index("ix_notes_moment_id", "notes", ["moment_id"])
    op.create_index("ix_facts_name", "facts", ["name"])
    op.create_index("ix_tickets_opened_at", "tickets", ["opened_at"])
    for name, condition in (("ix_moments_approached", "began_by = 'us'"), ("ix_moments_not_understood", "outcome = 'not_understood'")):
        op.create_index(name, "moments", ["began_on"], sqlite_where=sa.text(condition), postgresql_where=sa.text(condition))
