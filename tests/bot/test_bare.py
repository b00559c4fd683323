"""
A picture as it is looked at: without where, when and with what it was taken, and the right side up.
"""

import pytest

from bot.bare import FORMATS, MOST, Unreadable, bare
from tests.photos import PHONE, PLACE, seen, taken, taken_twice

KINDS = sorted(FORMATS.items())


def is_red(colour: tuple[int, ...]) -> bool:
    """Tell red from white, also where it was drawn anew."""
    return colour[0] > 200 and colour[1] < 80


@pytest.mark.parametrize(("kind", "format"), KINDS)
def test_nothing_but_the_picture_is_left(kind: str, format: str) -> None:
    """Place, phone, XMP, comments and what hangs behind a picture are gone, in every kind that we take."""
    content = taken(format) + PLACE
    assert PLACE in content
    drawn, _kind = bare(content, kind)

    assert not any(told in drawn for told in (PLACE, PHONE, b"Exif", b"EXIF", b"eXIf", b"xmp", b"XMP", b"GPS"))
    assert dict(seen(drawn).getexif()) == {}
    assert seen(drawn).size == (40, 20)


@pytest.mark.parametrize(("kind", "written"), [
    ("image/jpeg", "image/jpeg"), ("image/heic", "image/jpeg"), ("image/png", "image/png"), ("image/webp", "image/webp"), ("image/gif", "image/png"),
])
def test_every_kind_becomes_one_that_a_browser_shows(kind: str, written: str) -> None:
    """What no browser shows is drawn as what it does, and the content type says so."""
    drawn, found = bare(taken(FORMATS[kind]), kind)

    assert found == written
    assert f"image/{seen(drawn).format.lower()}" == written


@pytest.mark.parametrize(("orientation", "size", "red"), [
    (1, (40, 20), (5, 10)), (3, (40, 20), (35, 10)), (6, (20, 40), (10, 5)), (8, (20, 40), (10, 35)),
])
def test_a_picture_stays_the_right_side_up(orientation: int, size: tuple[int, int], red: tuple[int, int]) -> None:
    """A phone that was held upright writes so into the picture: that goes, and the picture is turned."""
    drawn, _kind = bare(taken(orientation=orientation), "image/jpeg")

    picture = seen(drawn).convert("RGB")
    assert picture.size == size
    assert is_red(picture.getpixel(red))
    assert not is_red(picture.getpixel((size[0] - 1 - red[0], size[1] - 1 - red[1])))


@pytest.mark.parametrize(("format", "mode"), [("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "P"), ("PNG", "RGBA"), ("PNG", "LA"), ("WEBP", "RGBA")])
def test_every_way_of_colours_is_drawn(format: str, mode: str) -> None:
    """Grey, print colours, a palette, holes: what was red is red or dark, what was white is white."""
    drawn, _kind = bare(taken(format, mode=mode), f"image/{format.lower()}")

    picture = seen(drawn).convert("L")
    assert picture.getpixel((35, 10)) > 240
    assert picture.getpixel((5, 10)) < 140


def test_a_photo_with_a_second_picture_is_a_photo() -> None:
    """A phone hangs a second picture behind its photo: the first is kept, the right side up, and nothing of the second."""
    content = taken_twice(orientation=6)
    drawn, kind = bare(content, "image/jpeg")

    assert seen(content).format == "MPO"
    assert (kind, seen(drawn).format, seen(drawn).size) == ("image/jpeg", "JPEG", (20, 40))
    assert drawn.count(b"\xff\xd8\xff") == 1
    assert PHONE not in drawn


def test_a_very_large_picture_is_made_smaller() -> None:
    """A scan of more pixels than anybody looks at is drawn smaller, in its own shape."""
    drawn, _kind = bare(taken("PNG", size=(10_200, 5_100), mode="1"), "image/png")

    width, height = seen(drawn).size
    assert width * height <= MOST
    assert width / height == pytest.approx(2, rel=0.01)


def test_what_cannot_be_read_is_refused() -> None:
    """A broken picture, one of another kind than it says, one too large: refused, and never kept with its place in it."""
    too_large = taken("PNG", size=(12_000, 9_000), mode="1")
    for content in (b"\xff\xd8\xff\xe0" + b"\0" * 300, taken()[:200], taken("PNG"), too_large, b""):
        with pytest.raises(Unreadable):
            bare(content, "image/png" if content is too_large else "image/jpeg")
