"""
Facts: what is known of a client and who said it. `learn` and `unlearn` are the one door by which a fact comes and goes: what follows from
facts belongs here.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import bindparam, select

from flows.facts import LISTS, WrongFact, beside, together, written
from storage.database import Tx
from storage.tables import clients, facts

Speaker = Literal["client", "staff"]
AT_ONCE = 500                   # clients that are looked up in one statement
OVER = timedelta(days=31)       # a letter that a client named is kept so long after its day


@dataclass(frozen=True, slots=True)
class Difference:
    """
    A fact of which client and staff say something else, and nobody has settled it yet.
    """

    client_id: int
    name: str
    by_client: str
    by_staff: str


@dataclass(frozen=True, slots=True)
class Learnt:
    """
    What changed: the clients of whom something new is known, and what began to differ.
    """

    changed: Sequence[int] = ()
    differing: Sequence[Difference] = ()


Words = dict[tuple[int, str], dict[str, Any]]           # (client, fact) → who said it → the row


def learn(tx: Tx, told: Sequence[tuple[int, str, str]], said_by: Speaker, at: datetime) -> Learnt:
    """
    Write facts (client id, name, value) and return what changed, and what began to differ from what the other side says.

    The newest word of the same speaker replaces the older; the same word again changes nothing, so that the day we learned it stays.
    Only the letters that a client names come beside those named before: each phone of theirs knows of its own.
    """
    ids = sorted({client_id for client_id, _name, _value in told})
    if not ids:
        return Learnt()
    _lock(tx, ids)
    before = _words(tx, ids)
    new = _news(before, _beside(before, told, at.date() - OVER) if said_by == "client" else told, said_by)
    _write(tx, new, said_by, at)
    return Learnt(sorted({client_id for client_id, _name in new}), list(_differing(before, new, said_by)))


def would_change(tx: Tx, told: Sequence[tuple[int, str, str]], said_by: Speaker) -> Learnt:
    """
    Return what `learn` would, and write nothing.
    """
    before = _words(tx, sorted({client_id for client_id, _name, _value in told}))
    new = _news(before, told, said_by)
    return Learnt(sorted({client_id for client_id, _name in new}), list(_differing(before, new, said_by)))


def unlearn(tx: Tx, client_id: int, name: str, said_by: Speaker = "staff") -> None:
    """
    Take back what staff said of a fact, or the client; what the other said counts again.
    """
    _lock(tx, [client_id])
    tx.run(facts.delete().where(facts.c.client_id == client_id, facts.c.name == name, facts.c.said_by == said_by))
    tx.run(_of(client_id, name).values(settled_at=None))


def settle(tx: Tx, client_id: int, name: str, at: datetime) -> None:
    """
    Write down that staff looked at what the client says otherwise: from now on staff's word alone counts, until the client says
    something new.
    """
    tx.run(_of(client_id, name).where(facts.c.settled_at.is_(None)).values(settled_at=at))


def differences(tx: Tx, client_ids: Sequence[int]) -> list[Difference]:
    """
    Return what differs of these clients and is not settled.
    """
    return [
        Difference(client_id, name, said["client"].text, said["staff"].text)
        for (client_id, name), said in _words(tx, client_ids).items() if _is_open(name, said)
    ]


def driving(tx: Tx, client_ids: Sequence[int], names: Sequence[str] = ()) -> dict[int, dict[str, str]]:
    """
    Return by client the facts that reminders follow from, all or those of these names: staff's word beats the client's, but while two days
    differ and nobody has settled it, the earlier one counts, and of two lists both.
    """
    found: dict[int, dict[str, str]] = {client_id: {} for client_id in client_ids}
    for (client_id, name), said in _words(tx, client_ids, names).items():
        best = (said.get("staff") or said["client"]).text
        found[client_id][name] = _careful(name, [one.text for one in said.values()], best) if _is_open(name, said) else best
    return found


def _careful(name: str, texts: Sequence[str], best: str) -> str:
    if name in LISTS:
        try:
            return together((best, *texts))
        except WrongFact:
            return best
    return min(texts) if all(map(_is_day, texts)) else best


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    is_settled: bool


_REOPEN = facts.update().where(
    facts.c.client_id == bindparam("of"), facts.c.name == bindparam("called"), facts.c.said_by == "client", facts.c.settled_at.is_not(None),
).values(settled_at=None)
_WORDS = select(facts).where(facts.c.client_id.in_(bindparam("ids", expanding=True)))
_NAMED = _WORDS.where(facts.c.name.in_(bindparam("names", expanding=True)))
_LOCK = select(clients.c.id).where(clients.c.id.in_(bindparam("ids", expanding=True))).order_by(clients.c.id).with_for_update(key_share=True)


def _lock(tx: Tx, ids: Sequence[int]) -> None:
    # Two who speak at once would each miss that they differ. On SQLite the one writer has everything locked.
    if tx.is_postgres:
        for at in range(0, len(ids), AT_ONCE):
            tx.all(_LOCK, {"ids": list(ids[at:at + AT_ONCE])})


def _words(tx: Tx, client_ids: Sequence[int], names: Sequence[str] = ()) -> Words:
    found: Words = {}
    for at in range(0, len(client_ids), AT_ONCE):
        some = list(client_ids[at:at + AT_ONCE])
        for row in tx.rows(_NAMED, {"ids": some, "names": list(names)}) if names else tx.rows(_WORDS, {"ids": some}):
            text = tx.keys.text("facts.value", f"{row.client_id}:{row.name}:{row.said_by}", row.value)
            found.setdefault((row.client_id, row.name), {})[row.said_by] = _Word(text, row.settled_at is not None)
    return found


def _beside(before: Words, told: Sequence[tuple[int, str, str]], since: date) -> list[tuple[int, str, str]]:
    known = {client_id: said["client"].text for (client_id, name), said in before.items() if name == "letters" and "client" in said}
    found = []
    for client_id, name, value in told:
        if name == "letters":
            value = known[client_id] = beside(known.get(client_id, "[]"), value, since)
        found.append((client_id, name, value))
    return found


def _news(before: Words, told: Sequence[tuple[int, str, str]], said_by: Speaker) -> dict[tuple[int, str], str]:
    latest = {(client_id, name): value for client_id, name, value in told}
    return {key: value for key, value in latest.items() if not _is_same(before.get(key, {}).get(said_by), key[1], value)}


def _write(tx: Tx, new: dict[tuple[int, str], str], said_by: Speaker, at: datetime) -> None:
    rows = [
        {"client_id": client_id, "name": name, "said_by": said_by, "said_at": at, "settled_at": None,
         "value": tx.keys.seal("facts.value", f"{client_id}:{name}:{said_by}", value)}
        for (client_id, name), value in new.items()
    ]
    if rows:
        insert = tx.insert(facts)
        kept = {column: insert.excluded[column] for column in ("value", "said_at", "settled_at")}
        tx.run(insert.on_conflict_do_update(index_elements=["client_id", "name", "said_by"], set_=kept), rows)
    if rows and said_by == "staff":         # what the client says was settled against another word of ours
        tx.run(_REOPEN, [{"of": client_id, "called": name} for client_id, name in new])


def _differing(before: Words, new: dict[tuple[int, str], str], said_by: Speaker) -> Iterator[Difference]:
    other = "client" if said_by == "staff" else "staff"
    for (client_id, name), value in new.items():
        theirs = before.get((client_id, name), {}).get(other)
        if theirs is not None and not _is_same(theirs, name, value):
            said = {said_by: value, other: theirs.text}
            yield Difference(client_id, name, said["client"], said["staff"])


def _is_open(name: str, said: dict[str, _Word]) -> bool:
    both = len(said) == 2 and not _is_same(said["client"], name, said["staff"].text)
    return both and not said["client"].is_settled


def _is_same(word: _Word | None, name: str, value: str) -> bool:
    return word is not None and _meaning(name, word.text) == _meaning(name, value)


def _meaning(name: str, text: str) -> object:
    try:
        return written(name, text)
    except WrongFact:
        return text


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return len(text) == 10


def _of(client_id: int, name: str) -> Any:
    return facts.update().where(facts.c.client_id == client_id, facts.c.name == name, facts.c.said_by == "client")
