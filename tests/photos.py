"""
Pictures as phones make them: with the place, the day and the phone written into them.
"""

from io import BytesIO
from typing import Any

from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from pillow_heif import register_heif_opener

PHONE, PLACE = b"Phone of Olena", b"52.16-LEIDEN"           # what must not be left in a picture
XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><exif:GPSLatitude>' + PLACE + b"</exif:GPSLatitude></x:xmpmeta>"


def taken(format: str = "JPEG", orientation: int = 1, size: tuple[int, int] = (40, 20), mode: str = "RGB") -> bytes:
    """
    Return a picture whose left half is red as it is stored, with EXIF, GPS, XMP and comments.
    """
    register_heif_opener()
    drawn = Image.new("1" if mode == "1" else "RGB", size, "white")         # a bit a pixel, where there are very many
    drawn.paste("red", (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    drawn.convert(mode).save(out, format, **_told(format, orientation))
    return out.getvalue()


def taken_twice(orientation: int = 1) -> bytes:
    """
    Return a JPEG of a phone that hangs a second picture behind the first.
    """
    exif = Image.Exif()
    exif[ExifTags.Base.Model], exif[ExifTags.Base.Orientation] = PHONE.decode(), orientation
    out = BytesIO()
    Image.new("RGB", (40, 20), "red").save(out, "MPO", save_all=True, append_images=[Image.new("RGB", (40, 20), "white")], exif=exif)
    return out.getvalue()


def _told(format: str, orientation: int) -> dict[str, Any]:
    exif = Image.Exif()
    exif[ExifTags.Base.Model] = PHONE.decode()
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (52.0, 9.0, 36.0), 3: "E", 4: (4.0, 29.0, 24.0), 27: PLACE})
    if format == "GIF":
        return {"comment": PLACE + PHONE}
    if format == "PNG":
        told = PngInfo()
        told.add_text("Location", PLACE.decode())
        told.add_itxt("XML:com.adobe.xmp", XMP.decode())
        return {"exif": exif, "pnginfo": told}
    return {"exif": exif, "xmp": XMP} | ({"comment": PLACE, "quality": 95} if format == "JPEG" else {})


def seen(content: bytes) -> Any:
    """
    Return a picture as it is looked at.
    """
    return Image.open(BytesIO(content))
