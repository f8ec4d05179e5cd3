"""Pictures and PDFs for tests, good and hostile, made of bytes."""

import io
import struct
import zlib
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import Link
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, TextStringObject

SECRET = b"SECRET-PLACE"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


def picture(kind: str = "JPEG", size: tuple[int, int] = (320, 200), **more: Any) -> bytes:
    out = io.BytesIO()
    mode = "RGBA" if kind == "PNG" else "RGB"
    Image.new(mode, size, (200, 30, 30)).save(out, kind, **more)
    return out.getvalue()


def telling_photo() -> bytes:
    """A photograph that lies on its side and says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees
    exif[0x010E] = SECRET.decode()
    exif.get_ifd(0x8825)[1] = "N"
    return picture(exif=exif, comment=SECRET)


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims these dimensions and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def text_bomb() -> bytes:
    """A small PNG with a compressed text of 64 MiB."""
    packed = b"Comment\0\0" + zlib.compress(bytes(64 * 2**20), 9)
    chunk = struct.pack(">I", len(packed)) + b"zTXt" + packed + struct.pack(">I", zlib.crc32(b"zTXt" + packed))
    good = picture("PNG")
    return good[:33] + chunk + good[33:]


def printed(words: str) -> bytes:
    """A PDF of one page with these words, of letters and figures."""
    writer = PdfWriter()
    page, said = writer.add_blank_page(595, 842), DecodedStreamObject()
    said.set_data(f"BT /F 12 Tf 50 700 Td ({words}) Tj ET".encode("ascii"))
    font = {"/Type": NameObject("/Font"), "/Subtype": NameObject("/Type1"), "/BaseFont": NameObject("/Helvetica")}
    fonts = DictionaryObject({NameObject("/F"): DictionaryObject({NameObject(k): v for k, v in font.items()})})
    page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
    page[NameObject("/Contents")] = writer._add_object(said)
    return _bytes(writer)


def pdf(pages: int = 1, *, link: str = "", password: str = "") -> bytes:
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    if link:
        writer.add_annotation(0, Link(rect=(0, 0, 100, 100), url=link))
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    return _bytes(writer)


def active_pdf() -> bytes:
    """Scripts on opening and on the page, a program as attachment, a link to a file, and a link to a web page."""
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    writer._root_object[NameObject("/OpenAction")] = _script()
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): _script()})
    writer.add_attachment("evil.exe", b"MZ-EVIL")
    for url in ("javascript:evil()", "file:///etc/passwd", "https://example.org/"):
        writer.add_annotation(0, Link(rect=(0, 0, 100, 100), url=url))
    return _bytes(writer)


def _script() -> DictionaryObject:
    return DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert('EVIL')")}
    )


def _bytes(writer: PdfWriter) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
