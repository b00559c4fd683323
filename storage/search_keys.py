"""
Search keys: keyed hashes by which a client is found though names are encrypted; and numbers by those of their addresses.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from sqlalchemy import Executable, exists, func, select

from flows.spelling import normalise
from storage.database import Tx
from storage.tables import addresses, clients, search_keys

AT_MOST = 50
SHORTEST_NUMBER = 6             # digits
ADD = search_keys.insert()


def words_of(name: str) -> set[str]:
    """
    Return the words of a name as they are compared: one case, one form of each letter, no accents.
    """
    plain = unicodedata.normalize("NFKD", normalise(name))
    return set("".join(letter for letter in plain if not unicodedata.combining(letter)).replace("-", " ").split())


def numbers_of(typed: str) -> list[str]:
    """
    Return what a telephone number that was typed may be called by the platforms: 06-123 45 678 is +31612345678 too.
    """
    digits = "".join(letter for letter in typed if letter.isdigit())
    if len(digits) < SHORTEST_NUMBER:
        return []
    full = digits.removeprefix("00") if digits.startswith("00") else f"31{digits[1:]}" if digits.startswith("0") else digits
    return [form for number in dict.fromkeys((full, digits)) for form in (f"whatsapp:+{number}", f"+{number}", number)]


def index(tx: Tx, client_id: int, name: str) -> None:
    """
    Let a client be found by each word of their name, and by nothing they were called before.
    """
    tx.run(search_keys.delete().where(search_keys.c.client_id == client_id))
    rows = [{"client_id": client_id, "key": tx.keys.hash("name", word)} for word in sorted(words_of(name))]
    if rows:
        tx.run(search_keys.insert(), rows)


def renew(tx: Tx, after: int, how_many: int, is_missing: bool = False) -> int | None:
    """
    Make the keys of the next clients anew with the current key, or only of those who have none, and return the last one's id, or
    None at the end.
    """
    named = select(clients.c.id, clients.c.name).where(clients.c.id > after, clients.c.name.is_not(None))
    if is_missing:
        named = named.where(~exists().where(search_keys.c.client_id == clients.c.id))
    rows = tx.all(named.order_by(clients.c.id).limit(how_many))
    for row in rows:
        index(tx, row.id, tx.keys.text("clients.name", row.id, row.name))
    return rows[-1].id if rows else None


def find(tx: Tx, typed: str, location_id: int) -> list[int]:
    """
    Return the clients of a location whose name has every word that was typed, or whose own or telephone number it is.
    """
    found = [*_by_number(tx, typed, location_id), *_by_name(tx, words_of(typed), location_id)]
    return list(dict.fromkeys(found))[:AT_MOST]


def names_among(tx: Tx, words: Iterable[str]) -> set[str]:
    """
    Return which of these words are part of a client's name.
    """
    keys = {key: word for word in words for key in tx.keys.hashes("name", word)}
    found = tx.all(select(search_keys.c.key).distinct().where(search_keys.c.key.in_(list(keys)))) if keys else ()
    return {keys[row.key] for row in found}


def _by_name(tx: Tx, words: Iterable[str], location_id: int) -> list[int]:
    wanted = [tx.keys.hashes("name", word) for word in sorted(words)]
    if not wanted:
        return []
    every = [key for keys in wanted for key in keys]
    query = (
        select(search_keys.c.client_id).join(clients, clients.c.id == search_keys.c.client_id)
        .where(search_keys.c.key.in_(every), clients.c.location_id == location_id)
        .group_by(search_keys.c.client_id).having(func.count() == len(wanted)).limit(AT_MOST)
    )
    return [row.client_id for row in tx.all(query)]


_door = addresses.alias("door")


def _by_number(tx: Tx, typed: str, location_id: int) -> list[int]:
    plain = typed.strip()
    found: list[int] = []
    if plain.isascii() and plain.isdigit() and len(plain) < 10:
        found += _ids(tx, select(clients.c.id).where(clients.c.number == int(plain), clients.c.location_id == location_id))
    keys = [key for form in numbers_of(plain) for key in tx.keys.hashes("address", form)]
    if keys:
        owners = select(clients.c.id).join(addresses, addresses.c.client_id == clients.c.id).where(clients.c.location_id == location_id)
        found += _ids(tx, owners.where(addresses.c.external_key.in_(keys)))
        found += _ids(tx, owners.where(addresses.c.alias_key.in_(keys)))
        doors = select(_door.c.id).where(_door.c.external_key.in_(keys))
        found += _ids(tx, owners.where(addresses.c.door_id.in_(doors)))         # who share that phone
    return found


def _ids(tx: Tx, query: Executable) -> Sequence[int]:
    return [row.id for row in tx.all(query)]
