"""
Rates: how many sends a platform still permits, kept in a row so that several processes share one rate.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, literal_column, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.database import Tx
from storage.outbox import UNASKED
from storage.tables import Instant, channels, messages

_STANDING = select(channels.c.name, channels.c.paused_until, channels.c.halted).where(channels.c.name.in_(bindparam("names", expanding=True)))


def ready(tx: Tx, names: Sequence[str], now: datetime) -> list[str]:
    """
    Return the channels of these that are neither paused nor halted.
    """
    rows = tx.rows(_STANDING, {"names": list(names)})
    shut = {row.name for row in rows if row.halted or (row.paused_until is not None and row.paused_until > now)}
    return [name for name in names if name not in shut]


SPARE = 0.125   # of what leaves in a second, kept in the bucket for answers: a crowd of reminders would always leave it empty
FEW = 4         # so many are looked for; where all of them answer somebody, those behind them are looked at too
_WANTED = (
    select(messages.c.priority)
    .where(messages.c.state == literal_column("'queued'"), messages.c.ready_at <= bindparam("now", type_=Instant),
           messages.c.channel == bindparam("channel"))
    .order_by(messages.c.priority, messages.c.ready_at).limit(bindparam("how_many")))


def wanted(tx: Tx, name: str, most: int, unasked: int, now: datetime) -> tuple[int, int]:
    """
    Return for how many messages to draw on a channel now, `most` at most, and how many of them answer somebody: of what nobody asked for
    there are `unasked` at most.
    """
    found = tx.rows(_WANTED, {"now": now, "channel": name, "how_many": FEW}) if most > 0 else []
    if len(found) == FEW and found[-1].priority < UNASKED:
        found = tx.rows(_WANTED, {"now": now, "channel": name, "how_many": max(FEW, most)})
    asked = sum(row.priority < UNASKED for row in found)
    return min(most, asked + (unasked if len(found) >= FEW else len(found) - asked)), min(most, asked)


_BUCKET = select(channels.c.tokens, channels.c.refilled_at).where(channels.c.name == bindparam("called")).with_for_update()
_DRAW = {is_postgres: insert.on_conflict_do_update(
    index_elements=["name"], set_={"tokens": insert.excluded.tokens, "refilled_at": insert.excluded.refilled_at})
    for is_postgres, insert in ((False, sqlite.insert(channels)), (True, postgresql.insert(channels)))}
_GIVE_BACK = channels.update().where(channels.c.name == bindparam("called")).values(tokens=channels.c.tokens + bindparam("unused"))


def draw(tx: Tx, name: str, rate: float, wanted: int, now: datetime, asked: int | None = None) -> int:
    """
    Take up to `wanted` sends out of the channel's bucket, which fills at `rate` a second and holds one second's worth. The last of it is
    kept for those of them that answer somebody, where `asked` tells how many do.
    """
    if wanted <= 0:
        return 0
    row = next(iter(tx.rows(_BUCKET, {"called": name})), None)
    since = (now - row.refilled_at).total_seconds() if row is not None and row.refilled_at is not None else 1.0
    filled = int(max(0.0, since) * rate)
    tokens = min(int(rate), (row.tokens if row is not None else 0) + filled)
    spare = 0 if asked is None else int(rate * SPARE)
    taken = min(tokens, max(asked or 0, min(wanted, tokens - spare)))
    if taken:
        at = now if row is None or row.refilled_at is None or tokens == int(rate) else row.refilled_at + timedelta(seconds=filled / rate)
        tx.many(_DRAW[tx.is_postgres], [{"name": name, "tokens": tokens - taken, "refilled_at": at}])
    return taken


def give_back(tx: Tx, name: str, unused: int) -> None:
    """
    Put sends back that were taken and not needed.
    """
    if unused > 0:
        tx.many(_GIVE_BACK, [{"called": name, "unused": unused}])


def pace(tx: Tx, name: str, burst: int, period: timedelta, now: datetime) -> bool:
    """
    Take one call out of a slow rate, which permits `burst` at once and then one each `period`; False while there is none.

    `refilled_at` is when the whole burst is there again.
    """
    row = tx.one(select(channels.c.refilled_at, channels.c.paused_until).where(channels.c.name == name).with_for_update())
    if row is not None and row.paused_until is not None and row.paused_until > now:
        return False
    full_at = max(row.refilled_at, now) if row is not None and row.refilled_at is not None else now
    if full_at - now > period * (burst - 1):
        return False
    values = {"refilled_at": full_at + period}
    tx.run(tx.insert(channels).values(name=name, **values).on_conflict_do_update(index_elements=["name"], set_=values))
    return True
