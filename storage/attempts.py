"""
Attempts to log in, and the lock-out that cannot lock everyone out.

Wrong passwords are counted over a quarter of an hour. From one source: five for one name, or thirty in all. For one name, from
sources where that name never logged in before: twenty. A source is a network address; or the browser itself, where the name logged in
before (it keeps a random mark of ours). So whoever guesses from elsewhere, or in the same office, never shuts out a volunteer at the
browser they always use, and whoever mistypes waits a quarter of an hour at most.
"""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, select

from storage.database import Tx
from storage.tables import attempts

WINDOW = timedelta(minutes=15)
PAIR, SOURCE, STRANGERS = 5, 30, 20


def note(tx: Tx, login: str, source: str, is_right: bool, now: datetime) -> None:
    """
    Write down an attempt; what was typed and where from are kept as keyed hashes.
    """
    tx.run(attempts.insert(), {"id": tx.ids.next(), "login_key": tx.keys.hash("login", login), "source_key": tx.keys.hash("source", source),
                               "at": now, "is_right": is_right})


def is_locked(tx: Tx, login: str, source: str, now: datetime) -> bool:
    """
    Tell whether an attempt is refused unheard.
    """
    mine, here = attempts.c.login_key == tx.keys.hash("login", login), attempts.c.source_key == tx.keys.hash("source", source)
    before = tx.run(select(func.max(attempts.c.at)).where(mine, here, attempts.c.is_right)).scalar()
    since = max(now - WINDOW, before) if before else now - WINDOW
    if _wrong(tx, and_(mine, here), since) >= PAIR or _wrong(tx, here, now - WINDOW) >= SOURCE:
        return True
    return before is None and _wrong(tx, mine, now - WINDOW) >= STRANGERS


def is_known(tx: Tx, login: str, source: str) -> bool:
    """
    Tell whether this name logged in from this source before.
    """
    mine, here = attempts.c.login_key == tx.keys.hash("login", login), attempts.c.source_key == tx.keys.hash("source", source)
    return tx.one(select(attempts.c.id).where(mine, here, attempts.c.is_right).limit(1)) is not None


def _wrong(tx: Tx, which: object, since: datetime) -> int:
    query = select(func.count()).select_from(attempts).where(which, attempts.c.at > since, ~attempts.c.is_right)  # type: ignore[arg-type]
    return int(tx.run(query).scalar_one())
