"""
Count on the clients of a period whom nobody knows any more, and keep the years of guidance of who was forgotten, without them. Of the
periods in which some were let go before, it is written down that nobody knows how many.
"""

import sqlalchemy as sa
from alembic import op

from storage.tallies import UNKNOWN, keys

revision = "0018"
down_revision = "0013"
LOGGED = ("call", "office", "mail", "visit", "video")       # these can be with nobody by name from the start


def upgrade() -> None:
    """
    Add the tables.
    """
    tallies = op.create_table(
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
    _mark(tallies)


def _mark(tallies: sa.Table) -> None:
    day, place, town, programme, client, channel, reached, topics, by = (
        sa.column("began_on", sa.Date), sa.column("location_id", sa.Integer), sa.column("municipality", sa.String),
        sa.column("programme", sa.String), sa.column("client_id", sa.BigInteger), sa.column("channel", sa.String),
        sa.column("is_reached", sa.Boolean), sa.column("topics", sa.String), sa.column("answered_by", sa.String))
    is_contact = sa.and_(reached, sa.or_(topics != "", by.in_(("volunteer", "both"))))
    query = sa.select(day, place, town, programme).select_from(sa.table("moments")).distinct().where(
        client.is_(None), channel.not_in(LOGGED), is_contact)
    names = ("from_on", "to_on", "location_id", "municipality", "programme")
    found = sorted({key for row in op.get_bind().execute(query) for key in keys(*row)})
    op.bulk_insert(tallies, [{**dict(zip(names, key, strict=True)), "clients": UNKNOWN, "combined": 0} for key in found])
