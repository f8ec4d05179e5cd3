"""Paper: typst draws a template; the data goes in as JSON, never into the template."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from noto_cjk_sans_otc import FONT_PATH


def draw(template: Path, data: Mapping[str, Any]) -> bytes:
    """A PDF; the template reads the data from `sys.inputs.data`."""
    drawn: bytes = typst.compile(
        template,
        root=template.parent,
        font_paths=[Path(FONT_PATH).parent],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return drawn
