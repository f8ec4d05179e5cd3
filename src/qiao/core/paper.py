"""Paper: typst draws a template; the data goes in as JSON, never into the template."""

import io
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

import typst
from noto_cjk_sans_otc import FONT_PATH

PICTURE_PPI = 200


def draw(template: Path, data: Mapping[str, Any], form: Literal["pdf", "png"] = "pdf") -> bytes:
    """A PDF, or its only page as a PNG; the template reads the data from `sys.inputs.data`."""
    drawn: bytes = typst.compile(
        template,
        root=template.parent,
        font_paths=[Path(FONT_PATH).parent],
        ignore_system_fonts=True,
        format=form,
        ppi=PICTURE_PPI,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return drawn


def join(drawn: Iterable[bytes]) -> bytes:
    """PDFs one behind the other; the first one's title and author hold for all."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for number, one in enumerate(drawn):
        reader = PdfReader(io.BytesIO(one))
        writer.append(reader, import_outline=False)
        if number == 0 and reader.metadata:
            writer.add_metadata(reader.metadata)
    whole = io.BytesIO()
    writer.write(whole)
    return whole.getvalue()
