"""
Locate: the offices that clients are told about, listed and set from the command line.
"""

from flows import hours as opening
from storage import locations
from storage.database import Tx
from storage.locations import Location


class UnknownPlace(Exception):
    """
    A location lacks something that clients are told: one line that says what.
    """


def locate(tx: Tx, name: str = "", municipality: str = "", address: str = "", phone: str = "", hours: str = "") -> str:
    """
    Add or change the location with this name, if one is given, and return all of them as text; raise `WrongHours`.
    """
    hours = opening.write(opening.parse(hours))
    if name:
        locations.put(tx, name, municipality, address, phone, hours)
    elif municipality or address or phone or hours:
        raise UnknownPlace("say which location this is about: wegwijs location Leiden --phone '071 123 45 67'")
    return "".join(_line(location) for location in locations.all_of(tx))


def _line(location: Location) -> str:
    return (f"{location.name}\n  municipality  {location.municipality}\n  address       {location.address or '— missing —'}\n"
            f"  phone         {location.phone or '— missing —'}\n  hours         {location.hours}\n")
