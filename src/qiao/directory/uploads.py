"""Files with tables of organisations that people hand in."""

from django.core.files.uploadedfile import UploadedFile

from qiao.core.errors import Refused
from qiao.core.languages import running_text
from qiao.core.tables import MOST_BYTES, Table, explain, read_table
from qiao.directory.columns import NAMES
from qiao.engine.files import FileProblem, InvalidFile


def read_organisations(data: bytes, filename: str) -> Table:
    """The table of organisations in a file; raises Refused with all that is wrong with the file."""
    try:
        return read_table(data, filename, columns=NAMES, required=["name"])
    except InvalidFile as invalid:
        raise Refused(running_text(explain(problem) for problem in invalid.problems[:10])) from None


def taken(file: "UploadedFile[bytes]") -> bytes:
    """The bytes of an upload that is not too large; raises Refused otherwise."""
    if (file.size or 0) > MOST_BYTES:
        raise Refused(explain(FileProblem("", "file-too-big", {"most": MOST_BYTES // 2**20})))
    return bytes(file.read())
