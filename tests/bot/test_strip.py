"""
A PDF with its pages and nothing else: not who wrote it, not where its photos were taken, nothing that runs.
"""

import zlib
from time import monotonic

import pytest
from sqlalchemy import select

from bot.channels import Attachment
from bot.strip import PATIENCE, NotStripped, strip, stripped, without_boxes, without_segments
from storage.media import content
from storage.tables import media
from tests.papers import SCRIPT, pages_of, paper, told
from tests.people import Person, World
from tests.photos import PHONE, PLACE, seen, taken, taken_twice

SECRETS = (PHONE, PLACE, SCRIPT, b"JavaScript", b"EmbeddedFile", b"/Metadata", b"PieceInfo", b"/Author", b"Exif", b"/Link")


def test_nothing_but_the_pages_is_left():
    """Author, title, XMP, the place of a photo, an attached file, scripts and links are gone; pages, photo and what was drawn are there."""
    before, after = paper(pages=3), stripped(paper(pages=3))

    assert [secret for secret in SECRETS if secret not in told(before)] == []
    assert [secret for secret in SECRETS if secret in told(after)] == []
    assert pages_of(after) == pages_of(before) == [b"BT (page) Tj ET /Im Do"] * 3
    assert b"/FreeText" in told(after)
    assert without_segments(taken()) in told(after)


def test_a_packed_photo_is_unpacked():
    """A photo that was packed once more tells its place no less: it goes there too."""
    packed = paper(zlib.compress(taken()), filters="/FlateDecode").replace(b"/Filter /FlateDecode", b"/Filter [/FlateDecode /DCTDecode]")

    assert PLACE not in told(stripped(packed))
    assert without_segments(taken()) in told(stripped(packed))


def test_a_photo_looks_as_it_did():
    """Not one pixel is drawn anew, and what hangs behind a photo is gone."""
    for photo in (taken(), taken_twice(), taken(mode="CMYK")):
        bare = without_segments(photo)
        assert PLACE not in bare
        assert PHONE not in bare
        assert seen(bare).convert("RGB").tobytes() == seen(photo).convert("RGB").tobytes()
        assert bare.endswith(b"\xff\xd9")


def test_a_jpeg_2000_keeps_its_picture_alone():
    """Boxes of EXIF and XMP go, those of the picture stay."""
    def box(name: bytes, data: bytes) -> bytes:
        return (8 + len(data)).to_bytes(4) + name + data

    picture = box(b"jP  ", b"\r\n\x87\n") + box(b"jp2c", b"pixels")

    assert without_boxes(picture[:12] + box(b"uuid", PLACE) + box(b"xml ", PHONE) + picture[12:]) == picture
    with pytest.raises(NotStripped):
        without_boxes(b"\0\0\0\x04jP  ")


@pytest.mark.parametrize("broken", [
    b"", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", paper()[:900], paper(password="geheim"), paper(taken()[:200]), paper(filters="/JPXDecode"),
], ids=["empty", "only a head", "cut off", "sealed", "a broken photo", "another kind of photo"])
def test_what_cannot_be_read_says_so(broken: bytes):
    """A PDF that is broken, or sealed with a password, is not called clean."""
    with pytest.raises(NotStripped):
        stripped(broken)


async def test_who_reads_a_pdf_is_stopped():
    """A PDF that would take for ever is given up after its time, and nobody goes on reading it."""
    began = monotonic()

    with pytest.raises(NotStripped, match="too slow"):
        await strip(paper(), seconds=0.01)                  # less than a process takes to start
    assert monotonic() - began < PATIENCE


async def test_a_pdf_is_stored_stripped_or_says_that_it_is_not(world: World, olena: Person):
    """A client's PDF is kept without what it tells besides; one that nobody can read is kept as it came, and the desk is told."""
    sealed = paper(password="geheim")
    world.channel.media = {"letter": paper(), "sealed": sealed}
    for name in world.channel.media:
        await olena.sends("document", Attachment(name, "application/pdf"))
    await world.fetch()

    rows = world.app.database.look(lambda tx: tx.all(select(media.c.id, media.c.state, media.c.refusal).order_by(media.c.id)))
    kept = world.app.database.look(lambda tx: [content(tx, row.id) for row in rows])
    assert [(row.state, row.refusal) for row in rows] == [("stored", None), ("stored", "not cleaned")]
    assert not any(secret in told(kept[0][1]) for secret in SECRETS)
    assert kept[1] == ("application/pdf", sealed)
