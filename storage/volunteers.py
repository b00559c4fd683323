"""
Volunteers: those of us who answer, and who lead them.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import bindparam, func, or_, select

from flows.rights import Role, Volunteer
from storage.database import Tx
from storage.tables import volunteers


def add(tx: Tx, name: str, role: Role, location_id: int, now: datetime, teams: Collection[str] = (), languages: Collection[str] = ("nl",)) -> int:
    """
    Add a volunteer, who cannot log in before a password is chosen; return the id.
    """
    values = {"name": name, "role": role, "location_id": location_id, "teams": ",".join(sorted(teams)), "languages": ",".join(languages),
              "created_at": now}
    return int(tx.run(volunteers.insert().values(values).returning(volunteers.c.id)).scalar_one())


def by_id(tx: Tx, volunteer_id: int) -> Volunteer | None:
    """
    Return a volunteer who is still with us, or None.
    """
    row = tx.one(select(volunteers).where(volunteers.c.id == volunteer_id, volunteers.c.dismissed_at.is_(None)))
    return of_row(row) if row else None


def at(tx: Tx, location_id: int) -> list[Volunteer]:
    """
    Return the volunteers of a location who are still with us, by name.
    """
    rows = tx.all(select(volunteers).where(volunteers.c.location_id == location_id, volunteers.c.dismissed_at.is_(None)).order_by(volunteers.c.name))
    return [of_row(row) for row in rows]


def of_row(row: Any) -> Volunteer:
    """
    Return the volunteer of a row of the table.
    """
    return Volunteer(
        row.id, row.name, cast(Role, row.role), row.location_id, frozenset(filter(None, row.teams.split(","))), tuple(row.languages.split(",")),
        frozenset(filter(None, row.communities.split(","))), row.is_woman, row.is_interpreter, row.reads)


def credentials(tx: Tx, login: str) -> tuple[Volunteer, str, str] | None:
    """
    Return the volunteer of a login name, the password's hash and the secret of the second factor ("" without one); or None.
    """
    row = tx.one(select(volunteers).where(volunteers.c.login == login.casefold(), volunteers.c.dismissed_at.is_(None)))
    if row is None or not row.password:
        return None
    return of_row(row), row.password, tx.keys.text("volunteers.totp", row.id, row.totp) if row.totp else ""


def secret_of(tx: Tx, volunteer_id: int) -> tuple[str, str, str]:
    """
    Return the login name, the password's hash and the secret of the second factor of a volunteer, "" where there is none.
    """
    row = tx.one(select(volunteers).where(volunteers.c.id == volunteer_id))
    if row is None:
        return "", "", ""
    return row.login or "", row.password or "", tx.keys.text("volunteers.totp", row.id, row.totp) if row.totp else ""


def is_taken(tx: Tx, login: str, volunteer_id: int) -> bool:
    """
    Tell whether somebody else has this login name; one who was dismissed keeps theirs.
    """
    return tx.one(select(volunteers.c.id).where(volunteers.c.login == login.casefold(), volunteers.c.id != volunteer_id)) is not None


def choose(tx: Tx, volunteer_id: int, login: str, password: str) -> None:
    """
    Give a volunteer a login name and the hash of a password.
    """
    tx.run(volunteers.update().where(volunteers.c.id == volunteer_id).values(login=login.casefold(), password=password))


def set_totp(tx: Tx, volunteer_id: int, secret: str, step: int | None) -> None:
    """
    Keep the secret of the second factor; `step` is the last one that was used. An empty secret takes it away.
    """
    sealed = tx.keys.seal("volunteers.totp", volunteer_id, secret) if secret else None
    tx.run(volunteers.update().where(volunteers.c.id == volunteer_id).values(totp=sealed, totp_step=step))


def use_step(tx: Tx, volunteer_id: int, step: int) -> bool:
    """
    Use up a step of the second factor; False if it, or a later one, was used before.
    """
    is_new = or_(volunteers.c.totp_step.is_(None), volunteers.c.totp_step < step)
    return tx.run(volunteers.update().where(volunteers.c.id == volunteer_id, is_new).values(totp_step=step)).rowcount == 1


def change(tx: Tx, volunteer_id: int, **values: object) -> None:
    """
    Change a volunteer: name, role, teams, languages, communities, is_woman, is_interpreter, reads, location_id.
    """
    joined = {name: ",".join(value) if isinstance(value, list | tuple | set | frozenset) else value for name, value in values.items()}
    tx.run(volunteers.update().where(volunteers.c.id == volunteer_id).values(**joined))
    tx.wake("desk")


def dismiss(tx: Tx, volunteer_id: int, now: datetime) -> None:
    """
    Let a volunteer go: they are no longer found; what they did keeps their name.
    """
    tx.run(volunteers.update().where(volunteers.c.id == volunteer_id).values(dismissed_at=now, password=None, totp=None))
    tx.wake("desk")


def administrators(tx: Tx) -> int:
    """
    Return how many administrators can log in, or will once they use their invitation.
    """
    query = select(func.count()).select_from(volunteers).where(volunteers.c.role == "administrator", volunteers.c.dismissed_at.is_(None))
    return int(tx.run(query).scalar_one())


def everyone(tx: Tx) -> list[Volunteer]:
    """
    Return every volunteer who is still with us, by location and name.
    """
    rows = tx.all(select(volunteers).where(volunteers.c.dismissed_at.is_(None)).order_by(volunteers.c.location_id, volunteers.c.name))
    return [of_row(row) for row in rows]


def names(tx: Tx) -> dict[int, str]:
    """
    Return the name of everybody who is or was a volunteer, by id.
    """
    return {row.id: row.name for row in tx.all(select(volunteers.c.id, volunteers.c.name))}


_BY_TELEGRAM = select(volunteers).where(volunteers.c.telegram_key.in_(bindparam("keys", expanding=True)), volunteers.c.dismissed_at.is_(None))


def by_telegram(tx: Tx, telegram_ids: Collection[str]) -> dict[str, Volunteer]:
    """
    Return those of these people of Telegram who are volunteers of ours, and still with us.
    """
    keys = {key: id for id in telegram_ids for key in tx.keys.hashes("telegram", id)}
    rows = tx.rows(_BY_TELEGRAM, {"keys": list(keys)}) if keys else ()
    return {keys[row.telegram_key]: of_row(row) for row in rows}


def chats(tx: Tx, volunteer_ids: Sequence[int]) -> dict[int, str]:
    """
    Return the Telegram of these volunteers, of those who linked one.
    """
    query = select(volunteers.c.id, volunteers.c.telegram_id).where(volunteers.c.id.in_(volunteer_ids), volunteers.c.telegram_id.is_not(None))
    return {row.id: tx.keys.text("volunteers.telegram_id", row.id, row.telegram_id) for row in tx.all(query)} if volunteer_ids else {}


def link(tx: Tx, volunteer_id: int, telegram_id: str) -> None:
    """
    Know a volunteer by their Telegram from now on; whoever had that Telegram before is no longer known by it.
    """
    keys = tx.keys.hashes("telegram", telegram_id)
    tx.run(volunteers.update().where(volunteers.c.telegram_key.in_(keys)).values(telegram_key=None, telegram_id=None))
    sealed = tx.keys.seal("volunteers.telegram_id", volunteer_id, telegram_id)
    tx.run(volunteers.update().where(volunteers.c.id == volunteer_id).values(telegram_key=keys[0], telegram_id=sealed))


def telegram_of(tx: Tx, volunteer_id: int) -> str:
    """
    Return the Telegram id of a volunteer, or "".
    """
    row = tx.one(select(volunteers.c.telegram_id).where(volunteers.c.id == volunteer_id, volunteers.c.dismissed_at.is_(None)))
    return tx.keys.text("volunteers.telegram_id", volunteer_id, row.telegram_id) if row and row.telegram_id else ""


def unlink(tx: Tx, volunteer_id: int) -> None:
    """
    No longer know a volunteer by their Telegram.
    """
    tx.run(volunteers.update().where(volunteers.c.id == volunteer_id).values(telegram_key=None, telegram_id=None))


def to_remove(tx: Tx) -> list[tuple[int, str]]:
    """
    Return who was dismissed and is still in the Telegram group, with their Telegram id.
    """
    gone = volunteers.c.dismissed_at.is_not(None), volunteers.c.telegram_id.is_not(None)
    rows = tx.all(select(volunteers.c.id, volunteers.c.telegram_id).where(*gone))
    return [(row.id, tx.keys.text("volunteers.telegram_id", row.id, row.telegram_id)) for row in rows]
