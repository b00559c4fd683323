"""
Keep when an imported number is invited, and that a difference between two words of a fact was settled.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """
    Add the columns, and the indexes by which the invitations that are due are found.
    """
    op.add_column("facts", sa.Column("settled_at", sa.BigInteger))
    for column, index in (("invite_at", "ix_addresses_invite"), ("invited_at", "ix_addresses_invited")):
        op.add_column("addresses", sa.Column(column, sa.BigInteger))
        is_there = sa.text(f"{column} is not null")
        op.create_index(index, "addresses", [column], sqlite_where=is_there, postgresql_where=is_there)
