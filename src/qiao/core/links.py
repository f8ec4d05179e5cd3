"""Personal sign-in links as people meet them: an address, and a QR code on paper."""

import io

import segno
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe


def link_address(token: str) -> str:
    return f"{settings.PUBLIC_URL}{reverse('enter', args=[token])}"


def qr_svg(text: str, title: str) -> SafeString:
    """A QR code as inline SVG that scales with its box; dark on white also in dark mode, so that every phone reads it."""
    drawing = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawing, kind="svg", xmldecl=False, svgns=False, nl=False, omitsize=True, border=4,
        dark="#000", light="#fff", svgclass="qr", lineclass=None, title=title,
    )  # fmt: skip
    return mark_safe(drawing.getvalue().decode())  # noqa: S308  made by segno, which escapes the title


def qr_on_paper(text: str) -> str:
    """A QR code as an SVG file, for typst."""
    drawing = io.BytesIO()
    segno.make(text, error="m", micro=False).save(drawing, kind="svg", scale=10, border=2)
    return drawing.getvalue().decode()
