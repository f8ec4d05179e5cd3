"""Makes a harmless picture or PDF of a file that may be hostile: a program of its own, run by core.files in a child process.

The file's bytes come on standard input. Out goes one JSON line, {"parts": [sizes in bytes], …} or {"problem": code, …},
and the parts behind it. When the limits strike, that line is missing. Imports nothing of Qiao, so that little memory and no
secret is in reach.
"""

import io
import json
import resource
import sys
from typing import Any

CPU_SECONDS = 15
MEMORY = 700 * 1024 * 1024  # address space on top of what the interpreter has taken when reading begins
SIDES = (1600, 480)  # longest side of what is kept: to look at, and for lists on phones
SMALLEST_SIDE = 100
MOST_PIXELS = 60_000_000  # of a JPEG, which is decoded at a fraction of its size; phones take 50 million
MOST_DECODED = 30_000_000  # of formats that are decoded whole
LONGEST_SIDE = 20_000
MOST_PAGES = 80
# What a page needs to be drawn; all that acts, asks, plays or carries other files stands elsewhere.
PAGE_KEYS = {"/Type", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox", "/Rotate", "/Resources", "/Contents",
             "/Group", "/UserUnit"}  # fmt: skip
ACTIVE_KEYS = {"/AA", "/A", "/OpenAction", "/JS", "/JavaScript", "/AF", "/EF", "/PieceInfo", "/Metadata", "/Ref", "/OPI",
               "/Alternates", "/XFA", "/RichMediaContent", "/URI", "/Launch"}  # fmt: skip
MOST_LINKS = 500


class UnfitError(Exception):
    def __init__(self, problem: str, **values: object) -> None:
        super().__init__(problem)
        self.answer = {"problem": problem, **values}


def limit() -> None:
    """From here on: CPU seconds, address space, no files to write, no further processes."""
    with open("/proc/self/statm") as statm:
        taken = int(statm.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


# --- pictures


def picture(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """The same picture, upright, in each of SIDES as JPEG: pixels only, nothing that stood beside them."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # own limits below, before anything is decoded
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP"))
    except Exception:
        raise UnfitError("no-picture") from None
    check_size(*image.size, decoded_whole=image.format not in {"JPEG", "MPO"})
    try:
        image.draft("RGB", (SIDES[0], SIDES[0]))  # a JPEG is decoded no larger than is needed
        image.load()
        upright = on_white(in_srgb(ImageOps.exif_transpose(image)))
    except MemoryError:
        raise
    except Exception:  # decoders meet hostile bytes with whatever they can raise
        raise UnfitError("damaged") from None
    upright.thumbnail((SIDES[0], SIDES[0]), Image.Resampling.LANCZOS)
    width, height = upright.size
    large = encoded(upright)
    upright.thumbnail((SIDES[1], SIDES[1]), Image.Resampling.LANCZOS)
    return {"width": width, "height": height}, [large, encoded(upright)]


def check_size(width: int, height: int, *, decoded_whole: bool) -> None:
    if min(width, height) < 1 or max(width, height) < SMALLEST_SIDE:
        raise UnfitError("too-small", least=SMALLEST_SIDE)
    if max(width, height) > LONGEST_SIDE or width * height > (MOST_DECODED if decoded_whole else MOST_PIXELS):
        raise UnfitError("too-many-pixels", most=(MOST_DECODED if decoded_whole else MOST_PIXELS) // 1_000_000)


def in_srgb(image: Any) -> Any:
    """The colours as browsers take them where no profile says otherwise: telephones write wider ones, which would look pale."""
    from PIL import ImageCms

    profile = image.info.get("icc_profile")
    if not profile or image.mode != "RGB":
        return image
    try:
        own, usual = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, own, usual)
    except (ImageCms.PyCMSError, OSError):  # a broken profile says nothing about the picture
        return image


def on_white(image: Any) -> Any:
    """RGB without transparency, on a new sheet, to which no metadata of the old one stick."""
    from PIL import Image

    if image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info:
        layer = image.convert("RGBA")
        sheet = Image.new("RGB", layer.size, "white")
        sheet.paste(layer, mask=layer.getchannel("A"))
        return sheet
    sheet = Image.new("RGB", image.size)
    sheet.paste(image.convert("RGB"))
    return sheet


def encoded(image: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=85, optimize=True, progressive=True)
    return out.getvalue()


# --- brochures


def brochure(data: bytes) -> tuple[dict[str, Any], list[bytes]]:
    """A new PDF of the pages alone: no scripts, actions, forms, attachments or media; of links those to web pages."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject

    if not data.startswith(b"%PDF-"):
        raise UnfitError("no-pdf")
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise UnfitError("encrypted")
        count = len(reader.pages)
        if not 1 <= count <= MOST_PAGES:
            raise UnfitError("too-many-pages" if count else "damaged", most=MOST_PAGES)
        writer, links = PdfWriter(), []
        for page in reader.pages:
            links.append(web_links(page))
            for key in set(page) - PAGE_KEYS:
                del page[NameObject(key)]
            writer.add_page(page)
        silence(writer)
        add_links(writer, links)
        out = io.BytesIO()
        writer.write(out)
    except (UnfitError, MemoryError):
        raise
    except Exception:  # a damaged file raises whatever its damage leads to
        raise UnfitError("damaged") from None
    return {"pages": count}, [out.getvalue()]


def web_links(page: Any) -> list[tuple[list[float], str]]:
    """[(place, address)] of what leads to a page on the web."""
    found = []
    for one in page.get("/Annots", []) or []:
        note = one.get_object()
        action = note.get("/A", {}).get_object() if note.get("/Subtype") == "/Link" and "/A" in note else {}
        address = str(action.get("/URI", "")) if action.get("/S") == "/URI" else ""
        if address.lower().startswith(("https://", "http://", "mailto:")) and len(address) < 1000:
            found.append(([float(number) for number in note["/Rect"]], address))
    return found[:MOST_LINKS]


def silence(writer: Any) -> None:
    """Nothing anywhere in the new file acts: what the pages' resources bring along is looked through as well."""
    from pypdf.generic import DictionaryObject

    for one in writer._objects:
        if isinstance(one, DictionaryObject):
            for key in ACTIVE_KEYS & set(one):
                del one[key]


def add_links(writer: Any, links: list[list[tuple[list[float], str]]]) -> None:
    from pypdf.annotations import Link
    from pypdf.generic import RectangleObject

    for number, some in enumerate(links):
        for place, address in some:
            writer.add_annotation(number, Link(rect=RectangleObject(place), url=address))


def main(kind: str) -> None:
    limit()
    try:
        answer, parts = {"picture": picture, "brochure": brochure}[kind](sys.stdin.buffer.read())
    except UnfitError as unfit:
        answer, parts = unfit.answer, []
    except (MemoryError, RecursionError):
        answer, parts = {"problem": "too-big"}, []
    sys.stdout.buffer.write(json.dumps(answer | {"parts": [len(part) for part in parts]}).encode() + b"\n")
    for part in parts:
        sys.stdout.buffer.write(part)


if __name__ == "__main__":
    main(sys.argv[1])
