"""
A place on the map, as somebody writes it down: latitude and longitude.
"""

import re

NETHERLANDS = (50.7, 53.7), (3.2, 7.3)      # between which latitudes and longitudes every office of ours is: two that were swapped are not
WRITTEN = re.compile(r"\s*(-?\d{1,3}(?:[.,]\d+)?)°?\s*[,;\s]\s*(-?\d{1,3}(?:[.,]\d+)?)°?\s*", re.ASCII)


class WrongPlace(ValueError):
    """
    What was written is no place in the Netherlands.
    """


def read(text: str) -> tuple[float, float] | None:
    """
    Read latitude and longitude, with points or Dutch commas; None where nothing is written. Raise `WrongPlace`.
    """
    if not text.strip():
        return None
    found = WRITTEN.fullmatch(text)
    if found is None:
        raise WrongPlace
    latitude, longitude = (float(part.replace(",", ".")) for part in found.groups())
    if not all(least <= value <= most for value, (least, most) in zip((latitude, longitude), NETHERLANDS, strict=True)):
        raise WrongPlace
    return latitude, longitude
