"""
Phones that several clients share, and the word by which each of them is known there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """
    Add the columns, and the index by which who shares a phone is found.
    """
    op.add_column("addresses", sa.Column("door_id", sa.BigInteger))
    op.add_column("addresses", sa.Column("shared_at", sa.BigInteger))
    op.add_column("addresses", sa.Column("speaker_id", sa.BigInteger))
    op.add_column("addresses", sa.Column("speaker_until", sa.BigInteger))
    op.add_column("addresses", sa.Column("opened_at", sa.BigInteger))
    op.create_index("ix_addresses_door_id", "addresses", ["door_id"])
    op.add_column("clients", sa.Column("word", sa.LargeBinary))
    op.add_column("clients", sa.Column("word_misses", sa.SmallInteger, nullable=False, server_default="0"))
