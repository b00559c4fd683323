"""
Looks: what a volunteer and a client saw when they looked together at each domain of the client's life.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.tables import looks, volunteers


@dataclass(frozen=True, slots=True)
class Look:
    """
    One look: by whom, when, and of each domain how it goes and a note.
    """

    volunteer: str
    at: datetime
    domains: Mapping[str, tuple[str, str]]


def add(tx: Tx, client_id: int, volunteer_id: int, domains: Mapping[str, tuple[str, str]], now: datetime) -> None:
    """
    Keep a look, sealed.
    """
    id = tx.ids.next()
    body = json.dumps(domains, ensure_ascii=False)
    tx.run(looks.insert(), {"id": id, "client_id": client_id, "volunteer_id": volunteer_id, "at": now, "body": tx.keys.seal("looks.body", id, body)})


def of_client(tx: Tx, client_id: int) -> list[Look]:
    """
    Return the looks at a client's life, the newest first.
    """
    query = select(looks, volunteers.c.name).outerjoin(volunteers, volunteers.c.id == looks.c.volunteer_id).where(looks.c.client_id == client_id)
    return [
        Look(row.name or "", row.at, {id: (how, note) for id, (how, note) in json.loads(tx.keys.text("looks.body", row.id, row.body)).items()})
        for row in tx.all(query.order_by(looks.c.id.desc()))
    ]
