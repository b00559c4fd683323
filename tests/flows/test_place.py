"""
Places on the map, as they are written down.
"""

import pytest

from flows.place import WrongPlace, read


@pytest.mark.parametrize("text", ["52.16010, 4.49700", "52,1601 4,497", " 52.1601;4.497 ", "52.1601°, 4.497°"])
def test_a_place_is_read_as_people_write_it(text: str):
    """With points or commas, parted by what a map gives."""
    assert read(text) == (52.1601, 4.497)


def test_nothing_is_no_place():
    """An empty field takes the office off the map."""
    assert read("  ") is None


@pytest.mark.parametrize("text", ["4.497, 52.1601", "52.1601", "Leiden", "0, 0", "52.1.2, 4", "91, 4.5", "٥٢, ٤"])
def test_a_place_elsewhere_is_refused(text: str):
    """Latitude and longitude the wrong way round lie in the sea off Africa."""
    with pytest.raises(WrongPlace):
        read(text)
