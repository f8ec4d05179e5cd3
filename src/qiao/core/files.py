"""Pictures and brochures that people hand in: made anew in a child process with limits, and kept in a folder of the home.

A file's name is made up here and says nothing; what a file is and whose stands in the database.
"""

import json
import os
import re
import secrets
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from qiao.core import file_reader
from qiao.core.errors import Refused
from qiao.core.stored import model_named

MOST_BYTES = 10 * 1024 * 1024
WALL_SECONDS = 40  # the CPU limit strikes first; this one is for a machine that stands still
GRACE = 3600  # seconds for which a new file may belong to nobody: it is written before the row that names it
# Which fields name files that belong to something; models of later stages are named by word only.
NAMED_IN = {
    "ProfileFile": ("name", "small_name"),
    "EventFile": ("name",),
    "CaseDocument": ("name",),
    "Article": ("picture", "picture_small"),
}
_NAME = re.compile(r"[0-9a-f]{40}\.(?:jpg|pdf)")


@dataclass(frozen=True)
class Picture:
    """JPEG of two sizes; width and height in pixels of the larger one."""

    large: bytes
    small: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Brochure:
    data: bytes  # PDF
    pages: int


def read_picture(file: "UploadedFile[bytes]") -> Picture:
    """Raises Refused with what is wrong and what to do."""
    answer, (large, small) = _made_anew(_taken(file), "picture")
    return Picture(large, small, answer["width"], answer["height"])


def read_brochure(file: "UploadedFile[bytes]") -> Brochure:
    """Raises Refused with what is wrong and what to do."""
    answer, (data,) = _made_anew(_taken(file), "brochure")
    return Brochure(data, answer["pages"])


def _taken(file: "UploadedFile[bytes]") -> bytes:
    if (file.size or 0) > MOST_BYTES:
        raise Refused(_sentences()["file-too-big"] % {"most": MOST_BYTES // 2**20})
    if not file.size:
        raise Refused(_sentences()["empty"])
    return bytes(file.read())


def _made_anew(data: bytes, kind: str) -> tuple[dict[str, int], list[bytes]]:
    # -I: neither the environment nor the current folder changes what the child imports.
    command = [sys.executable, "-I", file_reader.__file__, kind]
    try:
        child = subprocess.run(command, input=data, capture_output=True, timeout=WALL_SECONDS, env={}, check=False)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise Refused(_sentences()["too-big"]) from None
    first, _line, rest = child.stdout.partition(b"\n")
    try:
        answer = json.loads(first)
    except ValueError:  # killed by a limit, or the reader gave up in a way nobody foresaw
        raise Refused(_sentences()["too-big" if child.returncode < 0 else "damaged"]) from None
    if "problem" in answer:
        raise Refused(_sentences()[answer["problem"]] % answer)
    return answer, list(_parts(rest, answer["parts"]))


def _parts(data: bytes, sizes: Collection[int]) -> Iterator[bytes]:
    start = 0
    for size in sizes:
        yield data[start : start + size]
        start += size


def _sentences() -> dict[str, str]:
    return {
        "file-too-big": _("The file is larger than %(most)s MB. Choose a smaller one."),
        "empty": _("The file is empty. Choose another one."),
        "no-picture": _("The file is no picture in the format JPEG, PNG or WebP. Save it in one of these formats."),
        "no-pdf": _("The file is no PDF. Save it as PDF."),
        "damaged": _("The file is damaged or incomplete. Save it again and try once more."),
        "encrypted": _("The file is protected by a password. Save it without protection."),
        "too-small": _("The picture is too small. It needs at least %(least)s pixels on its longer side."),
        "too-many-pixels": _("The picture has too many pixels. Make it smaller: at most %(most)s million pixels."),
        "too-many-pages": _("The file has more than %(most)s pages. Choose a shorter one."),
        "too-big": _("Reading the file takes too much time or memory. Save it in a simpler form."),
    }


# --- the folder


def path_of(name: str) -> Path:
    """Where a file lies. Raises ValueError for a name that was not made here."""
    if not _NAME.fullmatch(name):
        raise ValueError(name)
    return Path(settings.FILES_FOLDER) / name[:2] / name


def keep(data: bytes, extension: str) -> str:
    """Write a new file that only this installation's account may read; its name."""
    name = f"{secrets.token_hex(20)}.{extension}"
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return name


def known_names() -> set[str]:
    """The names of all files that belong to something."""
    rows = (model_named(model)._default_manager.values_list(*fields) for model, fields in NAMED_IN.items())
    return {name for some in rows for one in some for name in one if name}


def sweep(known: Collection[str]) -> int:
    """Delete the files that are not among `known` and had time to become so; how many."""
    old, count = time.time() - GRACE, 0
    for path in Path(settings.FILES_FOLDER).glob("??/*"):
        if path.name not in known and path.stat().st_mtime < old:
            path.unlink(missing_ok=True)
            count += 1
    return count
