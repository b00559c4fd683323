"""
Templates: the texts that WhatsApp approves beforehand, what was submitted of each and how it stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.database import Tx
from storage.tables import templates


@dataclass(frozen=True, slots=True)
class Template:
    """
    One template in one of WhatsApp's languages. `state` is made, submitted, approved, rejected or paused; `hash` names its text.
    """

    name: str
    language: str
    hash: str
    external_id: str
    state: str
    reason: str = ""


def keep(tx: Tx, template: Template, at: datetime) -> None:
    """
    Write down how a template stands; an earlier text of it is forgotten.
    """
    row = {"hash": template.hash, "external_id": template.external_id, "state": template.state, "reason": template.reason or None,
           "checked_at": at}
    named = {"name": template.name, "language": template.language}
    tx.run(tx.insert(templates).values(**named, **row).on_conflict_do_update(index_elements=["name", "language"], set_=row))


def all_of(tx: Tx) -> Sequence[Template]:
    """
    Return every template that was made, by name and language.
    """
    rows = tx.all(select(templates).order_by(templates.c.name, templates.c.language))
    return [Template(row.name, row.language, row.hash, row.external_id or "", row.state, row.reason or "") for row in rows]


def approved(tx: Tx, hash: str) -> str:
    """
    Return the platform's id of an approved template with this text, or "".
    """
    row = tx.one(select(templates.c.external_id).where(templates.c.hash == hash, templates.c.state == "approved").limit(1))
    return row.external_id if row else ""
