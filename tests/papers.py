"""
PDFs as offices and phones make them: with who wrote them, where a photo was taken, attached files and scripts.
"""

from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DecodedStreamObject, DictionaryObject, NameObject, NumberObject, StreamObject, TextStringObject

from tests.photos import PHONE, PLACE, XMP, taken

SCRIPT = b"app.alert(1)"


def paper(photo: bytes = b"", pages: int = 1, password: str = "", filters: str = "/DCTDecode") -> bytes:
    """
    Return a PDF with a word on each page, a photo on the first, and all that it should not tell.
    """
    writer = PdfWriter()
    photo = photo or taken()
    for number in range(pages):
        page = writer.add_blank_page(200, 100)
        page[NameObject("/Contents")] = writer._add_object(_stream(b"BT (page) Tj ET /Im Do", {}))
        page[NameObject("/Metadata")] = writer._add_object(_stream(XMP, {"/Type": NameObject("/Metadata"), "/Subtype": NameObject("/XML")}))
        if number == 0:
            told = {"/Type": NameObject("/XObject"), "/Subtype": NameObject("/Image"), "/Width": NumberObject(40), "/Height": NumberObject(20),
                    "/ColorSpace": NameObject("/DeviceRGB"), "/BitsPerComponent": NumberObject(8), "/Filter": NameObject(filters),
                    "/PieceInfo": DictionaryObject({NameObject("/Phone"): TextStringObject(PHONE.decode())})}
            drawn = writer._add_object(_stream(photo, told))
            page[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): DictionaryObject({NameObject("/Im"): drawn})})
            page[NameObject("/Annots")] = ArrayObject([_mark("/FreeText"), _mark("/Link")])
    writer.add_metadata({"/Author": PHONE.decode(), "/Title": PLACE.decode()})
    writer.root_object[NameObject("/OpenAction")] = _script()
    writer.add_attachment("who.txt", PHONE)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def _stream(data: bytes, told: dict[str, object]) -> StreamObject:
    made = DecodedStreamObject()
    made.set_data(data)
    made.update({NameObject(name): value for name, value in told.items()})
    return made


def _script() -> DictionaryObject:
    return DictionaryObject({NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(SCRIPT.decode())})


def _mark(kind: str) -> DictionaryObject:
    return DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject("/Subtype"): NameObject(kind), NameObject("/A"): _script(),
                             NameObject("/T"): TextStringObject(PHONE.decode()), NameObject("/Rect"): ArrayObject([NumberObject(0)] * 4)})


def told(content: bytes) -> bytes:
    """
    Return all that a PDF holds, as it can be read once it is unpacked.
    """
    reader = PdfReader(BytesIO(content))
    found = [content, repr(reader.trailer).encode()]
    for number in range(1, int(reader.trailer["/Size"])):
        one = reader.get_object(number)
        found += [repr(one).encode(), getattr(one, "_data", b"")]
    return b"\n".join(found)


def pages_of(content: bytes) -> list[bytes]:
    """
    Return what is drawn on each page.
    """
    return [page.get_contents().get_data() for page in PdfReader(BytesIO(content)).pages]
