"""
Bare: a picture as it is looked at, without what it tells besides: where it was taken, when, with what (the only door of Pillow).

It is drawn anew, upright, so that nothing is left of EXIF, XMP, thumbnails, comments or what a phone hangs behind a picture.
"""

from io import BytesIO
from typing import Any

MOST = 50_000_000               # pixels that are kept: a page at 700 dots an inch; a larger picture is made smaller
LARGEST = 100_000_000           # pixels that are read; of a JPEG four times as many, which are made fewer while they are read
QUALITY = 90
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF", "image/heic": "HEIF"}
WRITTEN = {"JPEG": "JPEG", "MPO": "JPEG", "HEIF": "JPEG", "PNG": "PNG", "GIF": "PNG", "WEBP": "WEBP"}      # of several pictures the first


class Unreadable(ValueError):
    """
    A picture that is broken, or too large to be read.
    """


def bare(content: bytes, kind: str) -> tuple[bytes, str]:
    """
    Return a picture of this content type without anything but what is seen, and its content type. Raise `Unreadable`.

    It takes up to some tenths of a second: call it in a thread.
    """
    from PIL import Image  # loaded at the first picture
    from pillow_heif import register_heif_opener

    register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None           # we look at the size ourselves, before anything is read
    try:
        with Image.open(BytesIO(content), formats=[FORMATS[kind]]) as opened:
            seen = _seen(opened)
            written = WRITTEN[str(opened.format)]
            return _write(seen, written), f"image/{written.lower()}"
    except Exception as error:              # a broken picture breaks its reader in a hundred ways
        raise Unreadable(type(error).__name__) from None


def _seen(opened: Any) -> Any:
    """
    Return the pixels, upright and not too many.
    """
    from PIL import ImageOps

    pixels = opened.width * opened.height
    if pixels > LARGEST * (4 if opened.format in ("JPEG", "MPO") else 1):
        raise Unreadable("too large")
    if pixels > MOST:
        part = (MOST / pixels) ** 0.5
        opened.thumbnail((max(1, int(opened.width * part)), max(1, int(opened.height * part))))
    opened.load()
    try:
        return ImageOps.exif_transpose(opened)
    except Exception:                       # what says which way is up is broken, the picture is not
        return opened


def _write(seen: Any, written: str) -> bytes:
    has_holes = "transparency" in seen.info or "A" in seen.getbands()
    mode = "RGB" if written == "JPEG" or not has_holes else "RGBA"
    drawn = seen if seen.mode == mode or seen.mode == "L" else seen.convert(mode)
    drawn.info.clear()
    out = BytesIO()
    drawn.save(out, written, **({} if written == "PNG" else {"quality": QUALITY}))
    return out.getvalue()
