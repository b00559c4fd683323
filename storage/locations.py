"""
Locations: the offices, their address, phone and opening hours.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import literal, select

from storage.database import Tx
from storage.tables import locations


@dataclass(frozen=True, slots=True)
class Location:
    """
    One office. `hours` is text such as "mo-fr 09:00-17:00".
    """

    id: int
    name: str
    municipality: str
    address: str
    phone: str
    hours: str
    shows_text: bool = False
    capacity: int = 4           # clients who can be there at the same time
    silent_kinds: frozenset[str] = frozenset()
    latitude: float | None = None       # of the door, in degrees
    longitude: float | None = None


def all_of(tx: Tx) -> list[Location]:
    """
    Return every location, the default one first.
    """
    rows = tx.all(select(locations).order_by(locations.c.id))
    return [Location(row.id, row.name, row.municipality, row.address, row.phone, row.hours, row.shows_text, row.capacity,
                     frozenset(filter(None, row.silent_kinds.split(","))), row.latitude, row.longitude) for row in rows]


_SILENT = select(locations.c.id, locations.c.silent_kinds).where(locations.c.silent_kinds != literal(""))


def silent_kinds(tx: Tx) -> dict[int, frozenset[str]]:
    """
    Return by location the kinds of reminders that are switched off there, of those where any is.
    """
    return {row.id: frozenset(row.silent_kinds.split(",")) for row in tx.rows(_SILENT, {})}


def put(tx: Tx, name: str, municipality: str = "", address: str = "", phone: str = "", hours: str = "") -> int:
    """
    Add a location or change the given fields of the one with this name; return its id.
    """
    given = {"municipality": municipality, "address": address, "phone": phone, "hours": hours}
    given = {field: value for field, value in given.items() if value}
    row = tx.one(select(locations.c.id).where(locations.c.name == name))
    if row is None:
        new = {"municipality": name, "address": "", "phone": "", "hours": "mo-fr 09:00-17:00"} | given
        return int(tx.run(locations.insert().values(name=name, **new).returning(locations.c.id)).scalar_one())
    if given:
        tx.run(locations.update().where(locations.c.id == row.id).values(**given))
    return int(row.id)


def rename(tx: Tx, location_id: int, name: str) -> None:
    """
    Give a location another name.
    """
    tx.run(locations.update().where(locations.c.id == location_id).values(name=name))


def pin(tx: Tx, location_id: int) -> tuple[float, float] | None:
    """
    Return latitude and longitude of a location, or None where nobody has told them.
    """
    row = tx.one(select(locations.c.latitude, locations.c.longitude).where(locations.c.id == location_id))
    return (row.latitude, row.longitude) if row and row.latitude is not None and row.longitude is not None else None


def put_pin(tx: Tx, location_id: int, at: tuple[float, float] | None) -> None:
    """
    Put a location on the map, or take it off.
    """
    latitude, longitude = at or (None, None)
    tx.run(locations.update().where(locations.c.id == location_id).values(latitude=latitude, longitude=longitude))


def show_text(tx: Tx, location_id: int, shows_text: bool) -> None:
    """
    Let clients' words be shown in the volunteers' Telegram group, or not.
    """
    tx.run(locations.update().where(locations.c.id == location_id).values(shows_text=shows_text))


def silence(tx: Tx, location_id: int, kinds: Collection[str]) -> None:
    """
    Say which kinds of reminders this location does not send.
    """
    tx.run(locations.update().where(locations.c.id == location_id).values(silent_kinds=",".join(sorted(kinds))))
