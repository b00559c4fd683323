"""
Strip: a PDF without what it tells besides its pages: who wrote it, with what, where its pictures were taken; and nothing that could run
(the only door of pypdf).

Its pages are written anew, so that nothing is left that no page shows: no name, no XMP, no attachment, no script, no earlier version.
A PDF may be made to hang or to swell whoever reads it, so it is read in a process of its own, with little memory and little time, in
which nothing of ours is: neither settings nor key.
"""

import asyncio
import os
import re
import sys
import zlib
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

PATIENCE, WORK = 100.0, 20       # seconds by the clock, which others may use up, and of the processor; `fetch` gives a try four minutes
MEMORY = 1 << 30                # bytes that the process may take
PAGES, PARTS = 300, 100_000     # pages of a PDF, and what they are made of, that are read
LARGEST = 64 << 20              # bytes of a picture within it
OF_PAGE = frozenset({"/Type", "/Parent", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit", "/Resources", "/Contents", "/Group", "/Annots"})
OF_MARK = frozenset({"/Type", "/Subtype", "/Rect", "/AP", "/AS", "/F", "/C", "/Border", "/BS", "/MK", "/FT", "/Ff"})
MARKS = frozenset({"/Widget", "/FreeText", "/Stamp", "/Ink", "/Highlight", "/Underline", "/StrikeOut", "/Square", "/Circle", "/Line"})
TOLD = frozenset({"/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AF", "/EF", "/AA", "/A", "/JS", "/OPI", "/Alternates"})
_MARK = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")      # what ends the pixels of a JPEG
PICTURES = frozenset({"/DCTDecode", "/DCT", "/JPXDecode"})


class NotStripped(ValueError):
    """
    A PDF that is broken, sealed with a password, too large, or too slow to be read.
    """


async def strip(content: bytes, seconds: float = PATIENCE) -> bytes:
    """
    Return a PDF with its pages and nothing else. Raise `NotStripped`, after so many seconds at most.
    """
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-I", __file__, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        cwd=Path(__file__).parent, env={"PATH": os.defpath})
    try:
        async with asyncio.timeout(seconds):
            written, _ = await child.communicate(content)
    except TimeoutError:
        raise NotStripped("too slow") from None
    finally:
        if child.returncode is None:
            with suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    if child.returncode or not written:
        raise NotStripped(f"exit {child.returncode}")
    return written


def stripped(content: bytes) -> bytes:
    """
    Return a PDF with its pages and nothing else, read in this process: only for `main`, and for PDFs of our own. Raise `NotStripped`.
    """
    try:
        return _rewritten(content)
    except NotStripped:
        raise
    except Exception as error:              # a broken PDF breaks its reader in a hundred ways
        raise NotStripped(type(error).__name__) from None


def _rewritten(content: bytes) -> bytes:
    from pypdf import PdfReader, PdfWriter

    reader, writer = PdfReader(BytesIO(content)), PdfWriter()
    if reader.is_encrypted or not 0 < len(reader.pages) <= PAGES:
        raise NotStripped("sealed, empty, or too long")
    for page in reader.pages:
        _keep(page, OF_PAGE)
        _keep_marks(page)
        _clean(page)
        writer.add_page(page)
    writer.metadata = None
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _keep(part: Any, names: frozenset[str]) -> None:
    for name in [name for name in part if name not in names]:
        del part[name]


def _keep_marks(page: Any) -> None:
    """
    Keep what was filled in or drawn on a page, as it looks; links, comments, sounds and attached files go.
    """
    from pypdf.generic import ArrayObject, NameObject

    marks = page.get("/Annots")
    kept = [mark for mark in (one.get_object() for one in marks.get_object() or ()) if mark.get("/Subtype") in MARKS] if marks is not None else []
    for mark in kept:
        _keep(mark, OF_MARK)
    page[NameObject("/Annots")] = ArrayObject(kept)


def _clean(page: Any) -> None:
    """
    Take out of everything that a page is made of what it tells besides, and out of its photos what a camera wrote.
    """
    seen: set[int] = set()
    waiting: list[Any] = [page]
    while waiting:
        part = waiting.pop().get_object()
        if id(part) in seen or not isinstance(part, dict | list):
            continue
        seen.add(id(part))
        if len(seen) > PARTS:
            raise NotStripped("too many parts")
        if isinstance(part, dict):
            for name in TOLD & part.keys():
                del part[name]
            _bare(part)
        waiting += [one for name, one in part.items() if name != "/Parent"] if isinstance(part, dict) else part


def _bare(part: Any) -> None:
    """
    Take place, day and camera out of a photo; what it looks like is not touched. Raise `NotStripped` for one that cannot be read.
    """
    from pypdf.generic import NameObject

    filters = part.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, list) else [str(filters)]
    if not PICTURES & {*names}:
        return
    data = part._data
    if names[:-1] == ["/FlateDecode"]:
        data = zlib.decompressobj().decompress(data, LARGEST)
        part[NameObject("/Filter")] = NameObject(names[-1])
        part.pop("/DecodeParms", None)
    elif len(names) > 1:
        raise NotStripped("a photo within something else")
    part._data = without_boxes(data) if names[-1] == "/JPXDecode" else without_segments(data)


def without_segments(photo: bytes) -> bytes:
    """
    Return a JPEG without what cameras write into it (EXIF, XMP, comments) or hang behind it. What tells how its colours are meant stays.
    """
    kept, at = [photo[:2]], 2
    while photo[at:at + 2] != b"\xff\xd9":
        if photo[:2] != b"\xff\xd8" or photo[at:at + 1] != b"\xff" or at + 4 > len(photo):
            raise NotStripped("a broken photo")
        kind, end = photo[at + 1], at + 2 + int.from_bytes(photo[at + 2:at + 4])
        if kind == 0xDA and (after := _MARK.search(photo, end)):
            end = after.start()
        if not (0xE1 <= kind <= 0xEF and kind != 0xEE) and kind != 0xFE:
            kept.append(photo[at:end])
        at = end
    return b"".join((*kept, photo[at:at + 2]))


def without_boxes(photo: bytes) -> bytes:
    """
    Return a JPEG 2000 without its boxes of XMP and EXIF; a bare stream has none.
    """
    if photo[:4] == b"\xff\x4f\xff\x51":
        return photo
    kept, at = [], 0
    while at < len(photo):
        size, name = int.from_bytes(photo[at:at + 4]), photo[at + 4:at + 8]
        size = int.from_bytes(photo[at + 8:at + 16]) if size == 1 else size or len(photo) - at
        if size < 8 or at + size > len(photo):
            raise NotStripped("a broken photo")
        if name not in (b"uuid", b"xml ", b"uinf"):
            kept.append(photo[at:at + size])
        at += size
    return b"".join(kept)


def main() -> int:
    """
    Read a PDF, write it stripped; 1 if it cannot be.
    """
    with suppress(ImportError, ValueError, OSError):        # a system without such limits has the clock of who started us
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (WORK, WORK))
    try:
        written = stripped(sys.stdin.buffer.read())
    except (NotStripped, MemoryError):
        return 1
    sys.stdout.buffer.write(written)
    return 0


if __name__ == "__main__":
    sys.exit(main())
