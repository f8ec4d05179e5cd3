"""Files that people hand in: what comes out is a picture or pages and nothing besides; what is bad is said in words."""

import io
import os
import time
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from PIL import Image, ImageCms
from pypdf import PdfReader

from qiao.core import files
from qiao.core.errors import Refused
from tests.core import hostile_files as made


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def upload(data: bytes, name: str = "a.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def test_a_photograph_is_made_anew_upright_and_tells_nothing() -> None:
    data = made.telling_photo()
    assert made.SECRET in data
    found = files.read_picture(upload(data))
    assert (found.width, found.height) == (200, 320), "turned upright"
    for part in (found.large, found.small):
        assert made.SECRET not in part
        assert b"Exif" not in part
        image = Image.open(io.BytesIO(part))
        assert (image.format, dict(image.getexif()), "comment" in image.info) == ("JPEG", {}, False)


def swapped_profile() -> bytes:
    """A colour profile in which red and blue have changed places."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")


@pytest.mark.parametrize(("profile", "colour"), [(swapped_profile(), (30, 30, 200)), (b"no profile", (200, 30, 30))])
def test_colours_are_those_that_the_profile_of_a_picture_means(profile: bytes, colour: tuple[int, ...]) -> None:
    large = files.read_picture(upload(made.picture("JPEG", icc_profile=profile))).large
    assert Image.open(io.BytesIO(large)).getpixel((5, 5)) == pytest.approx(colour, abs=12)


def test_large_ones_become_small_enough_for_a_phone() -> None:
    found = files.read_picture(upload(made.picture(size=(4000, 1000))))
    assert (found.width, found.height) == (1600, 400)
    assert Image.open(io.BytesIO(found.small)).size == (480, 120)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_other_formats_become_jpeg_and_what_hangs_on_them_goes(kind: str) -> None:
    found = files.read_picture(upload(made.picture(kind) + made.HTML, "a.jpg"))
    assert found.large.startswith(b"\xff\xd8\xff")
    assert b"script" not in found.large


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(made.SVG, "no picture", id="svg"),
        pytest.param(made.HTML, "no picture", id="html"),
        pytest.param(b"GIF89a" + made.HTML, "no picture", id="gif polyglot"),
        pytest.param(made.pdf(), "no picture", id="pdf named jpg"),
        pytest.param(b"\0" * 1000, "no picture", id="zeros"),
        pytest.param(b"", "empty", id="empty"),
        pytest.param(made.picture(size=(1500, 1000))[:8000], "damaged", id="truncated"),
        pytest.param(b"\xff\xd8\xff\xe0" + made.HTML, "no picture", id="jpeg polyglot"),
        pytest.param(made.png_of(60_000, 60_000), "too many pixels", id="bomb"),
        pytest.param(made.png_of(19_000, 3), "damaged", id="long"),
        pytest.param(made.png_of(2**31 - 1, 1), "too many pixels", id="huge"),
        pytest.param(made.png_of(6000, 6000), "too many pixels", id="decoded whole"),
        pytest.param(made.text_bomb(), "no picture", id="text bomb"),
        pytest.param(made.picture(size=(20, 20)), "too small", id="tiny"),
    ],
)
def test_what_is_no_harmless_picture_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        files.read_picture(upload(data))


def test_a_file_of_any_size_is_refused_unread() -> None:
    with pytest.raises(Refused, match="larger than 10 MB"):
        files.read_picture(upload(b"x" * (files.MOST_BYTES + 1)))


def test_of_a_brochure_the_pages_remain_and_links_to_the_web() -> None:
    data = made.active_pdf()
    assert b"EVIL" in data
    found = files.read_brochure(upload(data))
    assert found.pages == 1
    for word in (b"EVIL", b"/JavaScript", b"/JS", b"/OpenAction", b"/AA", b"EmbeddedFile", b"evil.exe", b"passwd"):
        assert word not in found.data, word
    notes = [note.get_object() for note in PdfReader(io.BytesIO(found.data)).pages[0]["/Annots"]]
    assert [note["/A"]["/URI"] for note in notes] == ["https://example.org/"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"MZ" + made.pdf(), "no PDF", id="program in front"),
        pytest.param(made.picture(), "no PDF", id="picture"),
        pytest.param(made.pdf()[:300], "damaged", id="truncated"),
        pytest.param(b"%PDF-1.7\n" + made.HTML, "damaged", id="polyglot"),
        pytest.param(made.pdf(81), "more than 80 pages", id="pages"),
        pytest.param(made.pdf(password="x"), "password", id="encrypted"),
    ],
)
def test_what_is_no_plain_pdf_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        files.read_brochure(upload(data))


@pytest.mark.parametrize(
    "name", ["../secret_key", "/etc/passwd", "a.jpg", "..", f"{'a' * 40}.html", f"{'a' * 40}.jpg\n"]
)
def test_only_names_made_here_lead_to_a_file(name: str) -> None:
    with pytest.raises(ValueError):
        files.path_of(name)


def test_what_belongs_to_nothing_is_swept_once_it_is_old(settings, tmp_path) -> None:
    settings.FILES_FOLDER = tmp_path
    kept, orphan, fresh = (files.keep(b"x", "jpg") for _number in range(3))
    for name in (kept, orphan):
        os.utime(files.path_of(name), (time.time() - 2 * files.GRACE,) * 2)
    assert files.sweep({kept}) == 1
    assert [files.path_of(name).exists() for name in (kept, orphan, fresh)] == [True, False, True]
    assert files.path_of(kept).stat().st_mode & 0o077 == 0
